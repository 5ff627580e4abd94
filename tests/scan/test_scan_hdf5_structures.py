"""Structures of HDF5 that only large files have: indexes of several levels, heaps of several blocks, other versions."""

import json
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import hdf5s as hdf5
from making.hdf5s import NONE, SIGNATURE, Writer
from scanning import ids, scanned

from seatrial.scan.blob import BytesBlob
from seatrial.scan.format import Unreadable
from seatrial.scan.graphs.hdf5_file import Cursor, File, start_of
from seatrial.scan.graphs.hdf5_objects import Attribute, Elsewhere, walk
from seatrial.scan.limits import Budget, Limits

EVIL = json.dumps({"class_name": "Lambda", "config": {"module": "os", "function": "system"}}).encode()


def opened(data):
    """A file, ready to be walked."""
    return File(BytesBlob(data), Budget(Limits()))


def found(data):
    """All that a walk finds."""
    return list(walk(opened(data)))


@pytest.mark.parametrize("count", [1, 3, 6, 8])
def test_tall_indexes_give_all_attributes(count):
    """Every attribute of a tree of two levels and a heap of several blocks is found, once."""
    writer = Writer()
    attributes = [hdf5.text_attribute(f"a{at}", b"x" * at)[1] for at in range(1, count + 1)]
    data = writer.done(writer.header(writer.tall(0x15, attributes)))
    assert sorted(each.name for each in found(data)) == sorted(f"a{at}" for at in range(1, count + 1))
    assert {each.texts[0] for each in found(data)} == {b"x" * at for at in range(1, count + 1)}


def test_tall_indexes_give_all_links():
    """Every link of such an index is followed."""
    writer = Writer()
    inner = [writer.header(hdf5.text_attribute("a", b"%d" % at)) for at in range(9)]
    links = [hdf5.hard_link(f"l{at}", address)[1] for at, address in enumerate(inner)]
    data = writer.done(writer.header(writer.tall(2, links)))
    assert sorted(each.texts[0] for each in found(data)) == [b"%d" % at for at in range(9)]


def test_attacks_in_tall_indexes_are_found():
    """A link out of the folder among many is found."""
    writer = Writer()
    links = [hdf5.soft_link(f"s{at}", "/a")[1] for at in range(8)] + [hdf5.external_link("e", "/etc/passwd")[1]]
    assert ids(scanned(writer.done(writer.header(writer.tall(2, links))))) == ["hdf5.points-outside"]


def test_tiny_objects_stand_in_their_ids():
    """An object of a few bytes has no block; what is no attribute is unread."""
    writer = Writer()
    data = writer.done(writer.header(writer.tiny(0x15, bytes([0x23]) + b"abcd")))
    assert scanned(data).verdict == "unread"


@pytest.mark.parametrize("kind", [0x10, 0x30])
def test_objects_in_other_storages_are_unread(kind):
    """Huge objects, and ids of no kind, are not read and say so."""
    writer = Writer()
    data = writer.done(writer.header(writer.tiny(0x15, bytes([kind]) + bytes(7))))
    assert ids(scanned(data)) == ["file.unread"]


def superblock(version, root, size):
    """A superblock of each version."""
    if version < 2:
        head = SIGNATURE + bytes([version, 0, 0, 0, 0, 8, 8, 0]) + struct.pack("<HHI", 4, 16, 0)
        head += struct.pack("<HH", 32, 0) if version else b""
        return head + struct.pack("<QQQQ", 0, NONE, size, NONE) + struct.pack("<QQ", 0, root)
    return SIGNATURE + bytes([version, 8, 8, 0]) + struct.pack("<QQQQ", 0, NONE, size, root) + bytes(4)


@pytest.mark.parametrize("version", range(4))
def test_superblocks_of_every_version_are_read(version):
    """The root group is found in all of them."""
    writer = Writer(old=True)
    root = writer.header(hdf5.text_attribute("model_config", EVIL, old=True))
    data = bytearray(writer.done(root))
    data[: len(superblock(version, root, len(data)))] = superblock(version, root, len(data))
    assert ids(scanned(bytes(data))) == ["keras.dangerous-name"]


