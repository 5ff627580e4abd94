"""Commands with what a stranger types: each ends with its exit code and one sentence, never with a traceback."""

import json
import re
from pathlib import Path

import pytest
from cli_support import SUITE, call, folder, run, spawn

Capsys = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capsys) -> Path:
    """A working directory with two runs, the second of which is worse."""
    monkeypatch.chdir(tmp_path)
    for right in (40, 8):
        call(capsys, "check", str(folder(tmp_path, right, 44 - right) / "seatrial.yaml"), "--quiet")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["show", "zzz"], 2, "there is no run `zzz`; did you mean"),
        (["show", "../last"], 2, "there is no run `../last`"),
        (["show", "%"], 2, "there is no run `%`"),
        (["show", "0"], 2, "several runs fit `0`"),
        (["show", "last", "--format", "pdf"], 2, "the format `pdf` is not known"),
        (["show", "last", "--in", "seatrial.yaml"], 2, "is a file"),
        (["show", "last", "--in", "nowhere"], 2, "there is no run yet; `seatrial check` makes one"),
        (["show", "last", "--format", "html", "--out", "seatrial.yaml"], 2, "is a file"),
        (["show", "last", "--format", "html,json", "--out", "seatrial.yaml/deep"], 4, "cannot be written"),
        (["compare", "last", "no.json"], 2, "no.json: the baseline cannot be read"),
        (["compare", "last", "answers.jsonl"], 2, "there is no run `answers.jsonl`"),
        (["compare", "last", "broken.json"], 2, "broken.json"),
        (["compare", "last", "empty.json"], 2, "empty.json"),
        (["compare", "nope", "last"], 2, "there is no run `nope`"),
        (["compare", "last"], 2, "Missing argument 'BASELINE'"),
        (["compare", "last", "last", "--format", "pdf"], 2, "Invalid value for '--format'"),
        (["bless", "nope"], 2, "there is no run `nope`"),
        (["bless", "last", "--out", "no/where.json"], 4, "cannot be written"),
        (["bless", "last", "--out", "."], 2, "is a directory"),
        (["runs", "--limit", "0"], 2, "Invalid value for '--limit'"),
        (["runs", "extra"], 2, "unexpected extra argument"),
        (["check", "--max-cost", "1 POUND"], 2, "is no amount"),
        (["check", "--max-cost", "9" * 400], 2, "is no amount"),
        (["check", "--repeat", "0"], 2, "repeat is at least 1, not 0"),
        (["check", "--repeat", "1001"], 2, "a case is asked 1 to 1,000 times, not 1001"),
        (["check", "--limit", "three"], 2, "Invalid value for '--limit'"),
        (["check", "--baseline", "broken.json"], 2, "broken.json"),
        (["check", "--only", "behavior"], 2, "did you mean `behaviour`?"),
        (["check", "."], 2, "cannot be read"),
        (["check", "--dry-run", "no.yaml"], 2, "no.yaml: there is no such file"),
        (["init", "--url", "localhost"], 2, "`localhost` is no address"),
        (["init", "no/where.yaml", "--url", "http://127.0.0.1:9", "--model", "m"], 4, "cannot be written"),
        (["checks", "nothing-like-it"], 2, "there is no check `nothing-like-it`; "),
        (["simulate", "--port", "99999"], 2, "Invalid value for '--port'"),
        (["simulate", "--persona", "seatrial.yaml", "--port", "0"], 2, "seatrial.yaml"),
        ([], 2, "Usage: seatrial"),
    ],
)
def test_bad_input_is_a_sentence_and_a_code(
    here: Path, capsys: Capsys, arguments: list[str], code: int, said: str
) -> None:
    """A mistake is exit code 2, what the world keeps us from is 4; both say what it was."""
    (here / "broken.json").write_text('{"format": ')
    (here / "empty.json").write_text("")
    done = call(capsys, *arguments)
    assert said in done.err + done.out
    assert done.code == code
    assert "Traceback" not in done.err
    assert "this is a bug" not in done.err


