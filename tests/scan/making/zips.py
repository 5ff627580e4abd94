"""Zip archives written record by record, so that each field can be made to lie."""

import bz2
import lzma
import struct
import zlib
from dataclasses import dataclass, replace

PACKERS = {
    0: lambda data: data,
    8: lambda data: (lambda engine: engine.compress(data) + engine.flush())(zlib.compressobj(6, zlib.DEFLATED, -15)),
    12: bz2.compress,
    14: lambda data: b"\x09\x04\x05\x00" + lzma.compress(data, lzma.FORMAT_ALONE)[:5]
    + lzma.compress(data, lzma.FORMAT_ALONE)[13:],
    95: lzma.compress,
}  # fmt: skip
DESCRIBED = 8


@dataclass(frozen=True)
class Header:
    """The fields of a header that tests bend."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    extra: bytes = b""


@dataclass(frozen=True)
class Member:
    """A file of an archive; `local` and `central` replace fields of one header only."""

    name: str | bytes
    data: bytes = b""
    method: int = 0
    flags: int = 0
    packed: bytes | None = None
    local: dict | None = None
    central: dict | None = None
    attributes: int = 0
    listed: bool = True
    offset: int | None = None
    extra: bytes = b""

    def body(self):
        """The packed bytes."""
        return PACKERS[self.method](self.data) if self.packed is None else self.packed

    def header(self):
        """What is true of it."""
        name = self.name if isinstance(self.name, bytes) else self.name.encode()
        body = self.body()
        return Header(name, self.flags, self.method, zlib.crc32(self.data), len(body), len(self.data), self.extra)


@dataclass(frozen=True)
class End:
    """What bends the end record; None tells the truth."""

    count: int | None = None
    size: int | None = None
    offset: int | None = None
    disk: int = 0
    comment: bytes = b""


def local_record(header):
    """A local header."""
    return (
        struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, header.flags, header.method, 0, 0x21, header.crc, header.packed,
                    header.size, len(header.name), len(header.extra)) + header.name + header.extra
    )  # fmt: skip


def central_record(header, offset, attributes=0):
    """A header of the directory."""
    return (
        struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 0x314, 20, header.flags, header.method, 0, 0x21, header.crc,
                    header.packed, header.size, len(header.name), len(header.extra), 0, 0, 0, attributes, offset)
        + header.name + header.extra
    )  # fmt: skip


def end_record(count, size, offset, end=End()):
    """An end record."""
    told = (count if end.count is None else end.count, size if end.size is None else end.size)
    place = offset if end.offset is None else end.offset
    return (
        struct.pack("<4sHHHHIIH", b"PK\5\6", end.disk, end.disk, told[0], *told, place, len(end.comment)) + end.comment
    )


def descriptor(header):
    """What follows the data of a streamed file."""
    return struct.pack("<4sIII", b"PK\7\x08", header.crc, header.packed, header.size)


def archive(*members, end=End(), base=0, gap=b""):
    """An archive of members; `base` is added to every offset, `gap` stands before the directory."""
    out, directory, count = b"", b"", 0
    for member in members:
        truth, at = member.header(), len(out)
        streamed = bool(member.flags & DESCRIBED)
        plain = replace(truth, crc=0, packed=0, size=0) if streamed else truth
        out += local_record(replace(plain, **(member.local or {}))) + member.body()
        out += descriptor(truth) if streamed else b""
        if member.listed:
            place = base + (at if member.offset is None else member.offset)
            directory += central_record(replace(truth, **(member.central or {})), place, member.attributes)
            count += 1
    out += gap
    return out + directory + end_record(count, len(directory), base + len(out), end)


EVIL = b"cos\nsystem\n(S'id'\ntR."
MILD = b"\x80\x02}q\x00."


def torch_members(pickle=MILD, folder="archive", method=0):
    """What torch.save writes."""
    return (
        Member(f"{folder}/data.pkl", pickle, method, flags=DESCRIBED | 0x800),
        Member(f"{folder}/byteorder", b"little"),
        Member(f"{folder}/data/0", b"\x00\x00\x80?" * 16),
        Member(f"{folder}/version", b"3\n"),
    )
