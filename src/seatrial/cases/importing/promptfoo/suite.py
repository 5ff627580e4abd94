"""A promptfoo suite as cases: a row for each test, prompt and combination of variables."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from seatrial.cases.importing.files import Files, read_tree
from seatrial.cases.importing.notes import Level, Notes
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.promptfoo.cases import Maker
from seatrial.cases.importing.promptfoo.keys import PROVIDER_KEYS, SUITE_KEYS
from seatrial.cases.importing.promptfoo.nunjucks import is_template
from seatrial.cases.importing.promptfoo.prompts import prompts_of
from seatrial.cases.importing.promptfoo.tests import tests_of
from seatrial.cases.importing.promptfoo.tools import tools_of
from seatrial.cases.importing.promptfoo.work import SCRIPTS, Work
from seatrial.cases.importing.rows import Imported, with_ids
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_NAMES = ("promptfooconfig.yaml", "promptfooconfig.yml", "promptfooconfig.json")
_HANDLED = {"prompts", "tests", "scenarios", "defaultTest", "tags", "env", "assertionTemplates", "$schema"}


def read(source: str, path: Path, files: Files, options: ImportOptions) -> Imported:
    """Read a suite (YAML or JSON), or a table of tests (CSV, JSONL).

    Args:
        source: The path as written.
        path: The file, or the folder of a `promptfooconfig.yaml`.
        files: How files are read.
        options: `ask` is the prompt, or the variable that holds it, where the suite has none.

    Raises:
        Mistake: It is no suite, or cannot be read.
    """
    notes = Notes()
    ask = options.fields.ask or "prompt"
    work = _begun(_file(path), files, notes, ask if is_template(ask) else f"{{{{{ask}}}}}")
    work = work._replace(root=work.resolved(work.root))
    _name_keys(work)
    maker = Maker(work, prompts_of(work), tools_of(work))
    rows = (row for test in tests_of(work) for row in maker.rows(test))
    return Imported(with_ids(islice(rows, options.limit), path.stem), notes)


def _file(path: Path) -> Path:
    if path.is_dir():
        found = [path / name for name in _NAMES if (path / name).is_file()]
        if not found:
            raise Mistake(f"there is no promptfooconfig.yaml in the folder {path}")
        return found[0]
    if path.suffix in SCRIPTS:
        raise Mistake("a suite that is a program is not run; save it as YAML or JSON", path=path)
    return path


def _begun(path: Path, files: Files, notes: Notes, ask: str) -> Work:
    if path.suffix in (".csv", ".jsonl"):
        reference = Tree(path.name, path, files.place(path, 1), {})
        return Work(Tree.mapping({"tests": reference}, reference), files, notes, ask)
    root: Tree = read_tree(path, files)
    if root.is_list:
        root = Tree.mapping({"tests": root}, root)
    if not root.is_mapping:
        raise Mistake("this is no promptfoo suite: a mapping with `prompts` and `tests` is expected", path=path)
    if not {"prompts", "tests", "scenarios", "providers", "targets", "redteam", "defaultTest"} & set(root.data):
        raise Mistake("this is no promptfoo suite: it has neither `prompts` nor `tests`", path=path)
    return Work(root, files, notes, ask)


def _name_keys(work: Work) -> None:
    """Name what stands at the top and is not read."""
    work.leave(work.root, SUITE_KEYS, {*_HANDLED, "evaluateOptions", "commandLineOptions", "providers", "targets"}, "")
    for key in ("evaluateOptions", "commandLineOptions"):
        for name, part in _items(work.root.get(key)):
            work.note(Level.LEFT_OUT, part, f"`{key}.{name}`", SUITE_KEYS[key][1])
    for key in ("providers", "targets"):
        written = work.root.get(key)
        for each in written.each() if written is not None else []:
            name = each.value("id", each.value("label", next(iter(each.parts), ""))) if each.is_mapping else each.data
            keys = ", ".join(f"`{inner}`" for inner, _ in _items(each) if inner != "id")
            work.note(Level.LEFT_OUT, each, f"`{key}` {name}{f' with {keys}' if keys else ''}", SUITE_KEYS[key][1])
            work.leave(each, PROVIDER_KEYS, set(each.parts) - set(PROVIDER_KEYS), f"`{key}` {name}: ")


def _items(tree: Tree | None) -> Iterator[tuple[str, Tree]]:
    return tree.items() if tree is not None else iter(())
