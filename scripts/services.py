"""Makes sure that what tests need besides Python packages is there: Chromium; from npm axe-core, a client, a validator.

Uses what is there; installs Debian's packages when it may (root on Debian, nothing else is touched); otherwise says
what to install and goes on: the tests in need are skipped with the reason. With CI=true a missing one is a failure.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
OPENAI = ROOT / "node_modules" / "openai" / "package.json"
VALIDATOR = ROOT / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WAIT = 900
"""Seconds that one installation may take."""


class Service(NamedTuple):
    """Something tests need: how to see it, how to get it, and what to tell a person who has to."""

    name: str
    found: Callable[[], str | None]
    get: Callable[[], None]
    advice: str


def chromium() -> str | None:
    """The path of a Chromium or Chrome in PATH."""
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def axe_core() -> str | None:
    """The path of axe-core's script."""
    return str(AXE) if AXE.is_file() else None


def openai_node() -> str | None:
    """The path of OpenAI's client for Node, where there is a Node to run it."""
    return str(OPENAI) if OPENAI.is_file() and shutil.which("node") else None


def promtool() -> str | None:
    """The path of Prometheus's own tool, which checks metrics."""
    return shutil.which("promtool")


def sarif_validator() -> str | None:
    """The path of the validator that the authors of SARIF keep; there is one for Linux."""
    return str(VALIDATOR) if VALIDATOR.is_file() else None


def redis() -> str | None:
    """The path of a Redis server."""
    return shutil.which("redis-server")


def run(command: Sequence[str]) -> bool:
    """Whether a command went well; what it said is shown only when it did not."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, timeout=WAIT, capture_output=True, text=True, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"  {command[0]}: {error}")
        return False
    if done.returncode:
        print("\n".join(f"  {line}" for line in (done.stdout + done.stderr).strip().splitlines()[-8:]))
    return done.returncode == 0


def may_install() -> bool:
    """Whether this is root on Debian or something made of it."""
    return Path("/etc/debian_version").exists() and hasattr(os, "geteuid") and os.geteuid() == 0


def debian(*packages: str) -> None:
    """Install Debian's packages when that is allowed."""
    if may_install() and shutil.which("apt-get"):
        print(f"  installing Debian's {', '.join(packages)}")
        options = ["-o", "DPkg::Lock::Timeout=300", "--yes", "--no-install-recommends"]
        if run(["apt-get", "update"]):
            run(["apt-get", "install", *options, *packages])


def get_chromium() -> None:
    """Install Debian's Chromium with a font, without which pages have no text."""
    debian("chromium", "fonts-dejavu-core")


def get_promtool() -> None:
    """Install Debian's Prometheus, which brings its tool."""
    debian("prometheus")


def get_redis() -> None:
    """Install Debian's Redis; tests start servers of their own on free ports."""
    debian("redis-server")


def get_node_packages() -> None:
    """Install axe-core, OpenAI's client and the SARIF validator into `node_modules`, as package-lock.json says."""
    if not shutil.which("npm"):
        debian("nodejs", "npm")
    if shutil.which("npm"):
        run(["npm", "ci"])


def main() -> int:
    """See to every service; say in one line each what is there."""
    services = (
        Service("Chromium", chromium, get_chromium, "install Chromium or Chrome (on Debian: apt-get install chromium)"),
        Service("promtool", promtool, get_promtool, "install Prometheus (on Debian: apt-get install prometheus)"),
        Service("axe-core", axe_core, get_node_packages, "install Node's npm and type: npm ci"),
        Service("OpenAI for Node", openai_node, get_node_packages, "install Node's npm and type: npm ci"),
        Service("Sarif.Multitool", sarif_validator, get_node_packages, "install Node's npm and type: npm ci"),
        Service("Redis", redis, get_redis, "install Redis (on Debian: apt-get install redis-server)"),
    )
    missing = 0
    for service in services:
        if not service.found():
            service.get()
        place = service.found()
        print(f"{service.name}: {place or 'not there; ' + service.advice}")
        missing += place is None
    if missing and os.environ.get("CI") == "true":
        print("CI=true: what is missing is a failure.")
        return 1
    if missing:
        print("Tests in need of what is missing are skipped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
