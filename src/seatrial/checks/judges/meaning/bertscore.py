"""How much of the reference's meaning is in the answer, token by token?"""

from typing import Any, ClassVar, Literal

from seatrial.checks.arguments import Building, filled
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.judges.meaning.against import Against
from seatrial.checks.judges.meaning.embedders import NoVectors, locally, windows_note
from seatrial.checks.wording import quoted
from seatrial.core.check import Check, Evidence, Expense
from seatrial.core.score import Score
from seatrial.text.minilm import demand, model


class BertScore(Against, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """MiniLM-BERTScore: each token of the answer is matched with the nearest of the reference, by its state in context.

    `of` is precision (how much of the answer is in the reference), recall (the other way round) or, without it, f1. The
    states are those of the last layer of all-MiniLM-L6-v2, not of the paper's RoBERTa, so that its values cannot be
    compared with published ones; there is no weighting by idf and no rescaling. Longer texts than 254 tokens are read
    in windows, up to 8; beyond these the answer is not judged.
    """

    of: Literal["precision", "recall", "f1"] = "f1"

    title = "bertscore"
    usual_cost: ClassVar[Expense] = "cheap"
    after: ClassVar[str] = "Zhang et al. 2020 (BERTScore), on all-MiniLM-L6-v2"

    def called(self) -> str:
        """`bertscore`, or `bertscore.recall`."""
        return self.title if self.of == "f1" else f"{self.title}.{self.of}"

    async def judge(self, evidence: Evidence) -> Score:
        """Take the best over the references."""
        rights = self.right_answers(evidence)
        try:
            value, best, windows = await locally(lambda: self._best(evidence.text, rights))
        except NoVectors as none:
            return self.cannot_say(str(none))
        kind = {"f1": "F1"}.get(self.of, self.of)
        shown = f"MiniLM-BERTScore ({kind}) is {value:.3g} to {quoted(best)}{windows_note(windows)}"
        return self.measured(value, shown)

    def _best(self, answer: str, rights: tuple[str, ...]) -> tuple[float, str, int]:
        from seatrial.text.minilm.overlap import overlap

        minilm = model()
        given = minilm.tokens(answer)
        found = [(getattr(overlap(given, minilm.tokens(right)), self.of), right) for right in rights]
        value, best = max(found)
        return min(1.0, max(0.0, value)), best, minilm.windows(answer)

    @classmethod
    def from_spec(cls, value: Any, building: Building) -> Check:
        """Look whether the local model is installed."""
        made = filled(cls, cls.arguments_of(value))
        demand(f"the check `{cls.title}`")
        return made

    @classmethod
    def example(cls) -> Example:
        """Nearly the same words, and others."""
        right = "A man is eating a piece of bread."
        return examples_of("bertscore >= 0.7", "A man is eating food.", "The girl is carrying a baby.", right)
