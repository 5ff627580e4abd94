"""Fields and JSONPaths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.errors import Mistake
from seatrial.targets.json_paths import MISSING, Path

DATA = {"a": {"b": [1, {"c": None}]}, "a.b": "dotted", "": 0}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", DATA),
        ("$.a.b[0]", 1),
        ("$.a.b[-1].c", None),
        ("$['a.b']", "dotted"),
        ("$..c", None),
        ("$.a.b[?@.c == null]", {"c": None}),
        ("a.b", "dotted"),
        ("a", DATA["a"]),
    ],
)
def test_the_first_value_counts(path, value):
    """A null that is there is told apart from nothing."""
    assert Path(path, "answer").first(DATA) == value


@pytest.mark.parametrize("path", ["$.x", "$.a.b[9]", "$.a.b.c", "x", "$..zz"])
def test_nothing_is_missing(path):
    """What is not there is MISSING, never an error."""
    assert Path(path, "answer").first(DATA) is MISSING


@pytest.mark.parametrize("data", [None, 5, "text", [1]])
def test_a_field_of_no_object_is_missing(data):
    """A plain name needs an object."""
    assert Path("a", "answer").first(data) is MISSING


@pytest.mark.parametrize("path", ["$[", "$.a[", "$.a[?]", "$ a", "$."])
def test_what_is_no_path_is_a_mistake(path):
    """The text and the key are named."""
    with pytest.raises(Mistake, match="is no JSONPath") as caught:
        Path(path, "usage.input")
    assert caught.value.key == "usage.input"


@given(st.text(max_size=20))
def test_any_text_is_a_path_or_a_mistake(text):
    """No other error leaves, neither when it is read nor when it is used."""
    try:
        Path(text, "answer").first(DATA)
    except Mistake:
        return


@given(st.text(alphabet="$.[]?@*'\"ab0:,()=<>&|!", max_size=20))
def test_any_path_like_text_is_a_path_or_a_mistake(text):
    """The same for texts that look like paths."""
    try:
        Path("$" + text, "answer").first(DATA)
    except Mistake:
        return
