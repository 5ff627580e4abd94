"""Foreign text in Markdown: each character with a meaning becomes a numeric reference, so that nothing comes of it."""

import re

from seatrial.report.text import one_line

_MEANING = re.compile(r"[^\w\s.,;·–…%()/=-]|_|(?<=(?i:www))\.")


def escaped(text: str) -> str:
    """A text in which no character has a meaning in Markdown or HTML."""
    return _MEANING.sub(lambda match: f"&#{ord(match[0])};", text)


def code(text: str, limit: int = 200) -> str:
    """A foreign text on one line in a `code` element, where no mention, link or image comes of it."""
    return f"<code>{escaped(one_line(text, limit))}</code>"
