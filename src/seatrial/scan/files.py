"""The files of many paths: folders walked, patterns resolved, each file once, in sorted order."""

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from seatrial.core.finding import Finding, Scanned
from seatrial.scan.file import UNREAD

LEFT_OUT: Final = frozenset(
    {".git", ".hg", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".svn", ".tox", ".venv", "__pycache__",
     "node_modules"}
)  # fmt: skip
"""Folders that hold no models of the user's: they are looked at only when they are named."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to look at.

    Args:
        path: As it is to be told: a named folder's name, then the way to it.
        named: Whether the user named this very file (or a pattern did).
        aliases: Links of the same folder that lead to it.
        refusal: Why it must not even be opened; empty when it may.
    """

    path: str
    named: bool = False
    aliases: tuple[str, ...] = ()
    refusal: str = ""


@dataclass(slots=True)
class Files:
    """All files of some paths.

    Iterating yields each once; `left_out` then holds the folders that were not entered.

    Args:
        paths: Files, folders, and patterns with `*`, `?`, `[...]` and `**`.
    """

    paths: Sequence[str]
    left_out: list[str] = field(default_factory=list)
    _seen: set[tuple[int, int, str]] = field(default_factory=set)

    def __iter__(self) -> Iterator[Found]:
        for path in self.paths:
            for named in _resolved(path):
                yield from self._of(named)

    def _of(self, path: str) -> Iterator[Found]:
        try:
            status = Path(path).stat()  # a named link is followed: the user said so
        except (OSError, ValueError) as error:
            yield Found(path, named=True, refusal=getattr(error, "strerror", None) or str(error))
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._walked(path)
        elif self._is_new(path, status):
            yield Found(path, named=True, refusal=_refusal(status.st_mode))

    def _is_new(self, path: str, status: os.stat_result) -> bool:
        """Whether a file comes for the first time under this real path."""
        key = (status.st_dev, status.st_ino, os.path.realpath(path))
        new = key not in self._seen
        self._seen.add(key)
        return new

    def _walked(self, root: str) -> Iterator[Found]:
        allowed = _allowed(root)
        regular: list[Found] = []
        links: dict[str, list[str]] = {}
        for each in _entries(root, self.left_out):
            if each.refusal or not Path(each.path).is_symlink():
                regular.append(each)
                continue
            target = os.path.realpath(each.path)
            refusal = _link_refusal(each.path, target, allowed)
            if refusal:
                regular.append(Found(each.path, refusal=refusal))
            elif Path(target).is_dir():  # what it holds is walked where it is, or left out there
                self.left_out += [each.path] if LEFT_OUT & {*Path(target).parts[len(allowed[0].parts) :]} else []
            else:
                links.setdefault(target, []).append(each.path)
        reached = {os.path.realpath(each.path) for each in regular}
        # A link to what the walk does not come to itself (the blobs of a cache) is looked at by its own name.
        regular += [
            Found(names[0], aliases=tuple(names[1:])) for target, names in links.items() if target not in reached
        ]
        for each in sorted(regular, key=lambda each: each.path):
            if each.refusal:
                yield each
            elif self._is_new(each.path, os.lstat(each.path)):
                aliases = each.aliases or tuple(links.get(os.path.realpath(each.path), ()))
                yield Found(each.path, aliases=aliases)


def _resolved(path: str) -> list[str]:
    """The paths that a pattern means; a path that is there is taken as it is."""
    if os.path.lexists(path) or not glob.has_magic(path):
        return [path]
    found = glob.glob(path, recursive=True, include_hidden=True)  # noqa: PTH207  a Path has patterns only below itself
    return sorted(found) or [path]


def _entries(root: str, left_out: list[str]) -> Iterator[Found]:
    """Everything below a folder but folders; links are told, not followed."""
    todo = [root]
    while todo:
        folder = todo.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield Found(folder, refusal=error.strerror or str(error))
            continue
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError as error:
                yield Found(entry.path, refusal=error.strerror or str(error))
                continue
            if not stat.S_ISDIR(status.st_mode):
                yield Found(entry.path, refusal="" if entry.is_symlink() else _refusal(status.st_mode))
            elif entry.name in LEFT_OUT:
                left_out.append(entry.path)
            else:
                todo.append(entry.path)


def _allowed(root: str) -> tuple[Path, ...]:
    """Where links of a folder may lead: into it; in the cache of Hugging Face, to the blobs beside the snapshots."""
    real = Path(os.path.realpath(root))
    blobs = [up.parent / "blobs" for up in (real, *real.parents) if up.name == "snapshots"]
    return (real, *(each for each in blobs if each.is_dir()))


def _link_refusal(path: str, target: str, allowed: tuple[Path, ...]) -> str:
    """Why a link is not followed; empty when it is."""
    if not any(Path(target).is_relative_to(each) for each in allowed):
        return f"it is a link that leads out of the folder, to {target}; name it to have it looked at"
    try:
        mode = Path(path).stat().st_mode
    except OSError as error:
        return f"it is a link that leads nowhere: {error.strerror or error}"
    if stat.S_ISDIR(mode):
        return ""
    return _refusal(mode)


def _refusal(mode: int) -> str:
    """Why a file is not opened: opening a device may do something, opening a FIFO may wait for ever."""
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return ""
    kinds = ((stat.S_ISFIFO, "a FIFO"), (stat.S_ISSOCK, "a socket"))
    kind = next((words for test, words in kinds if test(mode)), "a device")
    return f"it is {kind}, not a regular file"


def unread(path: str, reason: str) -> Scanned:
    """What is said of a file that could not be looked at."""
    rule = UNREAD
    finding = Finding(
        rule.id, rule.severity, rule.title, path, evidence=reason, why=rule.why, mend=rule.mend, taxonomy=rule.taxonomy
    )
    return Scanned.of(path, (finding,))
