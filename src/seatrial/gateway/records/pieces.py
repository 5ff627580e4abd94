"""Pieces of Anthropic's messages and of responses, said as a choice of a chat, so that one gathering reads all.

Sources: Anthropic's API reference, "Streaming messages"; OpenAI's, "Responses" with its streaming events.
"""

from typing import Any

import msgspec

from seatrial.targets.openai_shapes import CallPart, Choice, FunctionPart, Part

_ENDS = frozenset({"message_delta", "response.completed", "response.incomplete", "response.failed"})
_CALLS = frozenset({"tool_use", "function_call", "custom_tool_call"})
_ARGUMENTS = frozenset({"response.function_call_arguments.delta", "response.custom_tool_call_input.delta"})
_encode = msgspec.json.Encoder().encode


def pieces_of(type_: str, index: Any, delta: Any, block: Any) -> Choice | None:
    """An event of a stream as a fragment; None where it brings nothing of the answer.

    Args:
        type_: `content_block_delta`, `response.output_text.delta`, ...
        index: Which block or item it is of.
        delta: What is new.
        block: The block or item that begins.
    """
    place = index if isinstance(index, int) else 0
    if isinstance(delta, str):
        return _response_delta(type_, place, delta)
    if type_ in ("content_block_start", "response.output_item.added") and isinstance(block, dict):
        return _begun(place, block)
    if type_ in _ENDS and isinstance(delta, dict) and isinstance(delta.get("stop_reason"), str):
        return Choice(finish_reason=delta["stop_reason"])
    if type_ in _ENDS:
        return Choice(finish_reason=type_.rpartition(".")[2]) if "." in type_ else None
    return _message_delta(place, delta) if isinstance(delta, dict) else None


def whole_choice(blocks: Any) -> Choice:
    """The content of a message, or the output of a response."""
    text = reasoning = refusal = ""
    calls: list[CallPart] = []
    for block in blocks if isinstance(blocks, list) else ():
        if not isinstance(block, dict):
            continue
        kind = block.get("type")
        if kind in _CALLS:
            calls.append(_call(len(calls), block, whole=True))
        elif kind in ("thinking", "reasoning"):
            reasoning += _inner(block.get("thinking") or block.get("summary"))
        elif kind == "refusal":
            refusal += _inner(block.get("refusal"))
        else:
            text += _inner(block.get("text") or block.get("content"))
    part = Part(text or None, refusal or None, reasoning or None, None, calls or None)
    return Choice(message=part)


def _response_delta(type_: str, place: int, delta: str) -> Choice | None:
    if type_ in _ARGUMENTS:
        return Choice(delta=Part(tool_calls=[CallPart(place, None, FunctionPart(None, delta))]))
    if type_ == "response.refusal.delta":
        return Choice(delta=Part(refusal=delta))
    if type_.startswith("response.reasoning"):
        return Choice(delta=Part(reasoning=delta))
    return Choice(delta=Part(delta)) if type_ == "response.output_text.delta" else None


def _message_delta(place: int, delta: dict[str, Any]) -> Choice | None:
    kind = delta.get("type")
    if kind == "text_delta":
        return Choice(delta=Part(_inner(delta.get("text"))))
    if kind == "thinking_delta":
        return Choice(delta=Part(reasoning=_inner(delta.get("thinking"))))
    if kind == "input_json_delta":
        return Choice(delta=Part(tool_calls=[CallPart(place, None, FunctionPart(None, _inner(delta["partial_json"])))]))
    return None


def _begun(place: int, block: dict[str, Any]) -> Choice | None:
    if block.get("type") in _CALLS:
        return Choice(delta=Part(tool_calls=[_call(place, block, whole=False)]))
    return None


def _call(place: int, block: dict[str, Any], *, whole: bool) -> CallPart:
    arguments = block.get("arguments", block.get("input")) if whole else None
    text = arguments if isinstance(arguments, str) or arguments is None else _encode(arguments).decode()
    name = block.get("name")
    identity = block.get("call_id") or block.get("id")
    function = FunctionPart(name if isinstance(name, str) else None, text)
    return CallPart(place, identity if isinstance(identity, str) else None, function)


def _inner(value: Any) -> str:
    """The text of a value: itself, or that of its parts."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return ""
    return "".join(_inner(each.get("text") or each.get("refusal")) for each in value if isinstance(each, dict))
