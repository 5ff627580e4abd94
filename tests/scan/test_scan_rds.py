"""R's objects."""

import gzip
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.looking import ids, mutated, seen
from making.native import FRAME, MODEL, R, rds

SYSTEM = R.call("system", R.strings("id"))
_LINES = [
    *("A", 3, 262913, 197888, 5, "UTF-8", 531, 2, 13, 2, 1, "NA", 16, 1, 262153, 4, r"a\040bc"),
    *(1026, 1, 262153, 5, "names", 16, 0, 254, ""),
]
ASCII = "\n".join(map(str, _LINES)).encode()
BYTECODE = R.ints(21, 1) + R.ints(13, 2, 12, 1) + R.ints(3, 244, 0, 6) + R.nil + R.ints(1) + R.symbol("f") + (
    R.ints(254) + R.nil + R.ints(243, 0) + R.ints(14) + R.reals(1.0)
)  # fmt: skip


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("prefix", [b"", b"RDX3\n"])
@pytest.mark.parametrize("item", [FRAME, MODEL, R.nil, R.environment(x=R.reals(1.0)), R.strings("a")])
def test_data_frames_and_models_are_clean(item, prefix, version):
    """Vectors, attributes, formulas and calls that nobody evaluates are clean."""
    found = seen(rds(item, version, prefix))
    assert (found.verdict, found.formats) == ("clean", ("rds",))


def test_native_and_text_files_are_read():
    """R's three ways of writing are all read."""
    native = b"B\n" + struct.pack("<iii", 2, 0x40301, 0x20300) + struct.pack("<iid", 14, 1, 0.5)
    assert [seen(each).verdict for each in (native, ASCII)] == ["clean", "clean"]


def test_compressed_files_are_read():
    """What saveRDS writes by default is a gzip."""
    assert seen(gzip.compress(rds(R.promise(R.unbound, SYSTEM)))).verdict == "attack"


def test_compact_vectors_of_r_itself_are_clean():
    """A range is stored as its ends."""
    information = (
        R.ints(2) + R.symbol("compact_intseq") + R.ints(2) + R.symbol("base") + R.ints(2) + R.ints(13, 1, 1) + R.nil
    )
    assert seen(rds(R.ints(238) + information + R.reals(3, 1, 1) + R.nil)).verdict == "clean"


def test_a_reference_names_what_stood_before():
    """A symbol that is used again is a number, and is still seen."""
    again = struct.pack(">i", 1 << 8 | 255)
    item = R.vector(R.symbol("system"), R.ints(6) + again + R.nil)
    assert ids(rds(item)) == ["rds.command"]


@pytest.mark.parametrize(
    "item",
    [
        R.promise(R.unbound, SYSTEM),
        R.promise(R.unbound, R.call("c", R.reals(1.0))),
        R.vector(R.reals(1.0), R.promise(R.unbound, SYSTEM)),
        R.pairs(x=R.promise(R.unbound, SYSTEM)),
        R.strings("a", attributes=R.pairs(names=R.promise(R.unbound, SYSTEM))),
        R.environment(x=R.promise(R.unbound, R.call("c", SYSTEM))),
        R.environment(x=R.promise(R.unbound, R.call("eval", R.call("parse", R.strings("x"))))),
    ],
)
def test_promises_that_are_still_to_run_are_attacks(item):
    """CVE-2024-27322, at the top, in lists, in attributes and in environments."""
    assert "rds.promise" in ids(rds(item))


@pytest.mark.parametrize(
    ("rule", "item"),
    [
        ("function", R.closure(R.call("+", R.symbol("x"), R.reals(1.0)))),
        ("function", R.closure(BYTECODE)),
        ("lazy-argument", R.environment(x=R.promise(R.unbound, R.call("c", R.symbol("y"))))),
        ("command", R.vector(SYSTEM)),
        ("other-package", R.ints(238) + R.pairs(a=R.symbol("evilpkg")) + R.nil + R.nil),
    ],
)
def test_code_that_somebody_may_run_is_for_a_person(rule, item):
    """Functions, lazy arguments, commands in expressions and other packages' vectors are reviewed."""
    found = seen(rds(item))
    assert (found.verdict, f"rds.{rule}" in ids(rds(item))) == ("review", True)


def test_a_promise_that_has_its_value_is_honest():
    """What a function was called with is kept as a promise that has run."""
    assert seen(rds(R.environment(x=R.promise(R.reals(1.0), R.symbol("y"))))).verdict == "clean"


def test_pointers_are_good_to_know():
    """A model of a library in C holds an empty pointer."""
    assert (ids(rds(R.ints(22) + R.nil + R.nil)), seen(rds(R.ints(22) + R.nil + R.nil)).verdict) == (
        ["rds.pointer"],
        "clean",
    )


@pytest.mark.parametrize("item", [R.ints(14, -5), R.ints(14, -1, 1 << 20, 0), R.ints(9, -7)])
def test_impossible_lengths_are_attacks(item):
    """Lengths below nought or beyond every memory are attacks."""
    assert ids(rds(item)) == ["rds.impossible-length"]


@pytest.mark.parametrize(
    "item", [R.ints(14, 1 << 30), R.ints(99), R.ints(1, 13), R.ints(255 | 7 << 8), R.ints(19, 5), b""]
)
def test_what_breaks_off_or_is_not_known_could_not_be_read(item):
    """Cut files, unknown types and references to nothing are unread."""
    assert seen(rds(item)).verdict == "unread"


def test_a_list_nested_twenty_thousand_deep_is_read_without_recursion():
    """Depth costs memory, not the stack."""
    assert seen(rds(R.ints(19, 1) * 20_000 + R.nil)).verdict == "clean"


@given(
    st.sampled_from([rds(MODEL), rds(R.closure(BYTECODE)), ASCII]),
    st.integers(0),
    st.integers(0, 255),
    st.integers(0, 200),
)
def test_any_change_still_gives_a_verdict(data, place, byte, cut):
    """Whatever is changed, the reader does not fail."""
    assert "file.reader-failed" not in ids(mutated(data, place, byte, cut))


@given(st.lists(st.integers(0, 300) | st.integers(-(1 << 31), (1 << 31) - 1), max_size=60))
def test_any_run_of_integers_gives_a_verdict(numbers):
    """Whatever types and counts follow each other, the reader does not fail."""
    assert "file.reader-failed" not in ids(rds(R.ints(*numbers)))
