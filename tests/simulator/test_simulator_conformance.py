"""The wire facts that clients rely on: headers, error objects, frames, choices, stops, tools, raw HTTP."""

import asyncio
import json
import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulator_support import PARROT, frames, persona_from, post, question, running, say, stream_text

from seatrial.simulator import service
from seatrial.simulator.bodies import Spoken, chat_body, chat_events, completion_body, completion_events
from seatrial.simulator.pieces import count_pieces, split_pieces
from seatrial.simulator.stream import split_place
from seatrial.simulator.wire import CompletionRequest, WireMessage, read_body

ERROR_KEYS = {"message", "type", "param", "code"}
CLERK = """
name: clerk
languages: [en]
slots: {day: {words: {Monday: [monday], Friday: [friday]}}, seats: {integer: true, pattern: '(\\d+)? seats?'}}
dialogues: {day: {en: Which day?}}
fallback: {en: Pardon?}
knowledge:
  - id: open
    keywords: {en: [open]}
    needs: [day]
    answers: {en: "Open on {day}."}
    json: {day: "{day}"}
    tool: {name: look_up, arguments: {day: "{day}"}, done: {en: "I looked {day} up."}}
"""


def tool(name, **properties):
    """An offered tool."""
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": properties}}}


@pytest.fixture
async def parrot(tmp_path):
    """A persona that repeats what it is told, with limits and a short context."""
    text = PARROT + "context_tokens: 100\nlimits: {rpm: 1000, tpm: 100000}\n"
    async with running(persona_from(tmp_path, text)) as pair:
        yield pair


@pytest.fixture
async def clerk(tmp_path):
    """A persona that knows one thing, with a slot, a form and a tool."""
    async with running(persona_from(tmp_path, CLERK)) as pair:
        yield pair


async def choice_of(pair, text, **more):
    """The first choice of a chat answer."""
    body = question(text, pair[0].persona.name, **more)
    return json.loads((await post(pair[1], pair[0], body))[2])["choices"][0]


async def call_of(pair, text, **more):
    """Name and parsed arguments of the only tool call."""
    (call,) = (await choice_of(pair, text, **more))["message"]["tool_calls"]
    return call["function"]["name"], json.loads(call["function"]["arguments"])


async def refused(pair, body, path="/chat/completions", **options):
    """Status, headers and error object, whose keys are checked."""
    status, headers, raw = await post(pair[1], pair[0], body, path, **options)
    error = json.loads(raw)["error"]
    assert set(error) == ERROR_KEYS
    return status, headers, error


async def raw_exchange(simulator, sent):
    """The bytes that the server answers to raw bytes on a socket of their own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", simulator.port)
    writer.write(sent)
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def http(body=b"", *headers, path="/v1/chat/completions", method="POST"):
    """A raw request with a body of the right length."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/chat/completions", {"messages": [{"role": "user", "content": "a"}]}),
        ("/completions", {"prompt": "a"}),
        ("/embeddings", {"input": "a"}),
        ("/moderations", {"input": "a"}),
    ],
)
async def test_every_answer_carries_the_three_headers(parrot, path, body):
    """Request id, version and processing time stand on each endpoint's success."""
    status, headers, _ = await post(parrot[1], parrot[0], {"model": "parrot", **body}, path)
    assert status == 200
    assert headers["x-request-id"].startswith("req_")
    assert headers["openai-version"] == "2020-10-01"
    assert int(headers["openai-processing-ms"]) >= 1


@pytest.mark.parametrize("path", ["/chat/completions", "/completions", "/embeddings"])
@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [(b"{", 400, None), (b'{"model": "parrot"}', 400, None), (b"[]", 400, None), (b"null", 400, None)],
)
async def test_bodies_that_are_no_request_are_400(parrot, path, raw, status, code):
    """No JSON, no object and no content are refused alike on every endpoint that reads a body."""
    async with parrot[1].post(parrot[0].url + path, data=raw) as response:
        error = (await response.json())["error"]
        assert (response.status, error["type"], error["code"]) == (status, "invalid_request_error", code)
        assert set(error) == ERROR_KEYS
        assert "x-ratelimit-remaining-requests" in response.headers


@pytest.mark.parametrize("path", ["/chat/completions", "/completions", "/embeddings"])
async def test_unknown_model_is_404_on_every_endpoint(parrot, path):
    """The model is checked wherever one is asked for, and the code says so."""
    body = {"model": "parrot-9", "messages": [{"role": "user", "content": "a"}], "prompt": "a", "input": "a"}
    status, _, error = await refused(parrot, body, path)
    assert (status, error["code"], error["param"]) == (404, "model_not_found", "model")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/chat/completions", "/completions", "/embeddings", "/moderations"])
