import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_batches import RUN, add, judge, passes, rate

from seatrial.core.batch import Batch
from seatrial.core.finding import Finding
from seatrial.core.gate import parse_gate
from seatrial.core.reading import Reading
from seatrial.core.verdict import GateResult, Outcome
from seatrial.metrics.baseline import Baseline
from seatrial.metrics.decide import judge_gates
from seatrial.metrics.findings import SEVERITIES, judge_findings
from seatrial.metrics.paired import unpaired_reading

FEW = settings(max_examples=50, deadline=None)
MET, MISSED, UNDECIDED = Outcome.MET, Outcome.MISSED, Outcome.UNDECIDED
WORDS = st.lists(st.text("ppfnx", min_size=1, max_size=3), max_size=25)
PERCENT = st.integers(0, 100)
Z95, Z99 = 1.959963985, 2.575829304
RATES = st.sampled_from(["pass_rate", "failures.rate", "not_judged.rate", "retries.rate", "flaky.rate", "pass@2"])
STEP = {MISSED: 0, UNDECIDED: 1, MET: 2}


def outcome(line, batch, **rules):
    return judge(line, batch, **rules).outcome


@FEW
@given(WORDS, RATES, PERCENT, PERCENT)
def test_an_easier_limit_is_never_harder(words, name, one, other):
    """What is met at a high limit is met at a lower one, and what is missed at a low one at a higher."""
    batch, (low, high) = passes(words), sorted((one, other))
    assert STEP[outcome(f"{name} >= {low}%", batch)] >= STEP[outcome(f"{name} >= {high}%", batch)]
    assert STEP[outcome(f"{name} <= {low}%", batch)] <= STEP[outcome(f"{name} <= {high}%", batch)]


@FEW
@given(WORDS, RATES, PERCENT)
def test_a_limit_and_its_opposite_are_never_both_met_or_both_missed(words, name, percent):
    """Decided one way means decided the other way round."""
    batch = passes(words)
    for right, wrong in ((">=", "<"), ("<=", ">")):
        both = {outcome(f"{name} {op} {percent}%", batch) for op in (right, wrong)}
        assert both in ({MET, MISSED}, {UNDECIDED})


@FEW
@given(WORDS, RATES, PERCENT, st.integers(2, 20))
def test_looking_more_often_never_decides_more(words, name, percent, looks):
    """Wider intervals leave open what narrow ones decide, and never turn it round."""
    batch, line = passes(words), f"{name} >= {percent}%"
    assert outcome(line, batch, looks=looks) in (outcome(line, batch), UNDECIDED)


@FEW
@given(WORDS, RATES, PERCENT)
def test_the_value_agrees_with_the_interval(words, name, percent):
    """What an interval decides, its value decides alike; by value all is decided that has one and is not blocked."""
    batch, line = passes(words), f"{name} >= {percent}%"
    by_interval, by_point = judge(line, batch), judge(line, batch, by_point=True)
    assert by_interval.outcome in (by_point.outcome, UNDECIDED)
    silent = by_point.readings[0].value is None or "could not be judged" in by_point.why
    assert (by_point.outcome is UNDECIDED) is silent


@FEW
@given(WORDS, RATES, PERCENT)
def test_a_result_says_enough_to_be_checked(words, name, percent):
    """One Reading with the gate's name, a sentence with the limit, and advice only where it is open."""
    result = judge(f"{name} >= {percent}%", passes(words))
    (reading,) = result.readings
    assert (reading.name, result.why[: len(name)]) == (name, name)
    if reading.value is not None and "could not be judged" not in result.why:
        assert f"the limit is {percent} %" in result.why
    if result.more_cases is not None:
        assert result.outcome is UNDECIDED
        assert result.more_cases >= 1
    assert msgspec.json.decode(msgspec.json.encode(result), type=GateResult) == result


@FEW
@given(st.lists(st.sampled_from("ppfnx"), max_size=25), RATES, PERCENT)
def test_twice_the_cases_never_undo_a_decision(words, name, percent):
    """The same evidence again, of other cases asked once each, makes the interval narrower around the same value."""
    once = outcome(f"{name} >= {percent}%", passes(words))
    assert once is UNDECIDED or outcome(f"{name} >= {percent}%", passes(words * 2)) is once


