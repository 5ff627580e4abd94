"""Digests of what is scanned, and a manifest of them: is what is shipped what was recorded?"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import msgspec

from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.finding import Finding
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.packages.package import place
from seatrial.scan.rule import Rule

_INTEGRITY = ("CWE-353", "LLM04:2026", "AML.T0010.003")
CHANGED = Rule(
    "integrity.changed",
    "review",
    "Not the file that was recorded",
    "Somebody changed it since: a new version that was not recorded, or an intruder.",
    "Find out who; then record it anew.",
    _INTEGRITY,
)
MISSING = Rule(
    "integrity.missing",
    "review",
    "A recorded file is missing",
    "What is shipped is not whole.",
    "Put it back, or record anew.",
    _INTEGRITY,
)
ADDED = Rule(
    "integrity.added",
    "review",
    "A file that was not recorded",
    "A loader may read it, and nobody said that it belongs here.",
    "Find out where it comes from; then record anew.",
    _INTEGRITY,
)
UNREADABLE = Rule(
    "integrity.unreadable",
    "unread",
    "A file whose digest could not be made",
    "Whether it is what was recorded cannot be said.",
    "Make it readable.",
    _INTEGRITY,
)
RULES = (CHANGED, MISSING, ADDED, UNREADABLE)
MOST_BYTES = 256 * MEGABYTE


class FileDigest(msgspec.Struct, frozen=True):
    """A file: its path as it is shown (in a manifest: from the manifest's folder, with `/`), bytes, and SHA-256."""

    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a manifest file holds; `seatrial_manifest` is the version of its form."""

    seatrial_manifest: int
    files: tuple[FileDigest, ...]


def digest_of(path: str) -> FileDigest:
    """Size and SHA-256 of a regular file.

    Raises:
        OSError: It cannot be read, or is no regular file.
    """
    if not Path(path).is_file():
        raise OSError(None, "it is not a regular file" if Path(path).exists() else "there is no such file")
    hashed = hashlib.sha256()
    size = 0
    with Path(path).open("rb") as opened:
        while chunk := opened.read(MEGABYTE):
            hashed.update(chunk)
            size += len(chunk)
    return FileDigest(path, size, hashed.hexdigest())


def _relative(path: str, folder: Path) -> str:
    return Path(os.path.relpath(Path(path).absolute(), folder.absolute())).as_posix()


def write_manifest(paths: Iterable[str], manifest: str) -> Manifest:
    """Record files; the manifest appears whole or not at all.

    Args:
        paths: Files.
        manifest: Where it is written; the paths in it are taken from its folder.

    Raises:
        CannotRun: A file cannot be read, or the manifest cannot be written.
    """
    to = Path(manifest)
    files: list[FileDigest] = []
    for path in sorted(set(paths)):
        if Path(path).absolute() == to.absolute():
            continue
        try:
            made = digest_of(path)
        except OSError as error:
            raise CannotRun(f"{path} cannot be recorded: {error.strerror or error}") from error
        files.append(FileDigest(_relative(path, to.parent), made.size, made.sha256))
    recorded = Manifest(1, tuple(sorted(files, key=lambda each: each.path)))
    draft = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(recorded), indent=1) + b"\n")
        draft.replace(to)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CannotRun(f"the manifest {manifest} cannot be written: {error.strerror or error}") from error
    return recorded


def read_manifest(path: str) -> Manifest:
    """A manifest that was written.

    Raises:
        Mistake: It cannot be read, is no manifest, or names files outside its folder's tree by absolute paths.
    """
    try:
        with Path(path).open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise Mistake(f"the manifest cannot be read: {error.strerror or error}", path=path) from error
    if len(data) > MOST_BYTES:
        raise Mistake("the manifest is larger than any that is written here", path=path)
    try:
        found = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Mistake(f"it is no manifest of `seatrial scan --manifest`: {error}", path=path) from error
    if found.seatrial_manifest != 1:
        raise Mistake(f"its form {found.seatrial_manifest} is newer than this program knows", path=path)
    for each in found.files:
        if PurePosixPath(each.path).is_absolute() or "\0" in each.path or len(each.sha256) != 64:
            raise Mistake(f"`{each.path[:200]}` is no entry of a manifest", path=path)
    return found


def compare_manifest(manifest: str, paths: Iterable[str]) -> Iterator[Finding]:
    """How files differ from what was recorded.

    Args:
        manifest: The manifest's path.
        paths: The files that are there now; files that the manifest names and these do not are looked for as well.

    Raises:
        Mistake: The manifest is none.
    """
    folder = Path(manifest).parent
    recorded = {each.path: each for each in read_manifest(manifest).files}
    present = {_relative(path, folder): path for path in paths if Path(path).absolute() != Path(manifest).absolute()}
    for name in sorted({*recorded, *present}):
        path = present.get(name, str(folder / name))
        if name not in recorded:
            yield place(path).finding(ADDED, name)
        elif not Path(path).is_file():
            yield place(path).finding(MISSING, name)
        else:
            yield from _compared(path, recorded[name])


def _compared(path: str, recorded: FileDigest) -> Iterator[Finding]:
    try:
        found = digest_of(path)
    except OSError as error:
        yield place(path).finding(UNREADABLE, error.strerror or str(error))
        return
    if found.sha256 != recorded.sha256:
        size = f"{found.size} bytes instead of {recorded.size}, " if found.size != recorded.size else ""
        evidence = f"{size}SHA-256 {found.sha256[:12]}… instead of {recorded.sha256[:12]}…"
        yield place(path).finding(CHANGED, evidence)
