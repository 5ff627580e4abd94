"""One requirement of a requirements file: a name with versions, an address, or a path.

Sources: PyPA "Dependency specifiers" and "Binary distribution format" (names of wheels), pip "Requirements File
Format".
"""

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from seatrial.scan.packages.addresses import parts_of
from seatrial.scan.packages.package import Package, Source

if TYPE_CHECKING:  # `packaging` takes a third of the time in which a scan of a model starts: only lists need it
    from packaging.requirements import Requirement
    from packaging.version import Version

_SCHEME = re.compile(r"(?:git|hg|svn|bzr)(?:\+\w+)?://|(?:https?|ftp|file)://|file:", re.IGNORECASE)
_VCS = re.compile(r"(?:git|hg|svn|bzr)(?:\+\w+)?:", re.IGNORECASE)
_EGG = re.compile(r"(?:^|&)egg=([A-Za-z0-9._-]+)")
_PATH = re.compile(r"(?:\.{1,2}(?:$|[/\\])|/|~|[A-Za-z]:[/\\])|.*\.(?:whl|zip|tar\.gz|tar\.bz2|tgz)$|[\w.-]+[/\\]")
_OPTION = re.compile(r"\s--?(?=[A-Za-z])")
MOST_BRACKETS = 50
"""The parser of markers recurses."""
_PREFIX_MATCH = ".*"


class Entry(NamedTuple):
    """A line that asks for something, cut in two: what is asked for, and the options behind it."""

    wanted: str
    options: tuple[str, ...]
    editable: bool = False

    @property
    def hashes(self) -> tuple[str, ...]:
        """Those of `--hash`, as `algorithm:hex`."""
        joined = "\x00".join(self.options)
        return tuple(re.findall(r"--hash[=\x00]([^\x00]+)", joined))


def entry_of(text: str, *, editable: bool = False) -> Entry:
    """Cut a line.

    Raises:
        ValueError: Quotes that are not closed.
    """
    cut = _OPTION.search(f" {text}") if text.startswith("-") else _OPTION.search(text)
    if cut is None:
        return Entry(text.strip(), (), editable)
    return Entry(text[: cut.start()].strip(), tuple(shlex.split(text[cut.start() :])), editable)


def package_of(entry: Entry, place: str, line: int) -> Package:
    """What an entry asks for.

    Raises:
        ValueError: It cannot be understood.
    """
    from packaging.requirements import InvalidRequirement, Requirement

    wanted = entry.wanted.strip("\"'") if entry.editable else entry.wanted
    if _SCHEME.match(wanted):
        return _from_address(wanted, entry, place, line)
    if entry.editable or (_PATH.match(wanted) and " @ " not in wanted):
        return _from_path(wanted, entry, place, line)
    if wanted.count("(") > MOST_BRACKETS:
        raise ValueError("more brackets than any marker needs")
    try:
        asked = Requirement(wanted)
    except InvalidRequirement as error:
        raise ValueError(str(error).splitlines()[0]) from error
    if asked.url:
        direct = _from_address(asked.url, entry, place, line)
        return Package(
            name=asked.name,
            version=direct.version,
            place=place,
            line=line,
            hashes=entry.hashes,
            source=direct.source,
            address=asked.url,
            marker=str(asked.marker or ""),
            extras=tuple(sorted(asked.extras)),
        )
    return Package(
        name=asked.name,
        version=_exact(asked),
        place=place,
        line=line,
        hashes=entry.hashes,
        specifier=str(asked.specifier),
        marker=str(asked.marker or ""),
        extras=tuple(sorted(asked.extras)),
    )


def _exact(asked: "Requirement") -> str | None:
    """The one version that is asked for, if it is one."""
    for each in asked.specifier:
        if each.operator == "===" or (each.operator == "==" and not each.version.endswith(_PREFIX_MATCH)):
            return each.version
    return None


def _from_address(address: str, entry: Entry, place: str, line: int) -> Package:
    address, _, marker = address.partition(" ; ")
    parts = parts_of(address)
    if parts is None:
        raise ValueError("an address that is none")
    source: Source = "vcs" if _VCS.match(address) else "path" if parts.scheme == "file" else "url"
    egg = _EGG.search(parts.fragment)
    name, version = (egg[1], None) if egg else _of_file(parts.path)
    source = "editable" if entry.editable and source == "path" else source
    return Package(
        name=name or re.sub(r"(?:\.git)?(?:@.*)?$", "", parts.path.rpartition("/")[2]) or "?",
        version=version,
        place=place,
        line=line,
        hashes=entry.hashes,
        source=source,
        address=address.strip(),
        marker=marker.strip(),
    )


def _from_path(wanted: str, entry: Entry, place: str, line: int) -> Package:
    path, _, extras = wanted.partition("[")
    name, version = _of_file(path)
    source: Source = "editable" if entry.editable else "path"
    return Package(
        name=name or path,
        version=version,
        place=place,
        line=line,
        hashes=entry.hashes,
        source=source,
        address=path,
        extras=tuple(filter(None, extras.rstrip("]").split(","))),
    )


def _of_file(path: str) -> tuple[str, str | None]:
    """Name and version of a wheel's or source archive's file name; an empty name when it is neither."""
    from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

    file = re.split(r"[/\\]", path)[-1]
    version: Version
    try:
        if file.endswith(".whl"):
            name, version, _, _ = parse_wheel_filename(file)
        else:
            name, version = parse_sdist_filename(file)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return "", None
    return name, str(version)
