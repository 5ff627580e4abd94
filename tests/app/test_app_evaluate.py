"""A function, a few cases, a few checks."""

from typing import Any

import pytest
from app_support import refused

from seatrial.app.evaluate import evaluate
from seatrial.core.case import Case
from seatrial.core.request import Message
from seatrial.core.verdict import Readiness

CASES: list[Any] = [
    {"ask": "When does it leave for Saltholm?", "expect": "21:40", "tags": {"language": "en"}},
    {"ask": "When does it leave for Northey?", "expect": "06:15"},
]


def bot(question: str) -> str:
    return "At 21:40." if "Saltholm" in question else "I do not know."


async def slow_bot(question: str) -> str:
    return bot(question)


@pytest.mark.parametrize("function", [bot, slow_bot])
def test_functions_are_asked_and_judged(function: Any) -> None:
    """A plain or an async function is asked every case; its answers are judged by every check."""
    outcome = evaluate(function, CASES, ["contains", {"length": {"max": 20}}])
    assert outcome.report.counts.passed == 1
    assert [check.name for check in outcome.report.checks] == ["contains", "length"]
    assert outcome.report.suites[0].target == function.__name__


def test_without_gates_there_is_no_verdict() -> None:
    """No gate is not enough evidence; with one, repeats and all, there is a verdict."""
    assert evaluate(bot, CASES, ["contains"]).readiness is Readiness.UNDECIDED
    outcome = evaluate(bot, CASES[:1], ["contains"], gates=["pass_rate >= 15%"], repeat=30)
    assert outcome.readiness is Readiness.READY
    assert len(outcome.batch) == 30


def test_functions_may_be_checks_and_crash() -> None:
    """A function as a check judges; a function that crashes as a target is a failure, not an error."""

    def short(answer: str) -> bool:
        return len(answer) < 12

    def broken(question: str) -> str:
        raise ValueError("no wind")

    assert evaluate(bot, CASES, [short]).report.counts.passed == 1
    outcome = evaluate(broken, CASES, [short])
    assert outcome.report.failures[0].kind == "crashed"
    assert "no wind" in outcome.report.failures[0].example


def test_ready_made_cases_are_taken() -> None:
    """A Case that was made by hand is asked as it is, with the checks added."""
    case = Case(id="one", turns=(Message("user", "Saltholm?"),), expect=("21:40",))
    assert evaluate(bot, [case], ["contains"]).report.cases.shown[0].case == "one"


@pytest.mark.parametrize(
    ("cases", "checks", "said"),
    [
        ([{"ask": "a"}], [], "nothing checks the case"),
        ([{"aks": "a"}], ["contains"], "cases[0].aks: this key is not known; did you mean `ask`?"),
        ([{"ask": "a"}, {"ask": ""}], ["refusal"], "cases[1]: `ask` is empty"),
        (["a"], ["refusal"], "cases[0]"),
        ([{"ask": "a", "id": 1}, {"ask": "b", "id": 1}], ["refusal"], "cases[1]: the id `1` is taken already"),
        ([{"ask": "a"}], ["contians"], "there is no check `contians`"),
    ],
)
def test_wrong_cases_are_mistakes(cases: list[Any], checks: list[Any], said: str) -> None:
    """What is wrong with a case or a check is said with its place in the list."""
    assert said in refused(evaluate, bot, cases, checks)


def test_what_cannot_be_asked_is_refused() -> None:
    """Something that is neither a function nor a Target is a mistake."""
    assert "int is neither a function nor a Target" in refused(evaluate, 3, CASES, ["refusal"])