async def test_other_methods_are_405(parrot, method, path):
    """An endpoint that takes POST names it to every other method."""
    async with parrot[1].request(method, parrot[0].url + path) as response:
        assert (response.status, response.headers["allow"]) == (405, "POST")
        assert (await response.json())["error"]["code"] == "method_not_supported"


async def test_posting_to_a_listing_is_405(parrot):
    """The endpoints to look at take GET alone."""
    for path in ("/models", "/models/parrot"):
        async with parrot[1].post(parrot[0].url + path) as response:
            assert (response.status, response.headers["allow"]) == (405, "GET")


async def test_context_counts_what_the_answer_may_cost(parrot):
    """Prompt and max_tokens together must fit the context: 7 + 93 do, 7 + 94 do not."""
    assert (await post(parrot[1], parrot[0], question("Hello", max_tokens=93)))[0] == 200
    status, _, error = await refused(parrot, question("Hello", max_tokens=94))
    assert (status, error["code"], error["param"]) == (400, "context_length_exceeded", "messages")
    assert "101 tokens (7 in the messages, 94 in the completion)" in error["message"]


async def test_context_of_a_prompt_is_refused_as_prompt(parrot):
    """The legacy endpoint names its own key."""
    status, _, error = await refused(parrot, {"model": "parrot", "prompt": "word " * 101}, "/completions")
    assert (status, error["code"], error["param"]) == (400, "context_length_exceeded", "prompt")


async def test_max_completion_tokens_beats_max_tokens(parrot):
    """The newer key decides when both are given."""
    choice = await choice_of(parrot, "a b c d", max_tokens=3, max_completion_tokens=1)
    assert (choice["message"]["content"], choice["finish_reason"]) == ("a", "length")


@pytest.mark.parametrize(("most", "finish"), [(3, "length"), (4, "stop"), (5, "stop")])
async def test_length_is_told_only_when_something_was_cut(parrot, most, finish):
    """An answer that just fits the limit has stopped by itself, whole and streamed."""
    body = question("a b c d", max_tokens=most)
    whole = json.loads((await post(parrot[1], parrot[0], body))[2])
    last = frames((await post(parrot[1], parrot[0], {**body, "stream": True}))[2])[-1]
    assert whole["choices"][0]["finish_reason"] == last["choices"][0]["finish_reason"] == finish
    assert whole["usage"]["completion_tokens"] == min(4, most)


@pytest.mark.parametrize(
    ("stop", "said"),
    [("c", "a b "), (["d", "b"], "a "), ("", "a b c d"), (["", "d"], "a b c "), ([], "a b c d"), (None, "a b c d")],
)
async def test_the_earliest_stop_ends_the_answer(parrot, stop, said):
    """Whatever the order of the stops the first in the text counts, and an empty stop is none."""
    assert await say(parrot[1], parrot[0], "a b c d", stop=stop) == said


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"stop": ["a"] * 5}, "stop"),
        ({"n": 17}, "n"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"top_p": 1.01}, "top_p"),
        ({"temperature": -0.1}, "temperature"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"response_format": {"type": "xml"}}, "response_format.type"),
        ({"tools": [{"type": "function"}]}, "tools[0].function"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"model": None}, "model"),
    ],
)
async def test_limits_of_values_name_the_key(parrot, change, param):
    """One step beyond what the API allows is a 400 with the path of the key."""
    status, _, error = await refused(parrot, {**question("Hello"), **change})
    assert (status, error["type"], error["param"]) == (400, "invalid_request_error", param)


@pytest.mark.parametrize(
    "change",
    [
        {"stop": ["x"] * 4},
        {"n": 16},
        {"top_p": 1, "temperature": 2},
        {"logprobs": True, "top_logprobs": 20},
        {"seed": -(2**63)},
        {"user": "u", "metadata": {"a": 1}, "vendor_key": [1]},
        {"response_format": {"type": "text"}},
    ],
)
async def test_the_outermost_legal_values_are_taken(parrot, change):
    """The bounds themselves, and keys of other vendors, are no mistake."""
    assert (await post(parrot[1], parrot[0], question("Hello", **change)))[0] == 200


