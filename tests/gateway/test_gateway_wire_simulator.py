"""Official clients, unchanged, at the simulated model: chat, streams, tools, JSON, embeddings, sync and async."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest
from gateway_support import Within, config, gateway
from pydantic import BaseModel

from seatrial.simulator.persona import load_persona
from seatrial.simulator.server import serve

CLERK = """
name: clerk
languages: [en]
slots: {day: {words: {Monday: [monday]}}}
dialogues: {day: {en: Which day?}}
fallback: {en: Pardon?}
knowledge:
  - id: open
    keywords: {en: [open]}
    needs: [day]
    answers: {en: "Open on {day}."}
    tool: {name: look_up, arguments: {day: "{day}"}, done: {en: "Seen: {result}"}}
"""
ASKED: Any = [{"role": "user", "content": "Is it open on Monday?"}]
TOOL: Any = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object", "properties": {}}}}


class Hours(BaseModel):
    """A schema for the answer."""

    answer: str


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Within]:
    """A gateway in front of a clerk."""
    path = tmp_path / "clerk.yaml"
    path.write_text(CLERK)
    async with await serve(load_persona(path)) as simulator:
        text = config(simulator.url.removesuffix("/v1"), target="model: clerk")
        async with gateway(text, tmp_path) as door:
            yield door


@pytest.fixture
async def client(door: Within) -> AsyncIterator[openai.AsyncOpenAI]:
    """OpenAI's client at the gateway."""
    async with openai.AsyncOpenAI(base_url=door.url + "/v1", api_key="k", max_retries=0) as client:
        yield client


async def test_a_chat(client: openai.AsyncOpenAI) -> None:
    """A question is answered."""
    found = await client.chat.completions.create(model="support", messages=ASKED)
    assert found.choices[0].message.content == "Open on Monday."


async def test_a_stream(client: openai.AsyncOpenAI) -> None:
    """The pieces of a streamed answer are the answer."""
    stream = await client.chat.completions.create(model="support", messages=ASKED, stream=True)
    pieces = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
    assert "".join(pieces) == "Open on Monday."
    assert len(pieces) > 2


async def test_a_call_and_its_result(client: openai.AsyncOpenAI) -> None:
    """A tool is called, and its result is answered with."""
    first = await client.chat.completions.create(model="support", messages=ASKED, tools=[TOOL])
    calls = first.choices[0].message.tool_calls
    assert calls is not None
    assert calls[0].type == "function"
    assert json.loads(calls[0].function.arguments) == {"day": "Monday"}
    result: Any = {"role": "tool", "tool_call_id": calls[0].id, "content": "9 to 5"}
    said: Any = first.choices[0].message.model_dump(exclude_none=True)
    last = await client.chat.completions.create(model="support", messages=[*ASKED, said, result], tools=[TOOL])
    assert last.choices[0].message.content == "Seen: 9 to 5"


async def test_an_answer_of_a_schema(client: openai.AsyncOpenAI) -> None:
    """The client's own parsing finds what the schema says."""
    found = await client.chat.completions.parse(model="support", messages=ASKED, response_format=Hours)
    assert found.choices[0].message.parsed is not None


async def test_embeddings(client: openai.AsyncOpenAI) -> None:
    """Two texts are two vectors, decoded by the client from base64."""
    found = await client.embeddings.create(model="support", input=["one", "two"])
    assert [each.index for each in found.data] == [0, 1]
    assert all(len(each.embedding) > 8 for each in found.data)


async def test_the_list_of_models(client: openai.AsyncOpenAI) -> None:
    """What the gateway serves, not what stands behind it."""
    assert [model.id async for model in client.models.list()] == ["support"]
    assert (await client.models.retrieve("support")).id == "support"


async def test_the_client_without_async(door: Within) -> None:
    """The same from a thread, with the client that blocks."""

    def ask() -> tuple[str | None, str]:
        with openai.OpenAI(base_url=door.url + "/v1", api_key="k", max_retries=0) as client:
            whole = client.chat.completions.create(model="support", messages=ASKED)
            stream = client.chat.completions.create(model="support", messages=ASKED, stream=True)
            pieces = [chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices]
            return whole.choices[0].message.content, "".join(pieces)

    assert await asyncio.to_thread(ask) == ("Open on Monday.", "Open on Monday.")


async def test_anthropic_s_client(door: Within) -> None:
    """A model that speaks OpenAI's dialect answers Anthropic's client: whole, streamed, with a tool and its result."""
    tools: Any = [{"name": "look_up", "input_schema": {"type": "object", "properties": {}}}]
    more: Any = {"model": "support", "max_tokens": 100}
    async with anthropic.AsyncAnthropic(base_url=door.url, api_key="k", max_retries=0) as client:
        whole = await client.messages.create(**more, messages=ASKED)
        async with client.messages.stream(**more, messages=ASKED) as stream:
            text = "".join([piece async for piece in stream.text_stream])
        use: Any = (await client.messages.create(**more, messages=ASKED, tools=tools)).content[0]
        result: Any = {"type": "tool_result", "tool_use_id": use.id, "content": "9 to 5"}
        turns: Any = [*ASKED, {"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
        last: Any = await client.messages.create(**more, messages=turns, tools=tools)
    assert whole.content[0].type == "text"
    assert whole.content[0].text == text == "Open on Monday."
    assert use.input == {"day": "Monday"}
    assert last.content[0].text == "Seen: 9 to 5"


async def test_anthropic_s_client_without_async(door: Within) -> None:
    """The client that blocks lists the models and asks one."""

    def ask() -> tuple[list[str], Any]:
        with anthropic.Anthropic(base_url=door.url, api_key="k", max_retries=0) as client:
            names = [model.id for model in client.models.list()]
            return names, client.messages.create(model="support", max_tokens=9, messages=ASKED).content[0]

    names, block = await asyncio.to_thread(ask)
    assert (names, block.text) == (["support"], "Open on Monday.")
