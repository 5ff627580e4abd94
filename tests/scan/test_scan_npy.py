"""NumPy's arrays."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.looking import ids, mutated, seen
from making.tensors import npy

NESTED = "<f8"
for _ in range(30):
    NESTED = (NESTED, (1,))
HONEST = npy(("<f8", (2, 3)), b"\x00" * 48)
CODE = "__import__('os').system('id')"
CODED = f"{{'descr': {CODE}, 'fortran_order': False, 'shape': (1,)}}"


def shaped(shape):
    """A header with a shape as text."""
    return f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}"


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
@pytest.mark.parametrize(
    ("descr", "shape", "size"),
    [
        ("<f8", (2, 3), 48),
        ("|b1", (), 1),
        ("<U5", (3,), 60),
        ("|S7", (2,), 14),
        ("<M8[ns]", (4,), 32),
        ("<c16", (0, 5), 0),
        ([("a", "<i4"), ("b", [("c", "<f2", (2, 2))])], (3,), 36),
        ([(("title", "a"), "<i8")], (1,), 8),
        ([("", "|V4"), ("x", "|u1")], (2,), 10),
    ],
)
def test_plain_arrays_of_every_version_are_clean(version, descr, shape, size):
    """A plain or structured array with the bytes that it declares is clean."""
    found = seen(npy((descr, shape), b"\x00" * size, version))
    assert (found.verdict, found.formats) == ("clean", ("npy",))


def test_numpys_own_files_are_clean(tmp_path):
    """What numpy.save writes, several times on one file too, is clean."""
    numpy = pytest.importorskip("numpy")
    with (tmp_path / "x.npy").open("wb") as file:
        numpy.save(file, numpy.zeros((3, 2), "f4", order="F"))
        numpy.save(file, numpy.array([("a", 1)], dtype=[("n", "U3"), ("k", "i8")]))
    assert seen((tmp_path / "x.npy").read_bytes()).verdict == "clean"


def test_headers_of_python_2_are_read():
    """The long integers of Python 2 are numbers."""
    assert seen(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2L,), }", b"\x00" * 8)).verdict == "clean"


@pytest.mark.parametrize("descr", ["|O", [("a", "<i4"), ("b", "|O")], [("a", [("b", "|O8", (2,))])]])
def test_objects_are_said_and_their_pickle_is_looked_at(descr):
    """An array with objects anywhere in its elements is known to hold a pickle."""
    data = pickle.dumps([1, 2], protocol=3)
    assert "npy.objects" in ids(npy((descr, (2,)), data))


def test_objects_that_are_no_pickle_of_numpys_are_for_a_person():
    """A text pickle in place of NumPy's is nothing that NumPy wrote."""
    assert "npy.objects-not-pickled" in ids(npy(("|O", (1,)), b"cos\nsystem\n(S'id'\ntR."))


@pytest.mark.parametrize("header", [CODE, CODED, "dict(a=1)"])
def test_code_in_the_header_is_an_attack(header):
    """A header that has to be evaluated is made for readers that evaluate."""
    assert seen(npy(header)).verdict == "attack"


@pytest.mark.parametrize("shape", ["(-1,)", "(1 << 70,)", "(4611686018427387904, 4)", "(True, -2)"])
def test_shapes_that_no_array_has_are_attacks(shape):
    """Negative, overflowing and computed sizes are attacks."""
    assert seen(npy(shaped(shape))).verdict == "attack"


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<q9x', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8', 'shape': (1,)}",
        "[" * 3000,
        shaped("-" * 5000 + "1"),
        shaped("(0x" + "f" * 9000 + ",)"),
        "{[]: 1}",
        shaped("(" + "1," * 100 + ")"),
        str({"descr": NESTED, "fortran_order": False, "shape": ()}),
        "not a literal (",
    ],
)
def test_headers_that_say_nothing_known_could_not_be_read(header):
    """What NumPy would not understand is unread and no crash."""
    assert seen(npy(header)).verdict == "unread"


def test_a_header_longer_than_numpys_own_limit_is_for_a_person():
    """NumPy refuses headers over 10,000 characters."""
    fields = [(f"field{number}", "<f4") for number in range(1000)]
    assert ids(npy((fields, (1,)), b"\x00" * 4000)) == ["npy.long-header"]


def test_bytes_behind_the_array_are_told():
    """What NumPy would not read is told."""
    assert ids(HONEST + b"more") == ["npy.trailing-bytes"]


@pytest.mark.parametrize("size", range(0, len(HONEST) - 1, 5))
def test_a_cut_array_could_not_be_read(size):
    """However an array is cut it is unread: never clean, never a crash."""
    assert seen(HONEST[:size]).verdict == "unread"


@given(st.integers(0), st.integers(0, 255), st.integers(0, 100))
def test_any_change_still_gives_a_verdict(place, byte, cut):
    """Whatever is changed, the reader does not fail."""
    assert "file.reader-failed" not in ids(mutated(HONEST, place, byte, cut))


@given(st.text(max_size=200), st.binary(max_size=50))
def test_any_header_gives_a_verdict(header, data):
    """Whatever the header says, the reader does not fail."""
    assert "file.reader-failed" not in ids(npy(header, data, (3, 0)))
