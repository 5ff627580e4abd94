"""How compressed files begin and end: gzip, bzip2, xz, lzma, zlib, lz4, zstd and the files of old joblib.

Sources: RFC 1950 (zlib), RFC 1952 (gzip), RFC 8878 (zstd), the .xz and .lzma file formats of XZ Utils, the LZ4 frame
format, and joblib's `numpy_pickle_compat` (`ZF`, then the size in 19 hexadecimal characters, then zlib).
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from seatrial.scan.blob import Blob
from seatrial.scan.containers import unpacking
from seatrial.scan.containers.unpacking import Engine

_NAME_LIMIT = 1 << 16
_ENOUGH = 48
"""Bytes that noise hardly ever unpacks to before it breaks."""
_NEVER = 1 << 62
_USUAL = 0x5D
"""The properties that all writers of lzma take unless told otherwise."""
_PIECE = 512
_SKIPPED = b"\x2a\x4d\x18"


@dataclass(frozen=True, slots=True)
class Codec:
    """One way of packing.

    Args:
        name: As users know it.
        packed_at: Where the packed bytes start, for a stream at an offset; None when none starts there.
        engine: Makes a decompressor of one stream.
        trailer: Bytes behind the packed ones.
        tell: From the trailer's bytes, the checksum, and the size modulo 2^32 (None: not there).
        sum: The checksum, taken over chunks.
        several: Whether more streams may follow.
    """

    name: str
    packed_at: Callable[[Blob, int], int | None]
    engine: Callable[[], Engine]
    trailer: int = 0
    tell: Callable[[bytes], tuple[int, int | None]] | None = None
    sum: Callable[[bytes, int], int] = zlib.crc32
    first_sum: int = 0
    several: bool = True


def _gzip_at(blob: Blob, at: int) -> int | None:
    head = blob.read(at, 10)
    if len(head) < 10 or head[:3] != b"\x1f\x8b\x08":
        return None
    flags, place = head[3], at + 10
    if flags & 4:
        place += 2 + int.from_bytes(blob.read(place, 2), "little")
    for bit in (8, 16):
        if flags & bit:
            length = blob.read(place, _NAME_LIMIT).find(b"\0")
            if length < 0:
                return None
            place += length + 1
    return place + 2 * bool(flags & 2)


def _starting(*magics: bytes) -> Callable[[Blob, int], int | None]:
    longest = max(map(len, magics))
    return lambda blob, at: at if blob.read(at, longest).startswith(magics) else None


def _bzip2_at(blob: Blob, at: int) -> int | None:
    head = blob.read(at, 10)
    good = head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:] in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")
    return at if good and len(head) == 10 else None


def _lzma_at(blob: Blob, at: int) -> int | None:
    """The old format has no magic: properties, a dictionary of a usual size, a size that may be, data that unpacks."""
    head = blob.read(at, 14)
    if len(head) < 14 or head[0] >= 225 or head[13] != 0:
        return None
    dictionary, size = int.from_bytes(head[1:5], "little"), int.from_bytes(head[5:13], "little")
    usual = any(dictionary in (1 << bits, 3 << bits) for bits in range(11, 32))
    if not usual or not (size == (1 << 64) - 1 or size < 1 << 40):
        return None
    enough = _ENOUGH if head[0] == _USUAL else _NEVER
    return at if _unpacks(blob, at, unpacking.lzma_alone, enough) else None


def _zlib_at(blob: Blob, at: int) -> int | None:
    head = blob.read(at, 2)
    if len(head) < 2 or head[0] & 0xF != 8 or head[0] >> 4 > 7 or head[1] & 0x20 or (head[0] * 256 + head[1]) % 31:
        return None
    return at + 2 if _unpacks(blob, at + 2, unpacking.Inflate) else None


def _joblib_at(blob: Blob, at: int) -> int | None:
    head = blob.read(at, 22)
    if head[:4] != b"ZF0x" or not head[2:21].strip().isalnum():
        return None
    return _zlib_at(blob, at + 21 + (head[21:22] == b" "))


def _unpacks(blob: Blob, at: int, engine: Callable[[], Engine], enough: int = _ENOUGH) -> bool:
    """Whether the first bytes unpack to something, at least to so many bytes before a break."""
    made, data = engine(), blob.read(at, 512)
    try:
        return len(made.decompress(data, 4096)) > 0 or made.eof
    except unpacking.BROKEN:
        made, given = engine(), 0
    for place in range(len(data)):
        try:
            given += len(made.decompress(data[place : place + 1], 4096))
        except unpacking.BROKEN:
            break
    return given >= enough


def _framed(magic: bytes) -> Callable[[Blob, int], int | None]:
    """Where a frame starts: zstd and lz4 share frames that are to be skipped."""

    def packed_at(blob: Blob, at: int) -> int | None:
        for _ in range(64):
            head = blob.read(at, 8)
            if head[:4] == magic:
                return at
            if len(head) < 8 or head[1:4] != _SKIPPED or head[0] & 0xF0 != 0x50:
                return None
            at += 8 + int.from_bytes(head[4:], "little")
        return None

    return packed_at


class _Zstd:
    """A frame of zstd, whose library has no bound on what a piece unpacks to: it gets small pieces."""

    def __init__(self) -> None:
        library: Any = import_module("zstandard")
        self._error = library.ZstdError
        self._engine: Any = library.ZstdDecompressor(max_window_size=unpacking.MEMORY).decompressobj()
        self._given, self._made = b"", b""

    def decompress(self, data: bytes, size: int, /) -> bytes:
        """At most `size` bytes."""
        given, at, pieces, length = self._given + data, 0, [self._made], len(self._made)
        while length < size and at < len(given) and not self._engine.eof:
            try:
                pieces.append(self._engine.decompress(given[at : at + _PIECE]))
            except self._error as error:
                raise ValueError(str(error)) from error
            length += len(pieces[-1])
            at += _PIECE
        self._given = given[at:]
        made = b"".join(pieces)
        self._made = made[size:]
        return made[:size]

    @property
    def eof(self) -> bool:
        """Whether the frame has ended."""
        return bool(self._engine.eof) and not self._made

    @property
    def unused_data(self) -> bytes:
        """What stood behind its end."""
        return bytes(self._engine.unused_data) + self._given


class _Lz4:
    """A frame of LZ4, whose library says None where others say no bytes."""

    def __init__(self) -> None:
        self._engine: Any = import_module("lz4.frame").LZ4FrameDecompressor()

    def decompress(self, data: bytes, size: int, /) -> bytes:
        """At most `size` bytes."""
        return bytes(self._engine.decompress(data, max_length=size))

    @property
    def eof(self) -> bool:
        """Whether the frame has ended."""
        return bool(self._engine.eof)

    @property
    def unused_data(self) -> bytes:
        """What stood behind its end."""
        return self._engine.unused_data or b""


def _gzip_told(data: bytes) -> tuple[int, int | None]:
    return int.from_bytes(data[:4], "little"), int.from_bytes(data[4:8], "little")


def _zlib_told(data: bytes) -> tuple[int, int | None]:
    return int.from_bytes(data[:4], "big"), None


GZIP = Codec("gzip", _gzip_at, unpacking.Inflate, 8, _gzip_told)
BZIP2 = Codec("bzip2", _bzip2_at, unpacking.bzip2)
XZ = Codec("xz", _starting(b"\xfd7zXZ\0"), unpacking.xz)
LZMA = Codec("lzma", _lzma_at, unpacking.lzma_alone, several=False)
ZLIB = Codec("zlib", _zlib_at, unpacking.Inflate, 4, _zlib_told, zlib.adler32, 1, several=False)
JOBLIB_ZLIB = Codec("joblib-zlib", _joblib_at, unpacking.Inflate, 4, _zlib_told, zlib.adler32, 1, several=False)
LZ4 = Codec("lz4", _framed(b"\x04\x22\x4d\x18"), _Lz4)
ZSTD = Codec("zstd", _framed(b"\x28\xb5\x2f\xfd"), _Zstd)
