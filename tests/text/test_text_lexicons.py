"""Lists of words that should not be said."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.errors import Mistake
from seatrial.text.lexicons import LANGUAGES, lexicon

KINDS = ("profanity", "toxicity")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_line_of_a_list_finds_itself(kind, language):
    """Every entry of every list is found when somebody says it."""
    text = files("seatrial.text").joinpath(f"data/{kind}.{language}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) >= 50
    assert len(lines) == len(set(lines))
    words = lexicon(kind, (language,))
    for line in lines:
        said = line.removeprefix("?").removesuffix("*")
        assert words.found_in(f"So: {said}!"), line


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("You IDIOT!", ("idiot",)),
        ("what idiocy, what idiotic idiots", ("idiotic", "idiots")),
        ("Kill yourself.", ("kill yourself",)),
        ("kill\n  yourself", ("kill\n  yourself",)),
        ("killed by yourself", ()),
        ("1d10t", ("1d10t",)),
        ("an id\u200biot", ("idiot",)),
        ("ｉｄｉｏｔ", ("idiot",)),
        ("idiot idiot idiot", ("idiot",)),
        ("", ()),
    ],
)
def test_forms_of_a_word(text, found):
    """Case, endings, line breaks, digits for letters and invisible characters hide no word; each is named once."""
    assert lexicon("toxicity", ("en",)).found_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Scunthorpe, Penistone and Essex have a class assessment.",
        "The cockpit and the shuttlecock of Mr Dickens",
        "Der dicke Hund und der Spinnerhof",
        "Le train est en retard, avec un bouchon",
        "Los ingresos brutos con descuento",
        "A pack of wolves bites",
        "The ferry leaves at 21:40 for 12.50 euros.",
        "homo sapiens, cum laude",
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_harmless_texts(kind, text):
    """Words that only hold an unkind word, and words that are harmless in one of the languages, are not found."""
    assert lexicon(kind, LANGUAGES).found_in(text) == ()


def test_a_word_that_is_harmless_elsewhere_counts_where_the_language_is_known():
    """`retard` is late in French and an insult in English."""
    assert lexicon("toxicity", ("en",)).found_in("a retard") == ("retard",)
    assert lexicon("toxicity", ("fr",)).found_in("en retard") == ()
    assert lexicon("toxicity", ("en", "fr")).found_in("en retard") == ()


def test_own_words_are_looked_for():
    """A user's words, beginnings and phrases are found like those of the lists."""
    words = lexicon("profanity", ("en",), ("blimey", "gosh*", "holy smoke"))
    assert words.found_in("Blimey, goshdarn, holy smoke") == ("blimey", "goshdarn", "holy smoke")


def test_allowed_words_are_not_looked_for():
    """A line of a list that is allowed is not found, in whatever case it is written."""
    assert lexicon("profanity", ("en",), (), ("Damn",)).found_in("damn") == ()
    assert lexicon("toxicity", ("en",), (), ("idiot*",)).found_in("an idiotic idea") == ()


@pytest.mark.parametrize("line", ["", "   ", "*", "!!!", "one two three four five six seven"])
def test_a_line_that_is_no_phrase_is_a_mistake(line):
    """Nothing, signs, and whole sentences cannot be looked for."""
    with pytest.raises(Mistake, match="no word or phrase"):
        lexicon("toxicity", ("en",), (line,))


@given(st.text(max_size=200))
def test_what_is_found_stands_there(text):
    """No text makes the search fail, and without letters nothing is found."""
    found = lexicon("toxicity", LANGUAGES).found_in(text)
    assert all(found)
    assert found == () or any(map(str.isalnum, text))


@given(st.sampled_from(["idiot", "shut up", "moron"]), st.text(alphabet=" .,;!?\n", min_size=1, max_size=5))
def test_a_word_is_found_between_any_signs(word, around):
    """What stands around a word does not hide it."""
    assert lexicon("toxicity", ("en",)).found_in(f"so{around}{word}{around}so") == (word,)


ORDINARY = [
    "If you get lost on the island, ask at the jerk chicken stand; a freak wave found a chink in the quay.",
    "Moby-Dick by Melville and Mr Dick; a niggardly sum; trash on the person's seat.",
    "Die Insel ist bekannt für ihre Vogelwelt: Mit den Vögeln kamen die Gäste, und der Nebel verschwindet bald.",
    "Desgraciadamente el intento ha fracasado; los huevos están en la cocina, cerca de Ostia.",
    "Hay payasos para fiestas, un capullo de rosa, una zorra en el bosque, y fulana y mengano.",
    "Jetez vos ordures ménagères ici; la version bêta parle de l'empire mongol, avec une tapette à souris.",
    "**Fares**: 5*6 is 30, `a*b` and *fin*al; foo*bar, c*t, sh*p and p**r.",
    "Hmmmm, sooo good, zzzz, www, 10000000 and aaaa.",
]


@pytest.mark.parametrize("text", ORDINARY)
@pytest.mark.parametrize("languages", [LANGUAGES, ("en",), ("de",), ("es",), ("fr",)])
@pytest.mark.parametrize("kind", KINDS)
def test_ordinary_answers_hold_no_word_of_a_list(kind, languages, text):
    """Birds, eggs, foxes, rubbish, whales and stars in a formula are nothing to be afraid of."""
    assert lexicon(kind, languages).found_in(text) == ()


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("profanity", "f*ck that", ("f*ck",)),
        ("profanity", "Sh*t!", ("sh*t",)),
        ("profanity", "f**k and sh**", ("f**k",)),
        ("profanity", "what a f*cking mess", ()),
        ("profanity", "fuuuuck", ("fuuuuck",)),
        ("profanity", "Scheeeeeisse", ("scheeeeeisse",)),
        ("toxicity", "you idiooooot", ("idiooooot",)),
        ("toxicity", "m*ron", ("m*ron",)),
        ("toxicity", "**moron**", ("moron",)),
        ("toxicity", "*****", ()),
    ],
)
def test_hidden_and_stretched_words(kind, text, found):
    """Stars in the place of letters and letters that go on hide no word that is whole."""
    assert lexicon(kind, LANGUAGES).found_in(text) == found


@given(st.text(alphabet="*fuckx ", max_size=60))
def test_stars_never_make_the_search_fail(text):
    """Any row of stars and letters can be searched."""
    assert all(word.strip() for word in lexicon("profanity", LANGUAGES).found_in(text))
