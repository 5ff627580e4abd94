"""Write requirements-dev.lock: every package of every extra, with hashes and with no registry's name in it."""

import subprocess
import sys
from pathlib import Path

subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "uv"], check=True)
subprocess.run(
    [
        *(Path(sys.executable).parent / "uv", "pip", "compile", "--universal", "--generate-hashes", "--all-extras"),
        *("--python-version", "3.11", "--no-header", "--no-emit-index-url", "--no-emit-find-links", "--quiet"),
        *("pyproject.toml", "--output-file", "requirements-dev.lock", *sys.argv[1:]),
    ],
    check=True,
)
