"""Reference metrics as checks: every option beside the program that defines it, and sums that travel with Scores."""

import json
import random

import msgspec
import pytest
from nltk.translate.gleu_score import sentence_gleu
from nltk.translate.meteor_score import single_meteor_score
from sacrebleu.metrics import BLEU, CHRF, TER

from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.core.score import Score
from seatrial.text.corpus import formula_of

SAID = "the last Ferry to Saltholm leaves at 21:40 , from pier 2. Tickets cost 4.50 ( one way ) 渡 轮 don't"
WORDS = SAID.split()
SUMMED = ["bleu", "chrf", "gleu", "meteor", "list_f1", "ter", "word_error_rate", "character_error_rate"]


def drawn(count=25, seed=11):
    """Answers of some words, each with one to three references of some others."""
    draw = random.Random(seed)

    def text(least):
        return " ".join(draw.choices(WORDS, k=draw.randrange(least, 12)))

    return [(text(0), [text(1) for _ in range(draw.randrange(1, 4))]) for _ in range(count)]


PAIRS = drawn()


def value(name, answer, references, **options):
    """The value of a check with these options."""
    limit = "<= 9" if name in ("ter", "word_error_rate", "character_error_rate") else ">= 0"
    return judge_text({name: {"limit": limit, "reference": references, **options}}, answer).value


@pytest.mark.parametrize("tokenize", ["13a", "zh", "char", "none"])
@pytest.mark.parametrize("smoothing", ["exp", "floor", "add-k", "none"])
def test_bleu_has_the_options_of_sacrebleu(tokenize, smoothing):
    """In one case or not, of sentences with several references."""
    for lower in (False, True):
        theirs = BLEU(tokenize=tokenize, smooth_method=smoothing, lowercase=lower, effective_order=True)
        options = {"tokenize": tokenize, "smoothing": smoothing, "ignore_case": lower}
        for answer, references in PAIRS:
            wanted = theirs.sentence_score(answer, references).score / 100
            assert value("bleu", answer, references, **options) == pytest.approx(min(1, wanted), abs=1e-9)


@pytest.mark.parametrize("order", [0, 1, 2, 3, 4])
def test_chrf_has_the_options_of_sacrebleu(order):
    """Runs of up to four words, in one case or not; the name in the reason counts them."""
    for lower in (False, True):
        theirs = CHRF(word_order=order, lowercase=lower)
        for answer, references in PAIRS:
            wanted = theirs.sentence_score(answer, references).score / 100
            found = value("chrf", answer, references, word_order=order, ignore_case=lower)
            assert found == pytest.approx(min(1, wanted), abs=1e-9)
    spec = {"chrf": {"limit": ">= 0", "word_order": order, "reference": "a"}}
    assert judge_text(spec, "a").reason.startswith(f"chrF{'+' * order} is")


def test_ter_has_the_case_of_sacrebleu():
    """Case does not count by default, as there."""
    for lower in (True, False):
        theirs = TER(case_sensitive=not lower)
        for answer, references in PAIRS:
            wanted = theirs.sentence_score(answer, references).score / 100
            assert value("ter", answer, references, ignore_case=lower) == pytest.approx(wanted, abs=1e-9)


def test_gleu_and_meteor_are_those_of_nltk():
    """Of words at white space; METEOR without WordNet."""

    class NoWordNet:
        def synsets(self, word):
            return []

    for answer, references in PAIRS:
        split, mine = [text.split() for text in references], answer.split()
        gleu, meteor = (value(name, answer, references, tokenize="none") for name in ("gleu", "meteor"))
        assert gleu == pytest.approx(sentence_gleu(split, mine), abs=1e-9)
        best = max(single_meteor_score(each, mine, wordnet=NoWordNet()) for each in split)
        assert meteor == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("name", SUMMED)
