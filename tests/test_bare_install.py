"""The bare wheel in an empty environment does the main job, is small, and speaks to nobody but the endpoint."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUARD = """
import sys

PORT = int(sys.argv[1])
met = []

def watch(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][:2] != ("127.0.0.1", PORT):
        met.append(repr(arguments[1]))
        raise RuntimeError(f"a connection to {arguments[1]} was tried")
    if event == "socket.getaddrinfo" and arguments[0] not in ("127.0.0.1", b"127.0.0.1"):
        met.append(repr(arguments[0]))
        raise RuntimeError(f"the host {arguments[0]} was looked up")

sys.addaudithook(watch)
from seatrial.cli import main

try:
    main(["check", *sys.argv[2:]])
finally:
    print("strangers:", met, file=sys.stderr)
"""
SUITE = """
targets:
  bot: {openai: "http://127.0.0.1:%d/v1", model: harbour-v2}
suites:
  behaviour:
    target: bot
    cases:
      - {ask: When does the last ferry leave for Saltholm?, checks: [{length: {min: 1}}]}
gates: [behaviour.pass_rate >= 10%%]
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds the wheel and its dependencies only."""
    folder = tmp_path_factory.mktemp("bare")
    run = {"check": True, "capture_output": True, "text": True}
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, **run)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], **run)
    (wheel,) = folder.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "env/bin/python"), "install", "--no-compile"]
    done = subprocess.run([*pip, "--quiet", str(wheel)], capture_output=True, text=True)
    if done.returncode:
        reason = f"the dependencies could not be installed: {done.stderr[-300:]}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return folder / "env/bin"


@pytest.fixture(scope="module")
def simulator(bare: Path) -> Iterator[int]:
    """The port of a simulator that the bare install started."""
    command = [bare / "seatrial", "simulate", "--persona", "harbour-v2", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    port = int(line.split("127.0.0.1:")[1].split("/")[0])
    for _ in range(1_200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health").close()
            break
        except OSError:
            time.sleep(0.05)
    yield port
    process.terminate()
    process.wait()
    process.stdout.close()


def test_main_job_speaks_to_the_endpoint_only(bare: Path, simulator: int, tmp_path: Path) -> None:
    """A check from the bare wheel ends with a verdict and opens no connection but to its endpoint."""
    (tmp_path / "seatrial.yaml").write_text(SUITE % simulator)
    (tmp_path / "guard.py").write_text(GUARD)
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    command = [bare / "python", "guard.py", str(simulator), "--format", "terminal,json,html", "--out", "out"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert "strangers: []" in done.stderr, done.stderr
    assert done.returncode in (0, 3), done.stdout + done.stderr
    assert json.loads((tmp_path / "out/report.json").read_bytes())["verdict"]["readiness"]


def test_bare_install_is_small(bare: Path) -> None:
    """The bare install stays under 40 MB and 30 packages; bytecode that running it has left does not count."""
    (packages,) = bare.parent.glob("lib/python*/site-packages")
    files = [path for path in packages.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    size = sum(path.stat().st_size for path in files) / 1e6
    names = sorted(path.name for path in packages.glob("*.dist-info"))
    assert size < 40, f"{size:.1f} MB"
    assert len(names) < 30, names
