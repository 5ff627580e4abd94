"""What all parts of an import of a promptfoo suite share: its root, its files, its notes."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from seatrial.cases.importing.files import MOST_FILES, Files, json_tree, read_text, read_tree
from seatrial.cases.importing.notes import Level, Notes, Place
from seatrial.cases.importing.promptfoo.accounts import Accounts, kind_of
from seatrial.cases.importing.promptfoo.nunjucks import is_template, rendered
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

SCRIPTS = (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".jsx", ".tsx", ".py", ".rb", ".sh", ".bash", ".pl", ".php")
MEDIA = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".pdf", ".mp3", ".wav", ".mp4", ".webm", ".mov")
_DEEPEST = 100
_MOST_PARTS = 400_000
_MOST_INSIDE = 8
_SCHEMAS = frozenset({"functions", "tools", "response_format", "$defs", "definitions"})
"""Keys below which references belong to JSON Schemas, which promptfoo leaves alone, too."""
_FUNCTION = re.compile(r"^(?P<path>.+\.(?:[cm]?[jt]sx?|py|rb)):(?P<function>[\w.]+)$")


class Work(NamedTuple):
    """An import under way.

    Attributes:
        root: The suite file.
        files: How files are read.
        notes: Where it is written down what could not be brought along.
        accounts: Which parts must be heard of.
        ask: The prompt where the suite has none.
        depth: How many files deep it is: files may name files.
    """

    root: Tree
    files: Files
    notes: Notes
    accounts: Accounts
    ask: str = "{{prompt}}"
    depth: int = 0

    def inside(self) -> "Work":
        """The same, one file deeper.

        Raises:
            Mistake: That is too deep, as where files name each other in a circle.
        """
        if self.depth >= _MOST_INSIDE:
            raise Mistake(f"files name files more than {_MOST_INSIDE} deep, or in a circle")
        return self._replace(depth=self.depth + 1)

    @property
    def environment(self) -> dict[str, Any]:
        """The variables of `env:`; those of the process are nobody's business."""
        env = self.root.get("env")
        return dict(env.data) if env is not None and env.is_mapping else {}

    def leave(self, tree: Tree, reasons: Mapping[str, tuple[Level, str]], handled: set[str], what: str) -> None:
        """Name the keys of a mapping that nothing reads."""
        for key, part in tree.items():
            if key in handled or part.data is None:
                continue
            level, why = reasons.get(key, (Level.LEFT_OUT, "promptfoo's documentation knows no such key here"))
            self.note(level, part, f"{what}`{key}`", why)

    def note(self, level: Level, tree: Tree, what: str, why: str) -> None:
        """Write down what became of a construct."""
        {
            Level.CHANGED: self.notes.changed,
            Level.LEFT_OUT: self.notes.left_out,
            Level.NOT_IMPORTED: self.notes.not_imported,
        }[level](tree.place, what, why)

    def lose(self, tree: Tree, what: str, why: str) -> None:
        """Write down that a construct is not imported."""
        self.notes.not_imported(tree.place, what, why)

    def lose_by(self, tree: Tree, what: str, mistake: Mistake) -> None:
        """The same, in the place of the mistake where it has one: a file that was named carries its own lines."""
        place = tree.place if mistake.path is None else Place(str(mistake.path), mistake.line or 0)
        self.notes.not_imported(place, what, mistake.what)

    def find(self, reference: str, near: Tree) -> list[Path]:
        """The files that `file://...` (or a bare path) means; globs may mean many.

        Raises:
            Mistake: There is none.
        """
        name = self.plain(reference, near).removeprefix("file://").strip()
        if not name:
            raise Mistake("the path is empty")
        for folder in dict.fromkeys((near.folder, self.root.folder)):
            found = _matching(folder, name)
            if found:
                return found
        raise Mistake(f"there is no file `{name[:100]}`")

    def plain(self, text: str, near: Tree) -> str:
        """A path or a name with `{{ env.X }}` filled from `env:` of the suite.

        Raises:
            Mistake: It needs a variable of the environment.
        """
        if not is_template(text):
            return text
        missing: set[str] = set()
        filled = rendered(text, {"env": self.environment}, missing)
        if missing:
            raise Mistake(f"`{text[:80]}` needs the environment variable {', '.join(sorted(missing))}")
        return filled

    def read(self, path: Path) -> Tree:
        """A YAML or JSON file, with its references resolved.

        Raises:
            Mistake: It cannot be read.
        """
        tree = read_tree(path, self.files)
        return _Resolver(self, tree).tree(tree, 0)

    def loaded(self, reference: str, near: Tree) -> Tree:
        """What a `file://` stands for as a value: JSON and YAML as data, anything else as text.

        Raises:
            Mistake: It is a script or a picture, or cannot be read.
        """
        refuse_script(reference)
        path = self.find(reference, near)[0]
        if path.suffix in (".json", ".yaml", ".yml"):
            return self.read(path)
        return Tree.plain(read_text(path, self.files).strip(), path, self.files.place(path, 1))

    def resolved(self, tree: Tree) -> Tree:
        """A tree with each `$ref` replaced by what it points to.

        Raises:
            Mistake: A reference points nowhere, or in a circle.
        """
        return _Resolver(self, self.root).tree(tree, 0)


