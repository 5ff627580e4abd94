"""Known vulnerabilities and malware, from a local folder of advisories; never looked up on the network.

The folder is the PyPA advisory database (`vulns/PACKAGE/PYSEC-*.yaml`) or any folder of OSV files (`*.json`, `*.yaml`).
A folder that is not given, empty, or old is *not checked*: a finding, never a green light.
"""

import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from seatrial.core.errors import Mistake
from seatrial.core.finding import Finding
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.packages.osv import Advisory
from seatrial.scan.packages.package import Package, place
from seatrial.scan.rule import Rule

_KNOWN = ("CWE-1395", "LLM04:2026", "AML.T0010.001")
VULNERABLE = Rule(
    "advisories.vulnerable",
    "review",
    "A version with a known vulnerability",
    "Attackers know it, too.",
    "Upgrade to a version that mends it, or accept it in the baseline with the reason why it does not touch you.",
    _KNOWN,
)
MALICIOUS = Rule(
    "advisories.malicious",
    "attack",
    "A package that is known malware",
    "It was made, or taken over, to harm whoever installs it.",
    "Remove it, rebuild the environment, and change every secret that was in reach.",
    ("CWE-506", "LLM04:2026", "AML.T0010.001"),
)
NOT_CHECKED = Rule(
    "advisories.not-checked",
    "unread",
    "Not held to any advisories",
    "Whether a known vulnerability is in here was not looked at.",
    "Give `--advisories DIR`, a fresh copy of the PyPA advisory database.",
    _KNOWN,
)
OLD = Rule(
    "advisories.old",
    "unread",
    "Held to old advisories only",
    "What became known since is missing.",
    "Fetch the advisories again.",
    _KNOWN,
)
NO_VERSION = Rule(
    "advisories.no-version",
    "unread",
    "Advisories could not be checked without a version",
    "Which version will be installed is not known, and some have known vulnerabilities.",
    "Lock the versions, and scan the lock.",
    _KNOWN,
)
BAD_ADVISORY = Rule(
    "advisories.bad-file",
    "unread",
    "An advisory that cannot be read",
    "What it is about was not checked.",
    "Fetch the advisories again.",
    _KNOWN,
)
RULES = (VULNERABLE, MALICIOUS, NOT_CHECKED, OLD, NO_VERSION, BAD_ADVISORY)
DAYS = 30
"""Advisories whose newest is older are old: the PyPA database changes every few days."""
MOST_BYTES = 4 * MEGABYTE
_NAMES = re.compile(rb"""(?:^|[\s{,\[])["']?name["']?\s*:\s*["']?([A-Za-z0-9][A-Za-z0-9._-]{0,200})""")
_MODIFIED = re.compile(rb"""(?:^|[\s{,\[])["']?modified["']?\s*:\s*["']?(\d{4}-\d\d-\d\d)""")
_SEPARATORS = re.compile(r"[-_.]+")


class Advisories(NamedTuple):
    """Those of a folder that are about some packages. `newest` is the day of the youngest change of all."""

    folder: str
    newest: datetime | None
    found: dict[str, tuple[Advisory, ...]]
    unreadable: tuple[str, ...] = ()


def read_advisories(folder: str, keys: Iterable[str]) -> Advisories:
    """The advisories about packages.

    Args:
        folder: With OSV files, at any depth.
        keys: Names of packages in normal form; files that name none of them are not parsed.

    Raises:
        Mistake: There is no such folder.
    """
    if not Path(folder).is_dir():
        raise Mistake("there is no such folder of advisories", path=folder)
    wanted = frozenset(keys)
    found: dict[str, list[Advisory]] = {}
    unreadable: list[str] = []
    newest = b""
    for path in _files(folder):
        data = _bytes_of(path)
        newest = max(newest, *(each[1] for each in _MODIFIED.finditer(data)), b"")
        about = {_normal(each[1]) for each in _NAMES.finditer(data)} & wanted
        if not about:
            continue
        try:
            advisory = _parsed(path, data)
        except (msgspec.MsgspecError, yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
            unreadable.append(path)
            continue
        for key in sorted(about):
            if advisory.withdrawn is None and any(each.is_about(key) for each in advisory.affected):
                found.setdefault(key, []).append(advisory)
    day = datetime.strptime(newest.decode(), "%Y-%m-%d").replace(tzinfo=UTC) if newest else None
    return Advisories(folder, day, {key: tuple(each) for key, each in found.items()}, tuple(unreadable))


def _files(folder: str) -> Iterator[str]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith((".json", ".yaml", ".yml")):
                yield str(Path(root) / name)


def _bytes_of(path: str) -> bytes:
    try:
        if not Path(path).is_file():
            return b""
        with Path(path).open("rb") as opened:
            return opened.read(MOST_BYTES)
    except OSError:
        return b""


def _normal(name: bytes) -> str:
    return _SEPARATORS.sub("-", name.decode("ascii")).lower()


def _parsed(path: str, data: bytes) -> Advisory:
    if path.endswith(".json"):
        return msgspec.json.decode(data, type=Advisory)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return msgspec.convert(yaml.load(data, loader), type=Advisory)  # noqa: S506  both loaders are the safe one


def advisory_findings(
    packages: Iterable[Package], advisories: Advisories | None, path: str, now: datetime, days: int = DAYS
) -> Iterator[Finding]:
    """What is known of packages.

    Args:
        packages: Any.
        advisories: None when no folder was given.
        path: What the packages were read from; a Finding about the advisories themselves stands there.
        now: The time; advisories are old against it.
        days: How old the newest may be.
    """
    if advisories is None:
        yield place(path).finding(NOT_CHECKED, "no folder of advisories was given")
        return
    if advisories.newest is None:
        yield place(path).finding(NOT_CHECKED, f"{advisories.folder} holds no advisories")
        return
    if now - advisories.newest > timedelta(days=days):
        yield place(path).finding(OLD, f"the newest of {advisories.folder} is of {advisories.newest:%Y-%m-%d}")
    for each in advisories.unreadable:
        yield place(each).finding(BAD_ADVISORY, Path(each).name)
    for package in packages:
        yield from _of_package(package, advisories.found.get(package.key, ()))


def _of_package(package: Package, about: tuple[Advisory, ...]) -> Iterator[Finding]:
    if package.version is None:
        if about:
            names = ", ".join(each.names[0] for each in about[:3])
            yield package.finding(NO_VERSION, f"{package.name}{package.specifier}: {len(about)} known, {names} first")
        return
    seen: set[str] = set()
    for advisory in sorted(about, key=lambda each: each.id):
        if seen & set(advisory.names) or not advisory.affects(package.key, package.version):
            continue
        seen |= set(advisory.names)
        fixes = advisory.fixes(package.key)
        mended = f", mended in {', '.join(fixes)}" if fixes else ", not mended by any version"
        said = f": {advisory.summary}" if advisory.summary else ""
        rule = MALICIOUS if advisory.id.startswith("MAL-") else VULNERABLE
        yield package.finding(
            rule,
            f"{package.name} {package.version}: {' '.join(advisory.names)}{mended if rule is VULNERABLE else ''}{said}",
        )
