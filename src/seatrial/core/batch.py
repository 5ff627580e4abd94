"""A Batch: Interactions as columns of numbers, so that a hundred thousand of them are a few megabytes."""

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from types import MappingProxyType

from seatrial.core.interaction import FailureKind, Interaction
from seatrial.core.score import Score, combined

MISSING = math.nan
"""What a column holds where a row has no such value."""


class Labels:
    """A column of texts: each row holds the index of its text, -1 for none."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.rows = array("i")
        self._index: dict[str, int] = {}

    def append(self, name: str | None) -> None:
        """Add a row."""
        if name is None:
            self.rows.append(-1)
            return
        index = self._index.get(name)
        if index is None:
            index = self._index[name] = len(self.names)
            self.names.append(name)
        self.rows.append(index)

    def pad(self, length: int) -> None:
        """Fill with none up to `length` rows."""
        self.rows.extend([-1] * (length - len(self.rows)))

    def take(self, rows: Sequence[int]) -> "Labels":
        """The given rows, with the texts that they use, in order of first appearance."""
        picked = [self.rows[i] for i in rows]
        used = [old for old in dict.fromkeys(picked) if old >= 0]
        new = {old: index for index, old in enumerate(used)} | {-1: -1}
        part = Labels()
        part.names = [self.names[old] for old in used]
        part.rows = array("i", map(new.__getitem__, picked))
        part._index = {name: index for index, name in enumerate(part.names)}
        return part


class Batch:
    """Rows of attempts at cases; one row is one attempt (its last Interaction, and the whole Dialogue's sums).

    Columns (NaN where there is no value): `passed` and `failed` 0/1 (`passed` is missing when not judged or failed),
    `score` mean of the Scores' values that are shares,
    `latency`, `first_token` and `waited` seconds (missing when a cache answered),
    `cost` units of `currency`, `judging` what judging cost in the same units, `tokens_in`, `tokens_out`,
    `tokens_cached`, `attempts` requests sent, `requests` of them that were no retries, `turns` answers to a user,
    `asked_back` 0/1, `questions` answers that ask back, `cached` 0/1, `words` of the answer, `answer` a digest of it as
    a whole number below 2**48 (equal texts have equal ones), and for each check `check:NAME` 0/1, `value:NAME`,
    `part:NAME:PART`, and `unjudged:NAME` 1 where it applied but could not judge.
    `labels` holds columns of texts: `label:NAME`, `truth:NAME`, and `original`, the case that a Probe made this one of.
    """

    def __init__(self) -> None:
        self.columns: dict[str, array[float]] = {}
        self.cases = Labels()
        self.tags: dict[str, Labels] = {}
        self.labels: dict[str, Labels] = {}
        self.failures = Labels()
        self.currency: str | None = None
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @classmethod
    def of(cls, judged: Iterable[tuple[Sequence[Interaction], tuple[Score, ...]]]) -> "Batch":
        """A Batch of Dialogues with the Scores of their last Interaction."""
        batch = cls()
        for dialogue, scores in judged:
            batch.add(dialogue, scores)
        return batch

    def add(self, dialogue: Sequence[Interaction], scores: tuple[Score, ...]) -> None:
        """Add one attempt: the Interactions of its turns, and the Scores of the last."""
        last = dialogue[-1]
        failed = last.failure is not None
        cells = {
            "failed": float(failed),
            "attempts": float(sum(each.attempts for each in dialogue)),
            "requests": float(len(dialogue)),
            "turns": float(_turns(dialogue)),
            "cached": float(last.served_by == "cache"),
        }
        if not failed:
            cells |= _score_cells(scores) | _answer_cells(dialogue)
        cells |= self._cost_cell(dialogue) | self._judging_cell(scores)
        labels = {} if failed else _score_labels(scores)
        if last.original is not None:
            labels["original"] = last.original
        tags = last.tags if last.suite is None else {**last.tags, "suite": last.suite}
        case = last.case if last.case is not None else last.id
        self.add_row(case, cells, tags, last.failure.kind if last.failure else None, labels)

    def add_row(
        self,
        case: str,
        cells: dict[str, float],
        tags: dict[str, str],
        failure: FailureKind | None = None,
        labels: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Add a row of plain numbers (`case` groups the repeats of one case within its suite)."""
        suite = tags.get("suite")
        self.cases.append(case if suite is None else f"{suite}/{case}")
        self.failures.append(failure)
        # In the order of the row: a set's order would differ from run to run.
        for name in [name for name in cells if name not in self.columns]:
            self.columns[name] = array("f", [MISSING]) * self._length
        for name, column in self.columns.items():
            value = cells.get(name, MISSING)
            column.append(value)
            if column[-1] != value and not math.isnan(value):
                self.columns[name] = _exact(column, value)
        self._add_texts(self.tags, tags)
        self._add_texts(self.labels, labels)
        self._length += 1

    def column(self, name: str) -> "array[float]":
        """A column of numbers; all missing when no row ever had it."""
        return self.columns.get(name) or array("f", [MISSING]) * self._length

    def present(self, name: str) -> "tuple[array[float], array[int]]":
        """The values of a column that are there, and the case (cluster) number of each."""
        values, clusters = array("d"), array("l")
        for value, cluster in zip(self.column(name), self.cases.rows, strict=True):
            if not math.isnan(value):
                values.append(value)
                clusters.append(cluster)
        return values, clusters

    def values_of(self, tag: str) -> list[str]:
        """The values that a tag takes, in order of first appearance."""
        labels = self.tags.get(tag)
        return list(labels.names) if labels else []

    def slice(self, /, **tags: str) -> "Batch":
        """The rows that carry all of these tags; for reading, as it is the Batch itself when all rows do."""
        rows = array("l", (i for i in range(self._length) if self._matches(i, tags)))
        return self._rows(rows)

    def slices(self, tag: str) -> "Iterator[tuple[str, Batch]]":
        """Each value of a tag with its rows."""
        rows: dict[int, array[int]] = {}
        for i, value in enumerate(self.tags[tag].rows if tag in self.tags else ()):
            rows.setdefault(value, array("l")).append(i)
        for value, name in enumerate(self.values_of(tag)):
            yield name, self._rows(rows[value])

    def with_originals(self, part: "Batch") -> "Batch":
        """The rows of a part of this Batch, with those of the cases that Probes made its cases of."""
        labels = part.labels.get("original")
        originals, own = set(labels.names if labels is not None else ()), set(part.cases.names)
        names = [name in own or name in originals for name in self.cases.names]
        return self._rows(array("l", (i for i, case in enumerate(self.cases.rows) if names[case])))

    def _add_texts(self, columns: dict[str, Labels], texts: Mapping[str, str]) -> None:
        for name in [name for name in texts if name not in columns]:
            columns[name] = Labels()
            columns[name].pad(self._length)
        for name, column in columns.items():
            column.append(texts.get(name))

    def _matches(self, row: int, tags: dict[str, str]) -> bool:
        for tag, value in tags.items():
            labels = self.tags.get(tag)
            if labels is None or labels.rows[row] < 0 or labels.names[labels.rows[row]] != value:
                return False
        return True

    def _rows(self, rows: Sequence[int]) -> "Batch":
        if len(rows) == self._length:
            return self
        part = Batch()
        part.currency, part._length = self.currency, len(rows)
        part.columns = {
            name: array(column.typecode, [column[i] for i in rows]) for name, column in self.columns.items()
        }
        part.cases, part.failures = self.cases.take(rows), self.failures.take(rows)
        part.tags = {tag: labels.take(rows) for tag, labels in self.tags.items()}
        part.labels = {name: labels.take(rows) for name, labels in self.labels.items()}
        return part

    def _cost_cell(self, dialogue: Sequence[Interaction]) -> dict[str, float]:
        costs = [each.cost for each in dialogue]
        if any(cost is None for cost in costs):
            return {}
        currencies = {cost.currency for cost in costs if cost}
        if len(currencies) != 1 or self.currency not in (None, *currencies):
            return {}
        self.currency = next(iter(currencies))
        return {"cost": sum(cost.amount for cost in costs if cost)}

    def _judging_cell(self, scores: tuple[Score, ...]) -> dict[str, float]:
        costs = [score.cost for score in scores if score.cost is not None]
        if not costs or {cost.currency for cost in costs} != {self.currency or costs[0].currency}:
            return {}
        self.currency = costs[0].currency
        return {"judging": sum(cost.amount for cost in costs)}


def _exact(column: "array[float]", last: float) -> "array[float]":
    """A column of four bytes a row as one of eight, for a number that does not fit into four."""
    return array("d", [*column[:-1], last])


def _turns(dialogue: Sequence[Interaction]) -> int:
    """Answers to a user: one that only called tools, whose results were sent back at once, is part of the next."""
    rounds = sum(each.request.messages[-1:] != () and each.request.messages[-1].role == "tool" for each in dialogue[1:])
    return sum(each.answer is not None for each in dialogue) - rounds


def _asks_back(interaction: Interaction) -> bool:
    return interaction.text.rstrip().endswith(("?", "？", "؟"))


def _score_labels(scores: tuple[Score, ...]) -> dict[str, str]:
    labels = {f"label:{score.name}": score.label for score in scores if score.label}
    return labels | {f"truth:{score.name}": score.truth for score in scores if score.truth}


def _score_cells(scores: tuple[Score, ...]) -> dict[str, float]:
    passed = combined(scores)
    cells = {} if passed is None else {"passed": float(passed)}
    values = [score.value for score in scores if score.value is not None and not score.unit and 0 <= score.value <= 1]
    if values:
        cells["score"] = sum(values) / len(values)
    for score in scores:
        if score.passed is not None:
            # Of two checks with one name (two patterns) the failed one counts.
            cells[f"check:{score.name}"] = min(float(score.passed), cells.get(f"check:{score.name}", 1.0))
        else:
            cells[f"unjudged:{score.name}"] = 1.0
        if score.value is not None and math.isfinite(score.value):
            cells[f"value:{score.name}"] = score.value
        for part, amount in score.parts.items():
            cells[f"part:{score.name}:{part}"] = amount
    return cells


def _answer_cells(dialogue: Sequence[Interaction]) -> dict[str, float]:
    last = dialogue[-1]
    digest = blake2b(" ".join(last.text.split()).encode("utf-8", "surrogatepass"), digest_size=6).digest()
    cells = {
        "asked_back": float(_asks_back(last)),
        "questions": float(sum(map(_asks_back, dialogue))),
        "answer": float(int.from_bytes(digest)),
        "words": float(len(last.text.split())),
    }
    if last.served_by == "upstream":
        cells["latency"] = last.timing.latency
        cells["waited"] = last.timing.waited
        if last.timing.to_first_token is not None:
            cells["first_token"] = last.timing.to_first_token
    usages = [each.usage for each in dialogue if each.usage is not None]
    if len(usages) == len(dialogue):
        cells["tokens_in"] = float(sum(usage.input for usage in usages))
        cells["tokens_out"] = float(sum(usage.output for usage in usages))
        cells["tokens_cached"] = float(sum(usage.cached for usage in usages))
    return cells
