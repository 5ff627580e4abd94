"""Addresses in an answer that carry data away: an image is fetched as soon as it is shown."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from seatrial.checks.detectors.html_sinks import Sink
from seatrial.text.blocks import prose_of
from seatrial.text.links import host_allowed

MOST_CHARACTERS = 500_000
_LEAST_DATA = 4
"""Characters of a value that are data; `?v=2` is none."""
_INLINE = re.compile(r"(?P<image>!)?\[[^\[\]]{0,1000}\]\(\s{0,9}<?(?P<address>[^\s<>()]{1,4000})")
_IMAGE = re.compile(r"<img\s[^<>]{0,2000}?\bsrc\s{0,9}=\s{0,9}[\"']?(?P<address>[^\s\"'<>]{1,4000})", re.I)
_REFERENCE = re.compile(r"^ {0,3}\[(?P<label>[^\[\]\n]{1,200})\]:\s{0,9}<?(?P<address>[^\s<>]{1,4000})", re.M)
_USE = re.compile(r"!\[([^\[\]]{0,1000})\](?:\[([^\[\]]{0,1000})\])?(?!\()")


def addresses_in(text: str, links: bool = False) -> Iterator[Sink]:
    """The addresses of images of Markdown and HTML in the first 500,000 characters, decoded; with `links` of all."""
    prose = prose_of(text[:MOST_CHARACTERS])
    for found in _INLINE.finditer(prose):
        if found["image"] or links:
            yield Sink("an image" if found["image"] else "a link", unquote(found["address"]))
    for found in _IMAGE.finditer(prose):
        yield Sink("an image", unquote(found["address"]))
    shown = {(use[2] or use[1]).strip().casefold() for use in _USE.finditer(prose)}
    for found in _REFERENCE.finditer(prose):
        image = found["label"].strip().casefold() in shown
        if image or links:
            yield Sink("an image" if image else "a link", unquote(found["address"]))


def markdown_sinks(text: str, hosts: tuple[str, ...] = ()) -> Iterator[Sink]:
    """Images of other hosts whose address has data in its query."""
    for sink in addresses_in(text):
        try:
            parts = urlsplit(sink.text)
            host = (parts.hostname or "").lower()
        except ValueError:  # no address that a client would fetch
            continue
        values = [pair.partition("=")[2] or pair for pair in re.split("[&;]", parts.query)]
        if host and not host_allowed(host, hosts) and any(len(value) >= _LEAST_DATA for value in values):
            yield Sink("an image with data in its address", sink.text)
