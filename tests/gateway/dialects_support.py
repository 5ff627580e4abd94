"""A provider that speaks Anthropic's dialect, and what both dialects say of the same answer."""

import json
from typing import Any

from upstream import END, STREAM_HEAD, Script, chunked, whole

ANTHROPIC_USAGE = {
    "input_tokens": 5,
    "output_tokens": 3,
    "cache_read_input_tokens": 4,
    "cache_creation_input_tokens": 0,
}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Łódź", "days": 2}}


def message(*content: dict[str, Any], stop: str = "end_turn", **more: Any) -> dict[str, Any]:
    """A whole message."""
    blocks = list(content) or [{"type": "text", "text": "Hello"}]
    made = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "content": blocks}
    return made | {"stop_reason": stop, "stop_sequence": None, "usage": ANTHROPIC_USAGE} | more


def told(*content: dict[str, Any], stop: str = "end_turn") -> Script:
    """It as a reply."""
    return whole(json.dumps(message(*content, stop=stop)).encode(), 200, "request-id: req_1")


def event(name: str, **body: Any) -> bytes:
    """One event."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **body})}\n\n".encode()


def message_events(*content: dict[str, Any], stop: str = "end_turn", step: int = 3) -> list[bytes]:
    """A message as a stream, its texts and arguments in pieces of a few characters."""
    started = message(stop="") | {"content": [], "stop_reason": None}
    found = [event("message_start", message=started), event("ping")]
    for index, block in enumerate(content):
        found += _block(index, block, step)
    ended = {"stop_reason": stop, "stop_sequence": None}
    return [*found, event("message_delta", delta=ended, usage={"output_tokens": 3}), event("message_stop")]


def _block(index: int, block: dict[str, Any], step: int) -> list[bytes]:
    if block["type"] == "tool_use":
        text, empty, kind, name = json.dumps(block["input"]), block | {"input": {}}, "input_json_delta", "partial_json"
        text = "" if text == "{}" else text
    else:
        name = block["type"]
        text, empty, kind = block[name], block | {name: ""}, f"{name}_delta"
    pieces = [text[place : place + step] for place in range(0, len(text), step)]
    deltas = [event("content_block_delta", index=index, delta={"type": kind, name: piece}) for piece in pieces]
    return [
        event("content_block_start", index=index, content_block=empty),
        *deltas,
        event("content_block_stop", index=index),
    ]


def streamed(events: list[bytes], gap: float = 0.0) -> Script:
    """Events as a reply."""
    steps: list[Any] = [STREAM_HEAD]
    for each in events:
        steps += [chunked(each), *([gap] if gap else [])]
    return [*steps, END]


def chat_chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
    """One event of a chat."""
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    made = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-x"}
    return f"data: {json.dumps(made | {'choices': choices} | more)}\n\n".encode()
