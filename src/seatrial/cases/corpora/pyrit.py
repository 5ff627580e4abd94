"""Seed prompts of PyRIT: YAML with `prompts` or `seeds`, each a text or an object with `value`.

Source: PyRIT's documentation, "Seed Prompts" and "SeedDataset". Prompts with the same `prompt_group_alias` are the
turns of one conversation, in the order of `sequence`; those with the same sequence are parts of one turn. Objectives
are no prompts; pictures and sounds cannot be asked here.
"""

from itertools import groupby
from pathlib import Path
from typing import Any

from seatrial.cases.corpora.reading import attack_row, refusing
from seatrial.cases.importing.files import Files, read_text
from seatrial.cases.importing.foreign_rows import Reading, imported
from seatrial.cases.importing.notes import Notes
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported, Row
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_LISTS = ("seeds", "prompts")
_ALIASES = ("prompt_group_alias", "prompt_group_id_alias", "prompt_group_id")
_MEANT_FOR_ALL = ("harm_categories", "data_type", "is_objective", "seed_type")


def read(source: str, path: Path, files: Files, options: ImportOptions) -> Imported:
    """Read a file of seed prompts (.yaml or .prompt).

    Raises:
        Mistake: It cannot be read, or holds no list of prompts.
    """
    tree = files.yaml(read_text(path, files), path)
    reading = Reading(path, files, Notes(), options)
    listed = next((part for name in _LISTS if (part := tree.get(name)) is not None and part.is_list), None)
    if listed is None:
        what = "this is a template with places to fill" if tree.value("parameters") else "it has no list `prompts`"
        raise Mistake(f"no seed prompts of PyRIT: {what}", path=files.shown(path))
    shared = {name: tree.value(name) for name in _MEANT_FOR_ALL if tree.value(name) is not None}
    seeds = [_seed(each, shared) for each in listed.each()]
    groups = [Tree.mapping({"seeds": Tree.listing(group, group[0])}, group[0]) for group in _groups(seeds, reading)]
    return imported(reading, groups, _row)


def _seed(tree: Tree, shared: dict[str, Any]) -> Tree:
    """A seed as an object with what holds for all; one of another kind is left as it is."""
    if isinstance(tree.data, str):
        return Tree.plain({**shared, "value": tree.data}, tree.path, tree.place)
    return Tree.plain({**shared, **tree.data}, tree.path, tree.place) if tree.is_mapping else tree


def _groups(seeds: list[Tree], reading: Reading) -> list[list[Tree]]:
    """Seeds of one conversation together, where the first of them stands; objectives are left out."""
    found: dict[Any, list[Tree]] = {}
    for number, seed in enumerate(seeds):
        row = seed.data if seed.is_mapping else {}
        if row.get("is_objective") or row.get("seed_type") == "objective":
            reading.notes.left_out(seed.place, "objective", "it says what an attacker wants, and is not asked")
            continue
        alias = next((str(row[name]) for name in _ALIASES if row.get(name) is not None), None)
        found.setdefault(number if alias is None else alias, []).append(seed)
    return list(found.values())


def _row(tree: Tree) -> Row:
    seeds = tree.parts["seeds"].each()
    turns = [(_sequence(seed), _text(seed)) for seed in seeds]
    asked = [{"user": "\n".join(text for _, text in part)} for _, part in groupby(sorted(turns), lambda each: each[0])]
    first = seeds[0].data
    tags = {"category": first.get("harm_categories"), "name": first.get("name") or first.get("dataset_name")}
    return attack_row(tree, "pyrit", asked[0]["user"] if len(asked) == 1 else asked, refusing(), **tags)


def _text(seed: Tree) -> str:
    row = seed.data
    if not isinstance(row, dict):
        raise Mistake("a seed is a text or an object with `value`")
    kind = row.get("data_type") or "text"
    if kind != "text":
        raise Mistake(f"its data type is `{str(kind)[:40]}`, only texts can be asked")
    if row.get("parameters"):
        places = ", ".join(map(str, row["parameters"])) if isinstance(row["parameters"], list) else row["parameters"]
        raise Mistake(f"it is a template with places to fill: {str(places)[:80]}")
    if row.get("role") not in (None, "user"):
        raise Mistake(f"it is said by `{str(row['role'])[:40]}`, only what users say is asked")
    value = row.get("value")
    if not isinstance(value, str) or not value.strip():
        raise Mistake("it has no `value`")
    return value.strip()


def _sequence(seed: Tree) -> int:
    number = seed.data.get("sequence") if isinstance(seed.data, dict) else None
    return number if isinstance(number, int) else 0
