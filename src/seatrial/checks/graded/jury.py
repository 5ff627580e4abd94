"""Verdicts of several judges as one: the majority decides, and those that gave nonsense are not counted."""

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

import msgspec

from seatrial.checks.graded.juror import NoVerdict


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What one judge says of one answer: `value` is 0 to 1; `label` and `parts` are those of the Score."""

    passed: bool
    value: float
    reason: str
    label: str = ""
    parts: dict[str, float] = {}


EMPTY = Verdict(passed=False, value=0.0, reason="The answer is empty.")
"""What kinds of judges say without asking that cannot find anything good in an empty answer."""


def counted(found: Sequence[Verdict | NoVerdict], threshold: float | None) -> Verdict:
    """The verdict of a jury: its majority's, with the mean of the values and of the parts.

    `parts` have `votes` (judges that gave a verdict) and `votes_for` (those that passed it).

    Args:
        found: What each judge said.
        threshold: Decides a tie by the mean value.

    Raises:
        NoVerdict: Fewer than half gave a verdict, or it is a tie and there is no threshold.
    """
    verdicts = [each for each in found if isinstance(each, Verdict)]
    if not verdicts or 2 * len(verdicts) < len(found):
        first = next(str(each) for each in found if isinstance(each, NoVerdict))
        raise NoVerdict(f"Only {len(verdicts)} of {len(found)} judges gave a verdict. {first}")
    votes_for = sum(each.passed for each in verdicts)
    value = fmean(each.value for each in verdicts)
    split = _split(votes_for, len(verdicts), len(found))
    if 2 * votes_for == len(verdicts):
        if threshold is None:
            raise NoVerdict(f"{split}: a tie.")
        passed = value >= threshold
    else:
        passed = 2 * votes_for > len(verdicts)
    winners = [each for each in verdicts if each.passed is passed]
    parts = {**_means(verdicts), "votes": float(len(verdicts)), "votes_for": float(votes_for)}
    label = Counter(each.label for each in winners).most_common(1)[0][0]
    return Verdict(passed=passed, value=value, reason=f"{split}: {winners[0].reason}", label=label, parts=parts)


def _split(votes_for: int, votes: int, judges: int) -> str:
    silent = f" ({judges - votes} gave no verdict)" if votes < judges else ""
    return f"{votes_for} of {votes} judges pass it{silent}"


def _means(verdicts: list[Verdict]) -> dict[str, float]:
    names = dict.fromkeys(name for each in verdicts for name in each.parts)
    return {name: fmean(each.parts.get(name, 0.0) for each in verdicts) for name in names}
