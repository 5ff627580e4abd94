"""Storages behind the pickles of torch's layout before 1.6 (torch, serialization.py, `_legacy_load`)."""

from typing import Final

from seatrial.scan.blob import Blob
from seatrial.scan.format import Unreadable
from seatrial.scan.pickles.court import Court
from seatrial.scan.pickles.values import Value

MAGIC: Final = 0x1950A86A20F9469CFC6C
"""The first pickle of such a file is this number."""
_SIZES: Final = {
    "ByteStorage": 1,
    "CharStorage": 1,
    "BoolStorage": 1,
    "UntypedStorage": 1,
    "QInt8Storage": 1,
    "QUInt8Storage": 1,
    "QUInt4x2Storage": 1,
    "QUInt2x4Storage": 1,
    "HalfStorage": 2,
    "BFloat16Storage": 2,
    "ShortStorage": 2,
    "FloatStorage": 4,
    "IntStorage": 4,
    "QInt32Storage": 4,
    "DoubleStorage": 8,
    "LongStorage": 8,
    "ComplexFloatStorage": 8,
    "ComplexDoubleStorage": 16,
}
"""Bytes of an element by storage class."""


def skip_storages(court: Court, blob: Blob, offset: int, keys: list[Value]) -> int:
    """The offset behind the storages, each a count of eight bytes and its elements.

    Raises:
        Unreadable: A storage is not there, or of a kind whose size is not known.
    """
    for key in keys:
        cls = court.storages.get(key) if isinstance(key, str) else None
        size = _SIZES.get(cls.name) if cls else None
        if size is None:
            raise Unreadable(f"the storage {key!r} has no known element size")
        count = int.from_bytes(blob.read(offset, 8), "little", signed=True)
        end = offset + 8 + count * size
        if count < 0 or (end > offset and not blob.read(end - 1, 1)):
            raise Unreadable(f"the storage {key!r} of {count} elements is not there")
        offset = end
        court.part.budget.member()
    return offset
