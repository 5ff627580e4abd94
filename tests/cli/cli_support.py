"""Commands as a shell calls them, in this process and in one of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from seatrial.cli.ending import ended

SUITE = """\
targets: {bot: {recorded: answers.jsonl}}
suites:
  behaviour:
    target: bot
    cases: [{from: cases.jsonl}]
    checks: [contains]
gates: [behaviour.pass_rate >= 20%]
"""


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def folder(path: Path, right: int, wrong: int = 0) -> Path:
    """A folder with a suite over recorded answers."""
    rows = [{"id": f"c{i}", "ask": f"q{i}", "expect": "yes"} for i in range(right + wrong)]
    answers = [{"id": f"c{i}", "answer": "yes" if i < right else "no"} for i in range(right + wrong)]
    (path / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (path / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in answers))
    (path / "seatrial.yaml").write_text(SUITE)
    return path


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> Done:
    """A command in this process."""
    code = ended(list(arguments))
    found = capsys.readouterr()
    return Done(code, found.out, found.err)


def spawn(*arguments: str, cwd: Path, **options: object) -> "subprocess.Popen[str]":
    """A command in a process of its own."""
    command = [sys.executable, "-m", "seatrial", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, "text": True}
    env = {**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(command, cwd=cwd, env=env, **{**pipes, **options})  # type: ignore[call-overload]


def run(*arguments: str, cwd: Path) -> Done:
    """A command in a process of its own, to its end."""
    with spawn(*arguments, cwd=cwd) as process:
        out, err = process.communicate(timeout=60)
    return Done(process.returncode, out, err)
