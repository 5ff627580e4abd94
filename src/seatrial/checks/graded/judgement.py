"""The reply that most judges give: a reason, a score, pass or fail."""

from typing import Annotated

import msgspec

from seatrial.checks.graded.jury import Verdict

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""A number from 0 to 1."""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What a judge says; without `score`, pass counts 1 and fail 0. The reason comes first: it is thought of first."""

    reason: str = ""
    score: Share | None = None
    passed: bool

    def verdict(self) -> Verdict:
        """The same as a verdict."""
        value = float(self.passed) if self.score is None else self.score
        return Verdict(passed=self.passed, value=value, reason=self.reason.strip())
