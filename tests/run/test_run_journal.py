"""The journal: what is written can be read back, whatever has happened to the file since."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from run_fakes import FakeTarget, case, go, info, open_journal, suite

from seatrial.core.errors import CannotRun
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Timing
from seatrial.core.request import Message, Request
from seatrial.core.run import Attempt
from seatrial.core.score import Score
from seatrial.run.journal import Journal, replay, state

HEAD = info(suite(1, FakeTarget()))
ROOM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def interaction(case_id: str, turn: int = 0, **parts: object) -> Interaction:
    ask = Request((Message("user", "Fähre nach Saltholm? 🚢"),))
    timing = Timing(due=1, started=2, ended=3)
    answer = None if "failure" in parts else Answer(f"Um 21:40 – {case_id}/{turn}")
    common = {"target": "bot", "request": ask, "timing": timing, "answer": answer, "suite": "s", "case": case_id}
    return Interaction(**common | {"turn": turn, "id": f"{case_id}-{turn}"} | parts)


def write(journal: Journal) -> None:
    """Five attempts: judged, failed, a dialogue, one unjudged, one in flight."""
    for name in ("a", "b", "d", "e", "f"):
        journal.asked("s", name, 0, 0)
    journal.answered(interaction("a"))
    journal.judged("a-0", (Score("same", True),))
    journal.answered(interaction("b", failure=Failure(FailureKind.TIMEOUT, "late")))
    journal.answered(interaction("d"), more=True)
    journal.asked("s", "d", 0, 1)
    journal.answered(interaction("d", 1))
    journal.judged("d-1", (Score("same", False, reason="no"),))
    journal.answered(interaction("e"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("journal") / "j.jsonl"
    with Journal.begin(path, HEAD) as journal:
        write(journal)
    return path.read_bytes()


def attempts_of(data: bytes, path: Path) -> list[Attempt]:
    path.write_bytes(data)
    return list(replay(path))


def test_what_is_written_is_read_back(whole: bytes, tmp_path: Path) -> None:
    """Attempts come back whole and in order; one that nobody judged comes last, without Scores."""
    attempts = attempts_of(whole, tmp_path / "j")
    assert [[each.id for each in attempt.dialogue] for attempt in attempts] == [
        ["a-0"],
        ["b-0"],
        ["d-0", "d-1"],
        ["e-0"],
    ]
    assert attempts[0] == Attempt((interaction("a"),), (Score("same", True),))
    assert [len(attempt.scores) for attempt in attempts] == [1, 0, 1, 0]


def test_the_state_says_what_is_open(whole: bytes, tmp_path: Path) -> None:
    """Done, answered but unjudged, and asked but unanswered are told apart."""
    (tmp_path / "j").write_bytes(whole)
    found = state(tmp_path / "j")
    assert (found.info, found.state, found.attempts, found.in_flight) == (HEAD, "running", 3, 1)
    assert [key.case for key in found.unjudged] == ["e"]
    assert found.partial == {}


@ROOM
@given(data=st.data())
def test_a_cut_at_any_byte_loses_at_most_the_torn_line(whole: bytes, tmp_path: Path, data: st.DataObject) -> None:
    """Reading a journal that ends anywhere raises nothing and gives what its whole lines say."""
    cut = data.draw(st.integers(0, len(whole)))
    lines = whole[:cut].rfind(b"\n") + 1
    torn = attempts_of(whole[:cut], tmp_path / "torn")
    assert torn in (
        attempts_of(whole[:lines], tmp_path / "lines"),
        attempts_of(whole[:cut] + b"\n", tmp_path / "mended"),
    )
    assert state(tmp_path / "torn").damage.count == 0


@ROOM
@given(data=st.data())
def test_a_journal_cut_at_any_byte_can_be_gone_on_with(whole: bytes, tmp_path: Path, data: st.DataObject) -> None:
    """Opening it again cuts off the torn line only, and what is appended then is read back."""
    cut = data.draw(st.integers(0, len(whole)))
    path = tmp_path / "again"
    path.write_bytes(whole[:cut])
    before = list(replay(path))
    with Journal.resume(path, HEAD) as journal:
        journal.answered(interaction("z"))
        journal.judged("z-0", ())
    after = {attempt.dialogue[-1].id for attempt in replay(path)}
    assert after == {attempt.dialogue[-1].id for attempt in before} | {"z-0"}
    assert state(path).damage.count == 0


@ROOM
@given(data=st.data(), garbage=st.binary(max_size=60))
def test_garbage_lines_are_counted_and_named(whole: bytes, tmp_path: Path, data: st.DataObject, garbage: bytes) -> None:
    """Lines that are no entries are skipped, whatever bytes they hold, and all others are read."""
    lines = whole.splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines)))
    bad = b"}" + garbage.replace(b"\n", b"") + b"\n"
    path = tmp_path / "garbage"
    attempts = attempts_of(b"".join([*lines[:place], bad, *lines[place:]]), path)
    assert attempts == attempts_of(whole, tmp_path / "whole")
    damage = state(path).damage
    assert damage.count == 1
    assert damage.first[0].startswith(f"{path}:{place + 1}: no entry of a journal")


@ROOM
@given(data=st.data())
def test_a_flipped_byte_never_raises(whole: bytes, tmp_path: Path, data: st.DataObject) -> None:
    """A byte that the disk got wrong costs its own line at the most."""
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255))
    flipped = whole[:place] + bytes([byte]) + whole[place + 1 :]
    assert len(attempts_of(flipped, tmp_path / "flipped")) >= 2


def test_a_lost_judgement_leaves_the_answer(whole: bytes, tmp_path: Path) -> None:
    """An answer whose Judged line is gone is not lost: it counts as not judged and is judged again."""
    damaged = b"".join(line for line in whole.splitlines(keepends=True) if b'"id":"a-0","scores"' not in line)
    attempts = attempts_of(damaged, tmp_path / "j")
    assert {attempt.dialogue[-1].id: len(attempt.scores) for attempt in attempts}["a-0"] == 0
    assert {key.case for key in state(tmp_path / "j").unjudged} == {"a", "e"}


def test_a_dialogue_broken_in_the_middle_goes_on(tmp_path: Path) -> None:
    """Turns that are answered are kept for the next process; turns without their beginning are not."""
    with Journal.begin(tmp_path / "j", HEAD) as journal:
        journal.answered(interaction("d"), more=True)
        journal.answered(interaction("x", 1), more=True)
        journal.asked("s", "d", 0, 1)
    found = state(tmp_path / "j")
    assert {key.case: len(turns) for key, turns in found.partial.items()} == {"d": 1}
    assert found.in_flight == 1


def test_two_processes_never_write_one_journal(tmp_path: Path) -> None:
    """A journal that is open is refused to others, and free again when it is closed."""
    path = tmp_path / "j"
    with Journal.begin(path, HEAD):
        with pytest.raises(CannotRun, match="another process is writing this run"):
            Journal.resume(path, HEAD)
        with pytest.raises(CannotRun, match="could not be opened: File exists"):
            Journal.begin(path, HEAD)
    Journal.resume(path, HEAD).close()


def test_a_closed_journal_refuses(tmp_path: Path) -> None:
    """Writing to a closed journal is an error with its name."""
    journal = Journal.begin(tmp_path / "j", HEAD)
    journal.close()
    journal.close()
    with pytest.raises(CannotRun, match="the journal is closed"):
        journal.asked("s", "a", 0, 0)


def test_a_missing_journal_is_named(tmp_path: Path) -> None:
    """Reading or opening what is not there says which file and why."""
    with pytest.raises(CannotRun, match=r"gone\.jsonl: the journal could not be read: No such file"):
        state(tmp_path / "gone.jsonl")
    with pytest.raises(CannotRun, match=r"gone\.jsonl: the journal could not be opened: No such file"):
        Journal.resume(tmp_path / "gone.jsonl", HEAD)


def test_scores_that_are_no_text_are_mended(tmp_path: Path) -> None:
    """A check's reason with half a character is written with that escaped, and its Score stays."""
    with Journal.begin(tmp_path / "j", HEAD) as journal:
        journal.answered(interaction("a"))
        journal.judged("a-0", (Score("same", False, reason="found \ud83d"),))
    (attempt,) = replay(tmp_path / "j")
    assert attempt.scores == (Score("same", False, reason="found \\ud83d"),)


