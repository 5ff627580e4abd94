"""Jupyter notebooks: their code cells are read as Python; magics and shell lines by their text.

Source: nbformat.readthedocs.io, "The Notebook file format".
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from seatrial.core.finding import Finding
from seatrial.scan.configs.documents import read_json
from seatrial.scan.format import Format
from seatrial.scan.part import Part
from seatrial.scan.source import rules
from seatrial.scan.source.calls import Source
from seatrial.scan.source.judging import SHELL_WORDS, judge
from seatrial.scan.source.syntax import parsed

_MAGIC: Final = re.compile(r"^([ \t]*+)(?:[!%?]|[\w.]+\?\??\s*$|[\w, ]+=\s*[!%])(.*)$", re.MULTILINE)
_SHELL_CELL: Final = re.compile(r"\s*%%(bash|sh|cmd|script|powershell|!)")
_CELLS: Final = 20_000


def _notebook(part: Part) -> dict[str, Any] | None:
    whole = read_json(part.blob, ("nbformat",))
    return (
        whole
        if isinstance(whole, dict) and "nbformat" in whole and ("cells" in whole or "worksheets" in whole)
        else None
    )


def _code(whole: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Number and source of the code cells, of version 3 and 4."""
    sheets = [whole, *(sheet for sheet in _list(whole.get("worksheets")) if isinstance(sheet, dict))]
    cells = [cell for sheet in sheets for cell in _list(sheet.get("cells")) if isinstance(cell, dict)]
    for number, cell in enumerate(cells[:_CELLS], start=1):
        if cell.get("cell_type") == "code":
            source = cell.get("source", cell.get("input", ""))
            yield number, "".join(map(str, source)) if isinstance(source, list) else str(source)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _inspect(part: Part) -> Iterator[Finding]:
    text, starts, line = [], list[tuple[int, int]](), 1
    for number, code in _code(_notebook(part) or {}):
        shell = [match[0] for match in _MAGIC.finditer(code)]
        if _SHELL_CELL.match(code):
            shell = [code]
        for each in shell:
            if SHELL_WORDS.search(each):
                yield part.finding(rules.SHELL_PAYLOAD, f"cell {number}: {each.strip()}")
        plain = _MAGIC.sub(r"\1pass", code) if not _SHELL_CELL.match(code) else ""
        try:
            parsed(plain)
        except SyntaxError:
            continue
        text.append(plain)
        starts.append((line, number))
        line += plain.count("\n") + 1
        part.budget.check_time()
    for met in judge(Source(parsed("\n".join(text))), rules.IN_NOTEBOOK, part.budget.check_time):
        cell = max((each for each in starts if each[0] <= met.line), default=(0, 1))[1]
        yield part.finding(met.rule, f"cell {cell}: {met.evidence}")


NOTEBOOK = Format(
    "notebook",
    "Jupyter notebooks: code cells",
    lambda part: _notebook(part) is not None,
    _inspect,
    rules.RULES,
)
