"""Usage of answers that told none, most of them streams: always an estimate, and marked as one.

Shapes after OpenAI's API reference (chats, completions, responses) and Anthropic's (messages).
"""

import msgspec

from seatrial.core.interaction import Usage
from seatrial.gateway.costs.bound import writes
from seatrial.gateway.exchange import Exchange
from seatrial.targets.tokens import CHARACTERS_PER_TOKEN


class _Function(msgspec.Struct):
    arguments: str | None = None


class _Call(msgspec.Struct):
    function: _Function | None = None


class _Text(msgspec.Struct):
    """A message, a fragment of one, or Anthropic's block or fragment."""

    content: str | None = None
    reasoning_content: str | None = None
    refusal: str | None = None
    tool_calls: list[_Call] | None = None
    text: str | None = None
    thinking: str | None = None
    partial_json: str | None = None

    @property
    def length(self) -> int:
        """Characters."""
        texts = (self.content, self.reasoning_content, self.refusal, self.text, self.thinking, self.partial_json)
        calls = [call.function.arguments for call in self.tool_calls or () if call.function is not None]
        return sum(len(text) for text in (*texts, *calls) if text)


class _Choice(msgspec.Struct):
    delta: _Text | None = None
    message: _Text | None = None
    text: str | None = None

    @property
    def length(self) -> int:
        """Characters."""
        parts = [part.length for part in (self.delta, self.message) if part is not None]
        return sum(parts) + len(self.text or "")


class _Piece(msgspec.Struct):
    choices: list[_Choice] | None = None
    delta: _Text | str | None = None
    content: list[_Text] | None = None


_piece = msgspec.json.Decoder(_Piece)


def untold_usage(exchange: Exchange) -> Usage | None:
    """What an answer took that does not say so; None where there was no answer.

    Four characters are a token, as the rule of thumb is; where the record was cut, the rest counts like its part.
    """
    if not exchange.chunks or exchange.status >= 400:
        return None
    kept = sum(map(len, exchange.chunks))
    body = b"".join(exchange.chunks)
    frames = _datas(body) if exchange.streamed else [body]
    characters = sum(_length(frame) for frame in frames) if writes(exchange) else 0
    whole = characters * max(exchange.size, kept) // max(kept, 1)
    return Usage(
        input=-(-len(exchange.body) // CHARACTERS_PER_TOKEN),
        output=-(-whole // CHARACTERS_PER_TOKEN),
        estimated=True,
    )


def _datas(body: bytes) -> list[bytes]:
    return [line[5:] for line in body.splitlines() if line.startswith(b"data:")]


def _length(frame: bytes) -> int:
    try:
        piece = _piece.decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return 0
    delta = len(piece.delta) if isinstance(piece.delta, str) else piece.delta.length if piece.delta else 0
    choices, blocks = piece.choices or (), piece.content or ()
    return delta + sum(each.length for each in choices) + sum(each.length for each in blocks)
