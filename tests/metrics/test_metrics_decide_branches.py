import re

import pytest
from made_batches import RUN, add, column, judge, passes, rate

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.gate import Gate, parse_gate
from seatrial.core.reading import Reading
from seatrial.core.verdict import Outcome
from seatrial.metrics.baseline import Baseline
from seatrial.metrics.decide import decide, judge_gates
from seatrial.metrics.more_cases import MOST, more_cases
from seatrial.metrics.naming import resolve
from seatrial.metrics.table import find_metric
from seatrial.metrics.units import check_unit

MET, MISSED, UNDECIDED = Outcome.MET, Outcome.MISSED, Outcome.UNDECIDED


class Told:
    """A metric that says what it is told to."""

    name, unit, direction = "told", "", "up"

    def __init__(self, *ends, **facts):
        self.reading = Reading("told", *ends, **{"n": 9, "asked": 9, "clusters": 9, **facts})

    def measure(self, batch, confidence=0.95):
        return self.reading


def held(line, *ends, **facts):
    """The gate held to a metric that says so; `low`, `value` and `high` in this order."""
    low, value, high = ends
    return decide(parse_gate(line), Told(value, low, high, **facts), rate(1, 1))


@pytest.mark.parametrize(
    ("op", "left", "touching_left", "across", "touching_right", "right"),
    [
        (">=", MISSED, UNDECIDED, UNDECIDED, MET, MET),
        (">", MISSED, MISSED, UNDECIDED, UNDECIDED, MET),
        ("<=", MET, MET, UNDECIDED, UNDECIDED, MISSED),
        ("<", MET, UNDECIDED, UNDECIDED, MISSED, MISSED),
        ("==", MISSED, UNDECIDED, UNDECIDED, UNDECIDED, MISSED),
    ],
)
def test_every_operator_in_every_place(op, left, touching_left, across, touching_right, right):
    """The interval lies left of the limit, ends on it, goes over it, begins on it or lies right of it."""
    places = [(3, 4), (4, 5), (4, 6), (5, 6), (6, 7)]
    found = [held(f"told {op} 5", low, (low + high) / 2, high).outcome for low, high in places]
    assert found == [left, touching_left, across, touching_right, right]


@pytest.mark.parametrize(
    ("op", "low", "high", "outcome"),
    [
        (">=", 6, None, MET),
        (">=", None, 6, UNDECIDED),
        (">=", None, 4, MISSED),
        (">=", 4, None, UNDECIDED),
        ("<=", None, 4, MET),
        ("<=", 4, None, UNDECIDED),
        ("<=", 6, None, MISSED),
        ("==", None, 4, MISSED),
        ("==", 5, None, UNDECIDED),
    ],
)
def test_an_open_interval_goes_on_for_ever(op, low, high, outcome):
    """A missing end is no end on the limit."""
    value = low + 1 if low is not None else high - 1
    assert held(f"told {op} 5", low, value, high).outcome is outcome


def test_an_interval_of_one_point_is_that_value():
    """It is equal, and it is at least and at most, but neither above nor below."""
    outcomes = {op: held(f"told {op} 5", 5, 5, 5).outcome for op in (">=", "<=", "==", ">", "<")}
    assert outcomes == {">=": MET, "<=": MET, "==": MET, ">": MISSED, "<": MISSED}


@pytest.mark.parametrize(
    ("line", "ends", "says"),
    [
        ("told >= 5", (2, 3, 4), "told is 3 (2 to 4, n 9), the limit is 5: the whole interval is below it"),
        ("told <= 5", (6, 7, 8), "told is 7 (6 to 8, n 9), the limit is 5: the whole interval is above it"),
        ("told == 5", (6, 7, 8), "told is 7 (6 to 8, n 9), the limit is 5"),
        ("told >= 5", (6, 7, 8), "told is 7 (6 to 8, n 9), the limit is 5"),
        ("told >= 5", (4, 6, 8), "told is 6 (4 to 8, n 9), the limit is 5: about 27 more cases would decide"),
        ("told == 5", (4, 6, 8), "told is 6 (4 to 8, n 9), the limit is 5: an interval is never one value, so write"),
        ("told >= 5", (4, 5, 8), "the value stands on the limit, and no number of cases would decide while it does"),
        ("told >= 5", (None, 6, None), "told is 6 (n 9), the limit is 5: no number of cases that could be asked"),
        ("told >= 5", (0, 5.001, 9), "no number of cases that could be asked would decide"),
        ("told >= 5", (4.9, 5.1, 8), "told is 5.1 (4.9 to 8, n 9), the limit is 5: about 27 more cases would decide"),
        ("told >= 5", (4.99, 5.2, 8), "about 1 more case would decide"),
        ("told where a = b >= 5", None, "is no gate"),
    ],
)
def test_why_is_the_sentence_for_its_branch(line, ends, says):
    """Value, interval, limit and, where it is open, what would decide."""
    if ends is None:
        with pytest.raises(Mistake, match=says):
            parse_gate(line)
    else:
        assert says in held(line, *ends).why


