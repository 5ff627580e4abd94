"""Error rates and ROUGE as checks: their words, their references, their reasons."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from rouge_score.rouge_scorer import RougeScorer

from seatrial.checks.judge import judge_text
from seatrial.checks.referring import MOST_CHARACTERS, MOST_WORDS

TEXTS = st.text(alphabet="ab .é", max_size=30)
LINES = st.text(alphabet="abc .\n", max_size=40)


def rate(name, answer, *references, **options):
    """The Score of an error rate."""
    return judge_text({name: {"limit": "<= 0.25", "reference": list(references), **options}}, answer)


@settings(max_examples=60)
@given(answer=TEXTS, reference=TEXTS)
def test_word_error_rate_is_the_distance_by_words(answer, reference):
    """As another program counts it, by words of the reference."""
    edits, length = Levenshtein.distance(answer.split(), reference.split()), len(reference.split())
    wanted = edits / length if length else float(edits > 0)
    assert rate("word_error_rate", answer, reference).value == pytest.approx(wanted)


@settings(max_examples=60)
@given(answer=TEXTS, reference=TEXTS)
def test_character_error_rate_is_the_distance_by_characters(answer, reference):
    """As another program counts it, without white space around the texts."""
    edits, length = Levenshtein.distance(answer.strip(), reference.strip()), len(reference.strip())
    wanted = edits / length if length else float(edits > 0)
    assert rate("character_error_rate", answer, reference).value == pytest.approx(wanted)


def test_an_accent_is_one_character_however_it_was_typed():
    """Composed or not, texts are compared in one form."""
    assert rate("character_error_rate", "cafe\u0301", "caf\u00e9").value == 0


@pytest.mark.parametrize(
    ("options", "value"),
    [({}, 1.0), ({"ignore_case": True}, 0.5), ({"tokenize": "words"}, 0.0), ({"tokenize": "13a"}, 2 / 3)],
)
def test_what_a_word_is_may_be_chosen(options, value):
    """White space only, case or not, without punctuation, or punctuation as words."""
    assert rate("word_error_rate", "the ferry", "The ferry!", **options).value == pytest.approx(value)


def test_the_reason_counts_the_edits():
    """How many of how many, and against what."""
    score = rate("word_error_rate", "the ferry leaves at ten", "the ferry leaves at nine")
    assert score.reason.startswith('Word error rate is 0.2 (1 of 5 words) against "the ferry leaves at nine"')
    assert score.passed
    assert rate("word_error_rate", "no", "the ferry leaves at nine").passed is False


@pytest.mark.parametrize("name", ["word_error_rate", "character_error_rate", "ter"])
def test_a_rate_may_exceed_one(name):
    """An answer that goes on and on has more edits than the reference has words."""
    score = rate(name, "and then some more words " * 5, "ok")
    assert score.value > 1
    assert score.passed is False


@pytest.mark.parametrize("name", ["word_error_rate", "character_error_rate", "ter"])
def test_the_nearest_of_several_references_counts(name):
    """Whichever place it has."""
    for references in (["red pier", "green boat at noon"], ["green boat at noon", "red pier"]):
        assert rate(name, "red pier", *references).value == 0
    assert "against 2 references" in rate(name, "red pier", "red pier", "green boat").reason


@pytest.mark.parametrize(
    ("name", "text", "most"),
    [
        ("word_error_rate", "a " * (MOST_WORDS + 1), f"{MOST_WORDS:,} words"),
        ("character_error_rate", "a" * (MOST_WORDS + 1), f"{MOST_WORDS:,} characters"),
        ("ter", "a " * 301, "300 words"),
        ("word_error_rate", "a" * (MOST_CHARACTERS + 1), f"{MOST_CHARACTERS:,} characters together"),
    ],
)
def test_too_long_texts_are_refused_with_the_bound(name, text, most):
    """As answer and as reference."""
    for score in (rate(name, text, "short"), rate(name, "short", text)):
        assert score.passed is None
        assert score.value is None
        assert most in score.reason


def test_many_long_references_are_refused_too():
    """Moves are tried against each of them; several short ones are no matter."""
    long = "a b c " * 60
    assert rate("ter", long, long).value == 0
    refused = rate("ter", long, *[long] * 5)
    assert (refused.passed, refused.reason) == (None, "180 words against 5 references of such length are not compared.")
    assert rate("ter", long, *["a b"] * 5).passed is False


@pytest.mark.parametrize("name", ["word_error_rate", "character_error_rate"])
def test_texts_at_the_bound_are_judged(name):
    """Twenty thousand words or characters with a slip at the beginning."""
    unit = "ab " if name == "word_error_rate" else "a"
    text = unit * (MOST_WORDS - 2)
    score = rate(name, f"x{text}", f"y{text}")
    assert 0 < score.value < 1e-3


@settings(max_examples=40)
@given(
    answer=st.text("abc .\n", max_size=40), references=st.lists(st.text("abc .\n", max_size=40), min_size=1, max_size=3)
)
def test_rouge_is_that_of_rouge_score(answer, references):
    """The best of several references, with stems, in all three figures."""
    names = {"rouge_1": "rouge1", "rouge_2": "rouge2", "rouge_l": "rougeL", "rouge_lsum": "rougeLsum"}
    theirs = RougeScorer(list(names.values()), use_stemmer=True).score_multi(references, answer)
    for name, program in names.items():
        for figure, field in (("f", "fmeasure"), ("precision", "precision"), ("recall", "recall")):
            spec = {name: {"limit": ">= 0", "reference": references, "stem": True, "figure": figure}}
            assert judge_text(spec, answer).value == pytest.approx(getattr(theirs[program], field), abs=1e-9)


def test_the_reason_of_rouge_names_figure_and_reference():
    """So that a reader sees which of several it was."""
    spec = {"rouge_1": {"limit": ">= 0.9", "reference": ["a b c d", "x y"], "figure": "recall"}}
    score = judge_text(spec, "a b")
    assert score.reason == 'ROUGE-1 recall is 0.5 against "a b c d", outside >= 0.9.'


def test_lines_are_the_sentences_of_rouge_lsum():
    """A carriage return alone ends none, as in the program."""
    spec = {"rouge_lsum": {"limit": ">= 0", "reference": "a b c d"}}
    assert judge_text(spec, "c d\na b").value == 1
    assert judge_text(spec, "c d\ra b").value == 0.5


@pytest.mark.parametrize("text", ["", " ", "\n\n", "渡轮", "!!!", "\x00"])
@pytest.mark.parametrize("name", ["rouge_1", "rouge_2", "rouge_l", "rouge_lsum"])
def test_texts_without_latin_letters_share_nothing_by_default(name, text):
    """Judged as 0, never as a crash or as equal."""
    assert judge_text(f"{name} >= 0.1", text, expect=text).value == 0


def test_a_name_of_ones_own_is_kept():
    """Two ROUGE checks in one suite can be told apart, and a limit in percent is a limit."""
    score = judge_text({"rouge_l": {"limit": ">= 40%", "name": "summary", "reference": "a b"}}, "a b")
    assert (score.name, score.passed, score.unit) == ("summary", True, "")


@pytest.mark.parametrize("text", ["\ud800", "a\x00b", "\u202eabc\u202c", "\u200d" * 9, "e\u0301", "\ufdfa"])
@pytest.mark.parametrize(
    "name", ["bleu", "chrf", "gleu", "meteor", "rouge_l", "rouge_lsum", "f1", "list_f1", "edit_similarity"]
)
def test_odd_characters_are_texts_like_any_other(name, text):
    """Half a character, NUL, other reading directions: judged with a value, alike against itself and another text."""
    for expect in (text, "the ferry"):
        score = judge_text(f"{name} >= 0.1", text, expect=expect)
        assert score.passed is not None
        assert 0 <= score.value <= 1


@pytest.mark.parametrize("name", ["bleu", "chrf", "gleu", "meteor", "rouge_1", "rouge_lsum", "lexical_similarity"])
def test_an_empty_reference_among_others_changes_nothing(name):
    """The best of the references counts, wherever the empty one stands."""
    right = "the ferry leaves at nine sharp"
    for references in (["", right], [right, ""]):
        assert judge_text(f"{name} >= 0.99", right, expect=references).passed is True
    assert judge_text(f"{name} >= 0.01", "", expect=["", right]).value in (0, 1)
