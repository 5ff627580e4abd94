"""`bertscore`, `lexical_similarity` and `perplexity`."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meaning_support import judged, simulated

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check, known_checks
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, TokenLogprob
from seatrial.core.request import Message, Request
from seatrial.text.lexical import bag, cosine

FOOD, BREAD = "A man is eating food.", "A man is eating a piece of bread."
WORDS = st.lists(st.sampled_from(["ferry", "Pier", "nine", "渡轮", "é"]), max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("check", "name", "value"),
    [
        ("bertscore >= 0.7", "bertscore", 0.7751),
        ("bertscore.precision >= 0.7", "bertscore.precision", 0.8342),
        ("bertscore.recall >= 0.7", "bertscore.recall", 0.7239),
    ],
)
def test_bertscore_is_that_of_the_reference(check, name, value):
    """F1 unless a part is named; the name of the Score says which, the reason that it is MiniLM's."""
    score = judge_text(check, FOOD, expect=BREAD)
    assert (score.name, score.passed, score.value) == (name, True, pytest.approx(value, abs=5e-5))
    assert score.reason.startswith("MiniLM-BERTScore (")


def test_bertscore_takes_the_best_reference():
    """The nearest of several counts; an empty answer has none of any."""
    rights = ["The girl is carrying a baby.", FOOD, BREAD]
    assert judge_text("bertscore >= 0.99", FOOD, expect=rights).value == pytest.approx(1, abs=1e-5)
    assert judge_text("bertscore >= 0.5", "", expect=rights).value == 0


def test_bertscore_says_what_it_is_not():
    """Its summary names the model, as values of another cannot be compared."""
    (info,) = [info for info in known_checks() if info.name == "bertscore"]
    assert "MiniLM-BERTScore" in info.summary
    assert "Zhang" in info.after
    with pytest.raises(Mistake, match="`of`"):
        build_check("bertscore.accuracy >= 0.5")


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ("a b", "b c", 0.5),
        ("The Ferry", "the ferry!", 1),
        ("ferry ferry pier", "ferry pier", 3 / math.sqrt(10)),
        ("ferry", "boat", 0),
        ("", "", 1),
        ("", "ferry", 0),
        ("渡轮几点开", "渡轮几点到", 0.8),
    ],
)
def test_the_cosine_of_words(one, other, value):
    """Values worked out by hand; case, order and signs do not count, unspaced scripts go by character."""
    assert cosine(bag(one), bag(other)) == pytest.approx(value)
    assert judge_text("lexical_similarity >= 0", one, expect=[other]).value == pytest.approx(value)


@given(one=WORDS, other=WORDS)
def test_the_cosine_of_words_is_symmetric(one, other):
    """It is a share, the same both ways, and 1 for a text with itself, repeated or turned round."""
    assert cosine(bag(one), bag(other)) == cosine(bag(other), bag(one))
    assert 0 <= cosine(bag(one), bag(other)) <= 1
    again = " ".join(reversed(f"{one} {one}".split()))
    assert cosine(bag(one), bag(again)) == pytest.approx(1)


def test_a_megabyte_of_words_is_compared_and_ten_are_not():
    """The bound gives a reason."""
    assert judge_text("lexical_similarity >= 0.9", "ferry pier " * 90_000, expect="pier ferry").passed
    score = judge_text("lexical_similarity >= 0.9", "ferry", expect="pier " * 500_000)
    assert (score.passed, score.reason) == (None, "Only texts of up to 2,000,000 characters are compared.")


def sure(*numbers):
    """Evidence of an answer with these log-probabilities."""
    return evidence_of(Answer("text", logprobs=tuple(TokenLogprob("t", number) for number in numbers)))


@pytest.mark.parametrize("size", [1, 2, 50, 32_000])
async def test_perplexity_of_a_uniform_choice_is_its_size(size):
    """V equally likely words give V."""
    score = await judged(f"perplexity <= {size}", sure(*[math.log(1 / size)] * 7))
    assert (score.value, score.unit) == (pytest.approx(size), "choices")
    assert "over 7 tokens" in score.reason


@given(st.lists(st.floats(-20, 0), min_size=1, max_size=30))
def test_perplexity_is_the_inverse_geometric_mean(numbers):
    """It lies between those of the likeliest and the unlikeliest token."""
    value = build_check("perplexity <= 5").judge(sure(*numbers)).value
    assert value == pytest.approx(math.prod(math.exp(each) for each in numbers) ** (-1 / len(numbers)), rel=1e-9)
    assert math.exp(-max(numbers)) * 0.999 <= value <= math.exp(-min(numbers)) * 1.001


async def test_an_impossible_token_is_shown_as_a_bound():
    """Endpoints write -9999 for what cannot be; the value stays a number and fails."""
    score = await judged("perplexity <= 20", sure(-0.1, -9999.0))
    assert (score.passed, score.value) == (False, 1e12)


@pytest.mark.parametrize("number", [0.5, math.nan, math.inf])
async def test_what_is_no_log_probability_is_not_judged(number):
    """A probability above 1 is none; the endpoint's number is named."""
    score = await judged("perplexity <= 20", sure(-1.0, number))
    assert (score.passed, score.value) == (None, None)
    assert "which is none" in score.reason


async def test_without_log_probabilities_perplexity_is_not_judged():
    """It neither passes nor fails where the endpoint gave none."""
    score = await judged("perplexity <= 20", evidence_of("text"))
    assert (score.passed, score.reason) == (None, "The answer has no log-probabilities.")


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(("kind", "logprobs"), [("chat", True), ("completion", 1)])
async def test_a_target_brings_what_perplexity_needs(tmp_path, stream, kind, logprobs):
    """With `params: {logprobs: true}` the check judges, streamed or whole, chats or completions."""
    async with simulated(tmp_path, stream=stream, kind=kind, params={"logprobs": logprobs}) as model:
        interaction = await model.ask(Request((Message("user", "one two three"),)))
    evidence = evidence_of(interaction.answer)
    score = await judged("perplexity <= 20", evidence)
    assert (score.passed, "over 3 tokens" in score.reason) == (True, True)
    assert 1 < score.value < 2
