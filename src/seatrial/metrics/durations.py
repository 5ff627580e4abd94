"""Latency and time to the first token: means, percentiles and the longest, in seconds.

Answers from a cache are left out, and so are failures: the Reading says over how many of how many asked it stands.
"""

from typing import Final

from seatrial.core.errors import Mistake
from seatrial.core.metric import Metric
from seatrial.metrics import rows
from seatrial.metrics.means import Mean
from seatrial.metrics.nearest import did_you_mean
from seatrial.metrics.percentiles import Maximum, Percentile

PERCENTILES: Final = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
ABSENT: Final = {
    "latency": "no latency was measured: every answer came from the cache",
    "first_token": "no answer was streamed, so there is no first token",
    "waited": "no wait was measured: every answer came from the cache",
}


def duration(name: str) -> Metric:
    """`latency.p95`, `first_token.mean` (or `ttft.mean`), `waited.max`, ...

    Raises:
        Mistake: There is no such figure of a duration.
    """
    column, _, figure = name.partition(".")
    column = "first_token" if column == "ttft" else column
    name, cells, absent = f"{column}.{figure}", rows.column(column), ABSENT[column]
    if figure == "mean":
        return Mean(name=name, cells=cells, unit="s", direction="down", absent=absent)
    if figure == "max":
        return Maximum(name=name, cells=cells, unit="s", direction="down", absent=absent)
    if figure in PERCENTILES:
        return Percentile(name=name, cells=cells, share=PERCENTILES[figure], unit="s", direction="down", absent=absent)
    raise Mistake(f"`{name}` is no metric; {did_you_mean(figure, ['mean', *PERCENTILES, 'max'])}")
