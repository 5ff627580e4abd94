"""Nothing is asked."""

from collections.abc import Iterator

import msgspec

from seatrial.core.case import Case
from seatrial.core.probe import Dose, Expectation
from seatrial.probes.child import asked, child

BLANKS = (" ", "\n", "\t \n", "\u00a0", "\u3000", "\u200b", "\r\n\r\n", " " * 1000)
"""Space of several kinds: ASCII, no-break, ideographic, zero-width, and much of it."""


class EmptyInput(msgspec.Struct, frozen=True, kw_only=True):
    """Children whose last question is white space. Nothing can be right: an answer of at least one character is."""

    name: str
    summary: str
    example: str
    expects: Expectation = "no_crash"
    after: str = ""

    def children(self, case: Case, dose: Dose) -> Iterator[Case]:
        """One child for each kind of space, as many as there are; a Case that asks nothing itself has none."""
        if not asked(case).strip():
            return
        bare = msgspec.structs.replace(case, expect=(), reference=None, checks=("length >= 1",))
        for blank in BLANKS[: dose.count]:
            yield child(bare, self.name, blank, dose)


empty_input = EmptyInput(
    name="empty_input",
    summary="white space in the place of the question; the model must answer something",
    example="When does the last ferry leave for Saltholm?",
)
