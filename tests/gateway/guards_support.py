"""Guards without a gateway: a stream cut in any way, and what of it reaches the client."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.guards.finding import Finder
from seatrial.gateway.guards.guard import Action, Guard, Guarding
from seatrial.gateway.guards.stream import GuardedStream
from seatrial.gateway.wire.bodies import read_request
from seatrial.gateway.wire.errors import Refusal
from seatrial.gateway.wire.operations import OPERATIONS


def exchange_of(body: dict[str, Any] | None = None, path: str = "/v1/chat/completions") -> Exchange:
    """A request on its way."""
    exchange = Exchange(path, [])
    exchange.body = json.dumps(body or {"model": "support", "stream": True, "messages": []}).encode()
    exchange.asked = read_request(exchange.body)
    exchange.operation = OPERATIONS[path]
    return exchange


def guarding(finder: Finder, action: Action = "redact", name: str = "pii") -> Guarding:
    """One guard of answers."""
    return Guarding(answer=(Guard(name, action, finder),))


def frame(delta: dict[str, Any], finish: str | None = None, index: int = 0) -> bytes:
    """An event of a chat."""
    choice = {"index": index, "delta": delta, "finish_reason": finish, "logprobs": None}
    body = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "vendor": {"x": 1.50}, "choices": [choice]}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def chat(pieces: Iterable[str]) -> bytes:
    """A whole stream of one choice."""
    told = [frame({"content": piece}) for piece in pieces]
    return b"".join([frame({"role": "assistant", "content": ""}), *told, frame({}, "stop"), b"data: [DONE]\n\n"])


@dataclass
class Received:
    """What the client has."""

    data: bytes = b""
    refusal: Refusal | None = None
    steps: list[bytes] = field(default_factory=list)

    @property
    def events(self) -> list[Any]:
        lines = [line[6:] for line in self.data.split(b"\n") if line.startswith(b"data: ")]
        return [json.loads(line) for line in lines if line != b"[DONE]"]

    def text(self, index: int = 0) -> str:
        """The content of a choice."""
        choices = [choice for event in self.events for choice in event["choices"] if choice["index"] == index]
        return "".join(choice["delta"].get("content") or "" for choice in choices)


def passed(exchange: Exchange, guards: Guarding, chunks: Sequence[bytes]) -> Received:
    """Send a stream through its guards."""
    return asyncio.run(_passed(exchange, guards, chunks))


async def _passed(exchange: Exchange, guards: Guarding, chunks: Sequence[bytes]) -> Received:
    received, stream = Received(), GuardedStream(exchange, guards)
    try:
        for chunk in chunks:
            received.steps.append(stream.feed(chunk))
            received.data += received.steps[-1]
        received.data += await stream.end()
    except Refusal as refusal:
        received.refusal = refusal
    return received


def cut(data: Any, places: Sequence[int]) -> list[Any]:
    """Pieces of a text or of bytes."""
    at = sorted({place % (len(data) + 1) for place in places})
    return [data[a:b] for a, b in zip([0, *at], [*at, len(data)], strict=True)]


cuts = st.lists(st.integers(0, 4000), max_size=25)