def test_how_a_run_ended_is_read_back(tmp_path: Path) -> None:
    """The end, its reasons and what the gates said are in the state; going on takes them back."""
    with Journal.begin(tmp_path / "j", HEAD) as journal:
        journal.ended("interrupted", ("stopped by hand",))
        journal.concluded("not enough evidence")
    found = state(tmp_path / "j")
    assert (found.state, found.reasons, found.readiness) == ("interrupted", ("stopped by hand",), "not enough evidence")
    with open_journal(tmp_path / "j", HEAD) as journal:
        journal.take_up(lambda attempt: None)
    found = state(tmp_path / "j")
    assert (found.state, found.reasons, found.readiness, found.resumptions) == ("running", (), None, 1)


FULL_DISK = """
import asyncio, resource, signal, sys
from pathlib import Path
from run_fakes import FakeTarget, go, suite

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
result = asyncio.run(go(Path(sys.argv[1]), suite(500, FakeTarget(), concurrency=3)))
print(type(result.error).__name__, result.state, result.counts.passed)
print(result.reasons[0])
"""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A journal that ran into the end of its disk, and what its process said."""
    path = tmp_path_factory.mktemp("full") / "j"
    command = [sys.executable, "-c", FULL_DISK, str(path)]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    return path, done.stdout


def test_a_full_disk_keeps_what_was_measured(full: tuple[Path, str]) -> None:
    """When the journal cannot grow, the run ends with one sentence, and what was written before can be read."""
    path, said = full
    first, second = said.splitlines()
    kind, outcome, passed = first.split()
    assert (kind, outcome) == ("CannotRun", "interrupted")
    assert second.startswith(f"{path}: the journal could not be written: File too large")
    found = state(path)
    assert 0 < found.attempts <= int(passed)
    assert found.damage.count == 0
    assert not found.damage.torn


async def test_after_a_full_disk_the_run_goes_on(full: tuple[Path, str], tmp_path: Path) -> None:
    """The rest is asked when there is room again, and the totals are right."""
    shutil.copy(full[0], tmp_path / "j")
    result = await go(tmp_path / "j", suite(500, FakeTarget(), concurrency=3))
    assert (result.counts.passed, result.state) == (500, "done")
    assert result.resumed > 0


async def test_a_hundred_turns_stay_in_order(tmp_path: Path) -> None:
    """A long Dialogue comes back turn by turn."""
    asks = [f"turn {i}" for i in range(100)]
    await go(tmp_path / "j", suite([case("long", *asks)], FakeTarget()))
    (attempt,) = replay(tmp_path / "j")
    assert [each.text for each in attempt.dialogue] == asks
