"""Templates in a JSON structure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.errors import Mistake
from seatrial.targets.template import CannotFill, JsonTemplate


def fill(structure, **variables):
    return JsonTemplate(structure).fill(variables)


@pytest.mark.parametrize("value", [None, True, 3, 2.5, "plain", [], {}, {"a": [1, {"b": None}]}])
def test_what_is_no_template_stays(value):
    """Values and plain texts come out as they went in."""
    assert fill(value) == value


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{{ x }}", [1, 2]),
        (" {{ x }} ", [1, 2]),
        ("{{x}}", [1, 2]),
        ("{{ x }}!", "[1, 2]!"),
        ("{{ x[0] }}", 1),
        ("{{ x[0] }}{{ x[1] }}", "12"),
        ("{% if x %}yes{% endif %}", "yes"),
        ("{{ x | length }}", 2),
        ("{# note #}a", "a"),
        ("{{ {'a': x}['a'] }}", [1, 2]),
    ],
)
def test_a_lone_expression_keeps_its_type(text, result):
    """Anything beside the expression makes it a text."""
    assert fill(text, x=[1, 2]) == result


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_value_passes_through_a_lone_expression(value):
    """Types of variables are not touched, and their texts are no templates."""
    assert fill("{{ value }}", value=value) == value


def test_a_variables_text_is_not_filled_in_again():
    """A question that looks like a template is asked as it is."""
    assert fill("Q: {{ question }}", question="{{ 7 * 7 }}") == "Q: {{ 7 * 7 }}"


@pytest.mark.parametrize("text", ["{{ x }}", "a {{ x }}", "{{ x.y }}", "{% for a in x %}{% endfor %}"])
def test_a_missing_variable_is_named(text):
    """Nothing is silently left out."""
    with pytest.raises(CannotFill, match="'x'"):
        fill({"a": text})


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "a{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ x.append(1) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ 'a' * 100000000 }}",
        "{{ 100000000 * 'a' }}",
        "{{ 9 ** 99999999 }}",
        "a{% for i in range(99999999) %}x{% endfor %}",
        "a{% for i in range(90000) %}{{ 'x' * 1000 }}{% endfor %}",
        "{{ 1 / 0 }}",
        "{{ x + 'a' }}",
    ],
)
def test_the_sandbox_holds(text):
    """No way to Python's insides, to change what was given, or to grow without bound."""
    with pytest.raises(CannotFill):
        fill({"a": text}, x=[1])


@pytest.mark.parametrize("text", ["{{ a", "{% if %}", "{{ 1 + }}", "a {{ }}", "{% unknown %}", "{{ a | nofilter }}"])
def test_a_malformed_template_is_a_mistake_at_its_place(text):
    """It is found when the Target is made."""
    with pytest.raises(Mistake) as caught:
        JsonTemplate({"body": [1, {"q": text}]})
    assert caught.value.key == "request.body[1].q"
