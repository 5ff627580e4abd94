"""`seatrial explain` as a shell calls it."""

import json
from pathlib import Path

import pytest
from cli_support import SUITE, call

RIGHT, WRONG = "yes", "no\nnot at all"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A working directory with one run, in which questions in Spanish are answered wrongly."""
    monkeypatch.chdir(tmp_path)
    rows = [{"id": f"c{i}", "ask": f"q{i}", "expect": "yes", "tags": {"language": tag(i)}} for i in range(60)]
    answers = [{"id": f"c{i}", "answer": WRONG if tag(i) == "es" else RIGHT} for i in range(60)]
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in answers))
    (tmp_path / "seatrial.yaml").write_text(SUITE)
    call(capsys, "check", "--quiet")
    return tmp_path


def tag(number: int) -> str:
    """Every fourth question is in Spanish."""
    return "es" if number % 4 == 0 else "en"


def test_the_pattern_is_printed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence comes first, then causes and symptoms with examples and their places."""
    done = call(capsys, "explain", "last")
    assert done.code == 0
    assert done.out.startswith("25.0 % of 60 answers fail [")
    assert "have language=es" in done.out
    assert "contain a line break" in done.out
    assert done.out.index("Before the answer") < done.out.index("In the answer")
    assert "behaviour/c0 (cases.jsonl:1)" in done.out
    assert max(map(len, done.out.splitlines())) <= 100


def test_json_has_all_of_it(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON, every number of the sentence is there."""
    found = json.loads(call(capsys, "explain", "last", "--format", "json").out)
    assert found["failed"]["count"] == 15
    assert found["causes"][0]["conditions"][0]["words"] == "have language=es"
    assert found["causes"][0]["inside"]["n"] == 15
    assert found["alike"][0]["n"] == 15


def test_check_and_by_are_one_choice(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A check may be named either way, but not both ways."""
    by, check = (call(capsys, "explain", "last", option, "contains").out for option in ("--by", "--check"))
    assert by == check
    assert "fail `contains`" in by
    both = call(capsys, "explain", "last", "--by", "failure", "--check", "contains")
    assert both.code == 2
    assert "give one of them" in both.err


def test_no_answer_can_be_asked_for(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By `failure`, a run in which all were answered has nothing to explain."""
    done = call(capsys, "explain", "last", "--by", "failure")
    assert done.code == 0
    assert "0 % of 60 attempts got no answer" in done.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["last", "--check", "contians"], "did you mean `contains`"),
        (["nope"], "nope"),
        (["last", "--top", "0"], "--top"),
        (["last", "--format", "xml"], "xml"),
        ([], "RUN"),
    ],
)
def test_wrong_words_are_one_sentence(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    """A mistake is exit code 2 and names what is wrong, without a traceback."""
    done = call(capsys, "explain", *arguments)
    assert done.code == 2
    assert says in done.err
    assert "Traceback" not in done.err


def test_top_bounds_what_is_shown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `--top 1` one pattern of a kind and one group is printed."""
    out = call(capsys, "explain", "last", "--top", "1").out
    assert out.count("  - ") == 2


def test_the_run_may_be_elsewhere(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--in` names the suite file's folder."""
    monkeypatch.chdir(here.parent)
    assert "have language=es" in call(capsys, "explain", "last", "--in", here.name).out


def test_help_says_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    """The help names the choices."""
    out = call(capsys, "explain", "--help").out
    assert "pass|failure|CHECK" in out
    assert "--embeddings" in out
