import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.errors import Mistake
from seatrial.core.gate import Gate, parse_gate


@pytest.mark.parametrize(
    ("line", "metric", "op", "limit", "unit"),
    [
        ("behaviour.pass_rate >= 95%", "behaviour.pass_rate", ">=", 0.95, "rate"),
        ("latency.p95 <= 2s", "latency.p95", "<=", 2.0, "s"),
        ("latency.p95<=300ms", "latency.p95", "<=", 0.3, "s"),
        ("waited.max < 5 min", "waited.max", "<", 300.0, "s"),
        ("latency.max <= 2m", "latency.max", "<=", 120.0, "s"),
        ("cost.per_1000 <= 3 USD", "cost.per_1000", "<=", 3.0, "USD"),
        ("tokens.total.mean <= 1_000 tokens", "tokens.total.mean", "<=", 1000.0, "tokens"),
        ("tokens.total.mean <= 1,000", "tokens.total.mean", "<=", 1000.0, ""),
        ("score.mean > .8", "score.mean", ">", 0.8, ""),
        ("pass@3 >= 90%", "pass@3", ">=", 0.9, "rate"),
        ("behaviour.pass^3 >= 90%", "behaviour.pass^3", ">=", 0.9, "rate"),
        ("findings.high = 0", "findings.high", "==", 0.0, ""),
        ("checks.json_path-fare.pass_rate >= 95%", "checks.json_path-fare.pass_rate", ">=", 0.95, "rate"),
    ],
)
def test_a_gate_line_is_read(line, metric, op, limit, unit):
    """Metric, operator, and the limit in plain numbers."""
    gate = parse_gate(line)
    assert (gate.metric, gate.op, gate.limit, gate.unit) == (metric, op, pytest.approx(limit), unit)
    assert (gate.compare, gate.every, gate.where, gate.by_point) == (None, None, None, False)


def test_a_scope_is_read():
    """Every slice of a tag, or one of them, with quotes where it has spaces."""
    assert parse_gate("pass_rate >= 85% in every language").every == "language"
    assert parse_gate("pass_rate >= 85% where language = es").where == ("language", "es")
    assert parse_gate('pass_rate >= 85% where use_case="late ferry"').where == ("use_case", "late ferry")
    assert parse_gate("tokens.total.mean <= 300 in every language").unit == ""


def test_a_regression_is_read():
    """The function's inner name is the metric, its limit may be negative."""
    gate = parse_gate("regression( behaviour.pass_rate ) >= -2% in every language")
    assert (gate.compare, gate.metric, gate.limit) == ("regression", "behaviour.pass_rate", -0.02)
    assert gate.text == "regression( behaviour.pass_rate ) >= -2% in every language"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("", "is no gate"),
        ("pass_rate", "is no gate"),
        ("pass_rate => 95%", "is no gate"),
        ("pass_rate >= 95% in each language", "is no gate"),
        ("pass_rate >= ninety", "is no gate"),
        ("improvement(pass_rate) >= 0%", "`improvement(...)` is not known"),
        ("latency.p95 <= 2 parsecs", "the unit `parsecs`"),
        ("cost.mean <= 3 usd", "the unit `usd`"),
        ("x" * 501, "501 characters"),
    ],
)
def test_what_is_no_gate_is_a_mistake(line, hint):
    """One sentence says what is wrong, most with an example of what is right."""
    with pytest.raises(Mistake) as found:
        parse_gate(line)
    assert hint in found.value.what


@given(st.text(max_size=600))
def test_any_text_is_a_gate_or_a_mistake(line):
    """The parser has no third way out."""
    try:
        gate = parse_gate(line)
    except Mistake:
        return
    assert isinstance(gate, Gate)


@given(
    st.from_regex(
        r"[a-z_]{1,8}(\.[a-z0-9_]{1,8}){0,2} (>=|<=|>|<|==) -?[0-9]{1,4}(\.[0-9]{1,3})?(%|ms|s| USD|)", fullmatch=True
    )
)
def test_a_gate_reads_its_own_text_again(line):
    """The text that reports show is a gate line that means the same."""
    gate = parse_gate(line)
    assert parse_gate(gate.text) == gate


@pytest.mark.parametrize(
    ("op", "held"), [(">=", [False, True, True]), ("<=", [True, True, False]), (">", [False, False, True])]
)
def test_a_limit_holds_on_its_side(op, held):
    """Below, on and above the limit."""
    gate = Gate("x", "x", op, 0.5)
    assert [gate.holds(value) for value in (0.4, 0.5, 0.6)] == held


def test_strict_and_equal_limits_hold():
    """Less than is not at most; equal is equal."""
    assert [Gate("x", "x", "<", 0.5).holds(value) for value in (0.4, 0.5)] == [True, False]
    assert [Gate("x", "x", "==", 0.5).holds(value) for value in (0.4, 0.5)] == [False, True]
