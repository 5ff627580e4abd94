"""A message made legible before it is understood: what a mended model does not stumble over.

Control characters and marks of direction are obeyed, what is not seen is dropped, lookalikes are read as Latin letters,
tags of markup, keys of JSON and noise fall away, numbers in words become digits, and what `readings` of a persona name
is read as they say.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from seatrial.text.lookalikes import in_latin
from seatrial.text.spoken_numbers import LANGUAGES, spoken_numbers

MOST = 2_000
"""Characters of one message that are read: half from its beginning, half from its end."""
_OVERRIDE = re.compile("[\u202d\u202e](.*?)\u202c", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][\w:-]*(?:\s+[\w:-]+\s*=\s*(?:\"[^\"<>]{0,200}\"|'[^'<>]{0,200}'))*\s*/?>")
_KEY = re.compile(r"\"\w{1,24}\":")
_INNER = re.compile(r"(?<=[^\W_])[,.;:!?-]*[#$%&()*+/<=>@\[\]^_`|~][^\w\s]*_?(?=[^\W_])")
_EDGE = re.compile(r"\A[#$%&()*+<=>@\[\]^_`|~]|[#$%&(*+<=>@\[\]^_`|~]\)?\Z")
_TOKEN = re.compile(r"\S+")
_MIXED = re.compile(r"[a-z][A-Z]")
_DELETERS = frozenset("\b\x7f")


def legible(text: str, languages: Sequence[str] = (), readings: Mapping[str, str] = {}) -> str:
    """The text as it is meant; one that is plain ASCII in words stays as it is."""
    if len(text) > MOST:
        text = f"{text[: MOST // 2]} {text[-MOST // 2 :]}"
    text = _TAG.sub(" ", _CDATA.sub(r" \1 ", text)) if "<" in text else text
    text = _TOKEN.sub(lambda found: " " if _is_noise(found[0]) else found[0], _KEY.sub(" ", text))
    if not text.isascii() or not text.isprintable():
        # A long s looks like an f; what it stands for is not what it looks like.
        text = in_latin(_seen(_OVERRIDE.sub(lambda found: found[1][::-1], _obeyed(text.replace("ſ", "f")))))
    return _in_digits(_read(text, readings), languages)


def _is_noise(token: str) -> bool:
    """Whether signs stand within what would be a word: twice, at an edge too, or between letters of mixed case."""
    inner = len(_INNER.findall(token))
    return inner > 1 or (inner == 1 and (_EDGE.search(token) or _MIXED.search(token)) is not None)


def _obeyed(text: str) -> str:
    """What is left where each backspace and delete takes the sign before it away."""
    if not _DELETERS & set(text):
        return text
    seen: list[str] = []
    for sign in text:
        if sign not in _DELETERS:
            seen.append(sign)
        elif seen:
            seen.pop()
    return "".join(seen)


def _seen(text: str) -> str:
    """Without format characters; other control characters than line ends part words."""
    kinds = ((sign, unicodedata.category(sign)) for sign in text)
    return "".join(" " if kind == "Cc" and sign != "\n" else sign for sign, kind in kinds if kind != "Cf")


def _in_digits(text: str, languages: Sequence[str]) -> str:
    for language in languages:
        if language in LANGUAGES:
            for found in reversed(list(spoken_numbers(text, language))):
                text = f"{text[: found.start]}{found.value}{text[found.end :]}"
    return text


def _read(text: str, readings: Mapping[str, str]) -> str:
    if not readings:
        return text
    return _pattern(tuple(readings)).sub(lambda found: readings.get(found[0].casefold(), found[0]), text)


@lru_cache(maxsize=16)
def _pattern(keys: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted((key for key in keys if key[0].isalnum()), key=len, reverse=True)))
    signs = "|".join(map(re.escape, sorted((key for key in keys if not key[0].isalnum()), key=len, reverse=True)))
    parts = [rf"(?<!\w)(?:{words})(?!\w)"] if words else []
    return re.compile("|".join([*parts, *([signs] if signs else [])]), re.IGNORECASE)
