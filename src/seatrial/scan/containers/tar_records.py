"""Headers of a tar, read from bytes that may be anything.

Sources: POSIX.1-2017 pax (ustar interchange format, extended header); GNU tar manual, "Basic Tar Format".
"""

import re
from dataclasses import dataclass

from seatrial.scan.blob import Blob

BLOCK = 512
FAR = 1 << 60
"""More bytes than a file can have."""
LONG = 1 << 20
"""Bytes of the longest name or extended header that is read."""
_LINKS, _EMPTY = b"12", b"123456"
_RECORD = re.compile(rb"(\d{1,20}) ")


@dataclass(frozen=True, slots=True)
class Header:
    """One header block. `summed` says whether its checksum is right; sizes are None where they are no number."""

    at: int
    name: str
    size: int | None
    kind: bytes
    link: str
    mode: int
    summed: bool
    ustar: bool

    @property
    def data(self) -> int:
        """Where the bytes of the file start."""
        return self.at + BLOCK


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the archive, with what headers before it say.

    `odd` is what is wrong with them, `apart` where they disagree about the size.
    """

    header: Header
    name: str
    link: str
    size: int
    start: int
    sparse: bool
    odd: tuple[str, ...]
    apart: tuple[str, ...]

    @property
    def following(self) -> int:
        """Where the next header stands."""
        return self.start + rounded(self.size)


def rounded(size: int) -> int:
    """A size in whole blocks."""
    return -(-size // BLOCK) * BLOCK


def number(field: bytes) -> int | None:
    """A number in octal digits, or in base 256 when the first bit is set; None when it is neither."""
    if field[0] in (0x80, 0xFF):
        value = min(int.from_bytes(field[1:], "big"), FAR)
        return value if field[0] == 0x80 else value - (1 << 8 * (len(field) - 1))
    text = field.split(b"\0", 1)[0].strip()
    if not text:
        return 0
    return int(text, 8) if re.fullmatch(rb"[0-7]+", text) else None


def header(blob: Blob, at: int) -> Header | None:
    """The header at an offset; None where less than a block is left."""
    block = blob.read(at, BLOCK)
    if len(block) < BLOCK:
        return None
    told = number(block[148:156])
    plain = sum(block) - sum(block[148:156]) + 8 * 32
    signed = plain - 256 * sum(byte > 127 for byte in block[:148] + block[156:])
    name, ustar = _text(block[:100]), block[257:262] == b"ustar"
    prefix = _text(block[345:500]) if block[257:263] == b"ustar\0" else ""
    return Header(
        at,
        f"{prefix}/{name}" if prefix else name,
        number(block[124:136]),
        block[156:157],
        _text(block[157:257]),
        number(block[100:108]) or 0,
        told in (plain, signed),
        ustar,
    )


def is_tar(blob: Blob) -> bool:
    """Whether the first block is a header with a right checksum, or says that it is one."""
    first = header(blob, 0)
    return first is not None and bool(first.name) and (first.ustar or (first.summed and first.size is not None))


def records(data: bytes) -> tuple[dict[str, str], bool]:
    """The keys and values of an extended header, and whether all of it could be read."""
    found: dict[str, str] = {}
    at = 0
    while at < len(data) and data[at] != 0:
        match = _RECORD.match(data, at)
        length = int(match.group(1)) if match else 0
        body = data[match.end() : at + length] if match else b""
        if match is None or at + length > len(data) or not body.endswith(b"\n") or b"=" not in body:
            return found, False
        key, _, value = body[:-1].partition(b"=")
        found[_shown(key)] = _shown(value)
        at += length
    return found, True


def long_name(data: bytes) -> str:
    """A name that stands as the data of a GNU header."""
    return _shown(data.split(b"\0", 1)[0])


def takes_no_data(kind: bytes) -> bool:
    """Whether entries of a kind (links, devices, folders) have no bytes."""
    return kind in _EMPTY and kind != b""


def _text(field: bytes) -> str:
    return _shown(field.split(b"\0", 1)[0])


def _shown(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")