async def test_required_calls_a_tool_whatever_was_asked(clerk):
    """With `required` the tool that fits is called, else the first, never a text."""
    tools = [tool("first"), tool("look_up")]
    assert await call_of(clerk, "Is it open on Monday?", tools=tools, tool_choice="required") == (
        "look_up", {"day": "Monday"}
    )  # fmt: skip
    assert await call_of(clerk, "Tell a joke", tools=tools, tool_choice="required") == ("first", {})


async def test_arguments_are_always_an_object(clerk):
    """A forced tool without parameters is called with {}, as JSON text."""
    bare = {"type": "function", "function": {"name": "ping"}}
    choice = {"type": "function", "function": {"name": "ping"}}
    assert await call_of(clerk, "Go", tools=[bare], tool_choice=choice) == ("ping", {})


async def test_forced_arguments_take_what_the_question_named(clerk):
    """A property called as a slot gets the slot's value, an unnamed one the smallest."""
    offered = tool("plan", day={"type": "string"}, seats={"type": "integer", "minimum": 2}, vip={"type": "boolean"})
    choice = {"type": "function", "function": {"name": "plan"}}
    found = await call_of(clerk, "Open with 7 seats on Friday?", tools=[offered], tool_choice=choice)
    assert found == ("plan", {"day": "Friday", "seats": 7, "vip": False})


async def test_a_tool_is_not_called_before_the_slots_are_known(clerk):
    """While something is missing the persona asks back in words, also in JSON."""
    choice = await choice_of(clerk, "Is it open?", tools=[tool("look_up")])
    assert (choice["message"]["content"], choice["finish_reason"]) == ("Which day?", "stop")
    choice = await choice_of(clerk, "Is it open?", response_format={"type": "json_object"})
    assert json.loads(choice["message"]["content"]) == {"answer": "Which day?"}


async def test_other_tools_than_the_known_one_are_left_alone(clerk):
    """An offered tool that no entry names is not called under `auto`."""
    choice = await choice_of(clerk, "Is it open on Monday?", tools=[tool("other")], tool_choice="auto")
    assert choice["message"]["content"] == "Open on Monday."
    assert "tool_calls" not in choice["message"]


async def test_offered_tools_cost_prompt_tokens(clerk):
    """The prompt of a request with tools is dearer than that without."""
    bodies = [question("Hello", "clerk", **more) for more in ({}, {"tools": [tool("a_long_name_of_a_tool")]})]
    costs = [json.loads((await post(clerk[1], clerk[0], body))[2])["usage"]["prompt_tokens"] for body in bodies]
    assert costs[0] == 7 < costs[1]


async def test_pattern_groups_that_did_not_take_part_are_no_defect(clerk):
    """A slot whose pattern has an optional group is read from the whole find."""
    assert await say(clerk[1], clerk[0], "Open on Monday, with seats?") == "Open on Monday."


async def test_a_conversation_without_a_user_gets_the_fallback(clerk):
    """System and assistant messages alone are a legal request."""
    messages = [{"role": "system", "content": "Be kind."}, {"role": "assistant", "content": "open monday"}]
    body = {"model": "clerk", "messages": messages}
    assert json.loads((await post(clerk[1], clerk[0], body))[2])["choices"][0]["message"]["content"] == "Pardon?"


async def test_stream_of_a_call_has_no_content_and_one_id(clerk):
    """In a streamed call the id stands once, the fragments have one index, and no frame carries a text."""
    body = question("Open on Monday?", "clerk", tools=[tool("look_up")], stream=True)
    found = frames((await post(clerk[1], clerk[0], body))[2])
    deltas = [frame["choices"][0]["delta"] for frame in found]
    calls = [call for delta in deltas for call in delta.get("tool_calls", ())]
    assert [call["id"][:5] for call in calls if "id" in call] == ["call_"]
    assert {call["index"] for call in calls} == {0}
    assert not any(delta.get("content") for delta in deltas)


@pytest.mark.parametrize("path", ["/chat/completions", "/completions"])
async def test_an_empty_answer_is_a_legal_stream(parrot, path):
    """A stream whose answer is cut to nothing still has a finish, a usage and [DONE]."""
    body = {**question("a"), "prompt": "a", "max_tokens": 0, "stream": True, "stream_options": {"include_usage": True}}
    raw = (await post(parrot[1], parrot[0], body, path))[2]
    *_, finish, usage = frames(raw)
    assert finish["choices"][0]["finish_reason"] == "length"
    assert usage["usage"]["completion_tokens"] == 0
    assert raw.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize("path", ["/chat/completions", "/completions"])
