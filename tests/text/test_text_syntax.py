"""Formal languages: what is one, what is none, and what cannot be told; no text breaks a reader."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.text.syntax import CannotRead, NotWellFormed
from seatrial.text.syntax_html import read_html
from seatrial.text.syntax_markdown import faults_of_markdown
from seatrial.text.syntax_python import read_python
from seatrial.text.syntax_sql import dialects, read_sql
from seatrial.text.syntax_xml import read_xml
from seatrial.text.syntax_yaml import read_yaml

READERS = {"python": read_python, "sql": read_sql, "xml": read_xml, "html": read_html, "yaml": read_yaml}
GOOD = {
    "python": [
        "x = 1",
        "def f(a: int) -> int:\n    return a",
        "  x = 1\n  y = 2",
        "# only a comment",
        "print('\\d')",
        "async def f(): await g()",
        "match x:\n    case 1: pass",
        "x = 'ä'",
    ],
    "sql": [
        "SELECT a, b FROM t WHERE c = 1",
        "select 1; select 2;",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "INSERT INTO t (a) VALUES (1)",
        "UPDATE t SET a = 1",
        "DELETE FROM t",
        "CREATE TABLE t (a INT PRIMARY KEY)",
        "DROP TABLE t",
        "(SELECT 1) UNION (SELECT 2)",
        "BEGIN; COMMIT",
        "VALUES (1)",
        "GRANT SELECT ON a TO b",
    ],
    "xml": [
        "<a/>",
        "<a><b c='d'>e</b></a>",
        "<?xml version='1.0' encoding='latin-1'?><a>ä</a>",
        "\n  <a/>\n",
        "<!-- c --><a><![CDATA[<x>]]></a>",
        "<a>&amp;&#65;</a>",
        "<!DOCTYPE a><a/>",
    ],
    "html": [
        "<p>one<p>two",
        "<ul><li>a<li>b</ul>",
        "<br><img src=x>",
        "<!DOCTYPE html><html><head><title>t</title><body><p>x",
        "<table><tr><td>1<td>2<tr><td>3</table>",
        "<dl><dt>a<dd>b<dt>c</dl>",
        "<select><option>a<option>b</select>",
        "<script>if (a < b) '</p>'</script>",
        '<a title="x > y">z</a>',
        "<svg><path d='M0'/></svg>",
        "<my-widget>x</my-widget>",
        "a < b and <b>c</b>",
        "<DIV></div>",
        "<input disabled/>",
        "<div><p>open</div>",
    ],
    "yaml": [
        "a: 1",
        "- a\n- b",
        "{a: [1, 2]}",
        "a: &x 1\nb: *x",
        "---\na: 1\n---\nb: 2",
        "<<: {a: 1}",
        "a: {b: 1}\nc: {b: 1}",
        "? [x]\n: y",
        "a: !!python/object:os.system x",
    ],
}
BAD = {
    "python": {
        "": "empty",
        "x = = 1": "line 1",
        "print 'a'": "parentheses",
        "if x:\nreturn": "line 2",
        "x\x00": "",
        "'\ud800'": "character",
        "The ferry leaves at nine.": "line 1",
        "'" * 3: "unterminated",
        "9" * 5000: "limit",
    },
    "sql": {
        "": "empty",
        "hello world": "no statement",
        "a + 1": "no statement",
        "-- comment": "no statement",
        "SELECT FROM WHERE": "",
        "SELECT * FROM": "",
        "SELECT 'abc": "",
        "SELECT (1": "",
        "The ferry leaves at nine.": "",
    },
    "xml": {
        "": "empty",
        "text": "syntax",
        "<a>": "no element",
        "<a></b>": "mismatched",
        "<a/><b/>": "junk",
        "<a b=c/>": "line 1",
        "<a>\n&nbsp;</a>": "line 2: undefined entity",
        "<a>\ud800</a>": "",
        "<a b='1' b='2'/>": "duplicate",
    },
    "html": {
        "": "empty",
        "text": "no element",
        "<p><b>x</p></b>": "`</p>` stands where `</b>` is due",
        "<div>": "`<div>` is not closed",
        "x\n</p>": "line 2: `</p>` ends what was not begun",
        "<br></br>": "no end",
        "<foo>": "no element of HTML",
        "<!-- x": "comment",
        "<a href='x": "not closed",
        "<script>x": "`<script>` is not closed",
        "<svg><path></svg>": "due",
        "<p <b>": "not closed",
    },
    "yaml": {
        "": "empty",
        "text": "plain text",
        "a: [1": "line",
        "a: 1\na: 2": "line 2: the key `a` stands twice",
        "a: *b": "no anchor",
        "a: 1\n---\nb: *a": "no anchor",
        "k: v: w": "mapping values",
        "\x00": "character",
        "a: '\ud800'": "character",
        "\ta: 1": "",
    },
}
TOO_MUCH = {
    "python": ["-" * 90_000 + "1", "not " * 20_000 + "1", "a." * 40_000 + "a", "1+" * 45_000 + "1", "x" * 200_000],
    "sql": ["(" * 9_000, "SELECT " + "case when " * 5_000, "CALL f()", "not " * 5_000 + "1", "SELECT 1;" * 20_000],
    "xml": ["<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a>" * 50_000],
    "html": ["<div>" * 5_000, "<p>" * 50_000],
    "yaml": ["[" * 9_000, "- " * 9_000, "{a: " * 9_000, "a: 1\n" * 50_000],
}


def verdict(name, text):
    """`well formed`, or why not."""
    try:
        READERS[name](text)
    except (NotWellFormed, CannotRead) as error:
        return str(error)
    return "well formed"


def cases(table):
    """Each language with each of its texts."""
    return [(name, text) for name, texts in table.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), cases(GOOD))
def test_well_formed(name, text):
    """What the language's own definition allows is read."""
    READERS[name](text)


