"""Whole answers and errors, said in the other dialect."""

from typing import Any

import msgspec

from seatrial.gateway.wire.anthropic import shapes_anthropic as a
from seatrial.gateway.wire.anthropic import shapes_openai as o
from seatrial.gateway.wire.anthropic.words import (
    chat_error,
    chat_usage,
    finish_reason,
    message_error,
    message_usage,
    stop_reason,
)

_chat = msgspec.json.Decoder(o.ChatAnswer)
_message = msgspec.json.Decoder(a.MessageAnswer)
_error = msgspec.json.Decoder(dict[str, Any])


class Untranslatable(ValueError):
    """The provider's reply is not what its API says it should be."""


def chat_of(body: bytes, created: int) -> bytes:
    """A message as a chat's answer.

    Args:
        body: Anthropic's.
        created: Unix seconds.

    Raises:
        Untranslatable: It is no message.
    """
    answer = _decoded(_message, body)
    texts = [block.text for block in answer.content if block.type == "text" and block.text is not None]
    thoughts = [block.thinking for block in answer.content if block.thinking]
    calls = [_call(block) for block in answer.content if block.type == "tool_use"]
    message: dict[str, Any] = {"role": "assistant", "content": "".join(texts) if texts else None, "refusal": None}
    if thoughts:
        message["reasoning_content"] = "".join(thoughts)
    if calls:
        message["tool_calls"] = calls
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason(answer.stop_reason)}
    made = {"id": answer.id, "object": "chat.completion", "created": created, "model": answer.model}
    usage = {"usage": chat_usage(answer.usage)} if answer.usage is not None else {}
    return msgspec.json.encode({**made, "choices": [choice], **usage})


def message_of(body: bytes) -> bytes:
    """A chat's answer as a message.

    Raises:
        Untranslatable: It is no answer.
    """
    answer = _decoded(_chat, body)
    if not answer.choices:
        raise Untranslatable("the provider's answer is empty")
    choice = answer.choices[0]
    said = choice.message
    content: list[dict[str, Any]] = []
    if said.reasoning_content:
        content.append({"type": "thinking", "thinking": said.reasoning_content, "signature": ""})
    content += [{"type": "text", "text": text} for text in (said.content, said.refusal) if text]
    content += [_use(call) for call in said.tool_calls or ()]
    reason, stop = stop_reason("content_filter" if said.refusal else choice.finish_reason, choice.stop_reason)
    made = {
        "id": answer.id,
        "type": "message",
        "role": "assistant",
        "model": answer.model,
        "content": content,
        "stop_reason": reason,
        "stop_sequence": stop,
        "usage": message_usage(answer.usage),
    }
    return msgspec.json.encode(made)


def chat_error_of(body: bytes, status: int) -> bytes:
    """Anthropic's error as OpenAI's; the body of a proxy's is left out."""
    return msgspec.json.encode(chat_error(_error_in(body), status))


def message_error_of(body: bytes, status: int) -> bytes:
    """OpenAI's error as Anthropic's; the body of a proxy's is left out."""
    return msgspec.json.encode(message_error(_error_in(body), status))


def _decoded(decoder: "msgspec.json.Decoder[Any]", body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Untranslatable(f"the provider's answer is not as its API says: {error}") from None


def _error_in(body: bytes) -> Any:
    try:
        return _error.decode(body).get("error", {})
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}


def _call(block: a.AnswerBlock) -> dict[str, Any]:
    arguments = msgspec.json.encode(block.input or {}).decode()
    return {"id": block.id, "type": "function", "function": {"name": block.name, "arguments": arguments}}


def _use(call: o.ToolCall) -> dict[str, Any]:
    try:
        given = msgspec.json.decode(call.function.arguments or "{}", type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Untranslatable(f"the arguments of the provider's call of {call.function.name} are no JSON") from None
    return {"type": "tool_use", "id": call.id, "name": call.function.name, "input": given}
