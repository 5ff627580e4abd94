"""A deployment while it is in use: its connections, its health, what it has in flight, how fast and how full it is."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from urllib.parse import urlsplit

from seatrial.gateway.config import Deployment
from seatrial.gateway.routing.headroom import Headroom
from seatrial.gateway.routing.health import Health
from seatrial.gateway.upstream.connection import Patience
from seatrial.gateway.upstream.pool import Pool
from seatrial.gateway.upstream.reply import Reply, UpstreamError

SMOOTH = 0.1
"""Weight of the newest latency in the moving average."""


class Live:
    """One deployment in use.

    Args:
        deployment: What is configured.
        pool: Connections to its origin; deployments of one origin may share it.
        clock: Seconds that only go up.
    """

    __slots__ = (
        "_head_end",
        "_prefix",
        "_waiting",
        "busy",
        "deployment",
        "health",
        "latency",
        "pool",
        "requests",
        "tokens",
    )

    def __init__(self, deployment: Deployment, pool: Pool, clock: Callable[[], float] = time.monotonic) -> None:
        self.deployment, self.pool = deployment, pool
        self.health = Health(clock)
        self.requests, self.tokens = Headroom("requests", clock), Headroom("tokens", clock)
        self.latency: float | None = None
        self.busy = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        parts = urlsplit(deployment.url)
        self._prefix = parts.path.rstrip("/").encode()
        self._head_end = _head_end(deployment, parts.netloc)

    @property
    def room(self) -> float:
        """What it still allows, from 0 to 1: the scarcer of requests and tokens."""
        return min(self.requests.share(), self.tokens.share())

    @property
    def full(self) -> bool:
        """Whether it has as much in flight and waiting as it may."""
        most = self.deployment.most
        return most is not None and self.busy >= most and len(self._waiting) >= self.deployment.queue

    async def send(self, path: bytes, body: bytes, extra: bytes, patience: Patience) -> Reply:
        """Send a request; whoever calls says `done` when the reply is over.

        Args:
            path: Behind the base: `/chat/completions`.
            body: The bytes of the body.
            extra: Further header lines, each with its end.
            patience: How long to wait.

        Raises:
            UpstreamError: There was no reply.
        """
        await self._enter(patience.first_byte)
        self.health.began()
        self.requests.take(1)
        head = b"POST %b%b HTTP/1.1\r\n%b%bcontent-length: %d\r\n\r\n" % (
            *(self._prefix, path, self._head_end),
            *(extra, len(body)),
        )
        try:
            reply = await self.pool.send((head, body), patience)
        except UpstreamError:
            self.health.failed()
            self.done()
            raise
        except asyncio.CancelledError:
            self.health.gave_up()
            self.done()
            raise
        self.requests.learn(reply.headers)
        self.tokens.learn(reply.headers)
        return reply

    def done(self, latency: float | None = None) -> None:
        """A request is over, after so many seconds to its first byte where it was answered."""
        if latency is not None:
            self.latency = latency if self.latency is None else self.latency + SMOOTH * (latency - self.latency)
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)  # the place is handed on: `busy` stays
                return
        self.busy -= 1

    async def _enter(self, patience: float) -> None:
        """Take a place among those in flight, first come first served."""
        most = self.deployment.most
        if most is None or (self.busy < most and not self._waiting):
            self.busy += 1
            return
        if len(self._waiting) >= self.deployment.queue:
            raise UpstreamError("rate_limited", f"{self.deployment.name} has all it may have in flight", sent=False)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout(patience):
                await place
        except (TimeoutError, asyncio.CancelledError) as ended:
            if place.done() and not place.cancelled():
                self.done()
            else:
                self._waiting.remove(place)
            if isinstance(ended, TimeoutError):
                raise UpstreamError("timeout", f"no place at {self.deployment.name} in time", sent=False) from None
            raise


def _head_end(deployment: Deployment, netloc: str) -> bytes:
    """The header lines that are the same for each request."""
    lines = [f"host: {netloc.rpartition('@')[2]}", "content-type: application/json", "accept-encoding: identity"]
    if deployment.key is not None:
        key = deployment.key.reveal()
        lines.append(f"authorization: Bearer {key}" if deployment.dialect == "openai" else f"x-api-key: {key}")
    if deployment.dialect == "anthropic":
        lines.append("anthropic-version: 2023-06-01")
    lines += [f"{name.lower()}: {value}" for name, value in deployment.headers]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")
