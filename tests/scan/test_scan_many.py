"""Many files: the same verdicts in one process and in several; what kills a process kills one file."""

import contextlib
import os
import signal
import time
from pathlib import Path

import pytest
from making.zips import Member, archive
from test_scan_files import made

from seatrial.scan.files import Files
from seatrial.scan.limits import Limits
from seatrial.scan.many import scan_many
from seatrial.scan.part import Settings
from seatrial.scan.workers import Workers

HONEST = archive(Member("a.txt", b"text"))
EVIL = archive(Member("../a", b"text"))


@pytest.fixture
def folder(tmp_path):
    """A folder of several files."""
    made(tmp_path, *(f"{index:02}.txt" for index in range(9)))
    (tmp_path / "05.txt").write_bytes(EVIL)
    (tmp_path / "06.txt").write_bytes(HONEST)
    (tmp_path / "unknown.xyz").write_bytes(b"\xf0\xf1\xf2" * 40)
    (tmp_path / "unknown.pkl").write_bytes(b"\xf0\xf1\xf2" * 40)
    os.mkfifo(tmp_path / "fifo")
    return tmp_path


def test_one_process_and_several_say_the_same(folder):
    """Results come in the order of the files, whatever the number of processes."""
    alone = list(scan_many(Files([str(folder)]), jobs=1))
    assert list(scan_many(Files([str(folder)]), jobs=2)) == alone
    assert [each.scanned.path for each in alone] == sorted(str(each) for each in folder.iterdir())
    assert [each.scanned.verdict for each in alone if "05" in each.scanned.path] == ["attack"]


def test_unknown_files_of_a_folder_are_skipped_unless_named_like_models(folder):
    """What is no model, config or data is counted; named by the user, or like a model, it is unread."""
    found = {Path(each.found.path).name: each.skipped for each in scan_many(Files([str(folder)]))}
    assert (found["unknown.xyz"], found["unknown.pkl"], found["fifo"]) == (True, False, False)
    (named,) = scan_many(Files([str(folder / "unknown.xyz")]))
    assert (named.skipped, named.scanned.verdict) == (False, "unread")


def test_programs_and_empty_files_of_a_folder_are_skipped(tmp_path):
    """site-packages are full of them."""
    (tmp_path / "a.so").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(60))
    (tmp_path / "py.typed").touch()
    (tmp_path / "empty.pkl").touch()
    assert [each.skipped for each in scan_many(Files([str(tmp_path)]))] == [True, False, True]


def test_a_process_that_dies_makes_its_file_unread(tmp_path):
    """The rest goes on in a new process."""
    good = tmp_path / "good.zip"
    good.write_bytes(HONEST)
    with Workers(Settings(), 1) as workers:
        workers.put(str(good))
        assert workers.get().verdict == "clean"
        (pid,) = workers.pids
        os.kill(pid, signal.SIGKILL)
        workers.put(str(good))
        died = workers.get()
        workers.put(str(good))
        assert workers.get().verdict == "clean"
    assert died.verdict == "unread"
    assert "ended (signal 9)" in died.findings[0].evidence


def test_who_stops_early_ends_the_processes(folder):
    """Leaving the iteration, as Ctrl-C does, leaves no process behind and keeps what came."""
    results = scan_many(Files([str(folder)]), jobs=2)
    first = next(results)
    results.close()
    assert first.scanned.path.endswith("00.txt")
    deadline = time.monotonic() + 10
    while _children() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _children() == []


def _children():
    """Processes of ours that look at files."""
    found = []
    for each in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if each.name.isdigit() and "seatrial.scan.workers" in (each / "cmdline").read_text():
                parent = (each / "stat").read_text().rpartition(")")[2].split()[1]
                found += [each.name] if int(parent) == os.getpid() else []
    return found


def test_settings_reach_the_processes(tmp_path):
    """Limits count there as here."""
    data = archive(*(Member(f"{index}", b"x") for index in range(50)))
    for index in range(3):
        (tmp_path / f"{index}.zip").write_bytes(data)
    settings = Settings(Limits(members=20))
    for jobs in (1, 2):
        found = list(scan_many(Files([str(tmp_path)]), settings, jobs))
        assert ["file.over-budget" in [x.id for x in each.scanned.findings] for each in found] == [True] * 3


def test_nothing_is_imported_from_the_folder_that_is_scanned(tmp_path, monkeypatch):
    """A module beside the models that is named like one of Python's is not taken."""
    for name in ("bz2", "json", "msgspec", "struct", "seatrial"):
        (tmp_path / f"{name}.py").write_text("open('taken', 'w').close()")
    (tmp_path / "a.zip").write_bytes(HONEST)
    monkeypatch.chdir(tmp_path)
    list(scan_many(Files(["."]), jobs=2))
    assert not (tmp_path / "taken").exists()


def test_paths_in_any_encoding_come_back(tmp_path):
    """A path need not be text to be told."""
    path = os.fsencode(tmp_path) + b"/\xff.zip"
    Path(os.fsdecode(path)).write_bytes(EVIL)
    (found,) = scan_many(Files([str(tmp_path)]), jobs=2)
    assert os.fsencode(found.scanned.path) == path
    assert {os.fsencode(each.path) for each in found.scanned.findings} == {path}
