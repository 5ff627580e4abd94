"""Checks that measure how near the answer is to an expected text."""

from typing import ClassVar

from seatrial.checks.arguments import Texts, as_texts
from seatrial.checks.built_in import ANSWER_AND_EXPECTED, refuse_nothing
from seatrial.checks.limits import SHARE, Measuring, Units
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake


class Comparing(Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A measure from 0 to 1 against right answers, the best of which counts; its own `expect` wins over the case's."""

    expect: Texts | None = None

    units: ClassVar[Units] = SHARE
    usual_needs: ClassVar[frozenset[Need]] = ANSWER_AND_EXPECTED

    def prepare(self) -> None:
        """Refuse a wrong limit and an empty list of right answers."""
        super().prepare()
        if not 0 <= self.bounds.bound <= 1:
            raise Mistake(f"`{self.title}` is a share from 0 to 1, not `{self.limit}`; write e.g. `>= 0.8` or `>= 80%`")
        refuse_nothing(self.title, self.expect)

    @property
    def needs(self) -> frozenset[Need]:
        """The answer, and right answers unless it has its own."""
        return self.usual_needs if self.expect is None else self.usual_needs - {Need.EXPECTED}

    def right_answers(self, evidence: Evidence) -> tuple[str, ...]:
        """The right answers, any of which will do."""
        return evidence.expected if self.expect is None else as_texts(self.expect)
