"""A Python function as a Check."""

import math
import sys

import pytest

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge, judge_text
from seatrial.checks.table import build_check
from seatrial.core.check import Need
from seatrial.core.errors import Mistake
from seatrial.core.score import Score

SOURCE = """
from seatrial.core.score import Score

def short(evidence): return len(evidence.text) < 12
def same(answer, expected): return answer == expected
def facts(case, interaction): return case.id == "text" and interaction.target == "text"
async def later(answer, expected): return answer == expected, f"compared with {expected}"
class Rules:
    @staticmethod
    def polite(answer): return "please" in answer
number = 3
def two(one, other): return True
def also(answer, other): return True
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with a user's module."""
    (tmp_path / "user_rules.py").write_text(SOURCE)
    (tmp_path / "user_broken.py").write_text("1 / 0")
    yield tmp_path
    sys.modules.pop("user_rules", None)


@pytest.mark.parametrize(
    ("name", "text", "passed"),
    [
        ("short", "At 21:40.", True),
        ("short", "It leaves at 21:40.", False),
        ("same", "b", True),
        ("same", "c", False),
        ("facts", "", True),
        ("Rules.polite", "please", True),
        ("later", "b", True),
        ("later", "c", False),
    ],
)
async def test_a_function_by_its_place(folder, name, text, passed):
    """A function of the user's folder gets what its parameters are named for; any right answer will do."""
    check = build_check({"python": f"user_rules:{name}"}, folder=folder)
    score = await judge(check, evidence_of(text, expect=["a", "b"]))
    assert (score.name, score.passed) == (name, passed)


def test_the_folder_does_not_stay_on_the_path(folder):
    """Importing a user's module leaves no trace in the search path."""
    build_check({"python": "user_rules:short"}, folder=folder)
    assert str(folder) not in sys.path


def test_needs_follow_the_parameters(folder):
    """Who asks for `expected` needs it."""
    assert Need.EXPECTED in build_check({"python": "user_rules:same"}, folder=folder).needs
    assert build_check({"python": "user_rules:short"}, folder=folder).needs == {Need.ANSWER}


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("user_rules", "write `module:name`"),
        ("user rules:short", "write `module:name`"),
        ("user_rules:shrot", "the module user_rules has no `shrot`"),
        ("user_rules:number", "is no function but int"),
        ("user_rules:two", "takes `one`, which a check cannot fill"),
        ("user_rules:also", "takes `other`, which a check cannot fill"),
        ("user_broken:short", "cannot be imported: ZeroDivisionError"),
        ("no_such_module_here:short", "cannot be imported: ModuleNotFoundError"),
    ],
)
def test_a_place_that_is_none(folder, place, said):
    """A wrong place is a mistake that says what is wrong with it."""
    with pytest.raises(Mistake, match=said):
        build_check({"python": place}, folder=folder)


@pytest.mark.parametrize(
    ("gives", "passed", "value", "said"),
    [
        (True, True, 1.0, "gave true"),
        (False, False, 0.0, "gave false"),
        (0.7, True, 0.7, "gave 0.7, wanted is at least 0.5"),
        (0, False, 0.0, "gave 0"),
        ((False, "too long"), False, 0.0, "too long"),
        ((0.9, "fine"), True, 0.9, "fine"),
        (Score("mine", True, 0.3, "because"), True, 0.3, "because"),
        (Score("mine", None, reason="cannot say"), None, None, "cannot say"),
        (math.nan, None, None, "gave nan"),
        (None, None, None, "it gave NoneType; give true or false"),
        ("yes", None, None, "it gave str"),
    ],
)
def test_what_a_function_may_give(gives, passed, value, said):
    """Truth values, numbers, pairs and Scores are taken; anything else is not judged."""

    def rule(answer):
        return gives

    score = judge_text(rule, "text")
    assert (score.name, score.passed, score.value) == ("rule", passed, value)
    assert said in score.reason


def test_a_number_of_numpy_is_a_number():
    """What has `item` is taken for what it holds."""
    numpy = pytest.importorskip("numpy")
    assert judge_text(lambda answer: numpy.bool_(True), "text").passed is True


def test_the_threshold_of_a_number():
    """A mapping says from where on a number passes."""
    spec = {"python": {"function": lambda answer: 0.7, "threshold": 0.8, "name": "strict"}}
    score = judge_text(spec, "text")
    assert (score.name, score.passed) == ("strict", False)


def test_a_function_that_raises_is_not_judged():
    """The user sees the type and the message of the error."""

    def rule(answer):
        raise KeyError("fare")

    assert judge_text(rule, "text").reason == "The check crashed: KeyError: 'fare'."
