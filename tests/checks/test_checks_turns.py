"""Checks of single turns of a dialogue: every one, some one, a certain one."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge
from seatrial.checks.table import build_check
from seatrial.checks.turns import dialogue_of
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, Money
from seatrial.core.score import Score

YES = {"contains": "yes"}
ANSWERS = {"y": "yes", "n": "no", "?": "open"}


class Oracle:
    """An inner check that passes on "yes", cannot judge "open", and is as slow as a model."""

    name, version, needs, cost = "oracle", "1", frozenset({Need.ANSWER, Need.SESSION}), "model"

    def __init__(self):
        self.seen, self.at_once, self.most = [], 0, 0

    async def judge(self, evidence):
        """Judge by the text."""
        self.seen.append((evidence.text, len(evidence.before)))
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        passed = {"yes": True, "no": False}.get(evidence.text)
        return Score(self.name, passed, None, "asked", "model", cost=Money(5))


def talk(signs):
    """A dialogue of these answers."""
    return dialogue_of(*[ANSWERS[sign] for sign in signs])


def said(spec, signs):
    """The Score of a check that is free."""
    return build_check(spec).judge(talk(signs))


@pytest.mark.parametrize(
    ("signs", "every", "some"),
    [("y", True, True), ("n", False, False), ("yy", True, True), ("yny", False, True), ("nn", False, False)],
)
def test_every_and_some(signs, every, some):
    """Every turn must pass, or one of them."""
    assert said({"every_turn": YES}, signs).passed is every
    assert said({"some_turn": YES}, signs).passed is some


@given(st.text("yn?", min_size=1, max_size=6))
@settings(max_examples=60)
async def test_what_is_not_judged_stays_open_unless_others_decide(signs):
    """Three-valued logic: every is "and", some is "or", and the value is the share that passes."""
    passed = [{"y": True, "n": False, "?": None}[sign] for sign in signs]
    every = False if False in passed else None if None in passed else True
    some = True if True in passed else None if None in passed else False
    for spec, wanted in (("every_turn", every), ("some_turn", some)):
        score = await judge(build_check({spec: Oracle()}), talk(signs))
        assert score.passed is wanted
        assert score.value is None if wanted is None else score.value == signs.count("y") / len(signs)


async def test_each_turn_is_judged_with_the_turns_before_it():
    """The inner check sees answer after answer, each with what was said before, and all at once."""
    oracle = Oracle()
    await judge(build_check({"every_turn": oracle}), talk("yyn"))
    assert oracle.seen == [("yes", 0), ("yes", 1), ("no", 2)]
    assert oracle.most == 3


async def test_what_the_turns_cost_is_added_up():
    """A model-graded inner check is paid for each turn that it judges."""
    assert (await judge(build_check({"every_turn": Oracle()}), talk("yyy"))).cost == Money(15)
    assert (await judge(build_check({"turn": {"number": 2, "check": Oracle()}}), talk("yyy"))).cost == Money(5)
    assert said({"every_turn": YES}, "yy").cost is None


@pytest.mark.parametrize(
    ("number", "signs", "passed"),
    [(1, "yn", True), (2, "yn", False), (-1, "yn", False), (-2, "yn", True), (3, "yn", None), (-3, "yn", None)],
)
def test_a_certain_turn(number, signs, passed):
    """Turns are counted from 1, or from the end; a turn that is not there is not judged."""
    score = said({"turn": {"number": number, "check": YES}}, signs)
    assert score.passed is passed
    assert passed is not None or score.reason == f"The dialogue has 2 turns, so there is no turn {number}."


@pytest.mark.parametrize(
    ("spec", "signs", "reason"),
    [
        ({"every_turn": YES}, "ynn", 'Turn 2 of 3: contains: The answer is "no"; it should contain "yes".'),
        ({"some_turn": YES}, "nyy", "Turn 2 of 3: contains"),
        ({"some_turn": YES}, "nn", "None of 2 turns passed. Turn 1 of 2: contains"),
        ({"every_turn": YES}, "yy", "All 2 turns passed; the last one: contains"),
        ({"turn": {"number": 1, "check": YES}}, "y", "contains"),
    ],
)
def test_the_reason_names_the_first_turn_that_decides(spec, signs, reason):
    """A reader finds the turn without reading the dialogue."""
    found = said(spec, signs).reason
    assert found.startswith(reason.split(": The")[0])
    assert found.endswith(".")


def test_names_say_what_is_judged():
    """Scores of different inner checks have different names, and a given name wins."""
    assert build_check({"every_turn": "length <= 20"}).name == "every_turn length"
    assert build_check({"turn": {"number": -1, "check": YES}}).name == "turn -1 contains"
    assert build_check({"some_turn": {"check": YES, "name": "agrees"}}).name == "agrees"


def test_they_need_and_cost_what_the_inner_one_does():
    """Expected answers and money are the inner check's; what each turn has for itself is not asked of the whole."""
    assert build_check({"every_turn": "contains"}).needs == {Need.ANSWER, Need.EXPECTED}
    check = build_check({"some_turn": Oracle()})
    assert (check.needs, check.cost) == ({Need.ANSWER}, "model")


def test_they_stand_inside_each_other():
    """Checks of turns combine with all others."""
    spec = {
        "all_of": [{"some_turn": {"not": YES}}, {"not": {"every_turn": YES}}, {"turn": {"number": 1, "check": YES}}]
    }
    assert said(spec, "yn").passed
    assert not said(spec, "yy").passed


def test_a_single_answer_is_a_dialogue_of_one():
    """Live traffic without a Case and without a session can be judged, too."""
    evidence = Evidence(evidence_of("yes").interaction)
    assert build_check({"every_turn": YES}).judge(evidence).passed
    assert build_check({"turn": {"number": -1, "check": YES}}).judge(evidence).passed


async def test_a_crash_inside_is_not_judged():
    """An inner check that crashes on one turn leaves the whole open, with its reason."""

    class Broken(Oracle):
        async def judge(self, evidence):
            raise ValueError("no voice")

    score = await judge(build_check({"every_turn": Broken()}), talk("yy"))
    assert score.passed is None
    assert "no voice" in score.reason


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("every_turn", "needs `check`"),
        ({"turn": {"number": 0, "check": YES}}, "begins at 1"),
        ({"turn": {"check": YES}}, "needs `number`"),
        ({"turn": 2}, "takes a `number` and a `check`"),
        ({"turn": None}, "takes a `number` and a `check`"),
        ({"some_turn": {"check": YES, "nmae": "x"}}, "did you mean `name`?"),
        ({"every_turn": "contians"}, "did you mean `contains`?"),
    ],
)
def test_mistakes_are_told(spec, said):
    """A wrong check inside or a wrong number is a mistake of the suite."""
    with pytest.raises(Mistake) as found:
        build_check(spec)
    assert said in str(found.value)


def test_tool_calls_of_one_turn():
    """`turn` makes a check of single answers one of a certain step of an agent."""
    from seatrial.core.request import ToolCall

    evidence = dialogue_of(Answer(tool_calls=(ToolCall("find"),)), "Done.")
    assert build_check({"turn": {"number": 1, "check": {"tool_call": "find"}}}).judge(evidence).passed
    assert build_check({"turn": {"number": 2, "check": {"tool_call": {"none": True}}}}).judge(evidence).passed
