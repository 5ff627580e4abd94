"""Our SARIF before the judge of those who wrote the standard: Microsoft's Sarif.Multitool (from npm, Linux only)."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from made_report import make_report

from seatrial.report.table import render

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"


@pytest.fixture
def tool() -> Path:
    """The validator; skipped with the reason where it is missing, but failed with CI=true."""
    if not TOOL.is_file():
        reason = "Sarif.Multitool is missing: npm ci"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    TOOL.chmod(0o755)
    return TOOL


def errors(tool: Path, folder: Path, text: str) -> list[str]:
    """The rules that the validator says a file breaks at the level of errors."""
    (folder / "seatrial.sarif").write_text(text)
    command = [tool, "validate", "seatrial.sarif", "--output", "found.sarif"]
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)
    assert "1 files scanned" in done.stdout, done.stdout + done.stderr
    results = json.loads((folder / "found.sarif").read_text())["runs"][0].get("results", [])
    return [result["ruleId"] for result in results if result.get("level") == "error"]


def test_the_official_validator_finds_no_error(tool: Path, tmp_path: Path) -> None:
    """A report with failures, hostile texts and missed gates is SARIF 2.1.0 without an error."""
    assert errors(tool, tmp_path, render(make_report(), "sarif").decode()) == []


def test_the_official_validator_finds_planted_errors(tool: Path, tmp_path: Path) -> None:
    """The same file with messages that have no text is refused, so the validator does look."""
    text = render(make_report(), "sarif").decode().replace('"text":', '"txet":')
    assert len(errors(tool, tmp_path, text)) > 5
