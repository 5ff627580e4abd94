"""Connections to one origin: made when needed, kept for the next request, closed when idle for long."""

import asyncio
import ssl
import time
from collections.abc import Callable
from typing import Final

from seatrial.gateway.upstream.connection import Connection
from seatrial.gateway.upstream.opening import Opener
from seatrial.gateway.upstream.patience import Patience
from seatrial.gateway.upstream.reply import Reply, UpstreamError
from seatrial.targets.proxy import Proxy

IDLE: Final = 55.0
"""Seconds that an idle connection is trusted: many servers and load balancers close after 60."""
STALE: Final = 1.0
"""A kept connection that is lost sooner after a request was sent was closed while it was idle."""


class Pool:
    """All connections to one origin.

    Args:
        origin: `https://host:port`; anything behind is ignored.
        tls: For `https`; None takes the machine's authorities.
        proxy: Where connections go through.
        most: How many connections there may be.
        clock: Seconds that only go up.

    Attributes:
        opener: How connections are made.
        made: How many were made, ever.
        connecting: Seconds that were spent on making them, in all.
    """

    __slots__ = ("_all", "_clock", "_closing", "_idle", "_most", "_opening", "_sweeper", "connecting", "made", "opener")

    def __init__(
        self,
        origin: str,
        *,
        tls: ssl.SSLContext | None = None,
        proxy: Proxy | None = None,
        most: int = 4096,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.opener = Opener(origin, tls=tls, proxy=proxy)
        self._most, self._clock = most, clock
        self._idle: dict[Connection, float] = {}
        """With the time until which each is trusted; the one that was used last is the last."""
        self._all: set[Connection] = set()
        self._opening = self.made = 0
        self.connecting = 0.0
        self._sweeper: asyncio.TimerHandle | None = None
        self._closing = False

    @property
    def open(self) -> int:
        """How many connections there are."""
        return len(self._all)

    @property
    def idle(self) -> int:
        """How many of them wait for a request."""
        return len(self._idle)

    async def send(self, request: tuple[bytes, ...], patience: Patience) -> Reply:
        """Send a request on an idle connection, or a new one.

        A kept connection that the other side closes before it answers with a single byte was closed while it was idle:
        the request goes out once more, on a new one.

        Raises:
            UpstreamError: No connection, no answer in time, or a malformed one.
        """
        kept = self._kept()
        if kept is not None:
            began = self._clock()
            try:
                return await kept.ask(request, patience)
            except UpstreamError as error:
                if error.kind != "connection_lost" or error.sent or self._clock() - began > STALE:
                    raise
        return await (await self._connect(patience)).ask(request, patience)

    async def warm(self, connections: int, patience: Patience) -> None:
        """Open connections ahead of traffic; failures show when requests come."""
        wanted = range(min(connections, self._most) - self.open)
        made = await asyncio.gather(*(self._connect(patience) for _ in wanted), return_exceptions=True)
        for each in made:
            if isinstance(each, Connection):
                self._release(each)

    def retire(self) -> None:
        """Take no more part: idle connections are closed now, the others when their request is over."""
        self._closing = True
        self._sweep()

    async def aclose(self) -> None:
        """Close all connections."""
        self.retire()
        for each in list(self._all):
            each.abort()
        await self.opener.aclose()
        await asyncio.sleep(0)

    def _kept(self) -> Connection | None:
        """The idle connection that was used last: the others may grow old and go."""
        while self._idle:
            connection, until = self._idle.popitem()
            if connection.alive and until > self._clock():
                return connection
            connection.close()
        return None

    async def _connect(self, patience: Patience) -> Connection:
        if self.open + self._opening >= self._most:
            what = f"all {self._most} connections that there may be are in use"
            raise UpstreamError("refused_connection", what, sent=False)
        began = self._clock()
        self._opening += 1
        try:
            connection = await self.opener.open(self._new, patience.connect)
        finally:
            self._opening -= 1
        self.made += 1
        self.connecting += self._clock() - began
        if connection.alive:
            self._all.add(connection)
        return connection

    def _new(self) -> Connection:
        return Connection(self._release, self._forget)

    def _release(self, connection: Connection) -> None:
        if self._closing:
            connection.close()
            return
        keep = IDLE if connection.keep is None else min(IDLE, connection.keep - 1.0)
        if keep <= 0:
            connection.close()
            return
        self._idle[connection] = self._clock() + keep
        if self._sweeper is None:
            self._sweeper = asyncio.get_running_loop().call_later(IDLE / 4, self._sweep)

    def _forget(self, connection: Connection) -> None:
        self._all.discard(connection)
        self._idle.pop(connection, None)

    def _sweep(self) -> None:
        """Close what has been idle for long; look again while anything is."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        now = self._clock()
        for connection in [each for each, until in self._idle.items() if until <= now or self._closing]:
            del self._idle[connection]
            connection.close()
        if self._idle:
            self._sweeper = asyncio.get_running_loop().call_later(IDLE / 4, self._sweep)
