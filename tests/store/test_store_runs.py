"""The catalogue of runs: fast lists of what the journals say, thrown away and built again without loss."""

import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.ids import new_id
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Timing
from seatrial.core.request import Request
from seatrial.core.run import RunInfo, SuiteInfo
from seatrial.core.score import Score
from seatrial.store.append import AppendFile
from seatrial.store.entries import Answered, Begun, Concluded, Ended, Entry, Judged, Resumed, encode
from seatrial.store.record import Counts, RunRecord, summarise
from seatrial.store.runs import SCHEMA, RunStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".seatrial"


def head(run: str, at: int = 1, plan: str = "p") -> RunInfo:
    suites = (SuiteInfo("one", "bot", "i", 2), SuiteInfo("two", "bot", "i", 1))
    return RunInfo(id=run, at=at, file="seatrial.yaml", plan=plan, suites=suites)


def answered(id: str, failure: Failure | None = None, more: bool = False) -> Answered:
    timing = Timing(due=0, started=0, ended=1)
    answer = None if failure else Answer("x")
    return Answered(
        Interaction(target="bot", request=Request(()), timing=timing, answer=answer, failure=failure, id=id), more
    )


def entries(info: RunInfo) -> list[Entry]:
    """Passed, rejected, failed, not judged; then a Dialogue of two turns that passed."""
    judged = [Judged("a", (Score("x", True),)), Judged("b", (Score("x", False),)), Judged("c", ())]
    failed = answered("f", Failure(FailureKind.TIMEOUT, "late"))
    talk = [answered("d0", more=True), answered("d1"), Judged("d1", (Score("x", True),))]
    return [Begun(info), *map(answered, "abc"), *judged, failed, *talk, Ended(2, "done"), Concluded(3, "ready")]


def keep(store: RunStore, run: str, *, at: int = 1, plan: str = "p", lines: list[Entry] | None = None) -> None:
    info = head(run, at, plan)
    text = b"".join(encode(entry) + b"\n" for entry in (entries(info) if lines is None else lines))
    store.path(run).write_bytes(text)


WHOLE = Counts(answered=4, failed=1, passed=2, rejected=1)


def test_a_journal_is_summed_up(folder: Path) -> None:
    """Counts, state and verdict of a run come from its journal alone."""
    with RunStore.open(folder) as store:
        keep(store, "r")
        record = summarise(store.path("r"))
    assert record is not None
    assert record.counts == WHOLE
    assert (record.counts.attempts, record.counts.not_judged, record.counts.pass_rate) == (5, 1, 2 / 3)
    assert (record.state, record.readiness) == ("done", "ready")
    assert (record.suites, record.targets) == (("one", "two"), ("bot",))


def test_a_resumed_run_is_running_again(folder: Path) -> None:
    """What an earlier process said about the end does not outlast the resumption."""
    with RunStore.open(folder) as store:
        keep(store, "r", lines=[*entries(head("r")), Resumed(4, 2)])
        record = summarise(store.path("r"))
    assert record is not None
    assert (record.state, record.readiness) == ("running", None)


def test_nothing_judged_has_no_rate() -> None:
    """A pass rate over nothing is none, not nought."""
    assert Counts(answered=3).pass_rate is None


def test_the_folder_keeps_itself_out_of_git(folder: Path) -> None:
    """The folder ignores itself, and a `.gitignore` that the user changed is left alone."""
    RunStore.open(folder).close()
    assert (folder / ".gitignore").read_text() == "*\n"
    (folder / ".gitignore").write_text("mine\n")
    RunStore.open(folder).close()
    assert (folder / ".gitignore").read_text() == "mine\n"


def test_newest_runs_come_first(folder: Path) -> None:
    """The list is by time, bounded, and what was added or changed is in it."""
    with RunStore.open(folder) as store:
        for at in (2, 3, 1):
            keep(store, f"r{at}", at=at)
            store.add(RunRecord.of(head(f"r{at}", at)))
        store.update("r1", state="done", readiness="not ready", counts=Counts(1, 2, 3, 4))
        assert [record.id for record in store.list()] == ["r3", "r2", "r1"]
        assert [record.id for record in store.list(2)] == ["r3", "r2"]
        changed = store.list()[2]
    assert (changed.readiness, changed.counts) == ("not ready", Counts(1, 2, 3, 4))


def test_an_update_changes_only_what_is_given(folder: Path) -> None:
    """None leaves things as they are; a run that is not there is not made."""
    with RunStore.open(folder) as store:
        keep(store, "r")
        store.rebuild()
        store.update("r", readiness="not ready")
        store.update("ghost", state="done")
        (record,) = store.list()
    assert (record.counts, record.state, record.readiness) == (WHOLE, "done", "not ready")


def test_runs_are_found_by_either_end_of_their_id(folder: Path) -> None:
    """The beginning, the end or the whole of an id will do when it fits one run; `last` is the newest."""
    with RunStore.open(folder) as store:
        for at, run in enumerate(["0199-aa-11", "0199-bb-22", "0199"]):
            keep(store, run, at=at)
        store.rebuild()
        assert [store.find(text).id for text in ("0199-a", "22", "0199-bb-22", "last")] == [
            "0199-aa-11",
            "0199-bb-22",
            "0199-bb-22",
            "0199",
        ]
        assert store.find("0199").id == "0199"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("019", "several runs fit `019`: 0199-bb-22, 0199-aa-11"),
        ("0199-aa-12", "there is no run `0199-aa-12`; did you mean 0199-aa-11"),
        ("", "there is no run ``; did you mean 0199-bb-22"),
        ("%", "there is no run `%`"),
        ("0199_aa", "there is no run `0199_aa`"),
    ],
)
def test_a_name_that_fits_none_or_several_is_a_mistake(folder: Path, text: str, what: str) -> None:
    """The sentence lists what fits, or the nearest there is."""
    with RunStore.open(folder) as store:
        for at, run in enumerate(["0199-aa-11", "0199-bb-22"]):
            keep(store, run, at=at)
        store.rebuild()
        with pytest.raises(Mistake) as caught:
            store.find(text)
    assert what in str(caught.value)


