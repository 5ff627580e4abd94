"""Advisories looked up on the network by pip-audit (extra `audit`), only when the user asks for it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import msgspec

from seatrial.core.errors import CannotRun, MissingExtra
from seatrial.core.finding import Finding
from seatrial.scan.packages.advisories import NO_VERSION, VULNERABLE
from seatrial.scan.packages.package import Package

SECONDS = 300
_FOUND_SOME = 1
"""pip-audit's exit code when a package is vulnerable; the JSON is whole then, too."""


class _Vulnerability(msgspec.Struct):
    id: str
    fix_versions: list[str] = []
    aliases: list[str] = []


class _Audited(msgspec.Struct):
    name: str
    version: str = ""
    vulns: list[_Vulnerability] = []
    skip_reason: str = ""


class _Answer(msgspec.Struct):
    dependencies: list[_Audited]


def online_findings(packages: Iterable[Package], command: tuple[str, ...] | None = None) -> Iterator[Finding]:
    """What pip-audit knows of packages; names and versions go to the Python Package Index.

    Args:
        packages: Those with an exact version are asked for.
        command: How pip-audit is started; by default with this interpreter.

    Raises:
        MissingExtra: pip-audit is not installed.
        CannotRun: It failed, for want of a network for example. Nothing was checked then.
    """
    if command is None and find_spec("pip_audit") is None:
        raise MissingExtra("audit", "`--online`")
    asked = {(each.key, each.version): each for each in packages if each.version and each.source in ("index", "url")}
    if not asked:
        return
    answer = _ask([f"{key}=={version}" for key, version in asked], command or (sys.executable, "-m", "pip_audit"))
    by_name = {key: package for (key, _), package in asked.items()}
    for audited in answer.dependencies:
        package = asked.get((audited.name.lower(), audited.version)) or by_name.get(audited.name.lower())
        if package is None:
            continue
        if audited.skip_reason:
            yield package.finding(NO_VERSION, f"{package.name}: {audited.skip_reason}")
        for each in audited.vulns:
            fixes = f", mended in {', '.join(each.fix_versions)}" if each.fix_versions else ""
            names = " ".join(dict.fromkeys([each.id, *each.aliases]))
            yield package.finding(VULNERABLE, f"{package.name} {package.version}: {names}{fixes}")


def _ask(lines: list[str], command: tuple[str, ...]) -> _Answer:
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "requirements.txt"
        wanted.write_text("\n".join(lines) + "\n", "utf-8")
        options = ("--requirement", str(wanted), "--no-deps", "--disable-pip", "--format", "json")
        try:
            # A list, no shell; each line was made of a parsed name and version.
            done = subprocess.run(  # noqa: S603
                [*command, *options, "--progress-spinner", "off"],
                capture_output=True,
                timeout=SECONDS,
                check=False,
                env={**os.environ, "PIP_AUDIT_PROGRESS_SPINNER": "off"},
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CannotRun(f"pip-audit could not be run: {error}") from error
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode not in (0, _FOUND_SOME):
        raise CannotRun(f"pip-audit failed: {said[-1][:300] if said else f'exit code {done.returncode}'}")
    try:
        return msgspec.json.decode(done.stdout, type=_Answer)
    except msgspec.DecodeError as error:
        raise CannotRun(f"pip-audit gave no answer: {said[-1][:300] if said else error}") from error
