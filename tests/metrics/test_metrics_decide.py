import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_batches import column, judge, passes, rate

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.gate import Gate, parse_gate
from seatrial.core.metric import Metric
from seatrial.core.reading import Reading
from seatrial.core.verdict import Outcome
from seatrial.metrics.decide import decide
from seatrial.metrics.sides import side_of_interval, side_of_value
from seatrial.metrics.table import find_metric
from seatrial.stats.intervals import wilson
from seatrial.stats.looks import pocock

MET, MISSED, UNDECIDED = Outcome.MET, Outcome.MISSED, Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("right", "n", "outcome"),
    [(400, 400, MET), (300, 400, MISSED), (376, 400, UNDECIDED), (73, 73, MET), (72, 72, UNDECIDED)],
)
def test_the_whole_interval_decides(right, n, outcome):
    """95 % is met by 73 passes of 73 and not by 72 of 72, and missed only when the upper end lies below it."""
    assert judge("pass_rate >= 95%", rate(right, n)).outcome is outcome


def test_why_is_one_sentence_with_numbers_and_what_would_decide():
    """A person can act on it: value, interval, over how many of how many, limit, how many more."""
    batch = rate(384, 412, suite="behaviour")
    passes({f"x{i}": "x" for i in range(3)}, batch, suite="behaviour")
    result = judge("behaviour.pass_rate >= 95%", batch)
    assert result.why == (
        "behaviour.pass_rate is 93.2 % (90.4 to 95.3 %, n 412 of 415), the limit is 95 %: "
        "about 150 more cases would decide"
    )
    assert result.more_cases == 154
    assert result.readings[0].name == "behaviour.pass_rate"


@given(st.integers(0, 80).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(1, 99))
def test_so_many_more_cases_do_decide(counts, percent):
    """At the same rate the interval of the advised number of cases no longer holds the limit."""
    right, n = counts
    result = judge(f"pass_rate >= {percent}%", rate(right, n))
    if result.more_cases is not None:
        total = n + result.more_cases
        low, high = wilson(right / n * total, total)
        assert result.outcome is UNDECIDED
        assert not low < percent / 100 < high


def test_a_value_on_the_limit_is_never_decided_by_more_cases():
    """The sentence says so and gives no number."""
    result = judge("pass_rate >= 50%", rate(5, 10))
    assert (result.outcome, result.more_cases) == (UNDECIDED, None)
    assert "stands on the limit" in result.why


def test_no_cases_are_not_enough_evidence():
    """Neither met nor missed, whatever the limit."""
    for line in ("pass_rate >= 0%", "failures.rate <= 100%", "latency.p95 <= 1h", "latency.max <= 1h"):
        result = judge(line, Batch())
        assert result.outcome is UNDECIDED
        assert result.why.endswith("no cases")


def test_too_much_not_judged_decides_nothing():
    """More than 5 % of the asked could not be judged; the setting moves the bar."""
    batch = passes(["p"] * 94 + ["n"] * 6)
    result = judge("pass_rate >= 50%", batch)
    assert result.outcome is UNDECIDED
    assert "6 of 100 asked (6.0 %) could not be judged" in result.why
    assert judge("pass_rate >= 50%", batch, not_judged_limit=0.1).outcome is MET
    assert judge("failures.rate <= 10%", batch).outcome is MET


def test_exactly_five_per_cent_not_judged_is_allowed():
    """The limit itself is not too much, and failures are not counted as not judged."""
    assert judge("pass_rate >= 50%", passes(["p"] * 95 + ["n"] * 5)).outcome is MET
    assert judge("pass_rate >= 50%", passes(["p"] * 80 + ["x"] * 20)).outcome is MET


def test_the_value_alone_decides_when_asked_and_says_so():
    """By point, 9 of 10 meets 90 %; the report must show that it was so."""
    result = judge("pass_rate >= 90%", rate(9, 10), by_point=True)
    assert result.outcome is MET
    assert "by the value alone" in result.why
    assert judge("pass_rate >= 91%", rate(9, 10), by_point=True).outcome is MISSED


def test_a_gate_that_is_by_point_needs_no_setting():
    """The implicit gate on failures carries its own rule."""
    gate = Gate("failures.rate <= 1%", "failures.rate", "<=", 0.01, "rate", by_point=True)
    assert decide(gate, find_metric("failures.rate"), rate(10, 10)).outcome is MET


def test_more_looks_widen_the_interval():
    """Five looks take Pocock's 2.413 and not 1.96, and the result says how many."""
    one, five = (judge("pass_rate >= 87%", rate(184, 200), looks=looks) for looks in (1, 5))
    assert (one.outcome, five.outcome, five.looks) == (MET, UNDECIDED, 5)
    z = pocock(5)
    reading = five.readings[0]
    assert (reading.value - reading.low) ** 2 == pytest.approx(z * z * reading.low * (1 - reading.low) / 200)


