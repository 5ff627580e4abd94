"""The live log: what is written is found again, whatever happens to database, disk and process."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from live_entries import entry

from seatrial.core.errors import CannotRun
from seatrial.core.ids import new_id
from seatrial.store.live import NAME, PACKED_FROM, LiveStore, first_id
from seatrial.store.live_entry import LogEntry
from seatrial.store.live_schema import VERSION
from seatrial.store.log import InteractionLog

DAY = 86400 * 10**9


def ids(folder: Path) -> list[str]:
    """What the database holds, in order."""
    store = LiveStore(folder)
    try:
        return [row.id for row in store.newest(100_000)]
    finally:
        store.close()


def names(entries: list[LogEntry]) -> list[str]:
    return [each.interaction.id for each in entries]


class Clock:
    """Seconds that the test moves on."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("number", [1, 3, 4, 37, 600])
def test_all_rows_come_back_in_order(tmp_path: Path, number: int) -> None:
    """However many are written at once, each is one row with its own body."""
    entries = [entry(text=f"answer {place}") for place in range(number)]
    store = LiveStore(tmp_path)
    store.add(entries)
    assert [row.id for row in store.newest(1000)] == names(entries)
    body = store.body(entries[-1].interaction.id)
    store.close()
    assert body == entries[-1].interaction


def test_a_row_says_what_the_entry_said(tmp_path: Path) -> None:
    """Figures, names and tags survive the way into the database and back."""
    store = LiveStore(tmp_path)
    store.add([entry("x", seconds=2.0, user="hash", tags={"region": "eu"}, model="m", attempts=3)])
    (row,) = store.newest(1)
    store.close()
    assert (row.latency, row.first_token, row.waited, row.attempts) == (2.0, 1.0, 0.0, 3)
    assert (row.input, row.output, row.cost, row.currency) == (10, 5, 20_000, "USD")
    assert (row.user, row.tags, row.model, row.served_by) == ("hash", {"region": "eu"}, "m", "upstream")


def test_a_long_body_is_kept_whole(tmp_path: Path) -> None:
    """A body that is compressed comes back as it was, NUL and all."""
    long = entry("x", text="a\0b" * PACKED_FROM)
    store = LiveStore(tmp_path)
    store.add([long])
    body = store.body("x")
    store.close()
    assert body == long.interaction
    assert (tmp_path / NAME).stat().st_size < PACKED_FROM * 8


def test_the_same_id_is_kept_once(tmp_path: Path) -> None:
    """Entries that are written again change nothing, and those beside them are kept."""
    store = LiveStore(tmp_path)
    store.add([entry("a"), entry("b")])
    store.add([entry("b"), entry("c"), entry("c")])
    store.close()
    assert ids(tmp_path) == ["a", "b", "c"]


def test_without_bodies_there_are_rows_alone(tmp_path: Path) -> None:
    """What was said can be left out."""
    log = InteractionLog(tmp_path, bodies=False)
    log.write([entry("a")])
    log.close()
    store = LiveStore(tmp_path)
    assert store.body("a") is None
    store.close()


def test_what_is_too_old_goes(tmp_path: Path) -> None:
    """Entries older than `keep` are taken out with their bodies; younger ones stay."""
    old, young = time.time_ns() - 3 * DAY, new_id()
    store = LiveStore(tmp_path)
    store.add([entry(first_id(old) + "-7000-8000-000000000000", at=old), entry(young)])
    store.close()
    log = InteractionLog(tmp_path, 2 * 86400.0)
    log.write([])
    log.close()
    assert ids(tmp_path) == [young]


