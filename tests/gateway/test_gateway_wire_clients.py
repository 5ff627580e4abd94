"""OpenAI's and Anthropic's own Python clients, unchanged, in front of a provider of either dialect."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest
from dialects_support import CALL, chat_chunk, message_events, streamed, told
from upstream import CUT, DONE, answer, events, faults, whole
from wire_support import Served, served

CHAT: Any = {"model": "support", "messages": [{"role": "user", "content": "Hi"}]}
MESSAGE: Any = {**CHAT, "max_tokens": 50}
TOOL: Any = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
USE: Any = {"name": "weather", "input_schema": {"type": "object", "properties": {}}}
ARGUMENTS = json.dumps(CALL["input"])
USAGE = {"prompt_tokens": 9, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}}


def called() -> Any:
    """A chat's answer that is a call."""
    call = {"id": "toolu_1", "type": "function", "function": {"name": "weather", "arguments": ARGUMENTS}}
    choice = {"index": 0, "message": {"role": "assistant", "tool_calls": [call]}, "finish_reason": "tool_calls"}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": USAGE}
    return whole(json.dumps(body).encode())


def calling() -> Any:
    """It as a stream, the arguments in three pieces."""
    first = {"index": 0, "id": "toolu_1", "type": "function", "function": {"name": "weather", "arguments": ""}}
    pieces = [ARGUMENTS[:5], ARGUMENTS[5:11], ARGUMENTS[11:]]
    rest = [chat_chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}) for piece in pieces]
    return events(chat_chunk({"tool_calls": [first]}), *rest, chat_chunk({}, "tool_calls"), DONE)


def speaking() -> Any:
    """A stream of two texts with its usage."""
    frames = [chat_chunk({"content": "Hel"}), chat_chunk({"content": "lo"}), chat_chunk({}, "stop")]
    last = b"data: " + json.dumps({"choices": [], "usage": USAGE}).encode() + b"\n\n"
    return events(*frames, last, DONE)


SCRIPTS: dict[str, dict[str, Any]] = {
    "openai": {"text": answer("Hello"), "call": called(), "stream": speaking(), "calling": calling()},
    "anthropic": {
        "text": told(),
        "call": told(CALL, stop="tool_use"),
        "stream": streamed(message_events({"type": "text", "text": "Hello"})),
        "calling": streamed(message_events(CALL, stop="tool_use")),
    },
}
EITHER = pytest.mark.parametrize("dialect", ["anthropic", "openai"])


@asynccontextmanager
async def openai_client(it: Served, retries: int = 0) -> AsyncIterator[openai.AsyncOpenAI]:
    url = it.door.url + "/v1"
    async with openai.AsyncOpenAI(base_url=url, api_key="sk-mine", max_retries=retries) as client:
        yield client


@asynccontextmanager
async def anthropic_client(it: Served, retries: int = 0) -> AsyncIterator[anthropic.AsyncAnthropic]:
    url = it.door.url
    async with anthropic.AsyncAnthropic(base_url=url, api_key="sk-mine", max_retries=retries) as client:
        yield client


@EITHER
async def test_openai_s_client_chats(dialect: str, tmp_path: Path) -> None:
    """An answer with its usage and the provider's id of the request."""
    async with served(tmp_path, SCRIPTS[dialect]["text"], dialect=dialect) as it, openai_client(it) as client:
        found = await client.chat.completions.create(**CHAT)
        assert (found.choices[0].message.content, found.choices[0].finish_reason) == ("Hello", "stop")
        assert found.usage is not None
        assert (found.usage.prompt_tokens, found.usage.completion_tokens) == (9, 3)
        assert dialect == "openai" or found._request_id == "req_1"
        assert (await it.record()).usage is not None


@EITHER
async def test_openai_s_client_streams(dialect: str, tmp_path: Path) -> None:
    """The text in pieces, the reason and the usage at the end."""
    async with served(tmp_path, SCRIPTS[dialect]["stream"], dialect=dialect) as it, openai_client(it) as client:
        stream = await client.chat.completions.create(**CHAT, stream=True, stream_options={"include_usage": True})
        chunks = [chunk async for chunk in stream]
        texts = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
        assert "".join(texts) == "Hello"
        assert [chunk.usage.prompt_tokens for chunk in chunks if chunk.usage] == [9]
        usage = (await it.record()).usage
        assert usage is not None
        assert (usage.input, usage.output, usage.cached) == (9, 3, 4)


