"""A family of changes to the words of a question, as a Probe."""

import random
from collections.abc import Callable, Iterator, Sequence

import msgspec

from seatrial.core.case import Case
from seatrial.core.probe import Dose, Expectation
from seatrial.probes.child import asked, child, dice
from seatrial.text.kept import Piece, pieces

Rewrite = Callable[[Sequence[Piece], random.Random, float], str]
"""Makes the harder text of the pieces of a text, by chance and at a strength of 0 to 1."""
TRIES = 4
"""Times that a child is tried for before the Case is given up: chance may change nothing, or what was made already."""


class Rewording(msgspec.Struct, frozen=True, kw_only=True):
    """A family of changes: `rewrite` may touch the pieces that are not kept, and what it must keep is verified.

    `keeps` is False where the family changes what other families must keep (numbers in words); `example` is a text
    that it changes. `after` names the paper or the standard behind it.
    """

    name: str
    summary: str
    rewrite: Rewrite
    example: str
    expects: Expectation = "same_answer"
    keeps: bool = True
    after: str = ""

    def children(self, case: Case, dose: Dose) -> Iterator[Case]:
        """Up to `dose.count` children with different texts."""
        text = asked(case)
        cut = pieces(text, case.expect)
        seen = {text}
        for number in range(dose.count):
            for attempt in range(TRIES):
                harder = self.rewrite(cut, dice(case, self.name, number * TRIES + attempt, dose), dose.strength)
                if harder not in seen and (not self.keeps or is_kept(cut, harder)):
                    seen.add(harder)
                    yield child(case, self.name, harder, dose)
                    break


def is_kept(cut: Sequence[Piece], text: str) -> bool:
    """Whether all kept pieces stand in a text, in their order."""
    place = 0
    for piece in cut:
        if piece.kept:
            place = text.find(piece.text, place)
            if place < 0:
                return False
            place += len(piece.text)
    return True


def of_free(change: Callable[[str, random.Random, float], str]) -> Rewrite:
    """A Rewrite that changes each free piece by itself."""

    def rewrite(cut: Sequence[Piece], draw: random.Random, strength: float) -> str:
        return "".join(piece.text if piece.kept else change(piece.text, draw, strength) for piece in cut)

    return rewrite
