"""Checks that measure how near the answer is to a reference: the measures of translation, summary and speech."""

import math
from collections.abc import Iterable, Mapping, Sequence, Sized
from types import MappingProxyType
from typing import ClassVar, NamedTuple

import msgspec

from seatrial.checks.arguments import Texts, as_texts
from seatrial.checks.limits import SHARE, Measuring, Units
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake
from seatrial.core.score import Score

MOST_CHARACTERS = 400_000
"""Characters of the answer and its references together; more of them are not compared."""
MOST_WORDS = 20_000
"""Words of the answer, and of each reference, where every word is held against every word."""
ANSWER_AND_REFERENCE = frozenset({Need.ANSWER, Need.REFERENCE})


class Measure(NamedTuple):
    """A measure, the sums that the measure of the whole Batch is made of, and what was measured, for the reason."""

    value: float
    shown: str
    parts: Mapping[str, float] = MappingProxyType({})


class NotComparable(Exception):
    """The texts are not compared; the text is the reason."""


class Referring(Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A measure against references: its own `reference` wins over the case's `reference`, that over its `expect`."""

    reference: Texts | None = None

    units: ClassVar[Units] = SHARE
    usual_needs: ClassVar[frozenset[Need]] = ANSWER_AND_REFERENCE
    most: ClassVar[float] = 1.0
    """What the measure is at most."""

    def prepare(self) -> None:
        """Refuse a wrong limit and an empty list of references."""
        super().prepare()
        if not 0 <= self.bounds.bound <= self.most:
            lies, example = (
                ("at least 0", "<= 0.4") if math.isinf(self.most) else (f"from 0 to {self.most:g}", ">= 0.4")
            )
            raise Mistake(f"`{self.title}` is {lies}, not `{self.limit}`; write e.g. `{example}`")
        if self.reference is not None and not as_texts(self.reference):
            raise Mistake(f"`{self.title}` has an empty `reference`; give at least one text")

    @property
    def needs(self) -> frozenset[Need]:
        """The answer, and a reference unless it has its own."""
        return self.usual_needs if self.reference is None else self.usual_needs - {Need.REFERENCE}

    def references(self, evidence: Evidence) -> tuple[str, ...]:
        """The texts to compare with."""
        return evidence.references if self.reference is None else as_texts(self.reference)

    def judge(self, evidence: Evidence) -> Score:
        """Compare, unless the texts are too long for that."""
        answer, references = evidence.text, self.references(evidence)
        characters = len(answer) + sum(map(len, references))
        if characters > MOST_CHARACTERS:
            most = f"up to {MOST_CHARACTERS:,} characters together"
            return self.cannot_say(f"Only texts of {most} are compared; these have {characters:,}.")
        try:
            found = self.compare(answer, references)
        except NotComparable as reason:
            return self.cannot_say(str(reason))
        score = self.measured(found.value, found.shown)
        return msgspec.structs.replace(score, parts=dict(found.parts)) if found.parts else score

    def compare(self, answer: str, references: Sequence[str]) -> Measure:
        """Measure an answer against at least one reference.

        Raises:
            NotComparable: They are too long.
        """
        raise NotImplementedError


def against(references: Sequence[str]) -> str:
    """The reference for a reason, or how many there are."""
    return f"against {quoted(references[0])}" if len(references) == 1 else f"against {len(references)} references"


def bounded_words(texts: Iterable[Sized], what: str = "words", most: int = MOST_WORDS) -> None:
    """Refuse texts of too many words.

    Raises:
        NotComparable: One has more than `most`.
    """
    longest = max(map(len, texts), default=0)
    if longest > most:
        raise NotComparable(f"Only texts of up to {most:,} {what} are compared; one has {longest:,}.")
