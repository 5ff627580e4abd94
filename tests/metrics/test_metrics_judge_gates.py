import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_batches import passes, rate

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.finding import Finding
from seatrial.core.gate import parse_gate
from seatrial.core.verdict import Outcome, Readiness, Verdict
from seatrial.metrics.decide import judge_gates
from seatrial.metrics.findings import judge_findings
from seatrial.metrics.naming import failure_gates, resolve

MET, MISSED, UNDECIDED = Outcome.MET, Outcome.MISSED, Outcome.UNDECIDED


def two_suites():
    batch = rate(100, 100, suite="good")
    return passes({f"b{i}": "f" for i in range(100)}, batch, suite="bad")


def outcomes(lines, batch, suites=("good", "bad"), **rest):
    return [result.outcome for result in judge_gates(map(parse_gate, lines), batch, suites, **rest)]


def test_a_gate_takes_the_rows_of_its_suite():
    """The first part of its metric names the suite; without one, all suites count together."""
    lines = ["good.pass_rate >= 90%", "bad.pass_rate >= 90%", "pass_rate >= 90%", "pass_rate >= 90% in every suite"]
    assert outcomes(lines, two_suites()) == [MET, MISSED, MISSED, MISSED]


def test_a_suite_without_rows_is_undecided():
    """An interrupted run has not come to every suite."""
    assert outcomes(["bad.pass_rate >= 90%"], rate(100, 100, suite="good")) == [UNDECIDED]


def test_a_suite_may_have_the_name_of_a_metric():
    """Suites come first, so the suite `latency` is not the metric."""
    batch = rate(100, 100, suite="latency")
    assert outcomes(["latency.pass_rate >= 90%"], batch, ["latency"]) == [MET]


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("behavoiur.pass_rate >= 95%", "did you mean `behaviour`?"),
        ("behaviour.pass_rte >= 95%", "did you mean `pass_rate`?"),
        ("pass_rate >= 2s", "95%"),
        ("findings.hihg == 0", "did you mean `high`?"),
        ("findings == 0", "findings have no severity"),
        ("findings.high == 0%", "findings are counted"),
        ("findings.high == 0 in every language", "findings are counted"),
        ("regression(findings.high) <= 0", "findings are counted"),
    ],
)
def test_a_gate_that_means_nothing_is_a_mistake(line, hint):
    """The sentence repeats the gate and names what was probably meant."""
    with pytest.raises(Mistake) as found:
        resolve(parse_gate(line), ["behaviour"])
    assert hint in found.value.what
    assert parse_gate(line).text in found.value.what


@given(st.from_regex(r"[a-z]{1,9}(\.[a-z0-9_@^]{1,9}){0,2} (>=|<=|==) [0-9]{1,3}(%|s| USD|)", fullmatch=True))
def test_any_gate_line_is_judged_or_refused(line):
    """No other error comes out, whatever the names, units and limits."""
    try:
        gate = parse_gate(line)
        named = resolve(gate, ["abc"])
    except Mistake:
        return
    result = judge_gates([gate], Batch(), ["abc"])[0]
    assert result.outcome is UNDECIDED
    assert named.metric is None or result.why.endswith("no cases")


def test_findings_are_counted_by_exactly_one_severity():
    """An attack is not a high one: write a gate for each, or `findings.total`."""
    findings = [Finding("1", "attack", "x", "model.pkl"), Finding("2", "low", "y", "data.csv")]
    lines = ["findings.high == 0", "findings.attack == 0", "findings.low <= 1", "findings.total <= 1"]
    assert outcomes(lines, Batch(), findings=findings) == [MET, MISSED, MET, MISSED]
    assert "(model.pkl)" in judge_findings(parse_gate("findings.attack == 0"), findings).why


def test_nothing_scanned_is_not_nothing_found():
    """Without a scan there is no evidence; with one that found nothing there is."""
    assert outcomes(["findings.high == 0"], Batch()) == [UNDECIDED]
    assert outcomes(["findings.high == 0"], Batch(), findings=[]) == [MET]


def test_every_suite_promises_few_failures_unasked():
    """One failure of a hundred is allowed, two are not; it is decided by value and says so."""
    gates = failure_gates([], ["good", "bad"])
    assert [gate.text for gate in gates] == ["good.failures.rate <= 1%", "bad.failures.rate <= 1%"]
    batch = passes(["p"] * 99 + ["x"], suite="good")
    passes([*"p" * 98, "x", "x"], batch, suite="bad")
    results = judge_gates(gates, batch, ["good", "bad"])
    assert [result.outcome for result in results] == [MET, MISSED]
    assert "by the value alone" in results[0].why


def test_a_written_failure_gate_takes_the_place_of_the_unasked():
    """For its suite, or for all when it names none; a regression or a slice of it does not."""
    written = [parse_gate("good.failures.rate <= 5%")]
    assert [gate.metric for gate in failure_gates(written, ["good", "bad"])] == ["bad.failures.rate"]
    assert failure_gates([parse_gate("failures.rate <= 5%")], ["good"]) == []
    others = [parse_gate("regression(failures.rate) <= 1%"), parse_gate("failures.rate <= 5% where a = b")]
    assert len(failure_gates(others, ["good"])) == 1


def test_gates_make_a_verdict():
    """One missed gate is enough for not ready."""
    gates = [parse_gate("good.pass_rate >= 90%"), parse_gate("bad.pass_rate >= 90%")]
    results = judge_gates(gates, two_suites(), ["good", "bad"])
    assert Verdict.of(results).readiness is Readiness.NOT_READY
    assert Verdict.of(results[:1]).readiness is Readiness.READY
