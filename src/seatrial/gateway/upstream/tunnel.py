"""The way through an HTTP proxy to an upstream with TLS: `CONNECT` (RFC 9110, section 9.3.6)."""

import asyncio
from typing import Any, Final

from seatrial.gateway.upstream.reply import UpstreamError

MOST_HEAD: Final = 16 * 1024


class Tunnel(asyncio.Protocol):
    """Asks a proxy for a way and reads its answer; then the transport is handed on."""

    def __init__(self) -> None:
        self.transport: Any = None
        self._received = b""
        self._open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def ask(self, place: bytes, headers: bytes) -> None:
        """Ask for the way.

        Args:
            place: To where: host and port.
            headers: Lines for the proxy, each with its end.

        Raises:
            UpstreamError: The proxy refused.
        """
        self.transport.write(b"CONNECT %b HTTP/1.1\r\nhost: %b\r\n%b\r\n" % (place, place, headers))
        await self._open

    def connection_made(self, transport: Any) -> None:
        """The proxy is there."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Its answer comes in."""
        self._received += data
        head, end, behind = self._received.partition(b"\r\n\r\n")
        if not end and len(head) <= MOST_HEAD:
            return
        first = head.split(b"\r\n", 1)[0].split(b" ")
        status = first[1].decode("latin-1") if len(first) > 1 and first[0].startswith(b"HTTP/1.") else ""
        if not end or behind or len(status) != 3 or not status.isdigit():
            self._refused("the proxy answered with something that is no HTTP")
        elif status[0] == "2":
            self._done()
        else:
            what = " (it wants a user and a password)" if status == "407" else ""
            self._refused(f"the proxy refused with status {status}{what}")

    def connection_lost(self, exc: Exception | None) -> None:
        """The proxy has gone."""
        self._refused("the proxy closed the connection")

    def _done(self) -> None:
        if not self._open.done():
            self._open.set_result(None)

    def _refused(self, what: str) -> None:
        if not self._open.done():
            self._open.set_exception(UpstreamError("refused_connection", what, sent=False))
