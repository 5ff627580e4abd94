"""`seatrial check` as CI calls it."""

import json
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from cli_support import SUITE, call, folder, run, spawn

FILES = ("report.html", "junit.xml", "seatrial.sarif", "report.json", "report.md", "annotations.txt")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("right", "wrong", "code"), [(40, 0, 0), (0, 40, 1), (1, 1, 3)])
def test_exit_code_says_the_verdict(
    here: Path, capsys: pytest.CaptureFixture[str], right: int, wrong: int, code: int
) -> None:
    """Ready is 0, not ready 1, too little evidence 3."""
    folder(here, right, wrong)
    assert call(capsys, "check").code == code


def test_all_formats_are_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every file format lands in the folder, and the terminal has the report."""
    folder(here, 40)
    done = call(capsys, "check", "--format", "terminal,html,junit,sarif,json,md,github", "--out", "out/deep")
    assert done.code == 0
    assert sorted(path.name for path in (here / "out/deep").iterdir()) == sorted(FILES)
    assert "READY" in done.out
    assert max(len(line) for line in done.out.splitlines()) <= 80
    assert "behaviour: 40 of 40 done, 0 not passed" in done.err


def test_a_single_format_goes_to_stdout(here: Path) -> None:
    """`--format json` alone can be piped."""
    done = run("check", "--format", "json", "--quiet", cwd=folder(here, 40))
    assert json.loads(done.out)["verdict"]["readiness"] == "ready"
    assert done.err == ""


def test_quiet_is_one_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `--quiet` the verdict is all that is printed."""
    folder(here, 40)
    done = call(capsys, "check", "--quiet")
    assert done.out.startswith("ready: ")
    assert (done.out.count("\n"), done.err) == (1, "")


def test_selection_is_passed_on(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Options of the command narrow the run."""
    folder(here, 40)
    call(
        capsys,
        "check",
        "--limit",
        "3",
        "--repeat",
        "2",
        "--concurrency",
        "1",
        "--seed",
        "7",
        "--format",
        "json",
        "--out",
        "o",
    )
    run_ = json.loads((here / "o/report.json").read_bytes())["run"]
    assert run_["selection"] == {"limit": 3, "repeat": 2}
    assert run_["seed"] == 7
    assert "there is no suite `x`" in call(capsys, "check", "--only", "x").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no.yaml"], "no.yaml: there is no such file"),
        (["--format", "pdf"], "the format `pdf` is not known"),
        (["--slice", "language"], "a slice is written `language=es`"),
        (["--max-cost", "much"], "`much` is no amount"),
        (["--limit", "0"], "limit is at least 1"),
        (["--baseline", "no.json"], "no.json: the baseline cannot be read"),
    ],
)
def test_mistakes_are_one_line_and_two(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """A mistake of the user's is one line on stderr and exit code 2."""
    folder(here, 3)
    done = call(capsys, "check", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_dry_run_reads_and_asks_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dry run reads several files with all their cases, makes no run, and tells the mistakes of all."""
    folder(here, 3)
    assert call(capsys, "check", "--dry-run").out == "seatrial.yaml: 1 suite, 3 cases, 2 gates; nothing is wrong\n"
    assert not (here / ".seatrial").exists()
    (here / "b.yaml").write_text("targets: 3\n")
    (here / "c.yaml").write_text(SUITE.replace("contains", "contians"))
    done = call(capsys, "check", "--dry-run", "b.yaml", "seatrial.yaml", "c.yaml")
    assert done.code == 2
    assert "b.yaml:1: targets" in done.err
    assert "c.yaml:6: suites.behaviour.checks[0]" in done.err


SLOW = """\
targets: {bot: {python: "slowbot:answer"}}
suites:
  behaviour: {target: bot, concurrency: 2, cases: [{from: cases.jsonl}], checks: [contains]}
gates: [behaviour.pass_rate >= 20%]
"""
STOPPING = "stopping: waiting for what is in flight"
SLOWBOT = """\
import pathlib, time
def answer(q):
    with open("asked.txt", "a") as file:
        file.write(q + "\\n")
    while int(q[1:]) > 20 and not pathlib.Path("go").exists():
        time.sleep(0.01)
    return "yes"
"""


def until(lines: Iterable[str], word: str) -> Iterator[str]:
    """Lines up to the first that has this word."""
    for line in lines:
        yield line
        if word in line:
            return


def test_ctrl_c_reports_what_was_measured_and_a_second_start_resumes(here: Path) -> None:
    """The first Ctrl-C lets what is in flight end, reports, and leaves a run that is taken up again."""
    folder(here, 60)
    (here / "seatrial.yaml").write_text(SLOW)
    (here / "slowbot.py").write_text(SLOWBOT)
    with spawn("check", cwd=here) as process:
        journals = here / ".seatrial/runs"
        for _ in range(1_000):
            if any(path.read_bytes().count(b'"judged"') > 4 for path in journals.glob("*.jsonl")):
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        err = "".join(until(process.stderr, STOPPING))
        (here / "go").touch()
        out, _ = process.communicate(timeout=60)
    assert (process.returncode, STOPPING in err) == (3, True), err
    assert "stopped by hand" in " ".join(out.split())
    again = run("check", "--format", "json", "--quiet", cwd=here)
    counts = json.loads(again.out)["counts"]
    assert (again.code, counts["asked"]) == (0, 60)
    assert counts["resumed"] >= 5


def test_kill_nine_loses_nothing(here: Path) -> None:
    """After kill -9, starting again has every total right and asks at most what was in flight again."""
    folder(here, 60)
    (here / "seatrial.yaml").write_text(SLOW)
    (here / "slowbot.py").write_text(SLOWBOT)
    with spawn("check", "--quiet", cwd=here) as process:
        for _ in range(1_000):
            if (here / "asked.txt").exists() and (here / "asked.txt").read_text().count("\n") > 10:
                break
            time.sleep(0.02)
        process.kill()
        process.communicate(timeout=60)
    (here / "go").touch()
    again = run("check", "--format", "json", "--quiet", cwd=here)
    report = json.loads(again.out)
    assert report["counts"]["passed"] == 60
    asked = (here / "asked.txt").read_text().splitlines()
    assert len(set(asked)) == 60
    assert len(asked) - 60 <= report["counts"].get("asked_again", 0) <= 2
    assert "This run was taken up again" in report["notes"][0]


def test_a_full_disk_is_told_with_what_was_measured(here: Path) -> None:
    """When the journal cannot grow, what was measured is reported, and the exit code is 4."""
    import resource

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    folder(here, 400)
    with spawn("check", "--quiet", cwd=here, preexec_fn=limited) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 4, out + err
    assert out.startswith("not enough evidence: ")
    assert "runs/" in err
    assert "Traceback" not in err
