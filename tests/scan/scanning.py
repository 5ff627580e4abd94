"""Scans bytes as a file, and what tests say of the result."""

import hashlib

from seatrial.scan.blob import BytesBlob
from seatrial.scan.file import look, scan_file
from seatrial.scan.part import Settings

SPECIMEN = b"seatrial specimen "
"""Found by no Format: stands for content whose place is asked for."""


def scanned(data, name="thing", settings=None):
    """The verdict on bytes in memory."""
    return look(BytesBlob(data), name, settings or Settings())


def on_disk(tmp_path, data, name="thing"):
    """The verdict on bytes in a file."""
    path = tmp_path / (name or hashlib.sha256(data).hexdigest())
    path.write_bytes(data)
    return scan_file(str(path))


def ids(found):
    """The ids of all findings."""
    return [each.id for each in found.findings]


def own(found, prefix):
    """Findings of one Format, so that tests of containers do not depend on what others say of the content."""
    return [each for each in found.findings if each.id.startswith(prefix)]
