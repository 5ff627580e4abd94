"""Each rule of Jinja templates beside the nearest honest template: what tips the verdict, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.looking import seen
from making.tensors import Gguf
from scanning import scanned

CHAT = "{{ messages[0].content }}"


def chat(text):
    """Ids without their family of what a model's chat template does, sorted."""
    found = seen(Gguf().string("tokenizer.chat_template", text).bytes()).findings
    return sorted({each.id.removeprefix("jinja.") for each in found})


def file(text, name="page.j2"):
    """The same of a template that is a file of its own and no chat template."""
    return sorted({each.id.removeprefix("jinja.") for each in scanned(text.encode(), name).findings})


@pytest.mark.parametrize(
    ("honest", "hostile", "rule"),
    [
        ("{{ x.class }}", "{{ x.__class__ }}", "sandbox-escape"),
        ("{{ x['class'] }}", "{{ x['__class__'] }}", "sandbox-escape"),
        ("{{ x|attr('name') }}", "{{ x|attr('__init__') }}", "sandbox-escape"),
        ("{{ xs|map(attribute='a.b') }}", "{{ xs|map(attribute='a.__init__') }}", "sandbox-escape"),
        ("{{ xs|groupby('role') }}", "{{ xs|groupby('__dict__') }}", "sandbox-escape"),
        ("{{ xs|sum(attribute='n') }}", "{{ xs|sum(attribute='gi_frame') }}", "sandbox-escape"),
        ("{{ xs|selectattr('role', 'equalto', 'user')|list }}", "{{ xs|rejectattr('mro')|list }}", "sandbox-escape"),
        ("{{ x.frame }}", "{{ x.gi_frame }}", "sandbox-escape"),
        ("{{ x.context }}", "{{ x._TemplateReference__context }}", "sandbox-escape"),
        ("{{ name }}", "{{ __name__ }}", "sandbox-escape"),
        ("{{ x|attr('form') }}", "{{ x|attr('format') }}", "sandbox-escape"),
        ("{{ f(key=1) }}", "{{ f(__class__=1) }}", "hidden-name"),
        ("{{ ('a' ~ 'b') }}", "{{ ('__cla' ~ 'ss__') }}", "hidden-name"),
        ("{{ 'abc'|reverse }}", "{{ '__ssalc__'|reverse }}", "hidden-name"),
        ("{{ x|string }}", "{{ cycler|string }}", "hidden-name"),
        ("{{ (xs|map('upper'))|list }}", "{{ (xs|map('upper'))|string }}", "hidden-name"),
        ("{{ x[name] }}", "{{ ''[name] }}", "hidden-name"),
        ("{{ x[name] }}", "{{ [][name] }}", "hidden-name"),
        ("{{ x[name] }}", "{{ lipsum[name] }}", "hidden-name"),
        ("{{ x['a' ~ name] }}", "{{ x['__' ~ name] }}", "hidden-name"),
        ("{{ x['-' ~ name] }}", "{{ x['_' ~ name] }}", "hidden-name"),
        ("{{ x[args.name] }}", "{{ x[request.args.name] }}", "hidden-name"),
        ("{{ os.environ }}", "{{ os.popen('id') }}", "command"),
        ("{% set os = {} %}{{ os.system }}", "{{ os.system('id') }}", "command"),
        ("{{ message.system('x') }}", "{{ a.b.system('x') }}", "command"),
        ("{{ evaluate('1') }}", "{{ eval('1') }}", "command"),
        ("{% macro open(x) %}{{ x }}{% endmacro %}{{ open('a') }}", "{{ open('a') }}", "command"),
        ("{{ 'a'.format(x) }}", "{{ [].append('a'.format) }}", "format-method"),
        ("{{ x.format }}", "{% set f = 'a'.format_map %}", "format-method"),
        ("{{ x|attr('a') }}", "{{ x|attr(name) }}", "computed-attribute"),
        ("{{ xs|map('attr', 'a')|list }}", "{{ xs|map('attr', name)|list }}", "computed-attribute"),
        ("{% for i in range(100000) %}{% endfor %}", "{% for i in range(100001) %}{% endfor %}", "exhausting"),
        ("{{ 'a' * 1000000 }}", "{{ 'a' * 1000001 }}", "exhausting"),
        ("{{ [0] * 1000000 }}", "{{ [0] * 1000001 }}", "exhausting"),
        ("{{ 2 ** 10000 }}", "{{ 2 ** 10001 }}", "exhausting"),
        ("{{ 2 ** n }}", "{{ 2 ** n ** n }}", "exhausting"),
        ("{{ x|center(1000000) }}", "{{ x|center(1000001) }}", "exhausting"),
        ("{{ x|indent(width=4) }}", "{{ x|indent(width=9999999) }}", "exhausting"),
        ("{{ '%99999d'|format(1) }}", "{{ '%999999d'|format(1) }}", "exhausting"),
        ("{{ '{:99999}'.format(1) }}", "{{ '{:999999}'.format(1) }}", "exhausting"),
        ("{{ lipsum(n=5) }}", "{{ lipsum(n=100001) }}", "exhausting"),
        ("{{ range(-100000, 0)|list }}", "{{ range(-100001, 0)|list }}", "exhausting"),
    ],
)
def test_one_step_makes_the_difference(honest, hostile, rule):
    """The first template does nothing; the second, next to it, is found by the rule."""
    assert chat(honest) == []
    assert rule in chat(hostile)


