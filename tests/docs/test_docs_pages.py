"""Every command and every piece of Python in README and docs is run, as a reader would run it."""

import os
import random
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from docs_pages import ROOT, blocks, pages, script


def free_ports() -> int:
    """The first of ten ports of loopback that nothing listens on, below those that a server of any port is given."""
    for _ in range(1_000):
        first = random.randrange(12_000, 32_000, 10)
        if all(free(port) for port in range(first, first + 10)):
            return first
    pytest.fail("no ten ports are free")


def free(port: int) -> bool:
    """Whether nothing listens on a port of loopback."""
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_page_runs_as_written(page: Path, tmp_path: Path) -> None:
    """A reader who types what a page says gets no error."""
    typed = script(page, free_ports())
    if not typed:
        return
    if "corpora" in typed and not (ROOT.parent / "shared" / "corpora").exists():
        pytest.skip("the public data of this page is not on this machine")
    if (ROOT.parent / "shared" / "corpora").exists():
        (tmp_path / "corpora").symlink_to(ROOT.parent / "shared" / "corpora")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "80"}
    env = {name: value for name, value in env.items() if not re.match("(PYTEST_|OPENAI_|CI$)", name)}
    done = subprocess.run(["bash"], input=typed, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_exist(page: Path) -> None:
    """Each make target that a page names is there."""
    for block in blocks(page):
        for target in re.findall(r"^make ([\w-]+)", block.body, re.MULTILINE) if block.note == "repository" else []:
            done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr


def test_every_page_is_in_the_contents() -> None:
    """The table of contents names every page, so that none is out of reach."""
    contents = (ROOT / "mkdocs.yml").read_text()
    for page in (ROOT / "docs").rglob("*.md"):
        assert str(page.relative_to(ROOT / "docs")) in contents
