"""Translation edit rate (Snover et al. 2006): edits, where moving a run of words counts as one, by words of reference.

As in sacrebleu, which follows the program Tercom: greedily the move that saves most edits, runs of at most 10 words
moved by at most 50 places, at most 1,000 moves tried; edits are counted within 25 places of the diagonal.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seatrial.text.editing import distance
from seatrial.text.error_rates import ErrorSums

_LONGEST_RUN, _FARTHEST, _BEAM, _MOST_TRIED = 10, 50, 25, 1_000
_FAR = 10**16


def ter_sums(answer: Sequence[str], references: Sequence[Sequence[str]]) -> ErrorSums:
    """The fewest edits to any reference, and the mean number of words of the references.

    Args:
        answer: Its words.
        references: At least one list of words.
    """
    edits = min(_edits(list(answer), list(reference)) for reference in references)
    return ErrorSums(float(edits), sum(map(len, references)) / len(references))


class _Move(NamedTuple):
    """What a move saves, and what decides between moves that save as much: longer, earlier, to an earlier place."""

    saved: int
    length: int
    minus_start: int
    minus_target: int

    def of(self, words: list[str]) -> list[str]:
        """The words after the move."""
        start, end, target = -self.minus_start, self.length - self.minus_start, -self.minus_target
        run = words[start:end]
        if target < start:
            return words[:target] + run + words[target:start] + words[end:]
        if target > end:
            return words[:start] + words[end:target] + run + words[target:]
        return words[:start] + words[end : self.length + target] + run + words[self.length + target :]


def _edits(words: list[str], reference: list[str]) -> int:
    if not reference:
        return len(words)
    moves = tried = 0
    while True:
        table = _Table(words, reference)
        move, more = _best_move(table, _MOST_TRIED - tried)
        tried += more
        if tried >= _MOST_TRIED or move is None or move.saved <= 0:
            return moves + table.cost
        words, moves = move.of(words), moves + 1


def _best_move(table: "_Table", left: int) -> tuple[_Move | None, int]:
    """The move that saves most, and how many were tried."""
    align, reference_wrong, words_wrong = table.alignment()
    best, tried = None, 0
    for start, place, length in _runs(table.words, table.reference):
        wrong = any(words_wrong[start : start + length]) and any(reference_wrong[place : place + length])
        if not wrong or start <= align[place] < start + length:
            continue
        before = -1
        for offset in range(place - 1, min(place + length, len(table.reference))):
            target = 0 if offset < 0 else align[offset] + 1
            if target == before:
                continue
            before, tried = target, tried + 1
            move = _Move(0, length, -start, -target)
            move = move._replace(saved=table.cost - table.cost_of(move.of(table.words), min(start, target)))
            best = move if best is None else max(best, move)
        if tried >= left:
            break
    return best, tried


def _runs(words: list[str], reference: list[str]) -> Iterator[tuple[int, int, int]]:
    """Where runs of words stand in both: place in the words, place in the reference, length."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(reference):
        places.setdefault(word, []).append(place)
    for start, word in enumerate(words):
        for place in places.get(word, ()):
            if abs(place - start) > _FARTHEST:
                continue
            most = min(_LONGEST_RUN, len(words) - start, len(reference) - place)
            for length in range(1, most + 1):
                if words[start + length - 1] != reference[place + length - 1]:
                    break
                yield start, place, length


class _Table:
    """The table of edit distances of words to a reference, row by row, near its diagonal."""

    def __init__(self, words: list[str], reference: list[str]) -> None:
        self.words, self.reference = words, reference
        self._slope = len(reference) / len(words) if words else 1.0
        self._beam = math.ceil(self._slope / 2 + _BEAM) if self._slope / 2 > _BEAM else _BEAM
        self._rows = [list(range(len(reference) + 1))]
        for word in words:
            self._rows.append(self._row(word, len(self._rows), self._rows[-1]))
        self._costs: dict[tuple[str, ...], int] = {}

    @property
    def cost(self) -> int:
        """The edits."""
        return self._rows[-1][-1]

    def cost_of(self, words: list[str], same: int) -> int:
        """The edits of the same words in another order, of which the first `same` are as they were."""
        key = tuple(words)
        if key not in self._costs:
            self._costs[key] = self._cost_of(words, same)
        return self._costs[key]

    def _cost_of(self, words: list[str], same: int) -> int:
        if len(self.reference) < _BEAM:
            return distance(words, self.reference)
        row = self._rows[same]
        for number in range(same + 1, len(words) + 1):
            row = self._row(words[number - 1], number, row)
        return row[-1]

    def _row(self, word: str, number: int, above: list[int]) -> list[int]:
        middle = math.floor(number * self._slope)
        first, end = max(0, middle - self._beam), min(len(above), middle + self._beam)
        if number == len(self.words):
            end = len(above)
        row = [_FAR] * len(above)
        left = _FAR
        if first == 0:
            row[0] = left = above[0] + 1
            first = 1
        for place in range(first, end):
            cost = above[place - 1] + (word != self.reference[place - 1])
            cost = min(cost, above[place] + 1, left + 1)
            row[place] = left = cost
        return row

    def alignment(self) -> tuple[list[int], list[bool], list[bool]]:
        """For each word of the reference the place it is aligned to, and whether it is wrong; whether each word is.

        Where edits cost the same, words are aligned before one of ours is left out, that before one is put in.
        """
        align, reference_wrong = [0] * len(self.reference), [True] * len(self.reference)
        words_wrong = [True] * len(self.words)
        i, j = len(self.words), len(self.reference)
        while j:
            cost = self._rows[i][j]
            if i and self._rows[i - 1][j - 1] + (self.words[i - 1] != self.reference[j - 1]) == cost:
                i, j = i - 1, j - 1
                align[j] = i
                words_wrong[i] = reference_wrong[j] = self.words[i] != self.reference[j]
            elif i and self._rows[i - 1][j] + 1 == cost:
                i -= 1
            else:
                j -= 1
                align[j] = i - 1
        return align, reference_wrong, words_wrong
