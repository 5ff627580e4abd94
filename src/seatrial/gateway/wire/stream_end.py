"""How a streamed answer ended, read once when it is over, from its last events back.

A chat is whole after `data: [DONE]`, or after a `finish_reason` of each choice (some servers never say done); a
response after `response.completed`, Anthropic's message after `message_stop`. An error may come inside a stream of
status 200.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from seatrial.core.interaction import Usage
from seatrial.gateway.wire.failures import WireError
from seatrial.gateway.wire.operations import RESPONSES, Operation
from seatrial.gateway.wire.usage import NOTHING, WireUsage, read_usage

DONE: Final = b"[DONE]"
LAST_TYPES: Final = frozenset({"message_stop", "response.completed", "response.incomplete", "response.failed"})
TAIL: Final = 16 * 1024
LONG_TAIL: Final = 4 * 1024 * 1024
"""The last event of a response holds all of it."""
HEAD: Final = 4 * 1024
"""Anthropic tells the tokens of the input in its first event."""


class StreamEnding(NamedTuple):
    """Whether the answer is whole, the usage it told, the error that it held, and whether it said that it is over."""

    whole: bool
    usage: Usage | None
    error: WireError | str | None = None
    done: bool = False


class _Choice(msgspec.Struct):
    index: int = 0
    finish_reason: str | None = None


class _Inner(msgspec.Struct):
    usage: msgspec.Raw = msgspec.Raw()
    error: WireError | str | None = None


class _Frame(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: msgspec.Raw = msgspec.Raw()
    type: str | None = None
    response: _Inner | None = None
    message: _Inner | str | None = None
    error: WireError | str | None = None
    code: str | int | None = None


_frame = msgspec.json.Decoder(_Frame)


def tail_of(operation: Operation | None) -> int:
    """How many of the last bytes tell how a stream ended."""
    return LONG_TAIL if operation is RESPONSES else TAIL


def how_it_ended(tail: bytes, head: bytes = b"", choices: int = 1) -> StreamEnding:
    """Read a stream's events from the last back to the one that tells how it ended.

    Args:
        tail: Its last bytes, at least the last few events.
        head: Its first bytes, for Anthropic's messages.
        choices: How many answers were asked for.
    """
    done, usage, finished = False, NOTHING, set[int]()
    for data in _backwards(tail):
        if data.strip() == DONE:
            done = True
            continue
        try:
            frame = _frame.decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
        if (error := _error_in(frame)) is not None:
            return StreamEnding(done, usage.usage(), error, done)
        usage = usage.over(read_usage(frame.usage or (frame.response.usage if frame.response else b"")))
        done = done or frame.type in LAST_TYPES
        finished.update(choice.index for choice in frame.choices or () if choice.finish_reason)
        if frame.type == "message_delta":
            usage = usage.over(_told_first(head))
            break
        if (done and (finished or frame.response is not None)) or len(finished) >= choices:
            break
    return StreamEnding(done or len(finished) >= choices, usage.usage(), None, done)


def _error_in(frame: _Frame) -> WireError | str | None:
    if frame.error is not None:
        return frame.error
    if frame.type == "error":
        return WireError(frame.type, frame.code)
    if frame.type == "response.failed":
        return (frame.response.error if frame.response is not None else None) or WireError("response_failed")
    return None


def _told_first(head: bytes) -> WireUsage:
    """The usage in `message_start`."""
    for data in reversed(list(_backwards(head))):
        try:
            frame = _frame.decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
        if isinstance(frame.message, _Inner):
            return read_usage(frame.message.usage)
    return NOTHING


def _backwards(text: bytes) -> Iterator[bytes]:
    """The data of each event, from the last to the first; the last need not have its end."""
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    end = len(text)
    while end > 0:
        start = text.rfind(b"\n\n", 0, end)
        block = text[start + 2 if start >= 0 else 0 : end]
        if data := _data(block):
            yield data
        end = start


def _data(block: bytes) -> bytes:
    if block.startswith(b"data:") and b"\n" not in block:
        return block[5:]
    return b"\n".join(line[5:].removeprefix(b" ") for line in block.split(b"\n") if line.startswith(b"data:"))
