"""How near do the tool calls come to the wanted ones?"""

from functools import cached_property
from typing import ClassVar

import msgspec

from seatrial.checks.built_in import ANSWER_AND_EXPECTED
from seatrial.checks.evidence import Example
from seatrial.checks.limits import SHARE, Measuring, Units
from seatrial.checks.trajectories import Demand, Tools, agreed, calls_of
from seatrial.checks.turns import agent
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake
from seatrial.core.score import Score


class ToolF1(Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """The F1 of the tool calls of the whole dialogue against the wanted ones is within a limit.

    Calls are counted as multisets, whatever their order: 2 x right / (made + wanted). The wanted calls are `tools` (a
    list of names, or of mappings with `name` and `arguments` as in `tool_call`); without it, the expected answers of
    the case name them, all of them wanted.
    """

    tools: Tools | None = None

    title = "tool_f1"
    units: ClassVar[Units] = SHARE
    after: ClassVar[str] = "F1 (van Rijsbergen 1979) of the calls as multisets; BFCL and Ragas compare calls alike"

    @property
    def needs(self) -> frozenset[Need]:
        """The answer, and the case's expected answers where it names no calls itself."""
        return ANSWER_AND_EXPECTED if self.tools is None else self.usual_needs

    def prepare(self) -> None:
        """Refuse a limit that is no share, and an empty list."""
        super().prepare()
        if not 0 <= self.bounds.bound <= 1:
            raise Mistake(f"`tool_f1` is a share from 0 to 1, not `{self.limit}`; write e.g. `>= 0.8`")
        _ = self.demand

    @cached_property
    def demand(self) -> Demand | None:
        """The wanted calls, made once; None where the case says them."""
        return None if self.tools is None else Demand.of(self.title, self.tools)

    def judge(self, evidence: Evidence) -> Score:
        """Count the calls that both have."""
        demand, calls = self.demand or Demand.named(evidence.expected), calls_of(evidence)
        if too_many := demand.too_many(calls):
            return self.cannot_say(too_many)
        both, made, wanted = agreed(demand, calls), len(calls), len(demand.wants)
        shown = f"{both} of {made} calls made are wanted, {wanted} were wanted"
        score = self.measured(2 * both / (made + wanted), shown)
        parts = {"right": float(both), "made": float(made), "wanted": float(wanted)}
        return msgspec.structs.replace(score, parts=parts)

    @classmethod
    def example(cls) -> Example:
        """Two wanted calls of which one was made, and both with one too many."""
        spec = {"tool_f1": {"limit": ">= 0.7", "tools": ["find_ferry", "book_ferry"]}}
        return Example(spec, agent("book_ferry", "find_ferry", "find_ferry"), agent("find_ferry"))
