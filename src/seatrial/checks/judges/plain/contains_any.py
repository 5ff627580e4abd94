"""Does the answer contain at least one of several texts?"""

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.searching import Searching


class ContainsAny(Searching, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer contains at least one of the texts."""

    title = "contains_any"

    @classmethod
    def example(cls) -> Example:
        """Two words for one thing."""
        spec = {"contains_any": {"expect": ["ferry", "boat"], "ignore_case": True}}
        return examples_of(spec, "The Ferry is late.", "The bus is late.")
