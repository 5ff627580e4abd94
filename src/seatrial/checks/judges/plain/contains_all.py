"""Does the answer contain each of several texts?"""

from seatrial.checks.built_in import answered
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.searching import Searching
from seatrial.checks.wording import listed
from seatrial.core.check import Evidence
from seatrial.core.score import Score


class ContainsAll(Searching, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer contains every one of the texts; its value is the share that was found."""

    title = "contains_all"

    def look(self, answer: str, wanted: tuple[str, ...], evidence: Evidence) -> Score:
        """Look for all texts."""
        missing = tuple(text for text in wanted if self.comparable(text) not in answer)
        value = 1 - len(missing) / len(wanted)
        if missing:
            return self.says(False, f"It lacks {listed(missing)}; {answered(evidence)}.", value)
        return self.says(True, f"It contains all {len(wanted)} texts.", value)

    @classmethod
    def example(cls) -> Example:
        """A fare with its currency, and without."""
        return examples_of({"contains_all": ["12.50", "euros"]}, "It costs 12.50 euros.", "It costs 12.50.")
