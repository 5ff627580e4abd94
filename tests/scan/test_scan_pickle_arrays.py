"""Arrays of joblib and storages of torch: how many bytes they take, what is refused, what stands behind them."""

import pickle
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.layouts import (
    array_bytes,
    global_,
    joblib_file,
    storage,
    tensor,
    text,
    torch_legacy,
    wrapper,
)
from scanning import ids, on_disk, own, scanned

from seatrial.scan.blob import BytesBlob
from seatrial.scan.format import Unreadable
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.part import Part
from seatrial.scan.pickles import torch_legacy as legacy
from seatrial.scan.pickles.court import Court
from seatrial.scan.pickles.joblib import item_size
from seatrial.scan.pickles.reader import Broken
from seatrial.scan.pickles.values import Global, Instance, Mapping, Sequence

SYSTEM = global_("os", "system") + text("id") + b"\x85R"
DTYPE = Global("numpy", "dtype")


def kind(code, *, size=-1, flags=0, fields=None, callee=DTYPE):
    """A dtype as the machine has it."""
    state = Sequence("tuple", [3, "<", None, None, fields, size, size, flags])
    return Instance(callee, Sequence("tuple", [code, False, True]), 0, states=[state])


@pytest.mark.parametrize(
    ("code", "size"),
    [
        ("f8", 8), ("f4", 4), ("f2", 2), ("<f8", 8), (">i4", 4), ("=u2", 2), ("|b1", 1), ("?", 1), ("c8", 8),
        ("c16", 16), ("S5", 5), ("S", 1), ("a3", 3), ("U3", 12), ("<U10", 40), ("V8", 8), ("m8[ns]", 8),
        ("M8[25s]", 8), ("i1", 1), ("u8", 8),
    ],
)  # fmt: skip
def test_an_item_has_the_size_that_its_code_says(code, size):
    """Letters and digits, in any order of bytes; a text takes four bytes a character."""
    assert item_size(kind(code)) == size


@pytest.mark.parametrize("code", ["O", "O8", "|O", "O4"])
def test_items_that_are_objects_have_no_size(code):
    """They are pickled."""
    assert item_size(kind(code)) is None


@pytest.mark.parametrize("code", ["", "8f", "f8f8", "x4", "f8\n", " f8", "float64", "f-8", "[f8]", b"f8", 8, None, "U"])
def test_codes_that_numpy_does_not_write_break(code):
    """How many bytes follow is not known then."""
    with pytest.raises(Broken, match="the type of an array of joblib"):
        item_size(kind(code))


@pytest.mark.parametrize(
    ("made", "size"),
    [
        (kind("V16", size=16), 16),
        (kind("V16", size=24), 24),
        (kind("V16", size=0), 16),
        (kind("f8", flags=1), None),
        (kind("f8", flags=63), None),
        (kind("f8", flags=2), 8),
        (kind("V16", size=16, fields=Mapping(["a"], [Sequence("tuple", [kind("O"), 0])])), None),
        (kind("V16", size=16, fields=Mapping(["a"], [Sequence("tuple", [kind("f8"), 0])])), 16),
        (kind("V16", size=16, fields=Mapping(["a"], [Sequence("tuple", [])])), 16),
        (kind("f8", callee=Global("numpy.dtypes", "StringDType")), None),
        (Instance(DTYPE, Sequence("tuple", ["f8"]), 0), 8),
    ],
)
def test_the_state_of_a_type_counts(made, size):
    """Its size, the flag for objects and the types of its fields; a type of its own is pickled."""
    assert item_size(made) == size


@pytest.mark.parametrize(
    "made",
    [
        None,
        "f8",
        Global("numpy", "dtype"),
        kind(Global("numpy", "float64")),
        Instance(DTYPE, Sequence("tuple", []), 0),
        Instance(DTYPE, "f8", 0),
    ],
)
def test_what_is_no_type_breaks(made):
    """A name, a text and a type without a code say nothing."""
    with pytest.raises(Broken):
        item_size(made)


def nested(depth):
    """A type of one field of a type of one field."""
    made = kind("O")
    for _ in range(depth):
        made = kind("V8", size=8, fields=Mapping(["a"], [Sequence("tuple", [made, 0])]))
    return made


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_objects_are_found_in_fields_of_fields(depth):
    """A structure that holds objects anywhere is pickled."""
    assert item_size(nested(depth)) is None


def test_fields_are_followed_to_a_depth():
    """No type is nested deeper than a few levels, and one that holds itself ends."""
    with pytest.raises(Broken):
        item_size(nested(6))
    cycle = kind("V8", size=8, fields=Mapping(["a"], [Sequence("tuple", [])]))
    cycle.states[0].items[4].values[0].items.append(cycle)
    with pytest.raises(Broken):
        item_size(cycle)


