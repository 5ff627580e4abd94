"""One advisory in OSV form, and whether it is about a version.

Source: Open Source Vulnerability format 1.6 (ossf.github.io/osv-schema), "Evaluation": a version is affected when it is
listed in `versions` or lies in a range; events are put in order, `introduced` opens, `fixed` closes before and
`last_affected` after itself. Ranges of GIT commits say nothing about versions.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


class Event(msgspec.Struct):
    """One turn of a range."""

    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None
    limit: str | None = None


class Range(msgspec.Struct):
    """A range of versions or of commits."""

    type: str = ""
    events: list[Event] = []


class Subject(msgspec.Struct):
    """The package that is affected."""

    name: str = ""
    ecosystem: str = ""


class Affected(msgspec.Struct):
    """What is affected: a package, by ranges and by single versions."""

    package: Subject | None = None
    ranges: list[Range] = []
    versions: list[str] = []

    def is_about(self, key: str) -> bool:
        """Whether it is of the Python Package Index's package of this normal name."""
        return (
            self.package is not None
            and self.package.ecosystem.partition(":")[0].lower() == "pypi"
            and canonicalize_name(self.package.name) == key
        )

    def has(self, version: str) -> bool:
        """Whether a version is affected."""
        if version in self.versions:
            return True
        try:
            wanted = Version(version)
        except InvalidVersion:
            return False
        if any(_same(each, wanted) for each in self.versions):
            return True
        return any(_within(each.events, wanted) for each in self.ranges if each.type in ("ECOSYSTEM", "SEMVER"))

    def fixes(self) -> Iterator[str]:
        """Versions that mend it."""
        for each in self.ranges:
            if each.type in ("ECOSYSTEM", "SEMVER"):
                yield from (event.fixed for event in each.events if event.fixed)


class Advisory(msgspec.Struct, dict=True):
    """An advisory."""

    id: str = ""
    modified: Any = ""
    withdrawn: Any = None
    aliases: list[str] = []
    summary: str = ""
    details: str = ""
    affected: list[Affected] = []

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its id and its other names, CVE first."""
        return tuple(sorted({self.id, *self.aliases}, key=lambda name: (not name.startswith("CVE-"), name)))

    def affects(self, key: str, version: str) -> bool:
        """Whether a package's version is affected."""
        return any(each.is_about(key) and each.has(version) for each in self.affected)

    def fixes(self, key: str) -> tuple[str, ...]:
        """Versions that mend it, rising."""
        found = {fix for each in self.affected if each.is_about(key) for fix in each.fixes()}
        return tuple(sorted(found, key=_rank))


def _same(text: str, wanted: Version) -> bool:
    try:
        return Version(text) == wanted
    except InvalidVersion:
        return False


def _rank(text: str) -> tuple[int, Version | str]:
    try:
        return 1, Version(text)
    except InvalidVersion:
        return 0, text


def _within(events: list[Event], wanted: Version) -> bool:
    """Whether the last event at or before a version leaves it affected."""
    turns: list[tuple[Version, int, bool]] = []
    for event in events:
        for text, affected, order in (
            (event.introduced, True, 0),
            (event.fixed, False, 1),
            (event.limit, False, 1),
            (event.last_affected, False, 2),
        ):
            if text is None or text == "*":
                continue
            try:
                turns.append((Version("0.dev0" if text == "0" else text), order, affected))
            except InvalidVersion:
                continue
    state = False
    for at, order, affected in sorted(turns, key=lambda turn: (turn[0], turn[1])):
        if at < wanted or (at == wanted and order < 2):
            state = affected
    return state
