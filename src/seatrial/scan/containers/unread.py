"""Archives that are recognised and not read: a verdict says so instead of nothing."""

from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import Blob
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.part import Part

_MAGICS: Final = (
    (b"Rar!\x1a\x07", "rar"),
    (b"MSCF\0\0\0\0", "cab"),
    (b"!<arch>\ndebian-binary", "deb"),
    (b"070701", "cpio"),
    (b"070702", "cpio"),
    (b"070707", "cpio"),
    (b"xar!", "xar"),
    (b"LZIP", "lzip"),
    (b"\x1f\x9d", "compress"),
    (b"\xff\x06\0\0sNaPpY", "snappy"),
    (b"\x02\x21\x4c\x18", "old lz4"),
    (b"hsqs", "squashfs"),
    (b"ISc(", "InstallShield"),
    (b"\x89LZO\0\r\n\x1a\n", "lzop"),
    (b"\x60\xea", "arj"),
)
_ISO = ((0x8001, b"CD001"), (7, b"**ACE**"))


def kind(blob: Blob) -> str | None:
    """Which of these archives the bytes are."""
    head = blob.read(0, 21)
    for magic, name in _MAGICS:
        if head.startswith(magic) and (len(magic) > 2 or (len(head) == 21 and not head.isascii())):
            return name
    return next(("iso or ace" for at, magic in _ISO if blob.read(at, len(magic)) == magic), None)


def _inspect(part: Part) -> Iterator[Finding]:
    yield from ()
    raise Unreadable(f"{kind(part.blob)} is not read here; unpack it and scan what comes out")


ARCHIVE: Final = Format(
    "archive",
    "Other archives (rar, cab, cpio, iso ...): recognised, not read",
    lambda part: kind(part.blob) is not None,
    _inspect,
    (),
)
