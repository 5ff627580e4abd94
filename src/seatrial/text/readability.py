"""How hard is a text to read? The formulas of the literature, over counts of words, sentences and syllables.

Words are runs of letters with what joins them inside (`don't`, `twenty-one`); numbers count as words of one syllable.
A sentence ends at `.`, `!`, `?`, `…` before white space, or at an empty line; items of lists and headings end one, too.
Code and addresses are left out.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from seatrial.text.blocks import prose_of
from seatrial.text.syllables import syllables

_ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,2000}")
_WORD = re.compile(r"[^\W\d_]+(?:['’‑-][^\W\d_]+)*|\d+(?:[.,:]\d+)*")
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|\n\s*\n")
_SHORT = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|Nr|No|vs|etc|e\.g|i\.e|z\.B|bzw|ca|Sr|Sra|Ud|M|Mme)\.(?=\s)")
_ITEM = re.compile(r"^[ \t]*(?:\d{1,3}[.)]|[-*+•])[ \t]+", re.MULTILINE)
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+([^\n]*)$", re.MULTILINE)
_INFLECTED = re.compile(r"(?:es|ed|ing)$")


class Counts(NamedTuple):
    """What the formulas are made of. `hard` are long words by Gunning's rules, without names."""

    words: int
    sentences: int
    syllables: int
    letters: int
    characters: int
    polysyllables: int
    monosyllables: int
    hard: int
    long: int


def counted(text: str, language: str = "en") -> Counts:
    """The counts of a text.

    Args:
        text: Any text.
        language: One of `syllables.LANGUAGES`.
    """
    prose = _HEADING.sub(r"\n\n\1\n\n", _ITEM.sub("\n\n", _ADDRESS.sub(" ", prose_of(text))))
    prose = _SHORT.sub(lambda found: found[0][:-1], prose)
    sentences = [words for part in _END.split(prose) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    sizes = [syllables(word, language) for word in words]
    common = [word for each in sentences for at, word in enumerate(each) if at == 0 or not word[0].isupper()]
    return Counts(
        words=len(words),
        sentences=len(sentences),
        syllables=sum(sizes),
        letters=sum(sum(map(str.isalpha, word)) for word in words),
        characters=sum(sum(map(str.isalnum, word)) for word in words),
        polysyllables=sum(size >= 3 for size in sizes),
        monosyllables=sum(size == 1 for size in sizes),
        hard=sum(_hard(word, syllables(word, language)) for word in common),
        long=sum(len(word) > 6 for word in words),
    )


def _hard(word: str, size: int) -> bool:
    """Three syllables or more; neither joined by a hyphen nor only so long by -es, -ed or -ing (Gunning 1952)."""
    return size >= 3 and "-" not in word and not (size == 3 and _INFLECTED.search(word) is not None)


class Formula(NamedTuple):
    """A measure of readability: for which language, who found it, and whether a higher value is easier."""

    language: str
    after: str
    of: Callable[[Counts], float]
    easier: bool = False


def _flesch(base: float, per_word: float, per_sentence: float) -> Callable[[Counts], float]:
    return lambda c: base - per_sentence * c.words / c.sentences - per_word * c.syllables / c.words


def _wiener(c: Counts) -> float:
    hard, length = 100 * c.polysyllables / c.words, c.words / c.sentences
    return 0.1935 * hard + 0.1672 * length + 0.1297 * 100 * c.long / c.words - 3.27 * c.monosyllables / c.words - 0.875


FORMULAS: Mapping[str, Formula] = {
    "flesch_kincaid": Formula(
        "en", "Kincaid et al. 1975", lambda c: 0.39 * c.words / c.sentences + 11.8 * c.syllables / c.words - 15.59
    ),
    "flesch_reading_ease": Formula("en", "Flesch 1948", _flesch(206.835, 84.6, 1.015), easier=True),
    "gunning_fog": Formula("en", "Gunning 1952", lambda c: 0.4 * (c.words / c.sentences + 100 * c.hard / c.words)),
    "smog": Formula("en", "McLaughlin 1969", lambda c: 1.0430 * math.sqrt(c.polysyllables * 30 / c.sentences) + 3.1291),
    "coleman_liau": Formula(
        "en",
        "Coleman and Liau 1975",
        lambda c: 5.88 * c.letters / c.words - 29.6 * c.sentences / c.words - 15.8,
    ),
    "automated": Formula(
        "en",
        "Smith and Senter 1967",
        lambda c: 4.71 * c.characters / c.words + 0.5 * c.words / c.sentences - 21.43,
    ),
    "amstad": Formula("de", "Amstad 1978", _flesch(180, 58.5, 1), easier=True),
    "wiener": Formula("de", "Bamberger and Vanecek 1984, first formula", _wiener),
    "fernandez_huerta": Formula("es", "Fernández Huerta 1959", _flesch(206.84, 60, 1.02), easier=True),
    "kandel_moles": Formula("fr", "Kandel and Moles 1958", _flesch(207, 73.6, 1.015), easier=True),
}
"""Name -> formula. `smog` was made for 30 sentences; fewer are scaled up to 30, as is usual."""
