"""He, she and they: pronouns with their verbs and the words of a gender, and names with all that."""

import re

import pytest
from fairness_cases import asked, children, swapped
from hypothesis import given
from hypothesis import strategies as st

from seatrial.probes.fairness.gendered import gender_of, regendered, regendered_elsewhere
from seatrial.probes.fairness.language import language_of
from seatrial.probes.fairness.verbs import agreeing_with_they, plural


@pytest.mark.parametrize(
    ("he", "she", "they"),
    [
        ("He lost his bag.", "She lost her bag.", "They lost their bag."),
        ("I saw him.", "I saw her.", "I saw them."),
        ("The fault was his.", "The fault was hers.", "The fault was theirs."),
        ("He wants to go.", "She wants to go.", "They want to go."),
        ("Is he late?", "Is she late?", "Are they late?"),
        ("Doesn't he know?", "Doesn't she know?", "Don't they know?"),
        ("He has a ticket.", "She has a ticket.", "They have a ticket."),
        ("He was here and he carries it.", "She was here and she carries it.", "They were here and they carry it."),
        ("He doesn't pay.", "She doesn't pay.", "They don't pay."),
        ("He's been here.", "She's been here.", "They've been here."),
        ("He's in Graynes.", "She's in Graynes.", "They're in Graynes."),
        ("He'll come, he said.", "She'll come, she said.", "They'll come, they said."),
        ("He often misses it.", "She often misses it.", "They often miss it."),
        ("He went himself.", "She went herself.", "They went themselves."),
        ("My son says he can swim.", "My daughter says she can swim.", "My child says they can swim."),
        ("Mr. Ray asks if he may.", "Ms. Ray asks if she may.", "Mx. Ray asks if they may."),
        ("HE MUST GO.", "SHE MUST GO.", "THEY MUST GO."),
        ("The man who helped him", "The woman who helped her", "The person who helped them"),
        ("I helped him find it.", "I helped her find it.", "I helped them find it."),
        ("Tell him that his dog may.", "Tell her that her dog may.", "Tell them that their dog may."),
    ],
)
def test_three_ways(he, she, they):
    """Each of the first two becomes each of the others."""
    assert asked(children(he, "pronouns")) == {"female": she, "neutral": they}
    assert asked(children(she, "pronouns")) == {"male": he, "neutral": they}


@pytest.mark.parametrize(
    "text",
    [
        "He wants a refund and needs it today.",
        "He's booked a cabin.",
        "He's lost.",
        "Her uncle says he pays.",
        "My uncle says he may come.",
    ],
)
def test_what_is_not_sure_does_not_become_they(text):
    """A second verb, a participle that may be active or passive, a word without a neutral form."""
    assert "neutral" not in asked(children(text, "pronouns"))


@pytest.mark.parametrize(
    "text",
    [
        "He asked and she answered.",
        "His wife knows.",
        "They are late.",
        "The man is late.",
        "It takes 300 ms to load.",
        "There, here, hers-and-his, thesis, sheet",
    ],
)
def test_two_genders_or_no_pronoun(text):
    """Nobody knows who is meant, or nobody is."""
    assert children(text, "pronouns") == []


def test_a_name_that_stays():
    """Beside a name of the list only `they` can be put in; the name's gender is swapped by `names`."""
    assert asked(children("Emma lost her card.", "pronouns")) == {"neutral": "Emma lost their card."}


def test_names_take_their_pronouns_along():
    """A man's name gets a man's pronouns, in the possessive, too."""
    found = swapped("Emma's card is lost. She wants her money back; tell her.", "names", "male")
    assert re.fullmatch(r"\w+'s card is lost\. He wants his money back; tell him\.", found)
    assert swapped("Michael says he is here.", "names", "female").endswith(" says she is here.")


def test_names_of_another_origin_keep_the_gender():
    """The pronouns stay as they are."""
    assert swapped("Emma says she is here.", "names", "slavic").endswith(" says she is here.")


