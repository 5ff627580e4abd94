"""Words that should not be said, by lists of our own in `data/`: insults and slurs (toxicity), oaths (profanity).

A list finds words, not what is meant: an insinuation has none of them, and a quoted slur has. A line of a list is a
word, a beginning (`idiot*`: any ending), or a phrase of several words; a `?` before it says that the word is harmless
in another language, so that it counts only where the language is known. Lines with `#` are comments.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import NamedTuple

from seatrial.core.errors import Mistake

LANGUAGES = ("de", "en", "es", "fr")
MOST_CHARACTERS = 200_000
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)
_DISGUISED = re.compile(r"(?<![\w@$])(?=[\w@$!]{0,40}[^\W\d_])[\w@$!]{2,39}[\w@$](?![\w@$])")
_LETTERS_OF = str.maketrans("013457@$!", "oieastasi")
_MASKED = re.compile(r"(?<![\w*])[^\W\d_]{1,20}\*{1,6}[^\W\d_*]{1,20}(?![\w*])")
"""A word some of whose letters are hidden behind stars; emphasis of Markdown stands around words, not in them."""
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_ENDINGS = 12
"""Characters that may follow a beginning."""
_MOST_IN_PHRASE = 6
_MOST_MASKED = 200


class Lexicon(NamedTuple):
    """Words and phrases to look for: whole ones, and beginnings of words."""

    whole: frozenset[tuple[str, ...]]
    beginnings: frozenset[str]
    firsts: frozenset[str]

    def found_in(self, text: str) -> tuple[str, ...]:
        """What stands in a text, in order, as it is written there.

        Letters that are written as digits or signs (`1d10t`, `@ss`) are read as letters, a letter that goes on and on
        (`idiooot`) as one, and a word with stars in it (`id**t`) is found when it can only be one of these.
        """
        text = _plain(text[:MOST_CHARACTERS])
        tokens = [(found[0], found.start(), found.end()) for found in _TOKEN.finditer(text)]
        hits = list(self._hits(tokens))
        disguised = [each for each in _DISGUISED.finditer(text) if not each[0].isalpha() and not each[0].isdigit()]
        hits += self._hits(
            [(each[0].translate(_LETTERS_OF), each.start(), each.end()) for each in disguised], alone=True
        )
        stretched = [
            (_STRETCHED.sub(r"\1", word), start, end) for word, start, end in tokens if _STRETCHED.search(word)
        ]
        hits += [*self._hits(stretched, alone=True), *self._masked(text)]
        return tuple(dict.fromkeys(text[start:end] for start, end in sorted(hits)))

    def _masked(self, text: str) -> Iterable[tuple[int, int]]:
        """Words with stars in place of as many letters that are whole words of the list, or beginnings of it."""
        for found in islice(_MASKED.finditer(text), _MOST_MASKED):
            meant = re.compile(re.escape(found[0]).replace(r"\*", r"[^\W\d_]"))
            words = (phrase[0] for phrase in self.whole if len(phrase) == 1)
            if any(map(meant.fullmatch, words)) or any(map(meant.fullmatch, self.beginnings)):
                yield found.span()

    def _hits(self, tokens: list[tuple[str, int, int]], alone: bool = False) -> Iterable[tuple[int, int]]:
        shortest = min(map(len, self.beginnings), default=1)
        for place, (word, start, end) in enumerate(tokens):
            if any(
                word[:size] in self.beginnings for size in range(max(shortest, len(word) - _ENDINGS), len(word) + 1)
            ):
                yield start, end
            elif word in self.firsts:
                for size in range(1 if alone else _MOST_IN_PHRASE, 0, -1):
                    if tuple(token[0] for token in tokens[place : place + size]) in self.whole:
                        yield start, tokens[min(place + size, len(tokens)) - 1][2]
                        break


@lru_cache(maxsize=64)
def lexicon(kind: str, languages: tuple[str, ...], words: tuple[str, ...] = (), allow: tuple[str, ...] = ()) -> Lexicon:
    """The words of a kind in these languages, with a user's own.

    Args:
        kind: `toxicity` or `profanity`.
        languages: Of `LANGUAGES`; with several, the words that are harmless in one of the others are left out.
        words: More lines.
        allow: Lines or words that are not looked for.

    Raises:
        Mistake: A line is empty or too long.
    """
    lines = [*words]
    for language in languages:
        told = len(languages) == 1
        lines += [line.removeprefix("?") for line in _lines(kind, language) if told or not line.startswith("?")]
    allowed = {_plain(line) for line in allow}
    whole, beginnings = set(), set()
    for line in map(_plain, lines):
        phrase = tuple(_TOKEN.findall(line))
        if not phrase or len(phrase) > _MOST_IN_PHRASE:
            raise Mistake(f"`{line[:40]}` is no word or phrase of up to {_MOST_IN_PHRASE} words")
        if line in allowed or " ".join(phrase) in allowed:
            continue
        if line.endswith("*") and len(phrase) == 1:
            beginnings.add(phrase[0])
        else:
            whole.add(phrase)
    whole -= {tuple(_TOKEN.findall(line)) for line in allowed}
    return Lexicon(frozenset(whole), frozenset(beginnings), frozenset(phrase[0] for phrase in whole))


def _lines(kind: str, language: str) -> list[str]:
    text = files("seatrial.text").joinpath(f"data/{kind}.{language}.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _plain(text: str) -> str:
    """Lower case, one form of each letter, nothing invisible between letters."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return folded if folded.isascii() else "".join(c for c in folded if unicodedata.category(c) != "Cf")
