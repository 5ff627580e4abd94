"""Did the answer begin in time?"""

from typing import ClassVar

from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.limits import SECONDS, Measuring, Units
from seatrial.checks.timing import seconds, timed, why_not_timed
from seatrial.core.check import Evidence
from seatrial.core.score import Score


class FirstToken(Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first token of a streamed answer was there within a limit; answers that were not streamed are not judged."""

    title = "first_token"
    units: ClassVar[Units] = SECONDS

    def judge(self, evidence: Evidence) -> Score:
        """Compare the time."""
        why = why_not_timed(evidence.interaction)
        value = evidence.interaction.timing.to_first_token
        if why or value is None:
            return self.cannot_say(why or "The answer was not streamed, so it has no first token.")
        return self.measured(value, f"The first token took {seconds(value)}")

    @classmethod
    def example(cls) -> Example:
        """A quick start and a slow one."""
        quick, slow = timed(2, first_token=0.3), timed(2, first_token=1.5)
        return Example("first_token <= 800ms", evidence_of("Yes.", timing=quick), evidence_of("Yes.", timing=slow))
