"""Dense storage of HDF5: version 2 B-trees whose records name objects in a fractal heap (many links, large attributes).

Source: "HDF5 File Format Specification Version 3.0", III.A.2 (B-trees) and III.G (fractal heap).
"""

from collections.abc import Iterator
from typing import Final

from seatrial.scan.format import Unreadable
from seatrial.scan.graphs.hdf5_file import Cursor, File

_ID_AT: Final = {5: (4, 7), 8: (0, 8)}
"""Where the heap id stands in a record: of links by name, of attributes by name."""


def dense(file: File, heap: int, tree: int) -> Iterator[bytes]:
    """The objects that a tree of links or attributes names.

    Raises:
        Unreadable: The tree or the heap is broken.
        OverBudget: There are too many.
    """
    found = _Heap(file, heap)
    for record in _records(file, tree):
        file.budget.member()
        yield found.object(record)


def _records(file: File, tree: int) -> Iterator[bytes]:
    head = Cursor(file.read(tree, 16 + file.offset + 2 + file.length), 5)
    if not head.data.startswith(b"BTHD"):
        raise Unreadable("an index is no B-tree")
    kind, node_size, record_size, depth = head.number(1), head.number(4), head.number(2), head.number(2)
    head.at += 2
    root, count = head.number(file.offset), head.number(2)
    if kind not in _ID_AT or record_size <= _ID_AT[kind][0] or depth > 16:
        raise Unreadable("an index is of an unknown kind")
    start, size = _ID_AT[kind]
    widths = _widths(node_size, record_size, depth, file.offset)
    waiting, seen = [(root, count, depth)] if file.is_address(root) else [], set()
    while waiting:
        address, count, level = waiting.pop()
        if address in seen:
            raise Unreadable("an index goes round")
        seen.add(address)
        node = Cursor(file.read(address, node_size), 6)
        if node.data[:4] != (b"BTIN" if level else b"BTLF"):
            raise Unreadable("a node of an index is none")
        for _ in range(count):
            yield node.take(record_size)[start : start + size]
        for _ in range(count + 1 if level else 0):
            child, inner = node.number(file.offset), node.number(widths[0])
            node.at += widths[level - 1] if level > 1 else 0
            waiting.append((child, inner, level - 1))


def _widths(node_size: int, record_size: int, depth: int, offset: int) -> list[int]:
    """Bytes of the counts in a node: of a child's records, and of all below it by level."""
    most = max(0, node_size - 10) // record_size
    total, widths = most, [_bytes(most)]
    for level in range(1, depth):
        pointer = offset + widths[0] + (widths[-1] if level > 1 else 0)
        inner = max(0, node_size - 10 - pointer) // (record_size + pointer)
        total = (inner + 1) * total + inner
        widths.append(_bytes(total))
    return widths


def _bytes(value: int) -> int:
    return max(1, (value.bit_length() + 7) // 8)


class _Heap:
    """A fractal heap: a table of blocks whose sizes double, row by row."""

    def __init__(self, file: File, address: int) -> None:
        head = Cursor(file.read(address, 26 + 12 * file.length + 3 * file.offset), 5)
        if not head.data.startswith(b"FRHP"):
            raise Unreadable("a heap is none")
        self._file = file
        self._id_size, self._filters = head.number(2), head.number(2)
        head.at += 1
        largest = head.number(4)
        head.at += 2 * (file.length + file.offset) + 8 * file.length
        self._width, self._first = head.number(2), head.number(file.length)
        self._direct, bits = head.number(file.length), head.number(2)
        head.at += 2
        self._root, self._rows = head.number(file.offset), head.number(2)
        self._offset_size = (bits + 7) // 8
        self._length_size = _bytes(min(self._direct, largest))
        if not self._width or not self._first or not self._direct:
            raise Unreadable("a heap has no blocks")

    def object(self, record: bytes) -> bytes:
        """The object of a heap id."""
        kind = record[0] >> 4 & 3
        if kind == 2:
            return record[1 : 2 + (record[0] & 15)]
        if kind != 0 or self._filters:
            raise Unreadable("an attribute is stored in a way that is not read here")
        parts = Cursor(record, 1)
        offset, size = parts.number(self._offset_size), parts.number(self._length_size)
        return self._file.read(self._place(offset), size)

    def _place(self, offset: int) -> int:
        """The address of an offset within the heap."""
        address, rows = self._root, self._rows
        if rows == 0:
            return address + offset
        for _ in range(8):
            row, column, inside = self._block(offset, rows)
            size = self._size(row)
            entry = 5 + self._file.offset + self._offset_size + (row * self._width + column) * self._file.offset
            child = int.from_bytes(self._file.read(address + entry, self._file.offset), "little")
            if size <= self._direct:
                return child + inside
            address, offset = child, inside
            rows = size.bit_length() - (self._first * self._width).bit_length() + 1
        raise Unreadable("a heap nests too deeply")

    def _size(self, row: int) -> int:
        return self._first << max(0, row - 1)

    def _block(self, offset: int, rows: int) -> tuple[int, int, int]:
        start = 0
        for row in range(min(rows, 64)):
            size = self._size(row)
            if offset < start + size * self._width:
                column = (offset - start) // size
                return row, column, offset - start - column * size
            start += size * self._width
        raise Unreadable("an object lies outside its heap")
