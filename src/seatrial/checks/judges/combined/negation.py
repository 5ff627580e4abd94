"""Does another Check fail?"""

from collections.abc import Awaitable

from seatrial.checks.composed import Wrapping, judged_together
from seatrial.checks.evidence import Example, examples_of
from seatrial.core.check import Evidence
from seatrial.core.score import Score


class Not(Wrapping, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The inner check fails; what it could not judge stays not judged."""

    title = "not"

    def judge(self, evidence: Evidence) -> Score | Awaitable[Score]:
        """Judge by the inner one, and turn it round."""
        return judged_together((self.check,), evidence, self._turned)

    def _turned(self, scores: tuple[Score, ...]) -> Score:
        [inner] = scores
        return self.cannot_say(inner.reason) if inner.passed is None else self.says(not inner.passed, inner.reason)

    @classmethod
    def example(cls) -> Example:
        """A phrase that must not be there."""
        spec = {"not": {"contains_any": ["As an AI", "I cannot browse"]}}
        return examples_of(spec, "At 21:40.", "As an AI I have no timetable.")
