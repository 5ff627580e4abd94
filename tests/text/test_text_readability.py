"""The formulas of readability against values reckoned by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.readability import FORMULAS, Counts, counted

PLAIN = "The cat sat on the mat. It was a very comfortable mat, and the cat was happy."
ROUND = Counts(
    words=100,
    sentences=5,
    syllables=150,
    letters=450,
    characters=460,
    polysyllables=12,
    monosyllables=60,
    hard=10,
    long=20,
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("flesch_kincaid", 0.39 * 20 + 11.8 * 1.5 - 15.59),
        ("flesch_reading_ease", 206.835 - 1.015 * 20 - 84.6 * 1.5),
        ("gunning_fog", 0.4 * (20 + 10)),
        ("smog", 1.0430 * math.sqrt(72) + 3.1291),
        ("coleman_liau", 0.0588 * 450 - 0.296 * 5 - 15.8),
        ("automated", 4.71 * 4.6 + 0.5 * 20 - 21.43),
        ("amstad", 180 - 20 - 58.5 * 1.5),
        ("wiener", 0.1935 * 12 + 0.1672 * 20 + 0.1297 * 20 - 0.0327 * 60 - 0.875),
        ("fernandez_huerta", 206.84 - 0.60 * 150 - 1.02 * 20),
        ("kandel_moles", 207 - 1.015 * 20 - 73.6 * 1.5),
    ],
)
def test_formulas(name, value):
    """Each formula gives what its paper's arithmetic gives for the same counts."""
    assert FORMULAS[name].of(ROUND) == pytest.approx(value, abs=1e-9)


def test_counts_of_a_plain_text():
    """Words, sentences, syllables and long words are counted as a person counts them."""
    counts = counted(PLAIN)
    assert (counts.words, counts.sentences, counts.syllables) == (17, 2, 22)
    assert (counts.polysyllables, counts.monosyllables, counts.long) == (1, 14, 1)
    assert counts.letters == sum(map(str.isalpha, PLAIN))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", 3),
        ("One... two", 2),
        ("Mr. Smith met Dr. Jones.", 1),
        ("It costs 12.50 euros.", 1),
        ("A title\n\nA sentence.", 2),
        ("- one\n- two\n- three", 3),
        ("1. one\n2. two", 2),
        ('He said "go." Then he left.', 2),
        ("one line\nthe same sentence", 1),
        ("", 0),
        ("... !!! ???", 0),
    ],
)
def test_sentences(text, sentences):
    """Full stops inside numbers and titles end no sentence; empty lines and items of lists do."""
    assert counted(text).sentences == sentences


@pytest.mark.parametrize(
    ("text", "hard"),
    [
        ("We saw a beautiful harbour.", 1),
        ("We met Margarita there.", 0),
        ("Margarita met us.", 1),
        ("She was interested.", 1),
        ("It was created yesterday.", 1),
        ("A state-of-the-art ferry.", 0),
    ],
)
def test_hard_words(text, hard):
    """Names, joined words, and words that are long only by -es, -ed or -ing are not hard by Gunning's rules."""
    assert counted(text).hard == hard


def test_code_and_addresses_do_not_count():
    """A listing or a link makes a text neither easier nor harder."""
    code = "```python\nimport something_complicated\n```"
    assert counted(f"{PLAIN}\n\n{code}") == counted(PLAIN)
    assert counted("Look at https://example.com/a/very/long/address today.").words == 3
    assert counted("Run `unbelievable_function_name` now.").words == 2


@pytest.mark.parametrize(
    ("language", "name", "plain", "heavy"),
    [
        ("en", "flesch_reading_ease", PLAIN, "Institutional considerations necessitate comprehensive documentation."),
        (
            "de",
            "amstad",
            "Das Boot legt um neun ab.",
            "Beförderungsbedingungen gewährleisten Rückerstattungsansprüche.",
        ),
        ("es", "fernandez_huerta", "El barco sale a las nueve.", "Consideraciones institucionales imprescindibles."),
        ("fr", "kandel_moles", "Le bateau part à neuf heures.", "Considérations institutionnelles indispensables."),
    ],
)
def test_plain_texts_are_easier_than_heavy_ones(language, name, plain, heavy):
    """In each language a sentence of short words is easier than one of long words."""
    formula = FORMULAS[name]
    assert formula.language == language
    assert formula.easier
    assert formula.of(counted(plain, language)) > formula.of(counted(heavy, language)) + 50


@given(st.text(max_size=300))
def test_counts_are_consistent(text):
    """For any text no part is larger than its whole, and there is no sentence without a word."""
    counts = counted(text)
    assert counts.sentences <= counts.words <= counts.syllables
    assert counts.hard <= counts.polysyllables <= counts.words
    assert counts.letters <= counts.characters


@given(st.sampled_from(sorted(FORMULAS)), st.text(alphabet="ab. \n", min_size=1, max_size=100))
def test_formulas_are_finite(name, text):
    """Whatever was counted, a formula gives a number."""
    counts = counted(text)
    if counts.words:
        assert math.isfinite(FORMULAS[name].of(counts))
