"""From the body of a client's request to a core Request: chats, completions, embeddings, responses, messages.

Shapes after OpenAI's and Anthropic's API references. What has another shape than it should is left out, not refused:
the provider has judged it already.
"""

from typing import Annotated, Any, Final

import msgspec

from seatrial.core.request import Kind, Message, Request, Role, Tool, ToolCall

_KINDS: Final[dict[str, Kind]] = {"completions": "completion", "embeddings": "embedding", "moderations": "embedding"}
_ROLES: Final[dict[str, Role]] = {
    "system": "system",
    "developer": "developer",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}
_USERS: Final = ("user", "safety_identifier", "metadata")
_NOT_PARAMETERS: Final = ("model", "stream", "stream_options", "user", "safety_identifier", "metadata")
"""What is kept elsewhere, or names a person."""
_SAID: Final = ("system", "instructions", "messages", "input", "prompt", "tools")
"""What becomes messages and tools."""
_LEFT_OUT: Final = frozenset((*_NOT_PARAMETERS, *_SAID))
MOST_MESSAGES: Final = 10_000
Fields = dict[str, msgspec.Raw]
_fields = msgspec.json.Decoder(Fields)
_plain = msgspec.json.Decoder(Annotated[tuple[Message, ...], msgspec.Meta(max_length=MOST_MESSAGES)])
"""Messages of texts alone have the shape of ours already."""
_any = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def fields_of(body: bytes) -> Fields:
    """The top-level fields of a request, each as its JSON; none where it is no JSON object."""
    try:
        return _fields.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}


def user_of(fields: Fields) -> str | None:
    """Who the client says is asking, under any of the names that there are for that."""
    for name in _USERS:
        if name in fields:
            found = _any(fields[name])
            found = found.get("user_id") if isinstance(found, dict) else found
            if isinstance(found, str) and found:
                return found
    return None


def request_of(operation: str, fields: Fields) -> Request:
    """What was asked.

    Args:
        operation: `chat`, `completions`, ...
        fields: The request's.
    """
    params = {name: _any(raw) for name, raw in fields.items() if name not in _LEFT_OUT}
    said = fields.get("messages")
    tools = _tools(_any(fields["tools"])) if "tools" in fields else ()
    if said is not None and "system" not in fields:
        try:
            return Request(_plain.decode(said), tools, params)
        except msgspec.MsgspecError:
            pass  # contents in parts, calls of tools
    messages = [Message("system", _text(_any(fields[name]))) for name in ("system", "instructions") if name in fields]
    for name in ("messages", "input", "prompt"):
        if name in fields:
            messages += _messages(_any(fields[name]))
    return Request(tuple(messages), tools, params, _KINDS.get(operation, "chat"))


def _tools(value: Any) -> tuple[Tool, ...]:
    return tuple(_tool(each) for each in value if isinstance(each, dict)) if isinstance(value, list) else ()


def _messages(value: Any) -> list[Message]:
    """A conversation, a prompt, or a list of texts."""
    if not isinstance(value, list):
        return [Message("user", _text(value))]
    return [
        _message(each) if isinstance(each, dict) else Message("user", _text(each)) for each in value[:MOST_MESSAGES]
    ]


def _message(value: dict[str, Any]) -> Message:
    role, content, calls = value.get("role"), value.get("content"), value.get("tool_calls")
    if value.get("type") in ("function_call", "custom_tool_call"):
        return Message("assistant", "", (_call(value),))
    if value.get("type") in ("function_call_output", "custom_tool_call_output"):
        return Message("tool", _text(value.get("output")), tool_call_id=_word(value.get("call_id")))
    if calls is None and content.__class__ is str:
        return Message(_ROLES.get(str(role), "user"), content, (), _word(value.get("tool_call_id")))
    found = [_call(each) for each in calls if isinstance(each, dict)] if isinstance(calls, list) else []
    result = None
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict) and part.get("type") == "tool_use":
            found.append(_call(part))
        elif isinstance(part, dict) and part.get("type") == "tool_result":
            result = _word(part.get("tool_use_id"))
    identity = _word(value.get("tool_call_id")) or result
    return Message("tool" if result else _ROLES.get(str(role), "user"), _text(content), tuple(found), identity)


def _call(value: dict[str, Any]) -> ToolCall:
    function = value.get("function") or value.get("custom")
    inner = function if isinstance(function, dict) else value
    arguments = inner.get("arguments", inner.get("input", "{}"))
    text = arguments if isinstance(arguments, str) else _encode(arguments).decode()
    return ToolCall(str(inner.get("name", "")), text, str(value.get("call_id") or value.get("id") or ""))


def _tool(value: dict[str, Any]) -> Tool:
    function = value.get("function")
    inner = function if isinstance(function, dict) else value
    parameters = inner.get("parameters") or inner.get("input_schema")
    name, description = inner.get("name") or value.get("type") or "", inner.get("description") or ""
    return Tool(str(name), str(description), parameters if isinstance(parameters, dict) else {})


def _text(content: Any) -> str:
    """The text of a content; what is no text is named in brackets."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(_part(part) for part in content)
    return "" if content is None else _encode(content).decode()


def _part(part: Any) -> str:
    if not isinstance(part, dict):
        return _text(part)
    text = part.get("text")
    if isinstance(text, str):
        return text
    kind = part.get("type")
    if kind == "tool_result":
        return _text(part.get("content"))
    return "" if kind == "tool_use" else f"[{str(kind)[:40]}]"


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) else None
