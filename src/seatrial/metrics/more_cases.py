"""How many more cases would decide a gate, if the value stays where it is."""

import math
from typing import Final

from seatrial.core.gate import Gate
from seatrial.core.metric import Metric
from seatrial.core.reading import Reading
from seatrial.metrics.percentiles import Percentile
from seatrial.stats.distributions import normal_quantile
from seatrial.stats.intervals import smallest_n_for_quantile
from seatrial.stats.power import cases_to_decide

MOST: Final = 1_000_000
"""More cases than this is no advice."""


def more_cases(gate: Gate, metric: Metric, reading: Reading) -> int | None:
    """Further cases, asked as often as those that there are; None when no number (or none below `MOST`) would do.

    For a rate it is the size at which Wilson's interval no longer holds the limit, times what a case counts now; else
    the interval is taken to shrink with the root of the number of cases.
    """
    if reading.value is None or not reading.clusters or gate.op == "==":
        return None
    distance = abs(reading.value - gate.limit)
    end = reading.low if reading.value > gate.limit else reading.high
    if distance <= 1e-12:
        return None
    if end is None:
        return _for_both_ends(metric, reading)
    if reading.method.startswith("Wilson") and 0 <= gate.limit <= 1:
        total = _by_wilson(reading, reading.value, end, gate.limit)
    else:
        times = abs(reading.value - end) / distance
        # A power would raise where a product gives infinity.
        total = reading.clusters * times * times
    if total is None or total >= MOST:
        return None
    # Rounding must not ask for one more.
    return max(1, math.ceil(total - 1e-6 * total) - reading.clusters)


def _by_wilson(reading: Reading, value: float, end: float, limit: float) -> float | None:
    needed = cases_to_decide(value, limit, reading.confidence, MOST)
    if needed is None:
        return None
    # Wilson's end e of n rows satisfies (value - e)^2 = z^2 e (1 - e) / n: so many rows did the interval stand on.
    z = normal_quantile((1 + reading.confidence) / 2)
    rows = z * z * end * (1 - end) / (value - end) ** 2 if value != end else reading.n
    return needed * reading.clusters / rows if rows > 0 else float(needed)


def _for_both_ends(metric: Metric, reading: Reading) -> int | None:
    if not isinstance(metric, Percentile):
        return None
    missing = smallest_n_for_quantile(metric.share, reading.confidence) - reading.clusters
    return missing if missing > 0 else None
