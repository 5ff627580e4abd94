"""llamafile: one file that is a program for many systems, a zip, and a model."""

from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import Window
from seatrial.scan.format import Format
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

_PORTABLE: Final = (b"MZqFpD='", b"jartsr='", b"APEDBG='")
"""The magic numbers of Actually Portable Executables (source: justine.lol/ape)."""
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
_AHEAD: Final = 64 * MEGABYTE

PROGRAM = Rule(
    "llamafile.program",
    "review",
    "The model is part of a program",
    "To use it is to run the program, whose code is not judged here.",
    "Run it only from a publisher you trust, or take the weights out as GGUF.",
    ("CWE-506", *SUPPLY_CHAIN),
)


def recognise(part: Part) -> bool:
    """A portable executable, or any program that carries GGUF."""
    head = part.blob.read(0, 8)
    return head in _PORTABLE or (head.startswith(_PROGRAMS) and _model(part) is not None)


def _model(part: Part) -> int | None:
    """Where a model begins: aligned, as it is mapped into memory."""
    overlap = b""
    for start in range(0, min(part.blob.size, _AHEAD), MEGABYTE):
        data = overlap + part.blob.read(start, MEGABYTE)
        place = data.find(b"GGUF")
        while place >= 0:
            if data[place + 4 : place + 8] in (b"\x01\0\0\0", b"\x02\0\0\0", b"\x03\0\0\0"):
                return start - len(overlap) + place
            place = data.find(b"GGUF", place + 1)
        overlap = data[-7:]
    return None


def inspect(part: Part) -> Iterator[Finding]:
    """The program is named; the model in it is looked at."""
    yield part.finding(PROGRAM, part.blob.read(0, 8).decode("latin-1"), offset=0)
    place = _model(part)
    if place is not None:
        yield from part.inside("model.gguf", Window(part.blob, place)).look()


LLAMAFILE = Format("llamafile", "Programs that carry a model (llamafile)", recognise, inspect, (PROGRAM,))
