"""Processes and what they took."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Took(NamedTuple):
    """What a process took: CPU seconds (user and system), wall seconds, peak memory in MB (of resident pages)."""

    cpu: float
    wall: float
    memory: float
    code: int
    output: str


def measure(command: Sequence[str], folder: Path = ROOT) -> Took:
    """Run a command to its end.

    This process must stay small: until a child has started its program, it counts with its parent's memory.
    """
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=_environment()
    )
    output = process.stdout.read().decode(errors="replace") if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stdout:
        process.stdout.close()
    peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    return Took(usage.ru_utime + usage.ru_stime, wall, peak, process.returncode, output)


@contextmanager
def server(delay: float = 0.0) -> Iterator[str]:
    """The echo server in a process of its own; gives the base URL of its API."""
    command = [sys.executable, "-m", "bench.server", str(delay)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=_environment()) as process:
        try:
            port = int(process.stdout.readline()) if process.stdout else 0
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()


def _environment() -> dict[str, str]:
    # pip compiles what it installs, so users never pay for that; an environment without bytecode would pay every time.
    bytecode = {
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(Path(sys.prefix) / "bench-bytecode"),
    }
    return {**os.environ, **bytecode, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
