"""Letters that answers settle on, in many phrasings and for every letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.checks.choices import MOST_CHARACTERS, chosen_letter
from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check

LETTERS = "ABCDEFGHIJ"
STATED = [
    "The answer is {}.",
    "the correct answer is: {}",
    "Final Answer: ({}).",
    "**Answer:** {}",
    "**The answer is {}**",
    "Answer:{}",
    "answer - {}",
    "Answer = {}",
    "The answer is option: {}",
    "Answer choice {}",
    "The correct option is ({}).",
    "The best answer would be {}",
    "The answer must be {}.",
    "My choice is {}",
    "I select ({}).",
    "I'd pick {}",
    "We chose option {}",
    "$\\boxed{{{}}}$",
    "$\\boxed{{\\text{{{}}}}}$",
    "The answer is therefore {}",
    "La opción correcta es {}. Respuesta: {}",
    "La respuesta es la {}",
    "Elijo {}",
    "La bonne réponse est {}.",
    "Le choix est {}",
    "Je choisis {}",
    "Die Lösung: {}",
    "Antwort: ({})",
    "Die richtige Antwort lautet {}",
    "Ich wähle {}.",
]
BARE = [
    "{}",
    " {} ",
    "({})",
    "[{}]",
    "{}.",
    "{})",
    "**{}**",
    "`{}`",
    '"{}"',
    "_{}_",
    "\n\n{}\n",
    "{}. Saltholm",
    "({}) At noon",
]


@pytest.mark.parametrize("phrasing", STATED)
def test_a_stated_letter_is_read_in_any_phrasing(phrasing):
    """Each of the ten letters is found where the answer states it, whatever the language."""
    assert "".join(str(chosen_letter(phrasing.format(each, each))) for each in LETTERS) == LETTERS


@pytest.mark.parametrize("phrasing", BARE)
def test_a_bare_letter_is_read_in_any_dress(phrasing):
    """Brackets, bold, quotes and white space do not hide a letter that is all there is."""
    assert "".join(str(chosen_letter(phrasing.format(each))) for each in LETTERS) == LETTERS


@given(st.sampled_from(LETTERS), st.sampled_from(LETTERS), st.sampled_from(STATED), st.sampled_from(STATED))
def test_of_two_statements_the_later_counts(first, then, one, other):
    """Who changes their mind is taken at the last word."""
    assert chosen_letter(f"{one.format(first, first)}\nNo: {other.format(then, then)}") == then


@given(st.sampled_from(LETTERS), st.permutations("ABCD"))
def test_a_statement_wins_over_a_list_of_options(letter, options):
    """An answer that repeats the options is read by what it states, before or after them."""
    listed = "\n".join(f"{each}) island {at}" for at, each in enumerate(options))
    assert chosen_letter(f"{listed}\nThe answer is {letter}.") == letter
    assert chosen_letter(f"The answer is {letter}.\n{listed}") == letter


@pytest.mark.parametrize(
    "verb",
    ["think", "believe", "guess", "would say", "am sure", "don't know but", "choose", "have it: so", "could say"],
)
def test_a_pronoun_is_no_letter(verb):
    """`Answer: I think it is B` settles on B; the pronoun I before a verb is nobody's choice."""
    assert chosen_letter(f"Answer: I {verb} it is B.") == "B"
    assert chosen_letter(f"Answer: I {verb} nothing.") is None


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("The answer is I, not H", "I"),
        ("Answer: I", "I"),
        ("The answer is I because the others are wrong.", "I"),
        ("The answer is not B but C.", "C"),
        ("Between A and B, the answer is A", "A"),
        ("Option A is wrong; option B is right.", "B"),
        ("C is right", "C"),
        ("C. Graynes\nBecause D. is far", "C"),
        ("A. one\nB. two\n(D)", "D"),
        ("maybe (A), more likely (C)", "C"),
        ("**A** or [B]", "B"),
        ("B, D", "D"),
    ],
)
def test_which_letter_of_several(text, letter):
    """A statement counts before a line's start, that before a mark, that before a letter alone; then the last."""
    assert chosen_letter(text) == letter


@pytest.mark.parametrize(
    "text",
    [
        "The answer is Apple",
        "Answer: Because",
        "the answer is b",
        "B-flat",
        "mid-B",
        "v.C",
        "B's boat",
        "K L M",
        "(K)",
        "Z.",
    ],
)
def test_words_and_other_letters_are_no_choice(text):
    """Words that begin with a letter, possessives, hyphens, small letters in text and K to Z choose nothing."""
    assert chosen_letter(text) is None


def test_only_the_end_of_a_long_answer_counts():
    """A letter stated before the last 20,000 characters is forgotten, one behind them is found."""
    filler = "word " * (MOST_CHARACTERS // 5)
    assert chosen_letter(f"The answer is B. {filler}") is None
    assert chosen_letter(f"{filler} The answer is B.") == "B"


@given(st.sampled_from(LETTERS), st.lists(st.sampled_from(LETTERS), min_size=1, max_size=3, unique=True))
def test_the_expected_letter_may_be_written_in_any_way(given_letter, right):
    """What is expected is read as an answer is, and of several letters any will do."""
    for shape in ("{}", "({})", "{}. Saltholm"):
        check = build_check({"choice": [shape.format(each) for each in right]})
        score = judge_text(check, f"I choose {given_letter}")
        assert score.passed is (given_letter in right)
        assert " or ".join(sorted(right)) in score.reason
