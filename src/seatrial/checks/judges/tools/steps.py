"""How many steps did the agent take?"""

from typing import ClassVar, Literal

from seatrial.checks.evidence import Example
from seatrial.checks.limits import Measuring, Units
from seatrial.checks.trajectories import calls_of
from seatrial.checks.turns import agent, turns_of
from seatrial.core.check import Evidence
from seatrial.core.score import Score

_WORDS = ("", "call", "calls", "step", "steps", "turn", "turns")


class Steps(Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """The number of tool calls of the whole dialogue is within a limit.

    `steps.turns <= 6` counts the answers to a user instead.
    """

    of: Literal["calls", "turns"] = "calls"

    title = "steps"
    units: ClassVar[Units] = Units(dict.fromkeys(_WORDS, 1.0), "<= 5", "steps")

    def called(self) -> str:
        """`steps`, or `steps.turns`."""
        return self.title if self.of == "calls" else f"{self.title}.{self.of}"

    @property
    def measure(self) -> str:
        """What is counted."""
        return self.of

    def judge(self, evidence: Evidence) -> Score:
        """Count."""
        if self.of == "calls":
            count, what = len(calls_of(evidence)), "tool call"
        else:
            count, what = len(turns_of(evidence)), "answered turn"
        return self.measured(count, f"The dialogue has {count:,} {what}{'' if count == 1 else 's'}")

    @classmethod
    def example(cls) -> Example:
        """Two calls, and four."""
        return Example("steps <= 3", agent("find_ferry", "book_ferry"), agent(*["find_ferry"] * 4))
