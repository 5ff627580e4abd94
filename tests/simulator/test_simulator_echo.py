"""Log-probabilities of a prompt that is repeated: invented, but told by rule."""

import json
import math

import pytest
from simulator_support import frames, persona_from, post, running


@pytest.fixture
async def parrot(tmp_path):
    """A simulator that says what it hears, and a session."""
    async with running(persona_from(tmp_path, "name: parrot\necho: true\n")) as found:
        yield found


async def scored(parrot, prompt, **more):
    """The first choice of a completion that repeats its prompt, and the usage."""
    simulator, session = parrot
    body = {"model": "parrot", "prompt": prompt, "echo": True, "logprobs": 1, "max_tokens": 0, **more}
    status, _, raw = await post(session, simulator, body, "/completions")
    assert status == 200, raw
    found = json.loads(raw)
    return found["choices"][0], found["usage"]


async def test_a_prompt_comes_back_with_numbers(parrot):
    """With no tokens to add, the text is the prompt; the first token has no number, as nothing is before it."""
    choice, usage = await scored(parrot, "Hello there, Ünï")
    numbers = choice["logprobs"]
    assert (choice["text"], choice["finish_reason"]) == ("Hello there, Ünï", "length")
    assert "".join(numbers["tokens"]) == "Hello there, Ünï"
    assert (numbers["token_logprobs"][0], numbers["top_logprobs"][0]) == (None, None)
    assert all(number < 0 for number in numbers["token_logprobs"][1:])
    assert numbers["text_offset"] == [0, 5, 11, 12]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (4, 0)


async def test_a_word_that_was_there_before_is_likelier(parrot):
    """Repeated words have more than a half, new ones less than an eighth, in any case."""
    choice, _ = await scored(parrot, "The ferry. A FERRY swims")
    shares = [number and math.exp(number) for number in choice["logprobs"]["token_logprobs"]]
    assert dict(zip(choice["logprobs"]["tokens"], shares, strict=True))[" FERRY"] > 0.5
    assert max(shares[1], shares[3], shares[5]) < 0.125


async def test_a_number_does_not_depend_on_the_place(parrot):
    """A word has the same number behind any words that are not it, so that an idle context changes nothing."""
    alone, _ = await scored(parrot, "Ask someone.")
    behind, _ = await scored(parrot, "Dogs swim far\nAsk someone.")
    assert alone["logprobs"]["token_logprobs"][1:] == behind["logprobs"]["token_logprobs"][-3:]


async def test_tokens_after_the_prompt_follow(parrot):
    """The answer's own tokens come after those of the prompt, and only they are counted as the completion's."""
    choice, usage = await scored(parrot, "one two", max_tokens=1)
    assert (choice["text"], choice["logprobs"]["text_offset"]) == ("one twoone", [0, 3, 7])
    assert usage["completion_tokens"] == 1


async def test_a_stream_has_the_same_numbers(parrot):
    """Frame by frame, offsets included."""
    simulator, session = parrot
    whole, _ = await scored(parrot, "one two one", max_tokens=2)
    body = {"model": "parrot", "prompt": "one two one", "echo": True, "logprobs": 1, "max_tokens": 2, "stream": True}
    told = frames((await post(session, simulator, body, "/completions"))[2])
    parts = [frame["choices"][0]["logprobs"] for frame in told if frame["choices"][0]["logprobs"]]
    for name in ("tokens", "token_logprobs", "text_offset"):
        assert [each for part in parts for each in part[name]] == whole["logprobs"][name]
