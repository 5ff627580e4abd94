"""Does any of several Checks pass?"""

from seatrial.checks.composed import Composed, said
from seatrial.checks.evidence import Example, examples_of
from seatrial.core.score import Score


class AnyOf(Composed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At least one inner check passes; when none does and one was not judged, it is not judged.

    Its value is the share that passed.
    """

    title = "any_of"

    def combine(self, scores: tuple[Score, ...]) -> Score:
        """Passed before not judged before failed."""
        passed = [each for each in scores if each.passed]
        value = len(passed) / len(scores)
        if passed:
            return self.says(True, f"{said(passed[0])}.", value)
        for each in scores:
            if each.passed is None:
                return self.cannot_say(f"{said(each)}.")
        return self.says(False, f"None of {len(scores)} passed; {said(scores[0])}.", value)

    @classmethod
    def example(cls) -> Example:
        """A time in either form."""
        return examples_of({"any_of": [{"contains": "21:40"}, {"contains": "9:40 pm"}]}, "At 9:40 pm.", "At 9 pm.")
