"""What the measures of nearness to a reference share."""

from typing import ClassVar

from seatrial.checks.arguments import as_texts
from seatrial.checks.comparing import Comparing
from seatrial.core.check import Evidence, Need


class Against(Comparing, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A measure from 0 to 1 against the reference answer, or else the right answers, the best of which counts."""

    usual_needs: ClassVar[frozenset[Need]] = frozenset({Need.ANSWER, Need.REFERENCE})

    @property
    def needs(self) -> frozenset[Need]:
        """The answer, and a reference unless it has its own right answers."""
        return self.usual_needs if self.expect is None else self.usual_needs - {Need.REFERENCE}

    def right_answers(self, evidence: Evidence) -> tuple[str, ...]:
        """The texts to compare with."""
        return evidence.references if self.expect is None else as_texts(self.expect)
