"""What tests need besides Python packages: found, told or failed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, path: str, ci: str = "") -> subprocess.CompletedProcess[str]:
    """Run Python with another PATH and CI."""
    environment = {**os.environ, "PATH": path, "CI": ci}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_says_what_to_install(tmp_path: Path) -> None:
    """Where Chromium is missing and nothing may be installed, the script says what to install and goes on."""
    done = run("scripts/services.py", path=str(tmp_path))
    assert done.returncode == 0
    assert "Chromium: not there; install Chromium or Chrome" in done.stdout
    assert done.stdout.endswith("Tests in need of what is missing are skipped.\n")


def test_a_missing_service_fails_in_ci(tmp_path: Path) -> None:
    """With CI=true a missing service is a failure."""
    assert run("scripts/services.py", path=str(tmp_path), ci="true").returncode == 1


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_uses_what_is_there(tmp_path: Path, name: str) -> None:
    """A browser in PATH is used by whichever name it has."""
    browser = tmp_path / name
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)
    assert f"Chromium: {browser}" in run("scripts/services.py", path=str(tmp_path)).stdout


def test_browser_tests_are_skipped_with_the_reason(tmp_path: Path) -> None:
    """Without Chromium the browser tests are skipped, and the last lines say how many and why."""
    arguments = ["-m", "pytest", "tests/report/test_report_browser.py", "-p", "no:cacheprovider", "-p", "no:seatrial"]
    done = run(*arguments, path=str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert "skipped 11: Chromium" in done.stdout
    assert "python scripts/services.py" in done.stdout


def test_no_registry_is_named() -> None:
    """The lock of the browser tests' packages names versions and digests, and no host."""
    lock = (ROOT / "package-lock.json").read_text()
    assert '"integrity": "sha512-' in lock
    assert "resolved" not in lock
    assert "://" not in lock
