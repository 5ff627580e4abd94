"""Did the model call the right tools?"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import msgspec

from seatrial.checks.built_in import BuiltIn, answered
from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.tool_calls import Match, Wanted, first_difference
from seatrial.checks.trajectories import Demand
from seatrial.checks.turns import calls_of_turn
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer
from seatrial.core.request import ToolCall
from seatrial.core.score import Score


class ToolCalls(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The model called the wanted function with the wanted arguments, or several of them, or none.

    It looks at the answer and, where tools return results, at all calls on the way to it.

    `{tool_call: book_ferry}` wants a call; `name` with `arguments` (`match: exact`, the default, or `subset`) or with
    `schema` (a JSON Schema of the arguments) says more; `calls` lists several, in this order unless `order` is false;
    `none: true` wants no call at all. Other calls beside these fail unless `others` is true. Here `name` is the
    function's: `label` is the name that Scores show.
    """

    tool: str | None = msgspec.field(default=None, name="name")
    arguments: dict[str, Any] | None = None
    match: Match = "exact"
    schema: dict[str, Any] | None = None
    calls: tuple[Wanted, ...] = ()
    order: bool = True
    others: bool = False
    none: bool = False
    name: str = msgspec.field(default="", name="label")

    title = "tool_call"
    forms: ClassVar[tuple[dict[str, Any], ...]] = ({"type": "string"}, {"type": "array", "minItems": 1})

    def called(self) -> str:
        """`tool_call book_ferry`."""
        names = [wanted.name for wanted in self.wanted]
        return " ".join([self.title, *names]) if names else f"{self.title} none"

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The calls that are wanted."""
        if self.tool is None:
            return self.calls
        return (Wanted(self.tool, self.arguments, self.match, self.schema),)

    def prepare(self) -> None:
        """Refuse demands that contradict each other, and schemas that are none."""
        if (self.tool is not None) + bool(self.calls) + self.none != 1:
            raise Mistake("`tool_call` takes one of `name`, `calls` and `none: true`")
        if self.tool is None and (self.arguments is not None or self.schema is not None):
            raise Mistake("`arguments` and `schema` of `tool_call` need the `name` of a function beside them")
        _ = self.demand

    @cached_property
    def demand(self) -> Demand:
        """The wanted calls with the validators of their schemas, made once; none where none is wanted."""
        return Demand.of(self.title, self.wanted) if self.wanted else Demand(())

    def judge(self, evidence: Evidence) -> Score:
        """Compare the calls."""
        made = calls_of_turn(evidence)
        if self.none:
            return self.says(not made, f"It called {_names(made)}." if made else "It called nothing.")
        if not made:
            return self.says(False, f"It called nothing; {answered(evidence)}.")
        if too_many := self.demand.too_many(made):
            return self.cannot_say(too_many)
        wrong, left = first_difference(self.demand.wants, made, self.order)
        if wrong is not None:
            return self.says(False, f"{wrong[:1].upper()}{wrong[1:]}.")
        if left and not self.others:
            return self.says(False, f"It also called {_names(left)}.")
        return self.says(True, f"It called {_names(made)}.")

    @classmethod
    def arguments_of(cls, value: Any) -> Mapping[str, Any]:
        """A text is the name of a function, a list the calls that are wanted."""
        if isinstance(value, str):
            return {"name": value}
        if isinstance(value, list | tuple):
            return {"calls": [{"name": each} if isinstance(each, str) else each for each in value]}
        return super().arguments_of(value)

    @classmethod
    def example(cls) -> Example:
        """A booking for two, and one for three."""
        spec = {"tool_call": {"name": "book_ferry", "arguments": {"island": "Saltholm", "passengers": 2}}}
        two = ToolCall("book_ferry", '{"passengers": 2, "island": "Saltholm"}')
        three = ToolCall("book_ferry", '{"passengers": 3, "island": "Saltholm"}')
        return Example(spec, evidence_of(Answer(tool_calls=(two,))), evidence_of(Answer(tool_calls=(three,))))


def _names(calls: Sequence[ToolCall]) -> str:
    return ", ".join(f"`{call.name}`" for call in calls)
