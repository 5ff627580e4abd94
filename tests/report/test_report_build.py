"""The document of a run."""

import pytest
from made_report import attempt, attempts, batch, cases, info, make_report, verdict

from seatrial.core.batch import Batch
from seatrial.core.interaction import Failure, FailureKind
from seatrial.core.run import Attempt
from seatrial.core.score import Score
from seatrial.report.build import Circumstances, build_report
from seatrial.report.cases import MOST, Folded
from seatrial.report.model import Counts, Report

RIGHT, WRONG = Score("contains", True, 1.0), Score("contains", False, 0.0, "no 21:40 in it")


@pytest.fixture(scope="module")
def report() -> Report:
    """The made-up report."""
    return make_report()


def of(*made: Attempt) -> Report:
    """A report of these attempts alone."""
    rows = Batch.of((each.dialogue, each.scores) for each in made)
    return build_report(info(), verdict(), rows, made)


def test_counts_add_up(report: Report) -> None:
    """Asked is answered and failed together, answered is judged and not judged together."""
    counts = report.counts
    assert counts.asked == 240 == counts.answered + counts.failed
    assert counts.answered == counts.judged + counts.not_judged
    assert 0 < counts.passed < counts.judged
    assert (counts.asked_again, counts.resumed) == (3, 112)


def test_every_suite_has_its_section(report: Report) -> None:
    """Suites stand in the order of the run, each with its own counts, Readings and distributions."""
    assert [suite.name for suite in report.suites] == ["behaviour", "safety"]
    assert [suite.counts.asked for suite in report.suites] == [160, 80]
    assert report.suites[0].headline[0].name == "pass_rate"
    assert {each.name for each in report.suites[0].distributions} == {"latency", "first_token", "score"}


def test_the_worst_slice_comes_first(report: Report) -> None:
    """The slice with the planted fault leads, with an adjusted p-value and the number of comparisons."""
    worst = report.slices.worst[0]
    assert ("language", "es") in worst.slice
    assert worst.p is not None
    assert report.slices.compared >= len(report.slices.worst)
    assert (("language", "fr"),) in [reading.slice for reading in report.slices.table]


def test_failures_are_counted_by_kind() -> None:
    """Kinds of failure stand with their number, the most frequent first, and the first one's sentence."""
    late = Failure(FailureKind.TIMEOUT, "no answer within 30 s")
    lost = Failure(FailureKind.CONNECTION_LOST, "the connection was lost")
    report = of(attempt("", failure=lost), attempt("", failure=late, case="b"), attempt("", failure=late, case="c"))
    assert [(each.kind, each.count) for each in report.failures] == [("timeout", 2), ("connection_lost", 1)]
    assert (report.failures[0].example, report.failures[0].case) == ("no answer within 30 s", "b")


def test_checks_are_counted_with_an_example() -> None:
    """Each check has its passes, failures and silences; the example is that of the first failure."""
    silent = Score.not_judged("contains", "nothing was expected")
    check = of(attempt("a", silent), attempt("b", RIGHT), attempt("c", WRONG)).checks[0]
    assert (check.name, check.passed, check.failed, check.not_judged) == ("contains", 1, 1, 1)
    assert check.example == "no 21:40 in it"


def test_cases_are_folded_over_repeats() -> None:
    """A case that passed and failed is failed and flaky; its reason is that of the first attempt that did not pass."""
    line = of(attempt("a", RIGHT), attempt("b", WRONG, repeat=1), attempt("c", RIGHT, repeat=2)).cases.shown[0]
    assert (line.suite, line.case, line.passed, line.failed) == ("behaviour", "c", 2, 1)
    assert (line.ending, line.flaky, line.why) == ("failed", True, "contains: no 21:40 in it")
    assert line.seconds == pytest.approx(1.5)


def test_origins_come_from_the_cases(report: Report) -> None:
    """Every attempt and every case says where it stands."""
    assert all(each.origin for each in report.attempts.shown)
    assert report.cases.shown[1].origin == "cases/es.jsonl:3"


def test_a_run_without_its_cases_still_has_a_report() -> None:
    """Without the suite file origins are empty and everything else is there."""
    report = build_report(info(), verdict(), batch(), attempts())
    assert report.attempts.shown[0].origin == ""
    assert len(report.attempts.shown) == 240


def test_a_run_without_an_answer_has_a_report() -> None:
    """A run in which nothing was asked has a report with empty sections."""
    report = build_report(info(), verdict(), Batch(), [], cases())
    assert report.counts == Counts()
    assert report.cases.shown == report.attempts.shown == ()


def test_an_interrupted_run_says_how_far_it_came() -> None:
    """State, planned attempts, notes and warnings are taken over."""
    circumstances = Circumstances(state="interrupted", planned=500, warnings=("the disk is full",))
    report = make_report(circumstances=circumstances)
    assert (report.state, report.counts.planned, report.warnings) == ("interrupted", 500, ("the disk is full",))


def many(passed: int, failed: int) -> Batch:
    """A Batch of many cases, asked once each."""
    rows = Batch()
    for number in range(passed + failed):
        cells = {"passed": float(number < passed), "failed": 0.0}
        rows.add_row(f"c{number}", cells, {"suite": "s"})
    return rows


def test_too_many_cases_are_bounded_passed_ones_first() -> None:
    """Of 12,000 cases 10,000 are listed, all that failed among them."""
    found = Folded(many(11_990, 10)).listed({}, {})
    assert len(found.shown) == MOST
    assert sum(line.ending == "failed" for line in found.shown) == 10
    assert (found.not_passed_left_out, found.passed_left_out) == (0, 2_000)


def test_too_many_failing_cases_are_bounded() -> None:
    """Of 10,500 failing cases 10,000 are listed and no other."""
    found = Folded(many(5, 10_500)).listed({}, {})
    assert (len(found.shown), found.not_passed_left_out, found.passed_left_out) == (MOST, 500, 5)


def test_case_names_lose_the_suite_in_front() -> None:
    """A Batch's `suite/case` is a suite and a case in the report, whatever slashes are in the case's name."""
    rows = Batch()
    rows.add_row("a/b/c", {"passed": 1.0}, {"suite": "a"})
    rows.add_row("a/b", {"passed": 1.0}, {})
    assert [(line.suite, line.case) for line in Folded(rows).listed({}, {}).shown] == [("a", "a/b/c"), ("", "a/b")]
