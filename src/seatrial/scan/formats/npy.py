"""NumPy's .npy arrays, 1.0 to 3.0 (source: numpy.lib.format): the header is a literal, objects are a pickle."""

import ast
import math
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import Window
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.formats.reading import Reader
from seatrial.scan.part import Part
from seatrial.scan.rule import UNSAFE_LOADING, Rule

MAGIC: Final = b"\x93NUMPY"
HEADER: Final = 10_000
"""NumPy itself refuses longer ones (`max_header_size`)."""
NESTED: Final = 20
DIMENSIONS: Final = 64
_DTYPE: Final = re.compile(r"[<>|=]?([?bBhHiIlLqQuefdgcmMOSaUV])(\d{1,10})?(?:\[[\w/ ]{1,20}\])?\Z")
_BRACKETS: Final = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_LETTER_SIZES: Final = {"?": 1, "b": 1, "B": 1, "h": 2, "H": 2, "e": 2, "i": 4, "I": 4, "f": 4, "m": 8, "M": 8}

OBJECTS = Rule(
    "npy.objects",
    "low",
    "An array of Python objects",
    "NumPy stores objects as a pickle, which may run code when it is loaded with allow_pickle=True.",
    "Store numbers and text as plain arrays; never pass allow_pickle=True for files of others.",
    UNSAFE_LOADING,
)
NO_PICKLE = Rule(
    "npy.objects-not-pickled",
    "review",
    "An array of Python objects with something else in place of NumPy's pickle",
    "NumPy writes objects as a pickle of protocol 2 or later; whatever loads this one may be led elsewhere.",
    "Do not load it with allow_pickle=True.",
    UNSAFE_LOADING,
)
CODE = Rule(
    "npy.code-in-header",
    "attack",
    "The header holds an expression, not a literal",
    "Old readers evaluate the header as Python.",
    "Do not load it; delete it.",
    ("CWE-95", *UNSAFE_LOADING),
)
LONG_HEADER = Rule(
    "npy.long-header",
    "review",
    "The header is longer than NumPy accepts",
    "Parsing it can crash or exhaust the interpreter.",
    "Store the array with simpler fields.",
    ("CWE-400", *UNSAFE_LOADING),
)
SHAPE = Rule(
    "npy.impossible-shape",
    "attack",
    "A shape that no array can have",
    "Negative or overflowing sizes are made to trick readers into wrong allocations.",
    "Do not load it.",
    ("CWE-190", *UNSAFE_LOADING),
)
TRAILING = Rule(
    "npy.trailing-bytes",
    "review",
    "Bytes behind the array",
    "NumPy does not read them; another program may.",
    "Find out what wrote them.",
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What one element takes: bytes, and whether any of it is a Python object."""

    size: int
    objects: bool


def layout_of(descr: Any, depth: int = 0) -> Layout:
    """The element a header's `descr` speaks of.

    Raises:
        Unreadable: NumPy knows no such type.
    """
    if depth > NESTED:
        raise Unreadable("its dtype nests too deeply")
    if isinstance(descr, str):
        return _plain(descr)
    if isinstance(descr, tuple) and len(descr) == 2:
        base = layout_of(descr[0], depth + 1)
        return Layout(base.size * _count(descr[1]), base.objects)
    if isinstance(descr, list) and all(isinstance(field, tuple) and len(field) in (2, 3) for field in descr):
        fields = [layout_of(field[1:] if len(field) == 3 else field[1], depth + 1) for field in descr]
        return Layout(sum(field.size for field in fields), any(field.objects for field in fields))
    raise Unreadable(f"its dtype {str(descr)[:60]!r} is unknown")


def _plain(descr: str) -> Layout:
    found = _DTYPE.match(descr)
    if found is None:
        raise Unreadable(f"its dtype {descr[:60]!r} is unknown")
    letter, digits = found[1], found[2]
    if letter == "O":
        return Layout(8, objects=True)
    if letter in "mM" or digits is None:
        return Layout(_LETTER_SIZES.get(letter, 8), objects=False)
    return Layout(int(digits) * (4 if letter == "U" else 1), objects=False)


def _count(shape: Any) -> int:
    sizes = shape if isinstance(shape, tuple) else (shape,)
    if len(sizes) > DIMENSIONS or not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise Unreadable(f"its dtype has the shape {str(shape)[:60]}")
    return math.prod(sizes)


def _literal(text: str) -> Any:
    """The header's value; of code, a ValueError."""
    deepest = depth = 0
    for char in text:
        depth += _BRACKETS.get(char, 0)
        deepest = max(deepest, depth)
    if deepest > 2 * NESTED or re.search(r"(?:[-+~]\s*){3}|(?<![\w'\"])0[xob]", text):
        raise Unreadable("its header nests too deeply, or writes numbers as NumPy does not")
    try:
        return ast.literal_eval(text.strip())
    except SyntaxError:
        # Python 2 wrote long integers as 3L.
        plain = re.sub(r"(?<=\d)L(?=[,)\s])", "", text.strip())
        try:
            return ast.literal_eval(plain)
        except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
            raise Unreadable("its header is no Python literal") from error
    except (TypeError, MemoryError, RecursionError) as error:
        raise Unreadable("its header is no literal of NumPy's") from error


def recognise(part: Part) -> bool:
    """By the magic number."""
    return part.blob.read(0, len(MAGIC)) == MAGIC


def inspect(part: Part) -> Iterator[Finding]:
    """Every array of the file: `numpy.save` may be called several times on one."""
    reader = Reader(part.blob)
    while reader.rest:
        part.budget.member()
        if part.blob.read(reader.at, len(MAGIC)) != MAGIC:
            yield part.finding(TRAILING, f"{reader.rest} bytes", offset=reader.at)
            yield from part.inside("trailing", Window(part.blob, reader.at)).look()
            return
        end = yield from _array(part, reader)
        if end is None:
            return
        reader.skip(end - reader.at)


def _array(part: Part, reader: Reader) -> Generator[Finding, None, int | None]:
    """One array; returns where it ends, or nothing when what follows cannot be known."""
    reader.skip(len(MAGIC))
    version = reader.number("B"), reader.number("B")
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise Unreadable(f"its version {version[0]}.{version[1]} is unknown")
    length = reader.number("H" if version == (1, 0) else "I")
    if length > HEADER:
        yield part.finding(LONG_HEADER, f"{length} bytes", offset=reader.at)
    if length > 100 * HEADER:
        raise Unreadable(f"its header is {length} bytes long")
    start = reader.at
    text = reader.take(length).decode("utf-8" if version == (3, 0) else "latin-1", "replace")
    try:
        header = _literal(text.replace("\x00", ""))
    except ValueError:
        yield part.finding(CODE, text.strip(), offset=start)
        return None
    if not isinstance(header, dict) or header.keys() != {"descr", "fortran_order", "shape"}:
        raise Unreadable("its header has other keys than descr, fortran_order and shape")
    return (yield from _elements(part, reader, header))


def _elements(part: Part, reader: Reader, header: dict[str, Any]) -> Generator[Finding, None, int | None]:
    shape, layout = header["shape"], layout_of(header["descr"])
    sizes = shape if isinstance(shape, tuple) else (None,)
    if len(sizes) > DIMENSIONS:
        raise Unreadable(f"its array has {len(sizes)} dimensions")
    if not all(isinstance(size, int) and size >= 0 for size in sizes) or math.prod(sizes) * layout.size >= 1 << 62:
        yield part.finding(SHAPE, f"shape {shape}"[:200], offset=reader.at)
        return None
    if layout.objects:
        yield part.finding(OBJECTS, f"dtype {header['descr']}", offset=reader.at)
        if part.blob.read(reader.at, 1) != b"\x80":
            yield part.finding(NO_PICKLE, part.blob.read(reader.at, 16).hex(" "), offset=reader.at)
        yield from part.inside("data", Window(part.blob, reader.at)).look()
        return None
    wanted = math.prod(sizes) * layout.size
    if wanted > reader.rest:
        raise Unreadable(f"its array takes {wanted} bytes and {reader.rest} are there")
    return reader.at + wanted


NPY = Format(
    "npy",
    "One NumPy array (.npy)",
    recognise,
    inspect,
    (OBJECTS, NO_PICKLE, CODE, LONG_HEADER, SHAPE, TRAILING),
)
