"""The generated reference pages say what the code says, and no key in them is left without a meaning."""

import re
import subprocess
import sys

import pytest
from docs_pages import ROOT

REFERENCE = ROOT / "docs" / "reference"
GENERATED = ("suite-file", "checks", "gates", "commands", "reports", "journal", "personas", "scan-formats")


def test_pages_are_current() -> None:
    """`scripts/reference.py --check` finds nothing to change."""
    command = [sys.executable, "scripts/reference.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", ["suite-file", "personas"])
def test_every_key_has_a_meaning(page: str) -> None:
    """A reader finds out what each key is for."""
    rows = re.findall(r"^\| (`\w+`) \|.*\|([^|]*)\|$", (REFERENCE / f"{page}.md").read_text(), re.MULTILINE)
    assert len(rows) > 30
    assert [key for key, meaning in rows if not meaning.strip()] == []


@pytest.mark.parametrize("page", GENERATED)
def test_links_within_a_page_have_a_place(page: str) -> None:
    """A link to a heading of the same page finds that heading."""
    text = (REFERENCE / f"{page}.md").read_text()
    headings = re.findall("^#+ (.+)$", text, re.MULTILINE)
    places = {re.sub(r"[^\w\s-]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= places


def test_every_check_has_its_chapter() -> None:
    """Each check of the table can be linked to by its name."""
    names = re.findall(r"^\| \[`(\w+)`\]", (REFERENCE / "checks.md").read_text(), re.MULTILINE)
    text = (REFERENCE / "checks.md").read_text()
    assert len(names) >= 30
    assert all(f"\n## {name}\n" in text for name in names)
