"""Measures beside the programs that define them, with odd options, on texts made of odd pieces."""

import random
from itertools import product

import pytest
from nltk.translate.gleu_score import sentence_gleu
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU, CHRF, TER

from seatrial.text.bleu import BleuSums, bleu, bleu_sums
from seatrial.text.chrf import ChrfSums, chrf, chrf_sums
from seatrial.text.error_rates import error_sums, quotient
from seatrial.text.gleu import gleu_sums
from seatrial.text.meteor import meteor, meteor_sums
from seatrial.text.rouge import rouge_l, rouge_lsum, rouge_n, rouge_words
from seatrial.text.ter import ter_sums
from seatrial.text.words import words

NEAR = {"abs": 1e-9, "rel": 0}
PIECES = (
    *("a", "b", "the", "ferry", "leaves", "9.30", "3,000", "don't", "U.S.", "1-2", "a.b", "...", "x-\ny", "--", "-"),
    *("&amp;", "&lt;", "<skipped>", "(", ")", '"', "'", "…", "", " ", "\t", "\n", "\r\n", "\x0b", "\x1c", "\x85"),
    *("渡", "轮", "，", "ｱ", "Ω", "é", "e\u0301", "İ", "ß", "\u00a0", "\u3000", "\u2028", "\u200d", "🚢", "١٢", "กา"),
)


def pieces(draw):
    """A text of up to thirteen pieces, with spaces between them or without."""
    gap = draw.choice(["", " ", " "])
    return gap.join(draw.choice(PIECES) for _ in range(draw.choice([0, 1, 2, 3, 5, 8, 13])))


def odd_pairs(count, seed):
    """Texts with one to three references, any of which may be empty."""
    draw = random.Random(seed)
    return [(pieces(draw), [pieces(draw) for _ in range(draw.choice([1, 1, 2, 3]))]) for _ in range(count)]


ODD = odd_pairs(120, 7)
SCHEMES, SMOOTHINGS = ("13a", "zh", "char", "none"), ("exp", "floor", "add-k", "none")


@pytest.mark.parametrize(("scheme", "smoothing"), list(product(SCHEMES, SMOOTHINGS)))
def test_bleu_of_odd_texts(scheme, smoothing):
    """Every tokenisation with every smoothing, in lower case or not, of sentences."""
    for lower in (False, True):
        theirs = BLEU(tokenize=scheme, smooth_method=smoothing, lowercase=lower, effective_order=True)
        for answer, references in ODD:
            one, *others = (words(text.lower() if lower else text, scheme) for text in (answer, *references))
            found = 100 * bleu(bleu_sums(one, others), smoothing, effective_order=True)
            assert found == pytest.approx(theirs.sentence_score(answer, references).score, **NEAR)


@pytest.mark.parametrize(("scheme", "smoothing"), list(product(("13a", "char"), SMOOTHINGS)))
def test_bleu_of_a_few_odd_sentences_together(scheme, smoothing):
    """A corpus may lack matches, references or words altogether."""
    theirs = BLEU(tokenize=scheme, smooth_method=smoothing)
    for start in range(0, len(ODD), 4):
        some = [(answer, (references * 3)[:3]) for answer, references in ODD[start : start + 4]]
        sums = [bleu_sums(words(one, scheme), [words(each, scheme) for each in others]) for one, others in some]
        matches, totals = (tuple(map(sum, zip(*(each[i] for each in sums), strict=True))) for i in (0, 1))
        whole = BleuSums(matches, totals, sum(each.answer for each in sums), sum(each.reference for each in sums))
        streams = list(zip(*(others for _, others in some), strict=True))
        wanted = theirs.corpus_score([one for one, _ in some], streams).score
        assert 100 * bleu(whole, smoothing) == pytest.approx(wanted, **NEAR)


@pytest.mark.parametrize(("orders", "lower"), list(product(range(5), (False, True))))
def test_chrf_of_odd_texts(orders, lower):
    """With runs of up to four words, in lower case or not."""
    theirs = CHRF(word_order=orders, lowercase=lower)
    for answer, references in ODD:
        one, *others = (text.lower() if lower else text for text in (answer, *references))
        found = 100 * chrf(chrf_sums(one, others, orders))
        assert found == pytest.approx(theirs.sentence_score(answer, references).score, **NEAR)


def test_chrf_of_a_few_odd_sentences_together():
    """The nearest reference of each counts, and its sums are added."""
    for start in range(0, len(ODD), 3):
        some = [(answer, (references * 2)[:2]) for answer, references in ODD[start : start + 3]]
        sums = [chrf_sums(*pair, 2) for pair in some]
        sides = [tuple(map(sum, zip(*(each[i] for each in sums), strict=True))) for i in range(3)]
        streams = list(zip(*(others for _, others in some), strict=True))
        wanted = CHRF(word_order=2).corpus_score([one for one, _ in some], streams).score
        assert 100 * chrf(ChrfSums(*sides)) == pytest.approx(wanted, **NEAR)


