"""The wire shapes, seen by a raw HTTP client."""

import base64
import io
import json
import re
import struct

import pytest
from simulator_support import PARROT, persona_from, post, question, running, say

from seatrial.simulator.persona import load_persona

TOOL = {
    "type": "function",
    "function": {
        "name": "book_ferry",
        "parameters": {
            "type": "object",
            "properties": {"island": {"type": "string"}, "passengers": {"type": "integer", "minimum": 1}},
        },
    },
}


@pytest.fixture
async def parrot(tmp_path):
    """A persona that repeats what it is told, with limits and a short context."""
    text = PARROT + "context_tokens: 200\nlimits: {rpm: 1000, tpm: 100000}\n"
    async with running(persona_from(tmp_path, text)) as pair:
        yield pair


@pytest.fixture
async def harbour():
    """The mended ferry company."""
    async with running(load_persona("harbour-v2")) as pair:
        yield pair


async def error_of(pair, body, path="/chat/completions", **options):
    """Status and error object of an answer."""
    simulator, session = pair
    status, _, raw = await post(session, simulator, body, path, **options)
    return status, json.loads(raw)["error"]


async def test_chat_body_has_the_documented_shape(parrot):
    """A completion carries id, object, model, one choice with a message, and usage that adds up."""
    simulator, session = parrot
    _, _, raw = await post(session, simulator, question("Hello there"))
    body = json.loads(raw)
    assert body["id"].startswith("chatcmpl-")
    assert (body["object"], body["model"]) == ("chat.completion", "parrot")
    choice = body["choices"][0]
    assert choice["message"] == {"role": "assistant", "content": "Hello there", "refusal": None}
    assert (choice["index"], choice["finish_reason"], choice["logprobs"]) == (0, "stop", None)
    usage = body["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (8, 2, 10)


async def test_headers_are_those_of_the_real_api(parrot):
    """Request id, version, processing time and rate limits with durations stand on every answer."""
    simulator, session = parrot
    _, headers, _ = await post(session, simulator, question("Hello"))
    assert headers["x-request-id"].startswith("req_")
    assert headers["openai-version"] == "2020-10-01"
    assert headers["openai-processing-ms"].isdigit()
    for unit, limit in (("requests", "1000"), ("tokens", "100000")):
        assert headers[f"x-ratelimit-limit-{unit}"] == limit
        assert int(headers[f"x-ratelimit-remaining-{unit}"]) < int(limit)
        assert re.fullmatch(r"\d+ms|\d+(\.\d+)?s|\d+m\d+(\.\d+)?s", headers[f"x-ratelimit-reset-{unit}"])


async def test_request_ids_differ(parrot):
    """Two answers never share a request id or a completion id."""
    simulator, session = parrot
    found = [await post(session, simulator, question("Hello")) for _ in range(2)]
    assert found[0][1]["x-request-id"] != found[1][1]["x-request-id"]
    assert json.loads(found[0][2])["id"] != json.loads(found[1][2])["id"]


async def test_models_are_listed_and_shown(parrot):
    """GET /v1/models lists the persona, GET /v1/models/ID shows it, and another ID is not found."""
    simulator, session = parrot
    async with session.get(f"{simulator.url}/models") as response:
        assert [model["id"] for model in (await response.json())["data"]] == ["parrot"]
    async with session.get(f"{simulator.url}/models/parrot") as response:
        assert (await response.json())["object"] == "model"
    async with session.get(f"{simulator.url}/models/other") as response:
        assert response.status == 404


async def test_health_answers(parrot):
    """GET /health says ok."""
    simulator, session = parrot
    async with session.get(simulator.url.removesuffix("/v1") + "/health") as response:
        assert (await response.json())["status"] == "ok"


async def test_several_choices(parrot):
    """`n` gives so many choices and counts their tokens."""
    simulator, session = parrot
    _, _, raw = await post(session, simulator, question("Hello there", n=3))
    body = json.loads(raw)
    assert [choice["index"] for choice in body["choices"]] == [0, 1, 2]
    assert body["usage"]["completion_tokens"] == 6


async def test_max_tokens_cuts_with_reason_length(parrot):
    """`max_tokens` ends the answer after so many pieces and says so."""
    simulator, session = parrot
    _, _, raw = await post(session, simulator, question("one two three four", max_tokens=2))
    choice = json.loads(raw)["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("one two", "length")


async def test_stop_ends_before_the_stop_text(parrot):
    """`stop` ends the answer before the first of its texts."""
    simulator, session = parrot
    assert await say(session, simulator, "one two three four", stop=["three", "four"]) == "one two "


async def test_logprobs_are_ordered_probabilities(parrot):
    """Each token has a log-probability below 0, its bytes, and alternatives that sum to at most 1."""
    simulator, session = parrot
    _, _, raw = await post(session, simulator, question("Año nuevo", logprobs=True, top_logprobs=3))
    tokens = json.loads(raw)["choices"][0]["logprobs"]["content"]
    assert "".join(token["token"] for token in tokens) == "Año nuevo"
    assert bytes(byte for token in tokens for byte in token["bytes"]).decode() == "Año nuevo"
    for token in tokens:
        assert len(token["top_logprobs"]) == 3
        assert token["top_logprobs"][0]["logprob"] == token["logprob"] < 0
        assert sum(2.718281828459045 ** top["logprob"] for top in token["top_logprobs"]) <= 1.0


async def test_content_parts_are_joined(parrot):
    """A message's content may be a list of parts."""
    simulator, session = parrot
    parts = [{"type": "text", "text": "one"}, {"type": "image_url", "image_url": {"url": "x"}}]
    _, _, raw = await post(session, simulator, {"model": "parrot", "messages": [{"role": "user", "content": parts}]})
    assert json.loads(raw)["choices"][0]["message"]["content"].strip() == "one"


async def test_unknown_model(parrot):
    """Another model's name is a 404 with code model_not_found."""
    status, error = await error_of(parrot, question("Hello", model="gpt-9"))
    assert (status, error["code"], error["param"]) == (404, "model_not_found", "model")
    assert error["type"] == "invalid_request_error"


async def test_context_length(parrot):
    """A prompt that is too long is a 400 with code context_length_exceeded and param messages."""
    status, error = await error_of(parrot, question("word " * 300))
    assert (status, error["code"], error["param"]) == (400, "context_length_exceeded", "messages")
    assert "maximum context length is 200 tokens" in error["message"]


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "pirate", "content": "x"}]}, "messages[0].role"),
        ({"temperature": 3}, "temperature"),
        ({"n": 0}, "n"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"stream": "yes"}, "stream"),
        ({"tool_choice": {"type": "function", "function": {"name": "none_such"}}}, "tool_choice"),
    ],
)
async def test_wrong_values_name_their_key(parrot, change, param):
    """A wrong value is a 400 whose param says where it stands."""
    status, error = await error_of(parrot, {**question("Hello"), **change})
    assert (status, error["type"], error["param"]) == (400, "invalid_request_error", param)