@EITHER
async def test_openai_s_client_calls_tools(dialect: str, tmp_path: Path) -> None:
    """A call with its arguments, asked for whole."""
    async with served(tmp_path, SCRIPTS[dialect]["call"], dialect=dialect) as it, openai_client(it) as client:
        found = await client.chat.completions.create(**CHAT, tools=[TOOL])
        calls = found.choices[0].message.tool_calls
        assert calls is not None
        assert calls[0].type == "function"
        assert json.loads(calls[0].function.arguments) == CALL["input"]
        assert found.choices[0].finish_reason == "tool_calls"
        assert it.upstream.requests[0].json["tools"]


@EITHER
async def test_openai_s_client_streams_calls(dialect: str, tmp_path: Path) -> None:
    """The client's own gathering of pieces ends with the whole call."""
    async with served(tmp_path, SCRIPTS[dialect]["calling"], dialect=dialect) as it, openai_client(it) as client:
        async with client.chat.completions.stream(**CHAT, tools=[TOOL]) as stream:
            found = await stream.get_final_completion()
        calls = found.choices[0].message.tool_calls
        assert calls is not None
        assert json.loads(calls[0].function.arguments) == CALL["input"]


@EITHER
async def test_anthropic_s_client_chats(dialect: str, tmp_path: Path) -> None:
    """An answer with its usage, what came from a cache apart."""
    script = answer("Hello", usage=USAGE) if dialect == "openai" else SCRIPTS[dialect]["text"]
    async with served(tmp_path, script, dialect=dialect) as it, anthropic_client(it) as client:
        found = await client.messages.create(**MESSAGE)
        assert (found.content[0].type, found.stop_reason) == ("text", "end_turn")
        usage = found.usage
        assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (5, 4, 3)
        kept = (await it.record()).usage
        assert kept is not None
        assert (kept.input, kept.cached) == (9, 4)


@EITHER
async def test_anthropic_s_client_streams(dialect: str, tmp_path: Path) -> None:
    """The client's own gathering of pieces ends with the whole message."""
    async with served(tmp_path, SCRIPTS[dialect]["stream"], dialect=dialect) as it, anthropic_client(it) as client:
        async with client.messages.stream(**MESSAGE) as stream:
            text = "".join([piece async for piece in stream.text_stream])
            found = await stream.get_final_message()
        assert text == "Hello"
        assert (found.stop_reason, found.usage.output_tokens) == ("end_turn", 3)
        usage = (await it.record()).usage
        assert usage is not None
        assert (usage.input, usage.output, usage.cached) == (9, 3, 4)


@EITHER
@pytest.mark.parametrize("name", ["call", "calling"])
async def test_anthropic_s_client_calls_tools(name: str, dialect: str, tmp_path: Path) -> None:
    """A call with its arguments, asked for whole and as a stream."""
    async with served(tmp_path, SCRIPTS[dialect][name], dialect=dialect) as it, anthropic_client(it) as client:
        if name == "call":
            found: Any = await client.messages.create(**MESSAGE, tools=[USE])
        else:
            async with client.messages.stream(**MESSAGE, tools=[USE]) as stream:
                found = await stream.get_final_message()
        assert (found.content[0].id, found.content[0].name) == ("toolu_1", "weather")
        assert (found.content[0].input, found.stop_reason) == (CALL["input"], "tool_use")


ERRORS = [
    (400, openai.BadRequestError, anthropic.BadRequestError),
    (404, openai.NotFoundError, anthropic.NotFoundError),
    (422, openai.UnprocessableEntityError, anthropic.UnprocessableEntityError),
    (429, openai.RateLimitError, anthropic.RateLimitError),
    (500, openai.InternalServerError, anthropic.InternalServerError),
]


@EITHER
@pytest.mark.parametrize(("status", "theirs", "others"), ERRORS)
async def test_clients_raise_what_they_raise(
    status: int, theirs: Any, others: Any, dialect: str, tmp_path: Path
) -> None:
    """A provider's error is the same exception of the client's as without the gateway, with the provider's words."""
    script = faults.error(status, "a_code")
    async with served(tmp_path, script, dialect=dialect) as it, openai_client(it) as client:
        with pytest.raises(theirs, match="It did not work"):
            await client.chat.completions.create(**CHAT)
    async with served(tmp_path, script, dialect=dialect) as it, anthropic_client(it) as other:
        with pytest.raises(others, match="It did not work"):
            await other.messages.create(**MESSAGE)


