"""Text files: recognised by content, read in blocks of whole lines, never all at once.

Content decides that something is a text; the name, whether a text is what is meant to be there. A text called `x.pkl`
or `x.bin` is not understood by whoever loads it, so it is left as of no known format.
"""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from seatrial.scan.limits import MEGABYTE
from seatrial.scan.part import Part

MOST_BYTES = 16 * MEGABYTE
"""So much of a text is looked at: enough for any config, notebook or file of cases; data beyond are said to be left."""
BLOCK = MEGABYTE
OVERLAP = 16 * 1024
"""Of lines longer than a block; longer than any secret."""
_START = 8 * 1024
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 27}
_NAMES = re.compile(
    r"(?:.*[/\\])?(?:.*\.(?:txt|md|mdx|rst|adoc|tex|json5?|jsonl|ndjson|geojson|ya?ml|toml|ini|cfg|conf|config|properties|env|"
    r"ipynb|csv|tsv|log|out|pyi?|r|jl|sql|sh|bash|zsh|bat|cmd|ps1|jsx?|tsx?|mjs|html?|css|xml|pmml|svg|jinja2?|j2|tmpl|tpl|"
    r"template|prompt|in|lock|pem|key|crt|cer|pub|asc|vocab|bpe|merges|tf|tfvars|go|rs|c|h|cc|cpp|java|rb|php|patch|diff|"
    r"license|citation|bib|dvc|mod|sum|gitattributes|gitignore|gitmodules|dockerignore|npmrc|pypirc|netrc|htpasswd)|"
    r"\.env\..*|(?:readme|licen[cs]e|notice|authors|contributors|changelog|copying|makefile|dockerfile|procfile|"
    r"credentials|metadata|record|id_[a-z0-9]+)(?:[-_.].*)?)",
    re.IGNORECASE | re.DOTALL,
)
"""Suffixes and names of configs, notebooks, prompts, cases, sources, papers and keys."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Block(NamedTuple):
    """Some lines of a text, and the number of the first."""

    line: int
    text: str


def encoding_of(start: bytes) -> str | None:
    """How the start of a text is written; None when it is no text."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding if encoding == "utf-8-sig" or len(start) > len(mark) else None
    if not start or any(byte in _CONTROLS for byte in set(start)):
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return None
    return "utf-8"


def is_text(part: Part) -> bool:
    """Whether a Part is named as texts are and begins as one: UTF-8 without controls, or UTF-16 with its mark."""
    return _NAMES.fullmatch(part.name) is not None and encoding_of(part.blob.read(0, _START)) is not None


def blocks_of(part: Part, most: int = MOST_BYTES) -> Iterator[Block]:
    """A text in blocks of whole lines; a line that is longer than a block is cut, with an overlap."""
    encoding = encoding_of(part.blob.read(0, _START)) or "utf-8"
    wide = encoding.startswith("utf-16")
    newline = "\n".encode(encoding) if wide else b"\n"
    offset, line = 0, 1
    while offset < most:
        data = part.blob.read(offset, BLOCK)
        if not data:
            return
        part.budget.check_time()
        end = len(data)
        if end == BLOCK:
            cut = data.rfind(newline)
            end = cut + len(newline) if cut > 0 else BLOCK - OVERLAP
            end -= end % 2 if wide else 0
            text = data[: end if cut > 0 else BLOCK].decode(encoding, "replace")
        else:
            text = data.decode(encoding, "replace")
        yield Block(line, text)
        line += data[:end].count(newline)
        offset += end