async def test_streamed_choices_each_get_the_whole_answer(parrot, path):
    """With n = 3 every index carries the text and one finish, and usage counts all three."""
    body = {**question("a b"), "prompt": "a b", "n": 3, "stream": True, "stream_options": {"include_usage": True}}
    found = frames((await post(parrot[1], parrot[0], body, path))[2])
    texts, ends = dict.fromkeys(range(3), ""), dict.fromkeys(range(3), 0)
    for choice in (choice for frame in found for choice in frame["choices"]):
        texts[choice["index"]] += choice.get("text") or choice.get("delta", {}).get("content") or ""
        ends[choice["index"]] += choice["finish_reason"] is not None
    assert set(texts.values()) == {"a b"}
    assert set(ends.values()) == {1}
    assert found[-1]["usage"]["completion_tokens"] == 6


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, ""),
        ("a", "a"),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "a\nb"),
        ([{"type": "input_audio", "input_audio": {}}], ""),
    ],
)
def test_content_is_text_parts_or_nothing(content, text):
    """All legal forms of a message's content are read."""
    assert msgspec.convert({"role": "user", "content": content}, WireMessage).text == text


def test_legacy_prompt_may_be_a_list():
    """A list of prompts is read, an empty one is not."""
    assert read_body(b'{"model": "m", "prompt": ["a", "b"]}', CompletionRequest).prompt == ["a", "b"]
    with pytest.raises(Exception, match="Invalid value for 'prompt'"):
        read_body(b'{"model": "m", "prompt": []}', CompletionRequest)


async def test_key_is_asked_for_everywhere_but_for_health(tmp_path):
    """Only the liveness check is open; the scheme may be written in any case."""
    async with running(persona_from(tmp_path, PARROT), api_key="kéy") as (simulator, session):
        root = simulator.url.removesuffix("/v1")
        for url, status in ((f"{root}/health", 200), (f"{root}/simulator/truth", 401), (f"{root}/v1/models", 401)):
            async with session.get(url) as response:
                assert response.status == status
        answer = await raw_exchange(simulator, http(b"{}", "authorization: bEARER kéy"))
    assert answer.startswith(b"HTTP/1.1 400")


async def test_a_wrong_key_is_told_before_anything_else(tmp_path):
    """An outsider learns neither the models nor what is wrong with a body."""
    async with running(persona_from(tmp_path, PARROT), api_key="k") as pair:
        status, _, error = await refused(pair, {"model": "nobody"}, headers={"Authorization": "Bearer x"})
    assert (status, error["code"]) == (401, "invalid_api_key")


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_broken_compression_is_the_clients_mistake(parrot, coding):
    """A body that does not unpack is a 400 with an error object, not a defect."""
    head, _, body = (await raw_exchange(parrot[0], http(b"nonsense", f"Content-Encoding: {coding}"))).partition(
        b"\r\n\r\n"
    )
    assert head.startswith(b"HTTP/1.1 400")
    assert json.loads(body)["error"]["type"] == "invalid_request_error"


async def test_a_body_that_never_comes_is_408(parrot, monkeypatch):
    """Who announces a body and sends none is told after the time allowed, and the server goes on."""
    monkeypatch.setattr(service, "BODY_TIMEOUT", 0.02)
    reader, writer = await asyncio.open_connection("127.0.0.1", parrot[0].port)
    writer.write(http().replace(b"Content-Length: 0", b"Content-Length: 9"))
    async with asyncio.timeout(10):
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")
    writer.close()
    await writer.wait_closed()
    assert await say(parrot[1], parrot[0], "Hello") == "Hello"


async def test_pipelined_requests_are_answered_in_order(parrot):
    """Two requests in one packet get two answers on one connection, the first one first."""
    one, two = (msgspec.json.encode(question(text)) for text in ("first", "second"))
    answer = await raw_exchange(parrot[0], http(one).replace(b"Connection: close\r\n", b"") + http(two))
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert 0 < answer.index(b'"first"') < answer.index(b'"second"')


async def test_paths_are_echoed_shortened(parrot):
    """A path of many letters is no way to make a long answer."""
    async with parrot[1].get(f"{parrot[0].url}/{'x' * 5000}") as response:
        assert response.status == 404
        assert len(await response.read()) < 500


