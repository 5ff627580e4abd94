"""Which parts of a suite must be heard of: each assertion is written, or named; none goes missing on the way."""

from collections.abc import Iterable, Iterator

from seatrial.cases.importing.notes import Place
from seatrial.cases.importing.trees import Tree

GRADING = "rubricPrompt"
"""The option that holds a grading prompt."""
_DEEPEST = 40
_NO_TESTS = frozenset({"vars", "value", "metadata", GRADING, "provider", "providers", "config"})
"""Keys below which `assert` is a word like any other; the `config` of a scenario is a list and is looked into."""


class Accounts:
    """The parts that stand in the files, and those of which something was said."""

    def __init__(self) -> None:
        self._there: dict[tuple[Place, str], Tree] = {}
        self._heard: set[tuple[Place, str]] = set()

    def expect(self, tree: Tree) -> None:
        """Everything below `assert` in a file or a row, and its grading prompts, must be heard of."""
        for kind, part in _parts(tree, 0):
            self._there.setdefault((part.place, kind), part)

    def hear(self, tree: Tree, kind: str) -> None:
        """A check was written of it, or it was named."""
        self._heard.add((tree.place, kind))

    def unheard(self) -> Iterator[tuple[str, Tree]]:
        """What nothing was said of: the type of an assertion (or the name of the option), and where it stands."""
        return ((key[1], part) for key, part in self._there.items() if key not in self._heard)


def kind_of(tree: Tree) -> str:
    """The type of an assertion; one in its short form as it is written."""
    return tree.data.strip() if isinstance(tree.data, str) else str(tree.value("type", "?"))


def every(asserts: Iterable[Tree]) -> Iterator[Tree]:
    """Assertions, and those inside of sets."""
    return (part for tree in asserts for part in _inside(tree, 0))


def _inside(tree: Tree, depth: int) -> Iterator[Tree]:
    yield tree
    inner = tree.get("assert")
    for part in inner.each() if inner is not None and depth < _DEEPEST else []:
        yield from _inside(part, depth + 1)


def _parts(tree: Tree, depth: int) -> Iterator[tuple[str, Tree]]:
    if depth > _DEEPEST:
        return
    for key, part in tree.items():
        if key == "assert" and part.data is not None:
            yield from ((kind_of(each), each) for each in every(part.each()) if not _is_file(each))
        elif key == "options" and part.get(GRADING) is not None:
            yield GRADING, part.parts[GRADING]
        elif key not in _NO_TESTS or (key == "config" and part.is_list):
            yield from _parts(part, depth + 1)
    for part in tree.each() if tree.is_list else []:
        yield from _parts(part, depth + 1)


def _is_file(tree: Tree) -> bool:
    """Whether it stands for a file of assertions, which are expected when the file is read."""
    return isinstance(tree.data, str) and tree.data.startswith("file://")
