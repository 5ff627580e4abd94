"""Marshalled code of all Pythons: the names in it are found without unmarshalling."""

import marshal
import types
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.scan.source.marshalled import NoCode, code_names, reaching


def evil(x):
    """Starts a program, in a function within a comprehension."""
    import os

    def inner(y):
        return [os.system("id") for _ in (1, 2.5, 3j, 10**30, None, True, ..., b"x", (1, 2))]

    return getattr(x, "attribute")(inner, {1, 2}, x[1:2])  # noqa: B009


def honest(x):
    """Computes."""
    return (x - 127.5) / 127.5


@pytest.mark.parametrize("version", range(5))
def test_names_are_found_in_every_version_of_the_format(version):
    """References, interned texts and plain ones give the same names."""
    found = code_names(marshal.dumps(evil.__code__, version))
    assert {"os", "system", "getattr"} <= found.names
    assert reaching(found) == ["getattr", "os", "system"]


def test_honest_code_reaches_nowhere():
    """Code that computes has no name that reaches out."""
    assert reaching(code_names(marshal.dumps(honest.__code__))) == []


def number(value):
    """A number as marshal writes it."""
    return value.to_bytes(4, "little")


def text(value):
    """A short text."""
    return b"z" + bytes([len(value)]) + value


def many(*items):
    """A small tuple."""
    return b")" + bytes([len(items)]) + b"".join(items)


NAMES = many(text(b"os"), text(b"system"))
EMPTY = many()
BYTES = b"s" + number(2) + b"d\0"
LAYOUTS = {
    "2.7": b"c" + bytes(16) + BYTES + EMPTY + NAMES + EMPTY * 3 + text(b"f") * 2 + bytes(4) + BYTES,
    "3.7": b"c" + bytes(20) + BYTES + EMPTY + NAMES + EMPTY * 3 + text(b"f") * 2 + bytes(4) + BYTES,
    "3.8": b"c" + bytes(24) + BYTES + EMPTY + NAMES + EMPTY * 3 + text(b"f") * 2 + bytes(4) + BYTES,
    "3.11": b"c" + bytes(20) + BYTES + EMPTY + NAMES + EMPTY + BYTES + text(b"f") * 3 + bytes(4) + BYTES * 2,
}


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_code_objects_of_older_pythons_are_read(layout):
    """Each layout that CPython has had is recognised, also around another code object."""
    whole = LAYOUTS[layout]
    outer = whole.replace(EMPTY, many(whole), 1)
    assert code_names(whole).names == {"os", "system"}
    assert code_names(outer + b"N").names == {"os", "system"}


def test_texts_that_are_names_count():
    """`getattr(x, "__globals__")` reaches out, though the name is a text."""
    code = compile("getattr(x, '__globals__')", "a", "eval")
    assert "__globals__" in reaching(code_names(marshal.dumps(code)))


@pytest.mark.parametrize(
    "data", [b"", b"?", b"c", b"c" + bytes(60), b"(\xff\xff\xff\x7f", b"z\x09a", b"[" * 3, b"l\xff\xff\xff\x7f"]
)
def test_what_is_no_code_is_said_to_be_none(data):
    """Broken data is named, whatever it declares."""
    with pytest.raises(NoCode):
        code_names(data)


@given(st.binary(max_size=300))
def test_any_bytes_end(data):
    """Any bytes give names or are no code."""
    with suppress(NoCode):
        assert code_names(data).names is not None


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_any_change_of_code_ends(place, byte):
    """Code with a byte changed gives names or is no code."""
    data = bytearray(marshal.dumps(evil.__code__))
    data[place % len(data)] = byte
    with suppress(NoCode):
        assert isinstance(reaching(code_names(bytes(data))), list)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: (
            st.lists(inner, max_size=4).map(tuple)
            | st.frozensets(st.integers(), max_size=3)
            | st.dictionaries(st.text(), inner, max_size=3)
            | st.lists(inner, max_size=3)
        ),
    )
)
def test_all_constants_are_stepped_over(value):
    """Whatever constants stand in a tuple, the text behind them is found."""
    found = code_names(marshal.dumps((value, "behind")))
    assert "behind" in found.texts


def test_code_is_never_made():
    """Nothing that is read becomes a code object."""
    assert not any(isinstance(each, types.CodeType) for each in code_names(marshal.dumps(evil.__code__)).texts)