@pytest.mark.parametrize(("name", "text"), cases(BAD))
def test_not_well_formed(name, text):
    """What is wrong is said in a few words."""
    with pytest.raises(NotWellFormed) as raised:
        READERS[name](text)
    assert BAD[name][text] in str(raised.value)
    assert 0 < len(str(raised.value)) < 250


@pytest.mark.parametrize(("name", "text"), cases(TOO_MUCH))
def test_no_verdict(name, text):
    """What is too long, too deep or unknown gives no verdict."""
    with pytest.raises(CannotRead):
        READERS[name](text)


def test_entities_do_not_unfold():
    """The thousand million laughs are refused as they are declared, before the first of them."""
    entities = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    with pytest.raises(CannotRead, match="entities"):
        read_xml(f"<!DOCTYPE a [<!ENTITY l0 'ha'>{entities}]><a>&l9;</a>")


def test_aliases_do_not_unfold():
    """The same joke in YAML is well formed and stays as small as it is written."""
    read_yaml("a0: &a0 [ha]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)))


def test_nothing_is_fetched():
    """An external definition is neither opened nor missed."""
    read_xml('<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>')


def test_a_deep_text_does_not_break_a_thread():
    """The smaller stack of a thread is enough, too."""
    failures = []

    def read():
        for name, text in cases(TOO_MUCH):
            try:
                READERS[name](text)
            except CannotRead as error:
                failures.append(str(error))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert len(failures) == len(cases(TOO_MUCH))


def test_dialects_differ():
    """What one dialect writes another need not know."""
    assert {"postgres", "sqlite", "tsql", "mysql", "bigquery", "snowflake"} <= dialects()
    read_sql("SELECT TOP 5 * FROM t", "tsql")
    read_sql("SELECT a::int FROM t", "postgres")


@pytest.mark.parametrize("name", sorted(READERS))
@settings(max_examples=60)
@given(text=st.text(max_size=120) | st.text(alphabet="<>/='\"&;:{}[]()-!?*|abp \n\t0", max_size=120))
def test_no_text_breaks_a_reader(name, text):
    """Every text is read, refused, or not judged: nothing else is raised."""
    assert verdict(name, text)


@pytest.mark.parametrize("name", sorted(READERS))
@pytest.mark.parametrize("piece", ["<", "<a ", "<!--", "[", "{", "(", "'", '"', "&", "a: ", "case ", "\\", "```", "`"])
def test_hostile_pieces_end(name, piece):
    """Thousands of characters of one piece end with a verdict or without one."""
    assert verdict(name, piece * (12_000 // len(piece)))


@given(
    st.recursive(
        st.sampled_from(["x", "<br>", "&amp;"]),
        lambda inner: st.builds(
            lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
            st.sampled_from(["div", "span", "b", "ul", "section"]),
            st.lists(inner, max_size=3),
        ),
        max_leaves=12,
    )
)
def test_balanced_elements_are_well_formed(inner):
    """Elements that are closed in their order are HTML, however they are nested; one end less is none."""
    text = f"<div>{inner}</div>"
    read_html(text)
    with pytest.raises(NotWellFormed):
        read_html(text.removesuffix("</div>"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("```py\nx = 1", "line 1: a fence"),
        ("a\n\n~~~\nx", "line 3: a fence"),
        ("[a](", "bracket of a link"),
        ("x\n[a]()", "line 2: a link has no destination"),
        ("[a](b c)", "holds a space"),
        ("[a][b]", "`b` is defined nowhere"),
        ("[Fares][]", "`Fares` is defined nowhere"),
        ("| a | b |\n|---|---|\n| 1 |", "line 3: a row of a table has 1 cells, its head has 2"),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |", "has 3 cells"),
        ("a | b\n--|--|--", "the head of a table has 2 cells"),
        ("##Fares", "no space behind"),
        ("#Fares are low", "no space behind"),
    ],
)
def test_faults_of_markdown(text, fault):
    """Each fault is named with its line."""
    assert fault in next(iter(faults_of_markdown(text)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain text",
        "# Fares\n\n- one\n- two",
        "[a](https://example.com 'title') ![b](c_(d).png)",
        "[a](<b c>)",
        "[a][b]\n\n[b]: https://example.com",
        "[A  B][]\n\n[a b]: x",
        "as it says [1][2]",
        "| a | b |\n|:--|--:|\n| 1 | 2 \\| 3 |\n\nafter | it",
        "```\n##Fares [a]( [b][c]\n```",
        "`[a](` and `[x][y]`",
        "[a](`b`)",
        "#hashtag and #1",
        "a | b is no table",
        "\\[a](",
    ],
)
def test_markdown_without_faults(text):
    """What is as it was meant has none, and code is not looked into."""
    assert list(faults_of_markdown(text)) == []


@given(st.text(alphabet="[]()|-`~#:\\ ab1\n", max_size=100))
def test_any_markdown_is_read(text):
    """No text makes the search for faults fail, and each fault names a line that there is."""
    for fault in faults_of_markdown(text):
        assert fault.startswith("line ")
        assert 1 <= int(fault.split()[1].rstrip(":")) <= text.count("\n") + 1


def test_a_long_markdown_is_not_read():
    """Beyond a hundred thousand characters there is no verdict."""
    with pytest.raises(CannotRead):
        list(faults_of_markdown("a" * 100_001))
