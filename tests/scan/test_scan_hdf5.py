"""HDF5: attributes of all storages are read, other files are found, data are not touched."""

import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import hdf5s as hdf5
from making.hdf5s import Writer
from scanning import ids, scanned

EVIL = json.dumps({"class_name": "Lambda", "config": {"module": "os", "function": "system"}}).encode()
HONEST = json.dumps({"class_name": "Dense", "config": {"units": 3}}).encode()


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("old", [False, True])
def test_model_configs_are_read(old, long):
    """Old and new headers, texts in place and in a heap."""
    assert ids(scanned(hdf5.with_attribute("model_config", EVIL, old, long))) == ["keras.dangerous-name"]
    found = scanned(hdf5.with_attribute("model_config", HONEST, old, long))
    assert (found.verdict, found.formats) == ("clean", ("hdf5",))


def test_dense_attributes_are_read():
    """Many attributes stand in a fractal heap with an index of their own."""
    writer = Writer()
    attributes = [hdf5.text_attribute("a", b"x")[1], hdf5.text_attribute("model_config", EVIL)[1]]
    found = scanned(writer.done(writer.header(writer.dense(0x15, *attributes))))
    assert ids(found) == ["keras.dangerous-name"]


def test_dense_links_are_followed():
    """Many links stand there too; soft links stay within the file."""
    writer = Writer()
    inner = writer.header(hdf5.text_attribute("model_config", EVIL))
    links = [hdf5.hard_link("g", inner)[1], hdf5.soft_link("s", "/g")[1]]
    assert ids(scanned(writer.done(writer.header(writer.dense(2, *links))))) == ["keras.dangerous-name"]


def test_continued_headers_are_read():
    """A header may go on elsewhere."""
    writer = Writer()
    root = writer.continued(hdf5.text_attribute("model_config", EVIL))
    assert ids(scanned(writer.done(root))) == ["keras.dangerous-name"]


def test_groups_of_both_forms_are_walked():
    """Attributes of inner groups count, through links and through symbol tables."""
    for old in (False, True):
        writer = Writer(old)
        inner = writer.header(hdf5.text_attribute("training_config", EVIL, old))
        root = writer.header(writer.group(inner)) if old else writer.header(hdf5.hard_link("g", inner))
        assert ids(scanned(writer.done(root))) == ["keras.dangerous-name"]


def pointing(kind, path):
    """A file that points to another one."""
    writer = Writer()
    if kind == "link":
        return writer.done(writer.header(hdf5.external_link("e", path)))
    if kind == "dense link":
        return writer.done(writer.header(writer.dense(2, hdf5.external_link("e", path)[1])))
    if kind == "data":
        heap, offsets = writer.names(path.encode())
        return writer.done(writer.header(hdf5.outside_data(heap, offsets[0])))
    return writer.done(writer.header(hdf5.virtual(writer.heap(hdf5.virtual_sources(path)))))


@pytest.mark.parametrize("kind", ["data", "dense link", "link", "virtual"])
def test_other_files_are_found(kind):
    """Outside the folder an attack, beside the file for review."""
    for path in ("/etc/passwd", "../../secret.h5", "a/../../b", "C:\\x"):
        assert ids(scanned(pointing(kind, path))) == ["hdf5.points-outside"]
    assert ids(scanned(pointing(kind, "part2.h5"))) == ["hdf5.other-file"]


def test_virtual_data_sets_of_the_same_file_are_clean():
    """A dot means this file; any later source counts."""
    assert scanned(pointing("virtual", ".")).verdict == "clean"
    writer = Writer()
    heap = writer.heap(hdf5.virtual_sources(".", "/etc/passwd"))
    assert ids(scanned(writer.done(writer.header(hdf5.virtual(heap))))) == ["hdf5.points-outside"]


def test_pickles_in_attributes_are_scanned():
    """PyTables unpickles attributes that look like pickles."""
    found = scanned(hdf5.with_attribute("title", b"cos\nsystem\n(S'id'\ntR."))
    assert found.verdict == "attack"
    assert found.findings[0].member == "@title"
    assert scanned(hdf5.with_attribute("title", pickle.dumps([1, 2]))).verdict == "clean"
    assert scanned(hdf5.with_attribute("title", b"(just a text in brackets.)")).verdict == "clean"


