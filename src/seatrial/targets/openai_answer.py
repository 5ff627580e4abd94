"""From the bytes of an OpenAI-compatible answer to a Result."""

from array import array
from base64 import b64decode
from typing import Any, TypeVar

import msgspec

from seatrial.core.interaction import Answer, FailureKind, TokenLogprob
from seatrial.core.request import ToolCall
from seatrial.targets.http_failures import LONGEST_MESSAGE, not_json, wire_error
from seatrial.targets.openai_shapes import CallPart, Choice, Frame, Part, Vector, Vectors, usage_of
from seatrial.targets.result import Fault, Result

T = TypeVar("T", Frame, Vectors)
_frame = msgspec.json.Decoder(Frame)
_vectors = msgspec.json.Decoder(Vectors)
MOST_CALLS = 256
"""Tool calls of one answer at the most."""


class Gathering:
    """A chat or completion that is being put together, from one message or from many fragments."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._refusal: list[str] = []
        self._logprobs: list[TokenLogprob] = []
        self._calls: dict[int, list[str]] = {}
        self.finish_reason: str | None = None

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._text)

    def add(self, choice: Choice) -> bool:
        """Take a message or a fragment; says whether it brought anything that a reader would see."""
        part = choice.delta or choice.message
        seen = self._part(part) if part is not None else False
        if choice.text:
            self._text.append(choice.text)
            seen = True
        if choice.logprobs is not None:
            self._logprobs += choice.logprobs.each()
        if choice.finish_reason is not None:
            self.finish_reason = choice.finish_reason
        return seen

    def answer(self) -> Answer:
        """The answer as far as it has come."""
        return Answer(
            text="".join(self._text),
            tool_calls=tuple(
                ToolCall(name, arguments or "{}", identity) for identity, name, arguments in self._calls.values()
            ),
            finish_reason=self.finish_reason,
            refusal="".join(self._refusal) or None,
            reasoning="".join(self._reasoning) or None,
            logprobs=tuple(self._logprobs) or None,
        )

    def _part(self, part: Part) -> bool:
        text = part.content if isinstance(part.content, str) else part.text
        reasoning = part.reasoning_content or part.reasoning
        if text:
            self._text.append(text)
        if reasoning:
            self._reasoning.append(reasoning)
        if part.refusal:
            self._refusal.append(part.refusal)
        for position, call in enumerate(part.tool_calls or ()):
            self._call(call, position)
        return bool(text or reasoning or part.refusal or part.tool_calls)

    def _call(self, call: CallPart, position: int) -> None:
        index = position if call.index is None else call.index
        if index not in self._calls and len(self._calls) >= MOST_CALLS:
            raise Fault(FailureKind.TOO_LARGE, f"the answer has more than {MOST_CALLS} tool calls")
        parts = self._calls.setdefault(index, ["", "", ""])
        parts[0] = call.id or parts[0]
        function = call.function
        if function is not None:
            parts[1] += function.name or ""
            arguments = function.arguments
            if arguments is not None:
                parts[2] += arguments if isinstance(arguments, str) else msgspec.json.encode(arguments).decode()


def frame_of(body: bytes, host: str) -> Frame:
    """Parse a whole answer or a stream's frame.

    Raises:
        Fault: It is no JSON, has another shape, or is an error.
    """
    frame = _parsed(_frame, body, host)
    if frame.error is not None or frame.object == "error":
        shape = {"error": frame.error, "object": frame.object, "message": frame.message, "code": frame.code}
        raise error_fault(shape, host)
    return frame


def chat_result(body: bytes, host: str) -> Result:
    """The Result of a chat or completion that came whole.

    Raises:
        Fault: As `frame_of`, or there is no choice in it.
    """
    frame = frame_of(body, host)
    first = first_choice(frame)
    if first is None:
        raise Fault(FailureKind.BAD_RESPONSE, f"{host} sent an answer without choices")
    gathering = Gathering()
    gathering.add(first)
    return Result(gathering.answer(), usage=usage_of(frame.usage), model=frame.model)


def first_choice(frame: Frame) -> Choice | None:
    """The choice that is read."""
    for choice in frame.choices or ():
        if not choice.index:
            return choice
    return None


def embedding_result(body: bytes, host: str) -> Result:
    """The Result of an embeddings request, vectors in the order of the texts.

    Raises:
        Fault: It is no JSON, has another shape, or is an error.
    """
    answer = _parsed(_vectors, body, host)
    if answer.error is not None:
        raise error_fault({"error": answer.error}, host)
    if not answer.data:
        raise Fault(FailureKind.BAD_RESPONSE, f"{host} sent no embeddings")
    ordered = sorted(enumerate(answer.data), key=lambda pair: pair[0] if pair[1].index is None else pair[1].index)
    vectors = tuple(_numbers(vector, host) for _, vector in ordered)
    return Result(Answer(embeddings=vectors), usage=usage_of(answer.usage), model=answer.model)


def error_fault(data: dict[str, Any], host: str) -> Fault:
    """The Fault of an error that came with status 200."""
    error = wire_error(data)
    said = (error.message or error.label)[:LONGEST_MESSAGE] if error else ""
    kind = FailureKind.SERVER_ERROR
    if error is not None and error.quota:
        kind = FailureKind.QUOTA
    elif error is not None and ("rate_limit" in error.label or error.code == "429"):
        kind = FailureKind.RATE_LIMITED
    return Fault(kind, f"{host} sent an error inside its answer{': ' if said else ''}{said}")


def _parsed(decoder: "msgspec.json.Decoder[T]", body: bytes, host: str) -> T:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise Fault(FailureKind.BAD_RESPONSE, f"{host} sent JSON of another shape: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Fault(FailureKind.BAD_RESPONSE, not_json(body, host)) from None


def _numbers(vector: Vector, host: str) -> tuple[float, ...]:
    if isinstance(vector.embedding, list):
        return tuple(vector.embedding)
    try:
        numbers = array("f", b64decode(vector.embedding, validate=True))
    except ValueError:
        raise Fault(FailureKind.BAD_RESPONSE, f"{host} sent an embedding that is no base64 of floats") from None
    return tuple(numbers)
