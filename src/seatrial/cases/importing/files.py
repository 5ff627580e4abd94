"""Reading what is imported: bounded in size, and every mistake with its file and line."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from seatrial.cases.importing.notes import Place
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

MOST_BYTES = 64_000_000
"""Of a file that is read whole."""
MOST_TEXT = 8_000_000
"""Of a prompt, a variable or a YAML file."""
MOST_ROWS = 200_000
MOST_FILES = 2_000
DEEPEST = 60


class Files(NamedTuple):
    """How files are read and named; YAML with lines comes from above this room."""

    yaml: Callable[[str, Path], Tree]
    shown: Callable[[Path], str]

    def place(self, path: Path, line: int = 0) -> Place:
        """A line of a file."""
        return Place(self.shown(path), line)


def read_text(path: Path, files: Files, most: int = MOST_TEXT) -> str:
    """A whole file as text, without a byte order mark.

    Raises:
        Mistake: It is not there, too large, or no UTF-8.
    """
    try:
        if path.is_dir():
            raise Mistake("this is a folder, a file is expected", path=files.shown(path))
        if path.stat().st_size > most:
            raise Mistake(f"the file is larger than {most:,} bytes", path=files.shown(path))
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise Mistake("there is no such file", path=files.shown(path)) from None
    except UnicodeDecodeError as error:
        raise Mistake(f"the file is no UTF-8 (byte {error.start})", path=files.shown(path)) from None
    except (OSError, ValueError) as error:
        raise Mistake(f"the file cannot be read: {getattr(error, 'strerror', None) or error}", path=path) from None


def read_tree(path: Path, files: Files) -> Tree:
    """A YAML or JSON file.

    Raises:
        Mistake: It cannot be read.
    """
    text = read_text(path, files)
    return json_tree(text, path, files) if path.suffix == ".json" else files.yaml(text, path)


def json_tree(text: str, path: Path, files: Files, line: int = 0) -> Tree:
    """JSON with lines; where YAML's reader cannot tell them, all of it stands on the first.

    Raises:
        Mistake: It is no JSON.
    """
    data = decoded(text, files.place(path, line))
    if line:
        return Tree.plain(data, path, files.place(path, line))
    try:
        tree = files.yaml(text.replace("\t", "  "), path)
    except Mistake:
        return Tree.plain(data, path, files.place(path, 1))
    return tree if tree.data == data else Tree.plain(data, path, files.place(path, 1))


def decoded(text: str, place: Place) -> Any:
    """The value of a JSON text.

    Raises:
        Mistake: It is none.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        line = place.line or error.lineno
        raise Mistake(f"not JSON: {error.msg} (column {error.colno})", path=place.path, line=line) from None
    except RecursionError:
        raise Mistake("not JSON: it is nested too deeply", path=place.path, line=place.line or None) from None
    if _deep(value):
        raise Mistake(f"the JSON is nested more than {DEEPEST} deep", path=place.path, line=place.line or None)
    return value


def jsonl_trees(path: Path, files: Files) -> Iterator[Tree | Mistake]:
    """The rows of a JSONL file; a Mistake in the place of one that is broken."""
    for number, line in enumerate(read_text(path, files, MOST_BYTES).split("\n"), 1):
        if line.strip():
            place = files.place(path, number)
            try:
                yield Tree.plain(decoded(line, place), path, place)
            except Mistake as mistake:
                yield mistake


def csv_trees(path: Path, files: Files) -> Iterator[Tree | Mistake]:
    """The rows of a CSV file as mappings of texts; a Mistake in the place of one that is broken.

    Raises:
        Mistake: It is no CSV from the first line on, or two columns have one name.
    """
    name = files.shown(path)
    csv.field_size_limit(MOST_TEXT)  # its default is less than many a document
    # `newline=""` keeps line breaks inside quoted cells as they are.
    reader = csv.reader(io.StringIO(read_text(path, files, MOST_BYTES), newline=""), strict=True)
    columns = [column.strip() for column in _next(reader, name) or []]
    if len(set(columns)) < len(columns):
        twice = next(column for column in columns if columns.count(column) > 1)
        raise Mistake(f"two columns have the name `{twice[:80]}`", path=name, line=1)
    while True:
        line = reader.line_num + 1
        try:
            cells = _next(reader, name)
        except Mistake as mistake:
            yield mistake
            return
        if cells is None:
            return
        if not any(cells):
            continue
        if len(cells) > len(columns):
            yield Mistake(f"{len(cells)} cells in a table of {len(columns)} columns", path=name, line=line)
            continue
        row = dict(zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=True))
        yield Tree.plain(row, path, Place(name, line))


def _next(reader: Any, name: str) -> list[str] | None:
    line = reader.line_num + 1
    try:
        found: list[str] | None = next(reader, None)
    except csv.Error as error:
        raise Mistake(f"no CSV from here on: {error}", path=name, line=line) from None
    return found


def _deep(value: Any) -> bool:
    """Whether a structure is nested beyond the limit; looked at level by level, so that it cannot recurse."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True
