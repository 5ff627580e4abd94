"""Append-only files: torn ends are cut off, two writers are kept apart."""

import multiprocessing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatrial.core.errors import CannotRun
from seatrial.store.append import AppendFile
from seatrial.store.entries import Asked, encode
from seatrial.store.lock import is_locked

LINE = encode(Asked("s", "a")) + b"\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "j.jsonl"


def reopen(path: Path, data: bytes) -> bytes:
    path.write_bytes(data)
    AppendFile(path).close()
    return path.read_bytes()


def test_lines_are_there_when_append_returns(path: Path) -> None:
    """Nothing is held back in the process: another reader sees each line at once."""
    file = AppendFile(path, create=True)
    for count in range(1, 4):
        file.append(LINE)
        assert path.read_bytes() == LINE * count
    file.sync()
    file.close()


def test_a_torn_line_is_cut_off(path: Path) -> None:
    """Half a line at the end goes; whole lines before it stay as they are."""
    assert reopen(path, LINE + LINE[:-5]) == LINE
    assert reopen(path, LINE[:3]) == b""
    assert reopen(path, b"") == b""


def test_a_whole_line_without_its_end_is_kept(path: Path) -> None:
    """Only the line end is missing: it is added, and nothing is lost."""
    assert reopen(path, LINE + LINE[:-1]) == LINE * 2


def test_a_torn_line_of_many_megabytes_is_cut_off(path: Path) -> None:
    """The search for the last line end goes back as far as it must."""
    assert reopen(path, LINE + b"x" * 3_000_000) == LINE


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tail=st.binary(max_size=200))
def test_any_end_can_be_opened(path: Path, tail: bytes) -> None:
    """Whatever bytes a crash left behind, whole lines stay and the file ends with a line end again."""
    data = LINE + tail
    mended = reopen(path, data)
    assert mended in (data[: data.rfind(b"\n") + 1], data + b"\n")


def hold(path: Path, ready: object, go: object) -> None:
    file = AppendFile(path)
    ready.set()
    go.wait(30)
    file.close()


def test_another_process_is_kept_out(path: Path) -> None:
    """While one process has the file, another gets one sentence; when it ends, however that is, the file is free."""
    path.write_bytes(LINE)
    context = multiprocessing.get_context("spawn")
    ready, go = context.Event(), context.Event()
    process = context.Process(target=hold, args=(path, ready, go))
    process.start()
    assert ready.wait(30)
    assert is_locked(path)
    with pytest.raises(CannotRun, match="another process is writing this run"):
        AppendFile(path)
    process.kill()
    process.join()
    assert not is_locked(path)
    AppendFile(path).close()


def test_what_is_not_there_is_not_locked(path: Path) -> None:
    """A missing file is nobody's."""
    assert not is_locked(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A missing folder is one sentence with the path."""
    with pytest.raises(CannotRun, match=r"gone/j\.jsonl: the journal could not be opened: No such file"):
        AppendFile(tmp_path / "gone" / "j.jsonl", create=True)
