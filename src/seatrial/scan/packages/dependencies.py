"""The one door to dependencies: requirements, locks and environments, held to our own checks and to advisories."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from seatrial.core.finding import Finding, Scanned
from seatrial.scan.file import UNREAD
from seatrial.scan.format import Unreadable
from seatrial.scan.limits import Budget, Limits, OverBudget
from seatrial.scan.packages.advisories import DAYS, advisory_findings, read_advisories
from seatrial.scan.packages.checks import listing_findings
from seatrial.scan.packages.environment import read_environment
from seatrial.scan.packages.format import MOST_BYTES, listing_of
from seatrial.scan.packages.package import Listing, place
from seatrial.scan.packages.requirements import read_requirements

ENVIRONMENT = Limits(members=5_000_000, seconds=900)
"""An environment holds hundreds of thousands of files, and all of them are read."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """How dependencies are looked at.

    Args:
        advisories: A folder of advisories; without one they are not checked, which is a finding.
        days: How old the newest of them may be.
        now: The time that age is counted from.
        limits: Of reading environments.
        verify: Whether installed files are held to their RECORD.
    """

    advisories: str | None = None
    days: int = DAYS
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    limits: Limits = ENVIRONMENT
    verify: bool = True


def read_listing(path: str, how: Dependencies | None = None) -> Listing:
    """What a requirements file, a lock, a declaration or an environment's folder lists.

    Raises:
        OSError: It cannot be read.
        Unreadable: It cannot be understood.
        OverBudget: An environment has more files than the limits allow.
        Mistake: A folder is no environment.
    """
    how = how or Dependencies()
    if Path(path).is_dir():
        return read_environment(path, Budget(how.limits), verify=how.verify)
    if Path(path).exists() and not Path(path).is_file():
        raise Unreadable("it is not a regular file")
    with Path(path).open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unreadable("it is too large for a list of packages")
    return listing_of(data, path) or read_requirements(path)


def scan_dependencies(path: str, how: Dependencies | None = None) -> Scanned:
    """The verdict on what a file or an environment lists. Findings stand in the files that they are about.

    Raises:
        Mistake: The folder of advisories does not exist, or a folder is no environment.
    """
    how = how or Dependencies()
    try:
        listing = read_listing(path, how)
    except (OSError, Unreadable, OverBudget) as reason:
        said = getattr(reason, "strerror", None) or str(reason)
        return Scanned.of(path, (place(path).finding(UNREAD, said),))
    findings = tuple(dict.fromkeys(_findings(path, listing, how)))
    size = Path(path).stat().st_size if Path(path).is_file() else None
    return Scanned.of(path, findings, (listing.format,), size)


def _findings(path: str, listing: Listing, how: Dependencies) -> Iterator[Finding]:
    yield from listing_findings(listing)
    keys = {package.key for package in listing.packages}
    advisories = read_advisories(how.advisories, keys) if how.advisories is not None else None
    yield from advisory_findings(listing.packages, advisories, path, how.now, how.days)
