"""Whatever is sent, the server answers in the shapes of the API, and nothing that it is sent makes it fail."""

import asyncio
import json

import aiohttp
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulator_support import PARROT, frames, persona_from, post, question, running, stream_text

from seatrial.simulator.persona import load_persona
from seatrial.simulator.wire import ApiError, ChatRequest, EmbeddingRequest, read_body

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
KEYS = ["n", "stop", "tools", "tool_choice", "response_format", "stream_options", "logprobs", "max_tokens", "messages"]
QUIET = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def parrot(tmp_path_factory):
    """The persona that repeats what it is told."""
    return persona_from(tmp_path_factory.mktemp("fuzz"), PARROT)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_body_or_a_400(raw):
    """Bytes are read as a request, or refused with 400 and an error object."""
    found = body_or_error(raw)
    assert isinstance(found, ChatRequest) or set(found) == {"message", "type", "param", "code"}


def body_or_error(raw):
    """The request that bytes are read as, or the error object that they get."""
    try:
        return read_body(raw, ChatRequest)
    except ApiError as error:
        return json.loads(error.body())["error"] if error.status == 400 else {}


@given(st.sampled_from(KEYS), JSON)
def test_any_value_under_a_known_key_is_read_or_refused_by_name(key, value):
    """A wrong value is refused under the key that it stands at."""
    body = {**question("Hello"), key: value}
    param, status = refused_at(body, ChatRequest)
    assert (status, param) in {(400, key), (None, None)}


def refused_at(body, kind):
    """The key that a body is refused for and the status; None twice when it is read."""
    try:
        read_body(msgspec.json.encode(body), kind)
    except ApiError as error:
        return (error.param or "").split("[")[0].split(".")[0], error.status
    return None, None


@given(JSON)
def test_any_input_to_embed_is_read_or_refused(value):
    """The many legal forms of `input` and all illegal ones are told apart without failing."""
    assert refused_at({"model": "m", "input": value}, EmbeddingRequest) in {("input", 400), (None, None)}


@given(st.lists(st.tuples(st.sampled_from(KEYS), JSON), min_size=1, max_size=2))
@settings(max_examples=25, deadline=None)
def test_no_body_makes_the_server_fail(pairs):
    """Over a socket every odd body is answered with 200 or a 4xx, never with a 500."""

    async def main():
        async with running(load_persona("harbour-v2")) as (simulator, session):
            body = {**question("When does the last ferry leave for Saltholm?", "harbour-v2"), **dict(pairs)}
            return (await post(session, simulator, body))[0]

    assert asyncio.run(main()) in {200, 400, 404}


@given(st.lists(TEXT, min_size=1, max_size=4))
@QUIET
def test_stream_and_body_agree_on_any_text(parrot, texts):
    """Any text comes back unharmed, whole and as a stream, with the same count of tokens."""

    async def main(text):
        async with running(parrot) as (simulator, session):
            whole = json.loads((await post(session, simulator, question(text)))[2])
            options = {"stream_options": {"include_usage": True}}
            raw = (await post(session, simulator, question(text, stream=True, **options)))[2]
            return whole, raw

    for text in texts:
        whole, raw = asyncio.run(main(text))
        assert whole["choices"][0]["message"]["content"] == text
        assert "".join(f["choices"][0]["delta"].get("content") or "" for f in frames(raw) if f["choices"]) == text
        assert frames(raw)[-1]["usage"] == whole["usage"]


@pytest.mark.parametrize("fault", ["crlf", "comments", "split_utf8", "many_events_per_write", "early_role"])
@pytest.mark.parametrize("text", ["plain", "año añejo", "x\ny\r\nz", "日本語のテキスト", "🚢" * 5])
async def test_legal_oddities_of_a_stream_lose_nothing(tmp_path, fault, text):
    """Faults that keep to the standard change no character of the answer."""
    persona = persona_from(tmp_path, PARROT + f"faults: [{{kind: {fault}}}]\n")
    async with running(persona) as (simulator, session):
        raw = (await post(session, simulator, question(text, stream=True)))[2]
    assert stream_text(raw) == text


async def test_many_at_once_are_all_answered(tmp_path):
    """Two hundred requests at once get two hundred right answers and distinct ids."""
    async with running(persona_from(tmp_path, PARROT)) as (simulator, session):
        answers = await asyncio.gather(*(post(session, simulator, question(f"number {n}")) for n in range(200)))
        bodies = [json.loads(raw) for _, _, raw in answers]
        assert simulator.truth()["requests"] == 200
    assert [body["choices"][0]["message"]["content"] for body in bodies] == [f"number {n}" for n in range(200)]
    assert len({body["id"] for body in bodies}) == 200


async def test_close_while_answering_ends_soon(tmp_path):
    """Closing the server does not wait for an answer that is minutes away."""
    persona = persona_from(tmp_path, PARROT + "latency: {first_token: 10m}\n")
    async with running(persona) as (simulator, session):
        waiting = asyncio.ensure_future(post(session, simulator, question("Hello")))
        for _ in range(1000):
            await asyncio.sleep(0.01)
            if simulator.truth()["requests"]:
                break
        async with asyncio.timeout(10):
            await simulator.close()
            with pytest.raises(aiohttp.ClientError):
                await waiting


async def test_long_question_is_matched_quickly_enough(tmp_path):
    """A megabyte of words is too long a prompt, not a stuck server."""
    async with running(load_persona("harbour-v2")) as (simulator, session):
        status, _, raw = await post(session, simulator, question("ferry Saltholm last " * 50_000, "harbour-v2"))
    assert (status, json.loads(raw)["error"]["code"]) == (400, "context_length_exceeded")


async def test_raw_socket_nonsense_is_refused(tmp_path):
    """Bytes that are no HTTP get a 400 and a closed connection."""
    async with running(persona_from(tmp_path, PARROT)) as (simulator, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", simulator.port)
        writer.write(b"\x16\x03\x01 nonsense\r\n\r\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.0 400")
