"""Does at least one turn of a Dialogue pass?"""

from seatrial.checks.evidence import Example
from seatrial.checks.of_turns import OfTurns
from seatrial.checks.turns import dialogue_of
from seatrial.core.score import Score


class SomeTurn(OfTurns, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The inner check passes on at least one answer of the dialogue, each judged with the turns before it.

    When none passes and one could not be judged, it is not judged. Its value is the share of the turns that pass.
    """

    title = "some_turn"

    def combine(self, scores: tuple[Score, ...]) -> Score:
        """Passed before not judged before failed."""
        value = sum(each.passed is True for each in scores) / len(scores)
        if value:
            return self.says(True, self.turn_that(scores, True), value)
        if any(each.passed is None for each in scores):
            return self.cannot_say(self.turn_that(scores, None))
        return self.says(False, f"None of {len(scores)} turns passed. {self.turn_that(scores, False)}", value)

    @classmethod
    def example(cls) -> Example:
        """Asked back at some time, and never."""
        spec = {"some_turn": {"ends_with": "?"}}
        return Example(spec, dialogue_of("Which booking?", "Done."), dialogue_of("No.", "Done."))
