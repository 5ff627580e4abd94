"""Bytes that can be read anywhere and are never all in memory."""

import os
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Protocol

from seatrial.scan.limits import MEGABYTE, Budget


class Blob(Protocol):
    """Something with bytes. Reading past the end gives fewer bytes, or none; it is no error."""

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`."""
        ...

    @property
    def size(self) -> int:
        """How many bytes there are. Of something compressed this unpacks it all: ask only when it is needed."""
        ...


class FileBlob:
    """An open file. It is read by `pread` and not mapped: a mapped file that shrinks kills the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @property
    def size(self) -> int:
        """Bytes."""
        return os.fstat(self._descriptor).st_size

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`."""
        # Files may claim any size: only what is there is asked for, since `pread` makes room for all of it first.
        size = min(size, self.size - offset)
        return os.pread(self._descriptor, size, offset) if offset >= 0 and size > 0 else b""


class BytesBlob:
    """Bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self._data)

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`."""
        return self._data[offset : offset + size] if offset >= 0 and size > 0 else b""


class Window:
    """A stretch of another Blob, from `offset` on; without a length, to its end."""

    def __init__(self, blob: Blob, offset: int, length: int | None = None) -> None:
        self._blob, self._offset, self._length = blob, offset, length

    @property
    def size(self) -> int:
        """Bytes, no more than there are."""
        rest = max(0, self._blob.size - self._offset)
        return rest if self._length is None else min(self._length, rest)

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`."""
        if offset < 0:
            return b""
        if self._length is not None:
            size = min(size, self._length - offset)
        return self._blob.read(self._offset + offset, size) if size > 0 else b""


class Unpacked:
    """What an iterator of chunks gives, unpacked as far as somebody reads and kept in a temporary file."""

    def __init__(self, chunks: Iterator[bytes], budget: Budget) -> None:
        self._chunks, self._budget = chunks, budget
        self._spool = SpooledTemporaryFile(max_size=16 * MEGABYTE)  # noqa: SIM115  it lives as long as the Blob
        self._known, self._ended = 0, False

    @property
    def size(self) -> int:
        """Bytes; unpacks all."""
        while not self._ended:
            self._more()
        return self._known

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`.

        Raises:
            OverBudget: Unpacking so far costs too much.
        """
        if offset < 0 or size <= 0:
            return b""
        while not self._ended and self._known < offset + size:
            self._more()
        size = min(size, self._known - offset)
        if size <= 0:
            return b""
        self._spool.seek(offset)
        return self._spool.read(size)

    def _more(self) -> None:
        chunk = next(self._chunks, None)
        if chunk is None:
            self._ended = True
            return
        self._budget.unpack(len(chunk))
        self._spool.seek(self._known)
        self._spool.write(chunk)
        self._known += len(chunk)

    def __del__(self) -> None:
        self._spool.close()