@given(
    st.lists(st.integers(0, 6), min_size=0, max_size=3),
    st.sampled_from([("f8", 8), ("u1", 1), ("U2", 8), ("S3", 3)]),
    st.booleans(),
)
@settings(max_examples=50)
def test_any_array_is_skipped_to_the_byte(shape, code, aligned):
    """Empty ones too; what stands behind is read, and nothing of the array."""
    total = code[1]
    for each in shape:
        total *= each
    data = b"\xff" * total
    assert scanned(joblib_file(code[0], shape, data, aligned=aligned)).findings == ()
    assert scanned(joblib_file(code[0], shape, data, aligned=aligned, behind=SYSTEM)).verdict == "attack"


@pytest.mark.parametrize("padding", [0, 1, 15, 255])
def test_the_padding_before_an_array_is_told_by_its_first_byte(padding):
    """Joblib aligns arrays to sixteen bytes; any count is skipped."""
    body = b"\x80\x03](" + wrapper("u1", (4,)) + bytes([padding]) + b"\xff" * padding + b"\xee" * 4 + SYSTEM + b"e."
    assert ids(scanned(body)) == ["pickle.dangerous-call"]


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        (text("shape"), text("shapE"), "review"),
        (text("dtype"), text("dtypE"), "review"),
        (b"(J\2\0\0\0t", b"(J\xff\xff\xff\xfft", "review"),
        (b"(J\2\0\0\0t", text("2"), "review"),
        (b"(J\2\0\0\0t", b"K\2", "review"),
        (b"(J\2\0\0\0t", b"(" + text("2") + b"t", "review"),
        (b"(J\2\0\0\0t", b"(G" + bytes(8) + b"t", "review"),
        (b"(J\2\0\0\0t", b"(\x88K\2t", "clean"),
    ],
)
def test_an_array_of_unknown_extent_breaks(old, new, verdict):
    """Where its bytes end is not known: what stands behind was not read, and that is told."""
    file = joblib_file("f8", (2,), b"\xff" * 16, aligned=False)
    assert old in file
    found = scanned(file.replace(old, new))
    assert found.verdict == verdict
    assert verdict == "clean" or "pickle.malformed" in ids(found)


def test_a_wrapper_without_a_state_has_no_array():
    """Only what BUILD gave it tells that bytes follow."""
    made = global_("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81"
    assert scanned(b"\x80\x03" + made + b".").findings == ()
    assert "pickle.malformed" in ids(scanned(b"\x80\x03" + made + b"Nb."))


def test_a_wrapper_of_another_library_has_no_array():
    """Its state is a state; the next byte is an opcode."""
    body = wrapper("u1", (4,), aligned=False).replace(b"joblib.numpy_pickle", b"mypkg.numpy_pickle")
    assert ids(scanned(b"\x80\x03" + body + b".")) == ["pickle.unlisted-global"]


def test_scikit_learns_own_joblib_is_joblib():
    """Old versions brought it along."""
    body = wrapper("u1", (4,), aligned=False).replace(b"joblib.numpy_pickle", b"sklearn.externals.joblib.numpy_pickle")
    assert scanned(b"\x80\x03](" + body + b"\xff" * 4 + SYSTEM + b"e.").verdict == "attack"


def test_an_array_inside_a_frame_is_an_attack():
    """Joblib writes no frames around its arrays; readers of frames would take other bytes."""
    body = wrapper("u1", (4,), aligned=False) + b"\xff" * 4
    assert "pickle.cut-frame" in ids(scanned(b"\x80\x04\x95" + struct.pack("<Q", len(body) + 1) + body + b"."))


@pytest.mark.parametrize(("rows", "absurd"), [((1 << 37) - 1, False), (1 << 37, True)])
def test_an_array_of_terabytes_is_an_attack(rows, absurd):
    """From a terabyte on nobody can have meant it; below, it is only not there."""
    state = wrapper("f8", (1,)).replace(b"(J\1\0\0\0t", b"(\x8a\6" + struct.pack("<Q", rows)[:6] + b"t")
    found = scanned(b"\x80\x03" + state + b"\1\xff.")
    assert ("pickle.absurd-size" in ids(found)) == absurd
    assert found.verdict == ("attack" if absurd else "unread")


@pytest.mark.parametrize("inner", [pickle.dumps([1, "a"], 3), pickle.dumps(None, 2), b"]."])
def test_an_array_of_objects_goes_on_behind_its_pickle(inner):
    """Joblib loads one pickle, and the stream goes on right behind it."""
    assert scanned(joblib_file("O", (1,), inner, aligned=False)).verdict == "clean"
    assert scanned(joblib_file("O", (1,), inner, aligned=False, behind=SYSTEM)).verdict == "attack"


def skipped(name, count, data, keys=("k",)):
    """Where the storages end."""
    court = Court(Part(BytesBlob(b""), "x", lambda part: iter(()), Budget(Limits())))
    court.storages["k"] = Global("torch", name)
    return legacy.skip_storages(court, BytesBlob(struct.pack("<q", count) + data), 0, list(keys))


@pytest.mark.parametrize("name", sorted(legacy._SIZES))
def test_a_storage_takes_its_count_and_its_elements(name):
    """Of every type of torch: exactly so many bytes, and not one fewer."""
    size = legacy._SIZES[name]
    assert skipped(name, 3, bytes(3 * size)) == 8 + 3 * size
    assert skipped(name, 0, b"") == 8
    with pytest.raises(Unreadable, match="of 3 elements is not there"):
        skipped(name, 3, bytes(3 * size - 1))


@pytest.mark.parametrize("count", [-1, -(2**63), 2**62])
def test_a_storage_of_an_impossible_count_is_unread(count):
    """Below nothing or beyond every file."""
    with pytest.raises(Unreadable, match="is not there"):
        skipped("FloatStorage", count, bytes(100))


@pytest.mark.parametrize(("name", "keys"), [("OddStorage", ["k"]), ("FloatStorage", ["other"]), ("FloatStorage", [5])])
def test_a_storage_of_no_known_size_is_unread(name, keys):
    """A class that torch has not, a key that no tensor has, and one that is no text."""
    with pytest.raises(Unreadable, match="no known element size"):
        skipped(name, 1, bytes(100), keys)


def test_no_storages_end_where_they_begin():
    """A file of no tensors has none."""
    assert skipped("FloatStorage", 0, b"", ()) == 0


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.binary(min_size=1, max_size=5))
@settings(max_examples=40)
def test_old_files_of_torch_end_where_their_storages_do(counts, behind):
    """Whatever tensors there are, all of the file is accounted for, and what stands behind is told."""
    body = b"](" + b"".join(tensor(str(at), count) for at, count in enumerate(counts)) + b"e"
    data = torch_legacy(body, [(str(at), count, 4) for at, count in enumerate(counts)])
    assert scanned(data).findings == ()
    tail = b"!" + behind
    (found,) = own(scanned(data + tail), "pickle.trailing-data")
    assert found.offset == len(data)


