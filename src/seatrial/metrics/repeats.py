"""What repeats of a case show: flaky cases, pass@k and pass^k."""

import re
from collections.abc import Callable, Mapping

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.reading import Direction, Reading
from seatrial.metrics import rows
from seatrial.metrics.means import mean_of
from seatrial.metrics.rates import share
from seatrial.stats.clustered import ClusterSums
from seatrial.stats.passk import pass_at_k, pass_hat_k

MOST_K = 1000


class Repeated(msgspec.Struct, frozen=True, kw_only=True):
    """The mean over cases of a number made from each case's judged repeats and passes.

    `of` gives None for a case with too few repeats; such a case is left out. A case is one row of this Reading: `n`
    counts cases, `asked` all cases that were asked, and `not_judged` those left out with an answer that was not judged.
    """

    name: str
    of: Callable[[int, int], float | None]
    direction: Direction
    absent: str
    is_share: bool = False
    unit: str = "rate"

    def measure(self, batch: Batch, confidence: float = 0.95) -> Reading:
        """The mean over cases, over how many of how many cases."""
        found = self.per_case(batch)
        empty = Reading(
            self.name,
            None,
            asked=len(set(batch.cases.rows)),
            not_judged=sum(case not in found for case in rows.cases_not_judged(batch)),
            unit=self.unit,
            direction=self.direction,
            confidence=confidence,
        )
        cases = ClusterSums()
        for case, value in enumerate(found.values()):
            cases.add(case, value)
        if not cases.n:
            return rows.nothing(empty, batch, self.absent)
        return share(empty, cases) if self.is_share else mean_of(empty, cases, within_one=True)

    def per_case(self, batch: Batch) -> Mapping[str, float]:
        """The number of each case that has enough judged repeats."""
        found = rows.sums(batch, batch.column("passed"))
        values = {case: self.of(n, round(total)) for case, n, total in found}
        return {batch.cases.names[case]: value for case, value in values.items() if value is not None}


def flaky_rate() -> Repeated:
    """Cases that both pass and fail on repeats, of those with at least two judged repeats."""
    absent = "no case was judged twice: flaky cases show only on repeats"
    return Repeated(name="flaky.rate", of=_is_flaky, direction="down", absent=absent, is_share=True)


def pass_k(name: str) -> Repeated:
    """`pass@3`: at least one of 3 repeats passes. `pass^3`: all of them do.

    Raises:
        Mistake: The number is no number of repeats.
    """
    found = re.fullmatch(r"pass([@^])(\d{1,9})", name)
    if found is None or not 1 <= int(found[2]) <= MOST_K:
        raise Mistake(f"`{name}` is no metric; write e.g. `pass@3` or `pass^3`, with 1 to {MOST_K} repeats")
    k = int(found[2])
    absent = f"no case was judged {k} times"
    if found[1] == "@":
        return Repeated(name=name, of=lambda n, c: pass_at_k(n, c, k), direction="up", absent=absent)
    return Repeated(name=name, of=lambda n, c: pass_hat_k(n, c, k), direction="up", absent=absent)


def _is_flaky(judged: int, passed: int) -> float | None:
    return None if judged < 2 else float(0 < passed < judged)
