"""Addresses of packages and indexes: which are safe to fetch from, and shown without their passwords."""

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from seatrial.core.finding import Finding
from seatrial.scan.packages.package import Package, place
from seatrial.scan.packages.requirement_rules import (
    ADDRESS,
    INSECURE,
    PASSWORD,
    PINNED_ADDRESS,
    PINNED_REPOSITORY,
    REPOSITORY,
)

PUBLIC_INDEX = ".".join(("pypi", "org"))
"""The index that pip asks by itself; spelled apart, since no file of this project names a registry as a place to go."""
KNOWN_INDEXES = (
    "download.pytorch.org",
    "pypi.nvidia.com",
    PUBLIC_INDEX,
    f"test.{PUBLIC_INDEX}",
    "storage.googleapis.com",
)
"""Hosts of indexes that documents of PyTorch, NVIDIA and JAX tell their users to add."""
_COMMIT = re.compile(r"[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?")
_HASH = re.compile(r"(?:sha256|sha384|sha512)=[0-9a-fA-F]{64,128}")
_OPEN = frozenset({"http", "git+http", "git", "git+git", "svn", "svn+http", "svn+svn", "hg+http", "bzr+http", "ftp"})
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def parts_of(address: str) -> SplitResult | None:
    """The parts of an address; None when it is none."""
    try:
        parts = urlsplit(address)
        _ = (parts.hostname, parts.port)
    except ValueError:
        return None
    return parts


def without_password(address: str) -> str:
    """An address as it may be shown."""
    return re.sub(r"(?<=//)[^/@\s]*@", "***@", address)


def address_findings(path: str, line: int | None, address: str) -> Iterator[Finding]:
    """What is wrong with any address: no encryption, a password."""
    parts = parts_of(address)
    if parts is None:
        return
    shown = without_password(address)
    if parts.scheme in _OPEN and parts.hostname not in _LOCAL:
        yield place(path).finding(INSECURE, shown, line=line)
    if parts.password and not re.fullmatch(r"\$\{\w+\}", parts.password):
        yield place(path).finding(PASSWORD, shown, line=line)


def package_address_findings(package: Package) -> Iterator[Finding]:
    """What is wrong with where a package is fetched from."""
    shown = f"{package.name} from {without_password(package.address)}"
    parts = parts_of(package.address)
    if package.source == "vcs":
        revision = package.revision or (parts.path.rpartition("@")[2] if parts and "@" in parts.path else "")
        yield package.finding(PINNED_REPOSITORY if _COMMIT.fullmatch(revision) else REPOSITORY, shown)
    elif package.source == "url":
        held = package.hashes or (parts and _HASH.search(parts.fragment))
        yield package.finding(PINNED_ADDRESS if held else ADDRESS, shown)
    if package.source in ("vcs", "url"):
        yield from address_findings(package.place, package.line, package.address)