LANGUAGES = st.dictionaries(st.sampled_from(["en", "es", "de"]), WORDS.filter(bool), min_size=1)


def by_language(words):
    batch = Batch()
    for language, own in words.items():
        passes({f"{language}{number}": word for number, word in enumerate(own)}, batch, language=language)
    return batch


@FEW
@given(LANGUAGES, PERCENT)
def test_every_slice_is_as_good_as_the_worst_of_them(words, percent):
    """Met exactly if each is met alone; missed only if one is missed alone; one slice is judged like a `where`."""
    batch = by_language(words)
    every = outcome(f"pass_rate >= {percent}% in every language", batch)
    alone = {outcome(f"pass_rate >= {percent}% where language = {language}", batch) for language in words}
    assert (every is MET) is (alone == {MET})
    assert every is not MISSED or MISSED in alone
    assert len(words) > 1 or alone == {every}


@FEW
@given(LANGUAGES)
def test_the_readings_of_every_slice_come_worst_first(words):
    """Those without a value lead, because nothing is known of them; then from the lowest rate to the highest."""
    result = judge("pass_rate >= 50% in every language", by_language(words))
    values = [reading.value for reading in result.readings]
    known = [value for value in values if value is not None]
    assert {dict(reading.slice)["language"] for reading in result.readings} == set(words)
    assert known == sorted(known)
    assert values[len(values) - len(known) :] == known


@FEW
@given(WORDS, st.integers(-100, 0))
def test_a_run_is_no_regression_of_itself(words, percent):
    """Held against its own baseline no metric is missed that asks for no more than nothing."""
    batch = passes(words)
    result = judge(f"regression(pass_rate) >= {percent}%", batch, batch)
    assert result.outcome is not MISSED
    assert result.readings[0].value in (None, 0.0)


@FEW
@given(WORDS, WORDS)
def test_a_regression_seen_from_the_other_side_is_an_improvement(now, before):
    """Change of places changes the sign of value and interval."""
    there = judge("regression(pass_rate) >= 0%", passes(now), passes(before)).readings[0]
    back = judge("regression(pass_rate) >= 0%", passes(before), passes(now)).readings[0]
    if there.value is not None and back.value is not None:
        assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))


@FEW
@given(st.lists(st.sampled_from(SEVERITIES)), st.sampled_from([">=", "<=", ">", "<", "=="]), st.integers(0, 5))
def test_findings_are_decided_by_their_number(severities, op, limit):
    """Met or missed, never open once something was scanned; all severities together are the total."""
    findings = [Finding(str(i), severity, "x", f"{i}.pkl") for i, severity in enumerate(severities)]
    gates = {name: parse_gate(f"findings.{name} {op} {limit}") for name in (*SEVERITIES, "total")}
    found = {name: judge_findings(gate, findings) for name, gate in gates.items()}
    counts = {name: result.readings[0].value for name, result in found.items()}
    assert counts["total"] == sum(counts[name] for name in SEVERITIES) == len(severities)
    for name, result in found.items():
        assert result.outcome is (MET if gates[name].holds(counts[name]) else MISSED)


@FEW
@given(st.lists(st.sampled_from(["pass_rate >= 1%", "failures.rate <= 1%", "latency.p95 <= 1s"]), max_size=5))
def test_gates_do_not_know_of_each_other(lines):
    """Judged together or one by one, each comes to the same."""
    batch = rate(30, 40)
    add(batch, "x", "x", {}, latency=2.0)
    baseline = Baseline.of(RUN, batch)
    together = judge_gates(map(parse_gate, lines), batch, [], baseline)
    assert together == [judge_gates([parse_gate(line)], batch, [], baseline)[0] for line in lines]


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(0.1, 3))
def test_a_difference_of_two_confidences_is_at_that_of_now(now, before, width):
    """The interval of before is stretched to it: as if both had been measured at 99 %."""
    wide, narrow = (Reading("x", before, before - w, before + w) for w in (width * Z99 / Z95, width))
    run = Reading("x", now, now - 1, now + 1, confidence=0.99)
    stretched = unpaired_reading(run, narrow)
    both = unpaired_reading(run, msgspec.structs.replace(wide, confidence=0.99))
    assert (stretched.low, stretched.high) == pytest.approx((both.low, both.high))
    assert stretched.confidence == 0.99
