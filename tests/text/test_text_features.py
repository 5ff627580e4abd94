"""What is seen in a text: its form, its words, its beginning and its end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.text.features import (
    FORMS,
    LOOKED_AT,
    WHOLE,
    each_word,
    first_word,
    forms_of,
    last_sign,
    word_count,
    words_of,
)

SHOWS = {
    "line_break": ["first\nsecond", "a\r\nb"],
    "list": ["Bring:\n- a ticket\n- a coat", "1. pay\n2. board", "• one"],
    "table": ["| pier | time |\n|---|---|\n| 7 | 21:40 |", "|a|\n| :-: |"],
    "code_block": ["```\nx = 1\n```", "~~~py\nx\n~~~"],
    "heading": ["# Fares\nTen euros", "text\n### Part"],
    "url": ["see https://ferry.example/fares", "at WWW.ferry.example"],
    "digits": ["at 21:40", "٣ ferries"],
    "money": ["€ 12", "12.50 euros", "3 USD", "five £"],
    "question_mark": ["why?", "为什么？", "لماذا؟"],
    "quotation_marks": ['he said "go"', "„so“", "「船」"],
    "beyond_ascii": ["café", "船"],
    "emoji": ["done ✅", "🚀"],
    "json": ['{"fare": 12.5}', " [1, 2]\n"],
    "capitals": ["WHEN DOES IT LEAVE?", "ÉTÉ À NICE"],
}
LACKS = {
    "line_break": ["one line", "ends with one\n", ""],
    "list": ["a - b", "-5 degrees", "21.40 is late", "*bold* word"],
    "table": ["a | b", "| one row |", "|a|\nno rule"],
    "code_block": ["`inline`", "''' no '''"],
    "heading": ["#hashtag", "C # sharp", "####### seven"],
    "url": ["ferry.example", "awww.no"],
    "digits": ["seven", ""],
    "money": ["12 eurostars", "a dollar", "12"],
    "question_mark": ["why!", ""],
    "quotation_marks": ["it's", ""],
    "beyond_ascii": ["plain", ""],
    "emoji": ["café ×", "汉字"],
    "json": ["{not json}", '{"a": 1} and more', "12", "", "{" * 5_000 + "}" * 5_000],
    "capitals": ["When?", "OK", "21:40", "", "漢字漢字"],
}


def test_every_form_is_tried() -> None:
    """The examples of this file speak of every form that is looked for."""
    assert set(SHOWS) == set(LACKS) == FORMS.keys() | WHOLE.keys() == forms_of("").keys()


@pytest.mark.parametrize(("form", "text"), [(form, text) for form, texts in SHOWS.items() for text in texts])
def test_a_form_is_seen(form: str, text: str) -> None:
    """A text that has a form is said to have it."""
    assert forms_of(text)[form]


@pytest.mark.parametrize(("form", "text"), [(form, text) for form, texts in LACKS.items() for text in texts])
def test_a_form_is_not_imagined(form: str, text: str) -> None:
    """A text that only looks a little like a form is not said to have it."""
    assert not forms_of(text)[form]


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_every_text_has_an_answer_for_every_form(text: str) -> None:
    """Whatever the text, each form is there or not, and nothing breaks."""
    assert {type(has) for has in forms_of(text).values()} == {bool}
    assert first_word(text) is None or first_word(text) != ""
    assert (last_sign(text) is None) == (not text.strip())


def test_words_are_folded_and_told_apart_once() -> None:
    """Words come in lower case, each once, in the order of the text; numbers and single letters are none."""
    assert words_of("The ferry, the FERRY and a 2nd boat's crew: x 21:40") == [
        "the", "ferry", "and", "nd", "boat's", "crew",
    ]  # fmt: skip


def test_each_word_repeats() -> None:
    """All words come when they are counted, not only the different ones."""
    assert list(each_word("no no yes")) == ["no", "no", "yes"]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [("船票多少钱", ["船票", "票多", "多少", "少钱"]), ("船", ["船"]), ("去 Kelprock 港", ["去", "kelprock", "港"])],
)
def test_scripts_without_spaces_give_pairs(text: str, pairs: list[str]) -> None:
    """Where no spaces part words, neighbouring signs stand for them."""
    assert words_of(text) == pairs


def test_words_are_bounded() -> None:
    """A text with very many words gives only the first ones, and an endless word none."""
    text = " ".join("word" + chr(97 + i % 26) + chr(97 + i // 26) for i in range(600))
    assert len(words_of(text)) == 200
    assert words_of(text, 3) == ["wordaa", "wordba", "wordca"]
    assert words_of("a" * 5_000) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [("Sorry, no.", "sorry"), ("¿Cuándo sale?", "cuándo"), ("“Go”", "go"), ("12 euros", None), ("", None)],
)
def test_the_first_word(text: str, word: str | None) -> None:
    """A text begins with a word, quotation marks and signs of a question left aside, or with none."""
    assert first_word(text) == word


@pytest.mark.parametrize(
    ("text", "sign"), [("Yes.", "."), ("Yes", "word"), ("at 21", "word"), ("so: \n", ":"), ("", None), (" ", None)]
)
def test_the_last_sign(text: str, sign: str | None) -> None:
    """A text ends with a sign, or in the middle of a word."""
    assert last_sign(text) == sign


def test_a_megabyte_is_looked_at_in_part() -> None:
    """What stands behind the part that is looked at changes nothing but the end."""
    start = "our boats " * (LOOKED_AT // 10)
    long = start + "# heading\n| a |\n|---|\n ``` https://x.example €5 ?" * 20_000
    assert forms_of(long) == forms_of(start)
    assert words_of(long) == ["our", "boats"]
    assert last_sign(long) == "?"


@pytest.mark.parametrize("piece", ["|", "| \n", "- ", "\n-", "#", "{", "`", "a-", "a'", "1", "\n    ", "|-|\n"])
def test_no_pattern_runs_away(piece: str) -> None:
    """A megabyte of what a pattern begins with is looked at all the same."""
    text = piece * (1_000_000 // len(piece))
    assert forms_of(text).keys() == forms_of("").keys()
    assert len(words_of(text)) <= 200


def test_long_json_is_known_by_its_ends() -> None:
    """JSON that is longer than what is looked at is told by its brackets."""
    assert forms_of("[" + "1," * LOOKED_AT + "1]")["json"]
    assert not forms_of("[" + "1," * LOOKED_AT)["json"]


def test_words_are_counted_by_white_space() -> None:
    """The length of a text is its words, however they are spaced."""
    assert word_count(" one  two\nthree ") == 3
    assert word_count("") == 0


@settings(max_examples=60)
@given(st.text(alphabet="abcXYZ019 '-_.\n", max_size=60))
def test_plain_texts_have_the_words_of_all_texts(text: str) -> None:
    """The quick way for ASCII gives the words that the way for all scripts gives."""
    assert [*each_word(text), "é" * 2] == list(each_word(f"{text} éé"))
