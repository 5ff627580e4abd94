"""Markup that would run code or send data if a page showed it as it is.

Tags are read as a browser reads them (WHATWG HTML, section 13.2.5: tag and attribute states) in one pass over the text.
Code of Markdown (fenced or between backticks) is shown and not run, so it is left out.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from seatrial.text.blocks import prose_of

MOST_CHARACTERS = 500_000
_TAG = re.compile(r"<(?P<name>[A-Za-z][^\s/>]{0,60})")
_ATTRIBUTE = re.compile(
    r"[\s/]*+(?:(?P<end>>)|(?P<name>[^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)(?P<q>\"?)"
    r"|'(?P<single>[^']*+)(?P<s>'?)|(?P<bare>[^\s>]++)))?+)"
)
_ADDRESSES = frozenset(["href", "src", "action", "formaction", "xlink:href", "data", "poster", "background"])
_RUNS = re.compile(r"(?:javascript|vbscript|livescript):|data:(?:text/html|application/xhtml|image/svg)", re.I)
_UNSEEN = re.compile(r"[\x00-\x20\x7f\u200b-\u200f\u2060\ufeff]+")
_FOREIGN = re.compile(r"(?:https?:)?//", re.I)


class Sink(NamedTuple):
    """Something dangerous in an answer: what it is, and its own text."""

    kind: str
    text: str


class _Tag(NamedTuple):
    name: str
    attributes: dict[str, str]
    end: int


def html_sinks(text: str) -> Iterator[Sink]:
    """Scripts, event handlers, addresses that run code, frames, forms and plug-ins in the first 500,000 characters."""
    prose = prose_of(text[:MOST_CHARACTERS])
    place = 0
    while (found := _TAG.search(prose, place)) is not None:
        tag = _read(prose, found)
        if tag is None:
            return
        place = tag.end
        if tag.name == "script":
            close = prose.lower().find("</script", tag.end)
            place = len(prose) if close < 0 else close
            yield Sink("a script", prose[found.start() : place])
            continue
        yield from _of_tag(tag, prose[found.start() : tag.end])


def _of_tag(tag: _Tag, source: str) -> Iterator[Sink]:
    for name, value in tag.attributes.items():
        if re.fullmatch(r"on[a-z]{3,30}", name) and value.strip():
            yield Sink(f"the event handler `{name}`", value)
        elif name in _ADDRESSES and _RUNS.match(_UNSEEN.sub("", value)):
            yield Sink(f"an address that runs code in `{name}`", value)
        elif name == "srcdoc" and value.strip():
            yield Sink("a frame with a document of its own", value)
    if tag.name == "meta" and "url=" in _UNSEEN.sub("", tag.attributes.get("content", "")).lower():
        yield Sink("a page that moves on by itself", source)
    outward = any(_FOREIGN.match(tag.attributes.get(name, "").strip()) for name in ("src", "data", "href", "action"))
    if tag.name in ("iframe", "object", "embed", "base", "form") and outward:
        yield Sink(f"an element `{tag.name}` to another host", source)


def _read(prose: str, found: re.Match[str]) -> _Tag | None:
    """A tag with its attributes, decoded; None where the text ends inside it, which no browser shows."""
    attributes: dict[str, str] = {}
    place = found.end()
    while (part := _ATTRIBUTE.match(prose, place)) is not None:
        place = part.end()
        if part["end"]:
            return _Tag(found["name"].lower(), attributes, place)
        if part["q"] == "" or part["s"] == "":
            return None
        value = part["double"] or part["single"] or part["bare"] or ""
        attributes.setdefault(part["name"].lower(), html.unescape(value))
    return None