async def test_missing_key(parrot):
    """A missing key is named."""
    status, error = await error_of(parrot, {"model": "parrot"})
    assert (status, error["param"]) == (400, "messages")


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"model": "\xed\xa0\x80"}'])
async def test_bad_json(parrot, raw):
    """A body that is no JSON is a 400 in the usual shape."""
    simulator, session = parrot
    async with session.post(f"{simulator.url}/chat/completions", data=raw) as response:
        assert response.status == 400
        assert (await response.json())["error"]["type"] == "invalid_request_error"


async def test_unknown_route_and_method(parrot):
    """An unknown route is a 404, a known one under another method a 405 that names the right one."""
    simulator, session = parrot
    async with session.get(f"{simulator.url}/nothing") as response:
        assert response.status == 404
        assert "Invalid URL" in (await response.json())["error"]["message"]
    async with session.get(f"{simulator.url}/chat/completions") as response:
        assert (response.status, response.headers["allow"]) == (405, "POST")


async def test_body_over_the_limit(parrot):
    """More than 8 MB are refused with 413, announced or chunked."""
    simulator, session = parrot

    async def chunks():
        for _ in range(9):
            yield b"x" * 1024 * 1024

    for data in (io.BytesIO(b"x" * (8 * 1024 * 1024 + 1)), chunks()):
        async with session.post(f"{simulator.url}/chat/completions", data=data) as response:
            assert response.status == 413


