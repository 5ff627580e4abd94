"""Mistakes gathered and put into words."""

from pathlib import Path
from typing import Any

import pytest
from app_support import refused
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.app.mistakes import MOST, Mistakes, brief, did_you_mean, sentence
from seatrial.app.schema import SuiteModel
from seatrial.app.schema_cases import CaseModel, FromModel
from seatrial.app.schema_targets import HttpModel, OpenAIModel
from seatrial.app.validation import Place, convert
from seatrial.app.yaml_places import parse_yaml
from seatrial.core.errors import Mistake


def test_one_mistake_is_raised_as_it_is() -> None:
    """A single mistake keeps its file and line."""
    mistakes, one = Mistakes(), Mistake("odd", path="a", line=3)
    mistakes.end()
    mistakes.add(one)
    with pytest.raises(Mistake) as found:
        mistakes.end()
    assert found.value is one


def test_many_mistakes_are_a_line_each() -> None:
    """Several become one whose text has a line for each, the same one once."""
    mistakes = Mistakes()
    for line in (1, 2, 2):
        mistakes.add(Mistake("odd", path="a", line=line))
    assert refused(mistakes.end) == "a:1: odd\na:2: odd"


def test_too_many_mistakes_are_counted() -> None:
    """After fifty nobody reads on; the rest is counted."""
    mistakes = Mistakes()
    for line in range(MOST + 7):
        mistakes.add(Mistake("odd", line=line))
    assert mistakes.full
    assert refused(mistakes.end).endswith("\nand 7 more")


@pytest.mark.parametrize(
    ("value", "shown"),
    [({}, "a mapping"), ([1], "a list"), (None, "nothing"), (True, "true"), (3, "`3`"), ("a\n b", "`a b`")],
)
def test_values_are_shown_short(value: Any, shown: str) -> None:
    """What was found is shown in a few words, on one line."""
    assert brief(value) == shown
    assert len(brief("x" * 1_000)) < 70


def test_near_words_are_offered() -> None:
    """The nearest known word is offered; when none is near, all are."""
    assert did_you_mean("taget", ["target", "repeat"]) == "did you mean `target`?"
    assert did_you_mean("xyz", ["target", "repeat"]) == "allowed are target, repeat"


@pytest.mark.parametrize(
    ("message", "value", "said"),
    [
        ("Expected `int | null`, got `str`", "a", "a whole number is expected, `a` was found"),
        ("Expected `float | int`, got `str`", "a", "a number is expected, `a` was found"),
        ("Expected `int` <= 5", 9, "a whole number of at most 5 is expected, `9` was found"),
        ("Expected `array` of length >= 1", [], "a list must not be empty"),
        ("Expected `str` matching regex '^a'", "b", "`b` has the wrong form"),
        ("Something new", None, "something new"),
    ],
)
def test_messages_are_put_into_plain_words(message: str, value: Any, said: str) -> None:
    """No message shows the insides of the program."""
    assert sentence(message, value) == said


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3),
    max_leaves=6,
)
KINDS = [SuiteModel, CaseModel, FromModel, OpenAIModel, HttpModel]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KINDS), st.data())
def test_any_data_is_a_record_or_mistakes_with_places(kind: Any, data: st.DataObject) -> None:
    """Whatever stands under the known keys, there is a record or at least one mistake, and never both."""
    names = st.sampled_from([*kind.__struct_encode_fields__, "other"])
    value = data.draw(st.dictionaries(names, JSON, max_size=5))
    mistakes = Mistakes()
    document = parse_yaml("a: 1", Path("x.yaml"))
    made = convert(value, kind, Place(document, mistakes))
    assert (made is None) == (len(mistakes) > 0)
