"""One case at a time, for test runners."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_support import RECORDED, put, recorded, refused

from seatrial.app.front import check
from seatrial.app.single import Bench, judge_rows, passed, rows, story
from seatrial.core.run import Attempt
from seatrial.core.verdict import Readiness


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A suite of four cases, the last of which fails, asked twice each."""
    made = Bench(recorded(tmp_path, 3, 1, text=RECORDED.replace("target: bot", "target: bot\n    repeat: 2")))
    yield made
    made.close()


def asked(bench: Bench) -> list[list[Attempt]]:
    ((suite, cases),) = bench.suites()
    return [bench.attempts(suite, planned) for planned in cases]


def test_each_case_is_asked_as_often_as_its_suite_says(bench: Bench) -> None:
    """Two repeats are two attempts, and one that fails makes the case fail."""
    found = asked(bench)
    assert [len(attempts) for attempts in found] == [2, 2, 2, 2]
    assert [passed(attempts) for attempts in found] == [True, True, True, False]


def test_numbers_of_all_processes_give_the_verdict_of_one(bench: Bench, tmp_path: Path) -> None:
    """Rows that went through JSON are held to the gates as a run of all cases is."""
    carried = json.loads(json.dumps([row for attempts in asked(bench) for row in rows(attempts)]))
    verdict = judge_rows(tmp_path / "seatrial.yaml", carried)
    whole = check(tmp_path / "seatrial.yaml")
    assert [result.outcome for result in verdict.gates] == [result.outcome for result in whole.gates]
    assert [result.readings for result in verdict.gates] == [result.readings for result in whole.gates]


def test_no_rows_are_no_evidence(bench: Bench, tmp_path: Path) -> None:
    """A session in which nothing ran is never ready."""
    assert judge_rows(tmp_path / "seatrial.yaml", []).readiness is Readiness.UNDECIDED


def test_a_story_says_what_went_wrong(bench: Bench) -> None:
    """The text of a failed case has its place, question, answer and failing score."""
    text = story("cases.jsonl:4", asked(bench)[3])
    assert text.splitlines()[:4] == [
        "cases.jsonl:4: 2 of 2 attempts did not pass",
        "  asked:    q3",
        "  answered: no",
        next(line for line in text.splitlines() if line.startswith("  failed: contains: ")),
    ]


def test_stories_show_no_control_characters(tmp_path: Path) -> None:
    """What a model answers cannot draw on the terminal, and is cut short."""
    path = recorded(tmp_path, 0, 1)
    put(tmp_path, json.dumps({"id": "c0", "answer": "\x1b[31mred\x07 " + "long " * 1_000}) + "\n", "answers.jsonl")
    bench = Bench(path)
    ((_, cases),) = bench.suites()
    text = story("x:1", asked(bench)[0])
    bench.close()
    assert cases
    assert "\x1b" not in text
    assert "… (" in text
    assert len(text) < 2_000


def test_what_keeps_targets_from_being_asked_is_found_once(tmp_path: Path) -> None:
    """A missing file of answers is told each time it is asked for, and looked for once."""
    path = recorded(tmp_path, 2)
    (tmp_path / "answers.jsonl").unlink()
    bench = Bench(path)
    first, second = bench.ready(), bench.ready()
    bench.close()
    assert first is second
    assert "answers.jsonl" in str(first)


def test_benches_close_twice(bench: Bench) -> None:
    """Closing again does nothing."""
    bench.close()
    bench.close()


def test_a_broken_file_makes_no_bench(tmp_path: Path) -> None:
    """Mistakes come before anything is set up."""
    assert "there is no such file" in refused(Bench, tmp_path / "seatrial.yaml")
