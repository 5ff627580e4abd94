"""promptfoo's templates are filled as Nunjucks would, in a sandbox."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.cases.importing.promptfoo.nunjucks import Environment, printed, rendered
from seatrial.core.errors import Mistake

VARIABLES: dict[str, Any] = {
    "name": "Ada",
    "on": True,
    "off": False,
    "none": None,
    "n": 3,
    "half": 0.5,
    "whole": 4.0,
    "list": ["a", "b"],
    "items": [{"id": 1}, {"id": 2}],
    "user": {"name": "Ada", "items": ["x"], "length": 9},
    "text": 'say "hi"\n',
}
FILLED: list[tuple[str, str]] = [
    ("Hello {{name}}", "Hello Ada"),
    ("{{ name | upper }}, {{ name | lower }}, {{ ' x ' | trim }}", "ADA, ada, x"),
    ("{% if on %}A{% else %}B{% endif %}", "A"),
    ("{% if off %}A{% elseif on %}B{% endif %}", "B"),
    ("{% if off %}A{% else if n == 3 %}B{% endif %}", "B"),
    ("{% if name === 'Ada' and n !== 4 %}same{% endif %}", "same"),
    ("{{ '===' }}", "==="),
    ("{% for i in list %}{{loop.index}}{{i}} {% endfor %}", "1a 2b "),
    ("{% for k, v in {'a': 1} | dictsort %}{{k}}{{v}}{% endfor %}", "a1"),
    ("{{ list | join(', ') }}", "a, b"),
    ("{% for k, v in user %}{{k}} {% endfor %}", "name items length "),
    ("{% for m in items %}{% for k, v in m %}{{k}}={{v};{% endfor %}{% endfor %}".replace("v};", "v}};"), "id=1;id=2;"),
    ("{% for a, b in [[1, 2], [3, 4]] %}{{a}}{{b}} {% endfor %}", "12 34 "),
    ("{{ list | length }}{{ list.length }}{{ name.length }}{{ user.length }}", "2239"),
    ("{{ user.name }} {{ user['name'] }} {{ user.items }}", "Ada Ada x"),
    ("{{ on }} {{ off }} {{ none }} {{ null }} {{ undefined }}", "true false   "),
    ("{{ n }} {{ half }} {{ whole }}", "3 0.5 4"),
    ("{{ list }}", "a,b"),
    ("{{ user.items | dump }} {{ text | dump }}", '["x"] "say \\"hi\\"\\n"'),
    ("{{ items }}", '[{"id":1},{"id":2}]'),
    ("{{ name.toUpperCase() }} {{ name.includes('d') }} {{ list.join('-') }}", "ADA true a-b"),
    ("{{ gone | default('none') }}", "none"),
    ("{% set x = 5 %}{{ x + 1 }}", "6"),
    ("{% raw %}{{ name }}{% endraw %}{# a remark #}", "{{ name }}"),
    ("{{ '{\"a\": 1}' | load | dump }}", '{"a":1}'),
    ("{{ 'a b&c' | urlencode }}", "a%20b%26c"),
    ("{{ 'a\nb' | nl2br }}", "a<br />\nb"),
    ("{{ '<b>' | safe }} {{ '<b>' }}", "<b> <b>"),
    ("{{ name | replace('A', 'O') }}", "Oda"),
    ("line\n", "line\n"),
    ("{{ 'yes' if on else 'no' }}", "yes"),
    ("{%- if on -%} x {%- endif -%}", "x"),
]


@pytest.mark.parametrize(("template", "text"), FILLED)
def test_a_template_is_filled_as_nunjucks_does(template: str, text: str) -> None:
    """Its filters, comparisons, words of JavaScript, and how it prints values."""
    assert rendered(template, VARIABLES, set()) == text


def test_variables_without_a_value_are_told() -> None:
    """They come to nothing, at any depth, and their names are gathered; those that are only asked for are not."""
    missing: set[str] = set()
    template = "{{a}}{{b.c}}{{d.e.f}}{% if g %}{% endif %}{% for x in h %}{% endfor %}{{ env.KEY }}{{ i | default(1) }}"
    assert rendered(template, {"b": {}, "env": Environment()}, missing) == "1"
    assert {"a", "c", "h", "env.KEY"} <= missing
    assert "g" not in missing


@pytest.mark.parametrize(
    "template",
    [
        "{{ name | shout }}",
        "{{ broken",
        "{% include 'other.txt' %}",
        "{% import 'a' as b %}",
        "{{ name.repeat(9) }}",
        "{{ gone() }}",
        "{{ 1 / 0 }}",
        "{{ 9 ** 99999 }}",
        "{{ 'x' * 99999999 }}",
        "{{ list[9].x.y() }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{% for i in range(99999999) %}x{% endfor %}",
        "{{ {} | load }}",
    ],
)
def test_what_cannot_be_filled_is_one_sentence(template: str) -> None:
    """Unknown filters, other files, powers, loops without end, ways out of the sandbox."""
    with pytest.raises(Mistake, match="template"):
        rendered(template, VARIABLES, set())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e21, "1e+21"),
        (-0.5, "-0.5"),
        ([True, None], "true,"),
        ([["a"]], '[["a"]]'),
        ({"ä": 1}, '{"ä":1}'),
        (10**20, str(10**20)),
    ],
)
def test_values_are_printed_as_javascript_does(value: Any, text: str) -> None:
    """Numbers, lists, mappings."""
    assert printed(value) == text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
@settings(max_examples=60)
def test_dump_gives_back_the_same_json(value: Any) -> None:
    """Whatever stands in a variable, `dump` writes it as JSON."""
    assert json.loads(rendered("{{ x | dump }}", {"x": value}, set())) == value


@given(st.text(alphabet="{}%#|. abfor'\"\n-", max_size=40))
@settings(max_examples=150)
def test_no_template_breaks_the_reader(template: str) -> None:
    """Any text is filled, or is a Mistake."""
    with contextlib.suppress(Mistake):
        assert isinstance(rendered(template, VARIABLES, set()), str)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ deep | join(', ') }}", "a, b,c"),
        ("{{ mixed | join('; ') }}", '{"a":1}; 2; true; '),
        ("{{ plain | join }}", "xy"),
        ("{{ people | join(', ', 'name') }}", "Kim, Lou"),
    ],
)
def test_joined_items_are_in_javascripts_words(template: str, text: str) -> None:
    """Lists, objects and truths inside of a list are not printed as Python would."""
    known = {"deep": [["a"], ["b", "c"]], "mixed": [{"a": 1}, 2, True, None], "plain": ["x", "y"]}
    known["people"] = [{"name": "Kim"}, {"name": "Lou"}]
    assert rendered(template, known, set()) == text
