"""A chat's stream as Anthropic's.

Source: OpenAI's API reference, "The chat completion chunk object"; Anthropic's guide "Streaming messages".
"""

from typing import Any

import msgspec

from seatrial.core.interaction import Usage
from seatrial.gateway.wire.anthropic import shapes_openai as o
from seatrial.gateway.wire.anthropic.answer import Untranslatable
from seatrial.gateway.wire.anthropic.words import message_error, message_usage, stop_reason
from seatrial.targets.sse import EventTooLarge, SseParser

_chunk = msgspec.json.Decoder(o.Chunk)
_DONE = b"[DONE]"
_PING = b'event: ping\ndata: {"type":"ping"}\n\n'


class MessageStream:
    """Feed it a chat's bytes, it gives Anthropic's.

    Blocks come one after the other: a piece of another kind ends the block before it. The usage is told at the end,
    because that is where a chat tells it.

    Args:
        model: Told where the provider names none.
    """

    def __init__(self, model: str) -> None:
        self._model = model
        self._sse = SseParser()
        self._begun = self._over = False
        self._open: str | int | None = None
        """What the open block holds: `text`, `thinking`, or the index of a call."""
        self._index = -1
        self._seen: set[int] = set()
        self._finish: str | None = None
        self._stop: str | int | None = None
        self._told: o.ChatUsage | None = None

    def feed(self, chunk: bytes) -> bytes:
        """What these bytes are in Anthropic's stream.

        Raises:
            Untranslatable: An event is malformed: what it said would be missing from the answer.
        """
        parts: list[bytes] = []
        try:
            for event in self._sse.feed(chunk):
                if event.data.strip() == _DONE:
                    parts.append(self.end())
                else:
                    self._said(_chunk.decode(event.data), parts)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, EventTooLarge):
            raise Untranslatable("the provider sent a malformed event") from None
        return b"".join(parts) or (_PING if self._begun and _is_comment(chunk) else b"")

    def end(self) -> bytes:
        """The last events, once, where the answer is whole."""
        if self._over or self._finish is None:
            return b""
        self._over = True
        reason, stop = stop_reason(self._finish, self._stop)
        delta = {"stop_reason": reason, "stop_sequence": stop}
        parts = [self._closed()]
        parts.append(_event("message_delta", {"delta": delta, "usage": message_usage(self._told)}))
        parts.append(_event("message_stop", {}))
        return b"".join(parts)

    @property
    def usage(self) -> Usage | None:
        """What was told so far."""
        told = self._told
        if told is None:
            return None
        cached, hidden = told.prompt_tokens_details, told.completion_tokens_details
        return Usage(
            input=max(told.prompt_tokens, 0),
            output=max(told.completion_tokens, 0),
            cached=max(cached.cached_tokens or 0, 0) if cached is not None else 0,
            reasoning=max(hidden.reasoning_tokens or 0, 0) if hidden is not None else 0,
        )

    def _said(self, chunk: o.Chunk, parts: list[bytes]) -> None:
        if chunk.error is not None:
            parts.append(b"event: error\ndata: " + msgspec.json.encode(message_error(chunk.error)) + b"\n\n")
            return
        if not self._begun:
            self._begun = True
            parts.append(self._started(chunk))
        if chunk.usage is not None:
            self._told = chunk.usage
        for choice in (chunk.choices or ())[:1]:
            self._pieces(choice.delta, parts)
            if choice.finish_reason is not None:
                self._finish, self._stop = self._finish or choice.finish_reason, choice.stop_reason

    def _pieces(self, delta: o.Delta, parts: list[bytes]) -> None:
        if thought := delta.reasoning_content or delta.reasoning:
            self._into("thinking", {"type": "thinking", "thinking": "", "signature": ""}, parts)
            parts.append(self._delta({"type": "thinking_delta", "thinking": thought}))
        for text in (delta.content, delta.refusal):
            if text:
                self._into("text", {"type": "text", "text": ""}, parts)
                parts.append(self._delta({"type": "text_delta", "text": text}))
        if delta.refusal:
            self._finish = "content_filter"
        for call in delta.tool_calls or ():
            self._call(call, parts)

    def _call(self, call: o.ToolCallPart, parts: list[bytes]) -> None:
        function = call.function or o.CallPart()
        if call.index != self._open and call.index in self._seen:
            raise Untranslatable("the provider sent pieces of several calls at the same time")
        self._seen.add(call.index)
        block = {"type": "tool_use", "id": call.id or f"call_{call.index}", "name": function.name or "", "input": {}}
        self._into(call.index, block, parts)
        if function.arguments:
            parts.append(self._delta({"type": "input_json_delta", "partial_json": function.arguments}))

    def _into(self, what: str | int, block: dict[str, Any], parts: list[bytes]) -> None:
        """Begin a block unless it is the open one."""
        if self._open == what:
            return
        parts.append(self._closed())
        self._open = what
        self._index += 1
        parts.append(_event("content_block_start", {"index": self._index, "content_block": block}))

    def _closed(self) -> bytes:
        if self._open is None:
            return b""
        self._open = None
        return _event("content_block_stop", {"index": self._index})

    def _delta(self, delta: dict[str, Any]) -> bytes:
        return _event("content_block_delta", {"index": self._index, "delta": delta})

    def _started(self, chunk: o.Chunk) -> bytes:
        message: dict[str, Any] = {
            "id": chunk.id,
            "type": "message",
            "role": "assistant",
            "model": chunk.model or self._model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": message_usage(chunk.usage),
        }
        return _event("message_start", {"message": message})


def _is_comment(chunk: bytes) -> bool:
    """Whether it is a keep-alive."""
    return chunk.startswith(b":") and chunk.endswith((b"\n", b"\r")) and b"\ndata" not in chunk


def _event(name: str, body: dict[str, Any]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode({"type": name, **body}))
