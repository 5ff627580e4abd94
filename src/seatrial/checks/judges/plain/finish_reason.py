"""Did the answer end for the right reason?"""

from typing import ClassVar

from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.wording import listed, quoted
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer
from seatrial.core.score import Score


class FinishReason(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The endpoint gave this reason for the end of the answer (`stop`, `length`, `tool_calls`, ...)."""

    reason: str | tuple[str, ...]

    title = "finish_reason"
    short: ClassVar[str | None] = "reason"

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons that are right."""
        return self.reason if isinstance(self.reason, tuple) else (self.reason,)

    def prepare(self) -> None:
        """Refuse no reason at all."""
        if not all(self.reasons) or not self.reasons:
            raise Mistake("`finish_reason` needs a reason, e.g. `{finish_reason: stop}`")

    def judge(self, evidence: Evidence) -> Score:
        """Compare; an endpoint that says nothing cannot be judged."""
        answer = evidence.interaction.answer
        given = answer.finish_reason if answer else None
        if given is None:
            return self.cannot_say("The endpoint gave no finish reason.")
        return self.says(given in self.reasons, f"It ended with {quoted(given)}, right is {listed(self.reasons)}.")

    @classmethod
    def example(cls) -> Example:
        """A whole answer and a cut one."""
        whole, cut = Answer("At 21:40.", finish_reason="stop"), Answer("At 21:", finish_reason="length")
        return Example({"finish_reason": "stop"}, evidence_of(whole), evidence_of(cut))
