"""What can be seen in a text without understanding it: its form, its words, how it begins and ends.

Only the first `LOOKED_AT` characters are looked at (and the last ones, for the end), so that a text of a megabyte costs
no more than a page.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

LOOKED_AT: Final = 20_000
MOST_WORDS: Final = 200
"""Different words of one text."""
_LONGEST_WORD = 40
_LETTERS_OF_CAPITALS = 4

FORMS: Final[Mapping[str, str]] = {
    "line_break": "a line break",
    "list": "a list",
    "table": "a table",
    "code_block": "a code block",
    "heading": "a heading",
    "url": "a web address",
    "digits": "digits",
    "money": "an amount of money",
    "question_mark": "a question mark",
    "quotation_marks": "quotation marks",
    "beyond_ascii": "characters beyond ASCII",
    "emoji": "an emoji",
}
"""What a text can hold, with the words for it."""
WHOLE: Final[Mapping[str, str]] = {"json": "JSON", "capitals": "in capital letters only"}
"""What a text can be as a whole, with the words for it."""

_SEARCHED = {
    "list": re.compile(r"^[ \t]{0,8}(?:[-*+•]|\d{1,3}[.)])[ \t]+\S", re.MULTILINE),
    "table": re.compile(r"^[ \t]{0,8}\|[^\n]*\|[ \t]*\n[ \t]{0,8}\|[ \t]*:?-", re.MULTILINE),
    "heading": re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE),
    "url": re.compile(r"\bhttps?://\w|\bwww\.\w", re.IGNORECASE),
    "digits": re.compile(r"\d"),
    "money": re.compile(r"[$€£¥₹]|\d ?(?:usd|eur|gbp|chf|euros?|dollars?|pounds?)\b", re.IGNORECASE),
    "question_mark": re.compile("[?？؟]"),
    "quotation_marks": re.compile('["“”„«»「」]'),
    "emoji": re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]"),
}
# The signs that are written without spaces between words: Han, kana, Thai, Lao, Khmer, Burmese.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]+|[^\W\d_{_UNSPACED}](?:[^\W\d_{_UNSPACED}]|['’-](?=[^\W\d_]))+")
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]")
_ASCII_WORD = re.compile(r"[a-z](?:[a-z]|['-](?=[a-z]))+")
_NEEDED = {"table": "|", "heading": "#", "url": "."}
"""Signs without which a form cannot be there, as looking for one sign is much quicker."""
_BEYOND_ASCII_ONLY = ("emoji",)


def forms_of(text: str) -> dict[str, bool]:
    """Whether the text holds each of `FORMS` and is each of `WHOLE`."""
    seen = text[:LOOKED_AT]
    plain = seen.isascii()
    found = dict.fromkeys(_SEARCHED, False)
    for name, pattern in _SEARCHED.items():
        if _NEEDED.get(name, "") in seen and not (plain and name in _BEYOND_ASCII_ONLY):
            found[name] = pattern.search(seen) is not None
    found["line_break"] = "\n" in seen.strip()
    found["code_block"] = "```" in seen or "~~~" in seen
    found["json"] = _is_json(text)
    found["capitals"] = _in_capitals(seen)
    found["beyond_ascii"] = not plain
    return found


def each_word(text: str) -> Iterator[str]:
    """The words in lower case, in the order of the text.

    A word has at least two letters; scripts without spaces between words give pairs of neighbouring signs.
    """
    seen = text[:LOOKED_AT].casefold()
    if seen.isascii():
        yield from (word for word in _ASCII_WORD.findall(seen) if len(word) <= _LONGEST_WORD)
        return
    for match in _WORD.finditer(seen):
        word = match[0]
        if _UNSPACED_RUN.match(word):
            yield from (word[i : i + 2] for i in range(max(1, len(word) - 1)))
        elif len(word) <= _LONGEST_WORD:
            yield word


def words_of(text: str, most: int = MOST_WORDS) -> list[str]:
    """The first `most` different words, in lower case, in the order of the text."""
    found: dict[str, None] = {}
    for word in each_word(text):
        found[word] = None
        if len(found) >= most:
            break
    return list(found)


def word_count(text: str) -> int:
    """How many words the text has, as white space parts them."""
    return len(text.split())


def first_word(text: str) -> str | None:
    """The word that the text begins with, in lower case; None when it begins otherwise."""
    match = _WORD.match(text[:LOOKED_AT].lstrip("\"“„«'¿¡*_ \t\n").casefold())
    return match[0][:_LONGEST_WORD] if match else None


def last_sign(text: str) -> str | None:
    """The sign that the text ends with, `word` where that is a letter or a digit; None when the text is empty."""
    end = text[-200:].rstrip()
    if not end:
        return None
    return "word" if end[-1].isalnum() else end[-1]


def _is_json(text: str) -> bool:
    start, end = text[:200].lstrip()[:1], text[-200:].rstrip()[-1:]
    if (start, end) not in (("{", "}"), ("[", "]")):
        return False
    if len(text) > LOOKED_AT:
        return True
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _in_capitals(text: str) -> bool:
    if text != text.upper() or text == text.lower():
        return False
    return sum(sign.isalpha() for sign in text[:200]) >= _LETTERS_OF_CAPITALS
