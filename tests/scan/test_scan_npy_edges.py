"""NumPy's arrays at their boundaries: the size of every type, lengths of headers, dimensions and versions."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.looking import ids, seen
from making.tensors import npy

SIZES = [
    *(("|b1", 1), ("|i1", 1), ("|u1", 1), ("<i2", 2), (">u2", 2), ("<i4", 4), (">u4", 4), ("<i8", 8), ("=u8", 8)),
    *(("<f2", 2), ("<f4", 4), (">f8", 8), ("<f16", 16), ("<c8", 8), ("<c16", 16), ("<c32", 32)),
    *(("|S1", 1), ("|S7", 7), ("|S0", 0), ("<U1", 4), (">U3", 12), ("|V5", 5), ("|a3", 3)),
    *(("<M8[ns]", 8), ("<m8[25s]", 8), ("<M8", 8), ("?", 1), ("b", 1), ("B", 1), ("h", 2), ("e", 2)),
    *(("i", 4), ("I", 4), ("f", 4), ("d", 8), ("q", 8), ("Q", 8), ("<i", 4)),
]
PICKLE = b"\x80\x02]q\x00."


def evidence(data):
    """Ids with what they show."""
    return [(each.id, each.evidence) for each in seen(data).findings]


def raw_header(text, length, version=2):
    """An array's head whose header has exactly so many bytes."""
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<I", length) + text.encode().ljust(length)


@pytest.mark.parametrize(("dtype", "size"), SIZES)
def test_every_type_takes_its_bytes(dtype, size):
    """Three elements are clean in exactly their bytes, unread in one fewer, for a person with one more."""
    wanted = 3 * size
    assert ids(npy((dtype, (3,)), bytes(wanted))) == []
    assert ids(npy((dtype, (3,)), bytes(wanted) + b"?"))[-1] == "npy.trailing-bytes"
    if wanted:
        assert ids(npy((dtype, (3,)), bytes(wanted - 1))) == ["file.unread"]


@pytest.mark.parametrize(
    "dtype",
    ["", "x4", "<x4", "<f8;", "<f8 ", "<<f8", "f-8", "<f99999999999", "<M8[ns", "M8[;]", "np.f8", "é4", "<i4\n"],
)
def test_a_type_that_numpy_does_not_have_could_not_be_read(dtype):
    """A name that is no type code is a reason, and is shown."""
    assert evidence(npy((dtype, (1,)), bytes(8))) == [("file.unread", f"as npy: its dtype {dtype!r} is unknown")]


@pytest.mark.parametrize(
    ("dtype", "size"),
    [
        ([("a", "<i4"), ("b", "<f8")], 12),
        ([("a", "<i4", (2, 3))], 24),
        ([("a", "<i4", 5)], 20),
        ([("a", [("b", "<i2"), ("c", "|S3")], (2,))], 10),
        ([(("title", "a"), "<i4")], 4),
        ([("a", "<i4", (0,))], 0),
        ([("a", "<i4", ())], 4),
        ([], 0),
        (("<i4", (2, 2)), 16),
        ((("<i4", (2,)), (3,)), 24),
    ],
)
def test_records_take_the_sum_of_their_fields(dtype, size):
    """Fields, titles, sub-arrays and records within records are summed."""
    assert ids(npy((dtype, (2,)), bytes(2 * size))) == []
    assert ids(npy((dtype, (2,)), bytes(2 * size + 1))) == ["npy.trailing-bytes"]


@pytest.mark.parametrize(
    ("dtype", "reason"),
    [
        ([("a",)], "its dtype \"[('a',)]\" is unknown"),
        ([("a", "<i4", (1,), 1)], "its dtype \"[('a', '<i4', (1,), 1)]\" is unknown"),
        ([1], "its dtype '[1]' is unknown"),
        (7, "its dtype '7' is unknown"),
        (None, "its dtype 'None' is unknown"),
        ({"names": ["a"]}, "its dtype \"{'names': ['a']}\" is unknown"),
        ([("a", "<i4", (-1,))], "its dtype has the shape (-1,)"),
        ([("a", "<i4", "2")], "its dtype has the shape 2"),
        ([("a", "<i4", (1,) * 65)], f"its dtype has the shape {str((1,) * 65)[:60]}"),
    ],
)
def test_records_that_are_none_could_not_be_read(dtype, reason):
    """What is no field, no type or no shape is a reason."""
    assert evidence(npy((dtype, (1,)), bytes(8))) == [("file.unread", f"as npy: {reason}")]


@pytest.mark.parametrize(("levels", "verdict"), [(18, "clean"), (20, "unread")])
def test_records_nest_to_a_depth(levels, verdict):
    """A record within a record within a record ends somewhere."""
    dtype = "<i4"
    for _ in range(levels):
        dtype = [("a", dtype)]
    assert seen(npy((dtype, (1,)), bytes(4))).verdict == verdict


@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        ((1, 0), "clean"),
        ((2, 0), "clean"),
        ((3, 0), "clean"),
        ((0, 0), "unread"),
        ((1, 1), "unread"),
        ((4, 0), "unread"),
    ],
)
def test_versions_are_three(version, verdict):
    """Each published version is read; of any other nobody knows what follows."""
    assert seen(npy(("<i4", (1,)), bytes(4), version)).verdict == verdict


