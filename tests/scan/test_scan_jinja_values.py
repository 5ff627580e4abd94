"""What the expressions of a template come to, without rendering it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from seatrial.scan.format import Unreadable
from seatrial.scan.formats.jinja_reading import TooNested, parse
from seatrial.scan.formats.jinja_values import LONGEST, MOST, Constants, walk


def values(text, before=""):
    """The values of the last expression that is printed."""
    template = parse(before + "{{ " + text + " }}")
    printed = [each for each in walk(template) if isinstance(each, nodes.Output)]
    last = max(printed, key=lambda each: each.lineno if len(printed) > 1 else 0)
    return Constants(template).of(last.nodes[-1])


SAME = [
    "'a' ~ 'b' ~ 1",
    "'a' + 'b' + 'c' + 'd'",
    "'ab' * 3",
    "3 * 'ab'",
    "2 * 3 + 4 - 1",
    "['a', 'b']|join",
    "['a', 'b']|join('-')",
    "('a', 'b')|join",
    "'-'.join(['a', 'b'])",
    "'abc'|reverse",
    "'abc'[::-1]",
    "'abcdef'[1:4]",
    "'abcdef'[-2]",
    "['x', 'y'][1]",
    "'%s-%s'|format('a', 'b')",
    "'%c%c'|format(95, 95)",
    "'%s' % 'a'",
    "'%c' % 95",
    "'{}{}'.format('a', 'b')",
    "'{1}{0}'.format('a', 'b')",
    "'{0:c}'.format(95)",
    "'AbC'|lower",
    "'AbC'|upper",
    "'AbC'.lower()",
    "'aXb'|replace('X', '_')",
    "'aXb'.replace('X', '_')",
    "' a '|trim",
    "'xxaxx'.strip('x')",
    "'xxaxx'.lstrip('x')",
    "'xxaxx'.rstrip('x')",
    "'a'|string",
    "'abc'|first",
    "'abc'|last",
    "'a b'.split()[1]",
    "'a-b'.split('-')|last",
    "'\\x5f\\u005f\\137'",
    "dict(a=1, b=2)|join",
    "{'a': 1, 'b': 2}|join",
    "'abc'|list|join('_')",
]


@pytest.mark.parametrize("text", SAME)
def test_what_is_followed_is_what_rendering_gives(text):
    """Whatever constants decide comes to the very text that Jinja2 itself would print."""
    rendered = ImmutableSandboxedEnvironment().from_string("{{ " + text + " }}").render()
    assert [str(each) for each in values(text)] == [rendered]


@pytest.mark.parametrize(
    ("before", "text", "wanted"),
    [
        ("{% set a = 'x' %}", "a ~ 'y'", ("xy",)),
        ("{% set a = 'x' %}{% set a = 'z' %}", "a", ("x", "z")),
        ("{% set a %}block{% endset %}", "a", ("block",)),
        ("{% set ns = namespace(p='q') %}", "ns.p", ("q",)),
        ("{% set ns = namespace() %}{% set ns.p = 'late' %}", "ns.p", ("late",)),
        ("{% for a in ['x', 'y'] %}{% endfor %}", "a", ("x", "y")),
        ("", "'x' if y else 'z'", ("x", "z")),
        ("{% set b = a ~ '!' %}{% set a = 'x' %}", "b", ("x!",)),
    ],
)
def test_names_hold_all_that_they_were_given(before, text, wanted):
    """A name stands for every constant that the template puts into it, wherever it does."""
    assert sorted(values(text, before)) == sorted(wanted)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "x ~ 'a'",
        "x.y",
        "x[0]",
        "'a'|unknown",
        "'a'.encode()",
        "'a' * 1000000000",
        "'%999999999d'|format(1)",
        "'%*d'|format(9, 1)",
        "'%s'|format()",
        "'%d'|format('a')",
        "'{0.x}'.format('a')",
        "'{a}'.format(a=1)",
        "'{'.format(1)",
        "'{9}'.format(1)",
        "'abc'[9]",
        "'abc'['a']",
        "'abc'[::0]",
        "[x, 'a']|join",
        "['a', ['b']]|join",
        "1 / 0",
        "2 ** 99",
        "'a' - 'b'",
    ],
)
def test_what_cannot_be_told_is_not_guessed(text):
    """Values of the caller, errors, sizes without bound and methods that are not known come to nothing."""
    assert values(text) == ()


def test_values_are_few_and_short():
    """However many pieces, only a few values of bounded length are kept."""
    many = "{% set a = 'x' %}" + "".join(f"{{% set a = 'x{number}' %}}" for number in range(40))
    assert len(values("a ~ a ~ a", many)) <= MOST
    assert all(len(each) <= LONGEST for each in values("a", "{% set a = '" + "x" * 3000 + "' %}"))
    assert values("a ~ a", "{% set a = '" + "x" * 3000 + "' %}") == ()


def test_numbers_beyond_measure_are_clamped():
    """A number of thousands of digits is as good as a large one, and can be shown."""
    assert len(str(values("9" * 4000)[0])) < 30


@pytest.mark.parametrize("text", ["{% if %}", "{{", "{% nonsense %}", "{{ 1 2 }}", "{% endfor %}"])
def test_what_is_no_template_is_unreadable(text):
    """An error of syntax is a reason, not a crash."""
    with pytest.raises(Unreadable, match="no template"):
        parse(text)


@pytest.mark.parametrize("text", ["{{ " + "[" * 60 + "]" * 60 + " }}", "{{ " + "-" * 600 + "1 }}"])
def test_what_would_take_the_whole_stack_is_told_before(text):
    """Depth is counted by the lexer, which does not recurse."""
    with pytest.raises(TooNested):
        parse(text)


@pytest.mark.parametrize("tag", ["generation", "trans", "autoescape true", "call x()", "filter upper"])
def test_blocks_that_close_leave_no_depth(tag):
    """Blocks side by side nest no deeper than one."""
    name = tag.split()[0]
    assert isinstance(parse(f"{{% {tag} %}}a{{% end{name} %}}" * 300), nodes.Template)


@given(st.text(alphabet="'ab_~+*|()[]{}%.:0123456789 ", max_size=40))
def test_any_expression_comes_to_something_or_nothing(text):
    """Whatever the expression, following it raises nothing but that it cannot be read."""
    try:
        template = parse("{{ " + text + " }}")
    except Unreadable:
        return
    known = Constants(template)
    assert all(isinstance(known.of(each), tuple) for each in walk(template))
