"""HTML: are the elements closed as the HTML standard wants (WHATWG, sections 13.1.2 and 13.1.2.4)?

Void elements have no end, some elements may leave theirs out (`li`, `p`, `td`, ...), script, style, textarea and title
hold text, foreign elements (svg, math) are closed as in XML. One pass over the tags; attributes are not looked at.
"""

import re

from seatrial.text.syntax import CannotRead, NotWellFormed, refuse_empty, refuse_long

DEEPEST = 500
_MOST_ATTRIBUTES = 5_000
_TAG = re.compile(
    r"<!--.*?(?:-->|$(?P<comment>))|<(?P<close>/)?(?P<name>[A-Za-z][\w:.-]*)"
    rf"(?P<rest>(?:[^<>\"']|\"[^\"]*\"|'[^']*'){{0,{_MOST_ATTRIBUTES}}})(?P<end>>)?|<[!?][^>]*>?",
    re.DOTALL,
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_TEXT = frozenset(["script", "style", "textarea", "title"])
_FOREIGN = frozenset(("svg", "math"))
_BLOCKS = (
    "address article aside blockquote details dialog div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hgroup hr main menu nav ol p pre search section table ul"
)
_ROWS, _SECTIONS = ("tr", "td", "th"), ("thead", "tbody", "tfoot", "caption", "colgroup")
_ENDED_BY = {
    "p": frozenset(_BLOCKS.split()),
    "li": frozenset(("li",)),
    "dt": frozenset(("dt", "dd")),
    "dd": frozenset(("dt", "dd")),
    "option": frozenset(("option", "optgroup", "hr")),
    "optgroup": frozenset(("optgroup", "hr")),
    "rt": frozenset(("rt", "rp")),
    "rp": frozenset(("rt", "rp")),
    "td": frozenset((*_ROWS, *_SECTIONS)),
    "th": frozenset((*_ROWS, *_SECTIONS)),
    "tr": frozenset(("tr", *_SECTIONS)),
    "thead": frozenset(_SECTIONS),
    "tbody": frozenset(_SECTIONS),
    "tfoot": frozenset(_SECTIONS),
    "caption": frozenset((*_ROWS, *_SECTIONS)),
    "colgroup": frozenset(("tr", *_SECTIONS)),
    "head": frozenset(("body",)),
    "body": frozenset[str](),
    "html": frozenset[str](),
}
"""An element whose end may be left out -> the elements that end it by beginning."""
_PHRASES = (
    "a abbr audio b bdi bdo button canvas cite code data datalist del dfn em frame frameset i iframe ins kbd label "
    "legend map mark meter noscript object output param picture progress q rb rtc ruby s samp script select slot small "
    "span strong style sub summary sup template textarea time title u var video center font tt big strike"
)
_ELEMENTS = frozenset([*_PHRASES.split(), *_BLOCKS.split(), *_VOID, *_FOREIGN, *_ENDED_BY])


def read_html(source: str) -> None:
    """Read a document or a piece of one: known elements, each closed in its order or free to stay open.

    Raises:
        NotWellFormed: It is none.
        CannotRead: It is too long or nested too deeply.
    """
    refuse_long(source)
    refuse_empty(source)
    elements = _Elements(source)
    place = 0
    while found := _TAG.search(source, place):
        place = elements.take(found)
    elements.close()


class _Elements:
    """The elements that are open, with the place where each began."""

    def __init__(self, source: str) -> None:
        self.source, self.open, self.any = source, [("", 0)], False

    def take(self, found: re.Match[str]) -> int:
        """One tag, and where to go on."""
        if found["comment"] is not None:
            raise self._wrong(found.start(), "a comment is not closed")
        if found["name"] is None:
            return found.end()
        if not found["end"]:
            raise self._wrong(found.start(), f"the tag `<{found['name'][:30]}` is not closed")
        self.any = True
        foreign = any(name in _FOREIGN for name, _ in self.open)
        name = found["name"] if foreign and found["name"].lower() not in _FOREIGN else found["name"].lower()
        if not foreign and name not in _ELEMENTS and "-" not in name:
            raise self._wrong(found.start(), f"`{name[:30]}` is no element of HTML")
        if found["close"]:
            self._end(name, found.start(), foreign)
            return found.end()
        return self._begin(name, found, foreign)

    def close(self) -> None:
        """The end of the text."""
        if not self.any:
            raise NotWellFormed("it holds no element")
        for name, place in self.open[1:]:
            if name not in _ENDED_BY:
                raise self._wrong(place, f"`<{name[:30]}>` is not closed")

    def _begin(self, name: str, found: re.Match[str], foreign: bool) -> int:
        while not foreign and name in _ENDED_BY.get(self.open[-1][0], ()):
            self.open.pop()
        if (name in _VOID and not foreign) or (foreign and found["rest"].endswith("/")):
            return found.end()
        if name in _TEXT and not foreign:
            end = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(self.source, found.end())
            if end is None:
                raise self._wrong(found.start(), f"`<{name}>` is not closed")
            return end.end()
        self.open.append((name, found.start()))
        if len(self.open) > DEEPEST:
            raise CannotRead(f"it is nested more than {DEEPEST} deep")
        return found.end()

    def _end(self, name: str, place: int, foreign: bool) -> None:
        if name in _VOID and not foreign:
            raise self._wrong(place, f"`</{name}>` ends an element that has no end")
        while self.open[-1][0] != name and self.open[-1][0] in _ENDED_BY:
            self.open.pop()
        begun = self.open[-1][0]
        if begun != name:
            what = f"stands where `</{begun[:30]}>` is due" if begun else "ends what was not begun"
            raise self._wrong(place, f"`</{name[:30]}>` {what}")
        self.open.pop()

    def _wrong(self, place: int, what: str) -> NotWellFormed:
        return NotWellFormed(f"line {self.source.count(chr(10), 0, place) + 1}: {what}")
