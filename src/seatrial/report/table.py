"""The formats that a report can be written in, by name."""

import importlib
from typing import NamedTuple

from seatrial.core.errors import Mistake
from seatrial.report.model import Report


class Format(NamedTuple):
    """A format: its name, the file it is written to, and the function that makes it."""

    name: str
    file: str
    made_by: str
    summary: str


FORMATS = {
    format.name: format
    for format in (
        Format("terminal", "report.txt", "seatrial.report.terminal:render_terminal", "text of 80 columns"),
        Format("html", "report.html", "seatrial.report.html:render_html", "one self-contained page"),
        Format("junit", "junit.xml", "seatrial.report.junit:render_junit", "JUnit XML for CI"),
        Format("sarif", "seatrial.sarif", "seatrial.report.sarif:render_sarif", "SARIF 2.1.0 for code scanning"),
        Format("json", "report.json", "seatrial.report.document:encode", "all of it, versioned"),
        Format("md", "report.md", "seatrial.report.markdown:render_markdown", "comment for a pull request"),
        Format("github", "annotations.txt", "seatrial.report.github:render_github", "GitHub workflow commands"),
    )
}


def find_format(name: str) -> Format:
    """The format of that name.

    Raises:
        Mistake: There is none; the sentence says which there are.
    """
    if name not in FORMATS:
        raise Mistake(f"the format `{name}` is not known; known are {', '.join(FORMATS)}")
    return FORMATS[name]


def render(report: Report, format: str) -> bytes:
    """The report in a format, as the bytes of its file (UTF-8).

    Raises:
        Mistake: The format is not known.
    """
    module, function = find_format(format).made_by.split(":")
    made = getattr(importlib.import_module(module), function)(report)
    return made if isinstance(made, bytes) else str(made).encode("utf-8")
