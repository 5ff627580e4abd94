"""Our measures beside the programs that define them, on random texts of several languages and scripts."""

import pytest
from made_texts import made
from nltk.translate.bleu_score import sentence_bleu as nltk_bleu
from nltk.translate.gleu_score import corpus_gleu as nltk_corpus_gleu
from nltk.translate.gleu_score import sentence_gleu as nltk_gleu
from nltk.translate.meteor_score import single_meteor_score
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU, CHRF, TER

from seatrial.text.bleu import BleuSums, bleu, bleu_sums
from seatrial.text.chrf import ChrfSums, chrf, chrf_sums
from seatrial.text.error_rates import quotient
from seatrial.text.gleu import gleu_sums
from seatrial.text.meteor import meteor, meteor_sums
from seatrial.text.rouge import rouge_l, rouge_lsum, rouge_n, rouge_words
from seatrial.text.ter import ter_sums
from seatrial.text.words import words

NEAR = {"abs": 1e-9, "rel": 0}
PAIRS = list(made(500, 20_260))


class NoWordNet:
    """What NLTK asks for synonyms, which it is not to find."""

    def synsets(self, word):
        """No synonyms."""
        return []


def added(kind, sums):
    """The sums of a corpus."""

    def total(column):
        return tuple(map(sum, zip(*column, strict=True))) if isinstance(column[0], tuple) else sum(column)

    return kind(*map(total, zip(*sums, strict=True)))


@pytest.mark.parametrize("scheme", ["13a", "zh", "char", "none"])
def test_sentence_bleu_is_that_of_sacrebleu(scheme):
    """In each of the four tokenisations, with several references and with empty texts."""
    theirs = BLEU(tokenize=scheme, effective_order=True)
    for answer, references in PAIRS:
        sums = bleu_sums(words(answer, scheme), [words(text, scheme) for text in references])
        assert 100 * bleu(sums, effective_order=True) == pytest.approx(
            theirs.sentence_score(answer, references).score, **NEAR
        )


@pytest.mark.parametrize("smoothing", ["exp", "floor", "add-k", "none"])
def test_bleu_is_smoothed_as_by_sacrebleu(smoothing):
    """All four ways, with the orders that a corpus and that a sentence takes."""
    for effective in (True, False):
        theirs = BLEU(smooth_method=smoothing, effective_order=effective)
        for answer, references in PAIRS[:150]:
            sums = bleu_sums(words(answer), [words(text) for text in references])
            found = 100 * bleu(sums, smoothing, effective_order=effective)
            assert found == pytest.approx(theirs.sentence_score(answer, references).score, **NEAR)


@pytest.mark.parametrize("word_orders", [0, 1, 2])
def test_chrf_is_that_of_sacrebleu(word_orders):
    """The best of several references counts, with runs of words or without."""
    theirs = CHRF(word_order=word_orders)
    for answer, references in PAIRS:
        found = 100 * chrf(chrf_sums(answer, references, word_orders))
        assert found == pytest.approx(theirs.sentence_score(answer, references).score, **NEAR)


def test_corpus_bleu_and_chrf_are_those_of_sacrebleu():
    """Added sums give the measure of the corpus, with two references each."""
    answers = [answer for answer, _ in PAIRS]
    both = [[references[0] for _, references in PAIRS], [references[-1] for _, references in PAIRS]]
    pairs = list(zip(answers, *both, strict=True))
    ours = added(BleuSums, [bleu_sums(words(one), [words(two), words(three)]) for one, two, three in pairs])
    assert 100 * bleu(ours) == pytest.approx(BLEU().corpus_score(answers, both).score, **NEAR)
    found = added(ChrfSums, [chrf_sums(one, [two, three]) for one, two, three in pairs])
    assert 100 * chrf(found) == pytest.approx(CHRF().corpus_score(answers, both).score, **NEAR)


def test_ter_is_that_of_sacrebleu():
    """Moves and the beam included."""
    theirs = TER()
    for answer, references in PAIRS[:200]:
        sums = ter_sums(answer.lower().split(), [text.lower().split() for text in references])
        assert 100 * quotient(*sums) == pytest.approx(theirs.sentence_score(answer, references).score, **NEAR)


@pytest.mark.parametrize("stem", [False, True])
def test_rouge_is_that_of_rouge_score(stem):
    """All four measures, with stems and without, as precision and recall."""
    theirs = RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer=stem)
    for answer, references in PAIRS:
        one, other = (rouge_words(text, stem=stem) for text in (answer, references[0]))
        lines = [
            [rouge_words(line, stem=stem) for line in text.split("\n") if line] for text in (answer, references[0])
        ]
        ours = [rouge_n(one, other, 1), rouge_n(one, other, 2), rouge_l(one, other), rouge_lsum(*lines)]
        scores = theirs.score(references[0], answer)
        for found, score in zip(ours, scores.values(), strict=True):
            assert (*found, found.f) == pytest.approx(tuple(score), **NEAR)


def test_gleu_is_that_of_nltk():
    """Of each sentence, and of the corpus from added sums."""
    split = [(answer.split(), [text.split() for text in references]) for answer, references in PAIRS]
    sums = [gleu_sums(answer, references) for answer, references in split]
    for found, (answer, references) in zip(sums, split, strict=True):
        ours = found.matches / found.most if found.most else 0.0
        assert ours == pytest.approx(nltk_gleu(references, answer), **NEAR)
    matches, most = map(sum, zip(*sums, strict=True))
    whole = nltk_corpus_gleu([references for _, references in split], [answer for answer, _ in split])
    assert matches / most == pytest.approx(whole, **NEAR)


def test_meteor_is_that_of_nltk_without_synonyms():
    """Exact words, then stems; the best of several references."""
    for answer, references in PAIRS:
        mine, theirs = answer.split(), [text.split() for text in references]
        best = max(single_meteor_score(text, mine, wordnet=NoWordNet()) for text in theirs)
        assert meteor(meteor_sums(mine, theirs)) == pytest.approx(best, **NEAR)


@pytest.mark.filterwarnings("ignore:\\s*The hypothesis contains 0 counts")
def test_plain_bleu_is_that_of_nltk():
    """Without smoothing, of sentences that have all four orders."""
    for answer, references in PAIRS:
        mine, theirs = answer.split(), [text.split() for text in references]
        sums = bleu_sums(mine, theirs)
        if all(sums.matches):
            assert bleu(sums, "none") == pytest.approx(nltk_bleu(theirs, mine), **NEAR)
