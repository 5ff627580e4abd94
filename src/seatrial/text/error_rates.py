"""Word and character error rate: edits that make the answer of the reference, per word or character of the reference.

The measures of speech recognition (as in NIST's sclite). Of several references the one with the lowest rate counts.
A rate may exceed 1. Against an empty reference it is 0 for an empty answer and 1 for any other.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from seatrial.text.editing import distance


class ErrorSums(NamedTuple):
    """Edits, and words (or characters) of the reference."""

    edits: float
    length: float


def error_sums(answer: Sequence[Hashable], references: Sequence[Sequence[Hashable]]) -> ErrorSums:
    """The sums of one answer against the reference that it is nearest to.

    Args:
        answer: Its words, or its text for characters.
        references: At least one, in the same form.
    """
    sums = [ErrorSums(float(distance(answer, reference)), float(len(reference))) for reference in references]
    return min(sums, key=lambda each: quotient(*each))


def quotient(part: float, whole: float) -> float:
    """A part of a whole; of nothing, 0 for nothing and 1 for something."""
    return part / whole if whole else float(part > 0)
