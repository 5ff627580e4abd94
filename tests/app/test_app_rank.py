"""Ranking whole runs: which cases are common, what systems are called, what cannot be ranked."""

import json
from pathlib import Path

import pytest

from seatrial.app.front import check
from seatrial.app.rank import rank_runs
from seatrial.core.errors import Mistake
from seatrial.metrics.rank import MOST_SYSTEMS, Ranking

ROWS = [{"id": f"c{i}", "ask": f"q{i}", "expect": "yes"} for i in range(12)]


def answers(path: Path, right: int, words: int = 1) -> None:
    """Recorded answers, of which the first ones are right, all of so many words."""
    rows = [{"id": f"c{i}", "answer": " ".join(["yes" if i < right else "no"] * words)} for i in range(12)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def suite(folder: Path, *targets: str, checks: str = "contains", cases: str = "cases.jsonl", repeat: int = 1) -> Path:
    """A suite file with a suite for each target."""
    lines = ["targets:", *(f"  {name}: {{recorded: {name}.jsonl}}" for name in targets), "suites:"]
    for name in targets:
        rest = f"cases: [{{from: {cases}}}], checks: [{checks}], repeat: {repeat}"
        lines.append(f"  of-{name}: {{target: {name}, {rest}}}")
    path = folder / "seatrial.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve cases, and targets that answer 3, 6 and 12 of them rightly."""
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    for name, right in (("bad", 3), ("fair", 6), ("good", 12)):
        answers(tmp_path / f"{name}.jsonl", right, 1 + right)
    return tmp_path


def order(found: Ranking) -> list[str]:
    return [each.system for each in found.standings]


def test_suites_are_called_by_their_name_and_target(folder: Path) -> None:
    """The best first; the same ids in two suites are the same cases."""
    check(suite(folder, "bad", "good", "fair"))
    found = rank_runs(folder, ["last"])
    assert order(found) == ["of-good (good)", "of-fair (fair)", "of-bad (bad)"]
    assert (found.cases, found.left_out, found.direction) == (12, 0, "up")
    assert [(duel.won, duel.tied, duel.lost) for duel in found.duels] == [(6, 6, 0), (9, 3, 0), (3, 9, 0)]


def test_runs_are_called_by_the_end_of_their_id_and_their_target(folder: Path) -> None:
    """Whatever their suites are called, the cases are the same."""
    ids = [check(suite(folder, name)).report.run.id for name in ("good", "bad")]
    found = rank_runs(folder, ids)
    assert order(found) == [f"{ids[0][-8:]} (good)", f"{ids[1][-8:]} (bad)"]
    assert found.cases == 12


def test_only_common_cases_are_ranked(folder: Path) -> None:
    """A run of fewer cases is compared on these; the others are counted."""
    first = check(suite(folder, "good")).report.run.id
    (folder / "few.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS[:4]))
    second = check(suite(folder, "bad", cases="few.jsonl")).report.run.id
    found = rank_runs(folder, [first, second])
    assert (found.cases, found.left_out) == (4, 8)
    assert [each.mean.n for each in found.standings] == [4, 4]


def test_runs_without_a_common_case_are_told(folder: Path) -> None:
    """One sentence names the systems and the metric."""
    first = check(suite(folder, "good")).report.run.id
    (folder / "other.jsonl").write_text(json.dumps({"id": "z", "ask": "q0", "expect": "yes"}) + "\n")
    second = check(suite(folder, "bad", cases="other.jsonl")).report.run.id
    with pytest.raises(Mistake, match=r"no case for which all of .*\(good\), .*\(bad\) have a value of `pass_rate`"):
        rank_runs(folder, [first, second])


def test_one_common_case_decides_nothing(folder: Path) -> None:
    """All lead, and no interval is made up."""
    (folder / "cases.jsonl").write_text(json.dumps(ROWS[8]) + "\n")
    check(suite(folder, "good", "bad"))
    found = rank_runs(folder, ["last"])
    assert set(found.leaders) == {"of-good (good)", "of-bad (bad)"}
    assert found.standings[0].low is None


def test_a_case_that_was_asked_again_counts_once(folder: Path) -> None:
    """Repeats of a case are one case with their mean."""
    check(suite(folder, "good", "bad", repeat=3))
    found = rank_runs(folder, ["last"])
    assert (found.cases, found.duels[0].won) == (12, 9)


def test_a_metric_of_ones_own_has_its_direction(folder: Path) -> None:
    """Fewer words are no better by themselves; the values of a check are taken by case."""
    check(suite(folder, "good", "bad", checks="contains, length <= 400"))
    found = rank_runs(folder, ["last"], "checks.length.mean")
    assert found.standings[0].system == "of-good (good)"
    assert found.standings[0].mean.value > found.standings[1].mean.value


@pytest.mark.parametrize(
    ("by", "why"),
    [
        ("latency.p95", "has no value for a single case"),
        ("checks.contains.corpus", "has no value for a single case"),
        ("checks.nowhere.mean", "no case for which all of"),
        ("pass_rat", "did you mean"),
        ("", "is no metric"),
    ],
)
def test_what_cannot_be_ranked_by(folder: Path, by: str, why: str) -> None:
    """Metrics of the whole Batch, checks that nobody ran, and names that there are not."""
    check(suite(folder, "good", "bad"))
    with pytest.raises(Mistake, match=why):
        rank_runs(folder, ["last"], by)


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["last"], "has one suite only"),
        (["last", "last"], "is named twice"),
        (["zzz"], "zzz"),
        (["last", "zzz"], "zzz"),
    ],
)
def test_runs_that_cannot_be_ranked(folder: Path, names: list[str], why: str) -> None:
    """One suite alone, the same run twice, a run that is not there."""
    check(suite(folder, "good"))
    with pytest.raises(Mistake, match=why):
        rank_runs(folder, names)


def test_more_systems_than_can_be_compared(folder: Path) -> None:
    """A table of two hundred duels is no answer."""
    names = [f"t{i}" for i in range(MOST_SYSTEMS + 1)]
    for name in names:
        answers(folder / f"{name}.jsonl", 6)
    check(suite(folder, *names))
    with pytest.raises(Mistake, match=f"2 to {MOST_SYSTEMS} systems, there are {MOST_SYSTEMS + 1}"):
        rank_runs(folder, ["last"])


def test_cases_that_nobody_could_judge_are_left_out(folder: Path) -> None:
    """A system without an answer to a case has no value for it."""
    rows = [{"id": f"c{i}", "answer": "yes"} for i in range(5)]
    (folder / "gaps.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    check(suite(folder, "good", "gaps"))
    found = rank_runs(folder, ["last"])
    assert (found.cases, found.left_out) == (5, 7)
