"""Checks that compare and search texts."""

import pytest

from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake


@pytest.mark.parametrize(
    ("spec", "text", "passed"),
    [
        ({"equals": "21:40"}, "\n21:40 ", True),
        ({"equals": {"expect": "21:40", "strip": False}}, "21:40 ", False),
        ({"equals": "Saltholm"}, "SALTHOLM", False),
        ({"equals": {"expect": "straße", "ignore_case": True}}, "STRASSE", True),
        ({"equals": "café"}, "cafe\u0301", True),
        ({"equals": ["a", "b"]}, "b", True),
        ({"equals": 12}, "12", True),
        ({"contains": "last ferry"}, "The last\n  ferry", True),
        ({"contains": "Fähre"}, "die Fa\u0308hre", True),
        ({"contains": {"expect": "FERRY", "ignore_case": True}}, "a ferry", True),
        ({"contains": ["x", "y"]}, "only y", True),
        ({"contains": "ferry"}, "", False),
        ({"contains_any": ["bus", "boat"]}, "a boat", True),
        ({"contains_any": ["bus", "boat"]}, "a tram", False),
        ({"contains_all": ["12.50", "euros"]}, "12.50 euros", True),
        ({"starts_with": "Dear"}, "  Dear passenger", True),
        ({"starts_with": ["Hello", "Hi"]}, "Hi there", True),
        ({"starts_with": "Dear"}, "Oh dear", False),
        ({"ends_with": "."}, "At 21:40.\n", True),
        ({"ends_with": "?"}, "At 21:40.", False),
        ({"not_any_of": ["As an AI"]}, "At 21:40.", True),
        ({"not_any_of": {"texts": "as an ai", "ignore_case": True}}, "As an AI, I", False),
    ],
)
def test_texts(spec, text, passed):
    """Each check says pass or fail of a text as its document says."""
    assert judge_text(spec, text).passed is passed


def test_contains_all_counts_what_was_found():
    """The value is the share of the texts that stand in the answer, and the reason names the rest."""
    score = judge_text({"contains_all": ["a", "b", "c", "d"]}, "a b c")
    assert (score.passed, score.value) == (False, 0.75)
    assert 'lacks "d"' in score.reason


def test_an_empty_expected_text_of_a_case_is_not_judged():
    """Every answer contains an empty text, so a pass would mean nothing."""
    assert judge_text("contains", "anything", expect="").passed is None
    assert judge_text("equals", "", expect="").passed is True


@pytest.mark.parametrize("name", ["contains", "contains_all", "contains_any", "equals", "starts_with", "ends_with"])
def test_without_an_expected_answer_nothing_is_judged(name):
    """A check that takes its text from the case says so when there is none."""
    score = judge_text(name, "text")
    assert score.passed is None
    assert "no expected answer" in score.reason


@pytest.mark.parametrize(
    ("spec", "text", "passed"),
    [
        ({"regex": r"\d{2}:\d{2}"}, "at 21:40", True),
        ({"regex": {"pattern": r"\d{2}:\d{2}", "full": True}}, "at 21:40", False),
        ({"regex": {"pattern": r"\d{2}:\d{2}", "full": True}}, " 21:40\n", True),
        ({"regex": {"pattern": "FERRY", "flags": ["ignore_case"]}}, "ferry", True),
        ({"regex": {"pattern": "^b$", "flags": ["multiline"]}}, "a\nb", True),
        ({"regex": {"pattern": "a.b", "flags": ["dot_all"]}}, "a\nb", True),
        ({"regex": {"pattern": "a  b # both", "flags": ["verbose"]}}, "ab", True),
        ({"regex": "caf\u00e9"}, "cafe\u0301", True),
    ],
)
def test_regex(spec, text, passed):
    """A pattern is searched anywhere or matched as a whole, with the flags of `re`."""
    assert judge_text(spec, text).passed is passed


def test_regex_does_not_search_the_end_of_a_huge_answer():
    """Beyond 100,000 characters nothing is searched, and that is not judged instead of failed."""
    assert judge_text({"regex": "needle"}, "needle" + "x" * 200_000).passed is True
    score = judge_text({"regex": "needle"}, "x" * 200_000 + "needle")
    assert score.passed is None
    assert "only 100,000 are searched" in score.reason
    assert judge_text({"regex": {"pattern": "x*", "full": True}}, "x" * 200_000).passed is None


def test_regex_refuses_an_unknown_flag():
    """The mistake names the flag."""
    with pytest.raises(Mistake, match="flags"):
        build_check({"regex": {"pattern": "a", "flags": ["loud"]}})


@pytest.mark.parametrize(
    ("spec", "text", "passed", "value"),
    [
        ("length <= 9", "At 21:40.", True, 9),
        ("length < 9", "At 21:40.", False, 9),
        ("length <= 2 words", "At 21:40.", True, 2),
        ({"length": {"min": 3, "of": "words"}}, "At 21:40.", False, 2),
        ({"length": {"min": 0, "max": 0}}, "", True, 0),
        ({"length": {"max": 0}}, "a", False, 1),
        ({"length": {"limit": "<= 5", "of": "words"}}, "one two", True, 2),
    ],
)
def test_length(spec, text, passed, value):
    """Characters or words are counted and held to a limit or a range; the value is the count."""
    score = judge_text(spec, text)
    assert (score.passed, score.value) == (passed, value)


@pytest.mark.parametrize(
    "spec", ["length", {"length": {"min": 3, "max": 2}}, {"length": {"limit": "<= 3 words", "of": "characters"}}]
)
def test_length_refuses_limits_that_make_no_sense(spec):
    """No limit, crossed limits and two units are mistakes."""
    with pytest.raises(Mistake, match="length"):
        build_check(spec)
