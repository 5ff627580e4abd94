"""Objects of an HDF5 file: attributes with texts, and whatever points to other files.

Source: "HDF5 File Format Specification Version 3.0", IV.A.2 (messages of object headers) and III.A to III.C (groups).
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from seatrial.scan.format import Unreadable
from seatrial.scan.graphs.hdf5_file import Cursor, File, Place
from seatrial.scan.graphs.hdf5_heap import dense

_LINK, _EXTERNAL, _LAYOUT, _ATTRIBUTE, _LINKS, _ATTRIBUTES, _TABLE = 6, 7, 8, 0x0C, 2, 0x15, 0x11
_STRING, _VARIABLE = 3, 9
_TEXTS_EACH: Final = 64


@dataclass(frozen=True, slots=True)
class Attribute:
    """Texts of an attribute."""

    name: str
    texts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another file that an object is read from."""

    kind: Literal["external link", "external data", "virtual data set"]
    path: str


def walk(file: File) -> Iterator[Attribute | Elsewhere]:
    """All objects, from the root group on.

    Raises:
        Unreadable: A structure is broken.
        OverBudget: There are too many objects.
    """
    waiting, seen = deque([file.root]), {file.root}
    while waiting:
        address = waiting.popleft()
        file.budget.member()
        for message in file.messages(address):
            for found in _of(file, message):
                if not isinstance(found, int):
                    yield found
                elif found not in seen:
                    seen.add(found)
                    waiting.append(found)


def _of(file: File, message: Place) -> Iterator[Attribute | Elsewhere | int]:
    """What a message says; a number is the address of another object."""
    if message.shared:
        return
    if message.kind == _ATTRIBUTE:
        yield from _attribute(file, message.data)
    elif message.kind == _LINK:
        yield from _link(file, message.data)
    elif message.kind == _TABLE:
        body = Cursor(message.data)
        yield from _table(file, body.number(file.offset), body.number(file.offset))
    elif message.kind in (_LINKS, _ATTRIBUTES):
        body = Cursor(message.data, 1)
        flags = body.number(1)
        body.at += (8 if message.kind == _LINKS else 2) if flags & 1 else 0
        heap, tree = body.number(file.offset), body.number(file.offset)
        if file.is_address(heap) and file.is_address(tree):
            read = _link if message.kind == _LINKS else _attribute
            for data in dense(file, heap, tree):
                yield from read(file, data)
    elif message.kind == _EXTERNAL:
        yield from _external(file, message.data)
    elif message.kind == _LAYOUT:
        yield from _virtual(file, message.data)


def _attribute(file: File, data: bytes) -> Iterator[Attribute]:
    body = Cursor(data)
    version, flags = body.number(1), body.number(1)
    sizes = [body.number(2) for _ in range(3)]
    if version not in (1, 2, 3):
        raise Unreadable(f"an attribute has version {version}")
    body.at += 1 if version == 3 else 0
    name, kind, _ = (body.take(size + 7 & ~7 if version == 1 else size)[:size] for size in sizes)
    if not flags & 1 and len(kind) >= 8:
        yield Attribute(name.rstrip(b"\0").decode("utf-8", "replace"), tuple(_texts(file, kind, body)))


def _texts(file: File, kind: bytes, body: Cursor) -> Iterator[bytes]:
    """Texts among an attribute's values: fixed ones stand there, others in a global heap."""
    size = int.from_bytes(kind[4:8], "little")
    values = body.take(body.left)
    if kind[0] & 15 == _STRING and size:
        yield from (values[at : at + size].rstrip(b"\0") for at in range(0, min(len(values), size * _TEXTS_EACH), size))
    elif kind[0] & 15 == _VARIABLE and size == 8 + file.offset:
        for at in range(0, min(len(values), size * _TEXTS_EACH), size):
            value = Cursor(values[at : at + size])
            length, address, index = value.number(4), value.number(file.offset), value.number(4)
            if length and file.is_address(address) and address:
                yield file.heap_object(address, index)


def _link(file: File, data: bytes) -> Iterator[Elsewhere | int]:
    body = Cursor(data, 1)
    flags = body.number(1)
    kind = body.number(1) if flags & 8 else 0
    body.at += (8 if flags & 4 else 0) + (1 if flags & 16 else 0)
    body.take(body.number(1 << (flags & 3)))
    if kind == 0:
        yield body.number(file.offset)
    elif kind == 64:
        target = body.take(body.number(2))
        yield Elsewhere("external link", target[1:].partition(b"\0")[0].decode("utf-8", "replace"))


def _table(file: File, tree: int, heap: int) -> Iterator[int]:
    """The members of an old group. Its soft links stay within the file."""
    waiting, seen = [tree], set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            raise Unreadable("a group goes round")
        seen.add(address)
        file.budget.member()
        head = Cursor(file.read(address, 8), 4)
        if head.data.startswith(b"SNOD"):
            head.at = 6
            yield from _members(file, address + 8, head.number(2))
        elif head.data.startswith(b"TREE"):
            head.at = 6
            count = head.number(2)
            entries = Cursor(file.read(address + 8, 2 * file.offset + count * (file.length + file.offset)))
            entries.at = 2 * file.offset
            for _ in range(count):
                entries.at += file.length
                waiting.append(entries.number(file.offset))
        else:
            raise Unreadable("a group's index is none")


def _members(file: File, address: int, count: int) -> Iterator[int]:
    size = 2 * file.offset + 24
    entries = Cursor(file.read(address, count * size))
    for _ in range(count):
        entry = Cursor(entries.take(size), file.offset)
        header, cached = entry.number(file.offset), entry.number(4)
        if cached != 2 and file.is_address(header):
            yield header


def _external(file: File, data: bytes) -> Iterator[Elsewhere]:
    body = Cursor(data, 4)
    body.at += 2
    used, heap = body.number(2), body.number(file.offset)
    for _ in range(used):
        name = file.heap_text(heap, body.number(file.length))
        body.at += 2 * file.length
        yield Elsewhere("external data", name.decode("utf-8", "replace"))


def _virtual(file: File, data: bytes) -> Iterator[Elsewhere]:
    """A virtual data set; `.` means this file."""
    body = Cursor(data)
    version = body.number(1)
    if version < 4 or body.number(1) != 3:
        return
    address, index = body.number(file.offset), body.number(4)
    if not file.is_address(address):
        return
    block = file.heap_object(address, index)
    # Behind the first name stand selections of many kinds; any later name has a zero byte before and behind it.
    names = [block[1 + file.length :].partition(b"\0")[0], *(each for each in block.split(b"\0") if b"/" in each[1:])]
    for name in dict.fromkeys(names):
        path = name.decode("utf-8", "replace")
        if path != "." and path.isprintable() and path:
            yield Elsewhere("virtual data set", path)
