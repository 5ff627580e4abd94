"""`seatrial judge bias` as a person and as a script meets it."""

import json
from pathlib import Path

import pytest
from cli_support import call, folder

JUDGE = """
import json, re
def judge(messages):
    answer = re.search(r"<ANSWER (\\w+)>\\n(.*?)\\n</ANSWER \\1>", messages[1]["content"], re.S)[2]
    good = answer.startswith("yes") or len(answer.split()) > 10
    return json.dumps({"reason": "r", "passed": good, "score": 0.9 if good else 0.2})
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A working directory with one run whose judge falls for length."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fond_judge.py").write_text(JUDGE)
    path = folder(tmp_path, 30, 10) / "seatrial.yaml"
    text = path.read_text().replace("targets: {", 'targets: {judge: {python: "fond_judge:judge"}, ')
    path.write_text(text.replace("[contains]", "[{rubric: Says yes.}]"))
    call(capsys, "check", str(path), "--quiet")
    return tmp_path


def test_it_says_what_padding_does(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pass rates, change with interval, and a sentence; what it takes is announced on stderr."""
    done = call(capsys, "judge", "bias", "last")
    assert done.code == 0
    assert "40 padded answers will be judged by `rubric`" in done.err
    assert "pass rate 75.0 % -> 100 %" in done.out
    assert "change +25.0 points (95 %: +" in done.out
    assert "10 gained, 0 lost" in done.out
    assert "It prefers longer answers." in done.out


def test_json_for_scripts(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same as data."""
    done = call(capsys, "judge", "bias", "last", "--limit", "12", "--format", "json")
    assert json.loads(done.out)["verbosity"]["answers"] == 12


def test_mistakes_end_with_2(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A check that is not there, a run that is not, and a limit of nothing."""
    assert call(capsys, "judge", "bias", "last", "--check", "nope").code == 2
    assert call(capsys, "judge", "bias", "nope").code == 2
    assert call(capsys, "judge", "bias", "last", "--limit", "0").code == 2
