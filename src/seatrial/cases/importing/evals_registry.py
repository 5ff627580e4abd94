"""Finding an eval in a registry folder of openai/evals."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from seatrial.cases.importing.files import MOST_FILES, Files, read_text
from seatrial.cases.importing.notes import Notes, Place
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_DEEPEST = 5


class Eval(NamedTuple):
    """An eval as its registry writes it.

    Attributes:
        registry: The folder.
        name: Its whole name, such as `test-match.s1.simple-v0`.
        kind: Its class.
        args: The arguments of that class.
        place: Where it stands.
    """

    registry: Path
    name: str
    kind: str
    args: Mapping[str, Tree]
    place: Place

    def mistake(self, what: str) -> Mistake:
        """A Mistake about it."""
        return Mistake(f"the eval `{self.name}`: {what}", path=self.place.path, line=self.place.line)


def find_eval(source: str, files: Files, notes: Notes) -> Eval:
    """The eval that `REGISTRY/NAME` means; a short name leads to the one that it stands for.

    Raises:
        Mistake: The folder is no registry, or the eval is not in it.
    """
    registry, name = _registry(source)
    wanted = name
    for _ in range(_DEEPEST):
        entry = _entry(registry, name, files)
        if entry is None:
            raise Mistake(
                f"there is no eval `{name[:100]}` in {files.shown(registry / 'evals')}{_near(registry, name)}"
            )
        kind = entry.value("class")
        if isinstance(kind, str):
            return Eval(registry, name, kind, _args(entry), entry.place)
        following = entry.value("id")
        if not isinstance(following, str) or following == name:
            break
        name = following
    raise Mistake(f"the eval `{wanted[:100]}` names no class", path=files.shown(registry / "evals"))


def entry_of(folder: Path, name: str, files: Files) -> Tree | None:
    """What stands behind a name in the YAML files of a folder; in a file of that name, all of it."""
    for path in _files(folder):
        if path.stem == name:
            tree = files.yaml(read_text(path, files), path)
            if tree.is_mapping and name not in tree.parts and "prompt" in tree.data:
                return tree
        if name in read_text(path, files):
            tree = files.yaml(read_text(path, files), path)
            found = tree.get(name)
            if found is not None and found.is_mapping:
                return found
    return None


def _entry(registry: Path, name: str, files: Files) -> Tree | None:
    return entry_of(registry / "evals", name, files)


def _args(entry: Tree) -> dict[str, Tree]:
    args = entry.get("args")
    return dict(args.items()) if args is not None else {}


def _files(folder: Path) -> Iterator[Path]:
    found = (path for ending in ("*.yaml", "*.yml") for path in sorted(folder.rglob(ending)))
    return (path for path, _ in zip(found, range(MOST_FILES), strict=False))


def _registry(source: str) -> tuple[Path, str]:
    """The longest beginning of the source that is a registry, and the name behind it."""
    parts = source.rstrip("/").split("/")
    for count in range(len(parts) - 1, 0, -1):
        folder = Path("/".join(parts[:count]) or "/")
        for inner in (folder, folder / "registry", folder / "evals" / "registry"):
            if _is_registry(inner):
                return inner, "/".join(parts[count:])
    if _is_registry(Path(source)):
        raise Mistake(f"name an eval of the registry: openai-evals:{source.rstrip('/')}/NAME")
    what = "no registry of openai/evals (a folder with `evals/` and `data/`)"
    raise Mistake(f"`{'/'.join(parts[:-1])[:200] or source[:200]}` is {what}; write openai-evals:REGISTRY/NAME")


def _is_registry(folder: Path) -> bool:
    return (
        (folder / "evals").is_dir() and any(_files(folder / "evals")) and not (folder / "evals" / "registry").exists()
    )


def _near(registry: Path, name: str) -> str:
    import difflib

    stems = [path.stem for path in _files(registry / "evals")]
    near = difflib.get_close_matches(name.split(".")[0], stems, 3)
    return f"; did you mean {' or '.join(f'`{each}`' for each in near)}?" if near else ""
