"""The OpenAI-compatible Target, over real sockets."""

import base64
import struct

import msgspec
import pytest
from targets_servers import ask, chat, request, serving, target_at

from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.interaction import FailureKind, Money
from seatrial.core.request import Message, Request, Tool, ToolCall
from seatrial.targets.openai import OpenAISettings, OpenAITarget
from seatrial.targets.secret import Secret


async def sent(asked: Request, answer: dict | None = None, **settings) -> tuple[dict, str]:
    """The body and the path of the request that a question becomes."""
    async with serving(lambda exchange: exchange.answer(answer or chat())) as place:
        async with target_at(place.url, **settings) as target:
            await target.ask(asked)
        return place.seen[0].json, place.seen[0].head.split()[1]


async def test_a_chat_is_sent_as_messages():
    """Model and messages, to the chat path, and no key that nobody asked for."""
    assert await sent(request("Hello?")) == (
        {"model": "m", "messages": [{"role": "user", "content": "Hello?"}]},
        "/v1/chat/completions",
    )


async def test_a_stream_asks_for_its_usage():
    """By default the answer is streamed, with the tokens in the last frame."""
    body, _ = await sent(request(), stream=True)
    assert (body["stream"], body["stream_options"]) == (True, {"include_usage": True})


async def test_the_system_prompt_goes_in_front():
    """A chat without a system prompt gets the Target's."""
    body, _ = await sent(request(), system="Be kind.")
    assert body["messages"][0] == {"role": "system", "content": "Be kind."}


@pytest.mark.parametrize("role", ["system", "developer"])
async def test_the_cases_own_system_prompt_goes_first(role):
    """A chat that brings its own is left alone."""
    body, _ = await sent(Request((Message(role, "Be brief."), Message("user", "Hi"))), system="Be kind.")
    assert [message["content"] for message in body["messages"]] == ["Be brief.", "Hi"]


async def test_parameters_are_passed_as_they_are():
    """The Target's parameters, the request's over them, and None takes one out."""
    asked = request(params={"temperature": 0.7, "seed": None, "response_format": {"type": "json_object"}})
    body, _ = await sent(asked, params={"temperature": 0, "seed": 1, "top_p": 0.5})
    assert {key: body.get(key) for key in ("temperature", "top_p", "response_format")} == {
        "temperature": 0.7,
        "top_p": 0.5,
        "response_format": {"type": "json_object"},
    }
    assert "seed" not in body


async def test_tools_are_sent_as_functions():
    """A Tool's parameters are its JSON Schema; none means any object."""
    body, _ = await sent(request(tools=(Tool("book", "Books.", {"type": "object", "properties": {}}), Tool("stop"))))
    first, second = (tool["function"] for tool in body["tools"])
    assert first == {"name": "book", "description": "Books.", "parameters": {"type": "object", "properties": {}}}
    assert second["parameters"] == {"type": "object"}


async def test_earlier_tool_calls_are_sent_back():
    """A conversation with tool calls keeps its ids."""
    calls = (ToolCall("book", '{"to":"Saltholm"}', "call_1"),)
    messages = (Message("assistant", tool_calls=calls), Message("tool", "booked", tool_call_id="call_1"))
    body, _ = await sent(Request(messages))
    assert body["messages"][0]["tool_calls"] == [
        {"id": "call_1", "type": "function", "function": {"name": "book", "arguments": '{"to":"Saltholm"}'}}
    ]
    assert body["messages"][1] == {"role": "tool", "content": "booked", "tool_call_id": "call_1"}


async def test_a_completion_sends_a_prompt():
    """The last message's content goes to the completions path."""
    answer = {"choices": [{"text": " blue", "finish_reason": "length"}]}
    body, path = await sent(request("The sky is", kind="completion"), answer)
    assert (body, path) == ({"model": "m", "prompt": "The sky is"}, "/v1/completions")


async def test_a_completion_answers_with_its_text():
    """Text, finish reason and log probabilities of a completion are read; tokens without a number are left out."""
    logprobs = {"tokens": ["The", " blue"], "token_logprobs": [None, -0.5]}
    choice = {"text": " blue", "finish_reason": "length", "logprobs": logprobs}
    found = await ask(lambda exchange: exchange.answer({"choices": [choice]}), kind="completion")
    assert (found.text, found.answer.finish_reason) == (" blue", "length")
    assert [(each.token, each.logprob) for each in found.answer.logprobs] == [(" blue", -0.5)]


