"""Texts made comparable: Unicode normal form, white space, case."""

import unicodedata


def composed(text: str) -> str:
    """The text in Unicode normal form C, so that an accent compares alike however it was typed."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def collapsed(text: str) -> str:
    """Normal form C with every run of white space as one space and none around it."""
    return " ".join(composed(text).split())


def folded(text: str, ignore_case: bool) -> str:
    """The text as it is, or without differences of case (Unicode case folding, composed again)."""
    return composed(text.casefold()) if ignore_case else text
