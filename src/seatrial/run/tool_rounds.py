"""Rounds of tool calls within a turn of a Dialogue: what the tools give back, and whether the Target is asked again."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from seatrial.core.errors import Mistake
from seatrial.core.request import Message, Tool, ToolCall

MOST_ROUNDS = 10
"""How often results of tools are given back before a user must have been answered."""
MOST_CHARACTERS = 1_000_000
"""Of all results of one round."""
NO_RESULT = "No result of this tool is known."
_encode = msgspec.json.Encoder().encode


class Toolbox:
    """The tools of a Case, with what they give back.

    Attributes:
        offered: The tools as a Target sees them: without their results.

    Raises:
        Mistake: What one gives back is no JSON.
    """

    def __init__(self, tools: Sequence[Tool]) -> None:
        self.offered = tuple([tool if tool.returns is None else replace(tool, returns=None) for tool in tools])
        self._results = {tool.name: _text(tool) for tool in tools if tool.returns is not None}

    def __bool__(self) -> bool:
        """Whether any of them gives something back."""
        return bool(self._results)

    def knows(self, calls: Sequence[ToolCall]) -> bool:
        """Whether there are calls, and all of them are of tools that give something back."""
        return bool(calls) and all(call.name in self._results for call in calls)

    def holds(self, calls: Sequence[ToolCall]) -> bool:
        """Whether what these calls give back is short enough to be told."""
        return sum(len(self._results[call.name]) for call in calls) <= MOST_CHARACTERS

    def results(self, calls: Sequence[ToolCall]) -> tuple[Message, ...]:
        """What the calls give back, a message for each; `NO_RESULT` for tools without a result."""
        told = [(self._results.get(call.name, NO_RESULT), call.id) for call in calls]
        return tuple([Message("tool", text, tool_call_id=id) for text, id in told])


def answerable(calls: Sequence[ToolCall], turn: int) -> tuple[ToolCall, ...]:
    """The calls as they go back into a conversation: each with an id of its own, none without arguments.

    Endpoints refuse a result that belongs to no call; some models leave ids out, or give one to two calls.
    """
    taken, named = set[str](), []
    for at, call in enumerate(calls):
        id = call.id if call.id and call.id not in taken else f"call_{turn}_{at}"
        taken.add(id)
        named.append(ToolCall(call.name, call.arguments or "{}", id))
    return tuple(named)


def _text(tool: Tool) -> str:
    if isinstance(tool.returns, str):
        return tool.returns
    try:
        return _encode(tool.returns).decode()
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise Mistake(f"what the tool `{tool.name}` returns is no JSON: {str(error)[:100]}") from None
