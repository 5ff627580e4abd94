"""The formats that a Scan can be written in, by name. `cyclonedx` is an inventory and is made elsewhere."""

import importlib
from typing import Final

from seatrial.core.errors import Mistake
from seatrial.core.finding import Inspection

FORMATS: Final = {
    "table": ("scan.txt", "terminal:render_terminal"),
    "json": ("scan.json", "document:render_json"),
    "sarif": ("scan.sarif", "sarif:render_sarif"),
    "html": ("scan.html", "html:render_html"),
}
"""Name -> the file that it is written to, and the function that makes it."""


def render(inspection: Inspection, format: str) -> bytes:
    """The Scan in a format, as the bytes of its file (UTF-8).

    Raises:
        Mistake: The format is not known.
    """
    if format not in FORMATS:
        raise Mistake(f"the format `{format}` is not known; known are {', '.join(FORMATS)}")
    module, function = FORMATS[format][1].split(":")
    made = getattr(importlib.import_module(f"seatrial.report.scans.{module}"), function)(inspection)
    return made if isinstance(made, bytes) else str(made).encode("utf-8", "backslashreplace")
