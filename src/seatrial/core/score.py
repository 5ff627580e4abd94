"""A Score: what one judge says of one Interaction."""

from typing import Literal

import msgspec

from seatrial.core.interaction import Money

Source = Literal["check", "model", "user", "annotator", "behaviour"]


class Score(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a judge says. `passed` is None when it could not judge: neither a pass nor a fail, with the reason.

    `value` is the measure behind it: a share from 0 to 1, or an amount of `unit` (`s`, `tokens`, `USD`, ...). `label`
    is the class that the judge read in the answer (a category, `win`), `truth` the right one where it is known. `parts`
    are sums of which a measure of the whole Batch is made (matches and totals of n-grams, votes of a jury); they are
    few. `cost` is what judging cost where a model judged.
    """

    name: str
    passed: bool | None
    value: float | None = None
    reason: str = ""
    source: Source = "check"
    version: str = "1"
    unit: str = ""
    label: str = ""
    truth: str = ""
    parts: dict[str, float] = {}
    cost: Money | None = None

    @classmethod
    def not_judged(cls, name: str, reason: str, *, source: Source = "check", version: str = "1") -> "Score":
        """A Score that says why there is none."""
        return cls(name, None, None, reason, source, version)


def combined(scores: tuple[Score, ...]) -> bool | None:
    """All Scores as one: failed if any failed, else not judged if any was not (or none is there), else passed."""
    if any(score.passed is False for score in scores):
        return False
    if not scores or any(score.passed is None for score in scores):
        return None
    return True