async def test_the_gateway_s_own_errors_are_theirs(tmp_path: Path) -> None:
    """An unknown model and a path that is not there are exceptions of the right class."""
    async with served(tmp_path, answer()) as it, openai_client(it) as client, anthropic_client(it) as other:
        with pytest.raises(openai.NotFoundError) as refused:
            await client.chat.completions.create(**{**CHAT, "model": "nix"})
        assert (refused.value.code, refused.value.param) == ("model_not_found", "model")
        with pytest.raises(anthropic.NotFoundError) as missing:
            await other.messages.create(**{**MESSAGE, "model": "nix"})
        assert missing.value.type == "not_found_error"


CUTS = {
    "anthropic": events(*message_events({"type": "text", "text": "Hello"})[:4], end=[0.02, CUT]),
    "openai": events(chat_chunk({"content": "Hel"}), end=[0.02, CUT]),
}


@EITHER
async def test_a_cut_stream_is_an_exception(dialect: str, tmp_path: Path) -> None:
    """Neither client takes half an answer for a whole one."""
    async with served(tmp_path, CUTS[dialect], dialect=dialect) as it:
        async with openai_client(it) as client:
            with pytest.raises(openai.APIError, match="broke off"):
                [chunk async for chunk in await client.chat.completions.create(**CHAT, stream=True)]
        async with anthropic_client(it) as other, other.messages.stream(**MESSAGE) as stream:
            with pytest.raises(anthropic.APIError, match="broke off"):
                await stream.get_final_message()


@EITHER
async def test_a_bad_event_that_must_be_translated_is_an_exception(dialect: str, tmp_path: Path) -> None:
    """What cannot be translated is not left out in silence."""
    good = chat_chunk({"content": "a"}) if dialect == "openai" else message_events({"type": "text", "text": "a"})[0]
    async with served(tmp_path, events(good, b"data: {oh\n\n", DONE), dialect=dialect) as it:
        path = "/v1/messages" if dialect == "openai" else "/v1/chat/completions"
        body = (await it.door.ask(path, {**MESSAGE, "stream": True})).body
        assert b"malformed event" in body
        assert await it.failure() == "cut_stream"


async def test_clients_try_again(tmp_path: Path) -> None:
    """What the gateway passes on of a provider's "not now" makes the client come again after that time."""
    async with served(tmp_path, faults.too_many("0.01"), answer("Hello")) as it, openai_client(it, 1) as client:
        found = await client.chat.completions.create(**CHAT)
        assert found.choices[0].message.content == "Hello"
        assert len(it.kept.exchanges) == 2


async def test_the_gateway_s_key_goes_to_the_provider(tmp_path: Path) -> None:
    """The client's key stays here, whichever header it came in; the version is told to Anthropic's servers."""
    async with served(tmp_path, told(), dialect="anthropic") as it:
        async with anthropic_client(it) as client:
            await client.messages.create(**MESSAGE)
        async with openai_client(it) as other:
            await other.chat.completions.create(**CHAT)
        for asked in it.upstream.requests:
            assert (asked.path, asked.headers["x-api-key"]) == ("/v1/messages", "dummy")
            assert asked.headers["anthropic-version"] == "2023-06-01"
            assert b"sk-mine" not in asked.raw_head
        assert "x-stainless-lang" in it.upstream.requests[0].headers


async def test_tokens_are_counted_by_who_can(tmp_path: Path) -> None:
    """Counting is Anthropic's own: passed to its servers, refused for others."""
    async with (
        served(tmp_path, whole(b'{"input_tokens": 7}'), dialect="anthropic") as it,
        anthropic_client(it) as client,
    ):
        assert (await client.messages.count_tokens(**CHAT)).input_tokens == 7
        assert it.upstream.requests[0].path == "/v1/messages/count_tokens"


async def test_what_a_dialect_has_not_is_refused(tmp_path: Path) -> None:
    """Embeddings of a provider that has none, and counting at one that does not count, are 400."""
    async with served(tmp_path, told(), dialect="anthropic") as it, openai_client(it) as client:
        with pytest.raises(openai.BadRequestError, match="not known"):
            await client.embeddings.create(model="support", input="Hi")
    async with served(tmp_path, answer()) as it, anthropic_client(it) as other:
        with pytest.raises(anthropic.BadRequestError, match="not known"):
            await other.messages.count_tokens(**CHAT)
        await it.idle()
