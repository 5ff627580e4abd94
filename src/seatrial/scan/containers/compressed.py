"""Compressed files: what they unpack to is looked at, as far as its own readers read."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import Blob, Unpacked, Window
from seatrial.scan.containers import compressed_codecs as codecs
from seatrial.scan.containers import members
from seatrial.scan.containers.compressed_codecs import Codec
from seatrial.scan.containers.unpacking import Stream
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.limits import Budget, OverBudget
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule
from seatrial.scan.table import formats

READ_ON: Final = 32 << 20
"""Bytes that are unpacked behind what was read, to see how the stream ends."""
RATIO: Final = 200
SUFFIXES = (".gz", ".gzip", ".bz2", ".xz", ".lzma", ".z", ".zst", ".zstd", ".lz4", ".zlib")
INSTALL = "it needs `pip install 'seatrial[scan]'`"

BROKEN = Rule(
    "compressed.broken",
    "unread",
    "It does not unpack to its end",
    "What was not read was not judged: it may hold anything.",
    "Get the file anew from its source.",
)
CHECKSUM = Rule(
    "compressed.wrong-checksum",
    "review",
    "The checksum of the packed data is wrong",
    "It is damaged, or made so: careful readers refuse it when a loader has already acted on what came out.",
    "Get the file anew from its source and compare digests.",
    ("CWE-354", *SUPPLY_CHAIN),
)
TRAILING = Rule(
    "compressed.trailing",
    "review",
    "Something stands behind the packed data",
    "The file is two things at once, or hides data where no reader of the format looks.",
    "Get the file anew from its source.",
    ("CWE-436", *SUPPLY_CHAIN),
)
BOMB = Rule(
    "compressed.bomb",
    "review",
    "It unpacks to many times its size",
    "Files are made so to fill the disk or the memory of whoever unpacks them.",
    "Do not unpack it unless you know why it is so large.",
    ("CWE-409", *SUPPLY_CHAIN),
)
UNKNOWN = Rule(
    "compressed.unknown-content",
    "unread",
    "What it unpacks to is of no format that is known",
    "What is not understood was not judged.",
    "Convert the model to a known format, safetensors for example.",
)
RULES = (BROKEN, CHECKSUM, TRAILING, BOMB, UNKNOWN, *members.RULES)


class Joined:
    """The chunks of all streams of a file; `end` is where the last one ended, None while there may be more."""

    def __init__(self, blob: Blob, codec: Codec, budget: Budget) -> None:
        self._blob, self._codec, self._budget = blob, codec, budget
        self.end: int | None = None
        self.broken = ""
        self.wrong = ""

    def __iter__(self) -> Iterator[bytes]:
        at = 0
        while (start := self._codec.packed_at(self._blob, at)) is not None:
            self._budget.member()
            stream = Stream(self._blob, start, None, self._codec.engine)
            summed = self._codec.first_sum
            for chunk in stream:
                summed = self._codec.sum(chunk, summed)
                yield chunk
            if stream.end is None:
                self.broken = stream.why
                return
            at = self._checked(stream, stream.end, summed)
            if not self._codec.several or self.broken:
                break
            at = self._next(at)
        self.end = at

    def _checked(self, stream: Stream, at: int, summed: int) -> int:
        codec = self._codec
        if codec.tell is None:
            return at
        data = self._blob.read(at, codec.trailer)
        if len(data) < codec.trailer:
            self.broken = "the packed data is cut off"
            return at + len(data)
        told, size = codec.tell(data)
        if told != summed or size not in (None, stream.unpacked & 0xFFFFFFFF):
            self.wrong = f"{told:08x} is told, it is {summed:08x}"
        return at + codec.trailer

    def _next(self, at: int) -> int:
        """Where the next stream may start: zeros between streams are padding."""
        data = self._blob.read(at, 1 << 16)
        padding = len(data) - len(data.lstrip(b"\0"))
        return at + padding if self._codec.packed_at(self._blob, at + padding) is not None else at


def _inspect(part: Part, codec: Codec) -> Iterator[Finding]:
    joined = Joined(part.blob, codec, part.budget)
    unpacked = Unpacked(iter(joined), part.budget)
    inner = part.inside(inner_name(part.name), unpacked)
    yield from look_inside(inner)
    limit = READ_ON if codec.name in ("gzip", "lz4", "zstd") else READ_ON // 2
    found = members.whole(unpacked, inner, limit)
    if joined.broken:
        yield part.finding(BROKEN, joined.broken)
    if joined.wrong:
        yield part.finding(CHECKSUM, joined.wrong)
    if found is None and limit > RATIO * part.blob.size:
        yield part.finding(BOMB, f"{part.blob.size} bytes unpack to more than {limit}")
    if joined.end is not None and not joined.broken:
        yield from _behind(part, joined.end)


def look_inside(inner: Part) -> Iterator[Finding]:
    """Look at what was unpacked; what no Format knows was not judged."""
    yield from members.content_findings(inner, "plain")
    if inner.blob.read(0, 1) and not any(_knows(each, inner) for each in formats()):
        yield inner.finding(UNKNOWN, inner.blob.read(0, 16).hex(" "))


def _knows(format_: Format, inner: Part) -> bool:
    try:
        return format_.recognise(inner)
    except (Unreadable, OverBudget, OSError):
        raise
    except Exception:  # noqa: BLE001  looking at it has told of this already, as a reader's mistake
        return True


def inner_name(name: str) -> str:
    """What the content is called: the file's name without the suffix of the packing."""
    base = name.replace("\\", "/").rpartition("/")[2]
    if base.lower().endswith((".tgz", ".tbz2", ".txz")):
        return base.rpartition(".")[0] + ".tar"
    return base.rpartition(".")[0] if base.lower().endswith(SUFFIXES) and not base.startswith(".") else "(unpacked)"


def _behind(part: Part, end: int) -> Iterator[Finding]:
    rest = part.blob.read(end, 1 << 20)
    if rest.strip(b"\0"):
        start = end + len(rest) - len(rest.lstrip(b"\0"))
        yield part.finding(TRAILING, part.blob.read(start, 16).hex(" "), offset=start)
        yield from part.inside("(behind the packed data)", Window(part.blob, start)).look()


def _format(codec: Codec, title: str, package: str = "") -> Format:
    def recognise(part: Part) -> bool:
        return codec.packed_at(part.blob, 0) is not None

    def inspect(part: Part) -> Iterator[Finding]:
        if package and find_spec(package) is None:
            raise Unreadable(INSTALL)
        yield from _inspect(part, codec)

    return Format(codec.name, title, recognise, inspect, RULES)


GZIP: Final = _format(codecs.GZIP, "gzip, several members too")
BZIP2: Final = _format(codecs.BZIP2, "bzip2, several streams too")
XZ: Final = _format(codecs.XZ, "xz, several streams too")
LZMA: Final = _format(codecs.LZMA, "lzma, the old format of xz")
ZLIB: Final = _format(codecs.ZLIB, "zlib streams, as joblib writes them")
JOBLIB_ZLIB: Final = _format(codecs.JOBLIB_ZLIB, "Compressed files of joblib before 0.10")
LZ4: Final = _format(codecs.LZ4, "LZ4 frames (extra `scan`)", "lz4")
ZSTD: Final = _format(codecs.ZSTD, "Zstandard frames (extra `scan`)", "zstandard")