def test_without_runs_the_next_step_is_named(folder: Path) -> None:
    """In an empty store, `last` and any name say how to make a run."""
    with RunStore.open(folder) as store:
        for text in ("last", "0199"):
            with pytest.raises(Mistake, match="`seatrial check` makes one"):
                store.find(text)


def test_a_missing_catalogue_is_built_again(folder: Path) -> None:
    """Without its database the store knows all that its journals know."""
    with RunStore.open(folder) as store:
        keep(store, "r1", at=1)
        keep(store, "r2", at=2)
        store.rebuild()
        before = store.list()
    (folder / "seatrial.db").unlink()
    with RunStore.open(folder) as store:
        assert store.list() == before
    assert [record.counts for record in before] == [WHOLE, WHOLE]


@pytest.mark.parametrize("data", [b"no database at all, " * 500, b"", b"SQLite format 3\x00" + b"\xff" * 5_000])
def test_a_damaged_catalogue_is_built_again(folder: Path, data: bytes) -> None:
    """A file that is no database is replaced, and the user does not notice."""
    with RunStore.open(folder) as store:
        keep(store, "r")
    (folder / "seatrial.db").write_bytes(data)
    with RunStore.open(folder) as store:
        assert [record.id for record in store.list()] == ["r"]


def test_an_older_catalogue_is_built_again(folder: Path) -> None:
    """A table of an earlier make is dropped and filled from the journals."""
    with RunStore.open(folder) as store:
        keep(store, "r")
    with closing(sqlite3.connect(folder / "seatrial.db")) as db:
        db.executescript("drop table runs; create table runs (old text); pragma user_version = 0")
    with RunStore.open(folder) as store:
        assert [record.id for record in store.list()] == ["r"]


def test_a_newer_catalogue_is_refused(folder: Path) -> None:
    """What a later version wrote is neither read nor overwritten."""
    RunStore.open(folder).close()
    with closing(sqlite3.connect(folder / "seatrial.db")) as db:
        db.execute(f"pragma user_version = {SCHEMA + 1}")
    with pytest.raises(Mistake, match="written by a newer Seatrial"):
        RunStore.open(folder)


def test_journals_and_catalogue_are_brought_together(folder: Path) -> None:
    """A journal that the catalogue does not know is taken in; an entry without its journal goes."""
    with RunStore.open(folder) as store:
        keep(store, "kept")
        store.add(RunRecord.of(head("gone")))
    with RunStore.open(folder) as store:
        assert [record.id for record in store.list()] == ["kept"]


def test_journals_without_a_head_are_left_out(folder: Path) -> None:
    """A journal that lost its head, or bears another's name, is no run to list, and no error."""
    with RunStore.open(folder) as store:
        keep(store, "headless", lines=entries(head("x"))[1:])
        keep(store, "renamed", lines=entries(head("x")))
        store.rebuild()
        assert store.list() == ()


def test_a_journal_that_cannot_be_read_hides_itself_only(folder: Path) -> None:
    """A journal of a newer format, or a folder in a journal's place, leaves the other runs in the list."""
    with RunStore.open(folder) as store:
        keep(store, "newer", lines=[Begun(head("newer"), 99)])
        store.path("folder").mkdir()
        keep(store, "fine")
    with RunStore.open(folder) as store:
        assert [record.id for record in store.list()] == ["fine"]


def test_running_means_that_somebody_is_at_work(folder: Path) -> None:
    """A run is listed as running while its journal is locked, and as interrupted from then on."""
    with RunStore.open(folder) as store:
        keep(store, "r", lines=entries(head("r"))[:-2])
        file = AppendFile(store.path("r"))
        store.add(RunRecord.of(head("r")))
        assert store.list()[0].state == "running"
        file.close()
        record = store.find("last")
    assert (record.state, record.counts) == ("interrupted", WHOLE)


def test_only_unfinished_runs_of_a_plan_are_taken_up(folder: Path) -> None:
    """Finished runs, other plans and runs at work are left out; the newest comes first."""
    with RunStore.open(folder) as store:
        keep(store, "done", at=9)
        for at, (run, plan) in enumerate([("old", "p"), ("new", "p"), ("other", "q")]):
            keep(store, run, at=at, plan=plan, lines=entries(head(run, at, plan))[:-2])
        store.rebuild()
        assert [record.id for record in store.unfinished("p")] == ["new", "old"]


def test_a_place_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file where the folder should be is one sentence."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(CannotRun, match=r"taken/\.seatrial: the folder for runs could not be made"):
        RunStore.open(tmp_path / "taken" / ".seatrial")


def add_many(folder: Path, count: int) -> None:
    for _ in range(count):
        with RunStore.open(folder) as store:
            run = new_id()
            keep(store, run)
            store.add(RunRecord.of(head(run)))
            store.update(run, state="done")


def test_two_processes_at_once_lose_nothing(folder: Path) -> None:
    """Processes that open, add and change at the same time, from an empty folder on, all find all runs."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=add_many, args=(folder, 15)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    with RunStore.open(folder) as store:
        assert len(store.list()) == 45
        assert {record.state for record in store.list()} == {"done"}
