"""promptfoo's tests: in line, in files, in tables, in scenarios; with what `defaultTest` adds to each."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from seatrial.cases.importing.files import csv_trees, jsonl_trees
from seatrial.cases.importing.notes import Level
from seatrial.cases.importing.promptfoo.keys import SCENARIO_KEYS, TEST_KEYS
from seatrial.cases.importing.promptfoo.kinds import KINDS
from seatrial.cases.importing.promptfoo.table import test_of_row
from seatrial.cases.importing.promptfoo.variables import variables_of
from seatrial.cases.importing.promptfoo.work import Work, is_reference, refuse_script
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_ELSEWHERE = ("http://", "https://", "huggingface://", "az://", "s3://", "gs://", "langfuse://")
_HANDLED = {"description", "vars", "assert", "options", "metadata", "threshold", "prompts"}


class Test(NamedTuple):
    """A test with its parts still in their places."""

    tree: Tree
    description: str = ""
    variables: Mapping[str, Tree] = {}
    asserts: tuple[Tree, ...] = ()
    options: Mapping[str, Tree] = {}
    metadata: Mapping[str, Tree] = {}
    threshold: float | None = None
    prompts: Any = None
    scenario: str = ""

    def over(self, default: "Test") -> "Test":
        """This test laid over what holds for all."""
        keep = default.asserts if not self._says("disableDefaultAsserts") else ()
        return self._replace(
            description=self.description or default.description,
            variables={**default.variables, **self.variables},
            asserts=(*keep, *self.asserts),
            options={**default.options, **self.options},
            metadata={**default.metadata, **self.metadata},
            threshold=default.threshold if self.threshold is None else self.threshold,
            prompts=default.prompts if self.prompts is None else self.prompts,
            scenario=self.scenario or default.scenario,
        )

    def option(self, name: str) -> Any:
        """The value of an option."""
        part = self.options.get(name)
        return None if part is None else part.data

    def _says(self, name: str) -> bool:
        return self.option(name) is True


def tests_of(work: Work) -> list[Test]:
    """All tests of a suite, `defaultTest` applied; one without variables where it has none."""
    default = _default(work)
    written = work.root.get("tests")
    tests = list(_listed(work, written)) if written is not None else []
    scenarios = work.root.get("scenarios")
    if scenarios is not None:
        tests += _scenarios(work, scenarios)
    if written is None and scenarios is None:
        tests = [Test(work.root)]
    return [test.over(default) for test in tests]


def _default(work: Work) -> Test:
    written = work.root.get("defaultTest")
    if written is None:
        return Test(work.root)
    try:
        tree = work.loaded(written.data, written) if isinstance(written.data, str) else written
    except Mistake as mistake:
        work.lose_by(written, "`defaultTest`", mistake)
        return Test(work.root)
    work.accounts.expect(tree)
    return _of_tree(work, tree) or Test(work.root)


def _listed(work: Work, written: Tree) -> Iterator[Test]:
    for entry in written.each():
        try:
            if isinstance(entry.data, str):
                yield from _of_reference(work, entry, entry.data)
            elif entry.is_mapping and "path" in entry.data:
                yield from _of_generator(work, entry)
            else:
                yield from _maybe(_of_tree(work, entry))
        except Mistake as mistake:
            work.lose_by(entry, "tests", mistake)


def _of_generator(work: Work, entry: Tree) -> Iterator[Test]:
    """`{path, config}`: a program that makes tests, or a table with settings."""
    work.leave(entry, {}, {"path", "config"}, "tests ")
    if "config" in entry.data:
        work.note(Level.LEFT_OUT, entry.parts["config"], "tests `config`", "promptfoo hands it to programs")
    yield from _of_reference(work, entry, str(entry.data["path"]))


def _of_reference(work: Work, entry: Tree, reference: str) -> Iterator[Test]:
    if reference.startswith(_ELSEWHERE):
        work.lose(entry, f"tests `{reference}`", "nothing is fetched; save the table as CSV or JSONL beside the suite")
        return
    refuse_script(reference)
    for path in work.find(reference, entry):
        yield from _of_path(work.inside(), path)


def _of_path(work: Work, path: Path) -> Iterator[Test]:
    refuse_script(path.name)
    if path.is_dir():
        for inner in sorted(path.iterdir()):
            if inner.suffix in (".yaml", ".yml", ".json", ".jsonl", ".csv"):
                yield from _of_path(work.inside(), inner)
    elif path.suffix in (".csv", ".jsonl"):
        rows = csv_trees(path, work.files) if path.suffix == ".csv" else jsonl_trees(path, work.files)
        for row in rows:
            if isinstance(row, Mistake):
                work.lose_by(work.root, "row", row)
                continue
            test = test_of_row(work, row, KINDS) if path.suffix == ".csv" else row
            work.accounts.expect(test)
            yield from _maybe(_of_tree(work, test))
    else:
        tree = work.read(path)
        work.accounts.expect(tree)
        written = tree.get("tests") if tree.is_mapping else None
        if written is not None:
            why = "of a file that `tests` names only its tests are read"
            work.leave(tree, dict.fromkeys(tree.parts, (Level.LEFT_OUT, why)), {"tests"}, "")
        yield from _listed(work, written or tree)


def _of_tree(work: Work, tree: Tree) -> Test | None:
    if not tree.is_mapping:
        work.lose(tree, f"test `{tree.data}`", "a test is a mapping with `vars` and `assert`")
        return None
    work.leave(tree, TEST_KEYS, _HANDLED, "test ")
    try:
        variables = variables_of(work, tree.get("vars"))
        return Test(
            tree,
            str(tree.value("description", "")),
            variables,
            tuple(_asserts(work, tree.get("assert"))),
            _mapping(work, tree, "options"),
            _mapping(work, tree, "metadata"),
            _number(work, tree, "threshold"),
            tree.value("prompts"),
        )
    except Mistake as mistake:
        work.lose_by(tree, f"test `{tree.value('description', '')}`".replace(" ``", ""), mistake)
        return None


def _asserts(work: Work, written: Tree | None) -> Iterator[Tree]:
    """The assertions, those of `file://asserts.yaml` in the place of the reference."""
    for entry in written.each() if written is not None else []:
        if is_reference(entry.data) and str(entry.data).endswith((".yaml", ".yml", ".json")):
            found = work.loaded(entry.data, entry)
            work.accounts.expect(Tree.mapping({"assert": found}, found))
            yield from _asserts(work.inside(), found)
        else:
            yield entry


def _mapping(work: Work, tree: Tree, name: str) -> dict[str, Tree]:
    part = tree.get(name)
    if part is not None and is_reference(part.data):
        part = work.loaded(part.data, part)
    if part is not None and not part.is_mapping:
        work.lose(part, f"test `{name}`", "a mapping is expected")
    return dict(part.items()) if part is not None else {}


def _number(work: Work, tree: Tree, name: str) -> float | None:
    part = tree.get(name)
    if part is None:
        return None
    try:
        return float(part.data)
    except (TypeError, ValueError):
        work.lose(part, f"test `{name}`", "a number is expected")
        return None


def _scenarios(work: Work, written: Tree) -> Iterator[Test]:
    for entry in written.each():
        try:
            if isinstance(entry.data, str):
                refuse_script(entry.data)
                for path in work.find(entry.data, entry):
                    found = work.read(path)
                    work.accounts.expect(found)
                    yield from _scenarios(work.inside(), found)
            else:
                yield from _scenario(work, entry)
        except Mistake as mistake:
            work.lose_by(entry, "scenario", mistake)


def _scenario(work: Work, entry: Tree) -> Iterator[Test]:
    """Each test with each entry of `config`."""
    work.leave(entry, SCENARIO_KEYS, {"description", "config", "tests"}, "scenario ")
    config, tests = entry.get("config"), entry.get("tests")
    found = list(_listed(work, tests)) if tests is not None else [Test(entry)]
    for part in _expanded(work, config) if config is not None else [entry]:
        row = Test(entry) if part is entry else _of_tree(work, part)
        for test in found if row is not None else []:
            yield test.over(row or test)._replace(scenario=str(entry.value("description", "")))


def _expanded(work: Work, config: Tree) -> Iterator[Tree]:
    """The entries of a `config`; `$values` and `$expand` name a file of more."""
    for part in config.each():
        reference = part.data if isinstance(part.data, str) else part.value("$values", part.value("$expand"))
        if isinstance(reference, str):
            refuse_script(reference)
            for path in work.find(reference, part):
                found = work.read(path)
                work.accounts.expect(found)
                yield from _expanded(work.inside(), found)
        else:
            yield part


def _maybe(test: Test | None) -> Iterator[Test]:
    if test is not None:
        yield test
