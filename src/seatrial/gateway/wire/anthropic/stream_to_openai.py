"""Anthropic's stream as a chat's.

Source: Anthropic's guide "Streaming messages"; OpenAI's API reference, "The chat completion chunk object".
"""

from typing import Any

import msgspec

from seatrial.core.interaction import Usage
from seatrial.gateway.wire.anthropic import shapes_anthropic as a
from seatrial.gateway.wire.anthropic.answer import Untranslatable
from seatrial.gateway.wire.anthropic.words import chat_error, chat_usage, finish_reason
from seatrial.gateway.wire.usage import WireUsage
from seatrial.targets.sse import EventTooLarge, SseParser

_event = msgspec.json.Decoder(a.StreamEvent)


class ChatStream:
    """Feed it Anthropic's bytes, it gives a chat's.

    Args:
        created: Unix seconds.
        usage: Whether the client wants the usage in an event of its own.

    """

    def __init__(self, created: int, *, usage: bool) -> None:
        self._created, self._wants_usage = created, usage
        self._sse = SseParser()
        self._id = self._model = ""
        self._calls: dict[int, int] = {}
        """Of each block that is a call: which of the calls it is."""
        self._without_input: set[int] = set()
        self._told = a.MessageUsage()

    def feed(self, chunk: bytes) -> bytes:
        """What these bytes are in a chat's stream.

        Raises:
            Untranslatable: An event is malformed: what it said would be missing from the answer.
        """
        try:
            events = self._sse.feed(chunk)
            return b"".join([self._said(_event.decode(event.data)) for event in events])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, EventTooLarge):
            raise Untranslatable("the provider sent a malformed event") from None

    def end(self) -> bytes:
        """What is missing when the provider's stream is over: nothing."""
        return b""

    @property
    def usage(self) -> Usage | None:
        """What was told so far."""
        told = self._told
        return WireUsage(
            input_tokens=told.input_tokens,
            output_tokens=told.output_tokens,
            cache_read_input_tokens=told.cache_read_input_tokens,
            cache_creation_input_tokens=told.cache_creation_input_tokens,
        ).usage()

    def _said(self, event: a.StreamEvent) -> bytes:
        kind = event.type
        if kind == "content_block_delta":
            return self._delta(event.index, event.delta or a.EventDelta())
        if kind == "content_block_start":
            return self._block(event.index, event.content_block)
        if kind == "content_block_stop":
            if event.index not in self._without_input:
                return b""
            return self._arguments(event.index, "{}")
        if kind == "message_start":
            started = event.message or a.StartedMessage()
            self._id, self._model = started.id, started.model
            self._learn(started.usage)
            return self._chunk({"role": "assistant", "content": ""})
        if kind == "message_delta":
            self._learn(event.usage)
            reason = event.delta.stop_reason if event.delta is not None else None
            return self._chunk({}, finish_reason(reason)) if reason is not None else b""
        if kind == "message_stop":
            return (self._usage() if self._wants_usage else b"") + b"data: [DONE]\n\n"
        if kind == "error":
            return _data(chat_error(event.error))
        return b": ping\n\n" if kind == "ping" else b""

    def _block(self, index: int, block: a.AnswerBlock | None) -> bytes:
        if block is None:
            return b""
        if block.type == "tool_use":
            number = self._calls[index] = len(self._calls)
            arguments = msgspec.json.encode(block.input).decode() if block.input else ""
            if not arguments:
                self._without_input.add(index)
            function = {"name": block.name, "arguments": arguments}
            call = {"index": number, "id": block.id, "type": "function", "function": function}
            return self._chunk({"tool_calls": [call]})
        return self._chunk({"content": block.text}) if block.text else b""

    def _delta(self, index: int, delta: a.EventDelta) -> bytes:
        if delta.type == "text_delta":
            return self._chunk({"content": delta.text})
        if delta.type == "input_json_delta":
            return self._arguments(index, delta.partial_json) if delta.partial_json else b""
        return self._chunk({"reasoning_content": delta.thinking}) if delta.type == "thinking_delta" else b""

    def _arguments(self, index: int, piece: str) -> bytes:
        self._without_input.discard(index)
        if index not in self._calls:  # of a tool that runs at the provider's
            return b""
        return self._chunk({"tool_calls": [{"index": self._calls[index], "function": {"arguments": piece}}]})

    def _learn(self, usage: a.MessageUsage | None) -> None:
        """The numbers count up; what is not told stays."""
        for name in a.MessageUsage.__struct_fields__:
            if usage is not None and (value := getattr(usage, name)) is not None:
                setattr(self._told, name, value)

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        return _data(self._frame([{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]))

    def _usage(self) -> bytes:
        return _data(self._frame([]) | {"usage": chat_usage(self._told)})

    def _frame(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        made = {"id": self._id, "object": "chat.completion.chunk", "created": self._created, "model": self._model}
        return {**made, "choices": choices}


def _data(frame: dict[str, Any]) -> bytes:
    return b"data: " + msgspec.json.encode(frame) + b"\n\n"