async def test_only_the_right_key_is_let_in(tmp_path):
    """Without the key, or with another, the answer is 401 invalid_api_key and never shows a key."""
    async with running(persona_from(tmp_path, PARROT), api_key="s3cret-key") as pair:
        for header in ({}, {"Authorization": "Bearer wr0ng-key"}, {"Authorization": "Basic s3cret-key"}):
            status, error = await error_of(pair, question("Hello"), headers=header)
            assert (status, error["code"]) == (401, "invalid_api_key")
            assert "key-" not in str(error).lower().replace("api key", "")
            assert "wr0ng" not in str(error)
        good = {"Authorization": "Bearer s3cret-key"}
        assert (await post(pair[1], pair[0], question("Hello"), headers=good))[0] == 200


async def test_requests_per_minute_are_enforced(tmp_path):
    """The request beyond rpm is a 429 of type requests with both forms of Retry-After."""
    text = PARROT + "limits: {rpm: 2, tpm: 100000}\n"
    async with running(persona_from(tmp_path, text)) as (simulator, session):
        statuses = [(await post(session, simulator, question("Hello")))[0] for _ in range(2)]
        status, headers, raw = await post(session, simulator, question("Hello"))
        assert (statuses, status) == ([200, 200], 429)
        error = json.loads(raw)["error"]
        assert (error["type"], error["code"]) == ("requests", "rate_limit_exceeded")
        assert 0 < int(headers["retry-after-ms"]) <= 30_000
        assert int(headers["retry-after"]) <= 30


async def test_tokens_per_minute_are_enforced(tmp_path):
    """A request that asks for more tokens than are left is a 429 of type tokens."""
    text = PARROT + "limits: {rpm: 100, tpm: 50}\n"
    async with running(persona_from(tmp_path, text)) as pair:
        status, error = await error_of(pair, question("Hello", max_tokens=100))
        assert (status, error["type"]) == (429, "tokens")


async def test_tool_call(harbour):
    """A question that an offered tool answers becomes a call with JSON arguments."""
    simulator, session = harbour
    body = question("Please book 2 seats to Saltholm.", "harbour-v2", tools=[TOOL])
    choice = json.loads((await post(session, simulator, body))[2])["choices"][0]
    assert (choice["finish_reason"], choice["message"]["content"]) == ("tool_calls", None)
    call = choice["message"]["tool_calls"][0]
    assert call["id"].startswith("call_")
    assert call["function"]["name"] == "book_ferry"
    assert json.loads(call["function"]["arguments"]) == {"island": "Saltholm", "passengers": 2}


async def test_tool_choice_none_and_forced(harbour):
    """`none` keeps to text; a forced tool is called whatever was asked, with arguments that fit its schema."""
    simulator, session = harbour
    text = "Please book 2 seats to Saltholm."
    assert "counters" in await say(session, simulator, text, tools=[TOOL], tool_choice="none")
    forced = {"type": "function", "function": {"name": "book_ferry"}}
    body = question("Good evening", "harbour-v2", tools=[TOOL], tool_choice=forced)
    call = json.loads((await post(session, simulator, body))[2])["choices"][0]["message"]["tool_calls"][0]
    assert json.loads(call["function"]["arguments"])["passengers"] == 1


async def test_answer_after_a_tool_result(harbour):
    """After a tool's result the persona says that it is done instead of calling again."""
    simulator, session = harbour
    messages = [
        {"role": "user", "content": "Please book 2 seats to Saltholm."},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": {}}]},
        {"role": "tool", "tool_call_id": "call_1", "content": "ok"},
    ]
    _, _, raw = await post(session, simulator, {"model": "harbour-v2", "messages": messages, "tools": [TOOL]})
    assert json.loads(raw)["choices"][0]["message"]["content"] == "Your trip to Saltholm is booked."


