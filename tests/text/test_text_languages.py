"""Which language a text is in, and when it cannot be told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.text.languages import known_languages, language_of, primary
from seatrial.text.sentiment import sentiment_label, sentiment_of

FOUR = frozenset({"de", "en", "es", "fr"})
SENTENCES = {
    "en": [
        "The last ferry leaves at twenty to ten.",
        "You may bring your bicycle on board.",
        "Please wait on the pier until we call you.",
        "Dogs are welcome on the lower deck.",
    ],
    "de": [
        "Die letzte Fähre fährt um zwanzig vor zehn.",
        "Sie dürfen Ihr Fahrrad an Bord mitnehmen.",
        "Bitte warten Sie auf dem Steg, bis wir Sie rufen.",
        "Hunde sind auf dem unteren Deck willkommen.",
    ],
    "es": [
        "El último barco sale a las diez menos veinte.",
        "Puede llevar su bicicleta a bordo.",
        "Espere en el muelle hasta que le llamemos.",
        "Los perros son bienvenidos en la cubierta inferior.",
    ],
    "fr": [
        "Le dernier bateau part à dix heures moins vingt.",
        "Vous pouvez prendre votre vélo à bord.",
        "Attendez sur le quai jusqu'à ce que nous vous appelions.",
        "Les chiens sont les bienvenus sur le pont inférieur.",
    ],
    "it": ["Il traghetto parte dal molo tre alle nove di sera."],
    "nl": ["De laatste veerboot vertrekt om negen uur van de pier."],
    "pl": ["Ostatni prom odpływa o dziewiątej wieczorem z molo."],
    "ja": ["最後のフェリーは九時に出発します。"],
    "zh": ["最后一班渡轮晚上九点从码头出发。"],
    "ru": ["Последний паром отправляется в девять вечера."],
    "ar": ["تغادر آخر عبارة في الساعة التاسعة مساء."],
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in SENTENCES.items() for text in texts])
def test_sentences(code, text):
    """A sentence of some words is recognised with more than half the certainty there is."""
    found = language_of(text)
    assert found.code == code
    assert 0.5 <= found.confidence <= 1


@pytest.mark.parametrize(("code", "text"), [(code, text) for code in sorted(FOUR) for text in SENTENCES[code]])
def test_few_languages_are_easier(code, text):
    """Among four languages the certainty is no smaller than among all."""
    assert language_of(text, FOUR).code == code
    assert language_of(text, FOUR).confidence >= language_of(text).confidence


@pytest.mark.parametrize(
    "text",
    ["", "ok", "Yes.", "21:40", "12.50 EUR", "https://example.com/the-last-ferry-leaves-at-nine", "kim@example.com"],
)
def test_too_few_letters(text):
    """Short words, numbers and addresses have no language, and the reason says so."""
    found = language_of(text)
    assert found.code == ""
    assert found.why_not


def test_a_text_that_is_no_sentence_is_not_guessed():
    """Names that are words nowhere leave the model unsure."""
    found = language_of("Saltholm Bruxelles Xk Zzyx")
    assert found.code == ""
    assert "likeliest" in found.why_not


def test_code_does_not_count():
    """An answer in German about a program in English words is German."""
    text = (
        "Die Schleife zählt alle Fahrten zusammen:\n```python\nfor each_trip in all_the_trips: total += each_trip\n```"
    )
    assert language_of(text).code == "de"


@pytest.mark.parametrize("code", sorted(FOUR))
def test_a_text_that_repeats_itself_keeps_its_language(code):
    """Saying the same sentence ten thousand times makes it no less sure."""
    assert language_of(f"{SENTENCES[code][0]} " * 10_000).code == code


def test_the_known_languages():
    """The usual codes are known, and what stands for no language is none of them."""
    assert FOUR | {"ja", "zh", "ar", "pt"} <= known_languages()
    assert not {"zxx", "und", ""} & known_languages()


@pytest.mark.parametrize(("tag", "code"), [("en", "en"), ("en-GB", "en"), ("pt_BR", "pt"), (" DE ", "de"), ("", "")])
def test_primary(tag, code):
    """The language of a tag is its first part."""
    assert primary(tag) == code


@settings(max_examples=50)
@given(st.text(max_size=100))
def test_any_text_is_looked_at(text):
    """No text makes it fail; either a code or a reason comes back."""
    found = language_of(text)
    assert bool(found.code) != bool(found.why_not)
    assert 0 <= found.confidence <= 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("VADER is smart, handsome, and funny.", 0.8316),
        ("VADER is smart, handsome, and funny!", 0.8439),
        ("The book was good.", 0.4404),
        ("Today SUX!", -0.5461),
        ("", 0),
        ("The ferry leaves at nine.", 0),
    ],
)
def test_sentiment_of_the_paper(text, value):
    """The values that the authors of VADER publish come out to four digits."""
    assert sentiment_of(text) == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(
    ("value", "label"),
    [(1, "positive"), (0.05, "positive"), (0.049, "neutral"), (0, "neutral"), (-0.05, "negative"), (-1, "negative")],
)
def test_sentiment_labels(value, label):
    """The bounds are those of the authors."""
    assert sentiment_label(value) == label


@settings(max_examples=30)
@given(st.text(max_size=100))
def test_sentiment_has_bounds(text):
    """Any text has a sentiment from -1 to 1."""
    assert -1 <= sentiment_of(text) <= 1
