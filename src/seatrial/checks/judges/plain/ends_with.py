"""Does the answer end with an expected text?"""

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.searching import Searching
from seatrial.checks.wording import listed, quoted
from seatrial.core.check import Evidence
from seatrial.core.score import Score


class EndsWith(Searching, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer ends with the expected text, white space behind it aside."""

    title = "ends_with"

    def look(self, answer: str, wanted: tuple[str, ...], evidence: Evidence) -> Score:
        """Compare the ends."""
        for text in wanted:
            if answer.endswith(self.comparable(text)):
                return self.says(True, f"It ends with {listed((text,))}.")
        return self.says(False, f"It does not end with {listed(wanted)} but with {quoted(answer[-60:])}.")

    @classmethod
    def example(cls) -> Example:
        """A question back, and none."""
        return examples_of({"ends_with": "?"}, "To which island?\n", "Please name the island.")
