"""Which answers are kept: whole and good ones, from a deployment of the name that was asked for."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from seatrial.gateway.asgi import Headers
from seatrial.gateway.config import Route
from seatrial.gateway.exchange import Exchange

GOOD: Final = frozenset(
    {"stop", "length", "tool_calls", "function_call"} | {"end_turn", "max_tokens", "stop_sequence", "tool_use"}
)
"""Why answers end that are as they should be: OpenAI's `finish_reason`, Anthropic's `stop_reason`."""
UNENDED: Final = frozenset({"embeddings", "moderations"})
"""Operations whose answers name no reason."""
GIVEN_AGAIN: Final = frozenset({b"content-type", b"openai-version", b"openai-model"})
"""Headers that are kept; all others are of one request alone: ids, durations, limits."""
EVENTS: Final = b"text/event-stream"
_REASONS: Final = (b"finish_reason", b"stop_reason")


class _Ended(msgspec.Struct):
    finish_reason: str | None = None


class _Delta(msgspec.Struct):
    stop_reason: str | None = None


class _Said(msgspec.Struct):
    choices: list[_Ended] = []
    stop_reason: str | None = None
    delta: _Delta | None = None


_said = msgspec.json.Decoder(_Said)


def headers_again(headers: Headers) -> Headers:
    """Those that are given again."""
    return [pair for pair in headers if pair[0] in GIVEN_AGAIN]


def worth_keeping(exchange: Exchange, headers: Headers, route: Route) -> bool:
    """Whether others may be given it.

    Args:
        exchange: It is over.
        headers: Of the reply; none where it broke off.
        route: What was asked for, before a budget or a fallback led elsewhere.
    """
    if exchange.failure is not None or exchange.status != 200 or not headers or exchange.withheld:
        return False
    tags = exchange.tags
    if "record" in tags or tags.get("budget") == "downgraded" or "=block" in tags.get("guard", ""):
        return False
    if exchange.deployment not in route.deployments or not exchange.chunks:
        return False
    kind = next((value for name, value in headers if name == b"content-type"), b"")
    if kind.startswith(EVENTS) is not exchange.streamed:
        return False
    return exchange.operation is not None and (exchange.operation.name in UNENDED or _ended_well(exchange))


def _ended_well(exchange: Exchange) -> bool:
    body = b"".join(exchange.chunks)
    reasons = set(_reasons(_events(body) if exchange.streamed else (body,)))
    return bool(reasons) and reasons <= GOOD


def _reasons(parts: Iterable[bytes]) -> Iterator[str]:
    """Why the answers in some JSON texts ended; what cannot be read is no good reason."""
    for part in parts:
        try:
            said = _said.decode(part)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            yield "unreadable"
            continue
        found = [choice.finish_reason for choice in said.choices]
        found += [said.stop_reason, said.delta.stop_reason if said.delta is not None else None]
        yield from (reason for reason in found if reason is not None)


def _events(body: bytes) -> Iterator[bytes]:
    """The data of a stream's events that name a reason."""
    for line in body.replace(b"\r", b"\n").split(b"\n"):
        if line.startswith(b"data:") and any(name in line for name in _REASONS):
            yield line[5:]
