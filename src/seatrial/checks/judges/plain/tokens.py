"""Did the answer take few enough tokens?"""

from typing import ClassVar, Literal

from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.limits import TOKENS, Measuring, Units
from seatrial.core.check import Evidence
from seatrial.core.interaction import Usage
from seatrial.core.score import Score


class Tokens(Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The request took at most so many tokens: `of` input, output or (without it) both together."""

    of: Literal["input", "output", "total"] = "total"

    title = "tokens"
    units: ClassVar[Units] = TOKENS

    def called(self) -> str:
        """`tokens`, or `tokens.output`."""
        return self.title if self.of == "total" else f"{self.title}.{self.of}"

    def judge(self, evidence: Evidence) -> Score:
        """Count as the endpoint did, or as it was estimated."""
        usage = evidence.interaction.usage
        if usage is None:
            return self.cannot_say("The endpoint did not say how many tokens it took.")
        count = {"input": usage.input, "output": usage.output, "total": usage.input + usage.output}[self.of]
        about = "about " if usage.estimated else ""
        kind = "" if self.of == "total" else f"{self.of} "
        return self.measured(count, f"It took {about}{count:,} {kind}tokens")

    @classmethod
    def example(cls) -> Example:
        """A short answer and a long one."""
        short, long = Usage(input=40, output=60), Usage(input=40, output=700)
        return Example("tokens.output <= 300", evidence_of("Yes.", usage=short), evidence_of("Yes.", usage=long))
