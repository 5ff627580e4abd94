"""Rows of features as columns, and the conditions made of them as sets of rows.

A set of rows is one whole number: bit i is row i. `&` and `bit_count` on it take microseconds for a hundred thousand
rows, without any library.
"""

import math
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from seatrial.core.batch import Labels
from seatrial.metrics.patterns.records import Condition, Example, Side

MOST_VALUES = 1_000
"""Different values of one label that are told apart."""
MOST_WORDS = 20_000
"""Different words of one side, the first that come."""
CUTS = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Where numbers are cut: shares of the rows that lie at or below."""
Rows = int
"""A set of rows."""


class Feature(msgspec.Struct, frozen=True):
    """What a column means. `yes` and `no` are phrases of a flag; of a label, a number or a word, `yes` holds `{}`."""

    name: str
    side: Side
    yes: str
    no: str = ""
    unit: Callable[[float], str] = "{:,.4g}".format


class Row(NamedTuple):
    """The features of one row by name; what is left out is not known of it."""

    flags: Mapping[str, bool] = {}
    labels: Mapping[str, str] = {}
    numbers: Mapping[str, float] = {}
    words: Mapping[str, Iterable[str]] = {}


@dataclass(frozen=True, slots=True)
class Table:
    """Conditions as sets of rows, the rows that failed, and the cluster (case) of each row.

    Attributes:
        n: Rows.
        failed: Those that failed.
        clusters: The number of each row's cluster, from 0.
        names: Each cluster's suite and case.
        conditions: What can hold, with the rows for which it does.
        twins: Other conditions of exactly the same rows, by the number of the one that stands for them.
    """

    n: int
    failed: Rows
    clusters: "array[int]"
    names: list[Example]
    conditions: tuple[tuple[Condition, Rows], ...]
    twins: Mapping[int, list[Condition]]

    @property
    def all(self) -> Rows:
        """Every row."""
        return (1 << self.n) - 1


class Columns:
    """Takes rows one by one and holds them as columns: a byte a flag, four a label, eight a number, four a word."""

    def __init__(self, features: Callable[[str], Feature]) -> None:
        self._feature = features
        self._flags: dict[str, bytearray] = {}
        self._labels: dict[str, Labels] = {}
        self._numbers: dict[str, array[float]] = {}
        self._words: dict[str, dict[str, array[int]]] = {}
        self._failed = bytearray()
        self._clusters = array("l")
        self._numbered: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return len(self._failed)

    @property
    def failures(self) -> int:
        """How many rows failed."""
        return self._failed.count(1)

    def add(self, row: Row, *, failed: bool, suite: str, case: str) -> None:
        """Take a row; rows of one case are one cluster."""
        at, flag, label, amount = len(self._failed), row.flags.get, row.labels.get, row.numbers.get
        self._begin(row, at)
        for name, column in self._flags.items():
            column.append(flag(name, 2))
        for name, labels in self._labels.items():
            value = label(name)
            known = len(labels.names) < MOST_VALUES or value in labels.names
            labels.append(value if known else None)
        for name, numbers in self._numbers.items():
            numbers.append(amount(name, math.nan))
        self._add_words(row.words, at)
        self._failed.append(failed)
        self._clusters.append(self._numbered.setdefault((suite, case), len(self._numbered)))

    def table(self, support: int) -> Table:
        """The conditions that hold for at least `support` rows and not for as many."""
        n, found = len(self._failed), list[tuple[Condition, Rows]]()
        numbers, twins = dict[tuple[Rows, Side], int](), dict[int, list[Condition]]()
        for condition, rows in self._conditions(support):
            if not support <= rows.bit_count() <= n - support:
                continue
            number = numbers.setdefault((rows, condition.side), len(found))
            if number == len(found):
                found.append((condition, rows))
            else:
                twins.setdefault(number, []).append(condition)
        names = [Example(suite, case) for suite, case in self._numbered]
        return Table(n, _set(self._failed, 1), self._clusters, names, tuple(found), twins)

    def _begin(self, row: Row, at: int) -> None:
        """Make the columns that this row is the first to have; the rows before it have no value there."""
        for name in row.flags:
            if name not in self._flags:
                self._flags[name] = bytearray(b"\x02") * at
        for name in row.labels:
            if name not in self._labels:
                self._labels[name] = Labels()
                self._labels[name].pad(at)
        for name in row.numbers:
            if name not in self._numbers:
                self._numbers[name] = array("d", [math.nan]) * at

    def _add_words(self, words: Mapping[str, Iterable[str]], at: int) -> None:
        for name, found in words.items():
            holders = self._words.setdefault(name, {})
            for word in found:
                rows = holders.get(word)
                if rows is not None:
                    rows.append(at)
                elif len(holders) < MOST_WORDS:
                    holders[word] = array("l", [at])

    def _conditions(self, support: int) -> Iterator[tuple[Condition, Rows]]:
        """All of them; what says most to a person comes first, as it stands for others of the same rows."""
        labelled = [(self._feature(name), labels) for name, labels in sorted(self._labels.items())]
        for feature, labels in labelled:
            if feature.side == "case":
                yield from self._of_labels(feature, labels, support)
        for name, flags in sorted(self._flags.items()):
            feature = self._feature(name)
            yield Condition(name, "yes", feature.side, feature.yes), _set(flags, 1)
            if feature.no:
                yield Condition(name, "no", feature.side, feature.no), _set(flags, 0)
        for name, numbers in sorted(self._numbers.items()):
            yield from _of_numbers(self._feature(name), numbers)
        for feature, labels in labelled:
            if feature.side != "case":
                yield from self._of_labels(feature, labels, support)
        for name, holders in sorted(self._words.items()):
            feature = self._feature(name)
            for word, rows in sorted(holders.items()):
                if len(rows) >= support:
                    yield (
                        Condition(name, word, feature.side, feature.yes.replace("{}", word)),
                        _of_places(rows, len(self)),
                    )

    def _of_labels(self, feature: Feature, labels: Labels, support: int) -> Iterator[tuple[Condition, Rows]]:
        places: dict[int, array[int]] = {}
        for at, value in enumerate(labels.rows):
            places.setdefault(value, array("l")).append(at)
        for value, name in enumerate(labels.names):
            rows = places.get(value)
            if rows is not None and len(rows) >= support:
                condition = Condition(feature.name, name, feature.side, feature.yes.replace("{}", name))
                yield condition, _of_places(rows, len(self))


def places_of(rows: Rows) -> Iterator[int]:
    """The rows of a set, in order."""
    while rows:
        lowest = rows & -rows
        yield lowest.bit_length() - 1
        rows ^= lowest


def _of_numbers(feature: Feature, numbers: "array[float]") -> Iterator[tuple[Condition, Rows]]:
    known = sorted(value for value in numbers if not math.isnan(value))
    cuts = dict.fromkeys(known[min(len(known) - 1, int(cut * len(known)))] for cut in CUTS if known)
    for cut in cuts:
        shown = feature.unit(cut)
        over, under = (bytearray(value > cut for value in numbers), bytearray(value <= cut for value in numbers))
        above, below = f"more than {shown}", f"at most {shown}"
        yield Condition(feature.name, above, feature.side, feature.yes.replace("{}", above)), _set(over, 1)
        yield Condition(feature.name, below, feature.side, feature.yes.replace("{}", below)), _set(under, 1)


def _set(column: bytearray, wanted: int) -> Rows:
    """The rows whose byte is `wanted`."""
    digits = bytes(49 if value == wanted else 48 for value in range(256))
    return int(column.translate(digits)[::-1], 2) if column else 0


def _of_places(places: Iterable[int], n: int) -> Rows:
    column = bytearray(n)
    for at in places:
        column[at] = 1
    return _set(column, 1)