@pytest.mark.parametrize("packed", [False, True])
async def test_embeddings_come_in_the_order_of_the_texts(packed):
    """Vectors are sorted by index, as numbers or as base64 of 32-bit floats."""
    vectors = {1: [0.5, -2.0], 0: [1.0, 0.25]}
    if packed:
        vectors = {key: base64.b64encode(struct.pack("<2f", *each)).decode() for key, each in vectors.items()}
    data = [{"index": key, "embedding": each} for key, each in vectors.items()]
    async with serving(lambda exchange: exchange.answer({"data": data, "usage": {"prompt_tokens": 2}})) as place:
        async with target_at(place.url, stream=True) as target:
            asked = Request((Message("user", "a"), Message("user", "b")), kind="embedding")
            found = await target.ask(asked)
        assert (place.seen[0].json, found.usage.input) == ({"model": "m", "input": ["a", "b"]}, 2)
    assert found.answer.embeddings == ((1.0, 0.25), (0.5, -2.0))


@pytest.mark.parametrize("data", [[], [{"embedding": "%%%"}], [{"embedding": "YWI="}], [{"embedding": {}}], None])
async def test_bad_embeddings_are_a_bad_response(data):
    """No vectors, or vectors that are none, are named."""
    found = await ask(lambda exchange: exchange.answer({"data": data}), kind="embedding")
    assert found.failure.kind is FailureKind.BAD_RESPONSE


async def test_the_kind_of_the_settings_wins():
    """A Target for completions sends completions whatever the request says."""
    _, path = await sent(request(), {"choices": [{"text": "x"}]}, kind="completion")
    assert path == "/v1/completions"


async def test_the_key_is_sent_as_bearer(monkeypatch):
    """The variable's value goes into the header, and other headers beside it."""
    monkeypatch.setenv("BOT_KEY", "sk-1234567")
    async with serving(lambda exchange: exchange.answer(chat())) as place:
        async with target_at(place.url, api_key="${BOT_KEY}", headers={"X-Team": "harbour"}) as target:
            await target.ask(request())
        assert place.seen[0].header("Authorization") == "Bearer sk-1234567"
        assert place.seen[0].header("X-Team") == "harbour"


async def test_a_query_of_the_base_stays_behind_the_path(monkeypatch):
    """A base URL with an API version keeps it."""
    monkeypatch.setenv("API_KEY", "k-123456")
    async with serving(lambda exchange: exchange.answer(chat())) as place:
        async with target_at(f"{place.url}/?version=2&key=${{API_KEY}}") as target:
            found = await target.ask(request())
        assert place.seen[0].head.split()[1] == "/v1/chat/completions?version=2&key=k-123456"
    assert "k-123456" not in repr(found) + target.identity


async def test_everything_of_a_message_is_read():
    """Refusal, reasoning, tool calls and log probabilities are kept beside the text."""
    calls = [{"id": "c1", "type": "function", "function": {"name": "book", "arguments": '{"n": 1}'}}]
    message = {"content": None, "refusal": "No.", "reasoning_content": "Hm.", "tool_calls": calls}
    choice = {"message": message, "logprobs": {"content": [{"token": "a", "logprob": -1.5, "bytes": [97]}]}}
    found = await ask(lambda exchange: exchange.answer(chat(**choice)))
    answer = found.answer
    assert (answer.text, answer.refusal, answer.reasoning) == ("", "No.", "Hm.")
    assert answer.tool_calls == (ToolCall("book", '{"n": 1}', "c1"),)
    assert answer.logprobs[0].logprob == -1.5


async def test_content_in_parts_is_one_text():
    """Some servers send a list of parts."""
    parts = [{"type": "text", "text": "Hel"}, {"type": "image"}, {"type": "text", "text": "lo"}]
    found = await ask(lambda exchange: exchange.answer(chat(message={"content": parts})))
    assert found.text == "Hello"


async def test_arguments_as_an_object_become_text():
    """Some servers send a tool call's arguments decoded."""
    call = {"function": {"name": "book", "arguments": {"n": 1}}}
    found = await ask(lambda exchange: exchange.answer(chat(message={"tool_calls": [call]})))
    assert found.answer.tool_calls[0].arguments == '{"n":1}'


