"""The same question again, as it is."""

from collections.abc import Iterator

import msgspec

from seatrial.core.case import Case
from seatrial.core.probe import Dose, Expectation
from seatrial.probes.child import asked, of_turns


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Children that change nothing: how often verdicts flip by chance alone, against which other families are held."""

    name: str
    summary: str
    example: str
    expects: Expectation = "same_answer"
    after: str = ""

    def children(self, case: Case, dose: Dose) -> Iterator[Case]:
        """`dose.count` children, numbered from the second on."""
        if not asked(case).strip():
            return
        child = of_turns(case, self.name, case.turns, dose)
        for number in range(1, dose.count + 1):
            yield child if number == 1 else msgspec.structs.replace(child, id=f"{child.id}-{number}")


identity = Identity(
    name="identity",
    summary="the same question again: how often an answer flips by chance alone",
    example="When does the last ferry leave for Saltholm?",
)
