"""Texts that are nearly the same, found without comparing each with each.

MinHash (Broder 1997) of runs of characters, by one permutation (Li, Owen and Zhang 2012) whose empty bins are filled
from the next one (Shrivastava and Li 2014); texts that agree in all bins of a band are compared by their Jaccard index.
"""

import re
import zlib
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

RUN = 5
"""Characters of a run; of texts longer than `LONG` characters, three words are one."""
LONG = 500
BINS, BAND = 64, 4
_COMPARED = 4
"""Texts of a band that a new one is compared with: of thousands that a template made, a few are enough."""
_MIX, _MASK = 0x9E3779B97F4A7C15, (1 << 64) - 1
_WORDS = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")
Runs: TypeAlias = "array[int]"
"""CRC-32 of each run, each once: four bytes, where the runs themselves would be most of the memory."""


def near_pairs(texts: Sequence[str], threshold: float = 0.85) -> Iterator[tuple[int, int, float]]:
    """Pairs of texts with a Jaccard index of at least the threshold: place of the earlier, of the later, and the index.

    Texts in which other numbers stand are not near: they ask something else. A text is paired with at most a few.
    """
    runs = [runs_of(text) for text in texts]
    numbers = [Counter(_DIGITS.findall(text)) for text in texts]
    bands: dict[tuple[int, ...], list[int]] = {}
    for place, mine in enumerate(runs):
        for other in _candidates(bands, place, mine):
            if numbers[other] == numbers[place] and (index := jaccard(runs[other], mine)) >= threshold:
                yield other, place, index


def runs_of(text: str) -> Runs:
    """The runs that a text is compared by: five characters in one case, or three words of a long text."""
    if len(text) > LONG:
        words = _WORDS.findall(text.casefold())
        runs = list(map(" ".join, zip(words, words[1:], words[2:], strict=False))) or [text]
    else:
        plain = " ".join(text.casefold().split())
        runs = [plain[start : start + RUN] for start in range(max(1, len(plain) - RUN + 1))]
    return array("I", {zlib.crc32(run.encode("utf-8", "surrogatepass")) for run in runs})


def jaccard(one: Runs, other: Runs) -> float:
    """What two texts share of all runs that they have (Jaccard 1901)."""
    common = len(set(one).intersection(other))
    return common / (len(one) + len(other) - common)


def signature(runs: Runs) -> tuple[int, ...]:
    """The least hash in each bin; the same in every process."""
    bins: list[int | None] = [None] * BINS
    for run in runs:
        mixed = (run * _MIX & _MASK) >> 20
        place, rest = mixed % BINS, mixed // BINS
        least = bins[place]
        if least is None or rest < least:
            bins[place] = rest
    return tuple(_filled(bins))


def _filled(bins: list[int | None]) -> list[int]:
    """Empty bins take the next one's hash, changed by how far it was fetched."""
    filled, value, steps = [0] * BINS, 0, 0
    for place in range(2 * BINS - 1, -1, -1):
        own = bins[place % BINS]
        value, steps = (value, steps + 1) if own is None else (own, 0)
        filled[place % BINS] = value + (steps << 40)
    return filled


def _candidates(bands: dict[tuple[int, ...], list[int]], place: int, runs: Runs) -> list[int]:
    """Earlier texts that share a band; the text takes its place among them."""
    found: dict[int, None] = {}
    bins = signature(runs)
    for start in range(0, BINS, BAND):
        there = bands.setdefault((start, *bins[start : start + BAND]), [])
        found.update(dict.fromkeys(there))
        if len(there) < _COMPARED:
            there.append(place)
    return list(found)
