"""What a project declares in `pyproject.toml`: ranges for its users, not pins.

Source: PyPA "pyproject.toml specification" (`project`, `build-system`), PEP 735 (`dependency-groups`).
"""

import re
from collections.abc import Iterator
from typing import Any

from seatrial.core.finding import Finding
from seatrial.scan.packages.package import Listing, Package, place
from seatrial.scan.packages.requirement_entry import entry_of, package_of
from seatrial.scan.packages.requirement_rules import BAD_LINE
from seatrial.scan.packages.toml_text import parsed_toml


def is_pyproject(text: str) -> bool:
    """Whether a text is a project's declaration: tables of that standard, by their headers."""
    return re.search(r"^\[(?:project|build-system|dependency-groups|tool\.poetry)\]", text, re.MULTILINE) is not None


def pyproject_in(text: str, path: str) -> Listing:
    """What a project declares; tools' own tables (Poetry's before 2.0) are not read.

    Raises:
        Unreadable: It is no valid TOML.
    """
    data = parsed_toml(text)
    packages: list[Package] = []
    findings: list[Finding] = []
    for wanted in _wanted(data):
        line = _line_of(text, wanted)
        try:
            packages.append(package_of(entry_of(wanted), path, line))
        except ValueError as error:
            findings.append(place(path).finding(BAD_LINE, f"{wanted[:120]}: {error}", line=line))
    return Listing(packages=tuple(packages), findings=tuple(findings), format="pyproject", files=(path,))


def _wanted(data: dict[str, Any]) -> Iterator[str]:
    project = _table(data.get("project"))
    yield from _texts(_table(data.get("build-system")).get("requires"))
    yield from _texts(project.get("dependencies"))
    for group in (
        *_table(project.get("optional-dependencies")).values(),
        *_table(data.get("dependency-groups")).values(),
    ):
        yield from _texts(group)


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _line_of(text: str, wanted: str) -> int:
    at = text.find(wanted)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
