"""Files in front of the live log: what the database does not take at once waits there, line by line, and is not lost.

Each process writes a file of its own, locked for as long as it lives; a file whose process is gone is taken over by
whoever writes to the database next.
"""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from seatrial.core.errors import CannotRun
from seatrial.core.ids import new_id
from seatrial.store.live_entry import LogEntry
from seatrial.store.lock import lock

FOLDER: Final = "spool"
LONGEST: Final = 256 * 1024 * 1024
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(LogEntry).decode


class Spool:
    """What waits for the database.

    Args:
        folder: Of the store; its files stand in `spool/`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._file: int | None = None
        self._path: Path | None = None
        self.unreadable = 0
        """Lines that were torn when a process or the machine stopped."""

    @property
    def empty(self) -> bool:
        """Whether nothing of this process waits."""
        return self._file is None

    def append(self, entries: Iterable[LogEntry]) -> None:
        """Write entries behind the others; they are with the operating system when it returns.

        Raises:
            CannotRun: The disk is full or fails; nothing of them is kept.
        """
        data = b"".join(_encode(entry) + b"\n" for entry in entries)
        try:
            file = self._opened()
            size = os.fstat(file).st_size
            try:
                _write(file, data)
            except OSError:
                with contextlib.suppress(OSError):  # else a torn line stays, which the reader skips
                    os.ftruncate(file, size)
                raise
        except OSError as error:
            raise CannotRun(f"{self._folder}: {(error.strerror or 'it failed').lower()}") from None

    def batches(self, size: int) -> Iterator[list[LogEntry]]:
        """What waits, of this process and of those that are gone; a file is taken away when all of it was taken.

        Raises:
            CannotRun: A file cannot be read.
        """
        try:
            for path in sorted(self._folder.glob("*.jsonl")):
                yield from self._file_batches(path, size)
        except OSError as error:
            raise CannotRun(f"{self._folder}: {(error.strerror or 'it failed').lower()}") from None

    def close(self) -> None:
        """Close this process's file; what is in it stays for the next one."""
        if self._file is not None:
            os.close(self._file)
            self._file = self._path = None

    def _opened(self) -> int:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._folder / f"{new_id()}.jsonl"
            file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
            lock(file)
            self._file, self._path = file, path
        return self._file

    def _file_batches(self, path: Path, size: int) -> Iterator[list[LogEntry]]:
        with path.open("r+b") as file:
            own = path == self._path
            if not own and not lock(file.fileno()):
                return  # its process lives, and sees to it
            entries: list[LogEntry] = []
            while line := file.readline(LONGEST):
                try:
                    entries.append(_decode(line))
                except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                    self.unreadable += 1
                if len(entries) >= size:
                    yield entries
                    entries = []
            if entries:
                yield entries
            path.unlink()
        if own:
            self.close()


def _write(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