@pytest.mark.parametrize("left_out", [1, 4, 11, 12, 13])
def test_an_old_file_of_torch_that_is_cut_is_unread(left_out):
    """In the last element, at its count and before it."""
    data = torch_legacy(tensor("0", 1), [("0", 1, 4)])
    assert scanned(data[:-left_out]).verdict == "unread"


@pytest.mark.parametrize(
    ("pid", "known"),
    [
        (storage("0", 3), True),
        (storage("0", 3, view=b"(" + text("1") + b"K\0K\3t"), True),
        (storage("0", 3, view=b"(" + text("1") + b"K\0t"), False),
        (storage("0", 3, view=text("1")), False),
        (b"(" + text("storage") + global_("torch", "FloatStorage") + text("0") + text("cpu") + b"K\1tQ", True),
        (b"(" + text("storage") + global_("torch", "FloatStorage") + b"K\0" + text("cpu") + b"K\1tQ", False),
        (b"(" + text("storage") + global_("torch", "FloatStorage") + text("0") + b"N" + b"K\1tQ", False),
        (
            b"(" + text("storage") + global_("torch", "FloatStorage") + text("0") + text("cpu") + text("1") + b"tQ",
            False,
        ),
        (b"(" + text("storage") + global_("torch", "FloatStorage") + text("0") + text("cpu") + b"\x8a\1\xfftQ", False),
        (b"(" + text("storage") + global_("numpy", "ndarray") + text("0") + text("cpu") + b"K\1tQ", False),
        (b"(" + text("storage") + global_("torch", "FloatStorage") + text("0") + text("cpu") + b"tQ", False),
        (b"(" + text("module") + global_("torch", "Tensor") + text("a") + text("b") + b"tQ", True),
        (b"(" + text("module") + global_("torch", "Tensor") + text("a") + b"tQ", False),
        (b"(" + text("module") + text("torch") + text("a") + text("b") + b"tQ", False),
        (b")Q", False),
        (b"NQ", False),
        (b"(K\1tQ", False),
    ],
)
def test_ids_are_those_that_torch_writes(pid, known):
    """Class, key, place and count of the right kinds, a view of three; all else is for review."""
    found = scanned(b"\x80\x02" + pid + b".")
    assert ("pickle.persistent-id" in ids(found)) != known
    assert not known or found.findings == ()


def test_a_storage_whose_class_is_dangerous_is_an_attack():
    """The class is imported, whatever the id is."""
    pid = b"(" + text("storage") + global_("os", "system") + text("0") + text("cpu") + b"K\1tQ"
    assert {"pickle.persistent-id", "pickle.dangerous-reference"} == set(ids(scanned(b"\x80\x02" + pid + b".")))


def test_a_file_on_disk_is_judged_as_one_in_memory(tmp_path):
    """Arrays are skipped in files as in bytes."""
    data = joblib_file("f8", (3, 2), array_bytes((3, 2), 8), behind=SYSTEM)
    assert ids(on_disk(tmp_path, data)) == ids(scanned(data))