async def test_processing_time_tells_planted_delays(tmp_path):
    """The header counts the waits that were planted, whole or streamed."""
    text = PARROT + "faults: [{kind: slow, delay: 60ms}, {kind: slow_headers, delay: 40ms}]\n"
    async with running(persona_from(tmp_path, text)) as (simulator, session):
        whole = (await post(session, simulator, question("a")))[1]
        stream = (await post(session, simulator, question("a", stream=True)))[1]
    assert int(whole["openai-processing-ms"]) >= 100
    assert int(stream["openai-processing-ms"]) >= 40


SPOKEN = st.builds(
    Spoken,
    id=st.just("chatcmpl-0123456789abcdef01234567"),
    created=st.just(1),
    model=st.just("m"),
    fingerprint=st.just("fp"),
    pieces=st.text(max_size=40).map(split_pieces),
    finish=st.sampled_from(["stop", "length"]),
    prompt_tokens=st.integers(0, 50),
    choices=st.integers(1, 3),
    tool=st.none() | st.just("t"),
    top=st.none() | st.integers(0, 5),
    usage_factor=st.sampled_from([1, 10]),
    stream_usage=st.booleans(),
)


@given(SPOKEN)
def test_events_and_body_tell_the_same(spoken):
    """Text, finish and usage of the frames are those of the whole body, whatever is said."""
    whole, events = json.loads(chat_body(spoken)), list(chat_events(spoken))
    raw = b"".join(b"data: " + event.data + b"\n\n" for event in events)
    message = whole["choices"][0]["message"]
    said = message["content"] if spoken.tool is None else message["tool_calls"][0]["function"]["arguments"]
    assert said == spoken.text
    assert spoken.tool is not None or stream_text(raw) == said * spoken.choices or spoken.choices > 1
    usages = [frame["usage"] for frame in frames(raw) if frame.get("usage")]
    assert usages == ([whole["usage"]] if spoken.stream_usage else [])
    assert whole["usage"]["total_tokens"] == whole["usage"]["prompt_tokens"] + whole["usage"]["completion_tokens"]


@given(SPOKEN)
def test_events_wait_for_tokens_in_order(spoken):
    """Events of both kinds of stream never go back to an earlier token, and end with the last."""
    for events in (list(chat_events(spoken)), list(completion_events(spoken))):
        order = [event.token for event in events]
        assert order == sorted(order)
        assert order[-1] == max(0, len(spoken.pieces) - 1)
        assert sum(event.kind == "finish" for event in events) == spoken.choices


@given(SPOKEN.filter(lambda spoken: spoken.top is not None and spoken.tool is None))
def test_log_probabilities_are_a_distribution(spoken):
    """Each token has `top` different alternatives, itself first and likeliest, of no more than 1 in all."""
    for token in json.loads(chat_body(spoken))["choices"][0]["logprobs"]["content"]:
        top = token["top_logprobs"]
        assert len(top) == len({other["token"] for other in top}) == spoken.top
        assert [other["logprob"] for other in top] == sorted((other["logprob"] for other in top), reverse=True)
        assert math.fsum(math.exp(other["logprob"]) for other in top) <= 1 + 1e-6
        assert bytes(token["bytes"]).decode() == token["token"]


@given(SPOKEN.filter(lambda spoken: spoken.top is not None))
def test_legacy_offsets_point_at_their_tokens(spoken):
    """`text_offset` finds each token in the text, in the body and in the frames."""
    legacy = json.loads(completion_body(spoken))["choices"][0]
    found = legacy["logprobs"]
    for token, offset in zip(found["tokens"], found["text_offset"][: len(found["tokens"])], strict=True):
        assert legacy["text"].startswith(token, offset)
    inner = [
        frame["choices"][0]
        for frame in map(json.loads, (e.data for e in completion_events(spoken)))
        if frame["choices"]
    ]
    streamed = [choice["logprobs"]["text_offset"][0] for choice in inner if choice["index"] == 0 and choice["logprobs"]]
    assert streamed == found["text_offset"][: len(spoken.pieces)]


@given(st.text(min_size=1, max_size=60))
@settings(max_examples=60)
def test_splits_lie_inside_the_bytes(text):
    """A split leaves at least one byte in front, and cuts a character wherever there is one to cut."""
    data = text.encode("utf-8", "replace")
    at = split_place(data)
    assert 1 <= at <= len(data)
    assert all(byte < 0x80 for byte in data) or data[at - 1] >= 0xC0


@given(st.text(max_size=80), st.text(max_size=80))
def test_lines_cost_what_they_cost_alone(left, right):
    """Two lines cost both and 1 for the break between them."""
    assert count_pieces(left + "\n" + right) == count_pieces(left) + 1 + count_pieces(right)
