"""The bars for the code: prints each with its figure, exits 1 when one is missed.

What ruff, mypy and import-linter cannot say: sizes, knots of imports (deferred ones too), docstrings, tests per source.
"""

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
TESTS = ROOT / "tests"
Function = ast.FunctionDef | ast.AsyncFunctionDef
BANNED_NAMES = {"helper", "helpers", "util", "utils", "manager", "handler", "misc", "common"}


class Bar(NamedTuple):
    """A bar, the figure that was found, and the places that miss it."""

    text: str
    found: str
    misses: list[str]


class Module(NamedTuple):
    """A parsed source file."""

    name: str
    path: Path
    lines: int
    code: int
    """Lines that are neither blank nor comments nor docstrings: what there is to test."""
    tree: ast.Module

    def place(self, node: Function) -> str:
        """Where a function stands."""
        return f"{self.path.relative_to(ROOT)}:{node.lineno} {node.name}"


def modules(folder: Path) -> list[Module]:
    """All Python files below a folder."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text()
        name = ".".join(path.relative_to(SOURCE if path.is_relative_to(SOURCE) else ROOT).with_suffix("").parts)
        tree = ast.parse(text, str(path))
        found.append(Module(name.removesuffix(".__init__"), path, text.count("\n"), code_lines(text, tree), tree))
    return found


def code_lines(text: str, tree: ast.Module) -> int:
    """How many lines of a file are neither blank nor comments nor texts that stand alone (docstrings)."""
    said = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = enumerate(text.splitlines(), 1)
    return sum(bool(line.strip()) and not line.lstrip().startswith("#") for n, line in lines if n not in said)


def functions(module: Module) -> Iterator[Function]:
    """Every function and method, nested ones too."""
    return (node for node in ast.walk(module.tree) if isinstance(node, Function))


def length(node: Function) -> int:
    """Lines from the `def` to the end."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def percentile(values: list[int], share: float) -> int:
    """The value below which `share` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def file_bars(source: list[Module]) -> Iterator[Bar]:
    """Sizes and names of files."""
    sizes = [module.lines for module in source]
    median = statistics.median(sizes)
    over = [f"{module.path.relative_to(ROOT)}: {module.lines}" for module in source if module.lines > 500]
    yield Bar("files: median at most 150 lines", f"{median:.0f}", [] if median <= 150 else ["median"])
    yield Bar("files: at most 5 % over 500 lines", str(len(over)), over if len(over) > 0.05 * len(sizes) else [])
    yield Bar("files: none over 800 lines", str(max(sizes)), [m.name for m in source if m.lines > 800])
    banned = [module.name for module in source if BANNED_NAMES & set(re.split(r"[._]", module.name))]
    yield Bar("no manager, helper or util modules", str(len(banned)), banned)


def function_bars(source: list[Module]) -> Iterator[Bar]:
    """Sizes, parameters and docstrings of functions."""
    placed = [(module.place(node), node) for module in source for node in functions(module)]
    sizes = [length(node) for _, node in placed]
    for share, limit in ((0.9, 25), (0.99, 65)):
        found = percentile(sizes, share)
        text = f"functions: p{share * 100:.0f} at most {limit} lines"
        yield Bar(text, str(found), [] if found <= limit else [p for p, n in placed if length(n) > limit])
    yield Bar("functions: none over 100 lines", str(max(sizes)), [p for p, n in placed if length(n) > 100])
    wide = [place for place, node in placed if parameters(node) > 8]
    yield Bar("parameters: at most 8", str(max(parameters(node) for _, node in placed)), wide)
    public = [(place, node) for place, node in placed if not node.name.startswith("_")]
    bare = [place for place, node in public if ast.get_docstring(node) is None]
    share = 1 - len(bare) / len(public)
    yield Bar("docstrings: at least 95 % of public functions", f"{share:.1%}", bare if share < 0.95 else [])
    names = {place.split()[0].split(":")[0] + node.name for place, node in placed}
    twins = [place for place, node in placed if place.split()[0].split(":")[0] + f"a{node.name}" in names]
    yield Bar("no sync/async twins", str(len(twins)), twins)


def parameters(node: Function) -> int:
    """How many parameters a caller sees (`self` and `cls` are not)."""
    each = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([argument for argument in each if argument.arg not in ("self", "cls")])


def statement_bars(source: list[Module]) -> Iterator[Bar]:
    """No `global`, no broad except that is silent."""
    globals_ = [m.name for m in source for node in ast.walk(m.tree) if isinstance(node, ast.Global)]
    yield Bar("no `global`", str(len(globals_)), globals_)
    silent = [
        f"{module.path.relative_to(ROOT)}:{node.lineno}"
        for module in source
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and is_broad(node) and all(isinstance(x, ast.Pass) for x in node.body)
    ]
    yield Bar("no silent broad except", str(len(silent)), silent)


def is_broad(node: ast.ExceptHandler) -> bool:
    """Whether an except takes everything."""
    return node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))


def knots(source: list[Module]) -> list[str]:
    """Modules that import each other in a circle, deferred imports and those for types included."""
    names = {module.name for module in source}
    graph = {module.name: set(imported(module, names)) for module in source}
    reach = {name: reachable(name, graph) for name in names}
    return sorted(name for name in names if name in reach[name])


def imported(module: Module, names: set[str]) -> Iterator[str]:
    """The modules of ours that a module imports."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield from [inner] if inner in names else [node.module] if node.module in names else []
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)


