"""Rows of case files, one at a time: JSONL, CSV, Parquet. A row that cannot be read is a Mistake in its place."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from seatrial.app.yaml_places import shown
from seatrial.core.errors import MissingExtra, Mistake

LONGEST = 16_000_000
"""Bytes of a line."""
_JSON_COLUMNS = frozenset({"tools", "params", "variables", "checks", "context", "user"})
_CHUNK = 5_000


class Row(NamedTuple):
    """A row and where it stands; `raw` is its JSON text, or a mapping from a format that is no JSON."""

    path: str
    line: int
    raw: bytes | dict[str, Any] | Mistake

    @property
    def origin(self) -> str:
        """File and line as reports show them."""
        return f"{self.path}:{self.line}"


def find(pattern: str, folder: Path) -> list[Path]:
    """The files that a path or a glob means, in the order of their names.

    Raises:
        Mistake: There is none, or one of a kind that cannot be read.
    """
    try:
        found = _files(pattern, folder)
    except (OSError, ValueError) as error:
        raise Mistake(f"`{pattern[:60]}` is no path: {getattr(error, 'strerror', None) or error}") from None
    if not found:
        raise Mistake(f"there is no file `{pattern}` in {shown(folder)}")
    for path in found:
        if path.suffix not in _READERS:
            raise Mistake(f"{shown(path)} is of no known kind; known are {', '.join(_READERS)}")
    return found


def _files(pattern: str, folder: Path) -> list[Path]:
    if not any(sign in pattern for sign in "*?["):
        return [path for path in [folder / pattern] if path.is_file()]
    relative = Path(pattern)
    base = Path(relative.anchor) if relative.is_absolute() else folder
    parts = relative.relative_to(relative.anchor) if relative.is_absolute() else relative
    return sorted(path for path in base.glob(str(parts)) if path.is_file())


def read(path: Path) -> Iterator[Row]:
    """The rows of a file.

    Raises:
        Mistake: The file as a whole cannot be read.
        MissingExtra: It is Parquet, and no reader is installed.
    """
    try:
        yield from _READERS[path.suffix](path)
    except OSError as error:
        raise Mistake(f"the file cannot be read: {error.strerror or error}", path=shown(path)) from None


def _jsonl(path: Path) -> Iterator[Row]:
    name = shown(path)
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST + 1):
            number += 1
            if len(line) > LONGEST:
                what = f"the line is longer than {LONGEST:,} bytes"
                raise Mistake(what, path=name, line=number)
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line.strip():
                yield Row(name, number, line)


def _csv(path: Path) -> Iterator[Row]:
    name = shown(path)
    csv.field_size_limit(LONGEST)  # its default is less than many a document
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            columns = next(reader, None)
            if columns is None:
                return
            if len(set(columns)) < len(columns):
                raise Mistake("two columns have the same name", path=name, line=1)
            before = reader.line_num
            for cells in reader:
                line, before = before + 1, reader.line_num
                if any(cells):
                    yield Row(name, line, _cells(columns, cells, name, line))
        except csv.Error as error:
            raise Mistake(f"no CSV: {error}", path=name, line=reader.line_num) from None
        except UnicodeDecodeError as error:
            raise Mistake(f"no UTF-8 ({error.reason})", path=name, line=reader.line_num + 1) from None


def _cells(columns: list[str], cells: list[str], name: str, line: int) -> dict[str, Any] | Mistake:
    if len(cells) > len(columns):
        return Mistake(f"{len(cells)} cells in a table of {len(columns)} columns", path=name, line=line)
    row: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=False):
        outer, _, inner = column.strip().partition(".")
        if cell == "":
            continue
        if inner and outer in ("tags", "params", "variables"):
            row.setdefault(outer, {})[inner] = cell
        elif outer in _JSON_COLUMNS or (outer in ("ask", "expect") and cell[0] == "[" and cell[-1] == "]"):
            row[outer] = _json_cell(outer, cell)
        else:
            row[column.strip()] = cell
    return row


def _json_cell(column: str, cell: str) -> Any:
    try:
        value = json.loads(cell)
    except ValueError:
        value = cell
    return [value] if column == "checks" and not isinstance(value, list) else value


def _parquet(path: Path) -> Iterator[Row]:
    try:
        import polars
    except ImportError:
        raise MissingExtra("parquet", f"reading {path.name}") from None
    name, offset = shown(path), 0
    try:
        frame = polars.scan_parquet(path)
        while True:
            part = frame.slice(offset, _CHUNK).collect()
            for i, row in enumerate(part.iter_rows(named=True), offset + 1):
                yield Row(name, i, _without_nulls(row))
            if part.height < _CHUNK:
                return
            offset += _CHUNK
    except polars.exceptions.PolarsError as error:
        raise Mistake(f"no Parquet file: {str(error).splitlines()[0][:200]}", path=name) from None


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


_READERS = {".jsonl": _jsonl, ".ndjson": _jsonl, ".csv": _csv, ".parquet": _parquet}
