"""R's objects: each kind of item at its boundaries, and commands beside honest calls."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.looking import seen
from making.native import R, rds


def evidence(item, version=3):
    """Ids with what they show."""
    return [(each.id, each.evidence) for each in seen(rds(item, version)).findings]


def promise(*expression):
    """An environment with one promise that is still to run."""
    return R.environment(x=R.promise(R.unbound, R.call(*expression)))


@pytest.mark.parametrize(
    ("kind", "width"), [("logicals", 4), ("integers", 4), ("reals", 8), ("complexes", 16), ("raw", 1)]
)
def test_vectors_take_their_bytes(kind, width):
    """Three elements of each kind are clean in exactly their bytes, and cut in one fewer."""
    number = {"logicals": 10, "integers": 13, "reals": 14, "complexes": 15, "raw": 24}[kind]
    assert evidence(R.ints(number, 3) + bytes(3 * width)) == []
    assert [id for id, _ in evidence(R.ints(number, 3) + bytes(3 * width - 1))] == ["file.unread"]


@pytest.mark.parametrize(
    ("item", "wanted", "shown"),
    [
        (R.ints(13, -2), "rds.impossible-length", "-2 elements"),
        (R.ints(13, -1, 0, 1) + bytes(4), None, ""),
        (R.ints(13, -1, 0, -1), "file.unread", "as rds: it ends within a vector of 4294967295 elements"),
        (R.ints(14, -1, 1 << 5, 0), "rds.impossible-length", f"{1 << 37} elements"),
        (R.ints(24, -1, -1, 0), "rds.impossible-length", f"{-(1 << 32)} elements"),
        (R.ints(9, -1), None, ""),
        (R.ints(9, 0), None, ""),
        (R.ints(9, -2), "rds.impossible-length", "a text of -2 bytes"),
        (R.ints(16, 1, 9, -3), "rds.impossible-length", "a text of -3 bytes"),
    ],
)
def test_lengths_are_those_that_a_vector_can_have(item, wanted, shown):
    """Long vectors and missing texts are honest; lengths below nought or beyond a terabyte are attacks."""
    assert evidence(item) == ([] if wanted is None else [(wanted, shown)])


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (R.ints(99), "it has an object of type 99 at 23"),
        (R.ints(1, 14), "a symbol without a name"),
        (R.ints(255), "it ends at byte 27, within something of 4 bytes at 27"),
        (R.ints(255, 1), "it refers to object 1 of 0"),
        (R.ints(255 | 3 << 8), "it refers to object 3 of 0"),
        (R.vector(R.symbol("a"), R.ints(255 | 2 << 8)), "it refers to object 2 of 1"),
        (R.ints(19, 1), "it ends within a vector of 1 elements"),
    ],
)
def test_what_breaks_off_says_where(item, reason):
    """Kinds that are not known and references to nothing are sentences with their numbers."""
    assert evidence(item) == [("file.unread", f"as rds: {reason}")]


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        *((name, True) for name in ("system", "system2", "shell", "eval", "parse", "source", "download.file", "url")),
        *((name, True) for name in ("pipe", "dyn.load", "unlink", "readRDS", ".Call", "do.call", "install.packages")),
        *((name, False) for name in ("c", "mean", "System", "systems", "system.time", "evaluate", "paste", "lm")),
    ],
)
def test_lazy_arguments_that_would_run_something_are_promises(name, runs):
    """The names in the expression decide between an attack and a person."""
    rule = "rds.promise" if runs else "rds.lazy-argument"
    assert rule in [id for id, _ in evidence(promise(name, R.reals(1.0)))]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        *((name, True) for name in ("system", "shell.exec", "socketConnection", "py_run_string", "pipe")),
        *((name, False) for name in ("eval", "source", "lm", "predict", "readRDS", "Reduce")),
    ],
)
def test_calls_that_nobody_evaluates_are_told_where_no_model_has_them(name, told):
    """A stored call of a command is for a person; the others stand in honest models' calls."""
    assert evidence(R.vector(R.call(name, R.strings("id")))) == ([("rds.command", name)] if told else [])


def test_names_that_are_only_data_are_no_calls():
    """A text or a symbol that names a command calls nothing."""
    assert evidence(R.vector(R.strings("system"), R.symbol("system"), R.call("c", R.symbol("system")))) == []


@pytest.mark.parametrize("package", ["base", "stats", "methods", "utils"])
def test_compact_vectors_of_rs_own_packages_are_clean(package):
    """R itself stores ranges and delayed texts so; any other package is for a person."""
    for name, wanted in ((package, []), (f"{package}x", ["rds.other-package"])):
        item = R.ints(238) + R.pairs(a=R.symbol(name)) + R.nil + R.nil
        assert [id for id, _ in evidence(item)] == wanted


@pytest.mark.parametrize("count", [19, 20, 21, 60])
def test_many_of_one_kind_are_told_twenty_times(count):
    """A package of sixty functions does not fill the report."""
    item = R.vector(*[R.closure(R.reals(float(number))) for number in range(count)])
    assert len([id for id, _ in evidence(item) if id == "rds.function"]) == min(count, 20)


@pytest.mark.parametrize(("length", "verdict"), [(0, "clean"), (64, "clean"), (65, "unread"), (-1, "unread")])
def test_the_name_of_the_encoding_is_short(length, verdict):
    """Version 3 names an encoding; nobody's name takes more than sixty-four bytes."""
    head = b"X\n" + struct.pack(">iiii", 3, 0x40301, 0x30500, length)
    assert seen(head + b"x" * max(0, length) + R.nil).verdict == verdict


@pytest.mark.parametrize("prefix", [b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDB3\n", b""])
@pytest.mark.parametrize(("version", "is_one"), [(2, True), (3, True), (1, False), (4, False)])
def test_files_are_known_by_their_version(prefix, version, is_one):
    """Versions 2 and 3 behind any of R's magic numbers; others are not read as R's."""
    data = (
        prefix + b"X\n" + struct.pack(">iii", version, 0x40301, 0x30500) + struct.pack(">i", 0) * (version == 3) + R.nil
    )
    assert ("rds" in seen(data).formats) is is_one


_ITEMS = st.recursive(
    st.sampled_from([R.nil, R.reals(1.0), R.strings("a", "b"), R.symbol("x"), R.ints(13, 2, 1, 2)]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: R.vector(*items)) | inner.map(lambda item: R.pairs(a=item))
    ),
    max_leaves=8,
)


@given(_ITEMS, st.sampled_from([2, 3]))
def test_any_tree_of_data_is_clean_and_never_when_it_is_cut(item, version):
    """Lists of lists of vectors are clean in both versions; without its last byte no file is."""
    data = rds(item, version)
    assert seen(data).verdict == "clean"
    assert seen(data[:-1]).verdict == "unread"
