"""Rows of promptfoo's tables: columns are variables, those with two underscores say how the row is tested.

Source: promptfoo's documentation, "Test case configuration", CSV format, and "Assertion string syntax".
"""

import csv
import io
import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from seatrial.cases.importing.notes import Level
from seatrial.cases.importing.promptfoo.work import Work
from seatrial.cases.importing.trees import Tree

_EXPECTED = re.compile(r"__expected.*$")
_CONFIG = re.compile(r"__config:(?P<column>__expected\d*):(?P<key>\w+)$")
_METADATA = re.compile(r"__metadata:(?P<key>.+?)(?P<several>\[\])?$")
_REST = r"(?:\((?P<threshold>-?\d+(?:\.\d+)?)\))?(?::(?P<value>.*))?"
_ALIASES = {"fn": "javascript", "eval": "javascript", "grade": "llm-rubric"}
_LISTS = ("contains-all", "contains-any", "icontains-all", "icontains-any")
_THRESHOLDS = frozenset(
    {
        *("similar", "answer-relevance", "context-faithfulness", "context-recall", "context-relevance"),
        *("cost", "latency", "levenshtein", "perplexity", "perplexity-score", "rouge-n"),
    }
)
"""Types that have a threshold in tables even where none is written; in YAML it would be another one, or none."""
_PLAIN = {"__description": "description", "__prefix": "prefix", "__suffix": "suffix"}


def test_of_row(work: Work, row: Tree, known: Collection[str]) -> Tree:
    """A row as a test with `vars`, `assert`, `options` and `metadata`; `known` are the types of assertions."""
    test: dict[str, Any] = {"vars": {}, "options": {}, "metadata": {}}
    asserts: dict[str, dict[str, Any]] = {}
    metric = ""
    for column, cell in row.data.items():
        if not column.startswith("__"):
            _warn_of_one_underscore(work, row, column)
            test["vars"][column] = cell
        elif _EXPECTED.fullmatch(column):
            if cell.strip():
                asserts[column] = assertion_of(cell, known)
        elif cell.strip() and not _placed(test, column, cell):
            metric = cell if column == "__metric" else metric
            if column != "__metric" and not _CONFIG.fullmatch(column):
                why = "promptfoo's documentation knows no such column"
                work.note(Level.LEFT_OUT, row, f"column `{column}`", why)
    _configure(work, row, asserts)
    test["assert"] = [{**each, **({"metric": metric} if metric else {})} for each in asserts.values()]
    return Tree.plain({key: value for key, value in test.items() if value}, row.path, row.place)


def assertion_of(text: str, known: Collection[str]) -> dict[str, Any]:
    """An assertion in promptfoo's short form: `type:value`, `type(threshold):value`; without a type, `equals`."""
    stripped = text.strip()
    if stripped.startswith("file://"):
        kind = "python" if re.search(r"\.py(:|$)", stripped) else "javascript"
        return {"type": kind, "value": stripped}
    turned = "not-" if stripped.startswith("not-") else ""
    found = _short_form(tuple(known)).fullmatch(stripped)
    if found is None:
        return {"type": "equals", "value": text}
    name = turned + _ALIASES.get(found["kind"], found["kind"])
    assertion: dict[str, Any] = {"type": name}
    value = found["value"]
    if value is not None and value.strip():
        assertion["value"] = comma_separated(value) if name.removeprefix("not-") in _LISTS else value.strip()
    if found["threshold"] is not None:
        assertion["threshold"] = float(found["threshold"])
    elif name.removeprefix("not-") in _THRESHOLDS:
        assertion["threshold"] = 0.8 if name.removeprefix("not-") == "similar" else 0.75
    return assertion


@lru_cache(maxsize=4)
def _short_form(known: tuple[str, ...]) -> re.Pattern[str]:
    """The short form of an assertion; of two types that fit the longer one is meant."""
    kinds = "|".join(map(re.escape, sorted((*known, *_ALIASES), key=len, reverse=True)))
    return re.compile(rf"(?:not-)?(?P<kind>{kinds}){_REST}", re.DOTALL)


def comma_separated(text: str) -> list[str]:
    """Values between commas; one in quotes may hold commas itself."""
    cells = next(csv.reader(io.StringIO(text.replace("\n", " ")), skipinitialspace=True), [])
    return [cell.strip() for cell in cells if cell.strip()]


def _placed(test: dict[str, Any], column: str, cell: str) -> bool:
    metadata = _METADATA.fullmatch(column)
    if column == "__threshold":
        test["threshold"] = cell
    elif column == "__providerOutput":
        test["providerOutput"] = cell
    elif column == "__description":
        test["description"] = cell
    elif column in _PLAIN:
        test["options"][_PLAIN[column]] = cell
    elif metadata:
        parts = [part.strip().replace("\\,", ",") for part in re.split(r"(?<!\\),", cell)]
        test["metadata"][metadata["key"]] = parts if metadata["several"] else cell
    else:
        return False
    return True


def _configure(work: Work, row: Tree, asserts: dict[str, dict[str, Any]]) -> None:
    """Settings of assertions: `__config:__expected:threshold` is for all, `__config:__expected2:threshold` for one."""
    for column, cell in row.data.items():
        found = _CONFIG.fullmatch(column)
        if not found or not cell.strip():
            continue
        if found["key"] != "threshold" or not re.fullmatch(r"-?\d+(\.\d+)?", cell.strip()):
            work.note(Level.NOT_IMPORTED, row, f"column `{column}`", "only a `threshold` that is a number is known")
            continue
        wanted = found["column"]
        for name, assertion in asserts.items():
            alike = wanted == "__expected" or name == wanted or (wanted == "__expected1" and name == "__expected")
            if alike:
                assertion["threshold"] = float(cell)


def _warn_of_one_underscore(work: Work, row: Tree, column: str) -> None:
    if column.startswith("_") and f"_{column}" in ("__expected", "__metric", "__threshold", *_PLAIN):
        work.note(Level.CHANGED, row, f"column `{column}`", f"it is a variable; did you mean `_{column}`?")
