"""Functions of users as checks: every way to name parameters, and results of odd types."""

import functools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.checks.evidence import evidence_of
from seatrial.checks.functions import NAMES, arguments_for, parameters_of
from seatrial.checks.judge import judge, judge_text
from seatrial.checks.table import build_check
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake

EVIDENCE = evidence_of("At 21:40.", expect=["20:15", "21:40"], question="When?")


class Callable:
    """An object that can be called, and methods of each kind."""

    def __call__(self, answer):
        """Judge by the text."""
        return answer == "At 21:40."

    def bound(self, interaction, case):
        """Judge by two facts."""
        return interaction.text == "At 21:40." and case.id == "text"

    @classmethod
    def of_class(cls, evidence):
        """Judge by all there is."""
        return isinstance(evidence, Evidence)


def keyword_only(*, answer, expected):
    """Take both by keyword."""
    return expected in answer


def with_default(answer, least=3):
    """Take a default."""
    return len(answer) >= least


def with_rest(answer, *rest, **more):
    """Take whatever else there is: nothing."""
    return not rest and not more


def positional_only(answer, /):
    """Get the Evidence, since a name cannot be given."""
    return isinstance(answer, Evidence)


def one_of_any_name(whatever):
    """Get the Evidence."""
    return isinstance(whatever, Evidence)


@pytest.mark.parametrize(
    ("function", "named"),
    [
        (keyword_only, ("answer", "expected")),
        (with_default, ("answer",)),
        (with_rest, ("answer",)),
        (positional_only, ()),
        (one_of_any_name, ()),
        (Callable(), ("answer",)),
        (Callable().bound, ("interaction", "case")),
        (Callable.of_class, ("evidence",)),
        (functools.partial(with_default, least=4), ("answer",)),
        (lambda case: case is not None, ("case",)),
    ],
)
def test_parameters_are_filled_by_their_names(function, named):
    """Functions, methods, partial functions and callable objects get what they name, or the Evidence."""
    assert parameters_of(function) == named
    check = build_check(function)
    assert check.judge(EVIDENCE).passed is True
    assert (Need.EXPECTED in check.needs) is ("expected" in named)


@pytest.mark.parametrize(
    "function",
    [lambda answer, other: True, lambda one, two: True, lambda other, *, answer: True, lambda expected, least: True],
)
def test_parameters_that_nobody_can_fill(function):
    """A parameter of another name beside known ones, or two of them, is a mistake that lists the known ones."""
    with pytest.raises(Mistake, match="cannot fill") as caught:
        build_check(function)
    assert all(f"`{name}`" in str(caught.value) for name in NAMES)


@given(st.lists(st.sampled_from(NAMES), unique=True), st.lists(st.text(max_size=3), max_size=3))
def test_arguments_follow_names_and_right_answers(named, expect):
    """Each call gets the named facts and one right answer, in order; without `expected` there is one call."""
    calls = list(arguments_for(tuple(named), evidence_of("x", expect=expect)))
    assert all(set(call) == set(named) for call in calls)
    if "expected" in named:
        assert [call["expected"] for call in calls] == expect
    else:
        assert len(calls) == 1


async def test_right_answers_are_tried_until_one_passes():
    """A function is not called again once it passed, whether it waits or not."""
    asked = []

    def ready(expected):
        asked.append(expected)
        return expected == "b"

    async def later(expected):
        return ready(expected)

    for function in (ready, later):
        asked.clear()
        score = await judge(build_check(function), evidence_of("x", expect=["a", "b", "c"]))
        assert (score.passed, asked) == (True, ["a", "b"])


@pytest.mark.parametrize(
    "result",
    [None, "yes", b"1", [], {}, (), (True,), (True, 1), (True, "a", "b"), ("a", True), Decimal(1), 1j, object()],
)
async def test_results_of_other_types_are_not_judged(result):
    """What is neither a truth value, a number nor a pair with a reason says nothing, now or later."""

    async def later(answer):
        return result

    for function in (lambda answer: result, later):
        score = await judge(build_check(function), EVIDENCE)
        assert (score.passed, score.value) == (None, None)


@pytest.mark.parametrize("result", [float("nan"), float("inf"), -float("inf"), 10**400])
def test_numbers_that_are_none_are_not_judged(result):
    """Neither NaN nor infinity passes a threshold."""
    assert judge_text(lambda answer: result, "x").passed is None
    assert judge_text(lambda answer: (result, "because"), "x").passed is None


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_number_passes_from_the_threshold_on(value, threshold):
    """The threshold itself passes, and the value is kept."""
    score = judge_text({"python": {"function": lambda answer: value, "threshold": threshold}}, "x")
    assert (score.passed, score.value) == (value >= threshold, value)


def test_names_of_scores():
    """A function, a partial function and an object are named for what they are, unless a name is given."""
    assert build_check(with_default).name == "with_default"
    assert build_check(Callable()).name == "Callable"
    assert build_check(functools.partial(with_default)).name == "partial"
    assert build_check({"python": {"function": with_default, "name": "long enough"}}).name == "long enough"


@pytest.mark.parametrize("threshold", [float("nan"), float("inf"), "half"])
def test_thresholds_that_no_number_reaches(threshold):
    """They are refused when the suite is read instead of failing every answer."""
    with pytest.raises(Mistake, match="threshold"):
        build_check({"python": {"function": with_default, "threshold": threshold}})
