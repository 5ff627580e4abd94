"""Which headers go on: the client's to the provider, the provider's to the client.

Source: RFC 9110, section 7.6.1 (connection-specific fields), and what OpenAI's and Anthropic's clients send and read.
"""

from functools import lru_cache
from typing import Final

from seatrial.gateway.asgi import Headers
from seatrial.gateway.config import Dialect

HOP: Final = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer"}
    | {b"transfer-encoding", b"upgrade", b"proxy-connection"}
)
OURS: Final = frozenset(
    {b"host", b"content-length", b"content-type", b"authorization", b"x-api-key", b"api-key", b"accept-encoding"}
    | {b"openai-organization", b"openai-project", b"anthropic-version"}
)
"""Of the client's: the gateway writes its own, or they belong to the client's own key."""
DROPPED: Final = frozenset(
    {b"cookie", b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"expect"}
    | {b"content-encoding", b"origin", b"referer", b"traceparent"}
)
"""Of the client's: they are about the client, and none of the provider's business; a trace goes on by a new part."""
_NOT_ON: Final = HOP | OURS | DROPPED
_OWN: Final = (b"x-seatrial-", b"sec-")
_NOT_BACK: Final = HOP | {
    b"content-length",
    b"content-encoding",  # undone where there was any
    b"server",
    b"date",
    b"set-cookie",
    b"alt-svc",
    b"strict-transport-security",
}
_OF: Final = {"openai": b"openai-", "anthropic": b"anthropic-"}
_REQUEST_IDS: Final = {"openai": b"x-request-id", "anthropic": b"request-id"}
"""Where official clients look for the id of a request."""
CONTENT_TYPE: Final = b"content-type: application/json\r\n"


def onward(headers: Headers, kind: bytes = CONTENT_TYPE) -> bytes:
    """The client's headers as lines for the provider; the HTTP parser has refused line breaks in them.

    Args:
        headers: The client's.
        kind: The line of the content type, if there is any.
    """
    if named := _named(headers):
        headers = [pair for pair in headers if pair[0] not in named]
    lines = b"\r\n".join([b": ".join(pair) for pair in headers if _goes_on(pair[0])])
    return kind + lines + b"\r\n" if lines else kind


@lru_cache(1024)
def _goes_on(name: bytes) -> bool:
    """Clients send the same names again and again."""
    return name not in _NOT_ON and not name.startswith(_OWN)


def without(lines: bytes, dialect: Dialect) -> bytes:
    """The header lines without those that only this dialect knows."""
    return b"".join(line for line in lines.splitlines(keepends=True) if not line.startswith(_OF[dialect]))


def back(headers: Headers, *, limits: bool = True) -> Headers:
    """The provider's headers for the client; the length is written anew where it is known.

    Args:
        headers: The provider's.
        limits: Whether what they say of rate limits is for the client: not where the gateway has its own.
    """
    named = _named(headers)
    dropped = (b"x-seatrial-",) if limits else (b"x-seatrial-", b"x-ratelimit-", b"anthropic-ratelimit-")
    return [
        (name, value)
        for name, value in headers
        if name not in _NOT_BACK and not name.startswith(dropped) and name not in named
    ]


def request_id(headers: Headers) -> bytes | None:
    """The provider's id of the request."""
    found = None
    for name, value in headers:
        if name == b"x-request-id":
            return value
        if name == b"request-id":
            found = value
    return found


def in_dialect(headers: Headers, dialect: Dialect) -> Headers:
    """Headers of a provider of the other dialect, with the request's id where the client looks for it."""
    name, value = _REQUEST_IDS[dialect], request_id(headers)
    if value is None or any(each == name for each, _ in headers):
        return headers
    return [*headers, (name, value)]


def _named(headers: Headers) -> tuple[bytes, ...]:
    """The fields that `connection` names: they are for the next hop alone."""
    for name, value in headers:
        if name == b"connection" and value.lower() not in (b"keep-alive", b"close"):
            return tuple(each.strip() for each in value.lower().split(b","))
    return ()
