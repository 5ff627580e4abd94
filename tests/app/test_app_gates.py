"""Gates of a suite file."""

import pytest
from app_support import put, recorded, refused

from seatrial.app.conclude import Held, held_of
from seatrial.app.gates import complete, read_gate, restored, selected, suite_of, written
from seatrial.app.suite import load
from seatrial.core.batch import Batch
from seatrial.core.verdict import Outcome, Readiness

SUITES = ("talk", "tools")


def batch(right: int, wrong: int, suite: str = "talk") -> Batch:
    made = Batch()
    for i in range(right + wrong):
        made.add_row(f"c{i}", {"passed": float(i < right), "failed": 0.0}, {"suite": suite})
    return made


def test_gates_inside_a_suite_need_not_name_it() -> None:
    """A gate of a suite is about it whether its name is written or not."""
    bare, named = (read_gate(line, SUITES, suite="talk") for line in ("pass_rate >= 1%", "talk.pass_rate >= 1%"))
    assert bare == named
    assert (bare.text, suite_of(bare, SUITES)) == ("talk.pass_rate >= 1%", "talk")


def test_each_suite_has_a_gate_on_its_failures() -> None:
    """A suite without a gate on failures gets one that is judged by its value; a written one takes its place."""
    gates = complete([read_gate("talk.failures.rate <= 5%", SUITES)], SUITES, by_point=False)
    assert [(gate.text, gate.by_point) for gate in gates] == [
        ("talk.failures.rate <= 5%", False),
        ("tools.failures.rate <= 1%", True),
    ]
    assert len(complete([read_gate("failures.rate <= 5%", SUITES)], SUITES, by_point=False)) == 1


def test_decide_by_point_holds_for_all() -> None:
    """A trial that is decided by point says so at every gate."""
    gates = complete([read_gate("pass_rate >= 5%", SUITES)], SUITES, by_point=True)
    assert all(gate.by_point for gate in gates)


def test_gates_of_suites_that_are_not_run_are_left_out() -> None:
    """With `--only`, gates on the other suites do not speak; those on all together do."""
    lines = ["talk.pass_rate >= 1%", "tools.pass_rate >= 1%", "pass_rate >= 1%"]
    gates = [read_gate(line, SUITES) for line in lines]
    assert [gate.text for gate in selected(gates, ["talk"], SUITES)] == [lines[0], lines[2]]


@pytest.mark.parametrize("line", ["talk.pass_rate >= 95% in every language", "regression(pass_rate) >= -2%"])
def test_gates_survive_the_head_of_a_run(line: str) -> None:
    """A gate that was written into a run's head comes back as it was, by point or not."""
    for gate in complete([read_gate(line, SUITES)], SUITES, by_point=False):
        assert restored(written(gate)) == gate


def test_looks_are_counted_for_the_suites_that_repeat_until_decided() -> None:
    """A gate on a suite that looks ten times has a wider interval than the same gate on one that looks once."""
    both = batch(40, 4)
    for i in range(44):
        both.add_row(f"c{i}", {"passed": float(i < 40), "failed": 0.0}, {"suite": "tools"})
    gates = tuple(read_gate(f"{suite}.pass_rate >= 95%", SUITES) for suite in SUITES)
    once, often = Held(gates, SUITES, {"tools": 10}).verdict(both).gates
    assert (once.looks, often.looks) == (1, 10)
    assert (once.readings[0].low or 0) > (often.readings[0].low or 1)


def test_decided_asks_only_for_the_suites_own_gates() -> None:
    """A suite may stop when the gates about it are decided, whatever the others say."""
    gates = tuple(read_gate(line, SUITES) for line in ("talk.pass_rate >= 50%", "tools.pass_rate >= 50%"))
    held = Held(gates, SUITES)
    assert held.decided("talk", batch(100, 0))
    assert not held.decided("tools", batch(100, 0))


def test_a_trial_is_held_to_what_its_head_says(tmp_path: object) -> None:
    """The gates of a run can be judged again from its head alone."""
    from pathlib import Path

    folder = Path(str(tmp_path))
    text = recorded(folder, 3).read_text().replace("target: bot", "target: bot\n    repeat: until decided, at most 4")
    trial = load(put(folder, text))
    held = held_of(trial.info, (), None)
    assert held.gates == trial.gates
    assert held.looks == {"behaviour": 4}
    verdict = held.verdict(batch(500, 0, "behaviour"))
    assert verdict.readiness is Readiness.READY
    assert all(result.outcome is Outcome.MET for result in verdict.gates)


def test_gates_on_unknown_metrics_are_refused() -> None:
    """A misspelt metric or suite is found before anything is asked."""
    assert "is no metric" in refused(read_gate, "talk.pas_rate >= 1%", SUITES)
    assert "is no metric" in refused(read_gate, "takl.pass_rate >= 1%", SUITES)
