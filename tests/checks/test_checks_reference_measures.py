"""The checks that compare with a reference: which one, in which words, and what cannot be compared."""

import math

import msgspec
import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.boundary import begin
from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge_text
from seatrial.checks.registry import find
from seatrial.checks.table import build_check, known_checks
from seatrial.core.check import Need
from seatrial.core.errors import Mistake

UP = ("bleu", "chrf", "gleu", "meteor", "rouge_1", "rouge_2", "rouge_l", "rouge_lsum", "list_f1")
DOWN = ("word_error_rate", "character_error_rate", "ter")
RIGHT = "The last ferry to Saltholm leaves at 21:40."


def limited(name):
    """The check with a limit that everything keeps."""
    return f"{name} {'>= 0' if name in UP else '<= 1000'}"


def value(name, answer, *references, **options):
    """What a check measures."""
    spec = {name: {"limit": limited(name).removeprefix(name), "reference": list(references), **options}}
    return judge_text(spec, answer).value


@pytest.mark.parametrize("name", UP + DOWN)
def test_the_reference_itself_is_perfect(name):
    """Value 1, or 0 edits, and a reason that names the measure."""
    score = judge_text(limited(name), RIGHT, expect=RIGHT)
    assert score.value == pytest.approx(1.0 if name in UP else 0.0, abs=1e-2)
    assert score.passed
    assert score.reason.endswith(".")


@pytest.mark.parametrize("name", UP + DOWN)
def test_the_better_of_two_answers_is_nearer(name):
    """One wrong word is nearer than one right word."""
    near, far = value(name, "The last ferry to Saltholm leaves at nine.", RIGHT), value(name, "Ask the ferry.", RIGHT)
    if name != "list_f1":
        assert near > far if name in UP else near < far


@pytest.mark.parametrize("name", UP + DOWN)
def test_an_empty_answer_is_judged(name):
    """It shares nothing, however the reference looks."""
    assert value(name, "", RIGHT) == (0 if name in UP else 1)


@pytest.mark.parametrize("name", UP + DOWN)
def test_a_reference_of_a_megabyte_is_not_judged_or_quickly(name):
    """The reason says how much is compared."""
    for text in ("ferry " * 200_000, "x" * 1_200_000, "a\n" * 600_000):
        score = judge_text(limited(name), RIGHT, expect=text)
        assert score.passed is None
        assert "compared" in score.reason


@pytest.mark.parametrize("name", UP + DOWN)
def test_long_texts_of_ordinary_size_do_not_stall(name):
    """Forty thousand words and as many lines are judged or refused with the reason."""
    texts = (" ".join(str(i % 977) for i in range(40_000)), "\n".join(str(i % 977) for i in range(40_000)))
    for text in texts:
        score = judge_text(limited(name), text, expect=text[::-1])
        assert score.passed is not None or "compared" in score.reason or "too many" in score.reason


def test_the_case_reference_comes_before_its_expected_answer():
    """The own `reference` of a check comes before both."""
    evidence = evidence_of("a b c d", expect=["a b c d"])
    case = msgspec.structs.replace(evidence.case, reference="w x y z")
    evidence = msgspec.structs.replace(evidence, case=case)
    assert begin(build_check("rouge_l >= 0.5"), evidence).passed is False
    own = build_check({"rouge_l": {"limit": ">= 0.5", "reference": "a b c d"}})
    assert begin(own, evidence).passed is True
    assert Need.REFERENCE not in own.needs


@pytest.mark.parametrize("name", [*UP, *DOWN, "list_match"])
def test_without_a_reference_it_is_not_judged(name):
    """The reason is that there is none."""
    spec = name if name == "list_match" else limited(name)
    score = begin(build_check(spec), evidence_of("something"))
    assert (score.passed, score.reason) == (None, "The case has no reference answer.")


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("bleu >= 20", "from 0 to 1"),
        ("bleu >= 20 s", "unit `s` is not known"),
        ({"bleu": {"limit": ">= 0.2", "tokenize": "13b"}}, "tokenize"),
        ({"bleu": {"limit": ">= 0.2", "smoothing": "much"}}, "smoothing"),
        ({"chrf": {"limit": ">= 0.2", "word_order": 9}}, "word_order"),
        ({"rouge_l": {"limit": ">= 0.2", "reference": []}}, "empty `reference`"),
        ({"rouge_l": {"limit": ">= 0.2", "refernce": "x"}}, "did you mean `reference`"),
        ("word_error_rate <= -1", "is at least 0"),
        ({"list_match": []}, "empty `items`"),
        ({"list_f1": {"limit": ">= 0.2", "items": ["a"], "reference": "a"}}, "not both"),
        ("rouge_l", "limit"),
    ],
)
def test_what_makes_no_sense_is_refused(spec, says):
    """The sentence says what is wrong before anything is asked."""
    with pytest.raises(Mistake, match=says):
        build_check(spec)


