"""`context_use`: how much likelier the context makes the answer, over real sockets."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meaning_support import endpoint, judged, simulated

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judges.meaning.forced import within
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, TokenLogprob

SPEC = {"context_use": {"limit": ">= 1 bits", "with": "model"}}
FERRY = "The last ferry leaves at 21:40."
ALONE = "Question: When?\nAnswer:"


def asked(answer="It leaves at 21:40.", context=(FERRY,), question="When?"):
    """Evidence with a context."""
    return evidence_of(answer, context=context, question=question)


def echo(text, *numbers):
    """An echoed completion: the prompt in one piece without a number, then the answer's words."""
    prompt, _, answer = text.rpartition("Answer:")
    tokens = [f"{prompt}Answer:", *(f" {word}" for word in answer.split())]
    logprobs = {"tokens": tokens, "token_logprobs": [None, *numbers]}
    return {"choices": [{"text": text, "finish_reason": "length", "logprobs": logprobs}]}


async def test_the_value_is_that_of_the_reference():
    """[-1, -2] with context against [-2, -4] without gives 3 nats, which are 4.328085 bits."""
    replies = echo(f"{ALONE} Not now", -2, -4), echo(f"{FERRY}\n\n{ALONE} Not now", -1, -2)
    async with endpoint(*replies) as (model, heard):
        score = await judged(SPEC, asked("Not now"), model=model)
    assert (score.value, score.unit, score.passed) == (pytest.approx(4.328085, abs=1e-6), "bits", True)
    assert score.reason == "The context makes the 2 tokens of the answer 4.33 bits more likely, within >= 1 bits."
    assert [each["prompt"] for each in heard] == [f"{ALONE} Not now", f"{FERRY}\n\n{ALONE} Not now"]
    wanted = {"echo": True, "logprobs": 1, "max_tokens": 0, "model": "m", "prompt": heard[0]["prompt"]}
    assert heard[0] == wanted


async def test_a_context_against_the_answer_counts_below_zero():
    """The limit may be below zero, too."""
    spec = {"context_use": {"limit": ">= -1", "with": "model"}}
    replies = echo(f"{ALONE} Now", -1), echo(f"{FERRY}\n\n{ALONE} Now", -3)
    async with endpoint(*replies) as (model, _):
        score = await judged(spec, asked("Now"), model=model)
    assert (score.passed, score.value) == (False, pytest.approx(-2 / math.log(2)))
    assert "2.89 bits less likely" in score.reason


async def test_the_simulator_finds_the_context_used(tmp_path):
    """Words of the context are likelier with it; a context that shares none gives exactly nothing."""
    async with simulated(tmp_path) as model:
        used = await judged(SPEC, asked(), model=model)
        unused = await judged(SPEC, asked(context=["Dogs swim"]), model=model)
    assert (used.passed, unused.passed) == (True, False)
    assert used.value > 10
    assert unused.value == pytest.approx(0, abs=1e-9)


async def test_documents_inside_the_question_are_left_out():
    """A prompt that holds the context itself is scored without it, too."""
    async with endpoint(echo(f"{ALONE} Now", -1), echo(f"{FERRY}\n\n{ALONE} Now", -1)) as (model, heard):
        await judged(SPEC, asked("Now", question=f"{FERRY}\nWhen?"), model=model)
    assert [FERRY in each["prompt"] for each in heard] == [False, True]
    assert [each["prompt"].count(FERRY) for each in heard] == [0, 1]


async def test_a_short_document_is_no_part_of_words():
    """A context of one letter leaves the words of the question whole."""
    async with endpoint(echo(f"{ALONE} Now", -1), echo(f"e\n\n{ALONE} Now", -1)) as (model, heard):
        await judged(SPEC, asked("Now", context=["e"]), model=model)
    assert heard[0]["prompt"].startswith(ALONE)


async def test_its_own_context_and_parameters_win(tmp_path):
    """`context` replaces the case's, `params` reach the endpoint."""
    own = {"limit": ">= 1", "with": "model", "context": FERRY, "params": {"max_tokens": 1, "logprobs": 3}}
    async with simulated(tmp_path) as model:
        score = await judged({"context_use": own}, asked(context=[]), model=model)
    assert score.passed


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ((400, {"error": {"message": "echo is not supported"}}), "did not score the text (bad_request"),
        ((404, {"error": {"message": "no completions"}}), "did not score the text (not_found"),
        ({"choices": [{"text": "I say else"}]}, "it did not repeat it (`echo`)"),
        ({"choices": [{"text": f"{ALONE} Now"}]}, "gave no log-probabilities for the whole text"),
        ({"choices": [{"text": f"{ALONE} Now", "logprobs": {"tokens": [" Now"]}}]}, "gave no log-probabilities"),
    ],
)
async def test_an_endpoint_that_cannot_score_is_not_judged(reply, reason):
    """Each way of not being able is named; it is asked once only."""
    async with endpoint(reply) as (model, heard):
        score = await judged(SPEC, asked("Now"), model=model)
    assert (score.passed, score.value, len(heard)) == (None, None, 1)
    assert reason in score.reason


