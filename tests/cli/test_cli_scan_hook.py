"""The hook for pre-commit: it takes the files that a scan knows, and its entry is a command that there is."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from scan_folders import models

from seatrial.scan.containers.programs import MODEL_SUFFIXES

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = frozenset({".caffemodel", ".engine", ".plan", ".z"})
"""Suffixes that are models', and more often something else's."""


@pytest.fixture(scope="module")
def hook() -> Any:
    """The hook as pre-commit reads it."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    [found] = [each for each in hooks if each["id"] == "seatrial-scan"]
    return found


def test_the_hook_is_whole(hook: Any) -> None:
    """pre-commit needs a name, an entry and a language."""
    assert {"id", "name", "entry", "language", "files"} <= set(hook)
    assert hook["language"] == "python"


@pytest.mark.parametrize("suffix", sorted(MODEL_SUFFIXES - ELSEWHERE))
def test_the_hook_takes_every_model(hook: Any, suffix: str) -> None:
    """Each suffix that a scan expects to be a model, in small and large letters."""
    assert re.search(hook["files"], f"models/a{suffix}")
    assert re.search(hook["files"], f"models/A{suffix.upper()}")


@pytest.mark.parametrize("name", ["README.md", "model.py", "pt.txt", "a.pkl.md", "bin/run.sh"])
def test_the_hook_leaves_other_files_alone(hook: Any, name: str) -> None:
    """A commit of sources alone costs nothing."""
    assert not re.search(hook["files"], name)


@pytest.mark.parametrize(("name", "code"), [("good.pkl", 0), ("bad.pkl", 1), ("own.pkl", 1), ("broken.pkl", 3)])
def test_the_entry_stops_a_commit(hook: Any, tmp_path: Path, name: str, code: int) -> None:
    """pre-commit puts the names of files behind the entry; what is not clean does not end with 0."""
    models(tmp_path, name)
    program, *rest = hook["entry"].split()
    command = [sys.executable, "-m", program, *rest, name]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60).returncode == code
