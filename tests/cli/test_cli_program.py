"""Help, versions, misspelt commands, and how errors end."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from cli_support import call, folder, run, spawn

from seatrial.cli.program import COMMANDS, program
from seatrial.core.errors import CannotRun, MissingExtra, Mistake

HEAVY = ("aiohttp", "jinja2", "jsonschema", "msgspec", "pydantic", "rich", "sqlite3", "yaml", "seatrial.app")


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The help has each command with its summary, and the exit codes."""
    done = call(capsys, "--help")
    assert done.code == 0
    assert all(f"  {name} " in done.out and entry.summary in done.out for name, entry in COMMANDS.items())
    assert "3 not enough evidence" in " ".join(done.out.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Each command can be loaded, bears its own name and explains itself."""
    done = call(capsys, name, "--help")
    assert done.code == 0
    assert f"seatrial {name}" in done.out
    assert (command := program.get_command(click.Context(program), name)) is not None
    assert command.name == name


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    """`seatrial --help` loads click and little else."""
    code = f"""
import sys
from seatrial.cli.ending import ended
ended(["--help"])
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stderr.strip() == "[]"


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` names the package and its version."""
    assert call(capsys, "--version").out.startswith("seatrial 0.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chekc"], "Did you mean 'check'?"),
        (["xyz"], "There are init, check"),
        (["check", "--fromat", "html"], "No such option"),
        (["check", "a.yaml", "b.yaml"], "One suite file at a time"),
        (["show"], "Missing argument"),
    ],
)
def test_usage_errors_are_mistakes(capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    """What is typed wrongly ends with exit code 2 and what was meant."""
    done = call(capsys, *arguments)
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (Mistake("odd", path="a.yaml", line=3), 2, "seatrial: a.yaml:3: odd\n"),
        (Mistake("one\ntwo"), 2, "seatrial: one\nseatrial: two\n"),
        (MissingExtra("parquet", "reading a"), 2, "pip install 'seatrial[parquet]'"),
        (CannotRun("no wind"), 4, "seatrial: no wind\n"),
        (KeyboardInterrupt(), 4, "seatrial: stopped\n"),
        (click.Abort(), 4, "seatrial: stopped\n"),
        (ZeroDivisionError("by\nzero"), 4, "this is a bug in Seatrial, please report it: ZeroDivisionError: by zero"),
    ],
)
def test_every_error_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    """Whatever a command raises ends as a line on stderr and an exit code, never as a traceback."""

    @click.command("runs")
    def command() -> None:
        raise error

    monkeypatch.setattr("seatrial.cli.runs.runs_command", command)
    done = call(capsys, "runs")
    assert done.code == code
    assert said in done.err
    assert "Traceback" not in done.err


def test_debug_shows_where_a_bug_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With `--debug` a bug shows its traceback, too."""

    @click.command("runs")
    def command() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("seatrial.cli.runs.runs_command", command)
    assert "Traceback" in call(capsys, "--debug", "runs").err


def test_a_reader_that_goes_away_is_no_bug(tmp_path: Path) -> None:
    """When stdout is closed early, nothing is said about it."""
    with spawn("schema", cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.wait(timeout=30)
    assert said == ""


def test_module_is_the_command(tmp_path: Path) -> None:
    """`python -m seatrial` is `seatrial`."""
    assert run("--version", cwd=folder(tmp_path, 1)).out.startswith("seatrial ")
