"""Does every turn of a Dialogue pass?"""

from seatrial.checks.composed import said
from seatrial.checks.evidence import Example
from seatrial.checks.of_turns import OfTurns
from seatrial.checks.turns import dialogue_of
from seatrial.core.score import Score, combined


class EveryTurn(OfTurns, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The inner check passes on every answer of the dialogue, each judged with the turns before it.

    It names the first turn that fails; where none fails and one could not be judged, it is not judged. Its value is the
    share of the turns that pass.
    """

    title = "every_turn"

    def combine(self, scores: tuple[Score, ...]) -> Score:
        """Failed before not judged before passed."""
        passed = combined(scores)
        if passed is None:
            return self.cannot_say(self.turn_that(scores, None))
        value = sum(each.passed is True for each in scores) / len(scores)
        if passed:
            return self.says(True, f"All {len(scores)} turns passed; the last one: {said(scores[-1])}.", value)
        return self.says(False, self.turn_that(scores, False), value)

    @classmethod
    def example(cls) -> Example:
        """Short answers, and one that is not."""
        spec = {"every_turn": "length <= 20"}
        return Example(spec, dialogue_of("Which booking?", "Done."), dialogue_of("Which booking do you mean?", "Done."))
