"""Did the agent keep away from what it must not do?"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from seatrial.checks.arguments import Texts, as_texts
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example
from seatrial.checks.trajectories import called, calls_of
from seatrial.checks.turns import agent
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score


class ForbiddenTools(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """None of these tools was called in the whole dialogue.

    `{forbidden_tools: [cancel_booking, "delete_*"]}`: `*` stands for anything, `?` for one sign. `only` turns it round:
    nothing but these may be called.
    """

    tools: Texts | None = None
    only: Texts | None = None

    title = "forbidden_tools"
    short: ClassVar[str | None] = "tools"

    def prepare(self) -> None:
        """Refuse an empty list, and both lists together."""
        if (self.tools is None) == (self.only is None):
            raise Mistake("`forbidden_tools` takes one of `tools` and `only`")
        if not self.names or not all(self.names):
            raise Mistake("`forbidden_tools` has no name, or an empty one; list names such as `delete_*`")

    @property
    def names(self) -> tuple[str, ...]:
        """The forbidden names, or the allowed ones."""
        given = self.tools if self.only is None else self.only
        return () if given is None else as_texts(given)

    def judge(self, evidence: Evidence) -> Score:
        """Look for a forbidden one."""
        names, calls = self.names, calls_of(evidence)
        for number, call in enumerate(calls, 1):
            named = any(fnmatchcase(call.name, name) for name in names)
            if named is (self.only is None):
                why = "is forbidden" if self.only is None else "is not among the allowed ones"
                return self.says(False, f"Call {number:,}, `{call.name[:60]}`, {why}.")
        return self.says(True, called(calls))

    @classmethod
    def arguments_of(cls, value: Any) -> Mapping[str, Any]:
        """A text or a list is the names."""
        return {"tools": tuple(value)} if isinstance(value, list) else super().arguments_of(value)

    @classmethod
    def example(cls) -> Example:
        """A look is allowed, a cancellation is not."""
        spec = {"forbidden_tools": ["cancel_booking"]}
        return Example(spec, agent("find_booking"), agent("find_booking", "cancel_booking"))
