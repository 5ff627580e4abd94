"""How texts become words, by each scheme."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
from sacrebleu.tokenizers.tokenizer_char import TokenizerChar
from sacrebleu.tokenizers.tokenizer_zh import TokenizerZh

from seatrial.text.ngrams import character_grams, shared, word_grams
from seatrial.text.words import spaced, words

PROGRAMS = {"13a": Tokenizer13a(), "zh": TokenizerZh(), "char": TokenizerChar()}
ODD = "ab 19.,-&;'\"()<>\n\u3000\u2014渡輪ทé🚢\u200b\x1c"


@pytest.mark.parametrize(
    ("scheme", "text", "found"),
    [
        ("13a", "Fares: 3.50, 1,000 (2-4).", "Fares : 3.50 , 1,000 ( 2 - 4 ) ."),
        ("13a", "don't re-\nturn &quot;&amp;&quot;", 'don\'t return " & "'),
        ("zh", "渡轮9:40出发。", "渡 轮 9 : 40 出 发 。"),
        ("char", "a 渡 b", "a 渡 b"),
        ("none", " It's  fine. ", "It's fine."),
        ("auto", "The 渡轮, ok.", "The 渡 轮 , ok ."),
        ("auto", "フェリーは9時", "フ ェ リ ー は 9 時"),
        ("auto", "เรือ", "เ ร ื อ"),
        ("auto", "Größe", "Größe"),
        ("rouge", "Größe 21:40 Don't", "gr e 21 40 don t"),
        ("words", "Größe 21:40 渡轮 a_b", "größe 21 40 渡 轮 a b"),
    ],
)
def test_a_scheme_splits_so(scheme, text, found):
    """The words of an example are known."""
    assert words(text, scheme) == found.split()


@pytest.mark.parametrize("scheme", PROGRAMS)
@settings(max_examples=300)
@given(text=st.text(alphabet=st.sampled_from(ODD) | st.characters(exclude_categories=["Cs"]), max_size=40))
def test_schemes_of_sacrebleu_are_its_own(scheme, text):
    """Any text gives the words that sacrebleu takes."""
    assert words(text, scheme) == PROGRAMS[scheme](text.rstrip()).split()


@given(text=st.text(max_size=60))
def test_no_scheme_gives_an_empty_word(text):
    """Whatever the text, words have characters and no white space."""
    for scheme in ("13a", "zh", "char", "none", "auto", "rouge", "words"):
        assert all(word and not any(map(str.isspace, word)) for word in words(text, scheme))


def test_spaces_go_around_scripts_without_any():
    """Latin and Cyrillic words stay whole, Han characters stand alone."""
    assert spaced("ferry").split() == ["ferry"]
    assert spaced("паром渡轮!").split() == ["паром", "渡", "轮", "!"]


def test_runs_are_counted():
    """Pairs of words, pairs of characters, and none of more than there are."""
    assert word_grams(["a", "b", "a", "b"], 2) == {("a", "b"): 2, ("b", "a"): 1}
    assert character_grams("abab", 2) == {"ab": 2, "ba": 1}
    assert not word_grams(["a"], 2)
    assert not character_grams("", 1)


@given(one=st.text("abc"), other=st.text("abc"))
def test_what_is_shared_is_the_lesser_count(one, other):
    """In either order of the arguments."""
    both = sum(min(one.count(letter), other.count(letter)) for letter in "abc")
    assert shared(character_grams(one, 1), character_grams(other, 1)) == both
    assert shared(character_grams(other, 1), character_grams(one, 1)) == both
