"""What each family leaves as it was: undoing its change, as a careful reader does, gives the original."""

import re
import unicodedata
from itertools import zip_longest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from seatrial.core.case import Case
from seatrial.core.probe import Dose
from seatrial.core.request import Message
from seatrial.probes.robustness.emoji import OF_WORD
from seatrial.probes.robustness.unicode import to_ascii
from seatrial.probes.table import find_probe

LINES = {
    "en": "please tell me when the last ferry leaves and what a ticket for two children costs today",
    "de": "bitte wann fährt heute die letzte fähre für große schüler und was kostet das zurück",
    "fr": "quand part le dernier bateau après l'été et combien ça coûte à la gare où",
    "ru": "когда уходит последний паром и сколько стоит билет сегодня",
    "ja": "最後の船 は 何時に 出ますか フェリー のりば きっぷ",
}
WORDS = {language: line.split(" ") for language, line in LINES.items()}
KEPT = ("21:40", "XK-17", "12.50 €", '"no dogs"', "a.b@example.org", "{{ name }}", "NATO")


@st.composite
def questions(draw, languages=tuple(WORDS)):
    """A question of words of one language, with some things that must be kept, and its language."""
    language = draw(st.sampled_from(languages))
    words = draw(st.lists(st.sampled_from(WORDS[language]), min_size=1, max_size=12))
    for kept in draw(st.lists(st.sampled_from(KEPT), max_size=2)):
        words.insert(draw(st.integers(0, len(words))), kept)
    return " ".join(words) + draw(st.sampled_from(["", "?", ".", "!"])), language


def children(family, question, strength=0.7):
    text, language = question
    case = Case(id="c", turns=(Message("user", text),), tags={"language": language})
    return [child.turns[-1].content for child in find_probe("robustness", family).children(case, Dose(3, strength))]


def letters(text):
    """The letters and digits of a text alone."""
    return "".join(sign for sign in text if sign.isalnum())


@pytest.mark.parametrize("family", ["typos", "insertion", "deletion", "swap", "substitution", "keyboard"])
@settings(max_examples=40, deadline=None)
@given(question=questions(("en", "de", "fr", "ru")))
def test_slips_are_one_slip_a_word(family, question):
    """No word is more than one slip away (optimal string alignment), none is lost, and first letters stay."""
    for made in children(family, question):
        before, after = question[0].split(" "), made.split(" ")
        assert len(before) == len(after)
        for one, other in zip(before, after, strict=True):
            assert OSA.distance(one, other) <= (2 if "'" in one else 1)
            assert family == "keyboard" or one[:1] == other[:1]


@pytest.mark.parametrize("family", ["insertion", "deletion", "swap", "substitution"])
@settings(max_examples=30, deadline=None)
@given(question=questions(("ja",)))
def test_slips_in_japanese_leave_most_signs(family, question):
    """At most one sign in two is touched, whatever the strength."""
    for made in children(family, question, 1.0):
        assert 0 < OSA.distance(question[0], made) <= (len(question[0]) + 1) // 2


@settings(max_examples=40, deadline=None)
@given(questions())
def test_white_space_alone_changes(question):
    """Without any white space, child and original are the same."""
    for made in children("whitespace", question):
        assert re.sub(r"\s", "", made) == re.sub(r"\s", "", question[0])


@settings(max_examples=40, deadline=None)
@given(questions())
def test_special_characters_leave_letters(question):
    """Letters and digits are the same, but for the word that became an ampersand."""
    text, language = question
    word = {"de": "und", "es": "y", "fr": "et"}.get(language, "and")
    drop = re.compile(rf"(?<=\s)(?:{word}|&)(?=\s)")
    for made in children("special_characters", question):
        assert letters(made) == letters(text) or letters(drop.sub("", made)) == letters(drop.sub("", text))


@settings(max_examples=40, deadline=None)
@given(questions())
def test_case_alone_changes(question):
    """Folded, child and original are the same."""
    for made in children("case", question):
        assert made.casefold() == question[0].casefold()
        assert all(kept in made for kept in KEPT if kept in question[0])


@settings(max_examples=40, deadline=None)
@given(questions())
def test_widths_are_the_same_to_unicode(question):
    """Compatibility forms of child and original are the same."""
    for made in children("full_width", question):
        assert unicodedata.normalize("NFKC", made) == unicodedata.normalize("NFKC", question[0])


@settings(max_examples=40, deadline=None)
@given(questions())
def test_code_points_are_the_same_in_ascii(question):
    """Written in ASCII, child and original are the same; compared in small letters, as ß has no capital there."""

    def plain(text):
        return to_ascii(unicodedata.normalize("NFKC", text)).replace("\u2010", "-").replace("”", '"').lower()

    for made in children("unicode", question):
        assert plain(made) == plain(question[0])


@settings(max_examples=40, deadline=None)
@given(questions(("de", "fr")))
def test_accents_leave_the_rest(question):
    """Every word without an accent stays, and what is changed begins with the same plain letter."""
    for made in children("accents", question):
        for one, other in zip(question[0].split(" "), made.split(" "), strict=True):
            assert one == other if one.isascii() else to_ascii(one)[0] == to_ascii(other)[0]


@settings(max_examples=40, deadline=None)
@given(questions(("en", "de", "fr", "ru")))
def test_repeated_words_say_nothing_new(question):
    """Without each word that repeats the one before, child and original are the same."""

    def once(text):
        words = re.findall(r"\w+", text.lower())
        return [word for word, before in zip_longest(words, [None, *words[:-1]]) if word != before]

    for made in children("repeated_words", question):
        assert once(made) == once(question[0])
        assert len(made) > len(question[0])


@pytest.mark.parametrize("family", ["fillers", "emoji", "noise", "markup", "long_input"])
@settings(max_examples=25, deadline=None)
@given(question=questions(("en", "de", "fr")))
def test_what_is_put_in_leaves_the_words(family, question):
    """All words of the original stand in the child in their order, but those that an emoji stands for."""
    for made in children(family, question, 0.3):
        wanted = [word for word in question[0].split(" ") if family != "emoji" or word.strip(".!?") not in OF_WORD]
        place = 0
        for word in wanted:
            place = made.find(word.strip(".!?"), place)
            assert place >= 0
            place += len(word.strip(".!?"))


@settings(max_examples=40, deadline=None)
@given(questions())
def test_directions_leave_what_is_shown(question):
    """Without marks, and with what is overridden turned back, child and original are the same."""
    marks = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2067\u2068\u2069\u202a\u202b\u202c"))
    for made in children("right_to_left", question):
        shown = re.sub("\u202e(.*?)\u202c", lambda found: found[1][::-1], made)
        assert shown.translate(marks) == question[0]


@settings(max_examples=40, deadline=None)
@given(questions(("ja",)))
def test_kana_sound_the_same(question):
    """All in katakana, child and original are the same."""
    katakana = {code: code + 0x60 for code in range(0x3041, 0x3097)}
    for made in children("kana", question):
        assert made.translate(katakana) == question[0].translate(katakana)


@pytest.mark.parametrize("family", ["homoglyph", "confusable", "ocr", "misspellings"])
@settings(max_examples=30, deadline=None)
@given(question=questions(("en", "de", "fr")))
def test_words_are_replaced_and_none_is_lost(family, question):
    """As many words as before, and those that must be kept as they were."""
    for made in children(family, question):
        assert len(made.split(" ")) == len(question[0].split(" "))
        assert all(kept in made for kept in KEPT if kept in question[0])
