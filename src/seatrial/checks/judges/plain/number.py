"""Is the answer's number the expected one?"""

import math
from decimal import Decimal

from seatrial.checks.arguments import as_texts
from seatrial.checks.built_in import Expecting, answered
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.wording import listed, quoted
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score
from seatrial.text.numerals import Numeral, first_numeral, last_numeral


class Number(Expecting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last number of the answer, or the first one after a marker, is the expected number.

    `tolerance` is absolute, `relative` a share of the expected number. `numerals` says how numbers are read; units
    and currencies do not count. After a `marker` (its last occurrence counts) there must be a number.
    """

    tolerance: float = 0.0
    relative: float = 0.0
    marker: str | None = None

    title = "number"

    def prepare(self) -> None:
        """Refuse an `expect` without a number and tolerances that are none."""
        super().prepare()
        if not all(math.isfinite(each) and each >= 0 for each in (self.tolerance, self.relative)):
            raise Mistake("`tolerance` and `relative` of `number` are numbers from 0 on")
        if self.marker == "":
            raise Mistake("`marker` of `number` is empty; leave it out to take the last number")
        for text in as_texts(self.expect) if self.expect is not None else ():
            if last_numeral(text) is None:
                raise Mistake(f"`number` expects a number, {quoted(text)} holds none")

    def judge(self, evidence: Evidence) -> Score:
        """Find the answer's number and compare it with each right one."""
        wanted = self.right_answers(evidence)
        right = [number for number in map(last_numeral, wanted) if number is not None]
        if not right:
            return self.cannot_say(f"No number stands in what is expected: {listed(wanted)}.")
        given = self._given(evidence.text)
        if given is None:
            where = f"after {quoted(self.marker)}" if self.marker else "in the answer"
            return self.says(False, f"There is no number {where}; {answered(evidence)}.")
        tolerance, relative = Decimal(repr(self.tolerance)), Decimal(repr(self.relative))
        passed = any(given.agrees(each, tolerance, relative) for each in right)
        return self.says(passed, f"The number is {given.text[:60]}, expected was {listed(wanted)}.")

    def _given(self, text: str) -> Numeral | None:
        if self.marker is None:
            return last_numeral(text)
        place = text.rfind(self.marker)
        return first_numeral(text, place + len(self.marker)) if place >= 0 else None

    @classmethod
    def example(cls) -> Example:
        """A sum, right and wrong."""
        return examples_of("number", "2 x 21 = 42 euros.", "2 x 21 = 41 euros.", "42")
