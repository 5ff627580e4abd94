"""From the bytes of a reply to a core Answer, whichever API they are of: what they are shows in them.

Shapes after OpenAI's API reference (chats, completions, responses, moderations) and Anthropic's (messages).
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from seatrial.core.interaction import NANOSECONDS, Answer, Usage
from seatrial.gateway.records.pieces import pieces_of, whole_choice
from seatrial.gateway.wire.usage import WireUsage, read_usage
from seatrial.targets.openai_answer import Gathering
from seatrial.targets.openai_shapes import Choice, Part
from seatrial.targets.result import Fault
from seatrial.targets.sse import EventTooLarge, SseParser

DONE: Final = b"[DONE]"
NOTHING: Final = msgspec.Raw(b"")


class Heard(msgspec.Struct):
    """What a reply was, as far as it could be read; moments are UTC nanoseconds, gaps seconds."""

    answer: Answer
    usage: Usage | None = None
    model: str | None = None
    first_token: int | None = None
    gap_mean: float | None = None
    gap_max: float | None = None
    malformed: bool = False


class _Whole(msgspec.Struct):
    """A reply in one piece: of chats and completions, of responses, of Anthropic's messages, of moderations."""

    choices: list[Choice] | None = None
    output: Any = None
    content: Any = None
    results: Any = None
    usage: msgspec.Raw = NOTHING
    model: str | None = None
    stop_reason: str | None = None
    status: Any = None


class _Inner(msgspec.Struct):
    usage: msgspec.Raw = NOTHING
    model: str | None = None
    status: Any = None


class _Frame(msgspec.Struct):
    """An event of a stream; `message` and `response` are of Anthropic's and of responses' streams."""

    choices: list[Choice] | None = None
    usage: msgspec.Raw = NOTHING
    model: str | None = None
    type: str | None = None
    index: Any = None
    output_index: Any = None
    delta: Any = None
    content_block: Any = None
    item: Any = None
    message: _Inner | None = None
    response: _Inner | None = None


_whole = msgspec.json.Decoder(_Whole)
_figures = msgspec.json.Decoder(_Inner)
_frame = msgspec.json.Decoder(_Frame)


def hear(chunks: Sequence[bytes], moments: Sequence[int], told: Usage | None = None) -> Heard:
    """Read a reply.

    Args:
        chunks: Its body as it came, whole or not.
        moments: When each came, UTC nanoseconds.
        told: Its usage, where that was read before.
    """
    if not chunks:
        return Heard(Answer())
    if chunks[0].lstrip()[:1] in (b"{", b"[", b"<", b""):
        return _heard_whole(chunks[0] if len(chunks) == 1 else b"".join(chunks), told)
    return _Listening(told).all(chunks, moments)


def figures(chunks: Sequence[bytes], moments: Sequence[int], told: Usage | None = None) -> Heard:
    """Read a reply of vectors, which are not kept: they are large, and nobody reads them. Arguments as of `hear`."""
    try:
        found = _figures.decode(b"".join(chunks))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Heard(Answer(), told, malformed=bool(chunks))
    return Heard(Answer(), told or read_usage(found.usage).usage(), found.model)


def _heard_whole(body: bytes, told: Usage | None) -> Heard:
    try:
        found = _whole.decode(body)
        return Heard(_answer(found), told or read_usage(found.usage).usage(), found.model)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Fault):
        return Heard(Answer(), malformed=bool(body))


def _answer(found: _Whole) -> Answer:
    gathering = Gathering()
    for choice in found.choices or ():
        if not choice.index:
            part = choice.message
            if part is not None and part.content.__class__ is str and _only_text(choice, part):
                return Answer(part.text, finish_reason=choice.finish_reason)
            gathering.add(choice)
            return gathering.answer()
    if found.results is not None:
        return Answer(data=found.results)
    gathering.add(whole_choice(found.output if found.output is not None else found.content))
    answer = gathering.answer()
    reason = found.stop_reason or (found.status if isinstance(found.status, str) else None)
    return msgspec.structs.replace(answer, finish_reason=reason) if reason else answer


def _only_text(choice: Choice, part: Part) -> bool:
    """Whether there is nothing but a text to gather, as in most answers."""
    return not (part.tool_calls or part.refusal or part.reasoning_content or part.reasoning or choice.logprobs)


class _Listening:
    """A stream that is read again; an event that cannot be read is passed over."""

    def __init__(self, told: Usage | None) -> None:
        self._told = told
        self._gathering = Gathering()
        self._usage: WireUsage | None = None
        self._model: str | None = None
        self._malformed = False
        self._tokens = 0
        self._first = self._last = self._gap = 0

    def all(self, chunks: Sequence[bytes], moments: Sequence[int]) -> Heard:
        """Read all of it."""
        parser = SseParser()
        for chunk, moment in zip(chunks, moments, strict=False):
            try:
                events = parser.feed(chunk)
            except EventTooLarge:
                self._malformed = True
                break
            for event in events:
                if event.data and event.data.strip() != DONE:
                    self._event(event.data, moment)
        first, gaps = self._first or None, self._tokens - 1
        mean = (self._last - self._first) / NANOSECONDS / gaps if gaps > 0 else None
        return Heard(
            *(
                self._gathering.answer(),
                self._told or (None if self._usage is None else self._usage.usage()),
                self._model,
                first,
                mean,
            ),
            None if mean is None else self._gap / NANOSECONDS,
            self._malformed,
        )

    def _event(self, data: bytes, moment: int) -> None:
        try:
            frame = _frame.decode(data)
            seen = self._frame(frame)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Fault):
            self._malformed = True
            return
        if seen:
            self._tokens += 1
            if not self._first:
                self._first = moment
            else:
                self._gap = max(self._gap, moment - self._last)
            self._last = moment

    def _frame(self, frame: _Frame) -> bool:
        """Take an event; says whether it brought anything that a reader would see."""
        inner = frame.message or frame.response
        self._model = frame.model or (inner.model if inner is not None else None) or self._model
        raw = frame.usage or (inner.usage if inner is not None else NOTHING)
        if raw and self._told is None and bytes(raw) != b"null":
            told = read_usage(raw)
            self._usage = told if self._usage is None else told.over(self._usage)
        for choice in frame.choices or ():
            if not choice.index:
                return self._gathering.add(choice)
        if frame.type is None:
            return False
        piece = pieces_of(frame.type, frame.index or frame.output_index, frame.delta, frame.content_block or frame.item)
        return piece is not None and self._gathering.add(piece)
