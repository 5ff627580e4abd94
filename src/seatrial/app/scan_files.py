"""What a scan leaves in files: reports, an inventory, a manifest."""

from collections.abc import Sequence
from pathlib import Path

from seatrial.core.errors import CannotRun
from seatrial.core.finding import Inspection
from seatrial.report.scans.table import FORMATS, render
from seatrial.scan.format import Unreadable
from seatrial.scan.integrity import digest_of, write_manifest
from seatrial.scan.inventory import Item, cyclonedx
from seatrial.scan.limits import OverBudget
from seatrial.scan.packages.dependencies import read_listing
from seatrial.scan.packages.package import Package

CYCLONEDX = "scan.cdx.json"


def write_reports(inspection: Inspection, listings: Sequence[str], folder: Path, formats: Sequence[str]) -> list[Path]:
    """Write the reports; gives their paths.

    Raises:
        CannotRun: A file cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in formats:
            if name == "cyclonedx":
                inventory_of(inspection, listings, folder / CYCLONEDX)
                written.append(folder / CYCLONEDX)
                continue
            path = folder / FORMATS[name][0]
            path.write_bytes(render(inspection, name))
            written.append(path)
    except OSError as error:
        raise CannotRun(f"{error.filename or folder} cannot be written: {error.strerror or error}") from error
    return written


def inventory_of(inspection: Inspection, listings: Sequence[str], path: Path) -> None:
    """Write the bill of materials of what was scanned.

    Raises:
        MissingExtra: The extra `scan` is not installed.
        CannotRun: It cannot be written, or a file has gone.
    """
    named = set(listings)
    try:
        items = []
        for each in inspection.files:
            if each.path in named or not Path(each.path).is_file():
                continue
            digest = digest_of(each.path)
            items.append(
                Item(path=each.path, sha256=digest.sha256, size=digest.size, formats=each.formats, verdict=each.verdict)
            )
        packages = [package for listing in listings for package in _packages(listing)]
        path.write_bytes(cyclonedx(items, packages, name=Path.cwd().name))
    except OSError as error:
        raise CannotRun(f"{error.filename or path}: {error.strerror or error}") from error


def record_manifest(inspection: Inspection, path: str) -> None:
    """Write the digests of all files that were scanned.

    Raises:
        CannotRun: A file cannot be read, or the manifest cannot be written.
    """
    write_manifest([each.path for each in inspection.files if Path(each.path).is_file()], path)


def _packages(listing: str) -> Sequence[Package]:
    try:
        return read_listing(listing).packages
    except (Unreadable, OverBudget):
        return ()
