"""One check by itself: `checks.NAME.FIGURE`, for some figures with a class behind it (`checks.intent.recall.refund`).

A gate's grammar knows letters, digits, `_` and `-` in a name, a check's name may hold anything: NAME is the check's
name with every run of other characters made one `_` (`json_path $.fare` is `json_path_fare`, `latency <= 3s` is
`latency_3s`).
"""

import re
from array import array
from collections.abc import Mapping
from importlib import import_module
from typing import Final

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
FIGURES: Final = {
    "pass_rate": "check_metrics:pass_rate",
    "mean": "check_metrics:mean",
    "accuracy": "classification:accuracy",
    "agreement": "jury:agreement",
    "ap": "classification:ap",
    "auc": "classification:auc",
    "brier": "confidence:brier",
    "corpus": "corpus:corpus",
    "ece": "confidence:ece",
    "f1": "classification:f1",
    "kappa": "classification:kappa",
    "macro_f1": "classification:macro_f1",
    "overconfidence": "confidence:overconfidence",
    "position_bias": "preferences:position_bias",
    "precision": "classification:precision",
    "recall": "classification:recall",
    "win_rate": "preferences:win_rate",
}
"""A figure -> module in this room and function that makes the Metric of an `OfCheck`."""


class OfCheck(msgspec.Struct, frozen=True):
    """Which figure of which check: `name` is the Metric's whole name, `part` what stands behind the figure."""

    name: str
    check: str
    part: str = ""

    def full_name(self, batch: Batch) -> tuple[str | None, str]:
        """The check's full name in a Batch, or None and why there is none."""
        found = [name for name in checks_of(batch) if self.check in (name, slug(name))]
        if len(found) == 1:
            return found[0], ""
        if found:
            return None, f"{' and '.join(found)} have the same short name: give one of them a `name`"
        known = sorted({slug(name) for name in checks_of(batch)})
        return None, f"no check is called `{self.check}`; {did_you_mean(self.check, known)}"


def of_check(name: str) -> Metric:
    """The Metric of a name such as `checks.contains.pass_rate`.

    Raises:
        Mistake: The name has another shape, or the figure takes no part.
    """
    check, figure, part = _split(name.removeprefix("checks."))
    if not check:
        known = ", ".join(f"`checks.NAME.{figure}`" for figure in FIGURES)
        raise Mistake(f"`{name}` is no metric; write one of {known}")
    module, _, function = FIGURES[figure].partition(":")
    made: Metric = getattr(import_module(f"seatrial.metrics.{module}"), function)(OfCheck(name, check, part))
    return made


def slug(name: str) -> str:
    """A check's name as gates write it."""
    return re.sub(r"[^\w-]+", "_", name).strip("_") or "_"


def checks_of(batch: Batch) -> list[str]:
    """The full names of all checks that a Batch was judged by."""
    prefixes = (PASSED, VALUE, UNJUDGED)
    return sorted({name.partition(":")[2] for name in batch.columns if name.startswith(prefixes)})


def without_part(of: OfCheck) -> OfCheck:
    """The same, for a figure behind which nothing may stand.

    Raises:
        Mistake: Something does.
    """
    if of.part:
        whole = of.name.removesuffix(f".{of.part}")
        raise Mistake(f"`{of.name}` is no metric; did you mean `{whole}`?")
    return of


def _split(name: str) -> tuple[str, str, str]:
    """Check, figure and part; the last figure that is named counts, as a check's own name may hold anything."""
    words = name.split(".")
    for i in range(len(words) - 1, 0, -1):
        if words[i] in FIGURES:
            return ".".join(words[:i]), words[i], ".".join(words[i + 1 :])
    return "", "", ""


class CheckColumn(msgspec.Struct, frozen=True, kw_only=True):
    """The pass rate or the mean value of one check, over the rows that it judged.

    `asked` counts the rows that it judged or could not judge: where the check does not apply, it was not asked.
    """

    name: str
    of: OfCheck
    prefix: str
    unit: str = ""
    direction: Direction = "up"

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The rate or the mean, over how many of how many asked."""
        full, note = self.of.full_name(batch)
        unjudged = sum(value == 1 for value in batch.column(f"{UNJUDGED}{full}")) if full else 0
        empty = Reading(
            self.name, None, not_judged=unjudged, unit=self.unit, direction=self.direction, confidence=confidence
        )
        found = rows.sums(batch, batch.column(self.prefix + full)) if full else None
        if found is None or not found.n:
            why = note or f"the check {full} judged nothing"
            return rows.nothing(msgspec.structs.replace(empty, asked=unjudged), batch, why)
        empty = msgspec.structs.replace(empty, asked=found.n + unjudged)
        return share(empty, found) if self.prefix == PASSED else mean_of(empty, found)

    def per_case(self, batch: Batch) -> Mapping[str, float]:
        """The rate or the mean within each case."""
        return rows.means_by_case(batch, self.cells(batch))

    def cells(self, batch: Batch) -> "array[float]":
        """The check's cells; all missing when there is no such check."""
        full, _ = self.of.full_name(batch)
        return batch.column(self.prefix + full) if full else batch.column("")


def pass_rate(of: OfCheck) -> Metric:
    """`checks.NAME.pass_rate`: answers that passed one check, of those it judged."""
    return CheckColumn(name=without_part(of).name, of=of, prefix=PASSED, unit="rate")


def mean(of: OfCheck) -> Metric:
    """`checks.NAME.mean`: the mean value that one check measured."""
    return CheckColumn(name=without_part(of).name, of=of, prefix=VALUE)
