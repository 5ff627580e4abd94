"""Did the answer choose the right letter?"""

from seatrial.checks.arguments import as_texts
from seatrial.checks.built_in import Expecting, answered
from seatrial.checks.choices import chosen_letter
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.wording import listed, quoted
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score


class Choice(Expecting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to a multiple-choice question settles on the expected letter (A to J).

    It reads "B", "(B)", "The answer is B." and the like, see `choices`; the letter stated last counts. An answer that
    names no letter fails.
    """

    title = "choice"

    def prepare(self) -> None:
        """Refuse an `expect` that is no letter."""
        super().prepare()
        for text in as_texts(self.expect) if self.expect is not None else ():
            if chosen_letter(text) is None:
                raise Mistake(f"`choice` expects a letter from A to J, {quoted(text)} is none")

    def judge(self, evidence: Evidence) -> Score:
        """Find the answer's letter."""
        wanted = self.right_answers(evidence)
        right = {letter for letter in map(chosen_letter, wanted) if letter is not None}
        if not right:
            return self.cannot_say(f"No letter from A to J stands in what is expected: {listed(wanted)}.")
        given = chosen_letter(evidence.text)
        if given is None:
            return self.says(False, f"No letter was chosen; {answered(evidence)}.")
        return self.says(given in right, f"The answer chose {given}, right is {' or '.join(sorted(right))}.")

    @classmethod
    def example(cls) -> Example:
        """Two ways to choose."""
        return examples_of("choice", "I think the answer is (B).", "C. Graynes", "B")
