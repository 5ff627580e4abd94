"""Runs that were made: listed, shown again, compared, blessed."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from seatrial.app.baselines import NAME, read_baseline, write_baseline
from seatrial.app.conclude import held_of, warnings
from seatrial.app.outcome import Outcome
from seatrial.app.suite import load
from seatrial.app.trial import STORE
from seatrial.app.yaml_places import shown
from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.run import Attempt, RunInfo
from seatrial.metrics.baseline import Baseline
from seatrial.metrics.compare import Comparison, compare
from seatrial.report.build import Circumstances, build_report
from seatrial.run.journal import JournalState, replay, state
from seatrial.store.record import RunRecord
from seatrial.store.runs import RunStore


class Kept(msgspec.Struct, frozen=True):
    """A run read back from its journal."""

    info: RunInfo
    batch: Batch
    journal: Path
    state: JournalState


def open_store(folder: Path) -> RunStore:
    """The runs of the suite files in a folder.

    Raises:
        Mistake: There are none.
    """
    if not (folder / STORE).is_dir():
        raise Mistake("there is no run yet; `seatrial check` makes one", path=folder / STORE)
    return RunStore.open(folder / STORE)


def list_runs(folder: Path, most: int = 50) -> tuple[RunRecord, ...]:
    """The newest runs first.

    Raises:
        Mistake: There are none.
    """
    with open_store(folder) as store:
        return store.list(most)


def read_run(folder: Path, name: str) -> Kept:
    """A run by the beginning or the end of its id, or `last`.

    Raises:
        Mistake: No run or several fit.
        CannotRun: Its journal cannot be read.
    """
    with open_store(folder) as store:
        path = store.path(store.find(name).id)
    batch = Batch()
    found = state(path, lambda attempt: batch.add(attempt.dialogue, attempt.scores))
    if found.info is None:
        raise CannotRun(f"{path}: the journal has lost its head")
    return Kept(found.info, batch, path, found)


def show(folder: Path, name: str) -> Outcome:
    """A run's verdict and report, made again from its journal.

    Raises:
        Mistake: No run or several fit.
        CannotRun: Its journal cannot be read.
    """
    kept = read_run(folder, name)
    held = held_of(kept.info, (), read_baseline(folder))
    verdict = held.verdict(kept.batch, _open_end(kept.state))
    notes, cases = _cases(folder, kept.info)
    here = shown(folder / Path(kept.info.file).name)  # the head has it as it was seen from another place
    report = build_report(
        msgspec.structs.replace(kept.info, file=here),
        verdict,
        kept.batch,
        replay(kept.journal),
        cases,
        comparison=held.comparison(kept.batch, kept.info.id),
        circumstances=Circumstances(
            state="done" if kept.state.state == "done" else "interrupted",
            asked_again=kept.state.asked_again,
            notes=notes,
            warnings=warnings(kept.state.damage),
        ),
    )
    return Outcome(verdict=verdict, report=report, batch=kept.batch, journal=kept.journal)


def compare_runs(folder: Path, now: str, before: str) -> Comparison:
    """A run against another one, or against a baseline file, paired by case.

    Two runs of one suite each are compared even when the suites have different names: two systems on the same cases.

    Raises:
        Mistake: No run or several fit, or the file is no baseline.
    """
    kept = read_run(folder, now)
    if before.endswith(".json"):
        baseline = read_baseline(folder, Path(before))
        if baseline is not None:
            return compare(kept.batch, baseline, now_name=kept.info.id)
    other = read_run(folder, before)
    ours, theirs = kept.batch, other.batch
    names = {batch.values_of("suite")[0] for batch in (ours, theirs) if len(batch.values_of("suite")) == 1}
    if len(names) == 2 and all(len(batch.values_of("suite")) == 1 for batch in (ours, theirs)):
        ours, theirs = _one_suite(kept), _one_suite(other)
    return compare(ours, theirs, now_name=kept.info.id, before_name=other.info.id)


def bless(folder: Path, name: str, out: Path | None = None) -> tuple[Path, RunInfo]:
    """Write the baseline of a run, by default where `seatrial check` looks for it.

    Raises:
        Mistake: No run or several fit, or the run did not come to its end.
        CannotRun: The file cannot be written.
    """
    kept = read_run(folder, name)
    if kept.state.state != "done":
        raise Mistake(f"the run {kept.info.id} did not come to its end; run `seatrial check` again to finish it")
    path = out or folder / NAME
    write_baseline(Baseline.of(kept.info, kept.batch), path)
    return path, kept.info


def _open_end(found: JournalState) -> tuple[str, ...]:
    if found.state == "done":
        return ()
    return found.reasons or ("the run did not come to its end",)


def _cases(folder: Path, info: RunInfo) -> tuple[tuple[str, ...], Iterator[tuple[str, Case]]]:
    """The cases as the suite file has them today, for expected answers and places."""
    try:
        return (), load(folder / Path(info.file).name).each_case()
    except Mistake:
        note = "The suite file cannot be read any more, so expected answers and the places of cases are left out."
        return (note,), iter(())


def _one_suite(kept: Kept) -> Batch:
    batch = Batch()

    def add(attempt: Attempt) -> None:
        dialogue = [msgspec.structs.replace(each, suite=None) for each in attempt.dialogue]
        batch.add(dialogue, attempt.scores)

    state(kept.journal, add)
    return batch
