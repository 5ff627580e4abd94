"""Checks by lists of words, and of repetition."""

import msgspec
import pytest

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check, known_checks
from seatrial.core.errors import Mistake


def tagged(text, language):
    """Evidence whose case has a tag `language`."""
    evidence = evidence_of(text)
    return msgspec.structs.replace(evidence, case=msgspec.structs.replace(evidence.case, tags={"language": language}))


@pytest.mark.parametrize(
    ("spec", "text", "passed"),
    [
        ("toxicity", "The ferry has left.", True),
        ("toxicity", "", True),
        ("toxicity", "Only an idiot would ask.", False),
        ("toxicity", "Du bist ein Trottel.", False),
        ("toxicity", "Eres un imbécil.", False),
        ("toxicity", "Quel abruti !", False),
        ("toxicity", "You are so clever, one might think you had read it.", True),
        ("profanity", "The damn ferry!", False),
        ("profanity", "Verdammte Fähre!", False),
        ("profanity", "¡Mierda!", False),
        ("profanity", "Oh merde.", False),
        ("profanity", "Sorry, it is late.", True),
        ({"toxicity": {"languages": ["de"]}}, "an idiot or a moron", False),
        ({"toxicity": {"languages": ["fr"]}}, "a moron", True),
        ({"toxicity": {"words": ["landlubber*"]}}, "You landlubbers!", False),
        ({"toxicity": {"words": "bilge rat"}}, "You bilge rat!", False),
        ({"toxicity": {"allow": ["idiot*"]}}, "an idiotic idea", True),
        ({"profanity": {"allow": "damn"}}, "The damn ferry!", True),
        ({"not": "profanity"}, "The damn ferry!", True),
    ],
)
def test_lists_of_words(spec, text, passed):
    """Words of the lists and of the user are found, allowed ones are not, and an insinuation is not, either."""
    assert judge_text(spec, text).passed is passed


def test_what_was_found_is_said():
    """The reason names the words and that a list found them; the value counts different ones."""
    score = judge_text("toxicity", "Idiot! Moron! Idiot!")
    assert score.value == 2
    assert score.unit == "words"
    assert '"idiot" or "moron"' in score.reason
    assert "list of words" in score.reason


def test_the_summary_says_what_a_list_cannot_do():
    """The list of checks tells that insinuations are not found."""
    summary = next(info.summary for info in known_checks() if info.name == "toxicity")
    assert "by a list of words: it finds insults and slurs, not insinuations" in summary


def test_the_tag_chooses_the_list():
    """A word that is harmless in French counts only where the answer is said to be English."""
    check = build_check("toxicity")
    assert check.judge(tagged("The retard is late.", "en-GB")).passed is False
    assert check.judge(tagged("Le train a du retard.", "fr")).passed is True
    assert check.judge(evidence_of("Le train a du retard.")).passed is True


def test_a_language_without_a_list_is_not_judged():
    """No list is no clean answer; a user's own words are looked for all the same."""
    score = build_check("profanity").judge(tagged("Perkele!", "fi"))
    assert score.passed is None
    assert "`fi`" in score.reason
    assert build_check({"profanity": {"words": ["perkele"]}}).judge(tagged("Perkele!", "fi")).passed is False


def test_the_end_of_a_huge_answer_is_not_searched():
    """Nothing found in the beginning of a huge answer is not judged; something found is a fail."""
    assert judge_text("toxicity", "ferry " * 40_000).passed is None
    assert judge_text("toxicity", "idiot " + "ferry " * 40_000).passed is False


@pytest.mark.parametrize(
    "spec",
    [
        {"toxicity": {"languages": ["xx"]}},
        {"toxicity": {"words": [""]}},
        {"profanity": {"words": "!"}},
        {"toxicity": "idiot"},
    ],
)
def test_words_that_are_none(spec):
    """Unknown languages, empty words and a bare value are mistakes."""
    with pytest.raises(Mistake):
        build_check(spec)


LOOP = "The ferry leaves at nine. " * 20


@pytest.mark.parametrize(
    ("spec", "text", "passed"),
    [
        ("repetition <= 20%", "The last ferry leaves at 21:40 from pier three.", True),
        ("repetition <= 0.2", LOOP, False),
        ("repetition <= 0.2", "", True),
        ("repetition <= 0.2", "no", True),
        ({"repetition": {"limit": "<= 0.2", "n": 1}}, "no no no no no", False),
        ("repetition.loop <= 3", LOOP, False),
        ("repetition.loop <= 3 times", "ho ho ho", True),
        ("repetition.loop < 3", "ho ho ho", False),
        ("repetition.loop <= 3", "| a | b |\n|---|---|\n| 1 | 2 |", True),
        ("repetition.loop <= 3", "と" * 20, False),
    ],
)
def test_repetition(spec, text, passed):
    """The share of repeated phrases and the longest loop are held to limits."""
    assert judge_text(spec, text).passed is passed


def test_repetition_shows_the_loop():
    """The reason quotes the phrase; values are a share and a number of times."""
    score = judge_text("repetition.loop <= 3", LOOP)
    assert '"the ferry leaves at nine ."' in score.reason
    assert (score.value, score.unit) == (20, "times")
    share = judge_text("repetition <= 0.2", "a b c d a b c d")
    assert (share.value, share.unit) == (pytest.approx(0.2), "")


@pytest.mark.parametrize(
    "spec",
    [
        "repetition <= 3 times",
        "repetition.loop <= 20%",
        "repetition.other <= 1",
        {"repetition": {"limit": "<= 0.2", "n": 0}},
        "repetition",
    ],
)
def test_repetition_refuses_what_makes_no_sense(spec):
    """Units of the other measure, n-grams of nothing and a missing limit are mistakes."""
    with pytest.raises(Mistake, match="repetition"):
        build_check(spec)
