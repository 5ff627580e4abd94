"""Is the answer about what was asked?"""

from typing import Any, ClassVar

import msgspec

from seatrial.checks.arguments import Building, filled
from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.judges.meaning.embedders import NoVectors
from seatrial.checks.judges.meaning.embedding import ByVectors
from seatrial.checks.limits import SHARE, Measuring, Units
from seatrial.core.check import Check, Evidence, Expense
from seatrial.core.errors import Mistake
from seatrial.core.score import Score


class Relevant(ByVectors, Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer is about what was asked: the cosine of the embeddings of question and answer, 0 to 1.

    It tells an answer on another matter, or none, from one on the matter asked about. It cannot tell a right answer
    from a wrong one, and it favours answers that repeat the question: short right answers (`At 21:40.`) are often below
    0.3, so look at the values of good answers before you set a limit. For whether the question is answered, ask a judge
    (`rubric`). The embeddings are those of the local model all-MiniLM-L6-v2 (English), or of the Target that `with`
    names.
    """

    embeds_with: str | None = msgspec.field(default=None, name="with")

    title = "relevant"
    units: ClassVar[Units] = SHARE
    usual_cost: ClassVar[Expense] = "cheap"
    after: ClassVar[str] = "Reimers and Gurevych 2019 (Sentence-BERT), model all-MiniLM-L6-v2"

    def prepare(self) -> None:
        """Refuse a limit that no share can meet."""
        super().prepare()
        if not 0 <= self.bounds.bound <= 1:
            raise Mistake(f"`relevant` is a share from 0 to 1, not `{self.limit}`; write e.g. `>= 0.3` or `>= 30%`")

    async def judge(self, evidence: Evidence) -> Score:
        """Compare with the last question."""
        question = evidence.interaction.request.question
        if not question.strip():
            return self.cannot_say("There is no question.")
        if not evidence.text.strip():
            return self.measured(0.0, "The answer is empty: its relevance is 0")
        try:
            found = await self.embedder.cosines(evidence.text, [question])
        except NoVectors as none:
            return self.cannot_say(str(none))
        score = self.measured(found.values[0], f"Relevance to the question is {found.values[0]:.3g}{found.note}")
        return msgspec.structs.replace(score, cost=found.cost)

    @classmethod
    def from_spec(cls, value: Any, building: Building) -> Check:
        """Find who embeds."""
        made = filled(cls, cls.arguments_of(value))
        made.settle_in(building.targets)
        return made

    @classmethod
    def example(cls) -> Example:
        """An answer about the ferry that was asked about, and one about soup."""
        asked = "When does the last ferry leave for Saltholm?"
        passing = evidence_of("The last ferry for Saltholm leaves at 21:40.", question=asked)
        return Example("relevant >= 0.4", passing, evidence_of("Our soup is made fresh each day.", question=asked))