def test_the_sums_of_one_answer_make_its_value(name):
    """As far as a sentence is measured as a corpus of one is; they survive the journal."""
    for answer, references in PAIRS:
        if name == "bleu" and len(answer.split()) < 4:
            continue  # a sentence leaves out the orders that it is too short for, a corpus does not
        limit = "<= 9" if name in ("ter", "word_error_rate", "character_error_rate") else ">= 0"
        score = judge_text({name: {"limit": limit, "reference": references}}, answer)
        again = msgspec.json.decode(msgspec.json.encode(score), type=Score)
        formula = formula_of(list(again.parts))
        assert formula.of(again.parts) == pytest.approx(score.value, abs=1e-9)
        assert formula.more_is_better is (limit == ">= 0")


@pytest.mark.parametrize("name", ["bleu", "chrf", "gleu", "meteor", "rouge_1", "rouge_2", "rouge_l", "rouge_lsum"])
def test_the_best_of_several_references_counts_in_any_order(name):
    """An answer that is one of them is perfect wherever that one stands."""
    references = ["Ask at the pier.", "The last ferry leaves at nine from pier two.", "Soup is sold on board."]
    for turn in range(3):
        turned = references[turn:] + references[:turn]
        assert value(name, references[1], turned) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("figure", "found"), [("precision", 0.5), ("recall", 1.0), ("f", 2 / 3)], ids=["precision", "recall", "f"]
)
def test_figures_of_rouge(figure, found):
    """Half of the answer is in the reference, all of the reference in the answer."""
    for name in ("rouge_1", "rouge_l", "rouge_lsum"):
        assert value(name, "a b c d", "a b", figure=figure) == pytest.approx(found)


def test_the_figure_is_that_of_the_reference_with_the_best_f():
    """Not the best precision of any: a reference of one word would always win."""
    spec = {"limit": ">= 0", "reference": ["a", "a b c d e f"], "figure": "precision"}
    score = judge_text({"rouge_1": spec}, "a b c d x y")
    assert score.value == pytest.approx(4 / 6)
    assert '"a b c d e f"' in score.reason


@pytest.mark.parametrize(
    ("written", "wanted", "f1"),
    [
        (json.dumps(["red", "green"]), "green, red", 1.0),
        ("```\n- Red\n- Green.\n```", "red, green", 1.0),
        ("1) red 2) green", "red, green", 0.0),
        ("red\nred\ngreen", "red, green", 0.8),
        ("", "", 1.0),
        ("", "red", 0.0),
        ("[]", "red", 0.0),
        ("rot und grün", "grün, rot", 0.0),
        ("rot, blau und grün", "grün, rot, blau", 1.0),
    ],
)
def test_lists_in_their_forms(written, wanted, f1):
    """Items of arrays, bullets and commas; words that merely stand together are one item."""
    assert judge_text("list_f1 >= 0.5", written, expect=[wanted]).value == pytest.approx(f1)
    assert judge_text("list_match", written, expect=[wanted]).passed is (f1 == 1)


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"bleu": {"limit": ">= 0.4", "tokenize": "intl"}}, "tokenize"),
        ({"bleu": {"limit": ">= 0.4", "smoothing": "more"}}, "smoothing"),
        ({"chrf": {"limit": ">= 0.4", "word_order": 5}}, "word_order"),
        ({"chrf": {"limit": ">= 0.4", "word_order": -1}}, "word_order"),
        ({"rouge_1": {"limit": ">= 0.4", "figure": "f2"}}, "figure"),
        ({"rouge_l": {"limit": ">= 140%"}}, "from 0 to 1"),
        ({"ter": {"limit": "<= -1"}}, "`ter` is at least 0, not `<= -1`; write e.g. `<= 0.4`"),
        ({"meteor": {"limit": ">= 0.4", "reference": []}}, "empty `reference`"),
        ({"list_f1": {"limit": ">= 0.4", "items": ["a"], "reference": "a"}}, "not both"),
        ({"list_match": {"items": []}}, "empty `items`"),
        ({"gleu": ">= high"}, "no limit"),
        ("bleu", "limit"),
    ],
)
def test_options_that_there_are_not(spec, why):
    """Refused before anything is asked, with the name of the option."""
    with pytest.raises(Mistake) as found:
        build_check(spec)
    assert why in str(found.value)