def test_a_single_case_says_that_it_has_no_interval():
    """However often it was asked."""
    assert held("told >= 5", None, 6, None, clusters=1).why.endswith("one case has no interval")


def test_what_was_not_measured_says_why():
    """The metric's own note, or that nothing was measured."""
    assert held("told >= 5", None, None, None).why == "told: nothing was measured"
    assert held("told >= 5", None, None, None, note="the moon was new").why == "told: the moon was new"


@pytest.mark.parametrize(("not_judged", "outcome"), [(0, MET), (5, MET), (6, UNDECIDED), (100, UNDECIDED)])
def test_more_than_one_in_twenty_not_judged_blocks(not_judged, outcome):
    """Exactly five of a hundred does not; the sentence has both numbers."""
    result = held("told >= 5", 6, 7, 8, asked=100, not_judged=not_judged)
    assert result.outcome is outcome
    assert (f"{not_judged} of 100 asked" in result.why) is (outcome is UNDECIDED)


def test_not_judged_blocks_a_decision_by_value_too():
    """Judging by the point is no way around missing evidence."""
    batch = passes(["p"] * 9 + ["n"])
    assert judge("pass_rate >= 50%", batch, by_point=True).outcome is UNDECIDED
    assert judge("pass_rate >= 50%", batch, by_point=True, not_judged_limit=0.1).outcome is MET


@pytest.mark.parametrize("name", ["pass@1", "pass^1", "score.mean", "pass_rate"])
def test_every_metric_of_judged_answers_is_blocked_by_silence(name):
    """Ten cases that pass do not speak for ninety that no check could judge."""
    batch = Batch()
    for number in range(100):
        cells = {"score": 1.0} if number < 10 else {}
        add(batch, f"c{number}", "p" if number < 10 else "n", {}, **cells)
    result = judge(f"{name} >= 50%", batch)
    assert result.outcome is UNDECIDED
    assert "90 of 100 asked (90.0 %) could not be judged" in result.why


def test_a_case_with_enough_judged_repeats_is_not_missing():
    """One silent repeat of three leaves two: pass@2 stands, pass@3 lacks that case."""
    batch = passes(["ppn", "ppp", "ppp", "xpp"])
    two, three = (judge(f"pass@{k} >= 10%", batch).readings[0] for k in (2, 3))
    assert (two.n, two.asked, two.not_judged) == (4, 4, 0)
    assert (three.n, three.asked, three.not_judged) == (2, 4, 1)


@pytest.mark.parametrize(("percent", "outcome"), [(50, MET), (70, MISSED)])
def test_every_slice_by_value_says_so(percent, outcome):
    """Met or missed, the sentence does not claim an interval that was not looked at."""
    batch = passes({f"e{i}": "p" for i in range(10)}, language="en")
    passes({f"s{i}": "p" if i < 6 else "f" for i in range(10)}, batch, language="es")
    result = judge(f"pass_rate >= {percent}% in every language", batch, by_point=True)
    assert result.outcome is outcome
    assert "language=es with 60.0 % (" in result.why
    assert "judged by the value alone" in result.why
    assert "widened" not in result.why


def test_exact_values_of_slices_are_held_by_value():
    """The longest answer of each language is a fact, and no interval was widened."""
    batch = Batch()
    for language, seconds in (("en", 1.0), ("es", 3.0), ("de", 4.0)):
        add(batch, language, "p", {"language": language}, latency=seconds)
    result = judge("latency.max <= 2s in every language", batch)
    assert result.outcome is MISSED
    assert [each.slice[0][1] for each in result.readings] == ["de", "es", "en"]
    assert "it is missed by language=es, too" in result.why
    assert "widened" not in result.why


@pytest.mark.parametrize("tag", ["self", "tags", "batch", "suite", "in", "1"])
def test_a_tag_may_have_any_name(tag):
    """Words of the language that this is written in are names like others."""
    batch = rate(80, 80)
    add(batch, "tagged", "p", {tag: "x"})
    assert judge(f"pass_rate >= 1% where {tag} = x", batch).readings[0].n == 1
    assert judge(f"pass_rate >= 1% in every {tag}", batch).readings[0].slice == ((tag, "x"),)


def test_a_gate_of_a_suite_and_a_slice_takes_both():
    """The rows of the suite that carry the tag, and the name says which."""
    batch = passes({f"a{i}": "p" for i in range(80)}, suite="one", language="en")
    passes({f"b{i}": "f" for i in range(80)}, batch, suite="two", language="en")
    passes({f"c{i}": "f" for i in range(80)}, batch, suite="one", language="es")
    result = judge("one.pass_rate >= 90% where language = en", batch)
    assert (result.outcome, result.readings[0].n) == (MET, 80)
    assert result.why.startswith("one.pass_rate of language=en is 100 % ")


def test_a_regression_of_a_slice_by_value_needs_no_interval():
    """One point of a hundred lost in Spanish is more than nothing."""
    before = passes({f"s{i}": "p" for i in range(100)})
    now = passes({f"s{i}": "f" if i == 7 else "p" for i in range(100)}, language="es")
    line = "regression(pass_rate) >= 0% where language = es"
    assert judge(line, now, before).outcome is UNDECIDED
    result = judge(line, now, before, by_point=True)
    assert result.outcome is MISSED
    assert result.why.startswith("regression(pass_rate) of language=es is -1.0 % ")


