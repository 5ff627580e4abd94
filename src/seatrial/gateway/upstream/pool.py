"""Connections to one origin: made when needed, kept for the next request, closed when idle for long."""

import asyncio
import socket
import ssl
import time
from collections import deque
from urllib.parse import urlsplit

from seatrial.gateway.upstream.connection import Connection, Patience
from seatrial.gateway.upstream.reply import Reply, UpstreamError

IDLE = 55.0
"""Seconds that an idle connection is trusted: many servers and load balancers close after 60."""


class Pool:
    """All connections to one origin.

    Args:
        origin: `https://host:port`; anything behind is ignored.
        tls: For `https`; None takes the machine's authorities.
        idle: How many idle connections are kept.
    """

    def __init__(self, origin: str, *, tls: ssl.SSLContext | None = None, idle: int = 1000) -> None:
        parts = urlsplit(origin)
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._secure else 80)
        self._tls = (tls or ssl.create_default_context()) if self._secure else None
        self._most, self._open = idle, 0
        self._idle: deque[tuple[float, Connection]] = deque()
        self._all: set[Connection] = set()

    @property
    def open(self) -> int:
        """How many connections there are."""
        return len(self._all)

    async def send(self, request: tuple[bytes, ...], patience: Patience) -> Reply:
        """Send a request on an idle connection, or a new one.

        A kept connection that the other side closes before it answers with a single byte was closed while it was idle:
        the request goes out once more, on a new one.

        Raises:
            UpstreamError: No connection, no answer in time, or a malformed one.
        """
        kept = self._kept()
        if kept is not None:
            try:
                return await kept.ask(request, patience)
            except UpstreamError as error:
                if error.kind != "connection_lost" or error.sent:
                    raise
        return await (await self._connect(patience)).ask(request, patience)

    async def warm(self, connections: int, patience: Patience) -> None:
        """Open connections ahead of traffic; failures show when requests come."""
        made = await asyncio.gather(*(self._connect(patience) for _ in range(connections)), return_exceptions=True)
        for each in made:
            if isinstance(each, Connection):
                self._release(each)

    async def aclose(self) -> None:
        """Close all connections."""
        for each in list(self._all):
            each.abort()
        self._idle.clear()
        await asyncio.sleep(0)

    def _kept(self) -> Connection | None:
        """The idle connection that was used last: the others may grow old and go."""
        old = time.monotonic() - IDLE
        while self._idle and self._idle[0][0] < old:
            self._idle.popleft()[1].close()
        while self._idle:
            connection = self._idle.pop()[1]
            if connection.alive:
                return connection
        return None

    async def _connect(self, patience: Patience) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(patience.connect):
                _, made = await loop.create_connection(
                    lambda: Connection(self._release, self._forget),
                    self._host,
                    self._port,
                    ssl=self._tls,
                )
        except TimeoutError:
            raise UpstreamError("timeout", f"no connection within {patience.connect:g} s", sent=False) from None
        except ssl.SSLError as error:
            raise UpstreamError("tls_error", f"TLS: {error.reason or error}", sent=False) from None
        except OSError as error:
            raise UpstreamError("refused_connection", f"no connection: {_reason(error)}", sent=False) from None
        self._all.add(made)
        return made

    def _release(self, connection: Connection) -> None:
        if len(self._idle) >= self._most:
            connection.close()
        else:
            self._idle.append((time.monotonic(), connection))

    def _forget(self, connection: Connection) -> None:
        self._all.discard(connection)


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "the host's name is not known"
    return (error.strerror or type(error).__name__).lower()
