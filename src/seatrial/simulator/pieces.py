"""Token counts by a plain rule, so that anybody can check them.

A piece is up to six letters or digits of a word together with the blank before it, or one other character. The pieces
of a text joined are the text. A chat message costs its pieces and 3, a conversation 3 more.
"""

import re
from collections.abc import Iterable

_PIECE = re.compile(r" ?\w{1,6}| ?[^\w\s]|\s")
PER_MESSAGE = 3
PER_CONVERSATION = 3


def split_pieces(text: str) -> list[str]:
    """The pieces of a text, in order."""
    return _PIECE.findall(text)


def count_pieces(text: str) -> int:
    """How many pieces a text has."""
    return len(_PIECE.findall(text))


def count_conversation(texts: Iterable[str]) -> int:
    """What a conversation of these messages costs as a prompt."""
    return PER_CONVERSATION + sum(PER_MESSAGE + count_pieces(text) for text in texts)
