"""`seatrial rank` over real runs."""

import json
from pathlib import Path

import pytest
from cli_support import call

SUITES = """
targets:
  one: {recorded: one.jsonl}
  two: {recorded: two.jsonl}
suites:
  first: {target: one, cases: [{from: cases.jsonl}], checks: [contains]}
  second: {target: two, cases: [{from: cases.jsonl}], checks: [contains]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One run of two suites: the second target answers 30 of 40 rightly, the first 10."""
    (tmp_path / "seatrial.yaml").write_text(SUITES)
    rows = [{"id": f"c{i}", "ask": f"q{i}", "expect": "yes"} for i in range(40)]
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name, right in (("one", 10), ("two", 30)):
        answers = [{"id": f"c{i}", "answer": "yes" if i < right else "no"} for i in range(40)]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in answers))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_suites_of_one_run_are_ranked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The stronger comes first and is told apart."""
    call(capsys, "check")
    done = call(capsys, "rank", "last")
    assert done.code == 0
    assert "2 systems on 40 cases, by pass_rate, higher is better" in done.out
    assert "second (two) against first (one): 20 won, 20 tied, 0 lost; 75.0%" in done.out
    assert "second (two) is the best of them." in done.out


def test_runs_are_ranked_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each run is a system, whatever its suite is called."""
    call(capsys, "check", "--only", "first")
    one = json.loads(call(capsys, "show", "last", "--format", "json").out)["run"]["id"]
    call(capsys, "check", "--only", "second")
    done = call(capsys, "rank", "last", one, "--format", "json")
    found = json.loads(done.out)
    assert (found["cases"], [each["mean"]["value"] for each in found["standings"]]) == (40, [0.75, 0.25])


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["last"], "one suite only"),
        (["last", "last"], "named twice"),
        (["last", "--by", "latency.p95"], "no value for a single case"),
        (["last", "--by", "nonsense"], "is no metric"),
    ],
)
def test_what_cannot_be_ranked(folder: Path, capsys: pytest.CaptureFixture[str], arguments, why) -> None:
    """A mistake of the user: one sentence, exit code 2."""
    call(capsys, "check", "--only", "first")
    done = call(capsys, "rank", *arguments)
    assert done.code == 2
    assert why in done.err
