import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_batches import RUN, add, column, passes, rate

from seatrial.core.batch import Batch
from seatrial.metrics.baseline import Baseline
from seatrial.metrics.case_changes import tallies
from seatrial.metrics.compare import COMPARED, compare

RUNS = st.dictionaries(st.sampled_from("abcdefgh"), st.text("pppfnx", min_size=1, max_size=4))
KINDS = ("new_failures", "fixed", "still_failing", "flaky", "only_before", "only_now")


def names(found, kind):
    return {each.case for each in getattr(found, kind).cases}


def change(found, name):
    return next((each for each in found.changes if each.name == name), None)


@given(RUNS)
def test_a_run_is_no_change_from_itself(words):
    """Nothing is new, fixed or missing, and no difference is shown."""
    found = compare(passes(words), passes(words))
    assert [names(found, kind) for kind in ("new_failures", "fixed", "only_before", "only_now")] == [set()] * 4
    assert (found.worse, found.better, found.p, found.significance) == (0, 0, 1.0, "no change shown")
    assert all(each.difference.value == 0 for each in found.changes)


MIRROR = {"new_failures": "fixed", "fixed": "new_failures", "only_before": "only_now", "only_now": "only_before"}


@given(RUNS, RUNS)
def test_the_other_way_round_all_is_mirrored(now, before):
    """What was new is fixed, worse is better, and differences change their sign."""
    there, back = compare(passes(now), passes(before)), compare(passes(before), passes(now))
    for kind in KINDS:
        assert names(there, kind) == names(back, MIRROR.get(kind, kind))
    assert (there.worse, there.better, there.cases, there.p) == (back.better, back.worse, back.cases, back.p)
    assert {there.significance, back.significance} in ({"worse", "better"}, {"no change shown"})
    for each in there.changes:
        assert each.difference.value == pytest.approx(-change(back, each.name).difference.value)
        assert (each.before, each.now) == (change(back, each.name).now, change(back, each.name).before)


@given(RUNS, RUNS)
def test_every_case_is_accounted_for(now, before):
    """Kinds do not overlap where they must not, and the counts are those of the lists."""
    found = compare(passes(now), passes(before))
    assert names(found, "only_now") == now.keys() - before.keys()
    assert names(found, "only_before") == before.keys() - now.keys()
    ends = [names(found, kind) for kind in ("new_failures", "fixed", "still_failing")]
    assert len(set().union(*ends)) == sum(map(len, ends)) <= found.cases
    assert (found.worse, found.better) == (len(ends[0]), len(ends[1]))
    assert all(getattr(found, kind).count == len(names(found, kind)) for kind in KINDS)
    assert names(found, "flaky") == {
        case
        for case in now.keys() & before.keys()
        if any({"p", "f"} <= set(run.get(case, "")) for run in (now, before))
    }


@settings(max_examples=60)
@given(RUNS, RUNS)
def test_a_baseline_knows_all_that_a_comparison_needs(now, before):
    """Held against the file or against the run itself, the same comes out."""
    filed = Baseline.decode(Baseline.of(RUN, passes(before)).encode(), "baseline.json")
    direct, by_file = compare(passes(now), passes(before), before_name=RUN.id), compare(passes(now), filed)
    for kind in KINDS:
        assert names(direct, kind) == names(by_file, kind)
    assert (direct.significance, direct.p, direct.notes) == (by_file.significance, by_file.p, by_file.notes)
    assert change(direct, "pass_rate") == change(by_file, "pass_rate")


@given(RUNS)
def test_tallies_count_what_was_judged(words):
    """Passes of judged attempts for each case; failures and silence have no vote."""
    found = tallies(passes(words, suite="s"))
    for case, word in words.items():
        tally = found[f"s/{case}"]
        assert (tally.suite, tally.case) == ("s", case)
        assert (tally.passed, tally.judged) == (word.count("p"), word.count("p") + word.count("f"))
        assert tally.is_flaky is ({"p", "f"} <= set(word))


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ("ppf", "ppf", "flaky"),
        ("ppp", "pff", "new_failures"),
        ("pff", "ppp", "fixed"),
        ("pf", "f", "still_failing"),
        ("f", "pf", "still_failing"),
        ("p", "n", None),
        ("x", "p", None),
    ],
)
def test_repeats_are_folded_by_majority(before, now, kind):
    """A tie is no pass; a case that one of the runs could not judge is of no kind."""
    found = compare(passes({"a": now}), passes({"a": before}))
    own = {each for each in ("new_failures", "fixed", "still_failing") if names(found, each)}
    assert own == ({kind} & {"new_failures", "fixed", "still_failing"})
    assert found.cases == (kind is not None)


def test_cases_of_one_name_in_two_suites_are_two():
    """One suite's case broke, the other's did not."""
    before, now = (passes({"a": word}, passes({"a": "p"}, suite="good"), suite="bad") for word in ("p", "f"))
    found = compare(now, before)
    assert [(each.suite, each.case) for each in found.new_failures.cases] == [("bad", "a")]


def test_metrics_are_compared_in_a_fixed_order():
    """All that both runs measured, the pass rate first."""
    batch = Batch()
    batch.currency = "USD"
    for number in range(3):
        add(batch, str(number), "p", {}, score=1.0, latency=1.0, first_token=0.2, cost=0.1)
    found = compare(batch, batch, now_name="b", before_name="a")
    assert tuple(each.name for each in found.changes) == COMPARED
    assert (found.before, found.now) == ("a", "b")


def test_lower_latency_is_better():
    """A metric's direction says what its sign means."""
    slow, fast = column("latency", *[[2.0], [2.1]] * 9), column("latency", *[[1.0], [1.1]] * 9)
    assert change(compare(fast, slow), "latency.mean").significance == "better"
    assert change(compare(slow, fast), "latency.mean").significance == "worse"
    assert change(compare(slow, slow), "latency.mean").significance == "no change shown"


def test_one_case_in_common_has_no_error():
    """A difference of one pair has no spread, so no standard error and no significance."""
    found = compare(rate(0, 1), rate(1, 1))
    assert change(found, "pass_rate").se is None
    assert found.significance == "no change shown"
    assert found.summary.startswith("No change of the pass rate is shown: -100 %")


@pytest.mark.parametrize(("now", "verdict"), [(80, "lower"), (100, "higher"), (91, "No change")])
def test_the_summary_is_a_sentence_with_its_numbers(now, verdict):
    """The verdict in words, the difference with its interval, the counts of cases and the exact p-value."""
    found = compare(rate(now, 100), rate(90, 100))
    assert verdict in found.summary
    assert f"over 100 cases; {found.worse} got worse and {found.better} better" in found.summary
    assert found.summary.endswith(f"(McNemar's exact test p = {found.p:.2g}).")


def test_notes_are_of_what_both_runs_have():
    """A run of many repeats against a run of one shows as little as the one."""
    found = compare(passes(["pppp"] * 9), passes(["p"] * 9))
    assert [note.partition(" of a case")[0] for note in found.notes] == ["One attempt"]
