"""Lines of a JSONL file by key: 16 bytes a line and key are held, the lines stay on disk."""

import hashlib
import os
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from seatrial.core.errors import CannotRun, Mistake

LONGEST_LINE = 16 * 1024 * 1024


class Keys:
    """Hashes of keys, sorted, each with the offset of its line."""

    def __init__(self) -> None:
        self._hashes = array("Q")
        self._offsets = array("Q")

    def __len__(self) -> int:
        return len(self._hashes)

    def add(self, key: str, offset: int) -> None:
        """Note that the line at `offset` has this key."""
        self._hashes.append(_hash(key))
        self._offsets.append(offset)

    def sort(self) -> None:
        """Make `offsets` possible; lines of one key stay in the order of the file."""
        order = sorted(range(len(self._hashes)), key=self._hashes.__getitem__)
        self._hashes = array("Q", (self._hashes[i] for i in order))
        self._offsets = array("Q", (self._offsets[i] for i in order))

    def offsets(self, key: str) -> list[int]:
        """Offsets of the lines that may have this key (another key may share its hash)."""
        wanted = _hash(key)
        at, found = bisect_left(self._hashes, wanted), []
        while at < len(self._hashes) and self._hashes[at] == wanted:
            found.append(self._offsets[at])
            at += 1
        return found


class LineFile:
    """A file that is read one line at a time, from anywhere.

    Raises:
        Mistake: There is no such file.
        CannotRun: It cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file: int | None = os.open(path, os.O_RDONLY)
            if path.is_dir():
                self.close()
                raise IsADirectoryError
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise Mistake("there is no such file", path=path) from None
        except OSError as error:
            raise CannotRun(f"{path} cannot be read: {error.strerror}") from None

    def rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Each line's offset and decoded object; empty lines are skipped.

        Raises:
            Mistake: A line is no JSON object, or too long; the message names it.
        """
        offset = 0
        with self.path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), 1):
                if line.strip():
                    yield offset, self._object(line, number)
                offset += len(line)

    def at(self, offset: int) -> dict[str, Any]:
        """The object of the line at an offset.

        Raises:
            CannotRun: The file was changed since it was indexed.
        """
        if self._file is None:
            raise CannotRun(f"{self.path} is closed")
        line, size = b"", 4096
        while b"\n" not in line and size <= 2 * LONGEST_LINE:
            more = os.pread(self._file, size, offset + len(line))
            if not more:
                break
            line, size = line + more, size * 2
        try:
            return dict(msgspec.json.decode(line.partition(b"\n")[0]))
        except (msgspec.DecodeError, UnicodeDecodeError, TypeError, ValueError):
            raise CannotRun(f"{self.path} was changed while it was in use") from None

    def close(self) -> None:
        """Close; a second time does nothing."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _object(self, line: bytes, number: int) -> dict[str, Any]:
        if len(line) > LONGEST_LINE:
            raise Mistake(f"a line is over {LONGEST_LINE >> 20} MB", path=self.path, line=number)
        try:
            row = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Mistake(f"not JSON: {error}", path=self.path, line=number) from None
        if not isinstance(row, dict):
            raise Mistake("not a JSON object with fields", path=self.path, line=number)
        return row


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
