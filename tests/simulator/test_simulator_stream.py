"""Streams as a raw client reads them."""

import asyncio
import contextlib
import json

import pytest
from simulator_support import PARROT, frames, persona_from, post, question, running, stream_text

from seatrial.simulator.persona import load_persona


@pytest.fixture
async def parrot(tmp_path):
    """A persona that repeats what it is told."""
    async with running(persona_from(tmp_path, PARROT)) as pair:
        yield pair


async def test_frames_come_in_the_documented_order(parrot):
    """A stream is role, tokens, finish and [DONE], all of one id, under text/event-stream."""
    simulator, session = parrot
    _, headers, raw = await post(session, simulator, question("one two", stream=True))
    assert headers["content-type"].startswith("text/event-stream")
    deltas = [frame["choices"][0]["delta"] for frame in frames(raw)]
    assert deltas == [{"role": "assistant", "content": ""}, {"content": "one"}, {"content": " two"}, {}]
    assert frames(raw)[-1]["choices"][0]["finish_reason"] == "stop"
    assert {(frame["object"], frame["id"]) for frame in frames(raw)} == {
        ("chat.completion.chunk", frames(raw)[0]["id"])
    }
    assert raw.endswith(b"data: [DONE]\n\n")
    assert all("usage" not in frame for frame in frames(raw))


async def test_usage_frame_on_request(parrot):
    """With include_usage the last frame has no choices and the usage; all others say null."""
    simulator, session = parrot
    body = question("one two", stream=True, stream_options={"include_usage": True})
    found = frames((await post(session, simulator, body))[2])
    assert found[-1]["choices"] == []
    assert found[-1]["usage"]["completion_tokens"] == 2
    assert [frame["usage"] for frame in found[:-1]] == [None] * (len(found) - 1)


async def test_stream_and_body_say_the_same():
    """The pieces of a stream joined are the text of the whole body."""
    async with running(load_persona("harbour-v2")) as (simulator, session):
        body = question("¿Cuándo sale el último ferry a Saltholm?", "harbour-v2")
        whole = json.loads((await post(session, simulator, body))[2])["choices"][0]["message"]["content"]
        assert stream_text((await post(session, simulator, {**body, "stream": True}))[2]) == whole


async def test_tool_call_comes_in_fragments():
    """Id and name come first, then the arguments in several fragments of one index."""
    tool = {"type": "function", "function": {"name": "book_ferry", "parameters": {}}}
    async with running(load_persona("harbour-v2")) as (simulator, session):
        body = question("Please book 2 seats to Saltholm.", "harbour-v2", tools=[tool], stream=True)
        found = frames((await post(session, simulator, body))[2])
    calls = [call for frame in found for call in frame["choices"][0]["delta"].get("tool_calls", ())]
    assert calls[0]["function"] == {"name": "book_ferry", "arguments": ""}
    assert all("id" not in call for call in calls[1:])
    assert len(calls) > 3
    arguments = "".join(call["function"]["arguments"] for call in calls)
    assert json.loads(arguments) == {"island": "Saltholm", "passengers": 2}
    assert found[-1]["choices"][0]["finish_reason"] == "tool_calls"


async def test_choices_are_interleaved(parrot):
    """With n = 2 each token comes once for each choice."""
    simulator, session = parrot
    found = frames((await post(session, simulator, question("one two", stream=True, n=2)))[2])
    tokens = [(f["choices"][0]["index"], f["choices"][0]["delta"]["content"]) for f in found[2:6]]
    assert tokens == [(0, "one"), (1, "one"), (0, " two"), (1, " two")]


async def test_logprobs_stand_beside_their_token(parrot):
    """Each token frame carries the log-probability of its own token."""
    simulator, session = parrot
    found = frames((await post(session, simulator, question("one two", stream=True, logprobs=True)))[2])
    assert [frame["choices"][0]["logprobs"]["content"][0]["token"] for frame in found[1:3]] == ["one", " two"]


async def test_legacy_stream(parrot):
    """A legacy stream has text in each choice and ends with [DONE]."""
    simulator, session = parrot
    body = {"model": "parrot", "prompt": "one two", "stream": True, "logprobs": 1}
    raw = (await post(session, simulator, body, "/completions"))[2]
    assert "".join(frame["choices"][0]["text"] for frame in frames(raw)) == "one two"
    assert [frame["choices"][0]["logprobs"]["text_offset"] for frame in frames(raw)[:2]] == [[0], [3]]
    assert raw.endswith(b"data: [DONE]\n\n")


async def test_server_survives_a_client_that_leaves(tmp_path):
    """A client that hangs up in the middle is counted, and the next one is served."""
    persona = persona_from(tmp_path, PARROT + "latency: {inter_token: 10ms}\n")
    async with running(persona) as (simulator, session):
        body = question("x " * 900, stream=True)
        async with session.post(simulator.url + "/chat/completions", json=body) as leaving:
            await leaving.content.readany()
            leaving.close()
        for _ in range(200):
            with contextlib.suppress(KeyError):
                if simulator.truth()["statuses"]["client_left"]:
                    break
            await asyncio.sleep(0.02)
        assert simulator.truth()["statuses"]["client_left"] == 1
        assert (await post(session, simulator, question("Hello")))[0] == 200
