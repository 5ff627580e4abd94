"""What makes two runs the same: the digest of a plan."""

import json
from pathlib import Path

import pytest
from app_support import RECORDED, put, put_rows, recorded

from seatrial.app.selection import Selection
from seatrial.app.suite import load

ROWS = [{"id": "a", "ask": "x", "expect": "1"}, {"id": "b", "ask": "y", "expect": "2"}]


def plan(folder: Path, text: str = RECORDED, selection: Selection = Selection()) -> str:  # noqa: B008
    if not (folder / "cases.jsonl").exists():
        put_rows(folder, ROWS)
        put_rows(folder, [{"id": "a", "answer": "1"}], "answers.jsonl")
    return load(put(folder, text), selection).info.plan


def test_reading_twice_gives_the_same_plan(tmp_path: Path) -> None:
    """The same file over the same cases is the same plan, so that an interrupted run is found again."""
    assert plan(tmp_path) == plan(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        (">= 20%]", ">= 30%]"),
        ("    target: bot", "    concurrency: 3\n    target: bot"),
        ("suites:", "# a comment\nmax_cost: 3\nsuites:"),
        ("    target: bot", "    schedule: {rate: 9/s}\n    target: bot"),
    ],
)
def test_gates_speed_and_comments_leave_the_plan_alone(tmp_path: Path, change: tuple[str, str]) -> None:
    """What changes neither a question nor how it is judged does not keep a run from going on."""
    assert plan(tmp_path) == plan(tmp_path, RECORDED.replace(*change))


@pytest.mark.parametrize(
    "change",
    [
        ("[contains]", "[equals]"),
        ("    target: bot", "    repeat: 2\n    target: bot"),
        ("    target: bot", "    repeat: until decided, at most 1\n    target: bot"),
        ("    target: bot", "    tags: {a: b}\n    target: bot"),
        ("    target: bot", "    params: {temperature: 0}\n    target: bot"),
        ("    target: bot", "    tools: [{name: t}]\n    target: bot"),
        ("  behaviour:", "  conduct:"),
        ("suites:", "seed: 4\nsuites:"),
        ("{recorded: answers.jsonl}", "{recorded: answers.jsonl, answer: text}"),
    ],
)
def test_what_is_asked_and_how_it_is_judged_makes_the_plan(tmp_path: Path, change: tuple[str, str]) -> None:
    """Another check, tag, tool, target or number of repeats is another plan."""
    text = RECORDED.replace("gates: [behaviour.pass_rate >= 20%]", "gates: [pass_rate >= 20%]")
    assert plan(tmp_path, text) != plan(tmp_path, text.replace(*change))


@pytest.mark.parametrize("field", ["id", "ask", "expect", "tags", "params", "reference", "context", "variables"])
def test_every_part_of_a_case_makes_the_plan(tmp_path: Path, field: str) -> None:
    """Whatever changes in one case changes the plan."""
    before = plan(tmp_path)
    value: object = {"k": "v"} if field in ("tags", "params", "variables") else "new"
    put_rows(tmp_path, [ROWS[0], {**ROWS[1], field: value}])
    assert plan(tmp_path) != before


def test_moving_a_case_leaves_the_plan_alone(tmp_path: Path) -> None:
    """Empty lines between cases change their places and nothing else."""
    before = plan(tmp_path)
    put(tmp_path, "\n\n".join(json.dumps(row) for row in ROWS), "cases.jsonl")
    assert plan(tmp_path) == before


def test_selection_makes_the_plan(tmp_path: Path) -> None:
    """A run of a part is another run than that of the whole; a limit beyond the end is not."""
    assert plan(tmp_path) != plan(tmp_path, selection=Selection.of(limit=1))
    assert plan(tmp_path) == plan(tmp_path, selection=Selection.of(limit=99))


def test_head_of_the_run_says_what_is_asked(tmp_path: Path) -> None:
    """A run's head names its suites with their targets, cases and repeats, and its gates."""
    info = load(recorded(tmp_path, 3, text=RECORDED.replace("target: bot", "target: bot\n    repeat: 4"))).info
    (suite,) = info.suites
    assert (suite.name, suite.target, suite.cases, suite.repeat) == ("behaviour", "bot", 3, 4)
    assert info.gates == ("behaviour.pass_rate >= 20%", "behaviour.failures.rate <= 1% (by point)")
    assert info.file.endswith("seatrial.yaml")
