"""W3C trace context: a request that is part of a trace stays part of it behind the gateway.

Source: W3C Recommendation "Trace Context" (version 00 of `traceparent`).
"""

import os
import re
from typing import Final

from seatrial.gateway.exchange import Exchange

_PARENT: Final = re.compile(rb"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


def trace_line(exchange: Exchange) -> bytes:
    """The header line `traceparent` for the provider, with the gateway as the new parent; empty where there is none.

    A trace begins here where the route says so and the client sent none, or one that is malformed. The tags `trace`
    (the whole), `parent` (the client's part) and `span` (the gateway's own part) are set.

    Args:
        exchange: Whose client may have sent a `traceparent`.
    """
    told = exchange.header(b"traceparent")
    found = None if told is None else _told(told)
    if found is not None:
        trace, parent, flags = found
        exchange.tags["parent"] = parent
    elif exchange.route is not None and exchange.route.trace:
        trace, flags = exchange.id.replace("-", ""), "01"
    else:
        return b""
    span = os.urandom(8).hex()
    exchange.tags["trace"], exchange.tags["span"] = trace, span
    return f"traceparent: 00-{trace}-{span}-{flags}\r\n".encode()


def _told(value: bytes) -> tuple[str, str, str] | None:
    """Trace, parent and flags; None where it is malformed. Later versions may have more behind them, version 00 not."""
    found = _PARENT.fullmatch(value.strip())
    if found is None or found[2] == b"0" * 32 or found[3] == b"0" * 16 or (found[1] == b"00" and found[5]):
        return None
    return found[2].decode(), found[3].decode(), found[4].decode()
