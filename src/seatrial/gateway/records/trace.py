"""W3C trace context: a request that is part of a trace stays part of it behind the gateway.

Source: W3C Recommendation "Trace Context" (version 00 of `traceparent`).
"""

import os
import re
from typing import Final

from seatrial.gateway.exchange import Exchange

_PARENT: Final = re.compile(rb"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_ZEROS: Final = (b"0" * 32, b"0" * 16)


def trace_line(exchange: Exchange, *, begin: bool = False) -> bytes:
    """The header line `traceparent` for the provider, with the gateway as the new parent; empty where there is none.

    The tags `trace` (the whole), `parent` (the client's part) and `span` (the gateway's own part) are set.

    Args:
        exchange: Whose client may have sent a `traceparent`.
        begin: Whether a trace begins here where the client sent none, or one that is malformed.
    """
    told = exchange.header(b"traceparent")
    found = None if told is None else _PARENT.fullmatch(told.strip())
    good = found is not None and found[2] != _ZEROS[0] and found[3] != _ZEROS[1]
    if found is not None and (found[1] == b"00") and found[5]:
        good = False
    if not good and not begin:
        return b""
    span = os.urandom(8).hex()
    tags = exchange.tags
    if good and found is not None:
        trace, flags = found[2].decode(), found[4].decode()
        tags["parent"] = found[3].decode()
    else:
        trace, flags = exchange.id.replace("-", ""), "01"
    tags["trace"], tags["span"] = trace, span
    return f"traceparent: 00-{trace}-{span}-{flags}\r\n".encode()
