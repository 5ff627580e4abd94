"""The letter that an answer settles on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.checks.choices import chosen_letter
from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake


@pytest.mark.parametrize(
    "text",
    [
        "B",
        "b",
        " (B) ",
        "B.",
        "**B**",
        "The answer is B.",
        "The answer is (B).",
        "The correct answer is: **B**",
        "Answer: B",
        "answer is option B",
        "Final answer: $\\boxed{B}$",
        "I choose B because A is wrong.",
        "I'd pick option B",
        "B. Saltholm",
        "B) Saltholm",
        "(B) Saltholm",
        "First I thought the answer is A. But the answer is B.",
        "A is wrong, C too. So it must be (B)",
        "I think B",
        "A ferry goes there, hence B",
        "Die Antwort ist B.",
        "Die richtige Antwort lautet B",
        "La respuesta es B",
        "La réponse est B.",
        "Option B",
        "The answer is B, not A.",
        "It is clearly **B**",
    ],
)
def test_the_usual_phrasings_of_b(text):
    """However an answer says B, B is read."""
    assert chosen_letter(text) == "B"


@pytest.mark.parametrize(
    "text", ["", "A ferry goes there.", "I do not know.", "Kelprock", "K", "I'm sure", "ABC", "42"]
)
def test_texts_that_choose_nothing(text):
    """An article, a pronoun and a word that begins with a letter are no choice."""
    assert chosen_letter(text) is None


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("A", "A"),
        ("I", "I"),
        ("The answer is A", "A"),
        ("Not B but C", "C"),
        ("J", "J"),
        ("A. One\nB. Two\nThe answer is A.", "A"),
    ],
)
def test_other_letters(text, letter):
    """A and I are choices where they cannot be words; a stated answer wins over a list of options."""
    assert chosen_letter(text) == letter


@pytest.mark.parametrize(
    ("text", "expect", "passed"),
    [("(B)", "B", True), ("(B)", "B. Saltholm", True), ("C", "B", False), ("C", ["B", "C"], True), ("no", "B", False)],
)
def test_choice(text, expect, passed):
    """The letter is compared with the right one; naming none fails."""
    assert judge_text("choice", text, expect=expect).passed is passed


def test_an_expected_answer_that_is_no_letter():
    """In the case it is not judged, in the check's own arguments it is a mistake."""
    assert judge_text("choice", "B", expect="forty").passed is None
    with pytest.raises(Mistake, match="letter from A to J"):
        build_check({"choice": "forty"})


@given(st.text())
def test_reading_a_letter_never_raises(text):
    """Any text gives a letter from A to J or none."""
    assert chosen_letter(text) in {*"ABCDEFGHIJ", None}
