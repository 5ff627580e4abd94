"""What goes to an OpenAI-compatible endpoint: a Request as the bytes of its body.

Shapes after OpenAI's API reference (chat completions, completions, embeddings).
"""

import re
from typing import Any

import msgspec

from seatrial.core.request import Kind, Message, Request, Tool

PATHS: dict[Kind, str] = {"chat": "/chat/completions", "completion": "/completions", "embedding": "/embeddings"}
_HALF = re.compile("[\ud800-\udfff]")
_encode = msgspec.json.Encoder().encode


class Fixed(msgspec.Struct, frozen=True):
    """What is the same for all requests of a Target."""

    model: str | None
    stream: bool
    system: str | None
    params: dict[str, Any]

    def head(self, kind: Kind) -> dict[str, Any]:
        """The part of the body that no Request changes."""
        head: dict[str, Any] = {} if self.model is None else {"model": self.model}
        if self.stream and kind != "embedding":
            head |= {"stream": True, "stream_options": {"include_usage": True}}
        return head | self.params


def body_of(request: Request, kind: Kind, head: dict[str, Any], system: str | None) -> tuple[bytes, bool]:
    """The body, and whether it asks for a stream. A parameter that is None takes the key out."""
    body = head | request.params if request.params else dict(head)
    if kind == "chat":
        body["messages"] = _messages(request.messages, system)
        if request.tools:
            body["tools"] = [_tool(tool) for tool in request.tools]
    elif kind == "completion":
        body["prompt"] = request.messages[-1].content if request.messages else ""
    else:
        body["input"] = [message.content for message in request.messages]
    if None in body.values():
        body = {key: value for key, value in body.items() if value is not None}
    return _encoded(body), body.get("stream") is True


def _encoded(body: dict[str, Any]) -> bytes:
    """JSON in UTF-8. Half a character (a lone surrogate) has no place there: it is sent as U+FFFD."""
    try:
        return _encode(body)
    except UnicodeEncodeError:
        return _encode(_whole(msgspec.to_builtins(body)))


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return list(map(_whole, value)) if isinstance(value, list | tuple) else value


def _messages(messages: tuple[Message, ...], system: str | None) -> list[dict[str, Any]]:
    listed = [_message(message) for message in messages]
    if system is not None and not any(message.role in ("system", "developer") for message in messages):
        listed.insert(0, {"role": "system", "content": system})
    return listed


def _message(message: Message) -> dict[str, Any]:
    plain: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        plain["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        plain["tool_call_id"] = message.tool_call_id
    return plain


def _tool(tool: Tool) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters or {"type": "object"}}
    return {"type": "function", "function": function}
