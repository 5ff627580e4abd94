"""Evals of an openai/evals registry: `evals/*.yaml` names them, `data/` holds their rows, `modelgraded/` their judges.

Source: the documentation of openai/evals ("Building an eval", "Existing templates for evals") and its classes.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from seatrial.cases.importing import shapes
from seatrial.cases.importing.evals_registry import Eval, find_eval
from seatrial.cases.importing.files import Files, decoded, jsonl_trees
from seatrial.cases.importing.foreign_rows import Reading, imported, row_of
from seatrial.cases.importing.messages import is_messages
from seatrial.cases.importing.modelgraded import grader_of
from seatrial.cases.importing.notes import Notes, Place
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported, Row
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_ARGUMENTS = frozenset(
    {
        *("samples_jsonl", "eval_type", "modelgraded_spec", "modelgraded_spec_args", "samples_renamings", "metaeval"),
        *("num_few_shot", "few_shot_jsonl", "max_tokens", "ignore_case", "multicomp_n", "seed", "match_fn"),
    }
)
_LFS = "version https://git-lfs"
Checks = list[tuple[Any, str]]


class Work(NamedTuple):
    """An eval on its way: what it is, and how its rows are read."""

    eval: Eval
    reading: Reading


Judge = Callable[[dict[str, Any], Tree], Checks]


def read(source: str, path: Path, files: Files, options: ImportOptions) -> Imported:
    """Read an eval: `REGISTRY/NAME`.

    Raises:
        Mistake: It is no registry, the eval is not there, or is of a class that decides by a program of its own.
    """
    notes = Notes()
    found = find_eval(source, files, notes)
    work = Work(found, Reading(path, files, notes, options))
    for name, part in found.args.items():
        if name not in _ARGUMENTS:
            notes.left_out(part.place, f"argument `{name}`", "it is a setting of the eval's program")
    judge = _judge(work)
    rows = _rows(work)
    shots = _shots(work)
    return imported(work.reading, rows, lambda tree: _row(work, tree, judge, shots))


def _judge(work: Work) -> Judge:
    kind = work.eval.kind.rpartition(":")[2]
    if kind == "ModelBasedClassify":
        return grader_of(work.eval, work.reading)
    if kind == "MultipleChoice":
        raise work.eval.mistake("its rows are fetched from the Hub; download them: `huggingface:FOLDER`")
    if kind not in _JUDGES:
        known = ", ".join((*_JUDGES, "ModelBasedClassify"))
        raise work.eval.mistake(f"it is of the class `{kind[:60]}`, whose program decides; known are {known}")
    if kind == "FuzzyMatch":
        why = "the answer must hold the expected text; there a part of the expected text will do, too"
        work.reading.notes.changed(work.eval.place, "class `FuzzyMatch`", why)
    make = _JUDGES[kind]
    settings = {name: part.data for name, part in work.eval.args.items()}
    return lambda row, tree: [(make(_ideal(row), settings), kind)]


def _ideal(row: Mapping[str, Any]) -> list[str]:
    ideal = row.get("ideal")
    found = [shapes.plain(each) or "" for each in (ideal if isinstance(ideal, list) else [ideal])]
    if not found or ideal is None:
        raise Mistake("the row has no `ideal`")
    return found


def _match(ideal: list[str], settings: Mapping[str, Any]) -> Any:
    return {"starts_with": {"expect": ideal}}


def _includes(ideal: list[str], settings: Mapping[str, Any]) -> Any:
    return {"contains": {"expect": ideal, **({"ignore_case": True} if settings.get("ignore_case") else {})}}


def _fuzzy(ideal: list[str], settings: Mapping[str, Any]) -> Any:
    either = [{"exact_match": {"expect": ideal}}, {"contains": {"expect": ideal, "ignore_case": True}}]
    return {"any_of": {"checks": either}}


def _json(ideal: list[str], settings: Mapping[str, Any]) -> Any:
    values = []
    for text in ideal:
        try:
            values.append(decoded(text, Place("", 1)))
        except Mistake as mistake:
            raise Mistake(f"its `ideal` is {mistake.what}") from None
    return {"json_path": {"path": "$", **({"equals": values[0]} if len(values) == 1 else {"one_of": values})}}


_JUDGES: Mapping[str, Callable[[list[str], Mapping[str, Any]], Any]] = {
    "Match": _match,
    "Includes": _includes,
    "FuzzyMatch": _fuzzy,
    "JsonMatch": _json,
}


def _rows(work: Work) -> Iterator[Tree | Mistake]:
    part = work.eval.args.get("samples_jsonl")
    if part is None:
        raise work.eval.mistake("it names no `samples_jsonl`")
    return _of_data(work, part)


def _of_data(work: Work, part: Tree) -> Iterator[Tree | Mistake]:
    """The rows of a file below `data/`."""
    name = str(part.data)
    places = [work.eval.registry / "data" / name, work.eval.registry / name, Path(name)]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        what = f"there is no file `data/{name[:100]}` in the registry; nothing is fetched"
        raise Mistake(what, path=part.place.path, line=part.place.line)
    with path.open("rb") as file:
        if file.read(len(_LFS)) == _LFS.encode():
            what = "this is a pointer of Git LFS, not the data; run `git lfs pull` in the registry"
            raise Mistake(what, path=work.reading.files.shown(path))
    yield from jsonl_trees(path, work.reading.files)


def _shots(work: Work) -> list[Any]:
    """The messages of worked examples that stand before each question."""
    count, part = work.eval.args.get("num_few_shot"), work.eval.args.get("few_shot_jsonl")
    if part is None or count is None or not isinstance(count.data, int) or count.data < 1:
        return []
    found: list[Any] = []
    for row in _of_data(work, part):
        if len(found) >= count.data:
            break
        if isinstance(row, Mistake):
            work.reading.notes.not_imported(part.place, "`few_shot_jsonl`", str(row))
        elif is_messages(row.value("sample")):
            found.append(row.data["sample"])
    return [message for shot in found for message in shot]


def _row(work: Work, tree: Tree, judge: Judge, shots: list[Any]) -> Row:
    renamed = work.eval.args.get("samples_renamings")
    names = renamed.data if renamed is not None and renamed.is_mapping else {}
    row = {names.get(key, key): value for key, value in tree.data.items()}
    asked = row.get("input")
    if asked is None:
        raise Mistake("the row has no `input`")
    if shots:
        if not is_messages(asked):
            raise Mistake("worked examples stand before a chat, and its `input` is none")
        asked = [*asked[:-1], *shots, asked[-1]]
    ideal = row.get("ideal")
    limit = work.eval.args.get("max_tokens")
    case: dict[str, Any] = {
        "ask": shapes.asked(asked).ask,
        "expect": [shapes.plain(each) for each in ideal] if isinstance(ideal, list) else shapes.plain(ideal),
        "params": {"max_tokens": limit.data} if limit is not None and isinstance(limit.data, int) else {},
        "tags": {name: value for name, value in row.items() if name in work.reading.options.fields.tags},
    }
    return row_of(tree, case, judge(row, tree))
