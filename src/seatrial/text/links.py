"""Addresses in a text, and what is wrong with them. Nothing is ever fetched.

An address begins with a scheme and `://`, with `www.`, or is the destination of a link of Markdown. RFC 3986 for the
form; a host is a name of labels (RFC 1123, at most 253 characters, the last of them no number) or an IP address.
"""

import ipaddress
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

MOST_CHARACTERS = 500_000
_FOUND = re.compile(
    r"(?<![\w@])(?P<bare>(?:[A-Za-z][A-Za-z0-9+.-]{1,20}://|www\.)[^\s<>\"`|，。；：！？、（）【】《》「」『』“”„«»]{0,4000})"
    r"|\]\(\s{0,3}(?P<link>[^()\s]{0,1000}(?:\([^()\s]{0,100}\)[^()\s]{0,500})?)"
)
_TRAILING = ".,;:!?'*_~”’»…"
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FORBIDDEN = re.compile(r"[\\^{}\x00-\x20\x7f]")


class Link(NamedTuple):
    """An address as it stands in a text: its scheme and host in lower case, and what is wrong with it, if anything."""

    text: str
    scheme: str
    host: str
    wrong: str


def links_in(text: str) -> Iterator[Link]:
    """The addresses of the first 500,000 characters; links within a page (`#there`, `page.html`) are none."""
    for found in _FOUND.finditer(text[:MOST_CHARACTERS]):
        raw = found["bare"] or found["link"] or ""
        if found["bare"]:
            raw = _without_end(raw)
        elif not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://|www\.", raw):
            continue
        yield read_link(raw)


def read_link(raw: str) -> Link:
    """An address in its parts."""
    address = raw if "://" in raw else f"http://{raw}"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".").lower()
        wrong = _wrong(raw, parts, host)
    except ValueError as error:  # a bracket that does not close, a port that is no number
        return Link(raw, address.partition(":")[0].lower(), "", str(error).lower())
    return Link(raw, parts.scheme.lower() if "://" in raw else "", host, wrong)


def host_allowed(host: str, allowed: tuple[str, ...]) -> bool:
    """Whether a host is one of these; `*.example.com` stands for every host below example.com."""
    return any(host.endswith(each[1:]) if each.startswith("*.") else host == each for each in map(str.lower, allowed))


def _without_end(raw: str) -> str:
    """Without the signs of the sentence that the address stands in, and a bracket that was opened before it."""
    while raw:
        if raw[-1] in _TRAILING or (raw[-1] in ")]}" and raw.count(raw[-1]) > raw.count("([{"[")]}".index(raw[-1])])):
            raw = raw[:-1]
        else:
            break
    return raw


def _wrong(raw: str, parts: SplitResult, host: str) -> str:
    """What is wrong with an address, as the end of a sentence; nothing when it is well formed.

    Raises:
        ValueError: Its port is no number up to 65535.
    """
    _ = parts.port
    if _FORBIDDEN.search(raw):
        return "it holds a character that must be escaped"
    if _ESCAPE.search(raw):
        return "a % stands without two hexadecimal digits"
    if not host:
        return "it has no host"
    return "" if _is_host(host) else "its host is no name of a host"


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:  # no number: then it must be a name
        labels = host.split(".")
        named = len(host) <= 253 and all(map(_LABEL.fullmatch, labels))
        return named and not labels[-1].isdigit() and (len(labels) > 1 or host == "localhost")
    return True
