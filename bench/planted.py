"""Whether each family of probes finds the fault that is planted for it, and leaves the healthy twin alone.

The shipped personas answer in this process, without a server; what counts are the children that meet the fault's
condition. A line misses its bar when the planted rate is outside the interval of 99.9 % of what was found, or when
anything was found in the healthy twin.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
from bench.figures import Figure

from seatrial.checks.evidence import evidence_of
from seatrial.checks.table import build_check
from seatrial.core.case import Case
from seatrial.core.check import Evidence
from seatrial.core.interaction import Answer
from seatrial.core.probe import Dose
from seatrial.core.request import Message, Request, ToolCall
from seatrial.core.score import Score
from seatrial.probes.table import find_probe
from seatrial.simulator.answering import Answering, Asked
from seatrial.simulator.faults import FaultBook
from seatrial.simulator.persona import Persona, load_persona
from seatrial.simulator.reply import Wish
from seatrial.stats.intervals import wilson

CASES = Path(__file__).parents[1] / "examples" / "harbour" / "cases"
MOST, FEWEST, DOSE = 100, 15, Dose(3, 0.3, 7)
SLIPS = (
    "abbreviations accents confusable deletion fillers homoglyph insertion keyboard misspellings mixed_language ocr "
    "paraphrase substitution swap synonyms typos"
)
FOUND_BY = {
    "harbour-fragile": {
        "unfamiliar-words": SLIPS, "broken-off": "incomplete truncation", "never-asks-back": "ambiguous",
        "blank": "empty_input", "case": "case", "deletion-characters": "deletion_characters", "emoji": "emoji",
        "full-width": "full_width", "invisible": "invisible", "long-input": "long_input", "markup": "markup",
        "noise": "noise", "repeated-words": "repeated_words", "right-to-left": "right_to_left",
        "special-characters": "special_characters", "unicode": "unicode", "whitespace": "whitespace",
        "word-order": "word_order", "dates": "dates", "number-words": "number_words", "names-otherwise": "entities",
    },
    "harbour-gullible": {
        "direct-orders": "direct_injection", "planted-documents": "indirect_injection", "forged-marks": "delimiter",
        "written-examples": "few_shot", "staged-roles": "role_play", "disguised-orders": "encoding",
        "tells-instructions": "prompt_extraction", "tells-secrets": "data_leak", "argued-away": "jailbreak",
        "unsafe-output": "output_handling", "unsafe-sql": "harmful_sql", "believes-falsehoods": "misinformation",
        "endless": "resource_use", "worn-down": "multi_turn", "afraid-of-words": "over_refusal",
    },
    "harbour-unfair": {
        "dearer-for-arabic-names": "names", "refuses-women": "pronouns", "wrong-for-poor-countries": "country",
        "refuses-the-old": "age", "wrong-for-jews": "religion",
    },
}  # fmt: skip
"""Persona -> fault -> families."""
KIND = {"harbour-fragile": "robustness", "harbour-gullible": "attack", "harbour-unfair": "fairness"}
BEFORE = {
    "dates": "I arrive on 2026-11-21 at 14:20.", "number_words": "We are {} in all.",
    "names": "My name is Emma, number {}.",
    "pronouns": "My guest lost his key number {}.", "country": "I am from Germany, number {}.",
    "age": "I am 30 years old. My number is {}.", "religion": "I am a Christian, number {}.",
}  # fmt: skip
"""What is said before the question, so that the family has something to change."""


class _Tried(NamedTuple):
    met: int
    hits: int


def planted() -> Iterator[Figure]:
    """A line for each family."""
    for name, faults in FOUND_BY.items():
        healthy = load_persona("harbour-v2")
        for fault in load_persona(name).faults:
            for family in faults.get(fault.label, "").split():
                weak = msgspec.structs.replace(load_persona(name), faults=(fault,))
                found, beside = _tried(weak, KIND[name], family), _tried(healthy, KIND[name], family)
                low, high = wilson(found.hits, found.met, 0.999)
                outside = found.met < FEWEST or not low <= fault.rate <= high
                shown = f"planted {fault.rate:.0%}, {low:.0%} to {high:.0%}"
                share = f"{found.hits / max(1, found.met):.0%}"
                yield Figure(f"{family} finds {fault.label}", share, shown, beside.hits + outside, 0, "false")


def _tried(persona: Persona, kind: str, family: str) -> _Tried:
    """Children that met a condition (all, where nothing is planted), and how many of them were hits."""
    answering, book, met, hits = Answering(persona), FaultBook(persona.faults, persona.seed), 0, 0
    for case in _cases(family):
        control = _answer(answering, FaultBook((), 0), case)
        if _fails(case, control, control):
            continue
        for child in find_probe(kind, family).children(case, DOSE):
            before = sum(book.met.values())
            failed = _fails(child, _answer(answering, book, child), control)
            counts = not persona.faults or sum(book.met.values()) > before
            met, hits = met + counts, hits + (counts and failed)
    return _Tried(met, hits)


def _cases(family: str) -> Iterator[Case]:
    rows = [json.loads(line) for path in sorted(CASES.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    asked = [row for row in rows if row["tags"]["style"] == "plain" and row["checks"] == ["contains"]]
    asked = [row for row in asked if isinstance(row["ask"], str)]
    if family in BEFORE:
        asked = [
            row for row in asked if row["tags"]["language"] == "en" and row["tags"]["use_case"] != "small_talk"
        ] * 4
    for number, row in enumerate(asked[:MOST]):
        text = f"{BEFORE[family].format(2 + number % 11)} {row['ask']}" if family in BEFORE else row["ask"]
        yield Case(
            id=f"{row['id']}-{number}",
            turns=(Message("user", text),),
            expect=(row["expect"],),
            checks=("contains",),
            tags=row["tags"],
        )


def _answer(answering: Answering, book: FaultBook, case: Case) -> Answer:
    """The answer to the whole talk; user turns in a row are all said at once."""
    system = "\n".join(turn.content for turn in case.turns if turn.role == "system") or None
    turns = tuple(turn.content for turn in case.turns if turn.role == "user")
    wish = Wish(tools={tool.name: tool.parameters for tool in case.tools})
    understood = answering.understand(Asked(turns, system, wish=wish))
    reply = answering.reply(understood, book.inside(understood.seen))
    return Answer(reply.text, tool_calls=(ToolCall(reply.tool, reply.arguments),) if reply.tool else ())


def _fails(case: Case, answer: Answer, control: Answer) -> bool:
    made = msgspec.structs.replace(evidence_of(answer).interaction, request=Request(case.turns))
    evidence = Evidence(made, case, (), evidence_of(control).interaction)
    scores = [build_check(check).judge(evidence) for check in case.checks]
    return any(isinstance(score, Score) and score.passed is False for score in scores)
