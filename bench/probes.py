"""Children a second of each family of robustness probes, beside a bare loop that copies the same texts sign by sign.

The bar is 10,000 children a second on one core for the families of characters: 100 microseconds each. The others, which
look for words, names and numbers, may take 5 milliseconds.
"""

import time
from collections.abc import Callable, Iterator

from bench.figures import Figure

from seatrial.core.case import Case
from seatrial.core.probe import Dose, Probe
from seatrial.core.request import Message
from seatrial.probes.table import families, find_probe

WORDS = ("abbreviations", "ambiguous", "dates", "empty_input", "entities", "entity_swap", "identity", "incomplete")
WORDS += ("long_input", "mixed_language", "number_words", "paraphrase", "round_trip", "synonyms", "word_order")
"""Families that look for words, names and numbers; all others change characters."""
ROUNDS, CASES, DOSE = 3, 300, Dose(3, 0.2)
QUESTIONS = {
    "en": "Hello, when does the last ferry to Saltholm leave on a normal working day, and what does a ticket cost?",
    "de": "Guten Tag, wann fährt an einem Werktag die letzte Fähre zurück, und was kostet das für zwei Schüler?",
    "ja": "すみません、サルトホルムゆきのさいごのフェリーは何時に出ますか。きっぷはいくらですか。",
}


def probes() -> Iterator[Figure]:
    """Each family on the question that it changes most."""
    for name in families("robustness"):
        probe = find_probe("robustness", name)
        children, cases = max(
            ((_made(probe, cases), cases) for cases in map(_cases, QUESTIONS)), key=lambda each: each[0]
        )
        if not children:
            continue
        took = _best(lambda probe=probe, cases=cases: _made(probe, cases)) / children
        copied = _best(lambda cases=cases: _copied(cases)) / (CASES * DOSE.count)
        bar = 5_000 if name in WORDS else 100
        beside = f"bare copy {1 / copied:,.0f}/s"
        yield Figure(f"children of {name}", f"{1 / took:,.0f}/s", beside, took * 1e6, bar, "us")


def _cases(language: str) -> list[Case]:
    turns = (Message("user", QUESTIONS[language]),)
    return [Case(id=f"{language}{i}", turns=turns, tags={"language": language}) for i in range(CASES)]


def _made(probe: Probe, cases: list[Case]) -> int:
    return sum(1 for case in cases for _ in probe.children(case, DOSE))


def _copied(cases: list[Case]) -> int:
    made = 0
    for case in cases:
        for _ in range(DOSE.count):
            copy = ""
            for sign in case.turns[-1].content:
                copy += sign
            made += len(copy)
    return made


def _best(work: Callable[[], object]) -> float:
    """CPU seconds of the quickest of several rounds."""
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)
