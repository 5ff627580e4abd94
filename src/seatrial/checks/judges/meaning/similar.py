"""Does the answer mean what the reference means?"""

from typing import Any, ClassVar

import msgspec

from seatrial.checks.arguments import Building, filled
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.judges.meaning.against import Against
from seatrial.checks.judges.meaning.embedders import NoVectors
from seatrial.checks.judges.meaning.embedding import ByVectors
from seatrial.checks.wording import quoted
from seatrial.core.check import Check, Evidence, Expense
from seatrial.core.score import Score


class Similar(ByVectors, Against, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer's meaning is near enough to a reference: the cosine of their sentence embeddings, 0 to 1.

    The embeddings are those of the local model all-MiniLM-L6-v2 (English), or of the Target that `with` names. The
    cosine sees what texts are about better than what they say of it: a wrong time, number or `not` hardly moves it, so
    put a check of the facts beside it. Longer texts than 254 tokens are read in windows, up to 8; beyond these the
    answer is not judged.
    """

    embeds_with: str | None = msgspec.field(default=None, name="with")

    title = "similar"
    usual_cost: ClassVar[Expense] = "cheap"
    after: ClassVar[str] = "Reimers and Gurevych 2019 (Sentence-BERT), model all-MiniLM-L6-v2"

    async def judge(self, evidence: Evidence) -> Score:
        """Take the nearest of the references."""
        rights = [text for text in self.right_answers(evidence) if text.strip()]
        if not evidence.text.strip():
            return self.measured(
                float(not rights), "The answer is empty: its similarity is " + f"{float(not rights):g}"
            )
        if not rights:
            return self.measured(0.0, "The reference is empty and the answer is not: their similarity is 0")
        try:
            found = await self.embedder.cosines(evidence.text, rights)
        except NoVectors as none:
            return self.cannot_say(str(none))
        value, best = max(zip(found.values, rights, strict=True))
        score = self.measured(value, f"Similarity is {value:.3g} to {quoted(best)}{found.note}")
        return msgspec.structs.replace(score, cost=found.cost)

    @classmethod
    def from_spec(cls, value: Any, building: Building) -> Check:
        """Find who embeds."""
        made = filled(cls, cls.arguments_of(value))
        made.settle_in(building.targets)
        return made

    @classmethod
    def example(cls) -> Example:
        """The same in other words, and another thing."""
        right = "The last ferry leaves at 21:40."
        return examples_of("similar >= 0.7", "The final boat departs at 21:40.", "We sell hot soup on board.", right)
