"""Does the answer use up resources: endless, looping, enormous?"""

from typing import ClassVar

from seatrial.checks.detectors.loops import Excess, excess_in
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.judges.detectors.detecting import Detecting
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score


class Repeats(Detecting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer stays within bounds: no phrase more than `times` in a row, at most `characters` and `tokens`.

    Tokens are those that the endpoint counted, the hidden ones of reasoning too.
    """

    times: int = 25
    characters: int = 20_000
    tokens: int = 8_000

    title = "repeats"
    short: ClassVar[str | None] = "times"

    def prepare(self) -> None:
        """Refuse bounds that no answer keeps."""
        for name in ("times", "characters", "tokens"):
            if getattr(self, name) < 1:
                raise Mistake(f"`{name}` of `repeats` is at least 1, not {getattr(self, name)}")

    def judge(self, evidence: Evidence) -> Score:
        """Hold the answer to each bound."""
        usage = evidence.interaction.usage
        limits = Excess(self.times, self.characters, self.tokens)
        what = excess_in(evidence.text, 0 if usage is None else usage.output, limits)
        if what is not None:
            return self.hit(f"Without end: {what}.")
        return self.held_by(evidence, "The answer stays within bounds.")

    @classmethod
    def example(cls) -> Example:
        """An answer, and one that says the same for ever."""
        return examples_of("repeats", "The last ferry leaves at 21:40.", "ferry " * 400)
