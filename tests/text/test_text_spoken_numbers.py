"""Numbers in words and back, in four languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.spoken_numbers import LANGUAGES, from_words, in_words, spoken_numbers


@pytest.mark.parametrize(
    ("number", "language", "words"),
    [
        (0, "en", "zero"),
        (21, "en", "twenty-one"),
        (305, "en", "three hundred and five"),
        (21, "de", "einundzwanzig"),
        (101, "de", "einhunderteins"),
        (16, "es", "dieciséis"),
        (42, "es", "cuarenta y dos"),
        (100, "es", "cien"),
        (555, "es", "quinientos cincuenta y cinco"),
        (71, "fr", "soixante et onze"),
        (80, "fr", "quatre-vingts"),
        (99, "fr", "quatre-vingt-dix-neuf"),
        (200, "fr", "deux cents"),
    ],
)
def test_numbers_as_they_are_spelt(number, language, words):
    """Grammars of the four languages give these forms."""
    assert in_words(number, language) == words


@given(st.integers(0, 999), st.sampled_from(LANGUAGES))
def test_there_and_back(number, language):
    """Every number up to 999 is read again from its words, in any case."""
    assert from_words(in_words(number, language), language) == number
    assert from_words(in_words(number, language).upper(), language) == number


@pytest.mark.parametrize(("number", "language"), [(-1, "en"), (1000, "de"), (5, "it")])
def test_what_has_no_words_here(number, language):
    """A number out of range and another language are refused."""
    with pytest.raises(ValueError, match="has no words here"):
        in_words(number, language)


def test_numbers_are_found_where_they_stand():
    """The longest number at a place counts, and articles are none."""
    text = "I need two hundred and five seats for one dog and twenty-one people."
    found = [(each.value, text[each.start : each.end]) for each in spoken_numbers(text, "en")]
    assert found == [(205, "two hundred and five"), (21, "twenty-one")]


def test_words_that_say_no_number():
    """They give nothing."""
    assert from_words("many", "en") is None
    assert list(spoken_numbers("Il n'y a pas de place pour un chien", "fr")) == []