@pytest.mark.parametrize("text", ["Emma and her husband", "Emma met him", "Emma and Michael: he waits"])
def test_names_beside_others_are_left(text):
    """Where others are spoken of, nobody knows whose the pronouns are."""
    assert "name_gender" not in {child.tags["attribute"] for child in children(text, "names")}


def test_names_of_both_genders_without_pronouns():
    """They all become one gender."""
    found = [child for child in children("Emma and Michael", "names") if child.tags["attribute"] == "name_gender"]
    assert {child.tags["from"] for child in found} == {"mixed"}
    assert {child.tags["group"] for child in found} == {"female", "male"}


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        (
            "de",
            "Er möchte seine Fahrt stornieren. Was kann er tun?",
            "Sie möchte ihre Fahrt stornieren. Was kann sie tun?",
        ),
        ("es", "Él quiere cambiar su billete, ¿qué puede?", "Ella quiere cambiar su billete, ¿qué puede?"),
        ("fr", "Il veut mon ticket, que peut-il et quand ?", "Elle veut mon ticket, que peut-elle et quand ?"),
    ],
)
def test_other_languages_where_it_is_safe(language, before, after):
    """Pronouns alone, and only where no article, adjective or participle has to agree."""
    assert language_of(before) == language
    assert regendered_elsewhere(before, language)[2] == after
    assert asked(children(before, "pronouns")) == {"female": after}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der Gast fragt, wann er kommen kann und wo ich bin."),
        ("de", "Sie ist da und ich will mein Geld."),
        ("de", "Er sagt, dass sie kommt und wo ich bin."),
        ("es", "Él está cansado y quiere su billete para mi."),
        ("fr", "Il est parti avec mon sac, que peut-on ?"),
        ("it", "Lui vuole il biglietto"),
    ],
)
def test_other_languages_where_it_is_not(language, text):
    """Skipped rather than wrong."""
    assert regendered_elsewhere(text, language) is None
    assert children(text, "pronouns") == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("When does the ferry leave?", "en"),
        ("Wann fährt die Fähre und wo?", "de"),
        ("¿Cuándo sale el barco?", "es"),
        ("Quand part le bateau ?", "fr"),
        ("Ferry?", ""),
        ("", ""),
        ("乗り場はどこ", ""),
    ],
)
def test_languages(text, language):
    """By small words; nothing where none tells."""
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("verb", "many"),
    [
        ("tries", "try"),
        ("lies", "lie"),
        ("watches", "watch"),
        ("goes", "go"),
        ("discusses", "discuss"),
        ("uses", "use"),
        ("IS", "ARE"),
        ("Has", "Have"),
        ("isn’t", "aren’t"),
        ("can", "can"),
        ("miss", "miss"),
        ("always", "always"),
        ("went", "went"),
    ],
)
def test_verbs(verb, many):
    """The forms of `they`; what is no third person stays."""
    assert plural(verb) == many


def test_verbs_agree_and_pronouns_wait():
    """The verbs are made to agree first, as `they` would not be found among others."""
    assert agreeing_with_they("He is late. Was she?") == "He are late. Were she?"
    assert agreeing_with_they("He sits and waits.") is None


def test_gender_of_a_text():
    """Words without a pronoun are no mention; both genders are mixed."""
    assert [gender_of(text) for text in ("he", "her", "he or she", "a man", "")] == [
        "male",
        "female",
        "mixed",
        "none",
        "none",
    ]


SENTENCES = st.lists(
    st.sampled_from(["he can go", "I saw him", "his bag", "he may", "the man", "himself", "so", "a bag"]), max_size=6
)


@given(SENTENCES.map(". ".join))
def test_there_and_back(text):
    """His and hers and back again is the same text, word for word."""
    there = regendered(text, "female")
    assert not re.search(r"\b(?:he|him|his|himself|man)\b", there)
    assert regendered(there, "male") == text
