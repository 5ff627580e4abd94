"""Stems, step by step: the examples of Porter's paper, and what NLTK changed."""

import pytest
from nltk.stem.porter import PorterStemmer

from seatrial.text.porter import stemmed

STEPS = {
    "plural": "caresses caress, ponies poni, ties tie, caress caress, cats cat, gas ga, this thi",
    "-eed, -ed and -ing": (
        "feed feed, agreed agre, plastered plaster, bled bled, motoring motor, sing sing, conflated conflat, "
        "troubled troubl, sized size, hopping hop, tanned tan, falling fall, hissing hiss, fizzed fizz, failing fail, "
        "filing file, tried tri, died die, tied tie"
    ),
    "-y": "happy happi, sky sky, enjoy enjoy, fly fli, by by, pay pay, cry cri",
    "long suffixes": (
        "relational relat, conditional condit, rational ration, valency valenc, hesitancy hesit, digitizer digit, "
        "conformably conform, radically radic, differently differ, vilely vile, analogously analog, "
        "predication predic, operator oper, feudalism feudal, decisiveness decis, hopefulness hope, "
        "callousness callous, formality formal, sensitivity sensit, sensibility sensibl, geology geolog, "
        "wonderfully wonder"
    ),
    "-ic, -full and -ness": (
        "triplicate triplic, formative form, formalize formal, electricity electr, electrical electr, hopeful hope, "
        "goodness good"
    ),
    "the rest of suffixes": (
        "revival reviv, allowance allow, inference infer, airliner airlin, gyroscopic gyroscop, adjustable adjust, "
        "defensible defens, irritant irrit, replacement replac, adjustment adjust, dependent depend, adoption adopt, "
        "communism commun, activate activ, angularity angular, homologous homolog, effective effect, bowdlerize bowdler"
    ),
    "final e and double l": "probate probat, rate rate, cease ceas, controlling control, rolling roll, roll roll",
    "irregular words": (
        "skies sky, dying die, lying lie, tying tie, news news, innings inning, outings outing, cannings canning, "
        "howe howe, proceed proceed, exceed exceed, succeed succeed"
    ),
    "not quite words": "a a, yy yy, s s, es es, ing ing, ed ed, 21:40 21:40, x9ies x9i, ÉCOLES école, 渡轮 渡轮",
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_makes_the_stems_of_the_paper(step):
    """Word and stem, for each group of suffixes."""
    for pair in STEPS[step].split(", "):
        word, stem = pair.split(" ")
        assert stemmed(word) == stem, word


@pytest.mark.parametrize("step", STEPS)
def test_the_examples_are_those_of_nltk_too(step):
    """So that the list above is no invention."""
    program = PorterStemmer()
    for pair in STEPS[step].split(", "):
        word, stem = pair.split(" ")
        assert program.stem(word) == stem, word


def test_every_letter_before_every_suffix_is_that_of_nltk():
    """Short stems of all shapes, with and without vowels, before each suffix that a step knows."""
    program = PorterStemmer()
    starts = ("", "b", "ab", "tr", "tra", "bet", "lov", "why", "yo", "syz", "ell", "oass", "intr", "zoo")
    suffixes = (
        "sses ies ied eed ed ing y ational tional enci anci izer bli abli alli entli eli ousli ization ation ator "
        "alism iveness fulness ousness aliti iviti biliti fulli logi icate ative alize iciti ical ful ness al ance "
        "ence er ic able ible ant ement ment ent ion sion tion ou ism ate iti ous ive ize e ll lle"
    )
    for start in starts:
        for suffix in suffixes.split(" "):
            assert stemmed(start + suffix) == program.stem(start + suffix)


def test_case_does_not_count():
    """A stem is in lower case."""
    assert stemmed("FERRIES") == stemmed("Ferries") == stemmed("ferries") == "ferri"


def test_long_words_are_not_remembered_and_still_stemmed():
    """Of more than forty letters, too."""
    word = "ab" * 40 + "ization"
    assert stemmed(word) == stemmed(word) == PorterStemmer().stem(word)
