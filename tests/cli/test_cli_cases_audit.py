"""`seatrial cases audit`, as a shell calls it."""

import json
from pathlib import Path

import pytest
from cli_support import call, folder

ROWS = [
    {"id": "a", "ask": "When does it leave?", "expect": "21:40"},
    {"id": "b", "ask": "when does it leave", "expect": "22:10"},
    {"id": "c", "ask": "Is the cafe open?", "expect": "yes"},
]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name, *lines):
    """A file of rows."""
    texts = [(line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines]
    Path(name).write_text("".join(texts), encoding="utf-8")


def test_clean_cases_end_with_zero(capsys):
    """One line says that nothing was found."""
    write("cases.jsonl", ROWS[0], ROWS[2])
    done = call(capsys, "cases", "audit", "cases.jsonl")
    assert (done.code, done.out) == (0, "2 cases: nothing found\n")


def test_a_contradiction_ends_with_one(capsys):
    """The lines say what, where, and what to do."""
    write("cases.jsonl", *ROWS)
    done = call(capsys, "cases", "audit", "cases.jsonl")
    assert done.code == 1
    assert "3 cases: 1 high" in done.out
    assert "HIGH    The same question expects something else elsewhere (1)" in done.out
    assert 'cases.jsonl:2  "22:10" here, "21:40" at cases.jsonl:1' in done.out


@pytest.mark.parametrize(("limit", "code"), [("high", 0), ("medium", 1), ("low", 1), ("never", 0)])
def test_the_exit_code_follows_the_limit(capsys, limit, code):
    """A duplicate is of medium severity."""
    write("cases.jsonl", ROWS[0], ROWS[0] | {"id": "again"})
    assert call(capsys, "cases", "audit", "cases.jsonl", "--fail-on", limit).code == code


def test_json_has_every_finding(capsys):
    """With path, member, evidence and how to mend it."""
    write("cases.jsonl", *[{"id": str(i), "ask": f"Lost {i} \ufffd"} for i in range(30)])
    found = json.loads(call(capsys, "cases", "audit", "cases.jsonl", "--format", "json").out)
    assert found["cases"] == len(found["findings"]) == 30
    assert found["findings"][4]["path"] == "cases.jsonl:5"
    assert found["findings"][4]["member"] == "4"
    assert found["findings"][4]["mend"].endswith(".")


def test_the_terminal_is_bounded(capsys):
    """Eight of a kind, and how many more there are."""
    write("cases.jsonl", *[{"id": str(i), "ask": f"Lost {i} \ufffd " + "x" * 500} for i in range(5_000)])
    out = call(capsys, "cases", "audit", "cases.jsonl").out
    assert "and 4,992 more" in out
    assert len(out.splitlines()) < 40
    assert max(map(len, out.splitlines())) < 200


def test_broken_rows_are_findings(capsys):
    """Broken JSON, unknown keys, bytes that are no UTF-8 and a row that is no object do not end it."""
    write("cases.jsonl", ROWS[0], '{"ask": ', '{"asks": "x"}', "[1]", '{"ask": "  "}', ROWS[2])
    Path("cases.jsonl").write_bytes(Path("cases.jsonl").read_bytes() + b'{"ask": "caf\xe9"}\n')
    done = call(capsys, "cases", "audit", "cases.jsonl")
    assert done.code == 1
    assert "2 cases: 5 high" in done.out
    for line in (2, 3, 4, 5, 7):
        assert f"cases.jsonl:{line}  " in done.out


def test_tables_are_read_too(capsys):
    """CSV with a broken row, and one that is no UTF-8 at all."""
    write("cases.csv", "id,ask,expect", "a,When?,now", "b,Who?,me,too", "c,when,never")
    out = call(capsys, "cases", "audit", "cases.csv").out
    assert "cases.csv:3" in out
    assert '"never" here, "now" at cases.csv:2' in out
    Path("latin.csv").write_bytes("id,ask\na,Café?\n".encode("latin-1"))
    assert "no UTF-8" in call(capsys, "cases", "audit", "latin.csv").out


def test_several_files_are_one_group(capsys):
    """A question in one file may contradict that in another; a glob finds both, and none twice."""
    write("one.jsonl", ROWS[0])
    write("two.jsonl", ROWS[1])
    done = call(capsys, "cases", "audit", "*.jsonl", "one.jsonl")
    assert done.out.startswith("2 cases: 1 high")


def test_a_suite_file_is_audited_suite_by_suite(capsys, tmp_path):
    """Inline cases have the line of the suite file, and two suites may ask the same."""
    folder(tmp_path, 3)
    (tmp_path / "seatrial.yaml").write_text(
        "targets: {bot: {recorded: answers.jsonl}}\nsuites:\n  one:\n    target: bot\n    cases:\n"
        "      - {ask: When?, expect: now}\n      - {ask: when, expect: never}\n"
        "  two: {target: bot, cases: [{from: cases.jsonl}, {ask: When?, expect: later}]}\n"
    )
    done = call(capsys, "cases", "audit", "seatrial.yaml")
    assert done.code == 1
    assert "6 cases: 1 high" in done.out
    assert 'seatrial.yaml:7  "never" here, "now" at seatrial.yaml:6' in done.out


def test_runs_show_cases_that_tell_nothing(capsys, tmp_path):
    """Of a run with two repeats: those that always failed, and how many always passed."""
    folder(tmp_path, 3, 2)
    suite = (tmp_path / "seatrial.yaml").read_text().replace("target: bot", "target: bot\n    repeat: 2")
    (tmp_path / "seatrial.yaml").write_text(suite)
    call(capsys, "check", "--quiet")
    for source in ("seatrial.yaml", "cases.jsonl"):
        out = call(capsys, "cases", "audit", source, "--runs", "last").out
        assert "Every system failed it every time (2)" in out
        assert "cases.jsonl:4  failed 2 of 2 attempts" in out
        assert "3 of 5 cases with two attempts or more" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.jsonl"], "there is no file `nowhere.jsonl`"),
        (["cases.txt"], "of no known kind"),
        (["cases.jsonl", "--runs", "last"], "there is no run yet"),
        (["cases.jsonl", "--similar", "0"], "no share"),
        (["cases.jsonl", "--fail-on", "bad"], "--fail-on"),
        (["missing.yaml"], "missing.yaml"),
        (["bad.yaml"], "there is no file `none.jsonl`"),
        ([], "SOURCES"),
    ],
)
def test_mistakes_end_with_two(capsys, arguments, says):
    """One line names the file or the option."""
    write("cases.jsonl", ROWS[0])
    write("cases.txt", "x")
    write("bad.yaml", "targets: {bot: {recorded: a.jsonl}}", "suites: {s: {target: bot, cases: [{from: none.jsonl}]}}")
    done = call(capsys, "cases", "audit", *arguments)
    assert done.code == 2
    assert says in done.err


def test_help_teaches(capsys):
    """It names what is found, gives commands to copy, and explains the exit codes."""
    out = call(capsys, "cases", "audit", "--help").out
    for word in ("duplicates", "seatrial cases audit cases.jsonl", "Exit codes", "--fail-on", "--runs"):
        assert word in out
