"""Where a case or a Finding stands: `cases/en.jsonl:17` as a file and a line, and as an address in SARIF."""

import re
from typing import NamedTuple
from urllib.parse import quote

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""What relative addresses of SARIF begin at."""


class Place(NamedTuple):
    """A file and a line in it, counted from 1; None where it is not known."""

    file: str | None = None
    line: int | None = None

    @property
    def uri(self) -> str | None:
        """The file as a URI reference (RFC 3986): relative as it is, absolute with `file:`."""
        if self.file is None:
            return None
        if self.file.startswith("/"):
            return "file://" + _quoted(self.file)
        # Two slashes in front would make a host of the first folder, which a reader of the address might ask.
        path = _quoted(self.file.replace("\\", "/").removeprefix("./").lstrip("/"))
        return f"file:///{path.replace('%3A', ':', 1)}" if re.match("[A-Za-z]%3A/", path) else path or None


def _quoted(path: str) -> str:
    # Half surrogates stand in names that are not UTF-8: they may make an odd address, and no error.
    return quote(path, safe="/", errors="surrogatepass")


def place_of(origin: str) -> Place:
    """The place that an origin names."""
    found = re.fullmatch(r"(?s)(.+?)(?::([1-9]\d{0,8}))?(?::\d+)?", origin)
    if found is None:
        return Place()
    return Place(found[1], int(found[2]) if found[2] else None)