@pytest.mark.parametrize("command", [("runs",), ("show", "last"), ("compare", "last", "last"), ("bless", "last")])
def test_without_runs_each_command_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capsys, command: tuple[str, ...]
) -> None:
    """Where nothing was ever checked, all commands on runs are mistakes that name `seatrial check`."""
    monkeypatch.chdir(tmp_path)
    done = call(capsys, *command)
    assert (done.code, "`seatrial check` makes one" in done.err) == (2, True)
    assert not (tmp_path / ".seatrial").exists()


def test_runs_are_newest_first_and_bounded(here: Path, capsys: Capsys) -> None:
    """`--limit 1` shows the newest run only."""
    everything = call(capsys, "runs").out.splitlines()[1:]
    assert [re.split(r" {2,}", line)[2] for line in everything] == ["not enough evidence", "ready"]
    assert call(capsys, "runs", "--limit", "1").out.splitlines()[1:] == everything[:1]


def test_compare_is_antisymmetric(here: Path, capsys: Capsys) -> None:
    """A clear loss is a 1 in one direction and a 0 in the other, with the same cases."""
    newest, oldest = (line.split()[0] for line in call(capsys, "runs").out.splitlines()[1:])
    worse, better = (
        call(capsys, "compare", *pair, "--format", "json") for pair in ((newest, oldest), (oldest, newest))
    )
    assert (worse.code, better.code) == (1, 0)
    lost, won = json.loads(worse.out), json.loads(better.out)
    assert lost["new_failures"]["count"] == won["fixed"]["count"] == 32
    assert [c["difference"]["value"] for c in lost["changes"] if c["name"] == "pass_rate"] == pytest.approx(
        [-c["difference"]["value"] for c in won["changes"] if c["name"] == "pass_rate"]
    )


def test_a_damaged_journal_still_says_what_it_holds(here: Path, capsys: Capsys) -> None:
    """A journal that lost its head cannot be shown, which is no mistake of the user's."""
    journal = max((here / ".seatrial/runs").glob("*.jsonl"))
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[1:]))
    done = call(capsys, "show", "last")
    assert done.code == 4
    assert "Traceback" not in done.err


def test_a_reader_that_goes_away_ends_a_report_quietly(here: Path) -> None:
    """`seatrial show | head -0` says nothing on stderr."""
    with spawn("show", "last", "--format", "html", cwd=here) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.wait(timeout=30)
    assert said == ""


@pytest.mark.parametrize(("right", "wrong", "code"), [(40, 0, 0), (0, 40, 1), (1, 1, 3)])
def test_the_process_ends_with_the_code_of_the_verdict(tmp_path: Path, right: int, wrong: int, code: int) -> None:
    """`python -m seatrial check` hands its exit code to the shell, and prints no escape sequences into a pipe."""
    done = run("check", cwd=folder(tmp_path, right, wrong))
    assert done.code == code
    assert "\x1b" not in done.out + done.err


def test_a_file_elsewhere_keeps_its_runs_there(here: Path, capsys: Capsys) -> None:
    """A suite in another folder is run from here, and the command that the report offers shows that run."""
    (here / "else where").mkdir()
    folder(here / "else where", 40, 4)
    done = call(capsys, "check", "else where/seatrial.yaml")
    offered = re.search(r"seatrial show (\S+) --format html --in '(else\s+where)'", " ".join(done.out.split()))
    assert offered is not None
    assert (here / "else where/.seatrial").is_dir()
    assert call(capsys, "show", offered[1], "--in", offered[2]).code == 0


def test_every_suite_of_a_dry_run_is_read(here: Path, capsys: Capsys) -> None:
    """A dry run of good files is 0, tells a line for each, and needs no key and no target."""
    (here / "b.yaml").write_text(
        SUITE.replace("{recorded: answers.jsonl}", "{openai: 'http://127.0.0.1:9', model: m, api_key: ${NOT_SET_HERE}}")
    )
    done = call(capsys, "check", "--dry-run", "b.yaml", "seatrial.yaml")
    assert done.code == 0, done.err
    assert [line.split(":")[0] for line in done.out.splitlines()] == ["b.yaml", "seatrial.yaml"]
