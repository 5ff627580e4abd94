"""Requirements files, lock files and project declarations as Formats of a scan: our own checks on each of them.

Whether advisories name them is not looked at here but by `dependencies.scan_dependencies`, which is given a folder of
them and says so when it is not.
"""

import re
from collections.abc import Iterator

from seatrial.core.finding import Finding
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.packages import requirement_rules as rules
from seatrial.scan.packages.checks import listing_findings
from seatrial.scan.packages.locks import kind_of_lock, lock_in
from seatrial.scan.packages.package import Listing
from seatrial.scan.packages.pyproject import is_pyproject, pyproject_in
from seatrial.scan.packages.requirements import requirements_in
from seatrial.scan.part import Part

MOST_BYTES = 6 * MEGABYTE
"""Larger lists are left as could not be read: the TOML reader makes about one MB a second."""
_START = 64 * 1024
_REQUIREMENTS = re.compile(r"(?:.*[-_.])?(?:requirements?|constraints?)(?:[-_.].*)?\.(?:txt|in|pip|lock)|requirements")
_PYPROJECT = re.compile(r"pyproject\.toml", re.IGNORECASE)


def listing_of(data: bytes, path: str) -> Listing | None:
    """What bytes list, whatever they are called: a lock, a project's declaration; None when they are neither.

    Raises:
        Unreadable: They look like one and cannot be read.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    kind = kind_of_lock(text[:_START], lambda: text)
    if kind:
        return lock_in(text, path, kind)
    return pyproject_in(text, path) if _PYPROJECT.fullmatch(_file_name(path)) and is_pyproject(text) else None


def _file_name(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


def _is_requirements(part: Part) -> bool:
    """By its name alone: no content tells a list of words from a list of packages."""
    if not _REQUIREMENTS.fullmatch(_file_name(part.name).lower()):
        return False
    start = part.blob.read(0, 4096)
    return bool(start) and (b"\0" not in start or start[:2] in (b"\xff\xfe", b"\xfe\xff"))


def _is_lock(part: Part) -> bool:
    start = part.blob.read(0, _START)
    if b"\0" in start or not (b"[[package" in start or b"lock-version" in start or b'"_meta"' in start):
        return _PYPROJECT.fullmatch(_file_name(part.name)) is not None and b"[" in start and b"\0" not in start
    text = start.decode("utf-8", "ignore")

    def whole() -> str:
        return part.blob.read(0, MOST_BYTES).decode("utf-8", "ignore")

    return kind_of_lock(text, whole) is not None


def _bytes_of(part: Part) -> bytes:
    data = part.blob.read(0, MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unreadable(f"it is larger than {MOST_BYTES // MEGABYTE} MB")
    return data


def _inspect_requirements(part: Part) -> Iterator[Finding]:
    yield from _placed(part, requirements_in(_bytes_of(part), part.path))


def _inspect_lock(part: Part) -> Iterator[Finding]:
    listing = listing_of(_bytes_of(part), part.name)
    if listing is not None:
        yield from _placed(part, listing)


def _placed(part: Part, listing: Listing) -> Iterator[Finding]:
    for number, finding in enumerate(listing_findings(listing)):
        if number % 128 == 0:
            part.budget.check_time()
        rule = next(each for each in rules.RULES if each.id == finding.id)
        yield part.finding(rule, finding.evidence, line=finding.line)


REQUIREMENTS = Format(
    "requirements", "Requirements and constraints of pip", _is_requirements, _inspect_requirements, rules.RULES
)
LOCK = Format(
    "lock",
    "Lock files of uv, Poetry, PDM, Pipenv and PEP 751; pyproject.toml",
    _is_lock,
    _inspect_lock,
    rules.RULES,
)
