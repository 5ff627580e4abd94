"""Lists of packages in a scan: requirements, locks and environments, held to advisories."""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from seatrial.core.errors import CannotRun, MissingExtra, Mistake
from seatrial.core.finding import Scanned
from seatrial.scan.format import Unreadable
from seatrial.scan.limits import OverBudget
from seatrial.scan.packages.advisories import NOT_CHECKED
from seatrial.scan.packages.dependencies import Dependencies, read_listing, scan_dependencies
from seatrial.scan.packages.online import online_findings
from seatrial.scan.packages.package import Package, place


def listed(listings: Sequence[str], advisories: str | None, *, online: bool) -> Iterator[Scanned]:
    """The verdict on each list.

    Args:
        listings: Requirements files, locks, environments.
        advisories: A folder of advisories in OSV form.
        online: Whether `pip-audit` is asked as well.

    Raises:
        Mistake: A folder is no environment, or that of the advisories is not there; what can be told at once is.
        MissingExtra: `pip-audit` is to be asked and is not installed.
    """
    if advisories is not None and not Path(advisories).is_dir():
        raise Mistake("there is no such folder of advisories", path=advisories)
    if online and find_spec("pip_audit") is None:
        raise MissingExtra("audit", "`--online`")
    how = Dependencies(advisories=advisories)
    return (_asked(scan_dependencies(each, how), how) if online else scan_dependencies(each, how) for each in listings)


def _asked(scanned: Scanned, how: Dependencies) -> Scanned:
    """A verdict with what `pip-audit` knows; when it fails, its own words are among the findings."""
    try:
        # Whoever could ask has held them to advisories: to those of the index.
        own = tuple(each for each in scanned.findings if each.id != NOT_CHECKED.id or how.advisories is not None)
        found = (*own, *online_findings(packages_of(scanned.path)))
    except CannotRun as reason:
        found = (*scanned.findings, place(scanned.path).finding(NOT_CHECKED, str(reason)))
    return Scanned.of(scanned.path, found, (*scanned.formats, "pip-audit"), scanned.size)


def versions_of(listings: Sequence[str]) -> dict[str, str]:
    """The locked version of each package, by its name; a list that cannot be read tells of itself later."""
    return {each.key: each.version for listing in listings for each in packages_of(listing) if each.version}


def packages_of(listing: str) -> Sequence[Package]:
    """What a list names; nothing when it cannot be read.

    Raises:
        Mistake: A folder is no environment.
    """
    try:
        return read_listing(listing, Dependencies(verify=False)).packages
    except (OSError, Unreadable, OverBudget):
        return ()
