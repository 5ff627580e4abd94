"""Judges in a run: what they answered is kept, what they cost is counted."""

from pathlib import Path

import pytest
from app_support import put, put_rows

from seatrial.app.front import check

SUITE = """
targets:
  bot: {recorded: answers.jsonl}
  judge: {python: "MODULE:judge"}
suites:
  behaviour:
    target: bot
    cases: [{from: cases.jsonl}]
    checks: [{rubric: {text: "It is about tea.", judge: judge}}]
"""
JUDGE = """
def judge(question):
    with open(__file__ + ".log", "a") as log:
        log.write("asked\\n")
    return '{"passed": true, "score": 1, "reason": "It is."}'
"""


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """Three cases that a function judges, which writes down each question."""
    name = "judged_" + "".join(sign for sign in tmp_path.name if sign.isalnum())
    put_rows(tmp_path, [{"id": f"c{i}", "ask": f"q{i}"} for i in range(3)])
    put_rows(tmp_path, [{"id": f"c{i}", "answer": f"tea {i}"} for i in range(3)], "answers.jsonl")
    put(tmp_path, JUDGE, f"{name}.py")
    return put(tmp_path, SUITE.replace("MODULE", name))


def asked(suite: Path) -> int:
    return sum(path.read_text().count("asked") for path in suite.parent.glob("*.log"))


def test_a_judge_is_asked_once_for_the_same_judgement(judged: Path) -> None:
    """A second run over the same answers asks the judge nothing, and comes to the same."""
    first, second = check(judged), check(judged)
    assert asked(judged) == 3
    assert first.report.counts.passed == second.report.counts.passed == 3


def test_another_answer_is_another_judgement(judged: Path) -> None:
    """What is kept is kept for one question, one answer and one rubric."""
    check(judged)
    put_rows(judged.parent, [{"id": f"c{i}", "answer": f"tea {i + 1}"} for i in range(3)], "answers.jsonl")
    check(judged)
    assert asked(judged) == 6


def test_forgetting_is_deleting_a_file(judged: Path) -> None:
    """Without the cache's file the judge is asked anew."""
    check(judged)
    for path in (judged.parent / ".seatrial").glob("cache.db*"):
        path.unlink()
    check(judged)
    assert asked(judged) == 6