@pytest.mark.parametrize("start", [0, 512, 1024, 2048, 4096, 8192])
def test_superblocks_stand_at_powers_of_two(start):
    """Behind a user block of any allowed size."""
    data = bytes(start) + hdf5.with_attribute("model_config", EVIL)
    assert start_of(BytesBlob(data)) == start
    assert "keras.dangerous-name" in ids(scanned(data))


@pytest.mark.parametrize("start", [8, 511, 600, 3000])
def test_superblocks_elsewhere_are_none(start):
    """What looks like a superblock in the middle is data."""
    assert start_of(BytesBlob(b"x" * start + hdf5.with_attribute("a", b"b"))) is None


def test_old_headers_continue():
    """Continuations of old headers hold messages without a mark of their own."""
    writer = Writer(old=True)
    kind, data = hdf5.text_attribute("model_config", EVIL, old=True)
    padded = hdf5.padded(data)
    block = struct.pack("<HHB3x", kind, len(padded), 0) + padded
    place = writer.put(block)
    root = writer.header((0x10, struct.pack("<QQ", place, len(block))))
    assert ids(scanned(writer.done(root))) == ["keras.dangerous-name"]


@pytest.mark.parametrize("flags", [0, 0x04, 0x10, 0x20, 0x34])
def test_optional_fields_of_headers_are_stepped_over(flags):
    """Times, limits and creation orders stand before the messages when a flag says so."""
    writer = Writer()
    kind, data = hdf5.text_attribute("model_config", EVIL)
    block = struct.pack("<BHB", kind, len(data), 0) + (bytes(2) if flags & 4 else b"") + data
    optional = bytes(16 if flags & 0x20 else 0) + bytes(4 if flags & 0x10 else 0)
    root = writer.put(b"OHDR" + bytes([2, flags | 2]) + optional + struct.pack("<I", len(block)) + block + bytes(4))
    assert ids(scanned(writer.done(root))) == ["keras.dangerous-name"]


@pytest.mark.parametrize("flags", [0, 4, 8, 16, 28])
def test_optional_fields_of_links_are_stepped_over(flags):
    """Type, creation order and character set stand before the name when a flag says so."""
    writer = Writer()
    inner = writer.header(hdf5.text_attribute("a", b"here"))
    link = bytes([1, flags]) + (b"\0" if flags & 8 else b"") + (bytes(8) if flags & 4 else b"")
    link += (b"\0" if flags & 16 else b"") + bytes([1]) + b"n" + struct.pack("<Q", inner)
    assert found(writer.done(writer.header((6, link)))) == [Attribute("a", (b"here",))]


def test_several_texts_of_an_attribute_are_read():
    """An attribute may be a list of texts, of fixed length or in a heap."""
    writer = Writer()
    heap = writer.heap(b"one", b"three")
    kind = struct.pack("<BBBBI", 0x19, 1, 0, 0, 16) + struct.pack("<BBBBI", 0x10, 0, 0, 0, 1) + bytes(4)
    value = struct.pack("<IQI", 3, heap, 1) + struct.pack("<IQI", 5, heap, 2) + struct.pack("<IQI", 0, 0, 0)
    made = hdf5._attribute("names", kind, value, old=False)
    fixed = hdf5._attribute("fixed", struct.pack("<BBBBI", 0x13, 0, 0, 0, 3), b"ab\0cd\0", old=False)
    data = writer.done(writer.header((0x0C, made), (0x0C, fixed)))
    assert found(data) == [Attribute("names", (b"one", b"three")), Attribute("fixed", (b"ab", b"cd"))]


@pytest.mark.parametrize("kind", [0x10, 0x11, 0x14, 0x15, 0x16, 0x17, 0x18])
def test_attributes_of_other_kinds_have_no_texts(kind):
    """Numbers, references and compounds are stepped over."""
    made = hdf5._attribute("n", struct.pack("<BBBBI", kind, 0, 0, 0, 8), bytes(8), old=False)
    writer = Writer()
    assert found(writer.done(writer.header((0x0C, made)))) == [Attribute("n", ())]


def test_files_elsewhere_are_told_once():
    """The same file that is named often is one finding."""
    writer = Writer()
    links = [hdf5.external_link(f"e{at}", "/etc/passwd") for at in range(5)]
    assert ids(scanned(writer.done(writer.header(*links)))) == ["hdf5.points-outside"]


