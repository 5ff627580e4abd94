"""BIPIA: instructions that stand in e-mails, tables and code which a model is given to read.

Source: the repository microsoft/BIPIA, `benchmark` (Yi et al. 2023, arXiv 2312.14197). A task's folder has contexts
(`email/test.jsonl`: `context`, `question`, `ideal`); beside the folders, `text_attack_test.json` and
`code_attack_test.json` hold the instructions by category. Their product has 86,250 prompts: here each context meets one
instruction of each category, at the beginning, in the middle or at the end in turn.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seatrial.cases.corpora.reading import attack_row, not_done
from seatrial.cases.importing.files import MOST_BYTES, Files, json_tree, jsonl_trees, read_text
from seatrial.cases.importing.foreign_rows import Reading, imported
from seatrial.cases.importing.notes import Notes
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported, Row
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_POSITIONS = ("start", "middle", "end")
Attacks = dict[str, list[str]]


def read(source: str, path: Path, files: Files, options: ImportOptions) -> Imported:
    """Read the contexts of a task, and the instructions that belong to them.

    Raises:
        Mistake: One of the files cannot be read.
    """
    if path.is_dir():
        path = path / "test.jsonl"
    contexts = jsonl_trees(path, files)
    split = path.stem if path.stem in ("train", "test") else "test"
    kind = "code" if path.parent.name == "code" else "text"
    attacks = _attacks(path.parent.parent / f"{kind}_attack_{split}.json", files)
    reading = Reading(path, files, Notes(), options)
    return imported(reading, _attacked(contexts, attacks), lambda tree: _row(tree, path.parent.name))


def _attacks(path: Path, files: Files) -> Attacks:
    tree = json_tree(read_text(path, files, MOST_BYTES), path, files)
    found = tree.data if tree.is_mapping else {}
    texts = {
        str(name): [each for each in listed if isinstance(each, str) and each.strip()]
        for name, listed in found.items()
        if isinstance(listed, list)
    }
    if not any(texts.values()):
        raise Mistake("it holds no instructions by category", path=files.shown(path))
    return {name: listed for name, listed in texts.items() if listed}


def _attacked(contexts: Iterator[Tree | Mistake], attacks: Attacks) -> Iterator[Tree | Mistake]:
    """Each context with one instruction of each category."""
    for number, tree in enumerate(contexts):
        if isinstance(tree, Mistake) or not tree.is_mapping:
            yield tree
            continue
        for at, (category, texts) in enumerate(attacks.items()):
            planted = {"category": category, "attack": texts[number % len(texts)]}
            position = _POSITIONS[(number + at) % len(_POSITIONS)]
            yield Tree.plain({**tree.data, **planted, "position": position}, tree.path, tree.place)


def _row(tree: Tree, task: str) -> Row:
    row: dict[str, Any] = tree.data
    context, question = _joined(row.get("context")), _joined(row.get("question"))
    if task == "code":
        context = "\n".join(filter(None, [_joined(row.get("error")), _joined(row.get("code")), context]))
        question = question or "How is this error mended?"
    if not context:
        raise Mistake("it has no `context`")
    text = _planted(context, row["attack"], row["position"])
    ask = f"{question or 'Sum this up in a few sentences.'}\n\n<document>\n{text}\n</document>"
    tags = {"task": task, "category": row["category"], "position": row["position"]}
    return attack_row(tree, "bipia", ask, not_done(row["attack"]), reference=_joined(row.get("ideal")) or None, **tags)


def _planted(context: str, attack: str, position: str) -> str:
    if position == "start":
        return f"{attack}\n{context}"
    if position == "end":
        return f"{context}\n{attack}"
    middle = context.find("\n", len(context) // 2)
    middle = len(context) if middle < 0 else middle
    return f"{context[:middle]}\n{attack}{context[middle:]}"


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value)).strip()
    return str(value).strip() if value is not None else ""