async def test_only_the_first_choice_is_read():
    """With n > 1 the answer is choice 0, wherever it stands."""
    choices = [{"index": 1, "message": {"content": "b"}}, {"index": 0, "message": {"content": "a"}}]
    found = await ask(lambda exchange: exchange.answer({"choices": choices}))
    assert found.text == "a"


async def test_an_empty_text_is_an_answer():
    """A model that says nothing has answered; checks judge it."""
    found = await ask(lambda exchange: exchange.answer(chat("")))
    assert (found.text, found.failure) == ("", None)


async def test_details_of_the_usage_are_kept():
    """Cached and reasoning tokens are read, nulls are zeros."""
    usage = {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": None},
    }
    found = await ask(lambda exchange: exchange.answer({**chat(), "usage": usage}))
    assert (found.usage.cached, found.usage.reasoning, found.usage.estimated) == (4, 0, False)


async def test_missing_usage_is_estimated_and_marked():
    """Without counts the tokens are counted from the texts: the system prompt, the question, the answer."""
    found = await ask(lambda exchange: exchange.answer({**chat("12345678"), "usage": None}), "1234", system="1" * 40)
    assert (found.usage.input, found.usage.output, found.usage.estimated) == (11, 2, True)


async def test_a_price_gives_the_cost():
    """Tokens times price, cached ones at their own."""
    found = await ask(lambda exchange: exchange.answer(chat()), price={"input": 1, "output": 10})
    assert found.cost == Money(9_000 + 20_000, "USD")


async def test_a_local_server_without_price_has_no_cost():
    """Not knowing is not zero, even for a model that the price list knows."""
    found = await ask(lambda exchange: exchange.answer(chat()), model="gpt-4o-mini")
    assert found.cost is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"error": {"message": "overloaded", "code": 503}}, FailureKind.SERVER_ERROR),
        ({"object": "error", "message": "overloaded", "code": 40303}, FailureKind.SERVER_ERROR),
        ({"error": {"message": "overloaded", "code": "insufficient_quota"}}, FailureKind.QUOTA),
        ({"error": "overloaded"}, FailureKind.SERVER_ERROR),
    ],
)
async def test_an_error_inside_a_200_is_a_failure(answer, kind):
    """Some servers answer 200 with an error; its words are kept."""
    found = await ask(lambda exchange: exchange.answer(answer))
    assert found.failure.kind is kind
    assert "overloaded" in found.failure.message


@pytest.mark.parametrize("code", [40301, "bad_thing", None, 1.5])
async def test_codes_of_errors_may_be_of_any_type(code):
    """VLLM sends integers."""
    body = {"object": "error", "message": "too long", "type": "BadRequestError", "param": None, "code": code}
    found = await ask(lambda exchange: exchange.answer(body, 400))
    assert found.failure.kind is FailureKind.BAD_REQUEST
    assert "too long" in found.failure.message


@pytest.mark.parametrize("status", [200, 404, 405, 429, 500])
async def test_an_endpoint_without_a_model_list_is_ready(status):
    """Only reachability and the key are found out."""
    async with serving(lambda exchange: exchange.answer({"data": []}, status)) as place, target_at(place.url) as target:
        await target.ready()
        assert place.seen[0].head.startswith("GET /v1/models ")


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (401, {"error": {"message": "Incorrect API key sk-secret-1"}}, "application/json", "refuses the key"),
        (403, {}, "application/json", "forbids"),
        (200, b"<html>hello</html>", "text/html", "lacks /v1"),
        (302, b"", "text/html", "redirects"),
    ],
)
async def test_an_endpoint_that_cannot_be_asked_is_not_ready(status, body, kind, says):
    """One sentence says why, without the key."""
    async with (
        serving(lambda exchange: exchange.answer(body, status, kind)) as place,
        target_at(place.url, api_key=Secret("sk-secret-1")) as target,
    ):
        with pytest.raises(CannotRun, match=says) as caught:
            await target.ready()
    assert "sk-secret-1" not in str(caught.value)


async def test_nobody_listening_is_not_ready():
    """Host and port are named, and what to try."""
    async with serving(lambda exchange: exchange.answer(chat())) as place:
        pass
    async with target_at(place.url) as target:
        with pytest.raises(CannotRun, match=rf"127.0.0.1:{place.port}.*start the server"):
            await target.ready()


