"""METEOR with its modules "exact" and "stem" (Banerjee and Lavie 2005; weights of Lavie and Agarwal 2007).

No synonyms and no paraphrases: those need word lists. Words are matched as NLTK's `meteor_score` matches them, from
the end of both texts; so words that stand more than once keep their order.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from seatrial.text.porter import stemmed

ALPHA, BETA, GAMMA = 0.9, 3.0, 0.5


class MeteorSums(NamedTuple):
    """Matched words, the chunks (runs in the same order) that they form, words of the answer and of the reference."""

    matches: float
    chunks: float
    answer: float
    reference: float


def meteor_sums(answer: Sequence[str], references: Sequence[Sequence[str]]) -> MeteorSums:
    """The sums of one answer, against the reference that it is nearest to; words are compared in lower case.

    Args:
        answer: Its words.
        references: At least one list of words.
    """
    return max((_sums(answer, reference) for reference in references), key=meteor)


def meteor(sums: MeteorSums) -> float:
    """METEOR of sums, 0 to 1: a mean of precision and recall (nine parts recall), less a penalty for many chunks."""
    if not sums.matches:
        return 0.0
    precision, recall = sums.matches / sums.answer, sums.matches / sums.reference
    mean = precision * recall / (ALPHA * precision + (1 - ALPHA) * recall)
    penalty: float = GAMMA * (sums.chunks / sums.matches) ** BETA
    return (1 - penalty) * mean


def _sums(answer: Sequence[str], reference: Sequence[str]) -> MeteorSums:
    left_here = [(place, word.lower()) for place, word in enumerate(answer)]
    left_there = [(place, word.lower()) for place, word in enumerate(reference)]
    matched: dict[int, int] = {}
    for form in (str, stemmed):
        found = _matched(left_here, left_there, form)
        matched |= found
        taken = set(found.values())
        left_here = [each for each in left_here if each[0] not in found]
        left_there = [each for each in left_there if each[0] not in taken]
    # A chunk begins wherever the word before is not matched to the word before.
    chunks = sum(matched.get(place - 1) != other - 1 for place, other in matched.items())
    return MeteorSums(float(len(matched)), float(chunks), float(len(answer)), float(len(reference)))


def _matched(
    here: Sequence[tuple[int, str]], there: Sequence[tuple[int, str]], form: Callable[[str], str]
) -> dict[int, int]:
    """Places of words of the same form: place of the answer -> place of the reference."""
    places: dict[str, list[int]] = {}
    for place, word in there:
        places.setdefault(form(word), []).append(place)
    found = {}
    for place, word in reversed(here):
        if left := places.get(form(word)):
            found[place] = left.pop()
    return found
