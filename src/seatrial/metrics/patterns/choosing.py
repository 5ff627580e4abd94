"""Which of many true patterns to show: what explains most first, then what explains what is left.

Many conditions say the same in other words. A pattern is shown when it still separates among the rows that no shown
pattern holds; patterns of nearly the same rows stand beside the one that is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from seatrial.metrics.patterns.candidates import ALIKE, alike
from seatrial.metrics.patterns.effects import Outcomes, compared, standardised
from seatrial.metrics.patterns.records import Settings
from seatrial.metrics.patterns.rows import Rows, Table
from seatrial.metrics.patterns.testing import Found

MOST_ALSO = 3
_AS_GOOD = 0.85
"""Share of the clearest pattern's size that a plainer one must have to stand for both."""
_PLAINNESS = ("tag:", "suite", "question.", "answer.")
_WORDY = (".start", ".end", ".word")


@dataclass(frozen=True, slots=True)
class Shown:
    """A pattern with the others that hold for nearly the same rows, the clearest first."""

    found: Found
    also: tuple[Found, ...] = ()


def chosen(found: Sequence[Found], table: Table, outcomes: Outcomes, settings: Settings) -> list[Shown]:
    """At most `settings.most` patterns, the largest difference first (by the lower end of its interval)."""
    left, open_rows, shown = list(found), table.all, list[Shown]()
    while left and len(shown) < settings.most:
        best = max(left, key=lambda each: _size(each.rows, open_rows, outcomes))
        if not _separates(best.rows, open_rows, outcomes, settings.alpha / len(found)):
            break
        mates = [each for each in left if alike(each.rows, best.rows) >= ALIKE]
        plainest = min(mates, key=lambda each: _rank(each, best, table))
        rest = sorted((each for each in mates if each is not plainest), key=lambda each: -each.difference.z)
        shown.append(Shown(plainest, tuple(rest[:MOST_ALSO])))
        left = [each for each in left if all(each is not mate for mate in mates)]
        open_rows &= ~plainest.rows
    return sorted(shown, key=lambda each: -each.found.difference.low)


def without(shown: Shown, table: Table) -> Shown:
    """The same without what says the shown pattern in the words of the same feature."""
    names = {table.conditions[part][0].name for part in shown.found.parts}
    kept = [each for each in shown.also if not {table.conditions[part][0].name for part in each.parts} <= names]
    return replace(shown, also=tuple(kept))


def _size(rows: Rows, among: Rows, outcomes: Outcomes) -> float:
    inside, outside = outcomes.count(rows & among), outcomes.count(among & ~rows)
    if not inside[0] or not outside[0]:
        return 0.0
    return standardised(inside[1], inside[0], outside[1], outside[0])


def _separates(rows: Rows, among: Rows, outcomes: Outcomes, alpha: float) -> bool:
    found = compared(outcomes.side(rows & among), outcomes.side(among & ~rows))
    return found.difference > 0 and found.p <= alpha


def _rank(each: Found, best: Found, table: Table) -> tuple[bool, int, int, float]:
    """Few parts before many, tags before forms before words; only those that are nearly as clear as the clearest."""
    conditions = [table.conditions[part][0] for part in each.parts]
    plain = max(_plainness(condition.name) for condition in conditions)
    unclear = each is not best and each.difference.z < _AS_GOOD * best.difference.z
    return unclear, len(each.parts), plain, -each.difference.z


def _plainness(name: str) -> int:
    if name.endswith(_WORDY):
        return len(_PLAINNESS) + 1
    return next((i for i, start in enumerate(_PLAINNESS) if name.startswith(start)), len(_PLAINNESS))