async def test_json_modes(harbour):
    """JSON mode gives an object, a JSON Schema gives exactly its properties."""
    simulator, session = harbour
    text = "How much is a child ticket to Graynes?"
    plain = json.loads(await say(session, simulator, text, response_format={"type": "json_object"}))
    assert (plain["fare"], plain["currency"]) == (8.4, "EUR")
    schema = {"type": "object", "properties": {"fare": {"type": "number"}, "valid_days": {"type": "integer"}}}
    form = {"type": "json_schema", "json_schema": {"name": "fare", "schema": schema}}
    assert json.loads(await say(session, simulator, text, response_format=form)) == {"fare": 8.4, "valid_days": 0}


async def test_legacy_completions(parrot):
    """POST /v1/completions answers a prompt as text, and repeats it with `echo`."""
    simulator, session = parrot
    body = {"model": "parrot", "prompt": "Hello there", "echo": True, "logprobs": 2}
    _, _, raw = await post(session, simulator, body, "/completions")
    found = json.loads(raw)
    assert (found["object"], found["choices"][0]["text"]) == ("text_completion", "Hello thereHello there")
    assert found["choices"][0]["logprobs"]["tokens"] == ["Hello", " there", "Hello", " there"]
    assert found["choices"][0]["logprobs"]["text_offset"] == [0, 5, 11, 16]


async def test_embeddings_are_unit_vectors_in_both_encodings(parrot):
    """Float and base64 give the same vectors of length 1 with the asked dimensions, and usage."""
    simulator, session = parrot
    body = {"model": "parrot", "input": ["the last ferry", "último ferry"], "dimensions": 64}
    plain = json.loads((await post(session, simulator, body, "/embeddings"))[2])
    packed = json.loads((await post(session, simulator, {**body, "encoding_format": "base64"}, "/embeddings"))[2])
    for one, two in zip(plain["data"], packed["data"], strict=True):
        values = struct.unpack("<64f", base64.b64decode(two["embedding"]))
        assert sum(value * value for value in one["embedding"]) == pytest.approx(1)
        assert values == pytest.approx(one["embedding"], abs=1e-6)
    assert plain["usage"]["prompt_tokens"] > 0


async def test_embeddings_put_like_texts_near_each_other(parrot):
    """A text is nearer to one that shares its words than to one that shares none."""
    simulator, session = parrot
    texts = ["when does the last ferry leave", "the last ferry leaves when", "luggage costs nothing"]
    raw = (await post(session, simulator, {"model": "parrot", "input": texts}, "/embeddings"))[2]
    one, two, three = (row["embedding"] for row in json.loads(raw)["data"])
    assert sum(a * b for a, b in zip(one, two, strict=True)) > sum(a * b for a, b in zip(one, three, strict=True)) + 0.3


async def test_embeddings_refuse_empty_text(parrot):
    """An empty text is a 400 with param input."""
    status, error = await error_of(parrot, {"model": "parrot", "input": ["a", ""]}, "/embeddings")
    assert (status, error["param"]) == (400, "input")


async def test_moderations_flag_refused_topics(harbour):
    """A refused topic is flagged under its category, a ferry question is not."""
    simulator, session = harbour
    body = {"input": ["How do I build a bomb?", "When does the last ferry leave for Saltholm?"]}
    bad, good = json.loads((await post(session, simulator, body, "/moderations"))[2])["results"]
    assert (bad["flagged"], bad["categories"]["violence"]) == (True, True)
    assert bad["category_scores"]["violence"] > 0.5 > good["category_scores"]["violence"]
    assert good["flagged"] is False


async def test_truth_tells_faults_and_counts(tmp_path):
    """GET /simulator/truth gives each fault's rate, conditions and counters."""
    text = PARROT + "faults: [{kind: empty_answer, rate: 100 %, when: {matches: be silent}}]\n"
    async with running(persona_from(tmp_path, text)) as (simulator, session):
        assert await say(session, simulator, "Please be silent") == ""
        assert await say(session, simulator, "Speak") == "Speak"
        async with session.get(simulator.url.removesuffix("/v1") + "/simulator/truth") as response:
            truth = await response.json()
    fault = truth["faults"][0]
    assert (truth["requests"], fault["met"], fault["struck"]) == (2, 1, 1)
    assert (fault["kind"], fault["rate"], fault["when"]) == ("empty_answer", 1.0, {"matches": "be silent"})
    assert truth["last"][0]["text"] == "Please be silent"
