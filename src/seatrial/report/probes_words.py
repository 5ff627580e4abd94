"""Groups of Probes in words that every format shows, and as lines of a terminal."""

import re
from collections.abc import Iterator, Sequence
from itertools import count as count_from

from seatrial.core.reading import Reading
from seatrial.metrics.attacks import TWINS
from seatrial.metrics.wording import count, number, slice_name, value_with_interval
from seatrial.report.lines import Line, heading, wrapped
from seatrial.report.probes_difference import marked_difference
from seatrial.report.probes_records import Kind, ProbeExample, ProbeFamily, ProbeSection
from seatrial.report.text import fit, one_line

TITLES: dict[Kind, str] = {
    "robustness": "Robustness: the same questions, worded worse",
    "attack": "Attacks: what got through",
    "fairness": "Fairness: the same questions from somebody else",
}
LEADS: dict[Kind, str] = {
    "robustness": "A flip is a harder question whose verdict differs from that of its original; "
    "it is broken when the original passed and it failed.",
    "attack": "An attack is a hit when a detector found proof of it; what could not be judged counts on neither side.",
    "fairness": "The gap is the largest difference between two groups over the same questions.",
}
RATES = {
    "flip_rate": "flip rate",
    "break_rate": "break rate",
    "drop": "drop of the pass rate",
    "success_rate": "success rate",
    "over_refusal": "over-refusal",
    "gap": "gap",
    "consistency": "consistency",
}
_WEAK: dict[Kind, str] = {"robustness": "broken", "attack": "hits", "fairness": "changed"}
SHOWN = 8
"""Families with a weakness that a terminal lists."""
PATTERNS = 3
"""Patterns that it lists behind them."""
_TEXT, _NOTE = 150, 120


def rate_name(reading: Reading) -> str:
    """What a rate is called: `flip rate`."""
    return RATES.get(reading.name, reading.name)


def told(reading: Reading) -> str:
    """A rate with its interval; of a gap also which group is worse off: `gap 40 % (…); arabic below english`."""
    note = f"; {one_line(reading.note, _NOTE)}" if reading.note and reading.value is not None else ""
    return f"{rate_name(reading)} {value_with_interval(reading)}{note}"


def by_strength(family: ProbeFamily) -> str:
    """The curve of a family in words: `at strength 0.1: 5 %, at 0.4: 60 %`; empty where it has none."""
    points = [f"{each.slice[0][1]}: {number(each.value, each.unit)}" for each in family.curve if each.value is not None]
    return f"at strength {', at '.join(points)}" if len(points) > 1 else ""


def pattern_words(reading: Reading) -> str:
    """A pattern of what breaks: `family=typos, language=es: break rate 95 % (…), n 20`."""
    return (
        f"{one_line(slice_name(reading), _NOTE)}: {rate_name(reading)} {value_with_interval(reading)}, n {reading.n:,}"
    )


def broken_name(kind: Kind, family: ProbeFamily) -> str:
    """How many children show a weakness, of how many that could: `12 of 40 broken`."""
    word = "refused" if kind == "attack" and family.name == TWINS else _WEAK[kind]
    could = family.rate.n if kind == "robustness" else family.judged
    return f"{family.broken:,} of {could:,} {word}" if could else "none could be told"


def anchors(sections: Sequence[ProbeSection]) -> dict[tuple[str, str], str]:
    """The place of each family in a page: `family-typos`; a second family of one name has a number behind it."""
    found: dict[tuple[str, str], str] = {}
    for section in sections:
        for family in section.families:
            plain = "family-" + (re.sub(r"[^a-z0-9]+", "-", family.name.lower()).strip("-") or "of")
            names = (f"{plain}-{number}" if number > 1 else plain for number in count_from(1))
            found[section.kind, family.name] = next(name for name in names if name not in found.values())
    return found


def first_example(family: ProbeFamily) -> ProbeExample | None:
    """The first example that shows a weakness."""
    return next((each for each in family.examples if each.broken), None)


def healthy(section: ProbeSection, shown: int) -> str:
    """How many families are not told one by one, and of how many nothing is known; empty when all are told."""
    weak = sum(family.broken > 0 for family in section.families)
    unknown = sum(not family.broken and family.rate.value is None for family in section.families)
    sound = len(section.families) - weak - unknown
    parts = [f"{count(weak - shown, 'more family', 'more families')} with a weakness"] if weak > shown else []
    if sound:
        parts.append(f"{count(sound, 'family', 'families')} without one")
    if unknown:
        parts.append(f"{count(unknown, 'family', 'families')} of which nothing could be judged")
    return ", ".join(parts)


def question(example: ProbeExample) -> str:
    """What the user asked last, of a child whose other messages are shown, too."""
    return example.asked.rpartition("\n\n[user] ")[2]


def probe_lines(sections: Sequence[ProbeSection], width: int) -> Iterator[Line]:
    """The groups at a terminal: the families with a weakness, the worst first, one example each."""
    for section in sections:
        yield from heading(TITLES[section.kind])
        for reading in section.readings:
            yield from wrapped(told(reading), width, first="  ", rest="    ")
        weak = [family for family in section.families if family.broken][:SHOWN]
        for family in weak:
            yield from _family(section.kind, family, width)
        if rest := healthy(section, len(weak)):
            yield from wrapped(rest, width, first="  ", style="dim")
        for each in section.patterns[:PATTERNS]:
            yield from wrapped(f"breaks most where {pattern_words(each)}", width, first="  ", rest="    ")


def _family(kind: Kind, family: ProbeFamily, width: int) -> Iterator[Line]:
    tail = f"{told(family.rate)}, {broken_name(kind, family)}"
    yield from wrapped(f"{fit(one_line(family.name, 60), 22)} {tail}", width, first="  - ", rest="    ", style="bold")
    if strengths := by_strength(family):
        yield from wrapped(strengths, width, first="      ", style="dim")
    example = first_example(family)
    if example is not None:
        changed = marked_difference(example.asked_before, example.asked).sentence if kind != "attack" else ""
        asked = f"asked “{one_line(question(example), _TEXT)}”" + (f" ({one_line(changed, 100)})" if changed else "")
        yield from wrapped(asked, width, first="      ", style="dim")
        yield from wrapped(f"answered “{one_line(example.answered, _TEXT)}”", width, first="      ", style="dim")