def test_chrf_without_references_is_refused():
    """There is nothing to be near to."""
    with pytest.raises(ValueError, match="at least one reference"):
        chrf_sums("a", [])


@pytest.mark.parametrize("lower", [False, True])
def test_ter_of_odd_texts(lower):
    """In one case or not; an empty reference among others counts in the mean length."""
    theirs = TER(case_sensitive=not lower)
    for answer, references in ODD:
        one, *others = ((text.lower() if lower else text).split() for text in (answer, *references))
        assert 100 * quotient(*ter_sums(one, others)) == pytest.approx(
            theirs.sentence_score(answer, references).score, **NEAR
        )


@pytest.mark.parametrize("seed", range(12))
def test_ter_of_long_texts_with_moved_runs(seed):
    """Beyond the beam, with words that stand often, runs that moved far, and lengths that differ by three."""
    draw = random.Random(seed)
    reference = [f"w{draw.randrange(draw.choice((5, 60)))}" for _ in range(draw.choice((1, 35, 70)))]
    answer = list(reference)
    for _ in range(4):
        start, target = draw.randrange(len(answer) + 1), draw.randrange(len(answer) + 1)
        run = answer[start : start + draw.randrange(12)]
        del answer[start : start + len(run)]
        answer[target:target] = run
    answer = answer[: draw.randrange(len(answer) + 1)] if seed % 3 == 0 else answer * (3 if seed % 4 == 1 else 1)
    theirs = TER().sentence_score(" ".join(answer), [" ".join(reference)]).score
    assert 100 * quotient(*ter_sums(answer, [reference])) == pytest.approx(theirs, **NEAR)


@pytest.mark.parametrize("stem", [False, True])
def test_rouge_of_odd_texts_with_several_references(stem):
    """Of each measure the reference with the best F counts, with its precision and recall."""
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer=stem)

    def lines(text):
        return [rouge_words(line, stem=stem) for line in text.split("\n") if line]

    def measured(one, other):
        mine, theirs = (rouge_words(text, stem=stem) for text in (one, other))
        return (
            rouge_n(mine, theirs, 1),
            rouge_n(mine, theirs, 2),
            rouge_l(mine, theirs),
            rouge_lsum(lines(one), lines(other)),
        )

    for answer, references in ODD:
        wanted = scorer.score_multi(references, answer).values()
        for each, score in zip(
            zip(*(measured(answer, other) for other in references), strict=True), wanted, strict=True
        ):
            best = max(each, key=lambda found: found.f)
            assert (*best, best.f) == pytest.approx(tuple(score), **NEAR)


def test_gleu_of_odd_texts():
    """Words by white space, as its program has them from its caller."""
    for answer, references in ODD:
        sums = gleu_sums(answer.split(), [text.split() for text in references])
        theirs = sentence_gleu([text.split() for text in references], answer.split())
        assert (sums.matches / sums.most if sums.most else 0.0) == pytest.approx(theirs, **NEAR)


@pytest.mark.parametrize(
    ("answer", "reference", "matches", "chunks"),
    [
        ("a b c", "a b c", 3, 1),
        ("a c b", "a b c", 3, 3),
        ("a b a b", "a b", 2, 1),
        ("ferries leave", "ferry leaves", 2, 1),
        ("ferry ferries", "ferries ferry", 2, 2),
        ("running run", "run", 1, 1),
        ("x y", "a b", 0, 0),
        ("", "a", 0, 0),
        ("a", "", 0, 0),
    ],
)
def test_stages_of_meteor(answer, reference, matches, chunks):
    """Exact words are matched first, stems of what is left then, and runs in the same order are one chunk."""
    sums = meteor_sums(answer.split(), [reference.split()])
    assert (sums.matches, sums.chunks) == (matches, chunks)
    assert 0 <= meteor(sums) <= 1


def test_the_nearest_reference_of_an_error_rate_is_the_one_with_the_lowest_rate():
    """Two edits of ten words are nearer than one of two; an empty reference is far from any word."""
    long, short = list("abcdefghij"), ["a", "x"]
    assert error_sums(list("abcdefghxy"), [short, long, []]) == (2, 10)
    assert error_sums([], [["a"], []]) == (0, 0)
    assert error_sums(["a"], [[]]) == (1, 0)
    assert quotient(1, 0) == 1
