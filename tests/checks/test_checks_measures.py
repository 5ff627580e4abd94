"""Checks of time, money, tokens and the end of an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.checks.evidence import evidence_of
from seatrial.checks.limits import SECONDS, limit_in, parse_limit, parse_line
from seatrial.checks.table import build_check
from seatrial.checks.timing import timed
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, Money, Usage


def judged(spec, text="Yes.", **facts):
    """The Score of an answer with these facts."""
    return build_check(spec).judge(evidence_of(text, **facts))


@pytest.mark.parametrize(
    ("line", "latency", "passed"),
    [
        ("latency <= 3s", 3.0, True),
        ("latency <= 3s", 3.001, False),
        ("latency < 3s", 3.0, False),
        ("latency <= 300ms", 0.3, True),
        ("latency >= 1s", 0.5, False),
        ("latency > 1s", 1.5, True),
        ("latency == 2s", 2.0, True),
        ("latency = 2s", 2.1, False),
        ("latency <= 1m", 59.0, True),
    ],
)
def test_latency(line, latency, passed):
    """Seconds are compared by every operator, and the limit itself is inside."""
    score = judged(line, timing=timed(latency))
    assert (score.passed, score.value) == (passed, pytest.approx(latency))


def test_the_reason_of_a_measure_shows_measure_and_limit():
    """A person sees both numbers."""
    assert judged("latency <= 3s", timing=timed(4.2)).reason == "It took 4.2 s, outside <= 3s."


def test_a_cached_answer_has_no_latency():
    """Its time would say nothing of the Target."""
    assert judged("latency <= 3s", timing=timed(0.1), served_by="cache").passed is None


def test_first_token():
    """The time to the first token counts, and an answer that was not streamed has none."""
    assert judged("first_token <= 800ms", timing=timed(2, 0.8)).passed is True
    assert judged("first_token <= 800ms", timing=timed(2, 0.81)).passed is False
    assert judged("first_token <= 800ms", timing=timed(2)).passed is None


def test_cost():
    """Amounts of one currency are compared; an unknown price and another currency are not judged."""
    assert judged("cost <= 0.01 USD", cost=Money(10_000_000)).passed is True
    assert judged("cost <= 0.01 USD", cost=Money(10_000_001)).passed is False
    assert judged("cost <= 0.01 USD", cost=Money(1, "EUR")).passed is None
    assert judged("cost <= 0.01 USD").passed is None


def test_tokens():
    """Both kinds together, or one of them; without a count nothing is judged."""
    usage = Usage(input=100, output=200)
    assert judged("tokens <= 300", usage=usage).passed is True
    assert judged("tokens <= 299 tokens", usage=usage).passed is False
    assert judged("tokens.output < 200", usage=usage).value == 200
    assert judged("tokens.input <= 1_000", usage=usage).name == "tokens.input"
    assert judged("tokens <= 300").passed is None
    assert "about 300" in judged("tokens <= 300", usage=Usage(100, 200, estimated=True)).reason


def test_tokens_of_an_unknown_part():
    """The mistake names the part."""
    with pytest.raises(Mistake, match="of"):
        build_check("tokens.reasoning <= 3")


def test_finish_reason():
    """One reason or several are right; an endpoint that says nothing cannot be judged."""
    assert judged({"finish_reason": "stop"}, Answer("a", finish_reason="stop")).passed is True
    assert judged({"finish_reason": ["stop", "tool_calls"]}, Answer("a", finish_reason="tool_calls")).passed is True
    assert judged({"finish_reason": "stop"}, Answer("a", finish_reason="length")).passed is False
    assert judged({"finish_reason": "stop"}).passed is None


@pytest.mark.parametrize("spec", ["finish_reason", {"finish_reason": ""}, {"finish_reason": []}])
def test_finish_reason_needs_a_reason(spec):
    """No reason at all is a mistake."""
    with pytest.raises(Mistake, match="reason"):
        build_check(spec)


@given(st.floats(0.001, 1e6), st.sampled_from(["ms", "s", "min"]))
def test_units_do_not_change_a_limit(number, unit):
    """The bound comes back in seconds whatever the unit."""
    factor = {"ms": 0.001, "s": 1, "min": 60}[unit]
    assert limit_in(f"<= {number:.6f}{unit}", SECONDS).bound == pytest.approx(round(number, 6) * factor)


@given(st.text(max_size=300))
def test_reading_limits_gives_a_limit_or_a_mistake(text):
    """No text makes the reader raise anything else."""
    parse_line(text)
    try:
        said = parse_limit(text).op
    except Mistake as mistake:
        said = str(mistake)
    assert said in {"<=", ">=", "<", ">", "=="} or "is no limit" in said
