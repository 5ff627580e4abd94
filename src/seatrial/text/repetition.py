"""Degenerate text: how much of a text says again what it said, and phrases that go round in a loop.

The share of repeated n-grams is that of Welleck et al. 2020, "Neural Text Generation with Unlikelihood Training"
(arXiv 1908.04319): 1 - (distinct n-grams) / (all n-grams), n = 4.
"""

import re
from itertools import accumulate
from typing import NamedTuple

MOST_WORDS = 20_000
"""Of a longer text the last words are looked at: loops are at the end."""
MOST_CHARACTERS = 400_000
LONGEST_PHRASE = 50
_TOKEN = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\\w{1,24}|[^\\w\\s]")
_WORDY = re.compile(r"\w")


class Loop(NamedTuple):
    """A phrase said several times in a row: how often, and the phrase."""

    times: int
    phrase: str


def tokens_of(text: str) -> list[str]:
    """Words and signs in lower case; where words are not spaced every character is one, a word ends after 24."""
    return [found[0] for found in _TOKEN.finditer(text[-MOST_CHARACTERS:].lower())][-MOST_WORDS:]


def repeated_share(words: list[str], n: int = 4) -> float:
    """The share of n-grams that stood in the text before, 0 to 1; 0 for fewer than n words."""
    count = len(words) - n + 1
    return 1 - len(set(zip(*[words[start:] for start in range(n)], strict=False))) / count if count > 0 else 0.0


def longest_loop(words: list[str]) -> Loop:
    """The phrase of up to 50 words that is said most often in a row; 1 time when none is repeated.

    A row of signs alone (`-----`, `| | |`) is drawing and no loop.
    """
    best = Loop(1, "")
    wordy = list(accumulate((_WORDY.match(word) is not None for word in words), initial=0))
    for period in range(1, min(LONGEST_PHRASE, len(words) // 2) + 1):
        run = 0
        for place, (one, other) in enumerate(zip(words[period:], words, strict=False)):
            run = run + 1 if one == other else 0
            if run and 1 + run // period > best.times and wordy[place + 1 + period] > wordy[place + 1]:
                best = Loop(1 + run // period, " ".join(words[place + 1 : place + 1 + period]))
    return best
