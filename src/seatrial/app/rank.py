"""Several runs, or the suites of one, as systems that answered the same cases."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from seatrial.app.runs import Kept, read_run
from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.metric import PairedMetric
from seatrial.metrics.rank import Ranking, rank
from seatrial.metrics.table import find_metric


def rank_runs(folder: Path, names: Sequence[str], by: str = "pass_rate") -> Ranking:
    """Rank runs; of one run, its suites.

    Runs of one suite each are the same cases even when the suites have different names.

    Args:
        folder: Where the suite file is.
        names: Runs by the beginning or the end of their ids, or `last`.
        by: A metric that has a value for each case.

    Raises:
        Mistake: A run is not there, the metric has no value for single cases, or there are no cases in common.
        CannotRun: A journal cannot be read.
    """
    metric = find_metric(by)
    if not isinstance(metric, PairedMetric):
        raise Mistake(f"`{by}` has no value for a single case; rank by `pass_rate` or `checks.NAME.mean`")
    kept = [read_run(folder, name) for name in names]
    systems = dict(_suites(kept[0]) if len(kept) == 1 else _runs(kept))
    values = {name: _by_case(metric.per_case(batch), batch) for name, batch in systems.items()}
    return rank(values, by, metric.direction)


def _suites(run: Kept) -> Iterator[tuple[str, Batch]]:
    if len(run.info.suites) < 2:
        raise Mistake(f"the run {run.info.id} has one suite only; name several runs, or a run of several suites")
    for suite in run.info.suites:
        yield f"{suite.name} ({suite.target})", run.batch.slice(suite=suite.name)


def _runs(kept: Sequence[Kept]) -> Iterator[tuple[str, Batch]]:
    seen: dict[str, int] = {}
    for run in kept:
        targets = ", ".join(dict.fromkeys(suite.target for suite in run.info.suites))
        name = f"{run.info.id[-8:]} ({targets})"
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            raise Mistake(f"the run {run.info.id} is named twice")
        yield name, run.batch


def _by_case(values: Mapping[str, float], batch: Batch) -> dict[str, float]:
    """Values by the case's own id where all cases are of one suite."""
    suites = batch.values_of("suite")
    if len(suites) != 1:
        return dict(values)
    return {case.removeprefix(f"{suites[0]}/"): value for case, value in values.items()}
