"""Compiled Python (`.pyc`): looked at for names of dangerous functions, never unmarshalled.

Source: CPython, Python/marshal.c (types of strings and their lengths), Lib/importlib/_bootstrap_external.py (header).
"""

import re
from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import Blob
from seatrial.scan.format import Format
from seatrial.scan.part import Part
from seatrial.scan.rule import Rule

DANGEROUS = Rule(
    "bytecode.runs-hidden-code",
    "attack",
    "Compiled Python that runs what it decodes, downloads or connects to",
    "Code that is unpacked or fetched and run at once is how droppers and remote shells are made.",
    "Delete it; ask for the source if you need what it claims to do.",
    ("CWE-506", "LLM04:2026", "AML.T0010", "AML.T0011.000"),
)
LIMIT: Final = 8 << 20
_IDENTIFIER = re.compile(rb"[\w.]{2,60}")
_SHORT, _LONG = frozenset(b"zZ"), frozenset(b"aAut")
_RUN = frozenset({"exec", "eval"})
_TOGETHER: Final[tuple[tuple[frozenset[str], frozenset[str], str], ...]] = (
    (_RUN, frozenset({"b64decode", "b85decode", "a85decode", "decompress", "unhexlify"}), "runs what it decodes"),
    (_RUN, frozenset({"urlopen", "urlretrieve", "urllib.request"}), "runs what it downloads"),
    (frozenset({"dup2"}), frozenset({"socket"}), "gives its input and output to a socket"),
    (frozenset({"pty"}), frozenset({"socket"}), "gives a terminal to a socket"),
    (frozenset({"VirtualAlloc", "mprotect"}), frozenset({"ctypes", "memmove", "CFUNCTYPE"}), "runs machine code"),
)


def is_bytecode(blob: Blob) -> bool:
    """Whether the bytes are a `.pyc`: a magic number ending in CR LF, flags or a time, a marshalled code object."""
    head = blob.read(0, 17)
    if len(head) < 17 or head[2:4] != b"\r\n" or not 1 <= head[1] <= 0xFF:
        return False
    code = (0xE3, 0x63)
    return (
        head[16] in code if head[4:8] in (bytes(4), b"\1\0\0\0", b"\3\0\0\0") else head[8] in code or head[12] in code
    )


def names(data: bytes) -> frozenset[str]:
    """Identifiers among the marshalled strings: those whose length stands before them."""
    found = set()
    for match in _IDENTIFIER.finditer(data):
        # The length and type may be letters themselves, so that they belong to the match: try each start.
        for start in range(match.start(), min(match.end(), match.start() + 6)):
            text = _string(data, start)
            if text is not None:
                found.add(text)
    return frozenset(found)


def _string(data: bytes, start: int) -> str | None:
    if start >= 2 and data[start - 2] & 0x7F in _SHORT:
        length = data[start - 1]
    elif start >= 5 and data[start - 5] & 0x7F in _LONG:
        length = int.from_bytes(data[start - 4 : start], "little")
    else:
        return None
    text = data[start : start + length]
    return text.decode("ascii", "replace") if 1 < length <= 60 and _IDENTIFIER.fullmatch(text) else None


def hidden_code(found: frozenset[str]) -> str | None:
    """What dangerous thing the names do together, in words."""
    for one, other, words in _TOGETHER:
        if one & found and other & found:
            return f"{words}: {', '.join(sorted(one & found) + sorted(other & found))}"
    return None


def _inspect(part: Part) -> Iterator[Finding]:
    if not part.inner and "__pycache__" in part.path:  # what an interpreter made of a source that is looked at itself
        return
    words = hidden_code(names(part.blob.read(0, LIMIT)))
    if words is not None:
        yield part.finding(DANGEROUS, words, severity="attack" if part.inner else "review")


BYTECODE = Format(
    "bytecode",
    "Compiled Python (.pyc): names of dangerous functions, read without unmarshalling",
    lambda part: is_bytecode(part.blob),
    _inspect,
    (DANGEROUS,),
)
