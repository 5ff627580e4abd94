"""A Package: one distribution that is asked for, locked or installed, and where that stands."""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from seatrial.core.finding import Finding, Severity
from seatrial.scan.blob import BytesBlob
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.part import Part
from seatrial.scan.rule import Rule

Source = Literal["index", "vcs", "url", "path", "editable"]
"""Where it comes from: a package index, a repository, an address, a local path, a folder that stays editable."""


def normal_name(name: str) -> str:
    """A name in its normal form, as PEP 503 defines it; `packaging` takes long to import for one line."""
    return re.sub(r"[-_.]+", "-", name).lower()


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution.

    `version` is exact; where only a range is asked for it is None and `specifier` holds the range. `hashes` are
    `algorithm:hex`. `address` is of a repository or file, `revision` the commit of a
    repository. `sdist_only` is known of locks that list files.
    """

    name: str
    version: str | None
    place: str
    line: int | None = None
    hashes: tuple[str, ...] = ()
    source: Source = "index"
    address: str = ""
    revision: str = ""
    specifier: str = ""
    marker: str = ""
    extras: tuple[str, ...] = ()
    sdist_only: bool = False

    @property
    def key(self) -> str:
        """The name in its normal form: `Ruamel_Yaml` and `ruamel.yaml` are one."""
        return normal_name(self.name)

    def finding(self, rule: Rule, evidence: str = "", severity: Severity | None = None) -> Finding:
        """A Finding about it, where it stands."""
        return place(self.place).finding(rule, evidence or self.name, line=self.line, severity=severity)


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What a requirements file, a lock or an environment says.

    `exact` says that it lists all that is installed, dependencies of dependencies too: a lock, an environment.
    """

    packages: tuple[Package, ...] = ()
    findings: tuple[Finding, ...] = ()
    format: str = "requirements"
    exact: bool = False
    files: tuple[str, ...] = ()

    def versions(self) -> dict[str, str]:
        """Version by normalised name, of all that has one: what `Settings.versions` wants."""
        return {package.key: package.version for package in self.packages if package.version}


def place(path: str) -> Part:
    """A place that Findings can be put at, without bytes of its own."""

    def nothing(_: Part) -> Iterator[Finding]:
        return iter(())

    return Part(BytesBlob(b""), path, nothing, Budget(Limits()))
