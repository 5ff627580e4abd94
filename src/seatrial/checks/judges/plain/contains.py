"""Does the answer contain an expected text?"""

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.searching import Searching


class Contains(Searching, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer contains the expected text; of several, any will do."""

    title = "contains"

    @classmethod
    def example(cls) -> Example:
        """A time of departure, right and wrong."""
        return examples_of("contains", "The last ferry leaves at 21:40.", "It leaves at 20:15.", "21:40")
