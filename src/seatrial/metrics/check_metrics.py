"""One check by itself: `checks.NAME.pass_rate` and `checks.NAME.mean`.

A gate's grammar knows letters, digits, `_` and `-` in a name, a check's name may hold anything: NAME is the check's
name with every run of other characters made one `_` (`json_path $.fare` is `json_path_fare`, `latency <= 3s` is
`latency_3s`).
"""

import re
from array import array
from collections.abc import Mapping

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.metric import Metric
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.metrics.means import mean_of
from seatrial.metrics.nearest import did_you_mean
from seatrial.metrics.rates import share

PASSED, VALUE, UNJUDGED = "check:", "value:", "unjudged:"


def slug(name: str) -> str:
    """A check's name as gates write it."""
    return re.sub(r"[^\w-]+", "_", name).strip("_") or "_"


class OfCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The pass rate or the mean value of one check, over the rows that it judged.

    `asked` counts the rows that it judged or could not judge: where the check does not apply, it was not asked.
    """

    name: str
    check: str
    prefix: str
    unit: str = ""
    direction: Direction = "up"

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The rate or the mean, over how many of how many asked."""
        cells, note = self._find(batch)
        unjudged = sum(value == 1 for value in batch.column(f"{UNJUDGED}{note}")) if cells else 0
        empty = Reading(
            self.name, None, not_judged=unjudged, unit=self.unit, direction=self.direction, confidence=confidence
        )
        found = rows.sums(batch, cells) if cells else None
        if found is None or not found.n:
            why = note if not cells else f"the check {note} judged nothing"
            return rows.nothing(msgspec.structs.replace(empty, asked=unjudged), batch, why)
        empty = msgspec.structs.replace(empty, asked=found.n + unjudged)
        return share(empty, found) if self.prefix == PASSED else mean_of(empty, found)

    def per_case(self, batch: Batch) -> Mapping[str, float]:
        """The rate or the mean within each case."""
        return rows.means_by_case(batch, self.cells(batch))

    def cells(self, batch: Batch) -> "array[float]":
        """The check's cells; all missing when there is no such check."""
        return self._find(batch)[0] or batch.column("")

    def _find(self, batch: Batch) -> "tuple[array[float] | None, str]":
        """The column with the check's full name, or None with the reason."""
        found = [name for name in checks_of(batch) if self.check in (name, slug(name))]
        if len(found) == 1:
            return batch.column(self.prefix + found[0]), found[0]
        if found:
            return None, f"{' and '.join(found)} have the same short name: give one of them a `name`"
        known = sorted({slug(name) for name in checks_of(batch)})
        return None, f"no check is called `{self.check}`; {did_you_mean(self.check, known)}"


def checks_of(batch: Batch) -> list[str]:
    """The full names of all checks that a Batch was judged by."""
    prefixes = (PASSED, VALUE, UNJUDGED)
    return sorted({name.partition(":")[2] for name in batch.columns if name.startswith(prefixes)})


def of_check(name: str) -> Metric:
    """`checks.NAME.pass_rate` or `checks.NAME.mean`.

    Raises:
        Mistake: The name has another shape.
    """
    check, _, figure = name.removeprefix("checks.").rpartition(".")
    if not check or figure not in ("pass_rate", "mean"):
        raise Mistake(f"`{name}` is no metric; write `checks.NAME.pass_rate` or `checks.NAME.mean`")
    if figure == "pass_rate":
        return OfCheck(name=name, check=check, prefix=PASSED, unit="rate")
    return OfCheck(name=name, check=check, prefix=VALUE)