async def test_an_unset_key_is_a_mistake_before_the_run():
    """The variable is named, and nothing is asked."""
    async with target_at("http://127.0.0.1:1/v1", api_key="${NO_SUCH_KEY_HERE}") as target:
        with pytest.raises(Mistake, match="NO_SUCH_KEY_HERE is not set"):
            await target.ready()


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "ftp://x/v1", "http://", "http://a b/", "http://h:99999/"])
def test_what_is_no_address_is_a_mistake(url):
    """The message shows an address that would do."""
    with pytest.raises(Mistake, match=r"http://127\.0\.0\.1:8410/v1"):
        OpenAITarget("bot", OpenAISettings(url=url))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"api_key": "sk-1234567890"}, "must not be written"),
        ({"url": "http://me:pass@host/v1"}, "user or a password"),
        ({"headers": {"Authorization": "Bearer abc"}}, "must not be written"),
        ({"headers": {"x-api-key": "abc"}}, "must not be written"),
        ({"headers": {"X-Team": "a\r\nb"}}, "cannot be sent"),
        ({"headers": {"bad name": "a"}}, "cannot be sent"),
        ({"system": "Be kind.", "kind": "embedding"}, "kind chat"),
        ({"price": {"input": -1, "output": 1}}, "price per million"),
    ],
)
def test_settings_that_cannot_work_are_mistakes(settings, says):
    """They are found when the Target is made, and no message repeats a secret."""
    with pytest.raises(Mistake, match=says) as caught:
        OpenAITarget("bot", OpenAISettings(**{"url": "http://h/v1", **settings}))
    assert "1234567890" not in str(caught.value)
    assert "pass@" not in str(caught.value)


async def test_half_a_character_is_sent_as_its_replacement():
    """JSON in UTF-8 has no place for a lone surrogate; wherever it stands, the rest of the request is as it was."""
    tool = Tool("fare\udc00", "says \ud800", {"type": "object", "title": "\ud800"})
    messages = (Message("user", "a\ud800b"), Message("tool", "\udfff", tool_call_id="c\ud800"))
    body, _ = await sent(Request(messages, tools=(tool,), params={"user": "\ud800", "n": 1.5, "stop": ["é\ud800"]}))
    assert [message["content"] for message in body["messages"]] == ["a\ufffdb", "\ufffd"]
    assert body["messages"][1]["tool_call_id"] == "c\ufffd"
    assert body["tools"][0]["function"]["name"] == "fare\ufffd"
    assert body["tools"][0]["function"]["parameters"]["title"] == "\ufffd"
    assert (body["user"], body["n"], body["stop"]) == ("\ufffd", 1.5, ["é\ufffd"])


@pytest.mark.parametrize("kind", ["chat", "completion", "embedding"])
async def test_half_a_character_is_an_answer_like_any_other(kind):
    """Whatever is asked for, `ask` gives an Interaction with the Request as it was."""
    found = await ask(lambda exchange: exchange.answer(chat()), "\ud800", kind=kind)
    assert (found.answer is None) != (found.failure is None)
    assert found.request == request("\ud800")


def identity(**settings) -> str:
    return OpenAITarget("bot", OpenAISettings(**{"url": "http://h/v1", "model": "m", **settings})).identity


def test_the_identity_tells_what_changes_answers():
    """Address, model, system prompt and parameters make another Target; the key does not."""
    changes = [{}, {"url": "http://g/v1"}, {"model": "n"}, {"system": "s"}, {"params": {"temperature": 1}}]
    assert len({identity(**change) for change in changes}) == len(changes)
    assert identity(api_key=Secret("one-key")) == identity(api_key=Secret("two-key")) == identity()


def test_the_identity_knows_an_address_from_the_environment(monkeypatch):
    """A variable in the address counts by its value, one in the query by its name."""
    monkeypatch.setenv("BASE", "http://h")
    monkeypatch.setenv("API_KEY", "sk-999999")
    found = identity(url="${BASE}/v1?key=${API_KEY}")
    assert "http://h/v1?key=${API_KEY}" in found


def test_settings_hide_the_key():
    """A repr of the settings can be logged."""
    assert "sk-1234567" not in repr(OpenAISettings(url="http://h", api_key=Secret("sk-1234567")))


async def test_an_interaction_survives_a_journal():
    """What a Target gives can be written down and read back."""
    found = await ask(lambda exchange: exchange.answer(chat()))
    assert msgspec.json.decode(msgspec.json.encode(found), type=type(found)) == found
