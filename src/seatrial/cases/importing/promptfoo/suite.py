"""A promptfoo suite as cases: a row for each test, prompt and combination of variables."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from seatrial.cases.importing.files import Files, read_tree
from seatrial.cases.importing.notes import Level, Notes
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.promptfoo.accounts import GRADING, Accounts
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
_TESTS = ("defaultTest", "tests", "scenarios", "assert")
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
    _expect(work)
    rows = list(islice((row for test in tests_of(work) for row in maker.rows(test)), options.limit))
    if options.limit is None or len(rows) < options.limit:
        _name_unheard(work)
    return Imported(with_ids(rows, path.stem), notes)


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
        return Work(Tree.mapping({"tests": reference}, reference), files, notes, Accounts(), ask)
    root: Tree = read_tree(path, files)
    if root.is_list:
        root = Tree.mapping({"tests": root}, root)
    if not root.is_mapping:
        raise Mistake("this is no promptfoo suite: a mapping with `prompts` and `tests` is expected", path=path)
    if not {"prompts", "tests", "scenarios", "providers", "targets", "redteam", "defaultTest"} & set(root.data):
        raise Mistake("this is no promptfoo suite: it has neither `prompts` nor `tests`", path=path)
    return Work(root, files, notes, Accounts(), ask)


def _name_keys(work: Work) -> None:
    """Name what stands at the top and is not read."""
    work.leave(work.root, SUITE_KEYS, {*_HANDLED, "evaluateOptions", "commandLineOptions", "providers", "targets"}, "")
    env = work.root.get("env")
    if env is not None:
        work.note(Level.LEFT_OUT, env, "`env`", "it fills `{{ env.… }}` in texts and paths; nothing else reads it")
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


def _expect(work: Work) -> None:
    """Put down every assertion that stands in the suite itself."""
    found = {key: part for key in _TESTS if (part := work.root.get(key)) is not None}
    work.accounts.expect(Tree.mapping(found, work.root))
    templates = work.root.get("assertionTemplates")
    for _, part in _items(templates):
        work.accounts.expect(Tree.mapping({"assert": part}, part))


def _name_unheard(work: Work) -> None:
    """Name each assertion that no case came of: its test was lost, or no test uses it."""
    lost = any(True for _ in work.notes.of(Level.NOT_IMPORTED))
    for kind, part in work.accounts.unheard():
        if kind == GRADING:
            work.note(Level.LEFT_OUT, part, f"option `{kind}`", "no assertion that is imported is graded by it")
        elif lost:
            work.lose(part, f"assertion `{kind}`", "no case comes of the tests that it judges")
        else:
            work.note(Level.LEFT_OUT, part, f"assertion `{kind}`", "no test uses it")


def _items(tree: Tree | None) -> Iterator[tuple[str, Tree]]:
    return tree.items() if tree is not None else iter(())
