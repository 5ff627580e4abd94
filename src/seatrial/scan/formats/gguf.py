"""GGUF, versions 1 to 3, of either byte order (source: docs/gguf.md of ggml-org/ggml): counts and lengths are checked.

llama.cpp's readers trusted them more than once: CVE-2024-21802, -21825, -21836, -23496, -23605 (heap overflows by
counts), CVE-2025-49847, CVE-2025-53630 (sums of sizes that wrap around). A chat template is judged as Jinja
(CVE-2024-34359).
"""

from collections.abc import Generator, Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import BytesBlob, Window
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.formats import gguf_types
from seatrial.scan.formats.gguf_tensors import RULES as TENSOR_RULES
from seatrial.scan.formats.gguf_tensors import data_findings, read_tensors
from seatrial.scan.formats.jinja import template_findings
from seatrial.scan.formats.jinja_rules import RULES as JINJA_RULES
from seatrial.scan.formats.reading import Reader
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

MAGIC: Final = b"GGUF"
OLD: Final = (b"lmgg", b"fmgg", b"tjgg", b"algg", b"GGML", b"GGMF", b"GGJT", b"GGLA")
"""ggml, ggmf, ggjt and ggla, as little-endian numbers and as text."""
_WHY: Final = "Readers in C have turned such numbers into writes outside their memory."
_MEND: Final = "Do not load it; fetch the model again from its publisher and compare digests."
_BOUNDS: Final = ("CWE-190", "CWE-787", *SUPPLY_CHAIN)

LENGTH = Rule("gguf.impossible-length", "attack", "A count or length that no model has", _WHY, _MEND, _BOUNDS)
BEYOND = Rule("gguf.beyond-end", "review", "A length far beyond the end of the file", _WHY, _MEND, _BOUNDS)
NESTED = Rule(
    "gguf.nested-array", "review", "An array of arrays", "llama.cpp refuses them; others read without end.", _MEND
)
DEEP = Rule("gguf.deep-array", "attack", "Arrays nest beyond any use", _WHY, _MEND, ("CWE-674", *SUPPLY_CHAIN))
DUPLICATE = Rule(
    "gguf.duplicate-key", "attack", "A key is given twice", "Readers differ in which of the two they use.", _MEND
)
KIND = Rule("gguf.unknown-value-kind", "attack", "A value of a kind that does not exist", _WHY, _MEND, _BOUNDS)
ALIGNMENT = Rule("gguf.alignment", "attack", "An alignment that is no power of two", _WHY, _MEND, ("CWE-369", *_BOUNDS))
_PLAUSIBLE: Final = {"keys": 1 << 16, "tensors": 1 << 20, "text": 1 << 27, "array": 1 << 28}
"""Nothing honest has more of these, so what exceeds them and the file is no file cut short."""
_CUT_TEXT: Final = 1 << 20


class _Hostile(Exception):
    """Reading on makes no sense; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.title)
        self.finding = finding


def recognise(part: Part) -> bool:
    """By the magic number."""
    return part.blob.read(0, 4) == MAGIC


def inspect(part: Part) -> Iterator[Finding]:
    """Header, keys, tensors' entries; never the tensors."""
    reader = Reader(part.blob, 4)
    version = reader.number("I")
    if version > 1 << 16:
        reader = Reader(part.blob, 4, ">")
        version = reader.number("I")
    if version not in (1, 2, 3):
        raise Unreadable(f"its version {version} is unknown")
    keys = _Keys(part, reader, "I" if version == 1 else "Q")
    try:
        tensors, count = keys.count("tensors", 20), keys.count("keys", 9)
        alignment = 32
        for _ in range(count):
            key, value = yield from keys.pair()
            if key == "general.alignment":
                alignment = value if isinstance(value, int) else 0
        if alignment <= 0 or alignment & (alignment - 1) or alignment > 1 << 24:
            yield part.finding(ALIGNMENT, str(alignment))
            return
    except _Hostile as found:
        yield found.finding
        return
    entries = yield from read_tensors(part, reader, keys.wide, tensors)
    end = yield from data_findings(part, entries, reader.at, alignment)
    if end is not None and part.blob.size > end + alignment:
        yield part.finding(TRAILING, f"{part.blob.size - end} bytes", offset=end)
        yield from part.inside("trailing", Window(part.blob, end)).look()


TRAILING = Rule(
    "gguf.trailing-bytes",
    "review",
    "Bytes behind the last tensor",
    "No reader of GGUF looks at them; another program may.",
    "Find out what wrote them.",
)


