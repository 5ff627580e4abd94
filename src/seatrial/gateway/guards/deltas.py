"""Where text stands in the events of a stream, of each dialect, and where such a text ends.

Source: OpenAI's API reference (chat completion chunks, streaming events of responses) and Anthropic's ("Streaming
messages").
"""

from typing import Any, Final, NamedTuple

from seatrial.gateway.guards.places import Place, answer_places

Channel = tuple[Any, ...]
"""Names one text among those of a stream; the first part is the choice, item or block that it belongs to."""
_SAID: Final = ("content", "reasoning_content", "reasoning", "refusal")
_ANTHROPIC: Final = (("text", False), ("partial_json", True), ("thinking", False))


class Piece(NamedTuple):
    """A piece of a text, and where it stands in its event."""

    channel: Channel
    place: Place


class Read(NamedTuple):
    """What an event says: pieces of texts that go on, whose texts end, and texts that stand in it whole.

    `ended` are first parts of channels; `all_ended` means all of them.
    """

    pieces: list[Piece]
    ended: list[Any]
    all_ended: bool = False
    whole: tuple[Place, ...] = ()


def read_event(event: dict[str, Any]) -> Read:
    """What an event says, of whichever dialect it is."""
    choices = event.get("choices")
    if isinstance(choices, list):
        return _of_choices(choices)
    kind = event.get("type")
    if not isinstance(kind, str):
        return Read([], [])
    if kind == "content_block_delta" and isinstance(event.get("delta"), dict):
        delta, index = event["delta"], event.get("index")
        names = [(name, quoted) for name, quoted in _ANTHROPIC if isinstance(delta.get(name), str)]
        return Read(
            [Piece((index, name), Place(delta, name, "assistant", quoted=quoted)) for name, quoted in names], []
        )
    if kind.endswith(".delta") and isinstance(event.get("delta"), str):
        channel = (event.get("output_index"), event.get("content_index"), event.get("summary_index"), kind)
        return Read([Piece(channel, Place(event, "delta", "assistant", quoted="arguments" in kind, around=event))], [])
    return _of_whole(event, kind)


def _of_choices(choices: list[Any]) -> Read:
    pieces: list[Piece] = []
    ended: list[Any] = []
    whole: list[Place] = []
    for choice in choices:
        if not isinstance(choice, dict):
            continue
        index, delta = choice.get("index"), choice.get("delta")
        if isinstance(choice.get("text"), str):
            pieces.append(Piece((index, "text"), Place(choice, "text", "assistant", around=choice)))
        if isinstance(delta, dict):
            pieces += _of_delta(index, delta, choice)
            if isinstance(delta.get("content"), list):
                whole += answer_places({"content": delta["content"]})
        if isinstance(choice.get("message"), dict):
            whole += answer_places({"choices": [{"message": choice["message"]}]})
        if choice.get("finish_reason") is not None:
            ended.append(index)
    return Read(pieces, ended, whole=tuple(whole))


def _of_delta(index: Any, delta: dict[str, Any], choice: dict[str, Any]) -> list[Piece]:
    pieces = [
        Piece((index, name), Place(delta, name, "assistant", around=choice))
        for name in _SAID
        if isinstance(delta.get(name), str)
    ]
    calls = delta.get("tool_calls")
    functions = [(call.get("index"), call.get("function")) for call in calls if isinstance(call, dict)] if calls else []
    for number, function in [*functions, (None, delta.get("function_call"))]:
        if isinstance(function, dict) and isinstance(function.get("arguments"), str):
            place = Place(function, "arguments", "assistant", quoted=True, around=choice)
            pieces.append(Piece((index, "call", number), place))
    customs = [(call.get("index"), call.get("custom")) for call in calls if isinstance(call, dict)] if calls else []
    for number, custom in customs:
        if isinstance(custom, dict) and isinstance(custom.get("input"), str):
            pieces.append(Piece((index, "call", number), Place(custom, "input", "assistant", around=choice)))
    return pieces


def _of_whole(event: dict[str, Any], kind: str) -> Read:
    """An event that says how far the answer is; those of responses repeat its texts."""
    places = [*answer_places(event)]
    names = ("text", "arguments", "refusal", "input", "code") if kind.endswith(".done") else ()
    places += [
        Place(event, name, "assistant", quoted=name == "arguments", around=event)
        for name in names
        if isinstance(event.get(name), str)
    ]
    if kind in ("content_block_stop", "content_block_start"):
        return Read([], [event.get("index")], whole=tuple(places))
    if kind.endswith(".done"):
        return Read([], [event.get("output_index")], whole=tuple(places))
    over = kind in ("message_delta", "message_stop", "response.completed", "response.incomplete", "response.failed")
    return Read([], [], over, tuple(places))
