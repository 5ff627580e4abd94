"""A folder of a Hugging Face data set that was downloaded: `README.md` and files of Parquet, JSONL or CSV.

Source: the Hub's documentation, "Data files configuration" and "File names and splits".
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

from seatrial.cases.importing.files import MOST_FILES, Files, read_text
from seatrial.cases.importing.foreign_rows import Reading
from seatrial.cases.importing.notes import Notes
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported, Row
from seatrial.cases.importing.tables import of_rows, rows_of_table
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_KINDS = (".parquet", ".jsonl", ".ndjson", ".csv", ".json")
_HEADER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_SPLITS = {"test": "test", "testing": "test", "eval": "test", "validation": "validation", "valid": "validation"} | {
    "dev": "validation", "val": "validation", "train": "train", "training": "train",
}  # fmt: skip
_PREFERRED = ("test", "validation", "train")
_LFS = b"version https://git-lfs"


class Part(NamedTuple):
    """A file of the data set."""

    config: str
    split: str
    path: Path


def read(source: str, path: Path, files: Files, options: ImportOptions) -> Imported:
    """Read one split of a data set: the one behind `#` (`#test`, `#config/test`), else test, validation or train.

    Raises:
        Mistake: It is no such folder, or the split is not there.
    """
    place, _, wanted = source.partition("#")
    folder = Path(place)
    if not folder.is_dir():
        raise Mistake(f"there is no folder `{place[:200]}`; download the data set first, nothing is fetched")
    parts = list(_parts(folder, files))
    if not parts:
        raise Mistake(f"no data files ({', '.join(_KINDS)}) are in `{place[:200]}`")
    reading = Reading(folder, files, Notes(), options)
    chosen = _chosen(parts, wanted, reading)
    rows = of_rows(reading, _rows(chosen, files))
    return Imported([_named(row, chosen[0]) for row in rows.rows], rows.notes)


def _named(row: Row, part: Part) -> Row:
    return row._replace(case={**row.case, "tags": {"split": part.split, **row.case.get("tags", {})}})


def _rows(parts: list[Part], files: Files) -> Iterator[Tree | Mistake]:
    for part in parts:
        with part.path.open("rb") as file:
            if file.read(len(_LFS)) == _LFS:
                what = "this is a pointer of Git LFS, not the data; run `git lfs pull`"
                raise Mistake(what, path=files.shown(part.path))
        yield from rows_of_table(part.path, files)


def _chosen(parts: list[Part], wanted: str, reading: Reading) -> list[Part]:
    """The files of one split; the others are named."""
    config, _, split = wanted.rpartition("/")
    fitting = [part for part in parts if not config or part.config == config]
    there = sorted({f"{part.config}/{part.split}" if part.config else part.split for part in parts})
    found = next((name for name in ([split] if split else _PREFERRED) if any(name == p.split for p in fitting)), None)
    if found is None and not split and fitting:
        found = fitting[0].split
    first = next((part for part in fitting if part.split == found), None)
    if first is None:
        raise Mistake(f"there is no split `{wanted[:80]}`; there are {', '.join(there)[:300]}")
    chosen = [part for part in fitting if part.split == found and part.config == first.config]
    name = f"{first.config}/{first.split}" if first.config else first.split
    for other in there:
        if other != name:
            reading.notes.left_out(reading.place, f"split `{other}`", f"`{name}` was taken; write #{other} for it")
    return chosen


def _parts(folder: Path, files: Files) -> Iterator[Part]:
    """The data files, by the header of README.md where it names them, else by their names."""
    paths = [path for path, _ in zip(_walk(folder), range(MOST_FILES), strict=False)]
    named = list(_of_header(folder, paths, files))
    if named:
        yield from named
        return
    for path in paths:
        inside = path.relative_to(folder)
        words = re.split(r"[^A-Za-z]+", str(inside.with_suffix("")).lower())
        split = next((_SPLITS[word] for word in reversed(words) if word in _SPLITS), "train")
        folders = [part for part in inside.parts[:-1] if part.lower() not in (*_SPLITS, "data")]
        yield Part("/".join(folders), split, path)


def _walk(folder: Path) -> Iterator[Path]:
    hidden = {"dataset_info.json", "dataset_infos.json", "state.json"}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.suffix in _KINDS and path.name not in hidden and not any(part[0] == "." for part in inside.parts):
            yield path


def _of_header(folder: Path, paths: list[Path], files: Files) -> Iterator[Part]:
    readme = folder / "README.md"
    header = _HEADER.match(read_text(readme, files)) if readme.is_file() else None
    tree = files.yaml(header[1], readme) if header else None
    configs = tree.get("configs") if tree is not None else None
    for config in configs.each() if configs is not None else []:
        written = config.value("data_files", [])
        for split, patterns in _patterns(written):
            for path in paths:
                inside = path.relative_to(folder).as_posix()
                if any(fnmatch(inside, str(pattern).removeprefix("./")) for pattern in patterns):
                    yield Part(str(config.value("config_name", "")).replace("default", ""), split, path)


def _patterns(written: Any) -> Iterator[tuple[str, list[Any]]]:
    """Splits with their patterns: a path, a list of paths, of `{split, path}`, or a mapping of splits."""
    if isinstance(written, dict) and "path" not in written:
        written = [{"split": split, "path": path} for split, path in written.items()]
    for entry in written if isinstance(written, list) else [written]:
        paths = entry.get("path", []) if isinstance(entry, dict) else entry
        split = entry.get("split", "train") if isinstance(entry, dict) else "train"
        yield str(split), paths if isinstance(paths, list) else [paths]
