"""Reading a journal line by line, whatever state its file is in."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from seatrial.core.errors import CannotRun
from seatrial.store.entries import FORMAT, Begun, Entry, decode

LONGEST = 128 * 1024 * 1024
"""Bytes that a line may have; the longest answer that a Target takes, written with escapes, is shorter."""
_NAMED = 20


class Damage(msgspec.Struct):
    """Lines that could not be read. A torn last line is what a killed process leaves behind, and no damage."""

    count: int = 0
    first: list[str] = []
    """The first few, as `path:line: what is wrong`."""
    torn: bool = False

    def note(self, path: Path, number: int, what: str) -> None:
        """Count a line and keep the first few by name."""
        self.count += 1
        if len(self.first) < _NAMED:
            self.first.append(f"{path}:{number}: {what}")


class Entries:
    """The entries of a journal in order; lines that are none are skipped and counted in `damage`.

    Args:
        path: The journal.
        longest: Bytes that a line may have.

    Raises:
        CannotRun: While iterating: the file cannot be read, or its format is newer than this version reads.
    """

    def __init__(self, path: Path, longest: int = LONGEST) -> None:
        self.path, self.damage = path, Damage()
        self._longest = longest

    def __iter__(self) -> Iterator[Entry]:
        self.damage = Damage()
        try:
            with self.path.open("rb", buffering=1 << 18) as file:
                for number, line in self._lines(file):
                    entry = self._entry(number, line)
                    if entry is not None:
                        yield entry
        except OSError as error:
            raise CannotRun(f"{self.path}: the journal could not be read: {error.strerror or error}") from error

    def _lines(self, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
        number = 0
        while line := file.readline(self._longest + 1):
            number += 1
            if len(line) > self._longest and not line.endswith(b"\n"):
                while line and not line.endswith(b"\n"):
                    line = file.readline(1 << 20)
                self.damage.note(self.path, number, f"longer than {self._longest} bytes")
                continue
            yield number, line

    def _entry(self, number: int, line: bytes) -> Entry | None:
        try:
            entry: Entry = decode(line)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            if not line.endswith(b"\n"):
                self.damage.torn = True
            elif line.strip():
                self.damage.note(self.path, number, f"no entry of a journal ({str(error)[:100]})")
            return None
        if isinstance(entry, Begun) and entry.format > FORMAT:
            raise CannotRun(
                f"{self.path}: written by a newer Seatrial (format {entry.format}, this one reads {FORMAT})"
            )
        return entry
