"""Where text stands in requests and answers of each dialect.

Source: OpenAI's API reference (chat, completions, embeddings, responses) and Anthropic's (messages).
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from seatrial.gateway.wire.operations import Operation

SYSTEM, USER, ASSISTANT, TOOL = "system", "user", "assistant", "tool"
ROLES: Final = (SYSTEM, USER, ASSISTANT, TOOL)
WITHOUT_TEXT: Final = frozenset({"embeddings", "moderations", "passed"})
"""Operations whose answers hold no text."""
DEEPEST: Final = 40
_ROLES: Final = {"developer": SYSTEM, "function": TOOL}
_SAID: Final = ("content", "reasoning_content", "reasoning", "refusal", "text")


class Place:
    """One text: who says it and where it stands. `quoted` texts stand inside JSON of their own.

    Args:
        holder: The object or list that holds it.
        key: Where in that.
    """

    __slots__ = ("around", "holder", "key", "quoted", "role")

    def __init__(self, holder: Any, key: str | int, role: str, *, quoted: bool = False, around: Any = None) -> None:
        self.holder, self.key, self.role, self.quoted, self.around = holder, key, role, quoted, around

    @property
    def text(self) -> str:
        """The text."""
        found: str = self.holder[self.key]
        return found

    @text.setter
    def text(self, new: str) -> None:
        self.holder[self.key] = new
        if isinstance(self.around, dict) and self.around.get("logprobs"):
            self.around["logprobs"] = None  # they spell what was taken out


class _Request(msgspec.Struct):
    """The fields of a request that hold text."""

    messages: msgspec.Raw = msgspec.Raw()
    prompt: msgspec.Raw = msgspec.Raw()
    input: msgspec.Raw = msgspec.Raw()
    system: msgspec.Raw = msgspec.Raw()
    instructions: msgspec.Raw = msgspec.Raw()


_request = msgspec.json.Decoder(_Request)


def request_fields(body: bytes) -> dict[str, Any]:
    """The fields of a request that hold text, decoded."""
    read = _request.decode(body)
    fields = {name: getattr(read, name) for name in _Request.__struct_fields__}
    return {name: msgspec.json.decode(raw) for name, raw in fields.items() if bytes(raw)}


def request_places(fields: dict[str, Any]) -> Iterator[Place]:
    """All texts of a request, system messages first."""
    for name in ("system", "instructions"):
        if name in fields:
            yield from _content(fields, name, SYSTEM)
    for message in _objects(fields.get("messages")):
        yield from _message(message)
    if isinstance(fields.get("prompt"), dict):
        yield from _strings(fields["prompt"].get("variables"), USER, 0)  # of a prompt that the provider keeps
    elif "prompt" in fields:
        yield from _content(fields, "prompt", USER)
    if "input" in fields:
        yield from _content(fields, "input", USER)


def answer_places(body: dict[str, Any]) -> Iterator[Place]:
    """All texts of a whole answer, or of an event that holds a part of one."""
    for choice in _objects(body.get("choices")):
        yield from _said(choice, choice)
        if isinstance(message := choice.get("message"), dict):
            yield from _said(message, choice)
    for item in _objects(body.get("output")):
        yield from _item(item, ASSISTANT)
    if isinstance(body.get("content"), list):
        yield from _content(body, "content", ASSISTANT)
        yield from _thoughts(body["content"])
    for name in ("part", "content_block"):
        if isinstance(part := body.get(name), dict):
            yield from _part(part, ASSISTANT)
    if isinstance(added := body.get("item"), dict):
        yield from _item(added, ASSISTANT)
    if isinstance(response := body.get("response"), dict):
        yield from answer_places(response)


def texts_with(operation: Operation | None) -> bool:
    """Whether answers of an operation hold text."""
    return operation is None or operation.name not in WITHOUT_TEXT


def _message(message: dict[str, Any]) -> Iterator[Place]:
    said = message.get("role")
    role = _ROLES.get(said, said) if isinstance(said, str) else USER
    if role not in ROLES:
        role = USER
    if "content" in message:
        yield from _content(message, "content", role)
    yield from _calls(message, None)


def _said(message: dict[str, Any], around: Any) -> Iterator[Place]:
    for name in _SAID:
        if isinstance(message.get(name), str):
            yield Place(message, name, ASSISTANT, around=around)
        elif name == "content" and isinstance(message.get(name), list):
            yield from _content(message, name, ASSISTANT)
    yield from _calls(message, around)


def _calls(message: dict[str, Any], around: Any) -> Iterator[Place]:
    calls = _objects(message.get("tool_calls"))
    for function in _objects([*(call.get("function") for call in calls), message.get("function_call")]):
        if isinstance(function.get("arguments"), str):
            yield Place(function, "arguments", ASSISTANT, quoted=True, around=around)
    for custom in _objects([call.get("custom") for call in calls]):
        if isinstance(custom.get("input"), str):
            yield Place(custom, "input", ASSISTANT, around=around)


def _content(holder: Any, key: str | int, role: str) -> Iterator[Place]:
    value = holder[key]
    if isinstance(value, str):
        yield Place(holder, key, role)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            if isinstance(part, str):
                yield Place(value, index, role)
            elif isinstance(part, dict):
                yield from _item(part, role) if "role" in part or "output" in part else _part(part, role)


def _item(item: dict[str, Any], role: str) -> Iterator[Place]:
    """An item of responses: a message, a call of a function, what it gave back."""
    said = item.get("role")
    role = _ROLES.get(said, said) if isinstance(said, str) else role
    if "role" in item or item.get("type") in ("message", "reasoning"):
        for name in ("content", "summary"):
            if name in item:
                yield from _content(item, name, role)
    if "output" in item:
        yield from _content(item, "output", TOOL)
    yield from _called(item)


def _called(item: dict[str, Any]) -> Iterator[Place]:
    """What a tool is called with: arguments in JSON, the plain input of a tool of the client's own, code."""
    if not str(item.get("type")).endswith("_call"):
        return
    for name in ("arguments", "input", "code"):
        if isinstance(item.get(name), str):
            yield Place(item, name, ASSISTANT, quoted=name == "arguments")


def _part(part: dict[str, Any], role: str) -> Iterator[Place]:
    for name in ("text", "refusal"):
        if isinstance(part.get(name), str):
            yield Place(part, name, role, around=part)
    kind = str(part.get("type"))
    if (kind.endswith("tool_result") or kind == "search_result") and "content" in part:
        yield from _content(part, "content", TOOL)
    elif kind.endswith("tool_use"):
        yield from _strings(part.get("input"), ASSISTANT, 0)
    elif kind == "document" and isinstance(source := part.get("source"), dict):
        name = {"text": "data", "content": "content"}.get(str(source.get("type")), "")
        if name in source:
            yield from _content(source, name, role)
    yield from _called(part)


def _thoughts(parts: Any) -> Iterator[Place]:
    """Of answers alone: in a request they are signed, and a provider refuses those that were changed."""
    for part in _objects(parts):
        if isinstance(part.get("thinking"), str):
            yield Place(part, "thinking", ASSISTANT)


def _strings(value: Any, role: str, depth: int) -> Iterator[Place]:
    if depth > DEEPEST or not isinstance(value, dict | list):
        return
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(each, str):
            yield Place(value, key, role)
        else:
            yield from _strings(each, role, depth + 1)


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
