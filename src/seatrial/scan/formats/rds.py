"""R's serialised objects, .rds and .RData (source: R internals, "Serialization Formats"): walked, never evaluated.

CVE-2024-27322: a promise that is not yet evaluated runs its expression when somebody looks at the object.
"""

import re
from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.formats import rds_types
from seatrial.scan.formats.rds_decoding import Binary, Decoder, Lines
from seatrial.scan.formats.rds_walk import Walk
from seatrial.scan.part import Part
from seatrial.scan.rule import UNSAFE_LOADING, Rule

_ORDERS: Final = {b"X\n": ">", b"B\n": "<", b"A\n": ""}
_HEAD: Final = re.compile(rb"X\n\0\0\0[\2\3]|B\n[\2\3]\0\0\0|A\n[23]\r?\n")
_FILES: Final = (b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n", b"RDB2\n", b"RDB3\n")
_MEND: Final = "Do not load it; ask for the data as Parquet or CSV, or for the model in a native format."

PROMISE = Rule(
    "rds.promise",
    "attack",
    "A promise that runs an expression when the object is looked at",
    "R evaluates it without being asked (CVE-2024-27322, R before 4.4.0).",
    _MEND,
    UNSAFE_LOADING,
)
LAZY = Rule(
    "rds.lazy-argument",
    "review",
    "A function's argument that is still to be evaluated",
    "Its expression runs when the function is called, or its environment is looked at.",
    "Look at the expression; force it before saving.",
    UNSAFE_LOADING,
)
CLOSURE = Rule(
    "rds.function",
    "review",
    "The object holds functions",
    "Their code runs when somebody calls them, prints the object or predicts with it.",
    "Load it only from people you trust.",
    UNSAFE_LOADING,
)
COMMAND = Rule(
    "rds.command",
    "review",
    "An expression names a function that starts programs or fetches",
    "Whoever evaluates the expression runs it.",
    _MEND,
    UNSAFE_LOADING,
)
CLASS = Rule(
    "rds.other-package",
    "review",
    "A vector that a package restores",
    "R loads the package and runs its code to read the vector.",
    "Make sure that the package is yours.",
    UNSAFE_LOADING,
)
POINTER = Rule(
    "rds.pointer",
    "low",
    "A pointer into a program's memory",
    "It is empty after loading; code that does not check it crashes.",
    "Save the model by its library's own function.",
)
LENGTH = Rule(
    "rds.impossible-length",
    "attack",
    "A length that no vector has",
    "Readers in C trust such numbers.",
    _MEND,
    ("CWE-190", *UNSAFE_LOADING),
)
RULES: Final = (PROMISE, LAZY, CLOSURE, COMMAND, CLASS, POINTER, LENGTH)


def recognise(part: Part) -> bool:
    """By R's magic numbers, with a version of 2 or 3 behind."""
    head = part.blob.read(0, 16)
    if head.startswith(_FILES):
        head = head[5:]
    return _HEAD.match(head) is not None


def inspect(part: Part) -> Iterator[Finding]:
    """Every object, and what would run."""
    offset = 5 if part.blob.read(0, 5) in _FILES else 0
    order = _ORDERS[part.blob.read(offset, 2)]
    decoder: Decoder = Binary(part.blob, offset + 2, order) if order else Lines(part.blob, offset + 2)
    version = decoder.integer()
    decoder.integer(), decoder.integer()
    if version == 3:
        length = decoder.integer()
        if not 0 <= length <= 64:
            raise Unreadable(f"the name of its encoding takes {length} bytes")
        decoder.text(length)
    walk = Walk(decoder, part.budget)
    try:
        for event, shown, place in walk.events():
            yield from _judge(part, event, shown, place)
        yield from _names(part, walk)
    except OverflowError as reason:
        yield part.finding(LENGTH, str(reason), offset=decoder.at)


def _judge(part: Part, event: str, shown: str, place: int) -> Iterator[Finding]:
    rules = {"promise": PROMISE, "lazy": LAZY, "closure": CLOSURE, "class": CLASS, "pointer": POINTER}
    rule = rules[event]
    if rule is LAZY and set(shown.split()) & rds_types.RUNNING:
        rule = PROMISE
    yield part.finding(rule, shown, offset=place)


def _names(part: Part, walk: Walk) -> Iterator[Finding]:
    for name in sorted(walk.called & rds_types.COMMANDS):
        yield part.finding(COMMAND, name)


RDS = Format("rds", "R objects (.rds, .RData)", recognise, inspect, RULES)
