"""Did the agent take the wanted way?"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from seatrial.checks.built_in import ANSWER_AND_EXPECTED, BuiltIn
from seatrial.checks.evidence import Example
from seatrial.checks.trajectories import Demand, Tools, Trajectory, called, calls_of, unlike
from seatrial.checks.turns import agent
from seatrial.core.check import Evidence, Need
from seatrial.core.score import Score


class ToolsUsed(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """The tool calls of the whole dialogue are the wanted ones.

    `{tools_used: [find_ferry, book_ferry]}` wants these calls; `match` says how: `exact` (the default: these, in this
    order, no others), `in_order` (others may stand between), `any_order` (these, and any others) or `subset` (nothing
    but these). An item may be a mapping as in `tool_call`: `name` with `arguments` and `match: subset`, or with
    `schema`. Without `tools`, the expected answers of the case name the calls, all of them wanted.
    """

    tools: Tools | None = None
    match: Trajectory = "exact"

    title = "tools_used"
    short: ClassVar[str | None] = "tools"
    after: ClassVar[str] = "trajectory match of Google Vertex AI's agent evaluation and of LangChain's agentevals"

    @property
    def needs(self) -> frozenset[Need]:
        """The answer, and the case's expected answers where it names no calls itself."""
        return ANSWER_AND_EXPECTED if self.tools is None else self.usual_needs

    def prepare(self) -> None:
        """Refuse an empty list, and schemas that are none."""
        _ = self.demand

    @cached_property
    def demand(self) -> Demand | None:
        """The wanted calls, made once; None where the case says them."""
        return None if self.tools is None else Demand.of(self.title, self.tools)

    def judge(self, evidence: Evidence) -> Score:
        """Compare the calls."""
        demand, calls = self.demand or Demand.named(evidence.expected), calls_of(evidence)
        if too_many := demand.too_many(calls):
            return self.cannot_say(too_many)
        wrong = unlike(demand, calls, self.match)
        return self.says(wrong is None, wrong or called(calls))

    @classmethod
    def arguments_of(cls, value: Any) -> Mapping[str, Any]:
        """A text or a list is the calls."""
        return {"tools": [value]} if isinstance(value, str) else super().arguments_of(value)

    @classmethod
    def example(cls) -> Example:
        """Looked up before it was booked, and the other way round."""
        spec = {"tools_used": ["find_ferry", "book_ferry"]}
        return Example(spec, agent("find_ferry", "book_ferry"), agent("book_ferry", "find_ferry"))
