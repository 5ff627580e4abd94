"""Lock files: uv.lock, poetry.lock, pdm.lock, pylock.toml (PEP 751), Pipfile.lock; told apart by what they hold.

Sources: PEP 751; uv, Poetry, PDM and Pipenv write theirs without a standard: the keys here are those of their own files
(uv `version = 1`, Poetry `lock-version` 1.0 to 2.1, PDM `lock_version` 4, Pipfile specification 6).
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from seatrial.scan.format import Unreadable
from seatrial.scan.packages.addresses import KNOWN_INDEXES, address_findings, parts_of, without_password
from seatrial.scan.packages.lock_entries import packages_of_pipfile, packages_of_toml
from seatrial.scan.packages.package import Listing, place
from seatrial.scan.packages.requirement_rules import OTHER_INDEX
from seatrial.scan.packages.toml_text import MOST_DEPTH, parsed_toml, too_deep

Kind = str
_PYLOCK = r"^(?:created-by|packages)\b|^\[\[packages"
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*packages?[ \t]*\]\]", re.MULTILINE)


def kind_of_lock(start: str, whole: Callable[[], str]) -> Kind | None:
    """Which lock a text is, by its start and, only if that may be one, by all of it; None when it is none."""
    head = start.lstrip("\ufeff \t\r\n")
    if head.startswith("{"):
        text = whole()
        return "Pipfile.lock" if '"_meta"' in text and '"pipfile-spec"' in text and '"default"' in text else None
    if not re.search(r"^(?:\[\[\s*packages?\s*\]\]|version\s*=|lock-version\s*=)", head, re.MULTILINE):
        return None
    text = whole()
    if re.search(r"^lock-version\s*=", text, re.MULTILINE) and re.search(
        r"^(?:created-by|packages)\b|^\[\[packages", text, re.MULTILINE
    ):
        return "pylock.toml"
    if not re.search(r"^\[\[package\]\]", text, re.MULTILINE):
        return None
    if re.search(r"^\[metadata\]", text, re.MULTILINE):
        if re.search(r"^lock_version\s*=", text, re.MULTILINE):
            return "pdm.lock"
        return "poetry.lock" if re.search(r"^(?:content-hash|lock-version)\s*=", text, re.MULTILINE) else None
    # Cargo.lock has the same headers, but its packages have a `checksum` and a source of another shape.
    if re.search(r"^source = \{|^requires-python\s*=", text, re.MULTILINE):
        return "uv.lock"
    return None


def lock_in(text: str, path: str, kind: Kind) -> Listing:
    """What a lock says.

    Raises:
        Unreadable: It cannot be parsed, or has not the shape of its kind.
    """
    data = _parsed(text, kind)
    try:
        if kind == "Pipfile.lock":
            packages = tuple(packages_of_pipfile(data, text, path))
            indexes = [str(each.get("url", "")) for each in data.get("_meta", {}).get("sources", [])]
        else:
            packages = tuple(packages_of_toml(data, kind, path, _header_lines(text)))
            indexes = sorted(_registries(data))
    except (AttributeError, TypeError, KeyError, ValueError) as error:
        raise Unreadable(f"it has not the shape of {kind}: {error}") from error
    findings = tuple(finding for each in _indexes(indexes, path) for finding in each)
    return Listing(packages=packages, findings=findings, format=kind, exact=True, files=(path,))


def _header_lines(text: str) -> list[int]:
    lines: list[int] = []
    line, before = 1, 0
    for found in _HEADER.finditer(text):
        line += text.count("\n", before, found.start())
        before = found.start()
        lines.append(line)
    return lines


def _parsed(text: str, kind: Kind) -> dict[str, Any]:
    if kind != "Pipfile.lock":
        return parsed_toml(text)
    if too_deep(text):
        raise Unreadable(f"its brackets are nested deeper than {MOST_DEPTH}")
    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(f"it is no valid {kind}: {str(error)[:200]}") from error
    if not isinstance(data, dict):
        raise Unreadable(f"it is no valid {kind}: not an object")
    return data


def _registries(data: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for each in data.get("package") or data.get("packages") or []:
        source = each.get("source") or {}
        if isinstance(source, dict):
            found.add(
                str(source.get("registry") or (source.get("url") if source.get("type") == "legacy" else "") or "")
            )
        found.add(str(each.get("index") or ""))
    return found - {""}


def _indexes(addresses: list[str], path: str) -> Iterator[Iterator[Any]]:
    """A lock binds each package to its index and hash, so a second index is only worth a note."""
    for address in addresses:
        parts = parts_of(address)
        if parts is None or parts.scheme not in ("http", "https"):
            continue
        if parts.hostname not in KNOWN_INDEXES:
            yield iter([place(path).finding(OTHER_INDEX, without_password(address))])
        yield address_findings(path, None, address)
