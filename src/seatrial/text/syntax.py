"""What the readers of formal languages share: how a text fails to be one, or cannot be read at all.

A reader takes any text and gives nothing, or raises one of these. What it takes is bounded, so that no text, however it
is nested, can stop a run: beyond the bound there is no verdict.
"""

MOST_CHARACTERS = 100_000
"""Longer texts are not read."""


class NotWellFormed(ValueError):
    """The text is none of that language; the message says why, as the end of a sentence."""


class CannotRead(ValueError):
    """There is no verdict: the text is too long, nested too deeply, or beyond what the reader knows."""


def refuse_long(text: str) -> None:
    """Refuse what is too long to be read.

    Raises:
        CannotRead: It is.
    """
    if len(text) > MOST_CHARACTERS:
        raise CannotRead(f"it has {len(text):,} characters, and only {MOST_CHARACTERS:,} are read")


def refuse_empty(text: str) -> None:
    """Refuse a text without anything.

    Raises:
        NotWellFormed: It is empty.
    """
    if not text.strip():
        raise NotWellFormed("it is empty")
