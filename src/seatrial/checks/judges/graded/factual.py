"""How do the facts of the answer relate to those of a reference?"""

from typing import Literal

import msgspec

from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.graded.juror import Juror
from seatrial.checks.graded.jury import EMPTY, Verdict
from seatrial.checks.graded.references import ByReference
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake

Relation = Literal["equal", "subset", "superset", "contradicts", "differs"]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge replies."""

    reason: str = ""
    relation: Relation


class Factual(ByReference, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model finds that the facts of the answer do not conflict with the reference.

    The label is the relation of the answer to the reference: `equal`, `subset` (something is missing), `superset`
    (there is more, without conflict), `contradicts`, or `differs` (in nothing that matters to the facts). It passes on
    the relations of `passes`: all but `contradicts` without it. `reference` wins over that of the case, which is its
    reference answer, else its right answers. An empty answer fails.
    """

    passes: tuple[Relation, ...] = ("equal", "subset", "superset", "differs")

    title = "factual"
    prompt_name = "factual-1"
    after = "openai/evals, modelgraded fact (five relations)"
    usual_needs = frozenset({Need.ANSWER, Need.REFERENCE})

    def prepare(self) -> None:
        """Refuse a check that nothing passes, too."""
        super().prepare()
        if not self.passes:
            raise Mistake("`factual` has an empty `passes`; list at least one relation, e.g. `equal`")

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Ask for the relation."""
        if not evidence.text.strip():
            return EMPTY
        parts = {
            "QUESTION": evidence.interaction.request.question,
            "REFERENCE": "\nor\n".join(self.references(evidence)),
            "ANSWER": evidence.text,
        }
        found = await juror.ask(parts, Comparison)
        passed = found.relation in self.passes
        reason = f"{found.relation}: {found.reason.strip()}" if found.reason.strip() else f"{found.relation}."
        return Verdict(passed=passed, value=float(passed), reason=reason, label=found.relation)

    @classmethod
    def example(cls) -> Example:
        """The same time in other words, and another time."""
        question, reference = "When does the last ferry leave?", ("It leaves at 21:40.",)
        right = evidence_of("21:40 is the last one.", question=question, expect=reference)
        return Example("factual", right, evidence_of("At ten.", question=question, expect=reference))