class _PointsNowhere(Mistake):
    """A `$ref` that leads to nothing."""


class _Resolver:
    """Puts what `$ref` points to in its place, within bounds; a bare pointer is into the file, else into the suite."""

    def __init__(self, work: Work, document: Tree) -> None:
        self._work, self._document, self._visited = work, document, 0

    def tree(self, tree: Tree, depth: int) -> Tree:
        self._visited += 1
        if depth > _DEEPEST or self._visited > _MOST_PARTS:
            raise Mistake("`$ref` points in a circle, or to too much", path=tree.place.path, line=tree.place.line)
        reference = tree.value("$ref") if tree.is_mapping else None
        if isinstance(reference, str) and not _is_schema(tree):
            return self._replaced(reference, tree, depth)
        if tree.is_mapping:
            parts = {key: part if key in _SCHEMAS else self.tree(part, depth + 1) for key, part in tree.items()}
            return Tree.mapping(parts, tree)
        return Tree.listing([self.tree(part, depth + 1) for part in tree.each()], tree) if tree.is_list else tree

    def _replaced(self, reference: str, tree: Tree, depth: int) -> Tree:
        """What a reference points to; keys beside `$ref` are laid over it, as json-schema-ref-parser does."""
        try:
            found = self.tree(self._pointed(reference, tree), depth + 5)
        except _PointsNowhere as mistake:
            self._work.lose(tree, f"`$ref: {reference}`", mistake.what)
            return tree
        beside = {key: self.tree(part, depth + 1) for key, part in tree.items() if key != "$ref"}
        if not beside or not found.is_mapping:
            return found
        self._work.accounts.hear(found, kind_of(found))
        return Tree.mapping({**dict(found.items()), **beside}, tree)

    def _pointed(self, reference: str, tree: Tree) -> Tree:
        name, _, pointer = reference.partition("#")
        documents = [self._read(name.removeprefix("file://"), tree)] if name else [self._document, self._work.root]
        for document in documents:
            found = _followed(document, pointer)
            if found is not None:
                return found
        raise _PointsNowhere("it points to nothing")

    def _read(self, name: str, tree: Tree) -> Tree:
        try:
            return read_tree(self._work.find(name, tree)[0], self._work.files)
        except Mistake as mistake:
            raise _PointsNowhere(str(mistake)) from None


def _followed(document: Tree, pointer: str) -> Tree | None:
    """What a JSON pointer (RFC 6901) leads to."""
    found: Tree | None = document
    for step in pointer.strip("/").split("/") if pointer.strip("/") else []:
        key: str | int = step.replace("~1", "/").replace("~0", "~")
        key = int(key) if found is not None and found.is_list and str(key).isdigit() else key
        found = found.parts.get(key) if found is not None else None
    return found


def refuse_script(reference: str) -> None:
    """Refuse files that are programs or pictures.

    Raises:
        Mistake: It is one.
    """
    name = reference.removeprefix("file://")
    function = _FUNCTION.match(name)
    path = function["path"] if function else name
    suffix = Path(path.partition("#")[0]).suffix.lower()
    if suffix in SCRIPTS:
        raise Mistake(f"`{name[:80]}` is a program, and no program of others is run; write its result into the file")
    if suffix in MEDIA:
        raise Mistake(f"`{name[:80]}` is no text, and cases hold text")
    if suffix in (".xlsx", ".xls"):
        raise Mistake(f"`{name[:80]}` is a workbook; save its sheet as CSV")


def is_reference(value: Any) -> bool:
    """Whether a value stands for a file."""
    return isinstance(value, str) and value.startswith("file://")


def parsed_yaml(text: str, near: Tree, files: Files) -> Tree:
    """A text inside a suite that is itself YAML or JSON.

    Raises:
        Mistake: It is neither.
    """
    if text.lstrip()[:1] in ("{", "["):
        return json_tree(text, near.path, files, near.place.line or 1)
    return Tree.plain(files.yaml(text, near.path).data, near.path, near.place)


def _is_schema(tree: Tree) -> bool:
    """Whether a `$ref` belongs to a JSON Schema, which resolves its own."""
    return str(tree.value("$ref")).startswith(("#/$defs/", "#/definitions/")) or "properties" in tree.parts


def _matching(folder: Path, name: str) -> list[Path]:
    try:
        if not any(sign in name for sign in "*?["):
            path = folder / name
            return [path] if path.exists() else []
        base = Path(name).anchor
        found = (Path(base) if base else folder).glob(name.removeprefix(base) if base else name.removeprefix("./"))
        return sorted(path for path, _ in zip(found, range(MOST_FILES), strict=False) if path.is_file())
    except (OSError, ValueError, NotImplementedError) as error:
        raise Mistake(f"`{name[:80]}` is no path: {error}") from None