def reachable(start: str, graph: dict[str, set[str]]) -> set[str]:
    """All modules that can be reached from one."""
    seen: set[str] = set()
    todo = list(graph[start])
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo.extend(graph[name])
    return seen


def test_bars(source: list[Module], tests: list[Module]) -> Iterator[Bar]:
    """How much is tested, by how small tests, and whether each says what it expects."""
    ratio = sum(module.code for module in tests) / sum(module.code for module in source)
    yield Bar("tests: 1 to 2 lines of code per line of source", f"{ratio:.2f}", [] if 1 <= ratio <= 2 else ["ratio"])
    placed = [(m.place(n), n) for m in tests for n in functions(m) if n.name.startswith("test_")]
    median = statistics.median(length(node) for _, node in placed)
    yield Bar("tests: median at most 15 lines", f"{median:.0f}", [] if median <= 15 else ["median"])
    mute = [place for place, node in placed if not is_sentence(ast.get_docstring(node))]
    yield Bar("tests: each has a one-sentence docstring", f"{len(placed)} tests", mute)


def is_sentence(text: str | None) -> bool:
    """Whether a docstring is one short paragraph that ends as a sentence does."""
    return text is not None and "\n\n" not in text and text.rstrip().endswith((".", "?", "!"))


def make_bars() -> Iterator[Bar]:
    """Make targets are short."""
    targets = re.split(r"\n(?=[\w./-]+:)", (ROOT / "Makefile").read_text())
    longest = max(target.rstrip().count("\n") for target in targets)
    yield Bar("make targets: at most ten lines each", str(longest), [] if longest <= 10 else ["Makefile"])


def main() -> None:
    """Print every bar; exit 1 when one is missed."""
    source, tests = modules(SOURCE), modules(TESTS)
    knotted = knots(source)
    knot_bar = Bar("imports: no knots, deferred ones included", str(len(knotted)), knotted)
    everything = chain(
        [knot_bar],
        file_bars(source),
        function_bars(source),
        statement_bars(source),
        test_bars(source, tests),
        make_bars(),
    )
    missed = 0
    for bar in everything:
        print(f"{'miss' if bar.misses else ' ok '}  {bar.text}: {bar.found}")
        for place in bar.misses[:20]:
            print(f"        {place}")
        missed += bool(bar.misses)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
