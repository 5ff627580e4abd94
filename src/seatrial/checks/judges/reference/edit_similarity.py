"""How near is the answer to the expected text, character by character?"""

from seatrial.checks.comparing import Comparing
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence
from seatrial.core.score import Score
from seatrial.text.editing import highest_similarity, similarity
from seatrial.text.forms import composed

MOST_CHARACTERS = 20_000
"""Longer texts are not compared: the time grows with the product of the lengths (20,000 each take about 0.1 s)."""


class EditSimilarity(Comparing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer is near enough to the expected text: 1 - Levenshtein distance / length of the longer one, 0 to 1.

    White space around the texts does not count. Texts of more than 20,000 characters are judged only when their
    lengths alone show that they are too far apart.
    """

    title = "edit_similarity"

    def judge(self, evidence: Evidence) -> Score:
        """Take the best over the right answers."""
        answer = composed(evidence.text.strip())
        wanted = [composed(text.strip()) for text in self.right_answers(evidence)]
        if max(len(answer), *map(len, wanted)) > MOST_CHARACTERS:
            return self._by_length(answer, wanted)
        value, best = max((similarity(text, answer), text) for text in wanted)
        return self.measured(value, f"Similarity is {value:.3g} to {quoted(best)}")

    def _by_length(self, answer: str, wanted: list[str]) -> Score:
        most = max(highest_similarity(text, answer) for text in wanted)
        if self.bounds.op.startswith(">") and not self.bounds.holds(most):
            return self.measured(most, f"By its {len(answer):,} characters, similarity is at most {most:.3g}")
        return self.cannot_say(f"Only texts of up to 20,000 characters are compared; the answer has {len(answer):,}.")

    @classmethod
    def example(cls) -> Example:
        """A slip of a finger, and another text."""
        return examples_of("edit_similarity >= 0.8", "Saltholm harbuor", "Graynes", "Saltholm harbour")