def test_pickled_rows_are_scanned():
    """Rows of objects are pickles in heaps; only a store that says so is searched for them."""
    payload = b"cos\nsystem\n(S'id'\ntR."
    writer = Writer()
    writer.heap(pickle.dumps("a"), payload)
    root = writer.header(hdf5.text_attribute("PSEUDOATOM", b"object"))
    found = scanned(writer.done(root))
    assert next(each.member for each in found.findings if each.severity == "attack") == "row 1"


def test_user_blocks_are_stepped_over():
    """The superblock may stand behind a block of another program, as MATLAB's do; addresses count from there."""
    data = hdf5.with_attribute("model_config", EVIL)
    assert ids(scanned(b"MATLAB 7.3 MAT-file".ljust(512, b" ") + data)) == ["keras.dangerous-name"]


def test_loops_end():
    """A group that is its own member, and a header that continues in itself, end."""
    writer = Writer()
    address = len(writer.data)
    root = writer.header(hdf5.hard_link("self", address))
    assert (root, scanned(writer.done(root)).verdict) == (address, "clean")
    writer = Writer()
    place = len(writer.data)
    block = b"\x10\x10\x00\x00" + place.to_bytes(8, "little") + (28).to_bytes(8, "little")
    loop = writer.put(b"OCHK" + block + bytes(4))
    root = writer.header((0x10, loop.to_bytes(8, "little") + (28).to_bytes(8, "little")))
    assert scanned(writer.done(root)).verdict == "unread"


BROKEN = {
    "address beyond the end": lambda data: data[:36] + (1 << 40).to_bytes(8, "little") + data[44:],
    "no header": lambda data: data.replace(b"OHDR", b"XXXX"),
    "truncated": lambda data: data[: len(data) // 2],
    "unknown superblock": lambda data: data[:8] + b"\x09" + data[9:],
    "odd address size": lambda data: data[:9] + b"\x07" + data[10:],
}


@pytest.mark.parametrize("how", sorted(BROKEN))
def test_broken_files_are_unread(how):
    """What cannot be followed was not judged."""
    assert scanned(BROKEN[how](hdf5.with_attribute("model_config", HONEST))).verdict == "unread"


def test_texts_outside_their_heaps_are_unread():
    """A text that its heap does not have was not judged."""
    writer = Writer()
    heap = writer.heap(b"x")
    root = writer.header(hdf5.long_attribute("model_config", heap, 10, index=7))
    assert scanned(writer.done(root)).verdict == "unread"


def large():
    """A file with every structure."""
    writer = Writer()
    heap = writer.heap(HONEST, hdf5.virtual_sources("a.h5"))
    inner = writer.header(hdf5.long_attribute("model_config", heap, len(HONEST)), hdf5.virtual(heap))
    dense = writer.dense(0x15, hdf5.text_attribute("a", b"x")[1], hdf5.text_attribute("b", HONEST)[1])
    links = writer.dense(2, hdf5.hard_link("g", inner)[1], hdf5.external_link("e", "b.h5")[1])
    names, offsets = writer.names(b"raw.bin")
    outside = writer.header(hdf5.outside_data(names, offsets[0]), hdf5.soft_link("s", "/g"))
    return writer.done(writer.header(dense, links, hdf5.hard_link("o", outside)))


def old_one():
    """A file of the old form."""
    writer = Writer(old=True)
    inner = writer.header(hdf5.text_attribute("model_config", HONEST, old=True))
    return writer.done(writer.header(writer.group(inner, inner)))


WHOLE = {"new": large(), "old": old_one()}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 1 << 16), st.binary(min_size=1, max_size=8), st.integers(0, 600))
def test_any_change_of_a_file_has_a_verdict(which, place, piece, cut):
    """No bytes that are changed, and no end that is cut, make the reader fail."""
    data = bytearray(WHOLE[which])
    place %= len(data)
    data[place : place + len(piece)] = piece
    assert "file.reader-failed" not in ids(scanned(bytes(data[: len(data) - cut])))


def test_whole_files_are_what_their_parts_say():
    """The large file has three findings, of the three ways to another file."""
    assert ids(scanned(WHOLE["new"])) == ["hdf5.other-file"] * 3
    assert scanned(WHOLE["old"]).verdict == "clean"
