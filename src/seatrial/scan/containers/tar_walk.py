"""Walks the entries of a tar: extended headers are put together with the files that they belong to."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from seatrial.scan.containers.tar_records import (
    BLOCK,
    FAR,
    LONG,
    Entry,
    Header,
    header,
    long_name,
    records,
    rounded,
    takes_no_data,
)
from seatrial.scan.part import Part

OCTAL = 1 << 33
"""Sizes from here on do not fit into the header, and stand only in the extended one."""


@dataclass(slots=True)
class _Pending:
    """What extended headers say of the entry to come."""

    told: dict[str, str] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Walk:
    """The entries from an offset on; afterwards `at` is where they ended, and `why` why, if not by a block of zeros."""

    part: Part
    at: int = 0
    why: str = ""

    def __iter__(self) -> Iterator[Entry]:
        blob, common, pending = self.part.blob, _Pending(), _Pending()
        while True:
            found = header(blob, self.at)
            if found is None:
                within = self.at == 0 or blob.read(self.at - 1, 1)
                self.why = "it is cut off" if blob.read(self.at, 1) or not within else ""
                return
            if not found.summed and not blob.read(self.at, BLOCK).strip(b"\0"):
                return
            if found.size is None or found.size < 0 or (not found.summed and not found.ustar):
                self.why = "a header is broken"
                return
            self.part.budget.member()
            if found.kind in b"LKxXg":
                self._extended(found, common if found.kind == b"g" else pending)
                self.at = found.data + rounded(found.size)
                continue
            entry = _entry(found, common, pending)
            pending = _Pending()
            self.at = entry.following
            yield entry

    def _extended(self, found: Header, into: _Pending) -> None:
        data = self.part.blob.read(found.data, min(found.size or 0, LONG))
        if not found.summed:
            into.odd.append("the checksum of an extended header is wrong")
        if found.kind in b"LK":
            into.told["path" if found.kind == b"L" else "linkpath"] = long_name(data)
            return
        told, readable = records(data)
        into.told.update(told)
        if not readable or (found.size or 0) > LONG:
            into.odd.append("an extended header is broken")


def _entry(found: Header, common: _Pending, pending: _Pending) -> Entry:
    told = {**common.told, **pending.told}
    odd, apart = [*pending.odd], []
    if not found.summed:
        odd.append("the checksum of the header is wrong")
    size = found.size or 0
    if "size" in told:
        text = told["size"]
        larger = min(int(text), FAR) if text.isascii() and text.isdigit() and len(text) < 20 else size
        if larger != size and (size or larger < OCTAL):
            apart.append(f"its size is {size} in the header, {text} in the extended one")
        size = larger
    if takes_no_data(found.kind) and size:
        odd.append(f"a link, folder or device of {size} bytes")
        size = 0
    sparse = found.kind == b"S" or any(key.startswith("GNU.sparse.") for key in told)
    name = told.get("GNU.sparse.name") or told.get("path") or found.name
    return Entry(found, name, told.get("linkpath") or found.link, size, found.data, sparse, tuple(odd), tuple(apart))
