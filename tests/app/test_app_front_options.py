"""What Python callers give to `check` and `evaluate`: options of the wrong kind, odd functions, running loops."""

import asyncio
import functools
from pathlib import Path
from typing import Any

import pytest
from app_support import recorded, refused

from seatrial.app.evaluate import evaluate
from seatrial.app.front import check
from seatrial.core.errors import SeatrialError
from seatrial.core.verdict import Readiness

CASES: list[Any] = [{"ask": "a", "expect": "yes"}, {"ask": "b", "expect": "yes"}]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"limit": "3"}, "limit is a whole number, not `3`"),
        ({"repeat": 1.5}, "repeat is a whole number, not `1.5`"),
        ({"seed": "x"}, "seed is a whole number, not `x`"),
        ({"limit": 0}, "limit is at least 1"),
        ({"slice": "half=1"}, "slice is a mapping such as {'language': 'es'}, not `half=1`"),
        ({"only": ["x"]}, "there is no suite `x`"),
        ({"max_cost": "lots"}, "`lots` is no amount"),
        ({"baseline": "no.json"}, "no.json: the baseline cannot be read"),
        ({"Fresh": True}, "check has no option `Fresh`"),
    ],
)
def test_options_of_the_wrong_kind_are_mistakes(tmp_path: Path, options: dict[str, Any], said: str) -> None:
    """A caller in Python gets the same plain sentences as one at a shell, and no run is made."""
    path = recorded(tmp_path, 3)
    assert said in refused(lambda: check(path, **options))
    assert not (tmp_path / ".seatrial").exists()


@pytest.mark.parametrize(("wanted", "asked"), [("1", 5), (["0", "1"], 10), (("0",), 5), ([], 10), ("9", 0)])
def test_slices_may_be_one_value_or_several(tmp_path: Path, wanted: Any, asked: int) -> None:
    """Several values of one tag add up; no values are no narrowing."""
    assert len(check(recorded(tmp_path, 10), slice={"half": wanted}).batch) == asked


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"checks": "contains"}, "checks is a list, `contains` was found"),
        ({"checks": {"length": {"min": 1}}}, "checks is a list, a mapping was found"),
        ({"cases": {"ask": "a"}}, "cases is a list, a mapping was found"),
        ({"cases": "a"}, "cases is a list, `a` was found"),
        ({"gates": "pass_rate >= 1%"}, "gates is a list, `pass_rate >= 1%` was found"),
        ({"gates": ["pass_rat >= 1%"]}, "did you mean `pass_rate`?"),
        ({"repeat": 0}, "repeat is at least 1, not 0"),
        ({"cases": [{"ask": [{"user": "a"}, {"assistant": "b"}]}]}, "cases[0]: the last turn of `ask`"),
        ({"cases": [{"ask": "{{ x }}"}]}, "cases[0]: the template cannot be filled"),
        ({"function": None}, "NoneType is neither a function nor a Target"),
    ],
)
def test_wrong_arguments_of_evaluate_are_mistakes(how: dict[str, Any], said: str) -> None:
    """What most people get wrong first is told in a sentence with the argument's name."""
    whole = {"function": lambda question: "yes", "cases": CASES, "checks": ["contains"], **how}
    assert said in refused(lambda: evaluate(whole.pop("function"), whole.pop("cases"), **whole))


class Bot:
    """Something that can be called, and has no name."""

    def __call__(self, question: str) -> str:
        return f"yes, {question}"

    async def slowly(self, question: str) -> str:
        await asyncio.sleep(0)
        return self(question)


@pytest.mark.parametrize(
    "function",
    [Bot(), Bot().slowly, lambda question: "yes", functools.partial(lambda word, question: word, "yes"), str.upper],
)
@pytest.mark.parametrize("inside", [True, False])
def test_anything_that_can_be_called_is_asked(function: Any, inside: bool) -> None:
    """Objects, methods, lambdas and partial functions are asked, in a running loop and without one."""

    async def cell() -> Any:
        return evaluate(function, CASES, [{"length": {"min": 1}}])

    outcome = asyncio.run(cell()) if inside else evaluate(function, CASES, [{"length": {"min": 1}}])
    assert outcome.report.counts.passed == 2


def test_evaluate_takes_cases_from_a_generator_once() -> None:
    """Cases may come from anything that can be iterated once, and are all asked as often as was said."""
    outcome = evaluate(Bot(), ({"ask": f"q{i}"} for i in range(7)), ["refusal"], repeat=3)
    assert len(outcome.batch) == 21
    assert len({attempt.case for attempt in outcome.report.attempts.shown}) == 7


def test_no_cases_are_no_evidence() -> None:
    """An empty list is never ready, whatever the gate."""
    assert evaluate(Bot(), [], ["refusal"], gates=["pass_rate >= 0%"]).readiness is Readiness.UNDECIDED


def test_what_evaluate_measured_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trial in a notebook leaves no file behind, and its report can be written where one likes."""
    monkeypatch.chdir(tmp_path)
    outcome = evaluate(Bot(), CASES, ["contains"])
    assert list(tmp_path.iterdir()) == []
    assert outcome.journal is None
    assert outcome.write(tmp_path / "deep" / "er", "json")[0].exists()


def test_keyboard_interrupts_come_through() -> None:
    """Somebody who presses Ctrl-C in a function is not told of a failed case."""

    def interrupted(question: str) -> str:
        raise KeyboardInterrupt

    with pytest.raises((KeyboardInterrupt, SeatrialError)):
        evaluate(interrupted, CASES, ["contains"])
