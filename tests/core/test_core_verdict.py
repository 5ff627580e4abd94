import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.gate import parse_gate
from seatrial.core.verdict import GateResult, Outcome, Readiness, Verdict

GATE = parse_gate("pass_rate >= 95%")


def verdict(*outcomes, reasons=()):
    return Verdict.of([GateResult(GATE, outcome) for outcome in outcomes], reasons)


@pytest.mark.parametrize(
    ("outcomes", "readiness", "code"),
    [
        ([Outcome.MET, Outcome.MET], Readiness.READY, 0),
        ([Outcome.MET, Outcome.MISSED, Outcome.UNDECIDED], Readiness.NOT_READY, 1),
        ([Outcome.MET, Outcome.UNDECIDED], Readiness.UNDECIDED, 3),
    ],
)
def test_all_gates_together_make_a_verdict(outcomes, readiness, code):
    """Ready only if all are met, not ready if any is missed, and a script sees it by the exit code."""
    assert verdict(*outcomes).readiness is readiness
    assert readiness.exit_code == code


def test_no_gate_is_never_ready():
    """Nothing was promised, so nothing was kept."""
    found = verdict()
    assert found.readiness is Readiness.UNDECIDED
    assert found.reasons == ("no gate was judged",)


def test_a_reason_alone_keeps_it_from_ready():
    """An interrupted run is not ready even if every gate is met so far; a missed gate stays missed."""
    assert verdict(Outcome.MET, reasons=["interrupted"]).readiness is Readiness.UNDECIDED
    assert verdict(Outcome.MISSED, reasons=["interrupted"]).readiness is Readiness.NOT_READY


@given(st.lists(st.sampled_from(Outcome)))
def test_another_missed_gate_never_helps(outcomes):
    """Whatever the others came to."""
    assert verdict(*outcomes, Outcome.MISSED).readiness is Readiness.NOT_READY


def test_a_verdict_survives_json():
    """Reports and the catalogue keep it."""
    found = verdict(Outcome.MET, Outcome.UNDECIDED, reasons=["interrupted"])
    assert msgspec.json.decode(msgspec.json.encode(found), type=Verdict) == found
