"""Was the answer there in time?"""

from typing import ClassVar

from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.limits import SECONDS, Measuring, Units
from seatrial.checks.timing import seconds, timed, why_not_timed
from seatrial.core.check import Evidence
from seatrial.core.score import Score


class Latency(Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole answer was there within a limit.

    Seconds from the start of the attempt that succeeded; the wait before it is not the model's. An answer out of the
    response cache is not judged.
    """

    title = "latency"
    units: ClassVar[Units] = SECONDS

    def judge(self, evidence: Evidence) -> Score:
        """Compare the time."""
        why = why_not_timed(evidence.interaction)
        if why:
            return self.cannot_say(why)
        value = evidence.interaction.timing.latency
        return self.measured(value, f"It took {seconds(value)}")

    @classmethod
    def example(cls) -> Example:
        """A quick answer and a slow one."""
        quick, slow = evidence_of("Yes.", timing=timed(0.5)), evidence_of("Yes.", timing=timed(4))
        return Example("latency <= 3s", quick, slow)
