"""How a connection to an origin is opened: DNS, the fastest address, TLS, and a proxy where there is one."""

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from seatrial.core.errors import Mistake
from seatrial.gateway.upstream.addresses import Addresses, LookUp, look_up
from seatrial.gateway.upstream.connection import Connection
from seatrial.gateway.upstream.race import race
from seatrial.gateway.upstream.reply import UpstreamError
from seatrial.gateway.upstream.tls import client_context
from seatrial.gateway.upstream.tunnel import Tunnel
from seatrial.targets.proxy import Proxy

Make = Callable[[], Connection]
_PORTS: Final = {"http": 80, "https": 443}


class Opener:
    """Opens connections to one origin.

    Args:
        origin: `https://host:port`; anything behind is ignored.
        tls: For `https`; None takes the machine's authorities.
        proxy: Where connections go through.
        resolver: Who knows where hosts are.

    Attributes:
        prefix: What stands before the path in a request: the origin, where a proxy is asked for plain HTTP.
        lines: Header lines for the proxy of plain HTTP, each with its end.
        authority: The host as requests name it, with its port where the address has one.

    Raises:
        Mistake: The host is no name, or the proxy is one that is not spoken to.
    """

    def __init__(
        self,
        origin: str,
        *,
        tls: ssl.SSLContext | None = None,
        proxy: Proxy | None = None,
        resolver: LookUp = look_up,
    ) -> None:
        parts = urlsplit(origin)
        self._host, self._port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        self.authority = _authority(self._host, parts.port)
        self._tls = (tls or client_context()) if parts.scheme == "https" else None
        self.prefix = self.lines = self._to_proxy = b""
        place = parts
        self._tunnelled = proxy is not None and self._tls is not None
        if proxy is not None:
            place = urlsplit(proxy.url)
            if place.scheme != "http":
                raise Mistake("the environment names an https:// proxy; the gateway goes through http:// proxies only")
            self._to_proxy = "".join(f"{name}: {value}\r\n" for name, value in proxy.headers.items()).encode("latin-1")
            if self._tls is None:
                self.prefix, self.lines = b"http://" + self.authority, self._to_proxy
        port = place.port or _PORTS[place.scheme]
        self._addresses, self._first_port = Addresses(place.hostname or "", port, resolver=resolver), port

    async def open(self, make: Make, seconds: float) -> Connection:
        """A new connection.

        Raises:
            UpstreamError: There was none in time, or TLS failed.
        """
        try:
            async with asyncio.timeout(seconds):
                found = await self._addresses.now()
                attempts = [_Attempt(self, address, make) for address in found]
                made = await race([attempt.run for attempt in attempts], Connection.abort)
        except TimeoutError:
            raise UpstreamError("timeout", f"no connection within {seconds:g} s", sent=False) from None
        except ssl.SSLError as error:
            raise UpstreamError("tls_error", _tls_reason(error), sent=False) from None
        except OSError as error:
            raise UpstreamError(*self._what(error), sent=False) from None
        line = made.transport.get_extra_info("socket") if made.transport is not None else None
        if line is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return made

    async def aclose(self) -> None:
        """Stop looking for addresses."""
        await self._addresses.aclose()

    async def direct(self, address: str, connection: Connection) -> None:
        """Connect to an address of the origin, or of the proxy for plain HTTP."""
        host = self._host if self._tls is not None else None
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: connection, address, self._first_port, ssl=self._tls, server_hostname=host)

    async def through(self, address: str, connection: Connection) -> None:
        """Connect to an address of the proxy, ask for a way through, and agree on TLS with the origin."""
        loop = asyncio.get_running_loop()
        transport, tunnel = await loop.create_connection(Tunnel, address, self._first_port)
        secured: Any = None
        try:
            await tunnel.ask(_authority(self._host, self._port), self._to_proxy)
            assert self._tls is not None  # noqa: S101  only then there is a tunnel
            secured = await loop.start_tls(transport, connection, self._tls, server_hostname=self._host)
        finally:
            if secured is None:
                transport.abort()
        connection.connection_made(secured)

    def _what(self, error: OSError) -> tuple[str, str]:
        """Kind and sentence: a connection that ends while TLS is agreed on is a failure of TLS."""
        ended = isinstance(error, ConnectionResetError | ConnectionAbortedError | BrokenPipeError)
        if self._tls is not None and ended:
            return "tls_error", "TLS: the connection was closed before it was agreed on"
        if error.errno in (errno.EMFILE, errno.ENFILE):
            return "refused_connection", "no connection: this process has too many files open"
        reason = os.strerror(error.errno) if error.errno else type(error).__name__  # asyncio's own names addresses
        return "refused_connection", f"no connection: {reason.lower()}"


class _Attempt:
    """One address, tried."""

    def __init__(self, opener: Opener, address: str, make: Make) -> None:
        self._opener, self._address, self._make = opener, address, make

    async def run(self) -> Connection:
        """The connection; where it fails, nothing of it stays open."""
        connection, opener = self._make(), self._opener
        way = opener.through if opener._tunnelled else opener.direct
        try:
            await way(self._address, connection)
        except BaseException:
            connection.abort()
            raise
        return connection


def _authority(host: str, port: int | None) -> bytes:
    """Host and port as they stand in a request: names in their ASCII form (RFC 3490), IPv6 in brackets."""
    try:
        name = b"[%b]" % host.encode() if ":" in host else host.encode("idna")
    except UnicodeError:
        raise Mistake(f"{host[:80]!r} is no name of a host") from None
    return name if port is None else name + b":%d" % port


def _tls_reason(error: ssl.SSLError) -> str:
    """What OpenSSL says: `certificate has expired`, `wrong version number`, ..."""
    told = getattr(error, "verify_message", None) or error.reason or "it failed"
    return f"TLS: {str(told).replace('_', ' ').lower()}"