async def test_a_chat_target_is_not_judged(tmp_path):
    """A Target of `kind: chat` cannot repeat a text."""
    async with simulated(tmp_path, kind="chat") as model:
        score = await judged(SPEC, asked(), model=model)
    assert score.passed is None
    assert "did not score the text" in score.reason


@pytest.mark.parametrize(("answer", "context", "reason"), [(" ", FERRY, "answer"), ("Now", " ", "context")])
async def test_empty_texts_are_not_judged(answer, context, reason):
    """Nothing is scored where nothing was said, or nothing could help."""
    async with endpoint({}) as (model, heard):
        score = await judged(SPEC, asked(answer, [context]), model=model)
    assert (score.passed, score.reason, heard) == (None, f"The {reason} is empty.", [])


async def test_a_case_without_context_is_not_judged():
    """It says what is missing."""
    async with endpoint({}) as (model, heard):
        score = await judged(SPEC, asked(context=[]), model=model)
    assert (score.passed, score.reason, heard) == (None, "The case has no context.", [])


async def test_a_context_of_forty_thousand_tokens_is_the_endpoints_to_refuse(tmp_path):
    """An endpoint with a smaller window is the reason; more than a million characters are not sent."""
    async with simulated(tmp_path) as model:
        score = await judged(SPEC, asked(context=["ferry pier " * 20_000]), model=model)
        huge = await judged(SPEC, asked(context=["ferry pier " * 100_000]), model=model)
    assert score.passed is not None or "did not score the text (bad_request" in score.reason
    assert huge.reason == "Context, question and answer have more than 1,000,000 characters."


def test_wrong_arguments_are_mistakes():
    """A missing target and a wrong unit are told before anything is asked."""
    with pytest.raises(Mistake, match="needs a target `judge` that scores texts; targets are none"):
        build_check("context_use >= 1 bits")
    with pytest.raises(Mistake, match="the unit `nats` is not known here"):
        build_check("context_use >= 1 nats")


def spelt(*tokens):
    """An answer whose tokens have -1, -2, ... as log-probabilities."""
    return tuple(TokenLogprob(token, -1.0 - place) for place, token in enumerate(tokens))


@pytest.mark.parametrize(
    ("text", "tokens", "start", "end", "found"),
    [
        ("ask me", ("ask", " me"), 3, 6, [-2]),
        ("ask me", ("ask", " me"), 4, 6, [-2]),
        ("ask me", (" me",), 3, 6, [-1]),
        ("ask me", (" me",), 2, 6, None),
        ("ask me now", ("ask", " me", " now"), 3, 6, [-2]),
        ("ask me", ("ask", " you"), 3, 6, None),
        ("a é!", ("a", " ", "bytes:\\xc3", "bytes:\\xa9", "!"), 2, 5, [-3, -4, -5]),
        ("ask me", ("▁ask", "▁me"), 3, 6, None),
        (" ask me", ("▁ask", "▁me"), 4, 7, [-2]),
        ("ask me", (), 3, 6, None),
    ],
)
def test_numbers_are_taken_by_offset(text, tokens, start, end, found):
    """Tokens that lie in the range, also in part, count; without a spelling of the text there are none."""
    assert within(Answer(text, logprobs=spelt(*tokens)), start, end) == found


@given(st.lists(st.text("ab é渡", min_size=1, max_size=4), min_size=2, max_size=10), st.data())
def test_ranges_side_by_side_take_each_token_once(tokens, data):
    """At a boundary of tokens, the numbers before and after it are all numbers."""
    answer = Answer("".join(tokens), logprobs=spelt(*tokens))
    cut = data.draw(st.integers(1, len(tokens) - 1))
    middle, end = len("".join(tokens[:cut]).encode()), len(answer.text.encode())
    both = within(answer, 0, middle) + within(answer, middle, end)
    assert both == [each.logprob for each in answer.logprobs]