def test_a_baseline_without_the_metric_decides_nothing():
    """A run whose answers came from a cache blessed no latency."""
    result = judge("regression(latency.p95) <= 1s", column("latency", *[[1.0]] * 80), rate(80, 80))
    assert (result.outcome, result.readings[0].value) == (UNDECIDED, None)
    assert "the baseline holds no latency.p95" in result.why
    paired = judge("regression(latency.mean) <= 1s", column("latency", *[[1.0]] * 80), rate(80, 80))
    assert "no case of this run has a value in the baseline" in paired.why


def test_nothing_measured_now_is_said_before_anything_of_the_baseline():
    """A run in which all failed has no pass rate to compare."""
    result = judge("regression(pass_rate) >= -2%", passes(["x", "x"]), rate(2, 2))
    assert result.why == "regression(pass_rate): nothing was answered: all 2 failed"


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        ("regression(pass_rate) >= -100%", True),
        ("regression(pass_rate) >= -101%", False),
        ("pass_rate >= 0.95", True),
        ("pass_rate >= 1 cases", False),
        ("waited.max <= 0", True),
        ("waited.max <= 0 tokens", False),
        ("waited.max <= 1", False),
        ("cost.total <= 5", True),
        ("cost.total <= 5%", False),
        ("tokens.input.mean <= 5 turns", False),
        ("tokens.input.mean <= 5", True),
        ("turns.mean <= 5 turns", True),
        ("score.mean >= 80%", True),
        ("score.mean >= 1 USD", False),
        ("checks.speed.mean <= 300ms", True),
        ("checks.words.mean <= 300 tokens", True),
        ("checks.words.mean <= 3 turns", False),
        ("checks.speed.pass_rate >= 3s", False),
    ],
)
def test_a_limit_fits_its_metric_or_is_a_mistake(line, fits):
    """Units are compared before anything is asked."""
    gate = parse_gate(line)
    if fits:
        check_unit(gate, find_metric(gate.metric))
    else:
        with pytest.raises(Mistake, match=re.escape(gate.text)):
            check_unit(gate, find_metric(gate.metric))


def test_the_advice_for_a_rate_is_itself_a_rate():
    """Minus five was not meant as minus five per cent, and 950 not as 950 %."""
    for line, hint in (("pass_rate >= -5", "within 0%"), ("pass_rate >= 950", "within 0%"), ("pass_rate >= 5", "5%?")):
        with pytest.raises(Mistake, match=re.escape(hint)):
            check_unit(parse_gate(line), find_metric("pass_rate"))
    with pytest.raises(Mistake, match=re.escape("did you mean -5%?")):
        check_unit(parse_gate("regression(pass_rate) >= -5"), find_metric("pass_rate"))


def test_suites_and_metrics_with_one_name_are_told_apart():
    """A suite's name counts only with a metric behind it."""
    assert resolve(parse_gate("latency.p95 <= 2s"), ["latency.p95", "p95"]).suite is None
    assert resolve(parse_gate("findings.pass_rate >= 1%"), ["findings"]).suite == "findings"
    assert resolve(parse_gate("findings.high == 0"), ["other"]).metric is None
    with pytest.raises(Mistake, match="`high` is no metric"):
        resolve(parse_gate("findings.high == 0"), ["findings"])


def test_a_mistake_in_a_gate_is_found_before_any_is_judged():
    """The sentence is about the gate that is wrong."""
    with pytest.raises(Mistake, match=re.escape("`pass_rate.p95 >= 95%`: `pass_rate.p95` is no metric")):
        judge_gates(map(parse_gate, ["pass_rate >= 1%", "pass_rate.p95 >= 95%"]), rate(1, 1), [])


def test_no_advice_is_more_than_anyone_could_ask():
    """Beyond a million cases, or of numbers beyond all measure, none is given."""
    far = Reading("told", 0.5, 0.4, 0.6, n=10, clusters=10)
    assert more_cases(Gate("x", "told", ">=", 0.50015), Told(0), far) is None
    assert more_cases(Gate("x", "told", ">=", 0.45), Told(0), far) == 30
    huge = Reading("told", 1e-11, -1e300, 1e300, n=10, clusters=10)
    assert more_cases(Gate("x", "told", ">=", 0.0), Told(0), huge) is None
    assert MOST == 1_000_000


def test_a_whole_trial_is_judged_in_the_order_it_was_written():
    """Gates on suites, slices, findings and a baseline together; each result carries its gate."""
    lines = ["a.pass_rate >= 1%", "findings.total == 0", "regression(pass_rate) >= -90%", "pass_rate >= 1% in every x"]
    batch = rate(90, 90, suite="a", x="y")
    results = judge_gates(map(parse_gate, lines), batch, ["a"], Baseline.of(RUN, batch), [], looks=3)
    assert [result.gate.text for result in results] == lines
    assert [result.outcome for result in results] == [MET] * 4
    assert [result.looks for result in results] == [3, 1, 3, 3]
