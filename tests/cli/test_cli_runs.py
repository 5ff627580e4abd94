"""Commands about runs that were made, and those that make something."""

import json
import re
import urllib.request
from pathlib import Path

import pytest
from cli_support import call, folder, spawn

from seatrial.app.json_schema import schema_text


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A working directory with one run."""
    monkeypatch.chdir(tmp_path)
    call(capsys, "check", str(folder(tmp_path, 40, 4) / "seatrial.yaml"), "--quiet")
    return tmp_path


def test_runs_are_listed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run is one line with its verdict, its pass rate and its attempts."""
    lines = call(capsys, "runs").out.splitlines()
    assert len(lines) == 2
    assert re.search(r"ready +90\.9% +44  behaviour$", lines[1])
    run = lines[1].split()[0]
    assert call(capsys, "show", run).code == 0


def test_show_prints_and_writes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run is shown again at the terminal and in files."""
    assert "READY" in call(capsys, "show", "last").out
    call(capsys, "show", "last", "--format", "html", "--out", "again")
    assert (here / "again/report.html").read_text().startswith("<!")


def test_runs_elsewhere_are_found(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--in` names the suite file's folder."""
    monkeypatch.chdir("/")
    assert call(capsys, "show", "last", "--in", str(here)).code == 0
    done = call(capsys, "runs", "--in", str(here / "nowhere"))
    assert (done.code, "there is no run yet" in done.err) == (2, True)


def test_bless_and_compare(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A blessed run is a file for git; a clear loss against it ends with exit code 1."""
    assert "wrote seatrial-baseline.json" in call(capsys, "bless", "last").out
    assert call(capsys, "compare", "last", "seatrial-baseline.json").code == 0
    folder(here, 10, 34)
    call(capsys, "check", "--quiet")
    done = call(capsys, "compare", "last", "seatrial-baseline.json")
    assert done.code == 1
    assert "The pass rate is lower than before" in " ".join(done.out.split())


@pytest.mark.parametrize(("format_", "begins"), [("json", "{"), ("md", "**")])
def test_comparisons_have_formats(here: Path, capsys: pytest.CaptureFixture[str], format_: str, begins: str) -> None:
    """A comparison is printed for programs and for pull requests, too."""
    out = call(capsys, "compare", "last", "last", "--format", format_).out
    assert out.lstrip().startswith(begins)
    assert format_ != "json" or json.loads(out)["cases"] == 44


def test_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`seatrial schema` prints what is committed."""
    assert call(capsys, "schema").out == schema_text()


def test_checks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """`seatrial checks` lists them, with a name it explains one."""
    assert "contains " in call(capsys, "checks").out
    assert "needs: " in call(capsys, "checks", "number").out
    assert call(capsys, "checks", "nubmer").code == 2


def test_init_writes_a_file_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`seatrial init` writes a suite file that is valid, and does not overwrite it."""
    monkeypatch.chdir(tmp_path)
    arguments = ("init", "--url", "http://127.0.0.1:9/v1", "--model", "m")
    assert "wrote seatrial.yaml for http://127.0.0.1:9/v1 (as said), model m" in call(capsys, *arguments).out
    assert call(capsys, "check", "--dry-run").code == 0
    assert call(capsys, *arguments).code == 2
    assert call(capsys, *arguments, "--force").code == 0


def test_simulate_serves_and_ends(tmp_path: Path) -> None:
    """`seatrial simulate` says where it answers, answers there, and ends quietly on a signal."""
    with spawn("simulate", "--persona", "zero", "--port", "0", cwd=tmp_path) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split("answers at ")[1].split()[0]
        with urllib.request.urlopen(f"{url}/models") as answer:
            assert json.load(answer)["data"][0]["id"] == "zero"
        process.terminate()
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--persona", "habour-v1"], "harbour-v1"), (["--key-env", "NO_SUCH_NAME"], "NO_SUCH_NAME is not set")],
)
def test_simulate_refuses_what_it_does_not_know(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """An unknown persona and an unset key are mistakes."""
    done = call(capsys, "simulate", "--port", "0", *arguments)
    assert done.code == 2
    assert said in done.err
