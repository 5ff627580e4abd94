"""HDF5: Keras models and weights, PyTables and pandas stores; attributes are read, data are not.

Source: "HDF5 File Format Specification Version 3.0"; for pickles in attributes and rows: PyTables, `AttributeSet`,
`ObjectAtom`.
"""

from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import Blob, BytesBlob
from seatrial.scan.format import Format
from seatrial.scan.graphs import keras_objects
from seatrial.scan.graphs.hdf5_file import File, start_of
from seatrial.scan.graphs.hdf5_objects import Attribute, Elsewhere, walk
from seatrial.scan.graphs.paths import leaves
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

POINTS_OUT = Rule(
    "hdf5.points-outside",
    "attack",
    "Points to a file outside its folder",
    "Reading the model's data reads that file instead: any of yours (CVE-2026-1669).",
    "Do not load it.",
    ("CWE-73", *SUPPLY_CHAIN),
)
POINTS_AWAY = Rule(
    "hdf5.other-file",
    "review",
    "Its data lie in another file",
    "What is loaded depends on a file that was not looked at.",
    "Scan that file too, or store the data in one file.",
    ("CWE-73", *SUPPLY_CHAIN),
)
RULES: Final = (POINTS_OUT, POINTS_AWAY, *keras_objects.RULES)
_CONFIG_KEYS: Final = (b"class_name", b"\\u00")
_PICKLE_STARTS: Final = b"\x80c(]}lidFIVSN"
_SEARCHED: Final = 512 * MEGABYTE


def _recognise(part: Part) -> bool:
    start = start_of(part.blob)
    # Behind a header of tar stands a member, not a user block's file.
    return start is not None and (start == 0 or part.blob.read(257, 5) != b"ustar")


def _inspect(part: Part) -> Iterator[Finding]:
    file = File(part.blob, part.budget)
    told: set[Elsewhere] = set()
    for found in walk(file):
        if isinstance(found, Attribute):
            yield from _attribute(part, found)
        elif found not in told:
            told.add(found)
            yield part.finding(POINTS_OUT if leaves(found.path) else POINTS_AWAY, f"{found.kind}: {found.path}")


def _attribute(part: Part, found: Attribute) -> Iterator[Finding]:
    for text in found.texts:
        if any(key in text for key in _CONFIG_KEYS):
            yield from keras_objects.text_findings(part, text.decode("utf-8", "replace"))
        if text[:1] in {bytes([start]) for start in _PICKLE_STARTS} and text.endswith(b"."):
            yield from part.inside(f"@{found.name}", BytesBlob(text)).look()
        if found.name == "PSEUDOATOM" and text == b"object":
            yield from _pickled_rows(part)


def _pickled_rows(part: Part) -> Iterator[Finding]:
    """PyTables pickles rows of objects into global heaps; a row is looked at wherever such a heap stands."""
    for number, row in enumerate(_heap_objects(part.blob, part)):
        yield from part.inside(f"row {number}", BytesBlob(row)).look()


def _heap_objects(blob: Blob, part: Part) -> Iterator[bytes]:
    step = 4 * MEGABYTE
    for start in range(0, _SEARCHED, step):
        piece = blob.read(start, step + 4)
        at = piece.find(b"GCOL")
        while 0 <= at < step:
            yield from _collection(blob, start + at)
            part.budget.check_time()
            at = piece.find(b"GCOL", at + 4)
        if len(piece) <= step:
            return


def _collection(blob: Blob, place: int) -> Iterator[bytes]:
    size = int.from_bytes(blob.read(place + 8, 8), "little")
    at, end = place + 16, place + min(size, 64 * MEGABYTE)
    while at + 16 <= end:
        head = blob.read(at, 16)
        length = int.from_bytes(head[8:16], "little")
        if len(head) < 16 or head[:2] == b"\0\0" or at + 16 + length > end:
            return
        if blob.read(at + 16, 1)[:1] in (b"\x80", b"c", b"(", b"]"):
            yield blob.read(at + 16, length)
        at += 16 + (length + 7 & ~7)


HDF5 = Format(
    "hdf5",
    "HDF5: Keras .h5 models and weights, PyTables, pandas",
    _recognise,
    _inspect,
    RULES,
)