def test_kinds_of_files_elsewhere_are_said():
    """A finding says how the file is pointed to."""
    writer = Writer()
    heap, offsets = writer.names(b"raw.bin")
    virtual = writer.heap(hdf5.virtual_sources("part.h5"))
    inside = (hdf5.outside_data(heap, offsets[0]), hdf5.virtual(virtual), hdf5.external_link("e", "o.h5"))
    assert found(writer.done(writer.header(*inside))) == [
        Elsewhere("external data", "raw.bin"),
        Elsewhere("virtual data set", "part.h5"),
        Elsewhere("external link", "o.h5"),
    ]


def test_more_objects_than_allowed_are_over_budget():
    """A file of many groups ends by the limit on members."""
    writer = Writer()
    inner = [writer.header() for _ in range(30)]
    data = writer.done(writer.header(*(hdf5.hard_link(f"g{at}", place) for at, place in enumerate(inner))))
    file = File(BytesBlob(data), Budget(Limits(members=10)))
    with pytest.raises(Exception, match="more than 10 members"):
        list(walk(file))


def test_shared_messages_are_stepped_over():
    """A message that only points to where it stands is not read as what it would be."""
    writer = Writer()
    block = struct.pack("<BHB", 0x0C, 4, 2) + bytes(4)
    root = writer.put(b"OHDR" + bytes([2, 2]) + struct.pack("<I", len(block)) + block + bytes(4))
    assert found(writer.done(root)) == []


LIES = {
    "attribute of version 9": lambda writer: writer.header((0x0C, bytes([9, 0]) + bytes(20))),
    "attribute breaks off": lambda writer: writer.header((0x0C, bytes([3, 0, 255, 0, 8, 0, 4, 0, 0]))),
    "group of no tree": lambda writer: writer.header((0x11, struct.pack("<QQ", 0, 0))),
    "heap of no attributes": lambda writer: writer.header((0x15, bytes(2) + struct.pack("<QQ", 8, 8))),
    "index of an unknown kind": lambda writer: writer.header(
        (0x15, bytes(2) + struct.pack("<QQ", _heap(writer), writer.tree(3, [bytes(17)])))
    ),
    "link beyond the end": lambda writer: writer.header(hdf5.hard_link("a", 1 << 40)),
    "link breaks off": lambda writer: writer.header((6, bytes([1, 0, 200]) + b"x")),
    "names in no heap": lambda writer: writer.header(hdf5.outside_data(8, 0)),
    "virtual in no heap": lambda writer: writer.header(hdf5.virtual(8)),
}


def _heap(writer):
    """A heap that is one."""
    return struct.unpack("<Q", writer.dense(0x15, b"x")[1][2:10])[0]


@pytest.mark.parametrize("lie", sorted(LIES))
def test_broken_structures_are_unread(lie):
    """Each structure that is not what it should be makes the file unread, and nothing else."""
    writer = Writer()
    data = writer.done(LIES[lie](writer))
    assert ids(scanned(data)) == ["file.unread"]


def test_cursors_do_not_read_beyond_the_end():
    """Numbers and bytes behind the end are a broken structure."""
    cursor = Cursor(b"\1\2\3")
    assert (cursor.number(2), cursor.left) == (0x201, 1)
    with pytest.raises(Unreadable):
        cursor.number(2)
    with pytest.raises(Unreadable):
        cursor.take(-1)


def tall():
    """A file with tall indexes of attributes and links."""
    writer = Writer()
    inner = writer.header(writer.tall(0x15, [hdf5.text_attribute(f"a{at}", b"x")[1] for at in range(7)]))
    return writer.done(writer.header(writer.tall(2, [hdf5.hard_link(f"l{at}", inner)[1] for at in range(7)])))


TALL = tall()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(TALL) - 1), st.binary(min_size=1, max_size=8), st.integers(0, 300))
def test_any_change_of_an_index_has_a_verdict(place, piece, cut):
    """No bytes that are changed in indexes and heaps make the reader fail."""
    data = bytearray(TALL)
    data[place : place + len(piece)] = piece
    assert "file.reader-failed" not in ids(scanned(bytes(data[: len(data) - cut])))
