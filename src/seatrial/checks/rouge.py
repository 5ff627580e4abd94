"""What the ROUGE checks share: how texts become words, and which of several references counts."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from seatrial.checks.referring import Measure, Referring
from seatrial.checks.wording import quoted
from seatrial.text.rouge import Rouge, rouge_words


class OfRouge(Referring, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A ROUGE measure; `figure` chooses between F, precision and recall of the reference with the best F."""

    stem: bool = False
    tokenize: Literal["rouge", "words"] = "rouge"
    figure: Literal["f", "precision", "recall"] = "f"

    after = "Lin 2004; rouge-score 0.1.2"
    shown: ClassVar[str]

    def compare(self, answer: str, references: Sequence[str]) -> Measure:
        """Take the reference with the best F."""
        best, nearest = max(
            ((self.rouge(answer, reference), reference) for reference in references), key=lambda found: found[0].f
        )
        value: float = getattr(best, self.figure)
        figure = "" if self.figure == "f" else f" {self.figure}"
        return Measure(value, f"{self.shown}{figure} is {value:.3g} against {quoted(nearest)}")

    def words(self, text: str) -> list[str]:
        """The words that are compared."""
        return rouge_words(text, self.tokenize, stem=self.stem)

    def rouge(self, answer: str, reference: str) -> Rouge:
        """The measure against one reference.

        Raises:
            NotComparable: They are too long.
        """
        raise NotImplementedError
