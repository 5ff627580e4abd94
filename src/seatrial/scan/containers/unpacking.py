"""Unpacks compressed bytes piece by piece, loses nothing before a break, and says how the stream ended."""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from seatrial.scan.blob import Blob

INPUT = 1 << 16
OUTPUT = 1 << 18
MEMORY = 256 << 20
"""Bytes that a dictionary of LZMA may take; the largest preset takes 65 MB."""
BROKEN = (zlib.error, OSError, EOFError, lzma.LZMAError, ValueError, RuntimeError)


class Engine(Protocol):
    """A decompressor as those of the standard library are."""

    def decompress(self, data: bytes, size: int, /) -> bytes:
        """At most `size` bytes."""
        ...

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What stood behind its end."""
        ...


class Inflate:
    """Raw deflate with the methods of the others: zlib leaves what it could not take yet to its caller."""

    def __init__(self, window: int = -15) -> None:
        self._engine = zlib.decompressobj(window)

    def decompress(self, data: bytes, size: int, /) -> bytes:
        """At most `size` bytes."""
        return self._engine.decompress(self._engine.unconsumed_tail + data, size)

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""
        return self._engine.eof

    @property
    def unused_data(self) -> bytes:
        """What stood behind its end."""
        return self._engine.unused_data


def bzip2() -> Engine:
    """One stream of bzip2."""
    return bz2.BZ2Decompressor()


def xz() -> Engine:
    """One stream of xz."""
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY)


def lzma_alone() -> Engine:
    """The old format of lzma."""
    return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=MEMORY)


def lzma_in_zip(properties: bytes) -> Callable[[], Engine] | None:
    """LZMA as zip has it: the properties come first (APPNOTE 5.8), the size is elsewhere.

    None for properties that liblzma does not take: at most four literal bits, and at most four position bits (XZ
    Utils, lzma/lzma12.h).
    """
    lc, lp, pb = properties[0] % 9, properties[0] // 9 % 5, properties[0] // 45
    if lc + lp > 4 or pb > 4:
        return None
    size = min(int.from_bytes(properties[1:5], "little"), MEMORY)
    chain = [{"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": max(size, 4096)}]
    return lambda: lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)


class Stream:
    """The chunks of one compressed stream within a Blob, from `start` to at most `stop`.

    After the last chunk `end` is where the stream ended, None when it broke or was cut; `why` says then what was wrong.
    """

    def __init__(self, blob: Blob, start: int, stop: int | None, engine: Callable[[], Engine]) -> None:
        self._blob, self._start, self._stop, self._make = blob, start, stop, engine
        self.stop_at = stop
        self.end: int | None = None
        self.why = ""
        self.unpacked = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks():
            self.unpacked += len(chunk)
            yield chunk

    def _input(self, at: int) -> bytes:
        size = INPUT if self._stop is None else min(INPUT, self._stop - at)
        return self._blob.read(at, size)

    def _chunks(self) -> Iterator[bytes]:
        engine, at = self._make(), self._start
        given = 0
        while True:
            data = self._input(at)
            pending = data
            while True:
                try:
                    chunk = engine.decompress(pending, OUTPUT)
                except BROKEN as error:
                    self.why = f"the packed data is broken ({error})"
                    yield from self._rescued(at + len(data), given)
                    return
                given += len(chunk)
                if chunk:
                    yield chunk
                if engine.eof:
                    self.end = at + len(data) - len(engine.unused_data)
                    return
                if len(chunk) < OUTPUT:
                    break
                pending = b""
            if not data:
                self.why = "the packed data is cut off"
                return
            at += len(data)

    def _rescued(self, stop: int, given: int) -> Iterator[bytes]:
        """What a careful reader gets before the break: a decompressor loses what it made in the call that fails."""
        engine, skip = self._make(), given
        for at in range(self._start, stop, INPUT):
            data = self._blob.read(at, min(INPUT, stop - at))
            step = INPUT if at + INPUT < stop else 1
            for index in range(0, len(data), step):
                piece = data[index : index + step]
                while True:
                    try:
                        chunk = engine.decompress(piece, OUTPUT if step > 1 else 64)
                    except BROKEN:
                        return
                    if len(chunk) > skip:
                        yield chunk[skip:]
                    skip = max(0, skip - len(chunk))
                    if engine.eof or len(chunk) < (OUTPUT if step > 1 else 64):
                        break
                    piece = b""
