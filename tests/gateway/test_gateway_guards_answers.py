"""Guards on answers, over real sockets: whole ones and streams."""

import json
from pathlib import Path

import pytest
from gateway_support import config, frames, gateway
from upstream import DONE, Upstream, answer, events, faults, stream, whole

KEY = "sk-proj-Zr4tW9qLm2Xv7Bn5Kd8Jf3Hs6Gp1Qc0Y"
MAIL = "ada@example.org"


def guarded(upstream: Upstream, guard: str) -> str:
    return config(upstream.url, served=f"guard: {guard}")


def told(body: bytes) -> str:
    """The text of a stream's first choice."""
    return "".join(each["choices"][0]["delta"].get("content") or "" for each in frames(body) if each.get("choices"))


async def test_a_blocked_answer_is_replaced_by_a_refusal(tmp_path: Path) -> None:
    """A secret in a whole answer never arrives."""
    async with (
        Upstream(answer(f"Use {KEY}.")) as upstream,
        gateway(guarded(upstream, "{answer: [secrets: block]}"), tmp_path) as door,
    ):
        reply = await door.chat()
    assert (reply.status, reply.error, reply.json["error"]["param"]) == (400, "guard_blocked", "secrets")
    assert KEY.encode() not in reply.body


async def test_an_answer_without_a_match_is_the_providers_own(tmp_path: Path) -> None:
    """A guarded answer in which nothing is found arrives byte for byte."""
    body = b'{ "id":"c", "vendor": 1.50, "choices":[{"index":0,"message":{"role":"assistant","content":"fine"}}]}'
    async with (
        Upstream(whole(body)) as upstream,
        gateway(guarded(upstream, "{answer: [pii: redact, secrets: block]}"), tmp_path) as door,
    ):
        assert (await door.chat()).body == body


async def test_a_flagged_answer_says_so(tmp_path: Path) -> None:
    """A flag on an answer stands in its header."""
    async with (
        Upstream(answer(MAIL)) as upstream,
        gateway(guarded(upstream, "{answer: [pii: flag]}"), tmp_path) as door,
    ):
        reply = await door.chat()
    assert reply.headers["x-seatrial-guard"] == "answer.pii=flag"
    assert MAIL in reply.json["choices"][0]["message"]["content"]


async def test_a_stream_is_stopped_before_the_secret(tmp_path: Path) -> None:
    """What comes before the secret arrives, then an error event and no end that looks whole."""
    script = stream("Use", " ", *KEY, " now")
    async with Upstream(script) as upstream, gateway(guarded(upstream, "{answer: [secrets: block]}"), tmp_path) as door:
        reply = await door.chat(stream=True)
    assert (reply.status, b"[DONE]" in reply.body) == (200, False)
    assert frames(reply.body)[-1]["error"]["code"] == "guard_blocked"
    assert told(reply.body).strip() == "Use"
    assert KEY[:6].encode() not in reply.body


async def test_a_stream_is_redacted_and_ends_whole(tmp_path: Path) -> None:
    """An address over several events becomes a placeholder, and the stream ends as it should."""
    async with (
        Upstream(stream("Write ", "to a", "da@exam", "ple.org", " today")) as upstream,
        gateway(guarded(upstream, "{answer: [pii: redact]}"), tmp_path) as door,
    ):
        reply = await door.chat(stream=True)
    assert told(reply.body) == "Write to [EMAIL_1] today"
    assert reply.body.endswith(DONE)


async def test_a_stream_that_breaks_off_still_says_so(tmp_path: Path) -> None:
    """What is held back when a provider breaks off is looked at, goes on, and is followed by the error."""
    async with (
        Upstream(faults.cut_after(2)) as upstream,
        gateway(guarded(upstream, "{answer: [pii: redact]}"), tmp_path) as door,
    ):
        reply = await door.chat(stream=True)
    assert frames(reply.body)[-1]["error"]["code"] == "upstream_cut_stream"
    assert len(told(reply.body)) > 0


async def test_a_planted_canary_does_not_come_back(tmp_path: Path) -> None:
    """A word that the system message marks as a canary stops an answer that spells it in its own way."""
    messages = [{"role": "system", "content": "canary-7Q2MZK9P. You are kind."}, {"role": "user", "content": "Hi"}]
    async with (
        Upstream(stream("It is 7-q-2-m", "-z-k-9-p.")) as upstream,
        gateway(guarded(upstream, "{answer: [canary: block]}"), tmp_path) as door,
    ):
        reply = await door.chat(messages=messages, stream=True)
        other = await door.chat(stream=True)
    assert frames(reply.body)[-1]["error"]["param"] == "canary"
    assert told(other.body) == "It is 7-q-2-m-z-k-9-p."


