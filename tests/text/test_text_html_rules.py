"""The HTML standard's rules of which elements have no end and which may leave theirs out."""

import pytest

from seatrial.text.syntax import NotWellFormed
from seatrial.text.syntax_html import read_html

VOID = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
PLAIN = ["a", "article", "b", "blockquote", "button", "code", "div", "em", "h1", "nav", "ol", "span", "strong", "table"]
IMPLIED = [
    ("<ul>", "li", ["li"], "</ul>"),
    ("<dl>", "dt", ["dt", "dd"], "</dl>"),
    ("<dl>", "dd", ["dt", "dd"], "</dl>"),
    ("<div>", "p", ["p", "div", "ul", "table", "h2", "pre", "hr", "section"], "</div>"),
    ("<select>", "option", ["option", "optgroup"], "</select>"),
    ("<select>", "optgroup", ["optgroup"], "</select>"),
    ("<ruby>", "rt", ["rt", "rp"], "</ruby>"),
    ("<ruby>", "rp", ["rt", "rp"], "</ruby>"),
    ("<table><tr>", "td", ["td", "th"], "</table>"),
    ("<table><tr>", "th", ["td", "th"], "</table>"),
    ("<table>", "tr", ["tr", "tbody", "tfoot"], "</table>"),
    ("<table>", "thead", ["tbody", "tfoot"], "</table>"),
    ("<table>", "tbody", ["tbody", "tfoot"], "</table>"),
    ("<table>", "caption", ["tr", "thead", "colgroup"], "</table>"),
    ("<table>", "colgroup", ["thead", "tr"], "</table>"),
]


def wrong(text):
    """What is wrong with a text."""
    with pytest.raises(NotWellFormed) as raised:
        read_html(text)
    return str(raised.value)


@pytest.mark.parametrize("name", VOID)
def test_void_elements(name):
    """A void element stands alone, with a slash or without, and an end for it is a mistake."""
    read_html(f"<div><{name}><{name}/><{name} class=x /></div>")
    assert "no end" in wrong(f"<div><{name}></{name}></div>")


@pytest.mark.parametrize("name", PLAIN)
def test_elements_with_an_end(name):
    """Any other element must be closed, also when a slash pretends that it is."""
    read_html(f"<{name}>x</{name}>")
    read_html(f"<{name.upper()} id=x>x</{name}>")
    assert f"`<{name}>` is not closed" in wrong(f"<{name}>x")
    assert f"`<{name}>` is not closed" in wrong(f"<{name}/>")
    assert "not begun" in wrong(f"x</{name}>")


@pytest.mark.parametrize(
    ("before", "name", "next_one", "after"),
    [(before, name, each, after) for before, name, others, after in IMPLIED for each in others],
)
def test_ends_that_may_be_left_out(before, name, next_one, after):
    """The element ends where one of these begins, where its parent ends, or where its own end stands."""
    close = "" if next_one in ("hr", "li", "dt", "dd", "p", "rt", "rp", "td", "th", "tr") else f"</{next_one}>"
    read_html(f"{before}<{name}>x<{next_one}>{close}{after}")
    read_html(f"{before}<{name}>x{after}")
    read_html(f"{before}<{name}>x</{name}>{after}")


@pytest.mark.parametrize("name", ["script", "style", "textarea", "title"])
def test_elements_of_text(name):
    """What looks like tags inside of them is text, up to their own end in any case of letters."""
    read_html(f"<{name}>if (a < b) '<p></div>' <!-- </{name.upper()}>")
    assert "not closed" in wrong(f"<{name}><p></p>")


@pytest.mark.parametrize(
    "text",
    [
        "<svg viewBox='0 0 1 1'><g><path d='M0 0'/></g></svg>",
        "<svg><linearGradient id='a'></linearGradient></svg>",
        "<math><mi>x</mi><mo>=</mo></math>",
        "<p><svg><circle/></svg> text",
    ],
)
def test_foreign_elements(text):
    """Inside svg and math elements have any name and close as in XML."""
    read_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "<a title='1 > 0' href=\"x\">y</a>",
        '<a title="it\'s">y</a>',
        "<a\n  href='x'\n>y</a>",
        "<!DOCTYPE html><p>x",
        "<!-- <div> --><p>x",
        "<?php echo 1 ?><p>x",
        "1 < 2 <b>x</b> 3 > 2",
        "<b>x</b> & y",
        "<x-y z>w</x-y>",
    ],
)
def test_what_stands_in_and_around_tags(text):
    """Attributes, comments, declarations and lone signs are no mistakes."""
    read_html(text)


def test_the_line_is_that_of_the_tag():
    """The reason names the line where the wrong tag stands."""
    assert wrong("<p>\n<b>\n\n</i>").startswith("line 4: `</i>` stands where `</b>` is due")
    assert wrong("\n\n<section>").startswith("line 3: `<section>`")