def test_exact_values_are_judged_by_value():
    """The longest answer of this run has no interval and needs none."""
    batch = column("latency", [1.0], [3.0])
    assert judge("latency.max <= 3s", batch).outcome is MET
    assert judge("latency.max <= 2.9s", batch).outcome is MISSED
    assert "a fact about this run" in judge("latency.max <= 3s", batch).why


def test_a_percentile_without_an_upper_end_says_how_many_cases_give_one():
    """A p95 needs 72 cases; with 30 it is 42 more."""
    result = judge("latency.p95 <= 2s", column("latency", *[[1.0]] * 30))
    assert (result.outcome, result.more_cases) == (UNDECIDED, 42)
    assert judge("latency.p95 <= 2s", column("latency", *[[1.0]] * 72)).outcome is MET


def test_an_interval_of_a_mean_shrinks_with_the_root_of_the_cases():
    """Four times the cases halve it: the advice follows from that."""
    batch = column("latency", *[[1.0], [2.0]] * 8)
    reading = judge("latency.mean <= 1.6s", batch).readings[0]
    expected = 16 * ((reading.high - 1.5) / 0.1) ** 2 - 16
    assert judge("latency.mean <= 1.6s", batch).more_cases == pytest.approx(expected, abs=1)


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("cost.mean <= 1 USD", MET),
        ("cost.mean <= 1", MET),
        ("cost.mean <= 1 EUR", UNDECIDED),
        ("cost.mean <= 0.1 USD", MISSED),
    ],
)
def test_a_currency_must_be_that_of_the_run(line, outcome):
    """One euro is not one dollar."""
    assert judge(line, column("cost", [0.5], [0.5], [0.5], currency="USD")).outcome is outcome


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("latency.p95 <= 95%", "2s or 300ms"),
        ("latency.p95 <= 2", "2s or 300ms"),
        ("pass_rate >= 2s", "95%"),
        ("pass_rate >= 95", "did you mean 95%?"),
        ("pass_rate >= 950%", "within 0% to 100%"),
        ("cost.mean <= 3s", "3 USD"),
        ("tokens.total.mean <= 3 USD", "300 tokens"),
        ("turns.mean <= 3s", "3 turns"),
        ("score.mean >= 3s", "0.8"),
        ("failures.rate <= -1%", "within 0% to 100%"),
    ],
)
def test_a_limit_in_another_unit_is_a_mistake(line, hint):
    """The sentence shows how the limit is written."""
    with pytest.raises(Mistake, match="limit of") as found:
        judge(line, rate(1, 1))
    assert hint in found.value.what


def test_an_equality_is_missed_but_never_met_by_an_interval():
    """The sentence says what to write instead."""
    assert judge("pass_rate == 10%", rate(90, 100)).outcome is MISSED
    result = judge("pass_rate == 91%", rate(90, 100))
    assert result.outcome is UNDECIDED
    assert "write `>=` or `<=`" in result.why


READINGS = st.tuples(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1)).map(
    lambda parts: Reading("x", parts[0], parts[0] - parts[1], parts[0] + parts[2])
)


@given(READINGS, st.floats(-1, 1), st.sampled_from([">=", "<=", ">", "<", "=="]))
def test_right_means_every_point_holds_and_wrong_that_none_does(reading, limit, op):
    """The side of an interval is that of its ends and its value."""
    gate = Gate("x", "x", op, limit)
    sides = {side_of_value(gate, value) for value in (reading.low, reading.value, reading.high)}
    side = side_of_interval(gate, reading)
    if side != "across":
        assert sides == {side}


@pytest.mark.parametrize(("op", "side"), [(">=", "right"), ("<=", "across"), (">", "across")])
def test_an_end_on_the_limit_is_on_the_right_side_of_at_least(op, side):
    """An interval from .95 on meets `>= 95%` and does not meet `> 95%`; rounding does not matter."""
    assert side_of_interval(Gate("x", "x", op, 0.95), Reading("x", 0.97, 0.95 - 1e-13, 0.99)) == side


def test_a_reading_without_ends_is_across():
    """A third party's metric that gives no interval decides nothing."""
    assert side_of_interval(Gate("x", "x", ">=", 0.5), Reading("x", 0.9)) == "across"


def test_any_object_with_the_shape_of_a_metric_can_be_decided():
    """No base class is needed."""

    class Share:
        name, unit, direction = "share", "rate", "up"

        def measure(self, batch, confidence=0.95):
            return Reading("share", 0.9, 0.85, 0.95, n=len(batch), asked=len(batch), clusters=len(batch), unit="rate")

    assert isinstance(Share(), Metric)
    assert decide(parse_gate("share >= 80%"), Share(), rate(1, 9)).outcome is MET


def test_a_where_gate_takes_the_rows_with_this_tag():
    """Other rows do not count, and a tag that nobody carries is no evidence."""
    batch = passes({f"e{i}": "p" for i in range(80)}, language="en")
    passes({f"s{i}": "f" for i in range(80)}, batch, language="es")
    result = judge("pass_rate >= 90% where language = en", batch)
    assert (result.outcome, result.readings[0].slice) == (MET, (("language", "en"),))
    assert "no case carries this tag" in judge("pass_rate >= 90% where language = fy", batch).why
