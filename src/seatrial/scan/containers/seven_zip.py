"""7z archives, by the package `py7zr` (extra `scan`): unpacked in memory, never to the disk."""

from collections.abc import Iterator
from importlib.util import find_spec
from io import BufferedReader, BytesIO
from typing import Any, Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import BytesBlob, Window
from seatrial.scan.containers import members
from seatrial.scan.containers.bytes_file import BlobFile
from seatrial.scan.containers.compressed import INSTALL, TRAILING
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.limits import MEGABYTE, Budget, OverBudget
from seatrial.scan.part import Part
from seatrial.scan.rule import Rule

MAGIC = b"7z\xbc\xaf\x27\x1c"
HELD: Final = 256 * MEGABYTE
"""Bytes of all members that are unpacked at once: py7zr gives no streams."""
HEADER_SIZE = 32
CUT = Rule(
    "seven-zip.broken-member",
    "unread",
    "A file in the archive could not be unpacked",
    "What was not read was not judged: it may hold anything.",
    "Get the archive anew from its source, or unpack and scan it.",
)
RULES = (CUT, TRAILING, *members.RULES)


class _Kept(BytesIO):
    """What one member unpacks to. py7zr closes it when it is done; it is read afterwards."""

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self._budget = budget

    def write(self, data: Any, /) -> int:
        """Keep some bytes and pay for them."""
        self._budget.unpack(len(data))
        return super().write(data)

    def size(self) -> int:
        """Bytes so far."""
        return self.getbuffer().nbytes

    def close(self) -> None:
        """Keep it open."""


class _Memory:
    """What py7zr calls a factory: a place in memory for each member."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.products: dict[str, _Kept] = {}

    def create(self, filename: str) -> _Kept:
        """The place for a member."""
        return self.products.setdefault(filename, _Kept(self._budget))


def _inspect(part: Part) -> Iterator[Finding]:
    if find_spec("py7zr") is None:
        raise Unreadable(INSTALL)
    archive = _open(part)
    for each in archive.files:
        part.budget.member()
        yield from members.name_findings(part, str(each.filename), 0)
    size = sum(each.uncompressed or 0 for each in archive.files)
    if size > HELD:
        raise OverBudget(f"it unpacks to {size // MEGABYTE} MB, all at once")
    memory = _Memory(part.budget)
    why = _unpack(archive, memory)
    kind = members.kind_of(memory.products)
    for name, kept in sorted(memory.products.items()):
        if data := kept.getvalue():
            yield from members.content_findings(part.inside(name, BytesBlob(data)), kind)
    if why:
        yield part.finding(CUT, why)
    yield from _behind(part)


def _open(part: Part) -> Any:
    import py7zr

    try:
        archive = py7zr.SevenZipFile(BufferedReader(BlobFile(part.blob)), "r")
        secret = archive.needs_password()
    except Exception as error:  # py7zr has no one root of what a broken archive makes it raise
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    if secret:
        raise Unreadable("it is encrypted")
    return archive


def _unpack(archive: Any, memory: _Memory) -> str:
    """Unpack all into memory; why it broke off, if it did: what came before is looked at."""
    try:
        archive.extractall(factory=memory)
    except OverBudget:
        raise
    except Exception as error:  # noqa: BLE001  as above
        return f"{type(error).__name__}: {error}"
    return ""


def _behind(part: Part) -> Iterator[Finding]:
    """What stands behind the archive: its end is the end of the header that its start tells of."""
    start = part.blob.read(0, HEADER_SIZE)
    told = int.from_bytes(start[12:20], "little") + int.from_bytes(start[20:28], "little")
    end = HEADER_SIZE + min(told, 1 << 60)
    rest = part.blob.read(end, 1 << 16)
    if rest.strip(b"\0"):
        yield part.finding(TRAILING, rest[:16].hex(" "), offset=end)
        yield from part.inside("(behind the archive)", Window(part.blob, end)).look()


SEVEN_ZIP: Final = Format(
    "7z",
    "7z archives (extra `scan`), members looked at",
    lambda part: part.blob.read(0, 6) == MAGIC,
    _inspect,
    RULES,
)