def test_names_of_fields_are_utf8_in_version_three_only():
    """A field's name beyond Latin-1 needs version 3, and is clean there."""
    assert seen(npy(([("温度", "<f4")], (1,)), bytes(4), (3, 0))).verdict == "clean"


@pytest.mark.parametrize(
    ("length", "wanted"),
    [
        (9_999, []),
        (10_000, []),
        (10_001, ["npy.long-header"]),
        (1_000_000, ["npy.long-header"]),
        (1_000_001, ["file.unread", "npy.long-header"]),
    ],
)
def test_headers_have_the_length_that_numpy_allows(length, wanted):
    """Ten thousand bytes are read, more is for a person, a hundred times that is not parsed."""
    text = "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}"
    assert ids(raw_header(text, length) + b"\0") == wanted


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '|u1', 'fortran_order': False}",
        "{'descr': '|u1', 'shape': (1,)}",
        "{'fortran_order': False, 'shape': (1,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'more': 1}",
        "{}",
        "('descr', 'fortran_order', 'shape')",
        "'descr'",
        "None",
    ],
)
def test_a_header_has_three_keys(header):
    """One key less, one more, and what is no dictionary are the same reason."""
    reason = "as npy: its header has other keys than descr, fortran_order and shape"
    assert evidence(npy(header, b"\0")) == [("file.unread", reason)]


@pytest.mark.parametrize(
    "shape",
    ["(-1,)", "[1]", "1", "None", "'1'", "(1.0,)", "('a',)", "(None,)", f"({1 << 62},)", f"({1 << 40}, {1 << 40})"],
)
def test_shapes_that_no_array_has_are_attacks(shape):
    """Below nought, of another kind, or more than any address can count."""
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}}}"
    found = seen(npy(header, b"\0"))
    assert (found.verdict, [each.id for each in found.findings]) == ("attack", ["npy.impossible-shape"])


@pytest.mark.parametrize(
    ("shape", "verdict"),
    [((), "clean"), ((0,), "clean"), ((0, 1 << 40), "clean"), ((1,) * 64, "clean"), ((1,) * 65, "unread")],
)
def test_rare_shapes_are_honest(shape, verdict):
    """Scalars, empty arrays, and as many dimensions as NumPy has."""
    assert seen(npy(("|u1", shape), bytes(math.prod(shape)))).verdict == verdict


def test_the_largest_possible_array_is_a_cut_one():
    """One element below the impossible, the file is only too short."""
    assert ids(npy(("|u1", ((1 << 62) - 1,)))) == ["file.unread"]


@pytest.mark.parametrize(
    "header",
    [
        "__import__('os').system('id')",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (open('/etc/passwd'),)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': [x for x in (1,)]}",
        "{'descr': f'<f4', 'fortran_order': False, 'shape': (1, 2)[0:1]}",
        "lambda: 1",
        "{'descr': name, 'fortran_order': False, 'shape': (1,)}",
    ],
)
def test_expressions_are_shown_as_they_stand(header):
    """What has to be evaluated is an attack, and its text is the evidence."""
    assert evidence(npy(header, b"\0")) == [("npy.code-in-header", header)]


@pytest.mark.parametrize("header", ["{", "{'descr': }", "descr = 1", "(" * 41 + ")" * 41, "---1", "0xff", "{[]: 1}"])
def test_what_is_no_literal_of_numpys_could_not_be_read(header):
    """Broken syntax, statements, endless nesting, and numbers as nobody writes them are unread."""
    assert seen(npy(header, b"\0")).verdict == "unread"


@pytest.mark.parametrize(
    ("start", "wanted"),
    [
        (PICKLE, ["npy.objects"]),
        (b"(lp0\n.", ["npy.objects", "npy.objects-not-pickled"]),
        (b"\x93NUMPY", ["file.unread", "npy.objects", "npy.objects-not-pickled"]),
    ],
)
def test_objects_are_a_pickle_of_numpys(start, wanted):
    """Protocol 2 and later is what NumPy writes; anything else in its place is for a person."""
    assert set(wanted) <= set(ids(npy(("|O", (1,)), start)))


def test_a_second_array_of_objects_counts():
    """What stands behind an honest array in the same file is looked at as NumPy would load it."""
    evil = b"\x80\x02cposix\nsystem\nX\x02\x00\x00\x00id\x85R."
    found = seen(npy(("<i4", (1,)), bytes(4)) + npy(("|O", (1,)), evil))
    assert found.verdict == "attack"
    assert {each.member for each in found.findings if each.severity == "attack"} == {"data"}


_ARRAYS = st.lists(st.tuples(st.sampled_from(SIZES), st.lists(st.integers(0, 3), max_size=3)), min_size=1, max_size=4)


@given(_ARRAYS)
def test_arrays_side_by_side_are_clean(arrays):
    """However many arrays of whatever types and shapes are saved into one file, all are read and clean."""
    parts = [npy((dtype, tuple(shape)), bytes(math.prod(shape) * size)) for (dtype, size), shape in arrays]
    assert seen(b"".join(parts)).verdict == "clean"
