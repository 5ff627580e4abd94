"""What failures have in common, looked for while the attempts of a report go by."""

from collections.abc import Callable, Mapping

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.metrics.patterns.find import FEWEST
from seatrial.metrics.patterns.records import Example, Explanation, Pattern
from seatrial.metrics.patterns.watched import Watched

LOOKED_AT = 8_000
"""Attempts that a report looks at, so that it takes neither long nor much memory; `seatrial explain` takes all."""
WORDS = 40
TEXTS = 150

Key = tuple[str, str]


def watch(batch: Batch) -> Watched | None:
    """What takes the attempts; None when too few failed, or too few did not, for anything to be found."""
    passed = batch.column("passed")
    wrong, right = sum(value == 0 for value in passed), sum(value == 1 for value in passed)
    if min(wrong, right) < FEWEST:
        return None
    return Watched(keep=min(1.0, LOOKED_AT / (wrong + right)), words=WORDS, texts=TEXTS)


def cases_of(found: Explanation) -> set[Key]:
    """The suite and case of every example."""
    patterns = (each.examples for each in found.patterns)
    examples = [*(each.example for each in found.alike), *(example for group in patterns for example in group)]
    return {(example.suite, example.case) for example in examples}


def placed(found: Explanation, cases: Mapping[Key, Case]) -> Explanation:
    """The same with where the examples stand."""

    def place(example: Example) -> Example:
        case = cases.get((example.suite, example.case))
        return example if case is None else msgspec.structs.replace(example, origin=case.origin)

    return msgspec.structs.replace(
        found,
        causes=tuple(_placed(each, place) for each in found.causes),
        symptoms=tuple(_placed(each, place) for each in found.symptoms),
        alike=tuple(msgspec.structs.replace(each, example=place(each.example)) for each in found.alike),
    )


def _placed(pattern: Pattern, place: Callable[[Example], Example]) -> Pattern:
    return msgspec.structs.replace(pattern, examples=tuple(map(place, pattern.examples)))
