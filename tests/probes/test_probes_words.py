"""The families of words and sentences: what they make of a question, and what they leave alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.case import Case
from seatrial.core.probe import Dose
from seatrial.core.request import Message
from seatrial.probes.robustness.number_words import numbers_of
from seatrial.probes.robustness.worded import words
from seatrial.probes.table import find_probe
from seatrial.text.moments import moments

FAMILIES = [
    "abbreviations",
    "ambiguous",
    "dates",
    "incomplete",
    "mixed_language",
    "number_words",
    "paraphrase",
    "synonyms",
    "word_order",
]
WORDS = """When does the last ferry leave for Saltholm at 21:40 on 2026-11-21 please book 2 seats and five bikes XK-17
"as is" {{name}} What is it? I need a lift. To Bob, today. 33 http://a.b/c"""


def case(text, language=None, **more):
    """A case that asks a text."""
    tags = {"language": language} if language else {}
    return Case(id="c", turns=(Message("user", text),), tags=tags, **{"checks": ("contains",), **more})


def made(family, text, language=None, count=40, strength=0.5, seed=0):
    """All children's texts."""
    dose = Dose(count, strength, seed)
    return {child.turns[-1].content for child in find_probe("robustness", family).children(case(text, language), dose)}


@pytest.mark.parametrize(
    ("family", "language", "text", "child"),
    [
        ("synonyms", "en", "Is there a lift on the ferry?", "Is there an elevator on the boat?"),
        ("synonyms", "de", "Welche Erstattung bekomme ich?", "Welche Erstattung erhalte ich?"),
        ("synonyms", "es", "¿Sale el ferry?", "¿Sale el transbordador?"),
        ("synonyms", "fr", "Où est le bateau ?", "Où est le navire ?"),
        ("abbreviations", "en", "What is the fare, please?", "What's the fare, pls?"),
        ("abbreviations", "en", "What's the fare?", "What is the fare?"),
        ("abbreviations", "de", "Gibt es das und mehr?", "Gibt's das u. mehr?"),
        ("abbreviations", "fr", "Combien, s'il vous plaît ?", "Cb, svp ?"),
        ("number_words", "en", "Book 2 seats and five bikes.", "Book two seats and 5 bikes."),
        ("number_words", "de", "Bitte 33 Plätze.", "Bitte dreiunddreißig Plätze."),
        ("number_words", "es", "Son veintidós plazas.", "Son 22 plazas."),
        ("number_words", "fr", "Pour 71 personnes.", "Pour soixante et onze personnes."),
        ("dates", "en", "Is there a ferry at 21:40?", "Is there a ferry at 9:40 pm?"),
        ("dates", "en", "On 2026-11-21?", "On November 21, 2026?"),
        ("dates", "de", "Am 21. November 2026?", "Am 2026-11-21?"),
        ("dates", "fr", "À 21 h 40 ?", "À 21:40 ?"),
        ("word_order", "en", "When does the ferry leave for Saltholm?", "For Saltholm, when does the ferry leave?"),
        ("word_order", "en", "Please cancel it.", "Cancel it, please."),
        ("word_order", "de", "Wann fährt die Fähre nach Saltholm?", "Nach Saltholm: Wann fährt die Fähre?"),
        ("word_order", "es", "¿Hay un ascensor a bordo?", "A bordo, ¿hay un ascensor?"),
        ("word_order", "fr", "Y a-t-il un ascenseur à bord ?", "À bord, y a-t-il un ascenseur ?"),
        ("incomplete", "en", "When does it leave, please?", "When does it leave"),
        ("incomplete", "de", "WANN GEHT SIE?", "WANN GEHT SIE WEIL ICH"),
        ("ambiguous", "en", "When does the ferry leave for Saltholm?", "When does the ferry leave?"),
        ("ambiguous", "es", "¿Qué reembolso tengo por la BT-42?", "¿Qué reembolso tengo?"),
        ("paraphrase", "en", "How much is a ticket to Saltholm?", "What is the price of a ticket to Saltholm?"),
        ("paraphrase", "en", "I am Ann. Is there a lift?", "I am Ann. Do you have a lift?"),
        ("paraphrase", "de", "Wann fährt sie?", "Um wie viel Uhr fährt sie?"),
        ("paraphrase", "es", "¿Puedo llevar un perro?", "¿Es posible llevar un perro?"),
        ("paraphrase", "fr", "Quand part-il ?", "À quelle heure part-il ?"),
    ],
)
def test_before_and_after(family, language, text, child):
    """Among the children of a question is this one."""
    assert child in made(family, text, language)


