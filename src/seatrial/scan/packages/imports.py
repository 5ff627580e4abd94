"""Imports of a project's own sources, held to what it declares: undeclared and unused distributions.

Sources are parsed, never imported. What a distribution is imported as is read from an environment (`top_level.txt`,
RECORD) when one is given, else it is its own name, but for a small table of those known to differ.
"""

import ast
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from packaging.utils import canonicalize_name

from seatrial.core.finding import Finding
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.packages.environment import sites_of
from seatrial.scan.packages.package import Package, place
from seatrial.scan.rule import Rule

UNDECLARED = Rule(
    "imports.undeclared",
    "low",
    "Imported, but not declared",
    "It is installed by chance, at any version, or by whoever registers the name.",
    "Declare it.",
)
UNUSED = Rule(
    "imports.unused",
    "low",
    "Declared, but never imported",
    "Every package that is installed can harm; one that is not needed does so for nothing.",
    "Remove it, unless something else needs it (a plug-in, a command).",
)
RULES = (UNDECLARED, UNUSED)
MOST_FILES = 20_000
MOST_BYTES = 4 * MEGABYTE
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "build", "dist", "venv"})
_DIFFERING: Final[Mapping[str, tuple[str, ...]]] = {
    "attrs": ("attr", "attrs"),
    "beautifulsoup4": ("bs4",),
    "biopython": ("Bio",),
    "faiss-cpu": ("faiss",),
    "faiss-gpu": ("faiss",),
    "gitpython": ("git",),
    "google-api-python-client": ("googleapiclient",),
    "grpcio": ("grpc",),
    "hydra-core": ("hydra",),
    "imbalanced-learn": ("imblearn",),
    "ipython": ("IPython",),
    "llama-cpp-python": ("llama_cpp",),
    "mkdocs-material": ("material", "materialx"),
    "msgpack-python": ("msgpack",),
    "opencv-contrib-python": ("cv2",),
    "opencv-python": ("cv2",),
    "opencv-python-headless": ("cv2",),
    "pillow": ("PIL",),
    "protobuf": ("google",),
    "psycopg2-binary": ("psycopg2",),
    "py7zr": ("py7zr",),
    "pycryptodome": ("Crypto",),
    "pyjwt": ("jwt",),
    "pymupdf": ("fitz", "pymupdf"),
    "pyopenssl": ("OpenSSL",),
    "python-dateutil": ("dateutil",),
    "python-docx": ("docx",),
    "python-dotenv": ("dotenv",),
    "python-jose": ("jose",),
    "python-jsonpath": ("jsonpath",),
    "python-multipart": ("multipart", "python_multipart"),
    "python-pptx": ("pptx",),
    "python-stdnum": ("stdnum",),
    "pytorch-lightning": ("pytorch_lightning", "lightning"),
    "pywin32": ("win32api", "win32con", "pythoncom", "win32com"),
    "pyyaml": ("yaml",),
    "pyzmq": ("zmq",),
    "scikit-image": ("skimage",),
    "scikit-learn": ("sklearn",),
    "sentry-sdk": ("sentry_sdk",),
    "setuptools": ("setuptools", "pkg_resources"),
    "umap-learn": ("umap",),
    "vadersentiment": ("vaderSentiment",),
}
"""Import names by distribution, where they differ: facts."""
_COMMANDS = re.compile(
    r"types-|.*-stubs$|pytest|.*-plugin$|mypy|ruff|black|isort|flake8|pip|wheel|build|twine|tox|nox|hatch"
)
"""Distributions that are used without an import: commands, plug-ins, types."""


class Imported(NamedTuple):
    """A name that sources import, and where first. `optional` says that each place is ready for its absence."""

    name: str
    path: str
    line: int
    optional: bool


def imported_in(folder: str) -> Iterator[Imported]:
    """The top names that a project's sources import, each once; its own modules and Python's are left out."""
    own: set[str] = set()
    found: dict[str, Imported] = {}
    for path in _sources(folder):
        own.update(Path(path).relative_to(folder).with_suffix("").parts)
        for each in _imports_of(path):
            before = found.get(each.name)
            if before is None or (before.optional and not each.optional):
                found[each.name] = each
    for name in sorted(found):
        if name not in own and name not in sys.stdlib_module_names:
            yield found[name]


def _sources(folder: str) -> Iterator[str]:
    seen = 0
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in _SKIPPED)
        for name in sorted(names):
            if name.endswith(".py") and seen < MOST_FILES:
                seen += 1
                yield str(Path(root) / name)


def _imports_of(path: str) -> Iterator[Imported]:
    try:
        if not Path(path).is_file():
            return
        with Path(path).open("rb") as opened:
            tree = ast.parse(opened.read(MOST_BYTES))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    guarded = _guarded(tree)
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module]
        for name in names:
            line = getattr(node, "lineno", 1)
            yield Imported(name.partition(".")[0], path, line, line in guarded)


def _guarded(tree: ast.AST) -> frozenset[int]:
    """Lines whose imports may fail: in a `try` for ImportError, or for type checkers only."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(_catches_imports(each) for each in node.handlers):
            for each in node.body:
                lines.update(range(each.lineno, (each.end_lineno or each.lineno) + 1))
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            lines.update(range(node.lineno, (node.body[-1].end_lineno or node.lineno) + 1))
    return frozenset(lines)


def _catches_imports(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or any(
        name in ast.dump(handler.type) for name in ("ImportError", "ModuleNotFoundError", "'Exception'")
    )


def import_findings(folder: str, declared: Iterable[Package], environment: str | None = None) -> Iterator[Finding]:
    """Undeclared and unused distributions of a project.

    Args:
        folder: The project's sources.
        declared: What it declares.
        environment: An installed environment that says what a distribution is imported as.

    Raises:
        Mistake: The environment is none.
    """
    packages = {package.key: package for package in declared}
    installed = _import_names(environment) if environment else {}
    names = {key: installed.get(key) or _names_of(key) for key in packages}
    covered = {name for each in names.values() for name in each}
    used = list(imported_in(folder))
    for each in used:
        if each.name not in covered and not each.optional:
            yield place(each.path).finding(UNDECLARED, each.name, line=each.line)
    imported = {each.name for each in used}
    for key, package in packages.items():
        if not imported.intersection(names[key]) and not _COMMANDS.match(key):
            yield package.finding(UNUSED)


def _names_of(key: str) -> frozenset[str]:
    plain = key.replace("-", "_")
    return frozenset(_DIFFERING.get(key, (plain, plain.removeprefix("python_"), plain.removesuffix("_python"))))


def _import_names(environment: str) -> dict[str, frozenset[str]]:
    """Import names by distribution, from what is installed."""
    found: dict[str, frozenset[str]] = {}
    for site in sites_of(environment):
        for info in sorted(site.glob("*.dist-info")):
            names = {line.strip().partition("/")[0] for line in _lines(info / "top_level.txt")}
            names |= {_top(line) for line in _lines(info / "RECORD")}
            found[canonicalize_name(info.name.partition("-")[0])] = frozenset(names - {""})
    return found


def _top(record: str) -> str:
    """The module that a line of a RECORD belongs to; empty for what cannot be imported."""
    path = record.partition(",")[0]
    top, slash, _ = path.partition("/")
    if slash:
        return top if top.isidentifier() and path.endswith((".py", ".so", ".pyd", ".pyi")) else ""
    return top.partition(".")[0] if top.endswith((".py", ".so", ".pyd")) else ""


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as opened:
            return opened.read(64 * MEGABYTE).decode("utf-8", "replace").splitlines()
    except OSError:
        return []
