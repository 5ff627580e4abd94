"""BLEU, chrF and TER by the numbers of their programs' own documentation, and what must hold of any text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.text.bleu import BleuSums, bleu, bleu_sums
from seatrial.text.chrf import ChrfSums, chrf, chrf_sums
from seatrial.text.error_rates import quotient
from seatrial.text.gleu import gleu_sums
from seatrial.text.ter import ter_sums
from seatrial.text.words import words

# The triple of sacrebleu's README: three answers, two references each.
ANSWERS = ("The dog bit the man.", "It wasn't surprising.", "The man had just bitten him.")
REFERENCES = (
    ("The dog bit the man.", "The dog had bit the man."),
    ("It was not unexpected.", "No one was surprised."),
    ("The man bit him first.", "The man had bitten the dog."),
)
# The pair of NLTK's documentation, after Papineni et al. 2002.
GUIDE = [
    "It",
    "is",
    "a",
    "guide",
    "to",
    "action",
    "which",
    "ensures",
    "that",
    "the",
    "military",
    "always",
    "obeys",
    "the",
    "commands",
    "of",
    "the",
    "party",
]
GUIDES = [
    text.split()
    for text in (
        "It is a guide to action that ensures that the military will forever heed Party commands",
        "It is the guiding principle which guarantees the military forces always being under the command of the Party",
        "It is the practical guide for the army always to heed the directions of the party",
    )
]
TEXTS = st.text(alphabet="ab c.,船", max_size=30)


def test_the_corpus_of_the_readme_has_its_bleu():
    """BLEU 48.530827 of 82.4, 50.0, 45.5 and 37.5, brevity .943, lengths 17 and 18."""
    sums = [bleu_sums(words(one), list(map(words, two))) for one, two in zip(ANSWERS, REFERENCES, strict=True)]
    matches, totals, answer, reference = zip(*sums, strict=True)
    whole = BleuSums(
        *(tuple(map(sum, zip(*side, strict=True))) for side in (matches, totals)), sum(answer), sum(reference)
    )
    shares = [100 * match / total for match, total in zip(whole.matches, whole.totals, strict=True)]
    assert 100 * bleu(whole) == pytest.approx(48.530827, abs=1e-6)
    assert shares == pytest.approx([82.352941, 50, 45.454545, 37.5])
    assert (whole.answer, whole.reference) == (17, 18)


def test_the_corpus_of_the_readme_has_its_chrf():
    """chrF2 is 59.73."""
    sums = [chrf_sums(one, two) for one, two in zip(ANSWERS, REFERENCES, strict=True)]
    sides = (tuple(map(sum, zip(*side, strict=True))) for side in zip(*sums, strict=True))
    assert 100 * chrf(ChrfSums(*sides)) == pytest.approx(59.73, abs=0.005)


def test_the_corpus_of_the_readme_has_its_ter():
    """TER is 40.00, with half words of mean reference lengths."""
    pairs = [
        (one.lower().split(), [text.lower().split() for text in two])
        for one, two in zip(ANSWERS, REFERENCES, strict=True)
    ]
    edits, length = map(sum, zip(*(ter_sums(*pair) for pair in pairs), strict=True))
    assert 100 * quotient(edits, length) == pytest.approx(40.0, abs=0.005)


def test_the_guide_to_action_has_its_bleu_and_gleu():
    """BLEU .5045666840 against three references, GLEU .4393939394 against the first."""
    assert bleu(bleu_sums(GUIDE, GUIDES), "none") == pytest.approx(0.5045666840, abs=1e-10)
    matches, most = gleu_sums(GUIDE, GUIDES[:1])
    assert matches / most == pytest.approx(0.4393939394, abs=1e-10)


def test_a_run_of_words_counts_as_often_as_a_reference_has_it():
    """Seven times "the" matches two of them, and no pair."""
    sums = bleu_sums(["the"] * 7, [["the", "cat", "is", "on", "the", "mat"]])
    assert sums.matches == (2, 0, 0, 0)
    assert sums.totals == (7, 6, 5, 4)


@pytest.mark.parametrize(("length", "counts"), [(4, 5), (6, 5), (8, 9), (7, 5), (1, 5)])
def test_the_nearest_reference_length_counts(length, counts):
    """Of two as near the shorter."""
    assert bleu_sums(["x"] * length, [["a"] * 5, ["b"] * 9]).reference == counts


def test_an_answer_that_is_too_short_is_punished():
    """Half the words, all of them right, costs a factor of exp(-1)."""
    sums = bleu_sums(["a", "b", "c", "d"], [["a", "b", "c", "d", "e", "f", "g", "h"]])
    assert bleu(sums) == pytest.approx(0.36787944117)


def test_smoothing_decides_what_a_missing_order_costs():
    """Nothing without any, less the milder it is."""
    sums = bleu_sums(["a", "b", "x", "c", "d"], [["a", "b", "y", "c", "d"]])
    values = [bleu(sums, smoothing) for smoothing in ("none", "floor", "exp", "add-k")]
    assert values[0] == 0
    assert values == sorted(values)
    assert values[1] > 0


def test_nothing_is_not_equal_to_nothing_here():
    """As in the programs, BLEU and chrF of an empty answer to an empty reference are 0."""
    assert bleu(bleu_sums([], [[]])) == 0
    assert chrf(chrf_sums("", [""])) == 0
    assert gleu_sums([], [[]]) == (0, 0)


def test_chrf_without_references_does_not_exist():
    """It is an error of the caller."""
    with pytest.raises(ValueError, match="at least one reference"):
        chrf_sums("a", [])


def test_chrf_splits_punctuation_off_its_words():
    """One mark at the end, else one at the beginning."""
    assert chrf_sums("hi.", ["hi ."], 1).matches[-1] == 2
    assert chrf_sums('"hi', ['" hi'], 1).matches[-1] == 2


@settings(max_examples=60)
@given(answer=TEXTS, references=st.lists(TEXTS, min_size=1, max_size=3))
def test_measures_are_shares(answer, references):
    """All lie within 0 and 1, and an answer that is a reference is at the top."""
    mine, theirs = words(answer, "auto"), [words(text, "auto") for text in references]
    for references_of, same in ((theirs, False), ([*theirs, mine], True)):
        value = bleu(bleu_sums(mine, references_of), effective_order=True)
        assert 0 <= value <= 1 + 1e-12
        if same and mine:
            assert value == pytest.approx(1)
    assert 0 <= chrf(chrf_sums(answer, references)) <= 1 + 1e-12
    assert ter_sums(mine, [mine]).edits == 0


@settings(max_examples=60)
@given(answer=TEXTS, references=st.lists(TEXTS, min_size=1, max_size=3))
def test_another_reference_never_lowers_chrf(answer, references):
    """The best of them counts."""
    alone = max(chrf(chrf_sums(answer, [text])) for text in references)
    assert chrf(chrf_sums(answer, references)) == pytest.approx(alone)
