"""Is the answer short or long enough?"""

from functools import cached_property
from typing import ClassVar, Literal

from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.limits import Limit, Units, limit_in
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score

_UNITS = Units({"": 1.0, "characters": 1.0, "words": 1.0}, "<= 80 words")


class Length(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer's length in characters or words is within a limit, or between `min` and `max`.

    Characters are Unicode code points, words what white space separates. Its value is the length.
    """

    limit: str | None = None
    min: int | None = None
    max: int | None = None
    of: Literal["characters", "words"] | None = None

    title = "length"
    short: ClassVar[str | None] = "limit"

    def prepare(self) -> None:
        """Refuse a length without a limit, and limits that contradict each other."""
        if self.limit is None and self.min is None and self.max is None:
            raise Mistake("`length` needs a limit: `length <= 400`, or a mapping with `min` or `max`")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise Mistake(f"`length` has a `min` of {self.min} above its `max` of {self.max}")
        if self.bounds and self.of and self.bounds.unit not in ("", self.of):
            raise Mistake(f"`length` has a limit in {self.bounds.unit} and `of: {self.of}`; drop one")

    @cached_property
    def bounds(self) -> Limit | None:
        """The limit, read once."""
        return None if self.limit is None else limit_in(self.limit, _UNITS)

    def judge(self, evidence: Evidence) -> Score:
        """Count and compare."""
        limit = self.bounds
        unit = self.of or (limit.unit if limit else "") or "characters"
        count = len(evidence.text.split()) if unit == "words" else len(evidence.text)
        passed = (
            (limit is None or limit.holds(count))
            and (self.min is None or count >= self.min)
            and (self.max is None or count <= self.max)
        )
        allowed = [self.limit, self.min and f">= {self.min}", self.max is not None and f"<= {self.max}"]
        bounds = " and ".join(part.strip() for part in allowed if part)
        return self.says(passed, f"It has {count:,} {unit}, {'within' if passed else 'outside'} {bounds}.", count, unit)

    @classmethod
    def example(cls) -> Example:
        """A limit in words."""
        return examples_of("length <= 4 words", "At 21:40.", "It leaves the harbour at 21:40.")
