import json
from pathlib import Path

import msgspec
import pytest
from made_batches import RUN, add, column, passes, rate

from seatrial.core.batch import Batch
from seatrial.metrics.baseline import Baseline
from seatrial.metrics.case_changes import MOST_LISTED
from seatrial.metrics.compare import Comparison, compare

GSM8K = Path(__file__).resolve().parents[3] / "shared/corpora/gsm8k/example_model_solutions.jsonl"


def ids(found):
    return [each.case for each in found.cases]


BEFORE = {"stays": "p", "breaks": "p", "mends": "f", "fails": "f", "gone": "p", "flaky": "ppf", "mute": "n"}
NOW = {"stays": "p", "breaks": "f", "mends": "p", "fails": "f", "new": "p", "flaky": "ppp", "mute": "p"}


def test_cases_are_sorted_by_what_happened_to_them():
    """New failures, fixed, still failing, flaky in either, only in one."""
    found = compare(passes(NOW), passes(BEFORE))
    assert (ids(found.new_failures), ids(found.fixed), ids(found.still_failing)) == (["breaks"], ["mends"], ["fails"])
    assert (ids(found.flaky), ids(found.only_before), ids(found.only_now)) == (["flaky"], ["gone"], ["new"])
    assert (found.cases, found.worse, found.better, found.p) == (5, 1, 1, 1.0)


@pytest.mark.parametrize(("word", "fails"), [("ppf", False), ("pff", True), ("pf", True), ("pnx", False)])
def test_a_case_passes_if_more_than_half_of_its_judged_attempts_do(word, fails):
    """A tie is no pass, and what was not judged has no vote."""
    found = compare(passes({"a": word}), passes({"a": "p"}))
    assert bool(found.new_failures.count) is fails


def test_a_change_knows_its_passes_in_both_runs():
    """A reader sees 2 of 3 before and 1 of 3 now, with the suite apart."""
    found = compare(passes({"a/b": "pff"}, suite="s"), passes({"a/b": "ppf"}, suite="s"))
    change = found.new_failures.cases[0]
    assert (change.suite, change.case) == ("s", "a/b")
    assert (change.before_passed, change.before_judged, change.now_passed, change.now_judged) == (2, 3, 1, 3)


def test_a_baseline_compares_like_the_run_that_it_came_from():
    """A file in git is as good as the run itself, and it knows the run's id."""
    now, before = passes(NOW), passes(BEFORE)
    direct, filed = compare(now, before, before_name=RUN.id), compare(now, Baseline.of(RUN, before))
    assert filed == direct


@pytest.mark.parametrize(("worse", "significance"), [(5, "no change shown"), (6, "worse")])
def test_a_change_is_significant_when_an_exact_test_says_so_too(worse, significance):
    """Six cases that all got worse are the fewest that McNemar's test calls more than chance."""
    found = compare(rate(100 - worse, 100), rate(100, 100))
    assert found.significance == significance
    assert found.is_worse is (found.p < 0.05)


def test_better_is_not_worse():
    """The direction counts, also where lower is better."""
    assert compare(rate(100, 100), rate(80, 100)).significance == "better"
    found = compare(passes(["x"] * 40 + ["p"] * 60), rate(100, 100))
    change = next(each for each in found.changes if each.name == "failures.rate")
    assert change.significance == "worse"


def test_latency_and_cost_are_compared_where_both_have_them():
    """The pass rate comes first; what one run did not measure is left out."""
    now = column("latency", [2.0], [3.0], [4.0])
    before = column("latency", [1.0], [1.9], [3.1])
    changes = compare(now, before).changes
    assert [each.name for each in changes] == ["pass_rate", "failures.rate", "latency.mean"]
    assert changes[2].difference.value == pytest.approx(1.0)
    assert changes[2].difference.unit == "s"


def test_costs_in_two_currencies_are_not_compared_but_noted():
    """The note names both."""
    now, before = column("cost", [1.0], currency="USD"), column("cost", [1.0], currency="EUR")
    found = compare(now, before)
    assert "cost.mean" not in [each.name for each in found.changes]
    assert any("EUR" in note and "USD" in note for note in found.notes)


@pytest.mark.parametrize(("repeats", "noted"), [(1, "One attempt"), (3, "3 repeats"), (4, None)])
def test_few_repeats_cannot_show_one_cases_regression(repeats, noted):
    """Three against three give at best p .1; four give .029."""
    found = compare(passes(["p" * repeats] * 5), passes(["p" * repeats] * 5))
    assert any(noted in note for note in found.notes) if noted else not found.notes


def test_nothing_in_common_is_said():
    """There is no difference, and no error either."""
    found = compare(passes({"a": "p"}), passes({"b": "p"}))
    assert found.changes == ()
    assert "nothing can be compared" in found.summary
    assert "no case in common" in found.notes[-1]
    assert compare(Batch(), Batch()).cases == 0


def test_long_lists_are_cut_but_counted():
    """A report of a hundred thousand broken cases stays small."""
    found = compare(rate(0, MOST_LISTED + 5), rate(MOST_LISTED + 5, MOST_LISTED + 5))
    assert (found.new_failures.count, len(found.new_failures.cases)) == (MOST_LISTED + 5, MOST_LISTED)


def test_a_comparison_is_a_document():
    """It is written as JSON and read back."""
    found = compare(passes(NOW), passes(BEFORE), now_name="now", before_name="before")
    assert msgspec.json.decode(msgspec.json.encode(found), type=Comparison) == found


def solutions(system):
    batch = Batch()
    for number, line in enumerate(GSM8K.read_text(encoding="utf-8").splitlines()):
        add(batch, str(number), "p" if json.loads(line)[system]["is_correct"] else "f", {"suite": "maths"})
    return batch


@pytest.mark.skipif(not GSM8K.exists(), reason="the corpus gsm8k is not beside the repository")
@pytest.mark.parametrize(
    ("system", "worse", "better", "difference", "se", "p"),
    [
        ("175b_verification", 76, 360, 0.215315, 0.014684, 2.9e-45),
        ("6b_verification", 152, 209, 0.043215, 0.014361, 0.003151),
    ],
)
def test_published_systems_differ_as_published(system, worse, better, difference, se, p):
    """REFERENCE's paired figures of four systems on 1,319 problems (openai/grade-school-math)."""
    found = compare(solutions(system), solutions("175b_finetuning"))
    assert (found.cases, found.worse, found.better, found.significance) == (1319, worse, better, "better")
    assert found.p == pytest.approx(p, rel=0.02)
    assert found.changes[0].difference.value == pytest.approx(difference, abs=1e-6)
    assert found.changes[0].se == pytest.approx(se, abs=1e-6)
