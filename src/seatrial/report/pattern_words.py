"""What failures have in common, in words that every format shows, and as lines of a terminal."""

from collections.abc import Iterator, Sequence

from seatrial.metrics.patterns.records import Alike, Example, Explanation, Pattern
from seatrial.metrics.wording import count
from seatrial.report.lines import Line, heading, wrapped
from seatrial.report.text import one_line

TITLE = "What failures have in common"
SHOWN = 3
_TEXT = 160


def place(example: Example) -> str:
    """A case and where it stands: `fares-es-3 (cases/es.jsonl:4)`."""
    named = f"{example.suite}/{example.case}" if example.suite else example.case
    return f"{named} ({example.origin})" if example.origin else named


def beside(pattern: Pattern) -> str:
    """What else is said of nearly the same rows; empty when nothing is."""
    return f"Nearly the same rows {'; or '.join(pattern.also)}." if pattern.also else ""


def group_name(group: Alike) -> str:
    """A group of answers by number and words: `14 answers alike: sorry, help, cannot`."""
    name = f": {', '.join(group.words)}" if group.words else ""
    return f"{count(group.n, 'answer')} alike{name}"


def left_out(found: Explanation) -> str:
    """How much was not looked at; empty when all was."""
    if not found.left_out:
        return ""
    return f"{count(found.left_out, 'more answer')} were not looked at; `seatrial explain` looks at all."


def short_lines(found: Explanation, width: int) -> Iterator[Line]:
    """The section of a report at a terminal: the sentence, and the first patterns with an example each."""
    yield from heading(TITLE)
    yield from wrapped(one_line(found.sentence, 900), width, first="  ")
    for pattern in found.patterns[:SHOWN]:
        yield from _pattern(pattern, width, examples=1)
    if rest := left_out(found):
        yield from wrapped(rest, width, first="  ", style="dim")


def long_lines(found: Explanation, width: int, most: int) -> Iterator[Line]:
    """All that was found, for `seatrial explain`."""
    yield from wrapped(one_line(found.sentence, 2_000), width, style="bold")
    yield from _part("Before the answer (may be causes)", found.causes[:most], width)
    yield from _part("In the answer (symptoms)", found.symptoms[:most], width)
    if found.alike:
        yield from heading("Failing answers that are alike")
    for group in found.alike[:most]:
        yield from wrapped(one_line(group_name(group)), width, first="  ", rest="    ", style="bold")
        yield from wrapped(f"“{one_line(group.text, _TEXT)}”", width, first="    ")
        yield from wrapped(one_line(place(group.example)), width, first="    ", style="dim")
    for text in (left_out(found), found.note):
        if text:
            yield []
            yield from wrapped(text, width, style="dim")


def _part(title: str, patterns: Sequence[Pattern], width: int) -> Iterator[Line]:
    if patterns:
        yield from heading(title)
    for pattern in patterns:
        yield from _pattern(pattern, width, examples=3)


def _pattern(pattern: Pattern, width: int, examples: int) -> Iterator[Line]:
    yield from wrapped(one_line(pattern.sentence, 900), width, first="  - ", rest="    ")
    if pattern.also:
        yield from wrapped(one_line(beside(pattern), 300), width, first="    ", style="dim")
    cases = ", ".join(place(example) for example in pattern.examples[:examples])
    if cases:
        yield from wrapped(one_line(f"For example {cases}", 300), width, first="    ", style="dim")
