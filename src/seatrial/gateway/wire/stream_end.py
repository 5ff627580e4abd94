"""How a streamed answer ended, read once when it is over.

A chat is whole after `data: [DONE]`, or after a choice with a `finish_reason` (some servers never say done); a response
after `response.completed`, Anthropic's message after `message_stop`.
"""

from typing import NamedTuple

import msgspec

from seatrial.core.interaction import Usage
from seatrial.gateway.wire.bodies import WireUsage
from seatrial.targets.sse import EventTooLarge, SseParser

DONE = b"[DONE]"
LAST_TYPES = frozenset({"message_stop", "response.completed", "response.incomplete", "response.failed"})


class StreamEnding(NamedTuple):
    """Whether the answer is whole, and the usage it told."""

    whole: bool
    usage: Usage | None


class _Choice(msgspec.Struct):
    finish_reason: str | None = None


class _Inner(msgspec.Struct):
    usage: WireUsage | None = None


class _Frame(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: WireUsage | None = None
    type: str | None = None
    response: _Inner | None = None
    message: _Inner | None = None


_frame = msgspec.json.Decoder(_Frame)


def how_it_ended(chunks: list[bytes]) -> StreamEnding:
    """Read a stream's events from the last back to the one that tells the usage."""
    try:
        events = SseParser().feed(b"".join(chunks))
    except EventTooLarge:
        return StreamEnding(False, None)
    whole, usage = False, None
    for event in reversed(events):
        if event.data.strip() == DONE:
            whole = True
            continue
        try:
            frame = _frame.decode(event.data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
        whole = whole or frame.type in LAST_TYPES or any(each.finish_reason for each in frame.choices or ())
        told = frame.usage or (frame.response.usage if frame.response is not None else None)
        usage = told.usage() if told is not None else None
        if usage is not None or (whole and frame.choices):
            break
    return StreamEnding(whole, usage)
