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
