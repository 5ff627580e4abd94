"""Runs read back from the store."""

from pathlib import Path

import pytest
from app_support import put, put_rows, recorded, refused

from seatrial.app.front import check
from seatrial.app.runs import bless, compare_runs, list_runs, read_run, show
from seatrial.core.verdict import Readiness
from seatrial.metrics.baseline import Baseline

CORPUS = Path(__file__).resolve().parents[3] / "shared/corpora/gsm8k/example_model_solutions.jsonl"


def test_show_gives_the_same_report(tmp_path: Path) -> None:
    """A run that is shown again has the verdict, the counts and the attempts that it had."""
    first = check(recorded(tmp_path, 30, 4))
    again = show(tmp_path, "last")
    assert again.verdict == first.verdict
    assert again.report.counts == first.report.counts
    assert again.report.attempts == first.report.attempts


def test_show_works_without_the_suite_file(tmp_path: Path) -> None:
    """When the suite file is gone the journal still says all that was measured."""
    path = recorded(tmp_path, 30, 4)
    first = check(path)
    path.unlink()
    again = show(tmp_path, first.report.run.id[-6:])
    assert again.readiness is first.readiness
    assert "The suite file cannot be read any more" in again.report.notes[0]


def test_damaged_journals_are_shown_with_a_warning(tmp_path: Path) -> None:
    """A line that is no entry is left out and named."""
    journal = check(recorded(tmp_path, 30)).journal
    assert journal is not None
    with journal.open("ab") as file:
        file.write(b'{"entry": "nonsense"}\n')
    warnings = show(tmp_path, "last").report.warnings
    assert "1 lines of the journal could not be read" in warnings[0]


def test_a_killed_run_is_shown_as_no_evidence(tmp_path: Path) -> None:
    """A journal without an end is not enough evidence, however good it looks."""
    journal = check(recorded(tmp_path, 60)).journal
    assert journal is not None
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(line for line in lines if b'"ended"' not in line and b'"concluded"' not in line))
    again = show(tmp_path, "last")
    assert again.readiness is Readiness.UNDECIDED
    assert again.verdict.reasons == ("the run did not come to its end",)
    assert "did not come to its end" in refused(bless, tmp_path, "last")


def test_unknown_runs_are_refused(tmp_path: Path) -> None:
    """Where there is no run, or none of that name, the sentence says what to do."""
    assert "there is no run yet; `seatrial check` makes one" in refused(list_runs, tmp_path)
    check(recorded(tmp_path, 1))
    assert "there is no run `zzz`" in refused(read_run, tmp_path, "zzz")


def test_runs_are_compared_by_case(tmp_path: Path) -> None:
    """Two runs of one suite are paired case by case, and a clear loss is one."""
    path = recorded(tmp_path, 60)
    before = check(path).report.run.id
    put_rows(tmp_path, [{"id": f"c{i}", "answer": "yes" if i < 20 else "no"} for i in range(60)], "answers.jsonl")
    check(path)
    found = compare_runs(tmp_path, "last", before)
    assert (found.cases, found.worse, found.better, found.is_worse) == (60, 40, 0, True)


def test_runs_are_compared_with_a_blessed_file(tmp_path: Path) -> None:
    """A baseline file stands for the run that it was made of, wherever it lies."""
    check(recorded(tmp_path, 10, 2))
    path, info = bless(tmp_path, "last", tmp_path / "blessed.json")
    assert Baseline.decode(path.read_bytes(), path).run == info.id
    found = compare_runs(tmp_path, "last", str(path))
    assert (found.cases, found.worse, found.better) == (12, 0, 0)
    assert found.before == info.id


TWO = """
targets:
  a: {recorded: solutions.jsonl, answer: 175b_finetuning.solution}
  b: {recorded: solutions.jsonl, answer: 175b_verification.solution}
suites:
  finetuned:
    target: a
    cases: &problems
      - {from: solutions.jsonl, ask: question, expect: {field: ground_truth, regex: 'A: ([-\\d,.]+)'}}
    checks: [number]
  verified: {target: b, cases: *problems, checks: [number]}
gates: [pass_rate >= 1%]
"""


@pytest.mark.skipif(not CORPUS.exists(), reason="the public data of gsm8k is not beside the repository")
def test_published_systems_are_compared_as_published(tmp_path: Path) -> None:
    """Suites of two systems on the same problems are paired: 76 lost, 360 won, difference .215315."""
    (tmp_path / "solutions.jsonl").symlink_to(CORPUS)
    path = put(tmp_path, TWO)
    before = check(path, only="finetuned")
    after = check(path, only=["verified"])
    assert [each.report.counts.passed for each in (before, after)] == [458, 742]
    found = compare_runs(tmp_path, after.report.run.id, before.report.run.id)
    assert (found.worse, found.better) == (76, 360)
    assert found.changes[0].difference.value == pytest.approx(0.215315, abs=1e-6)
    assert found.changes[0].se == pytest.approx(0.014684, abs=1e-6)
