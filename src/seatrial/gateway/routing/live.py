"""A deployment while it is in use: its connections, its health, what it has in flight, how fast and how full it is."""

import time
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlsplit

import msgspec

from seatrial.gateway.config import Deployment
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.routing.headroom import Headroom, told
from seatrial.gateway.routing.health import Health
from seatrial.gateway.routing.places import Places
from seatrial.gateway.upstream.patience import Patience
from seatrial.gateway.upstream.pool import Pool
from seatrial.gateway.upstream.reply import Reply
from seatrial.gateway.wire.parcel import Parcel

SMOOTH: Final = 0.2
"""Weight of the newest latency in the moving average."""
FORGOTTEN: Final = 30.0
"""Seconds after which a latency that was not measured again says nothing more: the deployment may have got better."""

SELDOM: Final = 0.05
PLENTY: Final = 0.3
"""Rate-limit headers are read each `SELDOM` seconds while more than this share is left, else of each reply."""


class Spent(msgspec.Struct):
    """Running sums of where time went at a deployment, in seconds; `first` is from sending to the first byte."""

    requests: int = 0
    queue: float = 0.0
    first: float = 0.0
    generation: float = 0.0
    output_tokens: int = 0


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment at one moment, for people; latency in seconds, `room` from 0 to 1."""

    deployment: str
    state: str
    alarm: str | None
    wait: float
    in_flight: int
    waiting: int
    latency: float | None
    room: float
    connections: int
    idle: int


class Live:
    """One deployment in use.

    Args:
        deployment: What is configured.
        pool: Connections to its origin; deployments of one origin may share it.
        clock: Seconds that only go up.

    Attributes:
        spent: Where time went.
    """

    __slots__ = (
        *("_clock", "_head_end", "_latency", "_learns_at", "_measured", "_prefix", "_query"),
        *("deployment", "health", "places", "pool", "requests", "spent", "tokens"),
    )

    def __init__(self, deployment: Deployment, pool: Pool, clock: Callable[[], float] = time.monotonic) -> None:
        self.deployment, self.pool, self._clock = deployment, pool, clock
        self.health = Health(clock)
        self.requests = Headroom("requests", clock, deployment.rpm)
        self.tokens = Headroom("tokens", clock, deployment.tpm)
        self.places = Places(deployment.most, deployment.queue)
        self.spent = Spent()
        self._latency: float | None = None
        self._measured = self._learns_at = 0.0
        parts = urlsplit(deployment.url)
        path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~")
        self._prefix = pool.opener.prefix + path.encode()
        self._query = quote(parts.query, safe="/?%:@!$&'()*+,;=~").encode()
        self._head_end = b"host: %b\r\n%b%b" % (pool.opener.authority, pool.opener.lines, _head_end(deployment))

    @property
    def busy(self) -> int:
        """How many requests it has in flight."""
        return self.places.taken

    @property
    def full(self) -> bool:
        """Whether it has as much in flight and waiting as it may."""
        return self.places.full

    @property
    def room(self) -> float:
        """What it still allows, from 0 to 1: the scarcer of requests and tokens."""
        return min(self.requests.share(), self.tokens.share())

    @property
    def latency(self) -> float | None:
        """Seconds to the first byte, of late; None when nothing is known, or it is too old to say anything."""
        if self._latency is None or self._clock() - self._measured > FORGOTTEN:
            return None
        return self._latency

    async def send(self, parcel: Parcel, patience: Patience) -> Reply:
        """Send a request to which a place was given; `done` gives it back, also when this fails.

        Args:
            parcel: The request.
            patience: How long to wait.

        Raises:
            UpstreamError: There was no reply, or a good one broke off before its first byte.
        """
        path, lines, body, method = parcel
        if self._query:
            path += (b"&" if b"?" in path else b"?") + self._query
        head = b"%b %b%b HTTP/1.1\r\n%b%bcontent-length: %d\r\n\r\n" % (
            *(method, self._prefix, path, self._head_end),
            *(lines, len(body)),
        )
        self.requests.take(1)
        reply = await self.pool.send((head, body), patience)
        now = self._clock()
        if now >= self._learns_at:
            self._learn(reply, now)
        if reply.status < 300:
            try:
                await reply.begun()
            except BaseException:
                reply.abort()
                raise
        return reply

    def _learn(self, reply: Reply, now: float) -> None:
        """Read what it says of its limits: seldom while there is much left, for it costs as much as all of routing."""
        limits = told(reply.headers)
        if limits is not None:
            self.requests.learn(limits)
            self.tokens.learn(limits)
        self._learns_at = now + (SELDOM if self.room > PLENTY else 0.0)

    def done(self, latency: float | None = None) -> None:
        """A request is over, after so many seconds to its first byte where it was answered."""
        if latency is not None:
            known, self._measured = self.latency, self._clock()
            self._latency = latency if known is None else known + SMOOTH * (latency - known)
        self.places.leave()

    def standing(self) -> Standing:
        """How it is now."""
        return Standing(
            deployment=self.deployment.name,
            state=self.health.state,
            alarm=self.health.alarm,
            wait=self.health.wait(),
            in_flight=self.places.taken,
            waiting=self.places.waiting,
            latency=self.latency,
            room=self.room,
            connections=self.pool.open,
            idle=self.pool.idle,
        )


class Answered:
    """A reply of a deployment, to be relayed; whoever relays it says `done` once.

    Attributes:
        live: The deployment.
        reply: Its reply.
        sent: UTC nanoseconds when the request was sent.
        trial: Whether it was the one request that tries a deployment that had failed.
        estimate: Tokens that were counted against the deployment's limit.
        body: Set where it was read already (an error's); then all is done.
        again: Whether there is any use in asking the same deployment once more.
        leave: Called when it is over.
    """

    __slots__ = ("again", "body", "estimate", "leave", "live", "reply", "sent", "trial")

    def __init__(self, live: Live, reply: Reply, sent: int, trial: bool, estimate: int) -> None:
        self.live, self.reply, self.sent, self.trial, self.estimate = live, reply, sent, trial, estimate
        self.body: bytes | None = None
        self.again = True
        self.leave: Callable[[], None] | None = None

    def broke(self) -> None:
        """It broke off while it was relayed."""
        self.live.health.failed()

    def done(self, exchange: Exchange | None = None) -> None:
        """It is over, whole or not; what is known of it goes into the figures of the deployment."""
        live, latency = self.live, None
        if exchange is not None:
            usage, first, spent = exchange.usage, exchange.first, live.spent
            if usage is not None:
                live.tokens.take(usage.input + usage.output - self.estimate)
            if first is not None and exchange.failure is None:
                latency = max(0, first - self.sent) / 1e9
                spent.requests += 1
                spent.first += latency
                spent.generation += max(0, time.time_ns() - first) / 1e9
                spent.output_tokens += usage.output if usage is not None else 0
        live.done(latency)
        leave, self.leave = self.leave, None
        if leave is not None:
            leave()

    def drop(self) -> None:
        """It is not wanted: another answered first."""
        if self.body is None:
            self.reply.abort()
            self.live.health.gave_up(self.trial)
            self.done()


def _head_end(deployment: Deployment) -> bytes:
    """The header lines that are the same for each request."""
    lines = ["accept-encoding: identity"]
    if deployment.key is not None:
        key = deployment.key.reveal()
        lines.append(f"authorization: Bearer {key}" if deployment.dialect == "openai" else f"x-api-key: {key}")
    if deployment.dialect == "anthropic":
        lines.append("anthropic-version: 2023-06-01")
    lines += [f"{name.lower()}: {value}" for name, value in deployment.headers]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")