async def test_json_is_held_to_its_schema_and_cut_out_of_what_stands_around_it(tmp_path: Path) -> None:
    """JSON between fences is repaired, what does not fit is blocked, and a call without text is not judged."""
    schema = "{type: object, required: [fare], properties: {fare: {type: number}}}"
    call = {
        "index": 0,
        "message": {"role": "assistant", "content": None, "tool_calls": []},
        "finish_reason": "tool_calls",
    }
    scripts = [
        answer('Sure:\n```json\n{"fare": 12}\n```'),
        answer('{"fare": "12"}'),
        whole(json.dumps({"choices": [call]}).encode()),
    ]
    guard = f"{{answer: [{{json_schema: {{action: block, schema: {schema}}}}}]}}"
    async with Upstream(*scripts) as upstream, gateway(guarded(upstream, guard), tmp_path) as door:
        mended, wrong, called = [await door.chat() for _ in scripts]
    assert mended.json["choices"][0]["message"]["content"] == '{"fare": 12}'
    assert (wrong.error, called.status) == ("guard_blocked", 200)


@pytest.mark.parametrize(
    ("guard", "text", "stopped"),
    [
        ("length: {action: block, most: 4}", "12345", True),
        ("length: {action: block, most: 5}", "12345", False),
        ("words: {action: block, words: [orca]}", "An Orca!", True),
        ("words: {action: block, words: [orca]}", "Orcas", False),
        ("topics: {action: block, topics: {law: [sue, court]}}", "Sue them in court", True),
        ("topics: {action: block, topics: {law: [sue, court]}}", "Sue is here", False),
        ('regex: {action: block, pattern: "FR-[0-9]{4}"}', "FR-1234", True),
        ("check: {action: block, is: {contains: Ahoy}}", "Hello", True),
        ("check: {action: block, is: {contains: Ahoy}}", "Ahoy there", False),
        ("invisible: block", "a\u200bb", True),
        ("language: {action: block, allowed: [en]}", "Die Fähre fährt morgen früh um neun Uhr ab.", True),
        ("language: {action: block, allowed: [en, de]}", "Die Fähre fährt morgen früh um neun Uhr ab.", False),
    ],
)
async def test_each_guard_stops_what_it_is_for(tmp_path: Path, guard: str, text: str, stopped: bool) -> None:
    """The answer is stopped, or it arrives, both whole and as a stream."""
    async with (
        Upstream(answer(text), stream(text)) as upstream,
        gateway(guarded(upstream, f"{{answer: [{{{guard}}}]}}"), tmp_path) as door,
    ):
        reply, streamed = await door.chat(), await door.chat(stream=True)
    assert (reply.status == 400, b"guard_blocked" in streamed.body) == (stopped, stopped)
    assert stopped or told(streamed.body) == text


async def test_invisible_text_is_taken_out_without_a_placeholder(tmp_path: Path) -> None:
    """Tag characters that no one sees are gone; what emoji need stays."""
    hidden = "".join(chr(0xE0000 + ord(sign)) for sign in "obey")
    async with (
        Upstream(stream("Hi", hidden, " \U0001f469\u200d\U0001f680")) as upstream,
        gateway(guarded(upstream, "{answer: [invisible: redact]}"), tmp_path) as door,
    ):
        reply = await door.chat(stream=True)
    assert told(reply.body) == "Hi \U0001f469\u200d\U0001f680"


async def test_anthropic_clients_are_guarded_alike(tmp_path: Path) -> None:
    """A client of Anthropic's dialect gets a redacted stream in its own shape."""
    body = {"model": "support", "max_tokens": 99, "stream": True, "messages": [{"role": "user", "content": "Hi"}]}
    async with (
        Upstream(stream("to a", "da@exam", "ple.org", " now")) as upstream,
        gateway(guarded(upstream, "{answer: [pii: redact]}"), tmp_path) as door,
    ):
        reply = await door.ask("/v1/messages", body)
    texts = [each["delta"].get("text", "") for each in frames(reply.body) if each["type"] == "content_block_delta"]
    assert "".join(texts) == "to [EMAIL_1] now"


async def test_events_of_responses_are_guarded_in_pieces_and_in_whole(tmp_path: Path) -> None:
    """The deltas and the events that repeat the whole text have the same placeholder."""
    base = {"item_id": "m", "output_index": 0, "content_index": 0}
    told_ = [{"type": "response.output_text.delta", "delta": piece} | base for piece in ("at ada@ex", "ample.org", ".")]
    text = {"type": "output_text", "text": f"at {MAIL}."}
    item = {"type": "message", "role": "assistant", "content": [text]}
    told_ += [{"type": "response.output_text.done", "text": f"at {MAIL}."} | base]
    told_ += [{"type": "response.completed", "response": {"output": [item]}}]
    data = [b"event: %b\ndata: %b\n\n" % (each["type"].encode(), json.dumps(each).encode()) for each in told_]
    async with (
        Upstream(events(*data)) as upstream,
        gateway(guarded(upstream, "{answer: [pii: redact]}"), tmp_path) as door,
    ):
        reply = await door.ask("/v1/responses", {"model": "support", "stream": True, "input": "Hi"})
    assert MAIL.encode() not in reply.body
    assert reply.body.count(b"at [EMAIL_1].") == 2
    assert [line for line in reply.body.split(b"\n") if line.startswith(b"event: ")] == [
        each.split(b"\n")[0] for each in data
    ]
