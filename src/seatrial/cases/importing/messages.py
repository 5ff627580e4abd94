"""Chat messages of other tools as turns of a case."""

from typing import Any

from seatrial.core.errors import Mistake

ROLES = {"system": "system", "developer": "developer", "user": "user", "assistant": "assistant"}
_SYNONYMS = {"human": "user", "model": "assistant", "ai": "assistant", "bot": "assistant"}
_TEXT_PARTS = ("text", "input_text", "output_text")
Turns = list[dict[str, str]]


def is_messages(value: Any) -> bool:
    """Whether a value looks like a list of chat messages."""
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) and _role(each) for each in value)


def unwrapped(value: Any) -> Any:
    """Messages of LangChain, `{type, data}` or its serialised constructors, as `{role, content}`."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return value
    return [_unwrapped(each) for each in value]


def _unwrapped(message: dict[str, Any]) -> dict[str, Any]:
    data, made, name = message.get("data"), message.get("kwargs"), message.get("id")
    if isinstance(data, dict) and "content" in data and isinstance(message.get("type"), str):
        return {**data, "role": message["type"]}
    if isinstance(made, dict) and "content" in made and isinstance(name, list) and name:
        return {**made, "role": str(name[-1]).removesuffix("Chunk").removesuffix("Message").lower()}
    return message


def turns_of(messages: list[dict[str, Any]]) -> Turns:
    """`{role, content}` messages as `{role: text}` turns.

    Raises:
        Mistake: One is no text, of a role that cases do not have, or the last is the assistant's.
    """
    turns = [_turn(message, number) for number, message in enumerate(messages, 1)]
    if next(iter(turns[-1])) == "assistant":
        raise Mistake("its last message is the assistant's, so that nothing is asked")
    return turns


def _role(message: dict[str, Any]) -> str:
    role = message.get("role") or message.get("type")
    return role if isinstance(role, str) and ("content" in message or "parts" in message) else ""


def _turn(message: dict[str, Any], number: int) -> dict[str, str]:
    role = _role(message).lower()
    known = ROLES.get(_SYNONYMS.get(role, role))
    if known is None:
        raise Mistake(f"its message {number} is of the role `{role[:40]}`, which cases do not have")
    if message.get("tool_calls") or message.get("function_call"):
        raise Mistake(f"its message {number} holds tool calls, and the turns of a case are texts")
    return {known: _text(message.get("content", message.get("parts")), number)}


def _text(content: Any, number: int) -> str:
    if isinstance(content, str):
        return content
    if content is None:
        return ""
    if isinstance(content, int | float | bool):
        return str(content)
    parts = content if isinstance(content, list) else [content]
    return "\n".join(_part(part, number) for part in parts)


def _part(part: Any, number: int) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, dict) and isinstance(part.get("text"), str) and part.get("type", "text") in _TEXT_PARTS:
        return str(part["text"])
    kind = part.get("type") or next(iter(part), "") if isinstance(part, dict) else type(part).__name__
    raise Mistake(f"its message {number} holds `{str(kind)[:40]}`, and the turns of a case are texts")
