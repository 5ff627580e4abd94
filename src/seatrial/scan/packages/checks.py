"""Our own checks of what is asked for, apart from advisories: pins, hashes, addresses, look-alike names."""

from collections.abc import Iterator

from seatrial.core.finding import Finding
from seatrial.scan.packages import requirement_rules as rules
from seatrial.scan.packages.addresses import package_address_findings
from seatrial.scan.packages.names import resembles
from seatrial.scan.packages.package import Listing, Package

_FORGEABLE = ("md5:", "sha1:")


def listing_findings(listing: Listing) -> Iterator[Finding]:
    """What is wrong with a listing and each of its packages; what its reader found comes first."""
    yield from listing.findings
    hashed = any(package.hashes for package in listing.packages)
    for package in listing.packages:
        yield from package_address_findings(package)
        if listing.format != "environment":
            yield from _pins(package, listing, hashed=hashed)
        known = resembles(package.key)
        if known and package.source in ("index", "url"):
            yield package.finding(rules.LOOKALIKE, f"{package.name}, which looks like {known}")


def _pins(package: Package, listing: Listing, *, hashed: bool) -> Iterator[Finding]:
    shown = f"{package.name}{f' {package.version}' if package.version else package.specifier}"
    if package.source == "index":
        # What a project declares for others is a range on purpose; its lock is what pins.
        if package.version is None and listing.format != "pyproject":
            yield package.finding(rules.UNPINNED, shown)
        if hashed and not package.hashes:
            yield package.finding(rules.NO_HASH, shown)
        if package.sdist_only:
            yield package.finding(rules.SOURCE_ONLY, shown)
    if package.hashes and all(each.lower().startswith(_FORGEABLE) for each in package.hashes):
        yield package.finding(rules.WEAK_HASH, shown)