def test_a_limit_may_be_in_percent():
    """`bleu >= 20%` and `word_error_rate <= 150%`."""
    assert judge_text("bleu >= 20%", RIGHT, expect=RIGHT).passed
    assert judge_text("word_error_rate <= 150%", "a b", expect="c").passed is False


@settings(max_examples=40)
@given(answer=st.text("ab .,", max_size=30), references=st.lists(st.text("ab .,", max_size=30), min_size=1, max_size=3))
def test_bleu_and_chrf_are_those_of_sacrebleu(answer, references):
    """With several references, by their defaults."""
    assert value("bleu", answer, *references) == pytest.approx(
        min(1, sacrebleu.sentence_bleu(answer, references).score / 100), abs=1e-9
    )
    assert value("chrf", answer, *references) == pytest.approx(
        min(1, sacrebleu.sentence_chrf(answer, references).score / 100), abs=1e-9
    )


@pytest.mark.parametrize("name", ["bleu", "gleu", "meteor", "word_error_rate", "ter"])
def test_languages_without_spaces_are_compared_character_by_character(name):
    """With `tokenize: auto` a Chinese, a Japanese and a Thai answer are more than one word."""
    for answer, right in (
        ("渡轮九点出发", "渡轮十点出发"),
        ("船は九時に出る", "船は十時に出る"),
        ("เรือออกเช้า", "เรือออกบ่าย"),
    ):
        auto, whole = value(name, answer, right, tokenize="auto"), value(name, answer, right, tokenize="none")
        assert auto > whole if name in UP else auto < whole


@pytest.mark.parametrize("name", ["rouge_1", "rouge_l", "rouge_lsum"])
def test_rouge_takes_other_scripts_when_told(name):
    """The program knows a to z only, and so does its default here."""
    assert value(name, "Паром в девять", "Паром в десять") == 0
    assert value(name, "Паром в девять", "Паром в десять", tokenize="words") == pytest.approx(2 / 3)


def test_rouge_may_take_stems_and_show_recall():
    """Stems match, and half of the reference is a recall of one half."""
    assert value("rouge_1", "ferries leaving", "ferry leaves", stem=True) == 1
    assert value("rouge_1", "red ferry", "the red ferry leaves", figure="recall") == 0.5
    assert value("rouge_1", "red ferry", "the red ferry leaves", figure="precision") == 1


def test_case_counts_unless_told_otherwise():
    """Of BLEU, GLEU, chrF and error rates; not of TER, METEOR and ROUGE, as in their programs."""
    for name in ("bleu", "gleu", "chrf", "word_error_rate", "character_error_rate"):
        plain, folded = value(name, "RED FERRY PIER TWO", "red ferry pier two"), 1 if name in UP else 0
        assert plain != folded
        found = value(name, "RED FERRY PIER TWO", "red ferry pier two", ignore_case=True)
        assert found == pytest.approx(folded)
    assert value("ter", "RED", "red") == 0
    assert value("rouge_1", "RED", "red") == 1


def test_chrf_may_count_words():
    """`word_order: 2` is chrF++, and the reason says so."""
    spec = {"chrf": {"limit": ">= 0", "word_order": 2}}
    score = judge_text(spec, "the red pier", expect="the red ferry")
    theirs = sacrebleu.sentence_chrf("the red pier", ["the red ferry"], word_order=2).score
    assert score.value == pytest.approx(theirs / 100)
    assert "chrF++" in score.reason
    assert len(score.parts) == 24


@pytest.mark.parametrize("name", [*UP, *DOWN])
def test_sums_are_finite_and_few(name):
    """Every part is a number, and there are at most two dozen."""
    parts = judge_text(limited(name), "The ferry leaves.", expect=RIGHT).parts
    assert len(parts) <= 24
    assert all(map(math.isfinite, parts.values()))
    assert bool(parts) != name.startswith("rouge")


@pytest.mark.parametrize("name", [*UP, *DOWN])
def test_the_list_of_checks_says_who_defines_it(name):
    """A reader finds paper or program, and a METEOR without synonyms says that it has none."""
    info = next(info for info in known_checks() if info.name == name)
    assert info.family == "reference"
    assert info.needs == {Need.ANSWER, Need.REFERENCE}
    assert info.after or name == "list_f1"
    if name == "meteor":
        assert "exact and stem" in info.summary
    assert find(name).__doc__
