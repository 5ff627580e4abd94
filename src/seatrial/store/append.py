"""A file that is only ever appended to: one write a line, so that a killed process loses nothing that was known."""

import contextlib
import os
from pathlib import Path

import msgspec

from seatrial.core.errors import CannotRun
from seatrial.store.entries import decode
from seatrial.store.lock import lock_patiently

_TAIL = 1 << 20


class AppendFile:
    """An open journal, locked for this process.

    Writes are unbuffered: what `append` has taken is with the operating system when it returns, so only a crash of the
    machine itself can lose it; `sync` guards against that, too. A torn last line of an earlier process is cut off.

    Raises:
        CannotRun: The file cannot be made or opened, or another process is writing it.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        flags = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0) | (os.O_CREAT | os.O_EXCL if create else 0)
        try:
            self._file: int | None = os.open(path, flags, 0o644)
        except OSError as error:
            raise CannotRun(f"{path}: the journal could not be opened: {error.strerror or error}") from error
        if not lock_patiently(self._file):
            self.close()
            raise CannotRun(f"{path}: another process is writing this run; wait for it or stop it")
        try:
            self._size = self._repair(self._file)
        except OSError as error:
            self.close()
            raise CannotRun(f"{path}: the journal could not be mended: {error.strerror or error}") from error

    def append(self, data: bytes) -> None:
        """Write whole lines.

        Raises:
            CannotRun: The disk is full or fails; a half-written line is taken back.
        """
        if self._file is None:
            raise CannotRun(f"{self.path}: the journal is closed")
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            self._take_back(self._file)
            raise CannotRun(
                f"{self.path}: the journal could not be written: {error.strerror or error}; "
                "what was measured before is kept in it"
            ) from error
        self._size += len(data)

    def sync(self) -> None:
        """Have the operating system put all of it on the disk.

        Raises:
            CannotRun: The disk fails.
        """
        if self._file is None:
            return
        try:
            os.fsync(self._file)
        except OSError as error:
            raise CannotRun(f"{self.path}: the journal could not be synced: {error.strerror or error}") from error

    def close(self) -> None:
        """Close it and give the lock back; twice is fine."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _take_back(self, file: int) -> None:
        # Should this fail, too, the reader skips the torn line and the next writer cuts it off.
        with contextlib.suppress(OSError):
            os.ftruncate(file, self._size)

    def _repair(self, file: int) -> int:
        size = os.fstat(file).st_size
        tail, start = b"", size
        while start > 0 and b"\n" not in tail:
            step = min(_TAIL, start)
            start -= step
            os.lseek(file, start, os.SEEK_SET)
            tail = os.read(file, step) + tail
        torn = tail[tail.rfind(b"\n") + 1 :]
        if not torn:
            return size
        try:
            decode(torn)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            os.ftruncate(file, size - len(torn))
            return size - len(torn)
        os.write(file, b"\n")
        return size + 1
