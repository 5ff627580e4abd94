import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.gate import parse_gate
from seatrial.core.score import Score, combined
from seatrial.core.verdict import GateResult, Outcome, Readiness, Verdict

OUTCOMES = st.lists(st.sampled_from(Outcome), max_size=6)
REASONS = st.lists(st.sampled_from(["interrupted", "no cases", "a damaged journal"]), max_size=3)
RANK = {Readiness.NOT_READY: 0, Readiness.UNDECIDED: 1, Readiness.READY: 2}


def results(outcomes):
    return [GateResult(parse_gate(f"gate{number} >= 1"), outcome) for number, outcome in enumerate(outcomes)]


def readiness(outcomes, reasons=()):
    return Verdict.of(results(outcomes), reasons).readiness


@given(OUTCOMES, REASONS)
def test_ready_is_all_met_and_nothing_against_it(outcomes, reasons):
    """Ready needs a gate, all gates met and no reason; not ready needs a missed gate; nothing else is either."""
    found = readiness(outcomes, reasons)
    assert (found is Readiness.READY) is (set(outcomes) == {Outcome.MET} and not reasons)
    assert (found is Readiness.NOT_READY) is (Outcome.MISSED in outcomes)


@given(OUTCOMES, REASONS, st.integers())
def test_the_order_of_gates_decides_nothing(outcomes, reasons, seed):
    """Gates may be written in any order."""
    assert readiness(random.Random(seed).sample(outcomes, len(outcomes)), reasons) is readiness(outcomes, reasons)


@given(OUTCOMES.filter(bool), REASONS)
def test_nothing_more_to_know_makes_it_better(outcomes, reasons):
    """Another gate or another reason can only keep or lower the verdict; a met gate keeps it."""
    before = readiness(outcomes, reasons)
    assert readiness([*outcomes, Outcome.MET], reasons) is before
    for after in (readiness([*outcomes, Outcome.UNDECIDED], reasons), readiness(outcomes, [*reasons, "interrupted"])):
        assert RANK[after] <= RANK[before]


@given(OUTCOMES, REASONS)
def test_a_verdict_keeps_what_it_was_made_of(outcomes, reasons):
    """Gates and reasons stand as they came, also when they come one at a time."""
    made = results(outcomes)
    found = Verdict.of(iter(made), iter(reasons))
    assert found.gates == tuple(made)
    assert found.reasons[: len(reasons)] == tuple(reasons)
    assert found.reasons[len(reasons) :] == (() if made else ("no gate was judged",))


def test_every_readiness_has_an_exit_code_of_its_own():
    """None of them is that of a mistake (2) or of what cannot run (4)."""
    codes = [each.exit_code for each in Readiness]
    assert sorted(codes) == [0, 1, 3]


@pytest.mark.parametrize("word", [*Outcome, *Readiness])
def test_outcomes_are_words_that_a_person_reads(word):
    """They stand in reports and JSON as they are."""
    assert str(word) == word.value == word.value.lower()
    assert "_" not in word


SCORES = st.lists(st.sampled_from([True, False, None]).map(lambda passed: Score("x", passed)), max_size=5)


@given(SCORES, SCORES)
def test_scores_together_are_never_better_than_a_part_of_them(some, others):
    """A failed part fails the whole, and a whole that passed has only parts that passed."""
    part, whole = combined(tuple(some)), combined((*some, *others))
    assert whole is not True or part in (True, None)
    assert whole is False or part is not False
    assert combined((*others, *some)) is whole
    assert whole is not True or all(score.passed for score in (*some, *others))
