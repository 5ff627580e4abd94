"""Whether two texts say the same, as far as that can be seen without a model.

Two texts differ when their numbers do, whatever else they say: times, amounts and counts are what answers are asked
for. Else they are as much the same as they share their words.
"""

from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from seatrial.text.lexical import bag, cosine
from seatrial.text.numerals import numerals
from seatrial.text.squad import normalised


class Likeness(NamedTuple):
    """How much two texts are the same, 0 to 1, and what decided that."""

    value: float
    why: str


def same_numbers(one: str, other: str) -> Likeness:
    """1 when both texts hold the same numbers, in whatever order and however often; where neither has any, 1, too."""
    mine, theirs = _numbers(one), _numbers(other)
    if mine == theirs:
        return Likeness(1.0, f"the same numbers: {_shown(mine)}" if mine else "neither holds a number")
    return Likeness(0.0, f"other numbers: {_shown(mine)} and {_shown(theirs)}")


def same_form(one: str, other: str) -> Likeness:
    """1 when both texts are the same but for case, punctuation, white space and English articles."""
    same = normalised(one) == normalised(other)
    return Likeness(float(same), "the same text" if same else "another text")


def same_words(one: str, other: str) -> Likeness:
    """The cosine of the bags of words."""
    value = cosine(bag(one), bag(other))
    return Likeness(value, f"they share {value:.0%} of their words")


def same_answer(one: str, other: str) -> Likeness:
    """The same text; else the same numbers and a question in both or in none, and then by their words."""
    form = same_form(one, other)
    if form.value:
        return form
    numbers = same_numbers(one, other)
    if not numbers.value:
        return numbers
    if ("?" in one) != ("?" in other):
        return Likeness(0.0, "one asks back, the other does not")
    return same_words(one, other)


def _numbers(text: str) -> Counter[Decimal]:
    return Counter({found.value.normalize(): 1 for found, _, _ in numerals(text)})


def _shown(numbers: Counter[Decimal]) -> str:
    return ", ".join(f"{number:f}"[:20] for number in sorted(numbers)[:4]) or "none"
