"""What a scan leaves in files: reports, an inventory, a manifest."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from seatrial.app.scanning import is_whole
from seatrial.core.errors import CannotRun, MissingExtra
from seatrial.core.finding import Inspection
from seatrial.report.scans.table import FORMATS, render
from seatrial.scan.integrity import digest_of, write_manifest

CYCLONEDX = "scan.cdx.json"


def needs_inventory() -> None:
    """Say before the scan, and not after it, that the inventory's library is not there.

    Raises:
        MissingExtra: The extra `scan` is not installed.
    """
    if find_spec("cyclonedx") is None:
        raise MissingExtra("scan", "an inventory in CycloneDX")


def write_reports(inspection: Inspection, listings: Sequence[str], folder: Path, formats: Sequence[str]) -> list[Path]:
    """Write the reports; gives their paths.

    Raises:
        CannotRun: A file cannot be written, or one that was scanned has gone.
    """
    written = []
    for name in formats:
        path = folder / (CYCLONEDX if name == "cyclonedx" else FORMATS[name][0])
        made = inventory(inspection, listings) if name == "cyclonedx" else render(inspection, name)
        write(path, made)
        written.append(path)
    return written


def write(path: Path, data: bytes) -> None:
    """Write a file, and the folders above it.

    Raises:
        CannotRun: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise CannotRun(f"{error.filename or path} cannot be written: {error.strerror or error}") from error


def inventory(inspection: Inspection, listings: Sequence[str]) -> bytes:
    """The bill of materials of what was scanned, as CycloneDX.

    Raises:
        MissingExtra: The extra `scan` is not installed.
        CannotRun: A file has gone.
    """
    from seatrial.app.scan_listings import packages_of
    from seatrial.scan.inventory import Item, cyclonedx

    items = []
    for each in inspection.files:
        if each.path in listings or not is_whole(each):
            continue
        try:
            digest = digest_of(each.path)
        except OSError as error:
            if each.verdict == "unread":
                continue  # it could not be read before: its finding says so
            raise CannotRun(f"{each.path}: {error.strerror or error}") from error
        path = each.path.encode("utf-8", "backslashreplace").decode()
        items.append(
            Item(path=path, sha256=digest.sha256, size=digest.size, formats=each.formats, verdict=each.verdict)
        )
    packages = [package for listing in listings for package in packages_of(listing)]
    return cyclonedx(items, packages, name=Path.cwd().name)


def record_manifest(inspection: Inspection, path: str) -> None:
    """Write the digests of all files that were scanned.

    Raises:
        CannotRun: Not all was looked at, a file cannot be read, or the manifest cannot be written.
    """
    if inspection.interrupted:
        raise CannotRun(f"{path} was not written: not all was looked at")
    write_manifest([each.path for each in inspection.files if is_whole(each)], path)