class _Keys:
    """Reads keys and their values.

    Args:
        part: Whose findings they are.
        reader: Stands behind the version.
        wide: The `struct` code of counts and lengths.
    """

    def __init__(self, part: Part, reader: Reader, wide: str) -> None:
        self.part, self.reader, self.wide = part, reader, wide
        self._seen: set[str] = set()

    def count(self, what: str, least: int) -> int:
        """A count of things of at least so many bytes, or of bytes.

        Raises:
            _Hostile: No file has so many.
            Unreadable: This one ends before.
        """
        place, count = self.reader.at, self.reader.number(self.wide)
        if count * least > self.reader.rest:
            size, shown = self.part.blob.size, f"{count} {what}"
            if count > _PLAUSIBLE[what]:
                raise _Hostile(self.part.finding(LENGTH, shown, offset=place))
            if count * least > max(_CUT_TEXT, 16 * size):
                raise _Hostile(self.part.finding(BEYOND, shown, offset=place))
            raise Unreadable(f"it ends at byte {size}, within {shown} at {place}")
        return count

    def text(self) -> bytes:
        """A text; a very long one is cut."""
        length = self.count("text", 1)
        kept = self.reader.take(min(length, self.part.budget.limits.header))
        self.reader.skip(length - len(kept))
        return kept

    def pair(self) -> Generator[Finding, None, tuple[str, int | None]]:
        """One key and its value, where it is an integer; a template is judged."""
        place = self.reader.at
        key = self.text().decode("utf-8", "replace")
        if key in self._seen:
            yield self.part.finding(DUPLICATE, key, offset=place)
        self._seen.add(key)
        kind = self._kind()
        if kind == gguf_types.STRING:
            text = self.text()
            if key == "tokenizer.chat_template" or key.startswith("tokenizer.chat_template."):
                yield from template_findings(self.part.inside(key, BytesBlob(text)))
        elif kind == gguf_types.ARRAY:
            yield from self._array(key)
        elif kind in gguf_types.INTEGERS:
            return key, self.reader.number(gguf_types.INTEGERS[kind])
        else:
            self.reader.skip(gguf_types.VALUE_SIZES[kind])
        return key, None

    def _kind(self) -> int:
        place, kind = self.reader.at, self.reader.number("I")
        if kind not in gguf_types.VALUE_SIZES and kind not in (gguf_types.STRING, gguf_types.ARRAY):
            raise _Hostile(self.part.finding(KIND, str(kind), offset=place))
        return kind

    def _array(self, key: str) -> Iterator[Finding]:
        """Skips an array; within arrays, what is left of each is kept on a stack."""
        waiting: list[tuple[int, int]] = [self._head()]
        while waiting:
            kind, left = waiting.pop()
            if kind == gguf_types.ARRAY and left:
                if not waiting:
                    yield self.part.finding(NESTED, key, offset=self.reader.at)
                waiting += [(kind, left - 1), self._head()]
                if len(waiting) > self.part.budget.limits.depth:
                    raise _Hostile(self.part.finding(DEEP, key, offset=self.reader.at))
                self.part.budget.member()
            elif kind == gguf_types.STRING:
                for number in range(left):
                    if not number & 8191:
                        self.part.budget.check_time()
                    self.reader.skip(self.count("text", 1))
            elif kind != gguf_types.ARRAY:
                self.reader.skip(left * gguf_types.VALUE_SIZES[kind])

    def _head(self) -> tuple[int, int]:
        kind = self._kind()
        return kind, self.count("array", {gguf_types.STRING: 8, gguf_types.ARRAY: 12}.get(kind, 1))


GGUF = Format(
    "gguf",
    "Models of llama.cpp and its kin (.gguf)",
    recognise,
    inspect,
    (LENGTH, BEYOND, NESTED, DEEP, DUPLICATE, KIND, ALIGNMENT, TRAILING, *TENSOR_RULES, *JINJA_RULES),
)


def _old(part: Part) -> bool:
    return part.blob.read(0, 4) in OLD


def _refuse(part: Part) -> Iterator[Finding]:
    raise Unreadable("this is GGML from before GGUF, whose contents say too little to be checked; convert it to GGUF")
    yield  # a generator, as every inspection is


GGML = Format("ggml", "Models of llama.cpp and whisper.cpp from before GGUF: not read", _old, _refuse, ())
