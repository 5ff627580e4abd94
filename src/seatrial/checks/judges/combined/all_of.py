"""Do all of several Checks pass?"""

from seatrial.checks.composed import Composed, said
from seatrial.checks.evidence import Example, examples_of
from seatrial.core.score import Score, combined


class AllOf(Composed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All inner checks pass: failed if any failed, else not judged if any was not.

    Its value is the share that passed.
    """

    title = "all_of"

    def combine(self, scores: tuple[Score, ...]) -> Score:
        """Failed before not judged before passed."""
        passed = combined(scores)
        if passed is None:
            return self.cannot_say(next(said(each) for each in scores if each.passed is None))
        value = sum(each.passed is True for each in scores) / len(scores)
        if passed:
            return self.says(True, f"All {len(scores)} passed.", value)
        return self.says(False, f"{next(said(each) for each in scores if each.passed is False)}.", value)

    @classmethod
    def example(cls) -> Example:
        """A short answer with the right time."""
        spec = {"all_of": [{"contains": "21:40"}, "length <= 20"]}
        return examples_of(spec, "At 21:40.", "At 21:40, if the weather is good enough.")
