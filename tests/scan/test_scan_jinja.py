"""Jinja templates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.looking import ids, mutated, seen
from making.templates import ESCAPES, HONEST


@pytest.mark.parametrize("name", sorted(HONEST))
def test_chat_templates_of_the_known_kinds_are_clean(name):
    """Macros, namespaces, tool calls, dates, exceptions and loops are what honest templates are made of."""
    found = seen(HONEST[name].encode(), "chat_template.jinja")
    assert (found.verdict, found.findings, found.formats[0]) == ("clean", (), "jinja")


@pytest.mark.parametrize("text", ESCAPES)
def test_published_escapes_are_attacks(text):
    """Each way to Python's insides, spelt out or put together, and each way to exhaust the server is an attack."""
    assert seen(text.encode(), "chat_template.jinja").verdict == "attack"


@pytest.mark.parametrize("text", ESCAPES[:8])
def test_an_escape_is_found_in_a_template_without_a_name(text):
    """What begins as a template and speaks of messages or of Python's insides is one, whatever it is called."""
    assert seen(("{% for m in messages %}{% endfor %}" + text).encode(), "notes.txt").verdict == "attack"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("computed-attribute", "{{ message|attr(name) }}"),
        (
            "computed-attribute",
            (
                "{% set ns = namespace(s='') %}{% for c in 'XXclassXX' %}"
                "{% set ns.s = ns.s ~ ('-' if c == 'X' else c) %}{% endfor %}{{ messages[ns.s] }}"
            ),
        ),
        ("computed-attribute", "{% set a = b|replace('X', c) %}{{ messages[a] }}"),
        ("computed-attribute", "{{ [x]|map('attr', name)|list }}"),
        ("format-method", "{% set write = '{}'.format %}{{ write(1) }}"),
        ("chat-includes", "{% include 'other.txt' %}{{ messages }}"),
        ("ansible-lookup", "{{ lookup('pipe', 'id') }}"),
        ("too-nested", "{{ " + "(" * 300 + "1" + ")" * 300 + " }}"),
        ("too-nested", "{% if x %}" * 500 + "{% endif %}" * 500),
        ("too-nested", "{% set x %}" * 500 + "{% endset %}" * 500),
        ("too-nested", "{{ " + "not " * 3000 + "x }}"),
        ("too-nested", "{{ " + "a if b else " * 3000 + "x }}"),
    ],
)
def test_what_may_be_honest_is_for_a_person(rule, text):
    """Computed attributes, methods passed around, includes and endless nesting are reviewed."""
    found = seen(text.encode(), "template.j2")
    assert (found.verdict, [each.id for each in found.findings]) == ("review", [f"jinja.{rule}"])


def test_templates_of_other_programs_are_clean():
    """Configuration templates with includes and dbt's names are honest."""
    text = "{% extends 'base.html' %}{% from 'forms.html' import open %}{{ open('x') }}{{ ref('__dbt__cte__x') }}"
    assert seen(text.encode(), "page.jinja2").verdict == "clean"


def test_templates_of_documentation_are_clean():
    """They look `__init__` up among the members of a class and compare names with it, and speak of debug messages."""
    text = (
        "{#- Debug messages. -#}{% for base in class.mro() %}{% endfor %}{% include 'x.html' %}"
        "{% if name == '__class__' or f.endswith('.__init__') %}{{ members['__init__'].source }}{% endif %}"
        "{% if name in ('__globals__', '__mro__') %}{% endif %}"
    )
    assert seen(text.encode(), "class.html.jinja").verdict == "clean"
    assert seen(text.encode() + b"{{ messages }}", "class.html.jinja").verdict == "attack"


@pytest.mark.parametrize(
    "text", ["{% if %}", "{{ 1", "{{ " + "9" * 5000 + " }}", "{% materialization x %}", "{{ '\\N{no}' }}"]
)
def test_what_cannot_be_parsed_could_not_be_read(text):
    """A template with an error or a tag of another program is unread."""
    assert seen(text.encode(), "template.j2").verdict == "unread"


@pytest.mark.parametrize(
    "text", [b"{% set a = 1 %}\x00", b"{{ cookiecutter.name }}", b'{"a": "{{ messages }}"}', b"# {% raw %}"]
)
def test_other_texts_are_no_templates(text):
    """A text is taken for a template only when it begins as one and is about messages."""
    assert "jinja" not in seen(text, "notes.txt").formats


def test_many_settings_side_by_side_are_honest():
    """What is set on one line opens nothing, however often."""
    assert seen(b"{% set a = 1 %}{% set b %}x{% endset %}" * 500, "template.j2").verdict == "clean"


def test_a_template_too_long_to_parse_could_not_be_read():
    """Parsing has a price, so a text of a quarter of a megabyte is unread; what it says openly is still found."""
    assert seen(b"{{ messages }}" + b" " * 300_000, "template.j2").verdict == "unread"
    assert seen(b"{{ x.__class__ }}" + b" " * 300_000, "template.j2").verdict == "attack"


def test_a_sum_of_very_many_terms_is_followed_without_recursion():
    """A name in three thousand pieces ends in a verdict."""
    text = "{{ ''[" + "+".join(["'a'"] * 3_000) + "] }}"
    assert seen(text.encode(), "template.j2").verdict in ("clean", "attack")


def test_evidence_shows_the_place():
    """The finding names what was found and the line."""
    found = seen(b"{{ messages }}\n\n{{ lipsum.__globals__ }}", "chat_template.jinja").findings[0]
    assert (found.line, "lipsum.__globals__" in found.evidence) == (3, True)


@given(st.sampled_from(sorted(HONEST.values()) + ESCAPES), st.integers(0), st.integers(0, 255), st.integers(0, 60))
def test_any_change_still_gives_a_verdict(text, place, byte, cut):
    """Whatever is changed, the reader does not fail."""
    assert "file.reader-failed" not in ids(mutated(text.encode(), place, byte, cut), "a.jinja")


_PIECES = [
    "{{",
    "}}",
    "{%",
    "%}",
    " set x=",
    "x",
    "'__class__'",
    "~",
    "|attr(",
    ")",
    "[",
    "]",
    "*9",
    "%",
    "**",
    "-",
    ":",
    ",",
    "for",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=30))
def test_any_run_of_tokens_gives_a_verdict(pieces):
    """Whatever order tokens come in, the reader does not fail."""
    assert "file.reader-failed" not in ids("".join(pieces).encode(), "a.jinja")
