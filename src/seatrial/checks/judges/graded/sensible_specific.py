"""Is the answer sensible, and specific to this conversation?"""

import msgspec

from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.graded.base import Graded
from seatrial.checks.graded.juror import Juror
from seatrial.checks.graded.jury import EMPTY, Verdict
from seatrial.checks.graded.transcript import exchange
from seatrial.core.check import Evidence


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge replies."""

    reason: str = ""
    sensible: bool
    specific: bool


class SensibleSpecific(Graded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model finds the answer sensible at this point of the conversation, and specific to it.

    Its value is the mean of the two (0, 0.5 or 1; the mean over answers is SSA); an answer that is not sensible is not
    specific. It passes when it is both; with `threshold: 0.5` being sensible is enough. An empty answer fails.
    """

    title = "sensible_specific"
    prompt_name = "sensible_specific-1"
    after = "Adiwardana et al. 2020, Towards a Human-like Open-Domain Chatbot (SSA)"

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Ask for both at once."""
        if not evidence.text.strip():
            return msgspec.structs.replace(EMPTY, parts={"sensible": 0.0, "specific": 0.0})
        found = await juror.ask(exchange(evidence), Finding)
        specific = found.sensible and found.specific
        counts = {"sensible": float(found.sensible), "specific": float(specific)}
        return Verdict(passed=specific, value=sum(counts.values()) / 2, reason=found.reason, parts=counts)

    @classmethod
    def example(cls) -> Example:
        """An answer to this question only, and one that would fit anywhere."""
        question = "When does the last ferry leave?"
        fitting = evidence_of("The last one leaves at 21:40.", question=question)
        return Example("sensible_specific", fitting, evidence_of("That is good to know.", question=question))
