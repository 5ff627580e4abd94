"""`seatrial cases import`: rows on stdout, the report on stderr, an exit code for a script."""

import json
import os
from pathlib import Path

import pytest
from cli_support import call, run, spawn

SUITE = """\
prompts: ["Say {{x}}"]
providers: [echo]
tests:
  - {vars: {x: a}, assert: [{type: contains, value: a}]}
  - {vars: {x: b}, assert: [{type: contains, value: b}, {type: webhook, value: "http://127.0.0.1"}]}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a suite and a table, in which we stand."""
    (tmp_path / "promptfooconfig.yaml").write_text(SUITE)
    (tmp_path / "t.csv").write_text("question,answer,team\nWhere?,Here,pier\nWhen?,Now,bay\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_rows_go_to_stdout_and_the_report_to_stderr(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each row is a JSON object on a line of its own."""
    done = call(capsys, "cases", "import", "csv:t.csv", "--tag", "team", "--check", "contains")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0
    assert rows[0] == {"id": "t-1", "ask": "Where?", "expect": "Here", "tags": {"team": "pier"}, "checks": ["contains"]}
    assert done.err.splitlines()[-1] == "seatrial: 2 cases; checks: contains 2; 2 changed"


def test_what_cannot_be_imported_is_an_error(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, nothing on stdout, the line of each construct on stderr."""
    done = call(capsys, "cases", "import", "promptfoo:promptfooconfig.yaml", "-o", "cases.jsonl")
    assert (done.code, done.out) == (2, "")
    assert "seatrial: promptfooconfig.yaml:5: not imported: assertion `webhook`: it asks a service outside" in done.err
    assert not (here / "cases.jsonl").exists()


def test_lenient_keeps_the_rest(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The case that lost a check says so in a tag."""
    done = call(capsys, "cases", "import", "promptfoo:promptfooconfig.yaml", "--lenient", "--out", "cases.jsonl")
    rows = [json.loads(line) for line in (here / "cases.jsonl").read_text().splitlines()]
    assert (done.code, done.out) == (0, "")
    assert [row.get("tags") for row in rows] == [None, {"not_imported": "webhook"}]
    assert "left out: `providers` echo" in done.err


def test_quiet_prints_the_last_line_only(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For scripts."""
    done = call(capsys, "cases", "import", "promptfoo:promptfooconfig.yaml", "--lenient", "--quiet")
    assert done.err.splitlines() == ["seatrial: 2 cases; checks: contains 2; 1 left out; 1 not imported"]


def test_fields_are_named_by_options(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every part of a case has one."""
    options = ["--ask", "team", "--expect", "question", "--id", "answer", "--reference", "answer", "--context", "team"]
    done = call(capsys, "cases", "import", "csv:t.csv", *options, "--limit", "1")
    row = {"id": "Here", "ask": "pier", "expect": "Where?", "reference": "Here", "context": ["pier"]}
    assert [json.loads(line) for line in done.out.splitlines()] == [row]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["x.csv"], "no format"),
        (["csv:gone.csv"], "there is no such file"),
        (["csv:t.csv", "--check", "{a: ["], "no YAML"),
        (["csv:t.csv", "--ask", "colour"], "no field `colour`"),
        ([], "Missing argument"),
        (["csv:t.csv", "--limit", "0"], "0 is not in the range"),
    ],
)
def test_a_mistake_is_one_sentence(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    """With exit code 2, and no traceback."""
    done = call(capsys, "cases", "import", *arguments)
    assert done.code == 2
    assert reason in done.err
    assert "Traceback" not in done.err


def test_a_file_that_cannot_be_written_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 4, and nothing is left behind."""
    done = call(capsys, "cases", "import", "csv:t.csv", "-o", "gone/cases.jsonl")
    assert done.code == 4
    assert "gone/cases.jsonl cannot be written" in done.err


def test_help_teaches_the_formats(capsys: pytest.CaptureFixture[str]) -> None:
    """Every format of the table is in the help."""
    from seatrial.cases.importing.formats import FORMATS

    text = call(capsys, "cases", "import", "--help").out
    assert all(f"{name}:" in text for name in FORMATS)


def test_rows_pipe_into_a_suite(here: Path) -> None:
    """What a shell writes by `>` is what a suite reads."""
    (here / "seatrial.yaml").write_text(
        "targets: {bot: {recorded: a.jsonl}}\nsuites: {s: {target: bot, cases: [{from: cases.jsonl}]}}\n"
    )
    (here / "a.jsonl").write_text('{"id": "x", "answer": "y"}\n')
    done = run("cases", "import", "promptfoo:promptfooconfig.yaml", "--lenient", cwd=here)
    (here / "cases.jsonl").write_text(done.out)
    dry = run("check", "--dry-run", cwd=here)
    assert (dry.code, dry.out.strip()) == (0, "seatrial.yaml: 1 suite, 2 cases, 1 gate; nothing is wrong")


@pytest.mark.parametrize("read", [0, 1])
def test_a_reader_who_leaves_is_no_error(here: Path, read: int) -> None:
    """`| head -n 1` gets its row, and what it did not read goes nowhere."""
    (here / "many.jsonl").write_text("".join(f'{{"ask": "Is {number} even?"}}\n' for number in range(20_000)))
    reading, writing = os.pipe()
    with spawn("cases", "import", "jsonl:many.jsonl", "--quiet", cwd=here, stdout=writing) as process:
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            rows = [json.loads(pipe.readline()) for _ in range(read)]
        err = process.communicate(timeout=60)[1]
    assert [row["ask"] for row in rows] == ["Is 0 even?"][:read]
    assert (process.returncode, len(err.splitlines())) == (0, 1)