@pytest.mark.parametrize("inner", ["{% for i in range(10) %}", "{% for i in range(10) %}{% for j in range(10) %}"])
def test_loops_within_loops_are_multiplied(inner):
    """A hundred thousand rounds of a hundred are allowed, of a thousand not; loops over data count once."""
    close = "{% endfor %}" * inner.count("for")
    ten = "{% for a in range(100000) %}" + inner + "{{ a }}" + close + "{% endfor %}"
    assert chat(ten) == []
    assert chat("{% for a in range(100) %}" + ten + "{% endfor %}") == ["exhausting"]
    assert chat("{% for a in xs %}" + ten + "{% endfor %}") == []


@pytest.mark.parametrize(
    ("text", "as_chat", "as_file"),
    [
        ("{% include 'part.j2' %}", ["chat-includes"], []),
        ("{% extends 'base.j2' %}", ["chat-includes"], []),
        ("{% import 'm.j2' as m %}", ["chat-includes"], []),
        ("{% from 'm.j2' import m %}", ["chat-includes"], []),
        ("{% include name %}", ["chat-includes"], []),
        ("{% include '/etc/passwd' %}", ["chat-includes", "leaves-folder"], ["leaves-folder"]),
        ("{% include '~/x' %}", ["chat-includes", "leaves-folder"], ["leaves-folder"]),
        ("{% include 'C:/x' %}", ["chat-includes", "leaves-folder"], ["leaves-folder"]),
        ("{% include '\\\\\\\\host/x' %}", ["chat-includes", "leaves-folder"], ["leaves-folder"]),
        ("{% include 'a/../../x' %}", ["chat-includes", "leaves-folder"], ["leaves-folder"]),
        ("{% include ['a.j2', '../x'] %}", ["chat-includes", "leaves-folder"], ["leaves-folder"]),
        ("{{ x.mro }}", ["sandbox-escape"], []),
        ("{{ members['__init__'] }}", ["sandbox-escape"], []),
        ("{{ members['__class__'] }}", ["sandbox-escape"], ["sandbox-escape"]),
        ("{% if name == '__init__' %}{% endif %}", [], []),
        ("{% if name in ['__class__', '__mro__'] %}{% endif %}", [], []),
        ("{% if name.startswith('__class__') %}{% endif %}", [], []),
        ("{{ '__class__' }}", ["sandbox-escape"], ["sandbox-escape"]),
        ("{{ '__file__' }}", ["sandbox-escape"], []),
    ],
)
def test_templates_of_documentation_may_do_more_than_chat_templates(text, as_chat, as_file):
    """A file of its own may include its neighbours and look members up; what leads out is an attack in both."""
    assert (chat(text), file(text)) == (as_chat, as_file)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ lookup('pipe', 'id') }}", ["ansible-lookup"]),
        ("{{ query('url', 'http://x') }}", ["ansible-lookup"]),
        ("{{ q('env', 'HOME') }}", ["ansible-lookup"]),
        ("{{ lookup('template', 'a.j2') }}", []),
        ("{{ lookup(kind, 'a') }}", []),
        ("{{ lookup() }}", []),
        ("{% set lookup = x %}{{ find('pipe') }}", []),
    ],
)
def test_lookups_that_run_or_fetch_are_for_a_person(text, found):
    """Ansible's lookups by a constant name that runs, fetches or reads; others are data."""
    assert file(text) == found


@pytest.mark.parametrize(
    ("text", "line", "shown"),
    [
        ("a\n{{ x.__class__ }}", 2, "__class__: a\n{{ x.__class__ }}"),
        ("{{ os.popen('id') }}", 1, "os.popen: {{ os.popen('id') }}"),
        ("\n\n{{ 9 ** 99999 }}", 3, "**: {{ 9 ** 99999 }}"),
        ("{{ ('__cla' ~\n'ss__') }}", 1, "__class__: {{ ('__cla' ~"),
    ],
)
def test_findings_show_the_place_in_the_text(text, line, shown):
    """What was found, the text around it, and the line from one."""
    found = scanned(text.encode(), "x.jinja").findings
    assert (found[0].line, found[0].evidence) == (line, shown.replace("\n", "\\n"))


