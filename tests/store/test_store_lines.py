"""Reading journals line by line: bounded, and patient with whatever stands there."""

from pathlib import Path

import pytest

from seatrial.core.errors import CannotRun
from seatrial.core.run import RunInfo
from seatrial.store.entries import FORMAT, Asked, Begun, encode
from seatrial.store.lines import Entries

HEAD = RunInfo(id="r", at=1, file="f", plan="p", suites=())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "j.jsonl"


def asked(case: str) -> bytes:
    return encode(Asked("s", case)) + b"\n"


def test_entries_come_in_order(path: Path) -> None:
    """Each line is one entry, and reading twice gives the same."""
    path.write_bytes(encode(Begun(HEAD)) + b"\n" + asked("a") + asked("b"))
    entries = Entries(path)
    assert list(entries) == list(entries) == [Begun(HEAD), Asked("s", "a"), Asked("s", "b")]
    assert (entries.damage.count, entries.damage.torn) == (0, False)


def test_a_line_that_is_too_long_is_skipped_and_named(path: Path) -> None:
    """A line beyond the bound is not read into memory, whether it ends or not; the lines around it are read."""
    long = b'"' + b"x" * 5_000_000 + b'"'
    path.write_bytes(asked("a") + long + b"\n" + asked("b") + long)
    entries = Entries(path, longest=1_000)
    assert [entry.case for entry in entries] == ["a", "b"]
    assert entries.damage.first == [f"{path}:2: longer than 1000 bytes", f"{path}:4: longer than 1000 bytes"]


def test_a_line_of_exactly_the_bound_is_read(path: Path) -> None:
    """The bound is the longest line that is still read."""
    line = asked("a" * 100)
    path.write_bytes(line)
    assert len(list(Entries(path, longest=len(line)))) == 1
    assert len(list(Entries(path, longest=len(line) - 1))) == 1
    assert list(Entries(path, longest=len(line) - 2)) == []


def test_only_the_first_bad_lines_are_named(path: Path) -> None:
    """A file of another kind gives a bounded report, and the count of all lines."""
    path.write_bytes(b"no journal\n" * 5_000)
    entries = Entries(path)
    assert list(entries) == []
    assert (entries.damage.count, len(entries.damage.first)) == (5_000, 20)


def test_blank_lines_are_no_damage(path: Path) -> None:
    """An empty line says nothing and is no fault."""
    path.write_bytes(b"\n" + asked("a") + b"  \n")
    entries = Entries(path)
    assert [entry.case for entry in entries] == ["a"]
    assert entries.damage.count == 0


@pytest.mark.parametrize(
    "line", [b"[" * 100_000, b"\xff\xfe", b'{"entry":"unknown"}', b"null", b"\x00" * 50, b'{"entry":1}']
)
def test_hostile_lines_are_skipped(path: Path, line: bytes) -> None:
    """Deep nesting, bytes that are no UTF-8, unknown entries: each is one damaged line."""
    path.write_bytes(line + b"\n" + asked("a"))
    entries = Entries(path)
    assert [entry.case for entry in entries] == ["a"]
    assert entries.damage.count == 1


def test_a_newer_format_is_refused(path: Path) -> None:
    """What a later version has written is not guessed at."""
    path.write_bytes(encode(Begun(HEAD, FORMAT + 1)) + b"\n")
    with pytest.raises(CannotRun, match=f"newer Seatrial \\(format {FORMAT + 1}, this one reads {FORMAT}\\)"):
        list(Entries(path))


def test_a_folder_is_no_journal(tmp_path: Path) -> None:
    """What cannot be read as a file is an error with its name."""
    with pytest.raises(CannotRun, match="could not be read: Is a directory"):
        list(Entries(tmp_path))
