"""Which headers go on: the client's to the provider, the provider's to the client.

Source: RFC 9110, section 7.6.1 (connection-specific fields), and what OpenAI's and Anthropic's clients send and read.
"""

from typing import Final

HOP: Final = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer"}
    | {b"transfer-encoding", b"upgrade", b"proxy-connection"}
)
OURS: Final = frozenset(
    {b"host", b"content-length", b"content-type", b"authorization", b"x-api-key", b"accept-encoding"}
)
"""Of the client's: the gateway writes its own."""
DROPPED: Final = frozenset(
    {b"cookie", b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"expect"}
    | {b"anthropic-version", b"content-encoding", b"origin", b"referer"}
)
"""Of the client's: they are about the client, and none of the provider's business."""
_NOT_ON: Final = HOP | OURS | DROPPED
_NOT_BACK: Final = HOP | {
    b"content-length",
    b"server",
    b"date",
    b"set-cookie",
    b"alt-svc",
    b"strict-transport-security",
}


def onward(headers: list[tuple[bytes, bytes]]) -> bytes:
    """The client's headers as lines for the provider; the HTTP parser has refused line breaks in them."""
    return b"".join(
        b"%b: %b\r\n" % (name, value)
        for name, value in headers
        if name not in _NOT_ON and not name.startswith((b"x-seatrial-", b"sec-"))
    )


def back(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The provider's headers for the client; the length is written anew where it is known."""
    return [(name, value) for name, value in headers if name not in _NOT_BACK]
