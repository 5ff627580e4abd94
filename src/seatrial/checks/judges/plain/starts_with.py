"""Does the answer begin with an expected text?"""

from seatrial.checks.built_in import answered
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.searching import Searching
from seatrial.checks.wording import listed
from seatrial.core.check import Evidence
from seatrial.core.score import Score


class StartsWith(Searching, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer begins with the expected text, white space before it aside."""

    title = "starts_with"

    def look(self, answer: str, wanted: tuple[str, ...], evidence: Evidence) -> Score:
        """Compare the beginnings."""
        for text in wanted:
            if answer.startswith(self.comparable(text)):
                return self.says(True, f"It begins with {listed((text,))}.")
        return self.says(False, f"It does not begin with {listed(wanted)}; {answered(evidence)}.")

    @classmethod
    def example(cls) -> Example:
        """A greeting, and none."""
        return examples_of({"starts_with": "Dear passenger"}, "Dear passenger, thank you.", "Thanks, dear passenger.")
