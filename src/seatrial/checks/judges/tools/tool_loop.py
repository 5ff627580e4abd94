"""Does the agent go round in circles?"""

from typing import Annotated, ClassVar

from msgspec import Meta

from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example
from seatrial.checks.trajectories import MOST_CALLS, TOO_MANY, called, calls_of, circle, most_repeated
from seatrial.checks.turns import agent
from seatrial.core.check import Evidence
from seatrial.core.score import Score

Times = Annotated[int, Meta(ge=2, le=MOST_CALLS)]


class ToolLoop(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The agent makes no call over and over: neither the same call with the same arguments, nor a circle of calls.

    It fails when one call is made `times` times with the same arguments, or when two or more different calls follow
    themselves: A B A B is a circle that is gone through twice (`circles`). An agent that waits by asking again needs
    higher numbers.
    """

    times: Times = 3
    circles: Times = 2

    title = "tool_loop"
    short: ClassVar[str | None] = "times"

    def judge(self, evidence: Evidence) -> Score:
        """Count the same calls, and look for circles."""
        calls = calls_of(evidence)
        if len(calls) > MOST_CALLS:
            return self.cannot_say(TOO_MANY)
        repeated = most_repeated(calls)
        if repeated is not None and repeated[1] >= self.times:
            return self.says(
                False, f"`{repeated[0].name[:60]}` was called {repeated[1]:,} times with the same arguments."
            )
        again = circle(calls, self.circles)
        if again is not None:
            names = ", ".join(f"`{call.name[:40]}`" for call in again[:5])
            return self.says(False, f"It went round in a circle of {len(again)} calls: {names}.")
        return self.says(True, called(calls))

    @classmethod
    def example(cls) -> Example:
        """Two looks at the timetable, and three."""
        return Example("tool_loop", agent("find_ferry", "find_ferry"), agent(*["find_ferry"] * 3))