def test_many_places_of_one_kind_are_told_twenty_times():
    """Noise of one kind does not fill the report, and hides no other kind."""
    text = "\n".join(f"{{{{ x{n}.__class__ }}}}" for n in range(50)) + "{{ 9 ** 99999 }}"
    found = [each.id for each in scanned(text.encode(), "x.jinja").findings]
    assert (found.count("jinja.sandbox-escape"), found.count("jinja.exhausting")) == (20, 1)


@pytest.mark.parametrize(
    ("name", "data", "is_one"),
    [
        ("a.jinja", b"text", True),
        ("a.JINJA2", b"text", True),
        ("a.j2", b"\x00", False),
        ("a.txt", CHAT.encode(), True),
        ("a.txt", b"\xef\xbb\xbf \n" + CHAT.encode(), True),
        ("a.txt", b"Dear " + CHAT.encode(), False),
        ("a.txt", b"{{ content }}", False),
        ("a.txt", b"{{ x.__class__ }}", True),
        ("a.txt", b"{# messages #}", True),
        ("a.txt", b"{% set bos_token = 1 %}", True),
        ("a.txt", b"{{ messages }}\xff", False),
        ("a.txt", b"{{ messagesX }}", False),
    ],
)
def test_templates_are_known_by_name_or_by_words(name, data, is_one):
    """A suffix of Jinja's, or a beginning like a template's with a word that chat templates have."""
    assert ("jinja" in scanned(data, name).formats) is is_one


@pytest.mark.parametrize(("length", "verdict"), [(250_000, "clean"), (250_001, "unread")])
def test_templates_have_a_length(length, verdict):
    """A quarter of a million characters are parsed, one more is not."""
    assert scanned(b"a" * length, "x.j2").verdict == verdict


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{{ " + "(" * 34 + "1" + ")" * 34 + " }}", []),
        ("{{ " + "(" * 36 + "1" + ")" * 36 + " }}", ["too-nested"]),
        ("{% if a %}" * 99 + "{% endif %}" * 99, []),
        ("{% if a %}" * 101 + "{% endif %}" * 101, ["too-nested"]),
        ("{% for a in b %}" * 101 + "{% endfor %}" * 101, ["too-nested"]),
        ("{{ " + "not " * 490 + "a }}", []),
        ("{{ " + "not " * 501 + "a }}", ["too-nested"]),
        ("{{ " + "- " * 501 + "a }}", ["too-nested"]),
        ("{{ a" + " - a" * 600 + " }}", []),
        ("{% set a = 1 %}" * 300, []),
        ("{% if a %}{% endif %}" * 300, []),
    ],
)
def test_depth_is_counted_before_anything_is_parsed(text, wanted):
    """Brackets, blocks and unary operators nest to a bound; what stands side by side does not nest."""
    assert chat(text) == wanted


@pytest.mark.parametrize(
    "broken", ["{% if %}", "{{ 1 + }}", "{% nosuchtag %}", "{% endfor %}", "{{ 'a }}", "{% for %}"]
)
def test_what_a_broken_template_says_openly_is_found(broken):
    """Without an escape it is unread; with one in plain sight it is an attack all the same."""
    assert chat(broken) == ["file.unread"]
    assert chat("{{ x.__class__ }}\n" + broken) == ["file.unread", "sandbox-escape"]


_PIECES = st.lists(st.text("abcdefgh", min_size=1, max_size=4), min_size=1, max_size=5)


@given(_PIECES)
def test_names_in_pieces_that_are_harmless_are_clean(pieces):
    """Putting ordinary words together is what honest templates do."""
    assert chat("{{ x[" + " ~ ".join(map(repr, pieces)) + "] }}") == []


@given(st.integers(1, 8), st.sampled_from(["__class__", "__globals__", "__subclasses__", "__builtins__"]))
def test_a_forbidden_name_is_seen_however_it_is_cut(at, name):
    """Two pieces in any of three ways of putting together are the name they make."""
    one, two = name[:at], name[at:]
    for text in (
        f"'{one}' ~ '{two}'",
        f"'{one}' + '{two}'",
        f"['{one}', '{two}']|join",
        f"'%s%s'|format('{one}', '{two}')",
    ):
        assert "hidden-name" in chat("{{ x[" + text + "] }}")
