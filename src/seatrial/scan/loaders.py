"""Files that are only safe with a recent loader: what was recognised is held to the versions that are locked.

The table is data (`loaders.toml`). Formats without a loader that was ever unsafe for them (safetensors) are not in it.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

import msgspec
from packaging.version import InvalidVersion, Version

from seatrial.core.finding import Finding, Scanned
from seatrial.scan.packages.package import normal_name, place
from seatrial.scan.rule import UNSAFE_LOADING, Rule

TOO_OLD = Rule(
    "loader.too-old",
    "review",
    "The locked loader is not safe for this kind of file",
    "The file may be harmless; the next of its kind need not be, and this loader would not stop it.",
    "Upgrade the loader.",
    ("CWE-1395", *UNSAFE_LOADING),
)
UNKNOWN = Rule(
    "loader.unknown-version",
    "low",
    "Only safe with a recent loader",
    "Which version loads it was not said (`--lock`), or is not in the lock.",
    "Lock the loader at the version named, or a later one.",
    ("CWE-1395", *UNSAFE_LOADING),
)
RULES = (TOO_OLD, UNKNOWN)


class Weakness(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A loader's weakness. It holds from `introduced` until before `fixed`, for files read as all of some `formats`."""

    package: str
    fixed: str
    cve: tuple[str, ...]
    words: str
    formats: tuple[frozenset[str], ...]
    without: frozenset[str] = frozenset()
    introduced: str = "0"

    def is_about(self, formats: frozenset[str]) -> bool:
        """Whether a file that was read as these formats goes through this loader."""
        return not self.without & formats and any(each <= formats for each in self.formats)

    def has(self, version: Version) -> bool:
        """Whether a version is weak."""
        return Version(self.introduced) <= version < Version(self.fixed)


@cache
def weaknesses() -> tuple[Weakness, ...]:
    """The table."""
    text = files(__package__).joinpath("loaders.toml").read_text("utf-8")
    return tuple(msgspec.convert(each, Weakness) for each in tomllib.loads(text)["weakness"])


def loader_findings(scanned: Scanned, versions: Mapping[str, str]) -> Iterator[Finding]:
    """What the loaders of a file do not hold against.

    Args:
        scanned: The verdict on a file: its formats count.
        versions: Locked version by package; an empty one when no lock was given.
    """
    formats = frozenset(scanned.formats)
    locked = {normal_name(name): version for name, version in versions.items()}
    about: dict[str, list[Weakness]] = {}
    for each in weaknesses():
        if each.is_about(formats):
            about.setdefault(each.package, []).append(each)
    for package, weak in about.items():
        version = _version(locked.get(package))
        if version is None:
            newest = max(weak, key=lambda each: Version(each.fixed))
            said = f"{package} from {newest.fixed} on holds: {', '.join(newest.cve)}: {newest.words}"
            yield place(scanned.path).finding(UNKNOWN, said)
            continue
        for each in weak:
            if each.has(version):
                said = f"{package} {version}, mended in {each.fixed}: {', '.join(each.cve)}: {each.words}"
                yield place(scanned.path).finding(TOO_OLD, said)


def _version(text: str | None) -> Version | None:
    try:
        return Version(text) if text else None
    except InvalidVersion:
        return None


def with_loaders(scanned: Scanned, versions: Mapping[str, str]) -> Scanned:
    """A verdict that also counts the loaders."""
    findings = (*scanned.findings, *loader_findings(scanned, versions))
    return Scanned.of(scanned.path, findings, scanned.formats, scanned.size)