def test_while_the_database_is_locked_entries_wait_in_a_file(tmp_path: Path) -> None:
    """A database that another process holds for long delays nothing and loses nothing."""
    clock, first, second = Clock(), entry(), entry()
    log = InteractionLog(tmp_path, clock=clock)
    log.write([first])
    other = sqlite3.connect(tmp_path / NAME, isolation_level=None)
    other.execute("begin immediate")
    log.write([second])
    assert (log.written, log.spooled, bool(log.trouble)) == (1, 1, True)
    other.execute("rollback")
    other.close()
    clock.now += 5
    log.write([])
    log.close()
    assert sorted(ids(tmp_path)) == sorted(names([first, second]))
    assert not log.trouble
    assert not list((tmp_path / "spool").iterdir())


def test_a_broken_database_loses_nothing(tmp_path: Path) -> None:
    """While the file is no database entries go to the spool; when it was moved away they follow."""
    clock = Clock()
    (tmp_path / NAME).write_bytes(b"not a database at all" * 100)
    log = InteractionLog(tmp_path, clock=clock)
    log.write([entry("a")])
    clock.now += 5
    log.write([entry("b")])
    assert "not a database" in log.trouble
    (tmp_path / NAME).unlink()
    clock.now += 5
    log.write([entry("c")])
    log.close()
    assert sorted(ids(tmp_path)) == ["a", "b", "c"]


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    """When neither database nor spool can be written, whoever writes is told and keeps what it has."""
    (tmp_path / "file").write_text("in the way")
    log = InteractionLog(tmp_path / "file" / "store")
    with pytest.raises(CannotRun):
        log.write([entry("a")])
    log.close()


def test_what_a_process_left_behind_follows(tmp_path: Path) -> None:
    """The next process takes over the spool of one that is gone; a torn last line is counted and harms nobody."""
    (tmp_path / NAME).write_bytes(b"not a database at all" * 100)
    gone = InteractionLog(tmp_path)
    gone.write([entry("a"), entry("b")])
    gone.close()
    (left,) = (tmp_path / "spool").iterdir()
    with left.open("ab") as file:
        file.write(b'{"interaction": {"id": "torn')
    (tmp_path / NAME).unlink()
    log = InteractionLog(tmp_path)
    log.write([entry("c")])
    log.close()
    assert ids(tmp_path) == ["c", "a", "b"]
    assert log.lost == 1


def test_the_spool_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    """Two processes never write the same waiting entry."""
    (tmp_path / NAME).write_bytes(b"not a database at all" * 100)
    living = InteractionLog(tmp_path)
    living.write([entry("a")])
    (tmp_path / NAME).unlink()
    other = InteractionLog(tmp_path)
    other.write([entry("b")])
    assert ids(tmp_path) == ["b"]
    living.close()
    other.close()


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    """What a later version wrote is neither read nor changed."""
    LiveStore(tmp_path).close()
    with sqlite3.connect(tmp_path / NAME) as later:
        later.execute(f"pragma user_version = {VERSION + 1}")
    later.close()
    with pytest.raises(CannotRun, match="later version"):
        LiveStore(tmp_path)


def test_others_cannot_read_it(tmp_path: Path) -> None:
    """The file is its owner's alone."""
    LiveStore(tmp_path / "store").close()
    if os.name == "posix":
        assert (tmp_path / "store" / NAME).stat().st_mode & 0o077 == 0


WRITER = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from live_entries import entry
from seatrial.store.log import InteractionLog
log, clock = InteractionLog(Path({folder!r})), 0
for number in range(1, 10_000):
    log.write([entry() for _ in range(5)])
    print(number * 5, flush=True)
"""


def test_processes_write_together_and_may_be_killed(tmp_path: Path) -> None:
    """Of two processes on one file, both killed with -9, all that they had written is there."""
    code = WRITER.format(tests=str(Path(__file__).parent), folder=str(tmp_path))
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = []
    for each in both:
        assert each.stdout is not None
        while int(each.stdout.readline()) < 200:
            pass
    for each in both:
        each.kill()
        rest, _ = each.communicate()
        told.append(int((rest.split() or ["200"])[-1]))
    log = InteractionLog(tmp_path)
    log.write([])
    log.close()
    found = ids(tmp_path)
    assert len(found) == len(set(found)) >= sum(told)
