"""Zstandard frames, by the package `zstandard` (extra `scan`). Source of the magic numbers: RFC 8878."""

from collections.abc import Iterator
from importlib.util import find_spec
from io import BufferedReader
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import Blob, Unpacked
from seatrial.scan.containers import members
from seatrial.scan.containers.bytes_file import BlobFile
from seatrial.scan.containers.compressed import (
    BOMB,
    BROKEN,
    INSTALL,
    RATIO,
    READ_ON,
    RULES,
    inner_name,
    look_inside,
)
from seatrial.scan.containers.unpacking import MEMORY, OUTPUT
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.part import Part

MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPED = b"\x2a\x4d\x18"


def _recognise(part: Part) -> bool:
    """A frame of zstd, behind frames that are to be skipped."""
    at = 0
    for _ in range(16):
        head = part.blob.read(at, 8)
        if head[:4] == MAGIC:
            return True
        if len(head) < 8 or head[1:4] != _SKIPPED or head[0] & 0xF0 != 0x50:
            return False
        at += 8 + int.from_bytes(head[4:], "little")
    return False


class Frames:
    """The chunks of all frames of a file; `why` says what broke them off."""

    def __init__(self, blob: Blob) -> None:
        self._blob = blob
        self.why = ""

    def __iter__(self) -> Iterator[bytes]:
        import zstandard

        made = zstandard.ZstdDecompressor(max_window_size=MEMORY)
        with made.stream_reader(BufferedReader(BlobFile(self._blob)), read_across_frames=True, closefd=False) as reader:
            while True:
                try:
                    chunk = reader.read(OUTPUT)
                except (zstandard.ZstdError, MemoryError) as error:
                    self.why = f"the packed data is broken ({error})"
                    return
                if not chunk:
                    return
                yield chunk


def _inspect(part: Part) -> Iterator[Finding]:
    if find_spec("zstandard") is None:
        raise Unreadable(INSTALL)
    frames = Frames(part.blob)
    unpacked = Unpacked(iter(frames), part.budget)
    inner = part.inside(inner_name(part.name), unpacked)
    yield from look_inside(inner)
    if members.whole(unpacked, inner, READ_ON) is None and RATIO * part.blob.size < READ_ON:
        yield part.finding(BOMB, f"{part.blob.size} bytes unpack to more than {READ_ON}")
    if frames.why:
        yield part.finding(BROKEN, frames.why)


ZSTD: Final = Format("zstd", "Zstandard frames (extra `scan`)", _recognise, _inspect, RULES)
