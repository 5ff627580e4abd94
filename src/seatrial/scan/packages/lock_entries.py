"""The packages of lock files, one function for each maker's way of writing them down."""

import re
from collections.abc import Iterator
from typing import Any

from seatrial.scan.packages.package import Package, Source


def packages_of_toml(data: dict[str, Any], kind: str, path: str, lines: list[int]) -> Iterator[Package]:
    """The packages of a lock in TOML, each with the line of its header.

    Raises:
        ValueError, TypeError, AttributeError, KeyError: An entry has not the shape of its kind.
    """
    entries = data.get("packages" if kind == "pylock.toml" else "package", [])
    files = data.get("metadata", {}).get("files", {}) if kind in ("poetry.lock", "pdm.lock") else {}
    for number, entry in enumerate(entries):
        line = lines[number] if number < len(lines) else None
        if kind == "uv.lock":
            made = _of_uv(entry, path, line)
        elif kind == "pylock.toml":
            made = _of_pylock(entry, path, line)
        else:
            made = _of_poetry(entry, files, path, line)
        if made is not None:
            yield made


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _name(entry: dict[str, Any]) -> str:
    if not _text(entry["name"]):
        raise ValueError("a name that is no text")
    return str(entry["name"])


def _version(entry: dict[str, Any]) -> str | None:
    if not isinstance(entry.get("version"), str | None):
        raise ValueError("a version that is no text")
    return entry.get("version")


def _of_uv(entry: dict[str, Any], path: str, line: int | None) -> Package | None:
    source = entry.get("source", {})
    if "virtual" in source:
        return None
    kinds: dict[str, Source] = {"git": "vcs", "url": "url", "path": "path", "directory": "path", "editable": "editable"}
    key = next((each for each in kinds if each in source), "")
    address = _text(source.get(key))
    archives = [*([entry["sdist"]] if "sdist" in entry else []), *entry.get("wheels", [])]
    return Package(
        name=_name(entry),
        version=_version(entry),
        place=path,
        line=line,
        hashes=tuple(_text(each.get("hash")) for each in archives if each.get("hash")),
        source=kinds.get(key, "index"),
        address=address,
        revision=address.rpartition("#")[2] if key == "git" and "#" in address else "",
        sdist_only="registry" in source and "sdist" in entry and not entry.get("wheels"),
    )


def _of_poetry(entry: dict[str, Any], files: dict[str, Any], path: str, line: int | None) -> Package:
    """Poetry's and PDM's; until 1.x the files of all packages stood in one table at the end."""
    source = entry.get("source") or {}
    name = _name(entry)
    version = _version(entry)
    archives = entry.get("files") or files.get(name) or files.get(f"{name} {version}") or []
    names = [_text(each.get("file") or each.get("url")) for each in archives]
    kinds: dict[str, Source] = {"git": "vcs", "url": "url", "file": "path", "directory": "path"}
    kind = kinds.get(_text(source.get("type")), "index")
    address = _text(source.get("url") or entry.get("git") or entry.get("url") or entry.get("path"))
    if "git" in entry or "path" in entry:  # PDM
        kind = "vcs" if "git" in entry else "path"
    return Package(
        name=name,
        version=version,
        place=path,
        line=line,
        hashes=tuple(_text(each.get("hash")) for each in archives if each.get("hash")),
        source=kind,
        address=address,
        revision=_text(source.get("resolved_reference") or entry.get("revision")),
        sdist_only=kind == "index" and bool(names) and not any(each.endswith(".whl") for each in names),
    )


def _of_pylock(entry: dict[str, Any], path: str, line: int | None) -> Package:
    kind: Source = "index"
    address = revision = ""
    archives = [*([entry["sdist"]] if "sdist" in entry else []), *entry.get("wheels", [])]
    if "vcs" in entry:
        kind, address = "vcs", _text(entry["vcs"].get("url") or entry["vcs"].get("path"))
        revision = _text(entry["vcs"].get("commit-id"))
    elif "directory" in entry:
        kind = "editable" if entry["directory"].get("editable") else "path"
        address = _text(entry["directory"].get("path"))
    elif "archive" in entry:
        archives = [entry["archive"]]
        address = _text(entry["archive"].get("url"))
        kind = "url" if address else "path"
    return Package(
        name=_name(entry),
        version=_version(entry),
        place=path,
        line=line,
        hashes=tuple(f"{how}:{value}" for each in archives for how, value in each.get("hashes", {}).items()),
        source=kind,
        address=address,
        revision=revision,
        marker=_text(entry.get("marker")),
        sdist_only=kind == "index" and "sdist" in entry and not entry.get("wheels"),
    )


def packages_of_pipfile(data: dict[str, Any], text: str, path: str) -> Iterator[Package]:
    """The packages of a Pipfile.lock, each with the line of its key.

    Raises:
        ValueError, TypeError, AttributeError: An entry has not the shape of a Pipfile's.
    """
    lines = {found[1]: number for number, raw in enumerate(text.splitlines(), 1) if (found := _KEY.match(raw))}
    for group, entries in data.items():
        if group == "_meta":
            continue
        for name, entry in entries.items():
            yield _of_pipfile(name, entry, path, lines.get(name))


_KEY = re.compile(r'\s*"([A-Za-z0-9._-]+)": \{')


def _of_pipfile(name: str, entry: dict[str, Any], path: str, line: int | None) -> Package:
    kind: Source = "index"
    keys: dict[str, Source] = {"git": "vcs", "hg": "vcs", "svn": "vcs", "file": "url", "path": "path"}
    key = next((each for each in keys if each in entry), "")
    if key:
        kind = "editable" if entry.get("editable") and key == "path" else keys[key]
    version = _text(entry.get("version"))
    return Package(
        name=name,
        version=version.lstrip("=") if version.startswith("==") else None,
        place=path,
        line=line,
        hashes=tuple(map(_text, entry.get("hashes", []))),
        source=kind,
        address=_text(entry.get(key)),
        revision=_text(entry.get("ref")),
        marker=_text(entry.get("markers")),
        specifier=version,
    )
