"""safetensors: a length, a JSON header, tensors without gaps (source: README of huggingface/safetensors)."""

import math
from collections.abc import Iterator
from typing import Any, Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import Window
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.formats.json_text import TooDeep, parse
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

HEADER: Final = 100 * MEGABYTE
"""Their own reader refuses longer ones: 100,000,000 bytes and a little."""
CUT: Final = 16
"""A file cut while it was fetched holds some of what it declares; of less than a sixteenth a person looks at it."""
_BITS: Final = {
    "BOOL": 8,
    "F4": 4,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
    **dict.fromkeys(("U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("I16", "U16", "F16", "BF16"), 16),
    **dict.fromkeys(("I32", "U32", "F32"), 32),
    **dict.fromkeys(("F64", "I64", "U64", "C64"), 64),
}
_REFUSED: Final = "Their own reader refuses it; other readers may read beside the tensors, or not what was checked."
_FETCH: Final = "Do not load it; fetch it again from its publisher and compare digests."
_BOUNDS: Final = ("CWE-125", *SUPPLY_CHAIN)

LONG_HEADER = Rule("safetensors.long-header", "attack", "A header over 100 MB", _REFUSED, _FETCH, ("CWE-400", *_BOUNDS))
DUPLICATE = Rule("safetensors.duplicate-key", "attack", "A key is given twice", _REFUSED, _FETCH)
DEEP = Rule(
    "safetensors.deep-header", "attack", "The header nests beyond any use", _REFUSED, _FETCH, ("CWE-674", *_BOUNDS)
)
ENCODING = Rule(
    "safetensors.bad-header", "attack", "The header has no tensors in it but other things", _REFUSED, _FETCH
)
SIZE = Rule("safetensors.wrong-size", "attack", "Shape and bytes of a tensor disagree", _REFUSED, _FETCH, _BOUNDS)
OVERLAP = Rule("safetensors.overlap", "attack", "Tensors overlap", _REFUSED, _FETCH, _BOUNDS)
HOLE = Rule("safetensors.hole", "attack", "Bytes between tensors belong to none", _REFUSED, _FETCH)
TRAILING = Rule("safetensors.trailing-bytes", "attack", "Bytes behind the last tensor", _REFUSED, _FETCH)
BEYOND = Rule(
    "safetensors.beyond-end", "review", "Tensors reach far beyond the end of the file", _REFUSED, _FETCH, _BOUNDS
)
METADATA = Rule(
    "safetensors.metadata", "review", "Metadata other than texts", _REFUSED, "Write it with their own library."
)
PADDING = Rule(
    "safetensors.padding", "review", "The header is padded with something else than spaces", _REFUSED, _FETCH
)
EXTRA = Rule(
    "safetensors.extra-key",
    "low",
    "A tensor's entry has further keys",
    "They are ignored by readers; somebody put them there.",
    "Keep notes in `__metadata__`.",
)


def _length(part: Part) -> int:
    return int.from_bytes(part.blob.read(0, 8), "little")


def recognise(part: Part) -> bool:
    """A length and a JSON object behind it; either the length is possible, or the object speaks of tensors."""
    head = part.blob.read(8, 1024)
    if not head.lstrip(b" \t\r\n").startswith(b"{"):
        return False
    length = _length(part)
    named = any(word in head for word in (b'"dtype"', b'"__metadata__"', b'"data_offsets"'))
    if named or length > HEADER:
        return named
    inner = head[:length].strip()
    return (len(head) >= length >= 2 and inner == b"{}") or (length > 1024 and head.lstrip()[1:2] == b'"')


def inspect(part: Part) -> Iterator[Finding]:
    """The header whole, the tensors never."""
    length, size = _length(part), part.blob.size
    if length > HEADER:
        yield part.finding(LONG_HEADER, f"{length} bytes", offset=0)
        return
    if length + 8 > size:
        raise Unreadable(f"its header takes {length} bytes and {size - 8} are there")
    raw = part.blob.read(8, length)
    text = raw.rstrip(b" ")
    if not text.startswith(b"{") or not text.endswith(b"}"):
        yield part.finding(PADDING, repr(text[:8] + b".." + text[-8:])[2:-1], offset=8)
        text = raw.strip(b" \t\r\n\x00")
    try:
        header, twice = parse(text)
    except TooDeep as reason:
        yield part.finding(DEEP, str(reason), offset=8)
        return
    except Unreadable as reason:
        yield part.finding(ENCODING, str(reason), offset=8)
        return
    for key in twice:
        yield part.finding(DUPLICATE, key, offset=8)
    if not isinstance(header, dict):
        yield part.finding(ENCODING, f"a {type(header).__name__}", offset=8)
        return
    yield from _metadata(part, header.pop("__metadata__", {}))
    yield from _tensors(part, header, length + 8)


def _metadata(part: Part, metadata: Any) -> Iterator[Finding]:
    if metadata is None:
        return
    if not isinstance(metadata, dict):
        yield part.finding(METADATA, type(metadata).__name__, offset=8)
        return
    for key, value in metadata.items():
        if not isinstance(value, str):
            yield part.finding(METADATA, f"{key}: {type(value).__name__}", offset=8)


def _tensors(part: Part, header: dict[str, Any], start: int) -> Iterator[Finding]:
    places: list[tuple[int, int, str]] = []
    unknown = ""
    for number, (name, entry) in enumerate(header.items()):
        if not number % 4096:
            part.budget.check_time()
        place = _place(entry)
        if place is None:
            yield part.finding(ENCODING, f"{name}: {str(entry)[:100]}", offset=8)
            continue
        places.append((*place, name))
        if entry.keys() - {"dtype", "shape", "data_offsets"}:
            yield part.finding(EXTRA, name, offset=8)
        bits = _BITS.get(entry["dtype"])
        if bits is None:
            unknown = entry["dtype"]
        elif (wrong := _wrong(entry["shape"], bits, place[1] - place[0])) is not None:
            yield part.finding(SIZE, f"{name}: {wrong}", offset=start)
    yield from _order(part, sorted(places), start)
    if unknown:
        raise Unreadable(f"its dtype {unknown[:40]!r} is unknown")


def _place(entry: Any) -> tuple[int, int] | None:
    """Where a tensor begins and ends; nothing for an entry that is none."""
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
        return None
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or not isinstance(shape, list) or not isinstance(offsets, list) or len(offsets) != 2:
        return None
    # True is an int of Python's, but no size.
    if not all(type(each) is int and 0 <= each < 1 << 64 for each in (*shape, *offsets)):
        return None
    return (offsets[0], offsets[1]) if offsets[0] <= offsets[1] else None


def _wrong(shape: list[int], bits: int, length: int) -> str | None:
    count = math.prod(shape) if len(shape) <= 64 else 1 << 64
    if count * bits == length * 8 and count < 1 << 62:
        return None
    return f"shape {shape[:8]} takes {min(count, 1 << 64) * bits / 8:g} bytes, offsets give {length}"


def _order(part: Part, places: list[tuple[int, int, str]], start: int) -> Iterator[Finding]:
    until, rest = 0, part.blob.size - start
    for begin, end, name in places:
        if begin < until:
            yield part.finding(OVERLAP, name, offset=start + begin)
        elif begin > until:
            yield part.finding(HOLE, f"{begin - until} bytes before {name}", offset=start + until)
            yield from part.inside("hole", Window(part.blob, start + until, begin - until)).look()
        until = max(until, end)
    if until < rest:
        yield part.finding(TRAILING, f"{rest - until} bytes", offset=start + until)
        yield from part.inside("trailing", Window(part.blob, start + until)).look()
    if until > rest:
        if until > CUT * part.blob.size:
            yield part.finding(BEYOND, f"{until} bytes declared, {rest} there", offset=start)
        raise Unreadable(f"its tensors take {until} bytes and {rest} are there")


SAFETENSORS = Format(
    "safetensors",
    "Tensors behind a JSON header (.safetensors)",
    recognise,
    inspect,
    (LONG_HEADER, DUPLICATE, DEEP, ENCODING, SIZE, OVERLAP, HOLE, TRAILING, BEYOND, METADATA, PADDING, EXTRA),
)
