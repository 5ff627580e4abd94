"""What guards leave behind: in records, in bodies, in connections."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from gateway_support import config, gateway
from guards_support import chat, exchange_of, frame, guarding, passed
from upstream import STALL, STREAM_HEAD, Upstream, chunked
from upstream import frame as told

from seatrial.gateway.guards.answers import guard_answer
from seatrial.gateway.guards.credentials import Credentials
from seatrial.gateway.guards.guard import Guard, Guarding
from seatrial.gateway.guards.judging import Length
from seatrial.gateway.guards.personal import PersonalData
from seatrial.gateway.guards.placeholders import Placeholders
from seatrial.gateway.guards.requests import guard_request
from seatrial.gateway.guards.stage import Guarded
from seatrial.gateway.wire.errors import Refusal

KEY = "ghp_Zr4tW9qLm2Xv7Bn5Kd8Jf3Hs6Gp1Qc0YaBcD"
MAIL = "ada@example.org"


def asked(text: str, **more: Any) -> dict[str, Any]:
    return {"model": "support", "messages": [{"role": "user", "content": text}]} | more


async def test_the_record_of_a_blocked_request_does_not_hold_the_secret() -> None:
    """What stopped a request is a placeholder in its record."""
    exchange = exchange_of(asked(f"my {KEY} and {KEY}"))
    with pytest.raises(Refusal):
        await guard_request(exchange, Guarding(request=(Guard("secrets", "block", Credentials()),)))
    assert json.loads(exchange.body) == asked("my [SECRETS_1] and [SECRETS_1]")
    assert KEY not in str(exchange.tags)


async def test_only_what_changed_is_written_again() -> None:
    """Other fields keep their bytes, numbers and order."""
    exchange = exchange_of()
    head = b'{"model":"support","temperature":0.10,"seed":12345678901234567890123,"messages":'
    exchange.body = head + b'[{"role":"user","content":"a@b.org"}],"x":{"y" :1}}'
    await guard_request(exchange, Guarding(request=(Guard("pii", "redact", PersonalData()),)))
    assert exchange.body.startswith(head)
    assert exchange.body.endswith(b',"x":{"y" :1}}')


async def test_nothing_is_withheld_unless_it_is_put_back() -> None:
    """Without `restore` the values are forgotten at once."""
    for restore in (False, True):
        exchange = exchange_of(asked(MAIL))
        await guard_request(exchange, Guarding(request=(Guard("pii", "redact", PersonalData(), restore=restore),)))
        assert exchange.withheld == ({"[EMAIL_1]": MAIL} if restore else {})


@pytest.mark.parametrize("body", [b"[]", b"nonsense", b'"x"'])
async def test_answers_that_cannot_be_read_do_not_pass_a_guard_that_acts(body: bytes) -> None:
    """What cannot be looked at is stopped, unless guards only flag."""
    acting = Guarding(answer=(Guard("pii", "redact", PersonalData()),))
    with pytest.raises(Refusal):
        await guard_answer(exchange_of(), acting, body)
    flagging = Guarding(answer=(Guard("pii", "flag", PersonalData()),))
    assert await guard_answer(exchange_of(), flagging, body) == body


async def test_calls_of_tools_are_redacted_in_whole_answers() -> None:
    """Arguments in OpenAI's and input in Anthropic's shape stay what they are but for the address."""
    call = {"function": {"name": "send", "arguments": json.dumps({"to": MAIL})}}
    openai = {"choices": [{"index": 0, "message": {"content": None, "tool_calls": [call]}}]}
    anthropic = {"content": [{"type": "tool_use", "name": "send", "input": {"to": [MAIL], "n": 1}}]}
    for body, wanted in ((openai, '{\\"to\\": \\"[EMAIL_1]\\"}'), (anthropic, '{"to":["[EMAIL_1]"],"n":1}')):
        found = await guard_answer(exchange_of(), guarding(PersonalData()), json.dumps(body).encode())
        assert wanted in found.decode()


async def test_thoughts_are_redacted_in_answers_and_left_alone_in_requests() -> None:
    """A provider refuses signed thoughts that were changed on their way back."""
    thought = {"type": "thinking", "thinking": MAIL, "signature": "s"}
    body = {"model": "support", "messages": [{"role": "assistant", "content": [thought]}]}
    exchange = exchange_of(body, "/v1/messages")
    before = exchange.body
    await guard_request(exchange, Guarding(request=(Guard("pii", "redact", PersonalData()),)))
    answered = await guard_answer(exchange, guarding(PersonalData()), json.dumps({"content": [thought]}).encode())
    assert exchange.body == before
    assert MAIL.encode() not in answered


async def test_embeddings_are_not_looked_into() -> None:
    """An answer without text passes unread, however it is guarded."""
    exchange = exchange_of({"model": "support", "input": "x"}, "/v1/embeddings")
    stage = Guarded({"support": guarding(PersonalData(), "block")})
    assert await stage.whole(exchange, b"not even JSON") == b"not even JSON"
    assert stage.answer(exchange) is None


def test_an_answer_that_is_too_long_to_be_judged_is_ended() -> None:
    """A guard that needs the whole answer bounds how much of it is held."""
    guard = Guard("length", "block", judge=Length(most=9))
    received = passed(exchange_of(), Guarding(answer=(guard,)), [chat(["x" * 100_000] * 6)])
    assert received.refusal is not None
    assert (received.refusal.code, received.data) == ("guard_held_too_much", b"")


def test_malformed_events_and_errors_pass_as_they_are() -> None:
    """What is no text of an answer is not the guards' business."""
    data = [
        b"data: {nonsense\n\n",
        b'data: {"error": {"message": "no"}}\n\n',
        b"event: ping\ndata: {}\n\n",
        b"data: [1]\n\n",
    ]
    assert passed(exchange_of(), guarding(PersonalData()), data).data == b"".join(data)


def test_carriage_returns_end_events_too() -> None:
    """Streams with CRLF are read, and unchanged events keep it."""
    data = chat(["ada@exam", "ple.org", " bye"]).replace(b"\n", b"\r\n")
    received = passed(exchange_of(), guarding(PersonalData()), [data])
    assert b"example.org" not in received.data.replace(b'"exam', b'"')
    assert b"[EMAIL_1]" in received.data
    assert received.data.endswith(b"data: [DONE]\r\n\r\n")


def test_numbers_of_placeholders_are_the_requests_and_the_answers_together() -> None:
    """A new address in an answer does not take the placeholder of one in the request."""
    exchange = exchange_of()
    exchange.withheld["[EMAIL_1]"] = MAIL
    received = passed(exchange, guarding(PersonalData()), [frame({"content": "b@c.org [EMAIL_1]"}), frame({}, "stop")])
    assert received.text() == f"[EMAIL_2] {MAIL}"
    assert Placeholders(exchange.withheld).take("email", MAIL) == "[EMAIL_1]"


async def test_a_blocked_stream_closes_the_upstream(tmp_path: Path) -> None:
    """The provider does not go on writing what nobody will read."""
    script = [STREAM_HEAD, chunked(told({"content": f"{KEY} and"})), STALL]
    text = config("http://127.0.0.1:1", served="guard: {answer: [secrets: block]}")
    async with (
        Upstream(script) as upstream,
        gateway(text.replace("http://127.0.0.1:1", upstream.url), tmp_path) as door,
    ):
        reply = await door.chat(stream=True)
        async with asyncio.timeout(5):
            await upstream.left.wait()
    assert b"guard_blocked" in reply.body