@pytest.mark.parametrize(
    ("family", "language", "text"),
    [
        ("number_words", "en", "XK-17 costs $12.50 at 21:40, up 5 %, 1/2 of it."),
        ("number_words", "en", "One of us needs a seat."),
        ("dates", "en", "Is 03/04/2026 a Friday, and is 1.2.30 a version?"),
        ("ambiguous", "en", "My name is Emma. What does a bicycle cost?"),
        ("ambiguous", "en", "It is XK-17."),
        ("ambiguous", "de", "Was kostet ein Fahrrad für Kinder?"),
        ("word_order", "en", "Is there a lift?"),
        ("synonyms", "en", "Where?"),
        ("synonyms", "ja", "Is there a lift?"),
        ("paraphrase", "ja", "When does it leave?"),
        *[(family, "en", "") for family in FAMILIES],
        *[(family, "en", " \n") for family in FAMILIES],
    ],
)
def test_what_gives_nothing_to_change_has_no_children(family, language, text):
    """Codes, amounts and times, people's names, other languages, and nothing at all."""
    assert made(family, text, language) == set()


def test_ambiguous_children_are_judged_by_a_question_back():
    """The checks and the right answers of the original are gone."""
    original = case("When does the ferry leave for Saltholm?", expect=("21:40",))
    [child] = find_probe("robustness", "ambiguous").children(original, Dose(3))
    assert (child.checks, child.expect) == (("asks",), ())
    assert find_probe("robustness", "ambiguous").expects == "asks_back"


def test_the_other_language_is_named():
    """By a tag, and it is never that of the question."""
    probe = find_probe("robustness", "mixed_language")
    children = list(probe.children(case("Wann geht sie?", "de"), Dose(30, 1)))
    assert {child.tags["other_language"] for child in children} == {"en", "es", "fr", "it", "pt"}
    assert all("Wann geht sie?" in child.turns[-1].content for child in children)


QUESTIONS = st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join) | st.text(max_size=80)


@settings(max_examples=60)
@given(QUESTIONS, st.sampled_from(FAMILIES), st.sampled_from(["en", "de", "es", "fr", None]), st.floats(0, 1))
def test_laws(text, family, language, strength):
    """Children are the same each time, differ from their original and from each other, and are valid UTF-8."""
    once, again = (made(family, text, language, 4, strength) for _ in range(2))
    assert once == again
    assert text not in once
    probe = find_probe("robustness", family)
    ids = [child.id for child in probe.children(case(text, language), Dose(4, strength))]
    assert len(ids) == len(set(ids)) == len(once)


@settings(max_examples=60)
@given(QUESTIONS, st.floats(0.1, 1))
def test_what_each_family_must_keep(text, strength):
    """Numbers keep their values, dates their days, another order its words."""
    for child in made("number_words", text, "en", 3, strength):
        assert numbers_of(child, "en") == numbers_of(text, "en")
    for child in made("dates", text, "en", 3, strength):
        assert [found.value for found in moments(child)] == [found.value for found in moments(text)]
    for child in made("word_order", text, "en", 3, strength):
        assert sorted(words(child)) == sorted(words(text))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_megabyte_is_no_burden(family):
    """A huge question has at most the children that were wished for."""
    assert len(made(family, "When does the ferry leave for Saltholm? " * 25_000, "en", 1)) <= 1


@pytest.mark.parametrize("family", [*FAMILIES, "round_trip"])
def test_each_says_what_it_is(family):
    """A summary, an example that it changes (unless a model must), and what is expected."""
    probe = find_probe("robustness", family)
    assert probe.name == family
    assert probe.summary
    assert made(family, probe.example) or family == "round_trip"
