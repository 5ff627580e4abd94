"""Templates in the texts of cases: filled, bounded, and kept in their sandbox."""

from typing import Any

import pytest
from app_support import mistake_of, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.app.templates import LONGEST, fill, is_template

VALUES: dict[str, Any] = {"x": "v", "rows": [{"n": 1}, {"n": 2}], "count": 3}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain { text }", "plain { text }"),
        ("{{ x }}", "v"),
        ("{{x|upper}}!", "V!"),
        ("{% for row in rows %}{{ row.n }},{% endfor %}", "1,2,"),
        ("{{ 'a' * count }}", "aaa"),
        ("{{ 3_000 * 2_000 }}", "6000000"),
        ("{{ 3_000 ** 2 }}", "9000000"),
        ("{{ 2 ** -1 }}", "0.5"),
        ("{# said to nobody #}a", "{# said to nobody #}a"),
        ("{{ x }}\n", "v\n"),
        ("{{ '<' }}", "<"),
        ("{{ none }}", "None"),
    ],
)
def test_texts_are_filled_as_they_are_written(text: str, filled: str) -> None:
    """Variables, loops and filters work; nothing is escaped and no line end is lost."""
    assert fill(text, VALUES) == filled


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ x|attr('__class__') }}",
        "{{ cycler.__init__ }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ ('%s' * 2).format.__self__ }}",
        "{{ rows.append(1) }}",
        "{{ rows.__setitem__(0, 1) }}",
        "{% include 'seatrial.yaml' %}",
        "{% import 'os' as os %}",
        "{% extends 'base' %}",
        "{{ caller() }}",
        "{{ lipsum() }}",
        "{{ rows|random }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ 'a' * 99_999_999_999 }}",
        "{{ 99_999_999_999 * [1] }}",
        "{{ 10 ** (10 ** 8) }}",
        "{{ 9 ** 999_999_999 }}",
    ],
)
def test_nothing_gets_out_of_the_sandbox(text: str) -> None:
    """Python's insides, other files, chance and huge values are all out of reach, and each try is a Mistake."""
    assert "the template" in refused(fill, text, dict(VALUES))


def test_templates_leave_their_variables_alone() -> None:
    """A template may set names of its own, and changes nothing that another case is given."""
    values = {"x": "v", "rows": [1]}
    assert fill("{% set x = 'w' %}{{ x }}{{ rows[0] }}", values) == "w1"
    assert values == {"x": "v", "rows": [1]}


def test_a_filled_text_is_not_filled_again() -> None:
    """Braces that come out of a variable are text."""
    assert fill("{{ x }}", {"x": "{{ y }}"}) == "{{ y }}"


@pytest.mark.parametrize("length", [LONGEST, LONGEST + 1])
def test_the_limit_is_the_longest_text(length: int) -> None:
    """A text of exactly the limit is filled, and one character more is refused."""
    said = mistake_of(fill, "{{ big }}{{ end }}", {"big": "a" * (length - 1), "end": "b"})
    assert (said is None) == (length == LONGEST)


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet=st.sampled_from("{}%#x|'() .+-*1ab\n"), max_size=30))
def test_any_text_is_filled_or_refused(text: str) -> None:
    """Whatever stands between braces, there is a text or a Mistake; without braces the text itself."""
    said = mistake_of(fill, text, dict(VALUES))
    assert said is None or is_template(text)
    if not is_template(text):
        assert fill(text, {}) == text
