"""The bare install: how much there is, and whether anything had to be compiled. Asks the package registry."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure
from bench.process import ROOT


def install() -> Iterator[Figure]:
    """Build the wheel, install it without extras into an empty environment, and weigh that."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", name)
        _run(sys.executable, "-m", "venv", str(folder / "env"))
        python = str(folder / "env/bin/python")
        (wheel,) = folder.glob("*.whl")
        _run(python, "-m", "pip", "install", "-q", "--no-compile", "--only-binary", ":all:", str(wheel))
        listed = json.loads(_run(python, "-m", "pip", "list", "--format", "json"))
        packages = [each["name"] for each in listed if each["name"] not in ("pip", "setuptools")]
        (site,) = (folder / "env/lib").glob("python*/site-packages")
        size = sum(
            _size(entry) for entry in site.iterdir() if not entry.name.startswith(("pip", "setuptools", "_dist"))
        )
    yield Figure("size of the bare install", f"{size / 1e6:.1f} MB", "wheels only", size / 1e6, 40, "MB")
    yield Figure("packages of the bare install", f"{len(packages)}", "", len(packages), 30)


def _size(entry: Path) -> int:
    files = entry.rglob("*") if entry.is_dir() else [entry]
    return sum(file.stat().st_size for file in files if file.is_file() and file.suffix != ".pyc")


def _run(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
