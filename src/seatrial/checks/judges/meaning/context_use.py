"""Did the context make the answer likelier?"""

import math
import re
from typing import Any, ClassVar

import msgspec

from seatrial.checks.arguments import Building, Texts, as_texts, filled
from seatrial.checks.costs import total
from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.graded.base import target_of
from seatrial.checks.judges.meaning.embedders import who
from seatrial.checks.judges.meaning.forced import NotScored, score_text
from seatrial.checks.limits import Measuring, Units
from seatrial.core.check import Check, Evidence, Expense, Need
from seatrial.core.score import Score
from seatrial.core.target import Target


class ContextUse(Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The context makes the answer likelier, by so many bits: conditional cross-mutual information of one answer.

    A model scores the answer's tokens after context and question, and after the question alone; the value is the
    difference of the two sums of log-probabilities. Near 0 the answer did not need the context, below 0 the context
    speaks against it; `checks.context_use.mean` over a run is the paper's CXMI. `with` names the Target that scores
    (`judge` without it): a completions endpoint with `echo` and `logprobs`, best the model under test itself. Where it
    cannot do this the answer is not judged. `context` wins over the case's, `params` over our parameters.
    """

    scores_with: str = msgspec.field(default="judge", name="with")
    context: Texts | None = None
    params: dict[str, Any] = msgspec.field(default_factory=dict)

    title = "context_use"
    units: ClassVar[Units] = Units({"": 1.0, "bit": 1.0, "bits": 1.0}, ">= 1 bits", "bits")
    usual_cost: ClassVar[Expense] = "model"
    usual_needs: ClassVar[frozenset[Need]] = frozenset({Need.ANSWER, Need.CONTEXT})
    after: ClassVar[str] = "Fernandes et al. 2021 (CXMI, arXiv 2105.03482)"

    @property
    def asks(self) -> tuple[str, ...]:
        """Who scores."""
        return (self.scores_with,)

    @property
    def needs(self) -> frozenset[Need]:
        """The answer, and a context unless it has its own."""
        return self.usual_needs if self.context is None else self.usual_needs - {Need.CONTEXT}

    @property
    def target(self) -> Target:
        """Who scores."""
        target: Target = self.__dict__["target"]
        return target

    @property
    def version(self) -> str:
        """The edition and who scores."""
        return f"{self.edition} {who(self.target)}"

    async def judge(self, evidence: Evidence) -> Score:
        """Ask twice, one after the other: an endpoint that cannot score is asked once only."""
        documents = evidence.context if self.context is None else as_texts(self.context)
        documents = tuple(text.strip() for text in documents if text.strip())
        answer = evidence.text.strip()
        if not answer or not documents:
            return self.cannot_say("The answer is empty." if documents else "The context is empty.")
        bare = _bare(evidence.interaction.request.question, documents)
        try:
            alone = await score_text(self.target, bare, f" {answer}", self.params)
            helped = await score_text(self.target, "\n\n".join((*documents, bare)), f" {answer}", self.params)
        except NotScored as none:
            return self.cannot_say(str(none))
        bits = (helped.nats - alone.nats) / math.log(2)
        how = f"{abs(bits):.3g} bits {'less' if bits < 0 else 'more'} likely"
        score = self.measured(bits, f"The context makes the {helped.tokens:,} tokens of the answer {how}")
        return msgspec.structs.replace(score, cost=total([alone.cost, helped.cost]))

    @classmethod
    def from_spec(cls, value: Any, building: Building) -> Check:
        """Find who scores."""
        made = filled(cls, cls.arguments_of(value))
        made.__dict__["target"] = target_of(made.scores_with, cls.title, building.targets, "scores texts")
        return made

    @classmethod
    def example(cls) -> Example:
        """An answer from the context, and one that has nothing of it."""
        facts: dict[str, Any] = {"context": ["The last ferry leaves at 21:40."], "question": "When is it?"}
        passing, failing = evidence_of("It leaves at 21:40.", **facts), evidence_of("Ask someone.", **facts)
        return Example({"context_use": {"limit": ">= 1 bits", "with": "judge"}}, passing, failing)


def _bare(question: str, documents: tuple[str, ...]) -> str:
    """The prompt without context; documents that were put into the question itself are taken out of it."""
    for document in documents:
        # Whole words only: a document such as "a" is no part of every word.
        if document in question:
            question = re.sub(rf"(?<!\w){re.escape(document)}(?!\w)", "", question)
    return f"Question: {question.strip()}\nAnswer:"
