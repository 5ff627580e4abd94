"""Requirements files as pip reads them: includes, constraints, options, hashes; nothing is fetched or built."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.core.finding import Finding
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.packages import requirement_rules as rules
from seatrial.scan.packages.addresses import KNOWN_INDEXES, PUBLIC_INDEX, address_findings, parts_of, without_password
from seatrial.scan.packages.package import Listing, Package, place
from seatrial.scan.packages.requirement_entry import entry_of, package_of
from seatrial.scan.packages.requirement_lines import Line, decoded, logical_lines
from seatrial.scan.rule import Rule

MOST_BYTES = 16 * MEGABYTE
MOST_FILES = 200
MOST_CHARACTERS = 200_000
"""Of one entry with all its hashes; honest ones have some ten thousand."""
MOST_PACKAGES = 20_000
"""The largest honest lists have a few thousand."""
MOST_FAULTS = 100
"""Of so many bad lines the file is no list of requirements; the others say nothing more."""
_OPTION = re.compile(r"(--?[A-Za-z][\w-]*)(?:\s*=\s*|\s+|(?<=^-[A-Za-z])|$)(.*)", re.DOTALL)
_INCLUDES = {"-r": "requirement", "--requirement": "requirement", "-c": "constraint", "--constraint": "constraint"}
_INDEX = frozenset({"-i", "--index-url", "--pypi-url"})
_HARMLESS = frozenset(
    [
        "--no-index",
        "--pre",
        "--prefer-binary",
        "--no-binary",
        "--only-binary",
        "--require-hashes",
        "--use-feature",
        "--no-use-pep517",
        "--always-unzip",
        "-Z",
        "--process-dependency-links",
        "--config-settings",
        "--global-option",
        "--build-option",
    ]
)


@dataclass(slots=True)
class _Reading:
    """Reads files and what they include, each once."""

    follow: bool
    packages: list[Package] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    faults: int = 0

    def file(self, path: str, data: bytes, *, constraint: bool = False) -> None:
        """Read a file's bytes; a constraint asks for nothing, so only its options and faults count."""
        self.files.append(path)
        self.trail.append(_key(path))
        try:
            for line in logical_lines(decoded(data)):
                if len(self.packages) > MOST_PACKAGES or self.faults > MOST_FAULTS:
                    break
                self._line(path, line, constraint)
        except (UnicodeDecodeError, LookupError) as error:
            self.add(path, rules.BAD_LINE, 1, f"its text cannot be decoded: {error}")
        self.trail.pop()

    def add(self, path: str, rule: Rule, line: int, evidence: str) -> None:
        """Note a Finding; of bad lines only so many."""
        self.faults += rule is rules.BAD_LINE
        if rule is rules.BAD_LINE and self.faults > MOST_FAULTS:
            return
        self.findings.append(place(path).finding(rule, evidence, line=line))

    def _line(self, path: str, line: Line, constraint: bool) -> None:
        if len(line.text) > MOST_CHARACTERS:
            self.add(path, rules.BAD_LINE, line.number, f"an entry of {len(line.text)} characters")
            return
        option = _OPTION.match(line.text) if line.text.startswith("-") else None
        try:
            if option is None and line.text.startswith("-"):
                raise ValueError("an option that is none")
            if option and option[1] not in ("-e", "--editable"):
                self._option(path, line.number, option[1], option[2].strip().strip("\"'"))
                return
            entry = entry_of(option[2] if option else line.text, editable=option is not None)
            package = package_of(entry, path, line.number)
        except ValueError as error:
            self.add(path, rules.BAD_LINE, line.number, f"{without_password(line.text[:120])}: {error}")
            return
        if constraint:
            return
        if len(self.packages) == MOST_PACKAGES:
            self.add(path, rules.BAD_LINE, line.number, f"more than {MOST_PACKAGES} packages: the rest was not read")
        if len(self.packages) <= MOST_PACKAGES:
            self.packages.append(package)

    def _option(self, path: str, line: int, name: str, value: str) -> None:
        if name in _INCLUDES:
            self._include(path, line, value, constraint=_INCLUDES[name] == "constraint")
        elif name in _INDEX or name == "--extra-index-url":
            self._index(path, line, value, extra=name == "--extra-index-url")
        elif name in ("-f", "--find-links"):
            parts = parts_of(value)
            if parts and parts.scheme in ("http", "https"):
                known = parts.hostname in KNOWN_INDEXES
                self.add(path, rules.KNOWN_INDEX if known else rules.LINKS, line, without_password(value))
            self.findings += address_findings(path, line, value)
        elif name == "--trusted-host":
            self.add(path, rules.INSECURE, line, f"--trusted-host {value}")
        elif name not in _HARMLESS:
            raise ValueError("an option that pip does not know here")

    def _index(self, path: str, line: int, value: str, *, extra: bool) -> None:
        parts = parts_of(value)
        if parts is None or not parts.hostname:
            raise ValueError("an address that is none")
        if extra:
            known = parts.hostname in KNOWN_INDEXES
            self.add(path, rules.KNOWN_INDEX if known else rules.EXTRA_INDEX, line, without_password(value))
        elif parts.hostname != PUBLIC_INDEX:
            self.add(path, rules.OTHER_INDEX, line, without_password(value))
        self.findings += address_findings(path, line, value)

    def _include(self, path: str, line: int, value: str, *, constraint: bool) -> None:
        if re.match(r"[a-z][a-z0-9+.-]+://", value, re.IGNORECASE):
            self.add(path, rules.REMOTE_INCLUDE, line, without_password(value))
            return
        if not self.follow:
            return
        included = str(Path(path).parent / value)
        key = _key(included)
        if key in self.trail:
            names = " -> ".join(Path(each).name for each in (*self.trail[self.trail.index(key) :], key))
            self.add(path, rules.CYCLE, line, names)
        elif len(self.files) >= MOST_FILES:
            self.add(path, rules.MISSING, line, f"{value}: more than {MOST_FILES} files")
        elif included not in self.files:
            try:
                self.file(included, _bytes_of(included), constraint=constraint)
            except (OSError, ValueError) as error:
                self.add(path, rules.MISSING, line, f"{value}: {getattr(error, 'strerror', None) or error}")


def read_requirements(path: str) -> Listing:
    """What a requirements file asks for, with all that it includes.

    Args:
        path: The file; includes are looked for beside it, as pip does.

    Raises:
        OSError: The file itself cannot be read.
    """
    return _listing(path, _bytes_of(path), follow=True)


def requirements_in(data: bytes, path: str) -> Listing:
    """What the bytes of a requirements file ask for; its includes are not opened."""
    return _listing(path, data, follow=False)


def _listing(path: str, data: bytes, *, follow: bool) -> Listing:
    reading = _Reading(follow)
    reading.file(path, data)
    return Listing(
        packages=tuple(reading.packages),
        findings=tuple(dict.fromkeys(reading.findings)),
        exact=bool(reading.packages) and all(package.version for package in reading.packages),
        files=tuple(dict.fromkeys(reading.files)),
    )


def _key(path: str) -> str:
    return str(Path(path).resolve())


def _bytes_of(path: str) -> bytes:
    """A regular file's bytes.

    Raises:
        OSError: It cannot be read, is no regular file, or is larger than any such list.
    """
    file = Path(path)
    if file.exists() and not file.is_file():
        raise OSError(None, "it is not a regular file")
    with file.open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise OSError(None, f"it is larger than {MOST_BYTES // MEGABYTE} MB")
    return data
