"""JailbreakBench's artifacts: JSON with `jailbreaks`, each with its goal and the prompt that was found for it.

Source: the repository JailbreakBench/artifacts, `attack-artifacts/METHOD/KIND/MODEL.json` (Chao et al. 2024, arXiv
2404.01318). A behaviour for which the method found no prompt has null there. Its table of behaviours is CSV.
"""

from pathlib import Path

from seatrial.cases.corpora import requests
from seatrial.cases.corpora.reading import attack_row, not_done, refusing
from seatrial.cases.importing.files import MOST_BYTES, Files, json_tree, read_text
from seatrial.cases.importing.foreign_rows import Reading, imported
from seatrial.cases.importing.notes import Notes
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported, Row
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake


def read(source: str, path: Path, files: Files, options: ImportOptions) -> Imported:
    """Read an artifact, or the table of behaviours.

    Raises:
        Mistake: It cannot be read, or is no artifact.
    """
    if path.suffix == ".csv":
        return requests.read(source, path, files, options)
    tree = json_tree(read_text(path, files, MOST_BYTES), path, files)
    found = tree.get("jailbreaks")
    if found is None or not found.is_list:
        raise Mistake("no artifact of JailbreakBench: it has no list `jailbreaks`", path=files.shown(path))
    reading = Reading(path, files, Notes(), options)
    method = tree.get("parameters")
    by = str(method.value("method", "")) if method is not None and method.is_mapping else ""
    rows = []
    for each in found.each():
        if each.is_mapping and "prompt" in each.data and each.data["prompt"] is None:
            what = f"behaviour `{each.data.get('behavior', '')}`"
            reading.notes.left_out(each.place, what, "no prompt was found for it")
        else:
            rows.append(each)
    return imported(reading, rows, lambda tree: _row(tree, by))


def _row(tree: Tree, method: str) -> Row:
    row = tree.data
    goal = row.get("goal")
    check = not_done(goal) if isinstance(goal, str) and goal.strip() else refusing()
    tags = {"category": row.get("category"), "behavior": row.get("behavior"), "method": method}
    case = f"jailbreakbench-{row['index']}" if row.get("index") is not None else None
    return attack_row(tree, "jailbreakbench", row.get("prompt"), check, id=case, **tags)
