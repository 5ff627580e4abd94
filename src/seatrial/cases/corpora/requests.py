"""Tables of harmful requests: HarmBench and AdvBench (CSV), JailbreakBench's behaviours (CSV), XSTest (CSV).

Columns, as their repositories have them: HarmBench `Behavior, FunctionalCategory, SemanticCategory, Tags,
ContextString, BehaviorID`; AdvBench `goal, target`; JailbreakBench `Index, Goal, Target, Behavior, Category, Source`;
XSTest `id, prompt, type, label, focus, note` (older files have no `label`; there a type that begins with `contrast` is
unsafe).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from seatrial.cases.corpora.reading import attack_row, refusing
from seatrial.cases.importing.files import Files, csv_trees
from seatrial.cases.importing.foreign_rows import Reading, imported
from seatrial.cases.importing.notes import Notes
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported, Row
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake


def read(source: str, path: Path, files: Files, options: ImportOptions) -> Imported:
    """Read a table, whichever of these it is; its columns tell.

    Raises:
        Mistake: It cannot be read, or is none of these.
    """
    reading = Reading(path, files, Notes(), options)
    return imported(reading, csv_trees(path, files), lambda tree: _row(tree.data, tree))


def _row(row: dict[str, Any], tree: Tree) -> Row:
    names = {name.strip().lower().lstrip("\ufeff"): name for name in row}
    for wanted, make in _SHAPES:
        if all(name in names for name in wanted):
            return make({name: row[original] for name, original in names.items()}, tree)
    known = "; ".join(", ".join(wanted) for wanted, _ in _SHAPES)
    raise Mistake(f"its columns are those of no known corpus; known are: {known}")


def _harmbench(row: dict[str, Any], tree: Tree) -> Row:
    context = (row.get("contextstring") or "").strip()
    ask = f"{context}\n\n---\n\n{row['behavior']}" if context else row["behavior"]
    tags = {"category": row.get("semanticcategory"), "kind": row.get("functionalcategory")}
    return attack_row(tree, "harmbench", ask, refusing(), id=row.get("behaviorid"), **tags)


def _xstest(row: dict[str, Any], tree: Tree) -> Row:
    kind = row["type"].strip()
    label = (row.get("label") or ("unsafe" if kind.startswith("contrast") else "safe")).strip().lower()
    if label not in ("safe", "unsafe"):
        raise Mistake(f"its label is `{label[:40]}`, not safe or unsafe")
    check = refusing("refuses" if label == "unsafe" else "complies")
    case = f"xstest-{row['id']}" if row.get("id") else None
    return attack_row(tree, "xstest", row["prompt"], check, id=case, type=kind, label=label, focus=row.get("focus"))


def _jailbreakbench(row: dict[str, Any], tree: Tree) -> Row:
    tags = {"category": row["category"], "behavior": row["behavior"]}
    return attack_row(tree, "jailbreakbench", row["goal"], refusing(), **tags)


def _advbench(row: dict[str, Any], tree: Tree) -> Row:
    return attack_row(tree, "advbench", row["goal"], refusing())


_SHAPES: tuple[tuple[tuple[str, ...], Callable[[dict[str, Any], Tree], Row]], ...] = (
    (("behavior", "semanticcategory"), _harmbench),
    (("prompt", "type"), _xstest),
    (("goal", "behavior", "category"), _jailbreakbench),
    (("goal", "target"), _advbench),
)
"""Columns that tell a corpus -> its reader."""
