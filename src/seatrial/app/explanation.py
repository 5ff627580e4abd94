"""What the failures of a run have in common, from its journal."""

from itertools import islice
from pathlib import Path

import msgspec

from seatrial.app.mistakes import did_you_mean
from seatrial.app.runs import open_store
from seatrial.app.suite import load
from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.run import Attempt, RunInfo
from seatrial.metrics.patterns.alikeness import Embed
from seatrial.metrics.patterns.interactions import BY_FAILURE, BY_PASS
from seatrial.metrics.patterns.records import DEFAULT, Explanation
from seatrial.metrics.patterns.watched import Watched
from seatrial.report.patterns import cases_of, placed
from seatrial.run.journal import state

_MOST_NAMES = 1_000


def explain_run(
    folder: Path, name: str, outcome: str = BY_PASS, *, most: int = DEFAULT.most, embeddings: bool = False
) -> Explanation:
    """What failures have in common.

    Args:
        folder: The suite file's folder, where its runs are kept.
        name: The beginning or the end of the run's id, or `last`.
        outcome: What counts as a failure: `pass` (any check failed), `failure` (no answer came), or a check's name.
        most: How many patterns of a kind are shown.
        embeddings: Group failing answers by the local sentence model instead of by their words.

    Raises:
        Mistake: No run or several fit, the run has no such check, or the sentence model is not installed.
        CannotRun: The journal cannot be read.
    """
    embed = _embed() if embeddings else None
    with open_store(folder) as store:
        path = store.path(store.find(name).id)
    watched, checks = Watched(outcome), dict[str, None]()

    def take(attempt: Attempt) -> None:
        watched.put(attempt.dialogue, attempt.scores)
        if len(checks) < _MOST_NAMES:
            checks.update(dict.fromkeys(score.name for score in attempt.scores))

    info = state(path, take).info
    if info is None:
        raise CannotRun(f"{path}: the journal has lost its head")
    if outcome not in (BY_PASS, BY_FAILURE, *checks):
        raise Mistake(f"the run has no check `{outcome}`; {did_you_mean(outcome, [BY_PASS, BY_FAILURE, *checks])}")
    found = watched.explained(msgspec.structs.replace(DEFAULT, most=most), embed)
    return _with_places(found, folder, info)


def _with_places(found: Explanation, folder: Path, info: RunInfo) -> Explanation:
    """With where the examples stand in the suite file of today; a note says so when it cannot be read any more."""
    wanted = cases_of(found)
    if not wanted:
        return found
    try:
        each = load(folder / Path(info.file).name).each_case()
        # Examples are early cases, so most of a long list is never read.
        here = ((suite, case.id, case) for suite, case in each if (suite, case.id) in wanted)
        return placed(found, {(suite, id): case for suite, id, case in islice(here, len(wanted))})
    except Mistake:
        note = "The suite file cannot be read any more, so the places of cases are left out."
        return msgspec.structs.replace(found, note=f"{found.note} {note}".strip())


def _embed() -> Embed:
    from seatrial.text.minilm import demand, model

    demand("`--embeddings`")
    return lambda texts: model().embed(texts).tolist()
