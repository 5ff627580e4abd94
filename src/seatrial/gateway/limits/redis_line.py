"""One connection to Redis for all requests of a process: each is written as it comes, replies come in the same order.

Own because it is on the way of every request: the usual client takes ten times as much processor time for a command.
Source: the Redis serialization protocol, RESP2 (Redis documentation, "Redis serialization protocol specification").
"""

import asyncio
import ssl
from collections import deque
from typing import Any, Final, NamedTuple, cast
from urllib.parse import unquote, urlsplit

from seatrial.core.errors import Mistake
from seatrial.targets.secret import Secret

PORT: Final = 6379
EXPECTED: Final = "an address such as redis://:password@host:6379/0, rediss://host or unix:///path is expected"


class RedisRefused(Exception):
    """Redis answered with an error; its first word says which (`NOSCRIPT`, `NOAUTH`, `OOM`, ...)."""


class Where(NamedTuple):
    """Where a Redis is, and how one gets in."""

    host: str
    port: int
    path: str | None
    tls: bool
    user: str
    password: str
    database: str


def read_address(url: Secret) -> Where:
    """`redis://user:password@host:6379/0`, `rediss://...` for TLS, `unix:///path`.

    Raises:
        Mistake: It is none; what was written is not shown.
    """
    try:
        parts = urlsplit(url.reveal())
        port = parts.port or PORT
    except ValueError:
        raise Mistake(EXPECTED, key="gateway.redis") from None
    database = parts.path.strip("/") or "0"
    socket = parts.path if parts.scheme == "unix" else None
    if parts.scheme not in ("redis", "rediss", "unix") or not (parts.hostname or socket):
        raise Mistake(EXPECTED, key="gateway.redis")
    if socket is None and not database.isdigit():
        raise Mistake(EXPECTED, key="gateway.redis")
    return Where(
        parts.hostname or "",
        port,
        socket,
        parts.scheme == "rediss",
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        "0" if socket else database,
    )


class RedisLine(asyncio.Protocol):
    """An open connection.

    Attributes:
        open: Whether it still is.
    """

    def __init__(self) -> None:
        self.open = False
        self._transport: asyncio.Transport | None = None
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._data = bytearray()

    @classmethod
    async def to(cls, where: Where) -> "RedisLine":
        """Connect and get in.

        Raises:
            OSError: It cannot be reached.
            RedisRefused: It does not let this process in.
        """
        loop = asyncio.get_running_loop()
        if where.path is not None:
            _, line = await loop.create_unix_connection(cls, where.path)
        else:
            tls = ssl.create_default_context() if where.tls else None
            _, line = await loop.create_connection(cls, where.host, where.port, ssl=tls)
        try:
            if where.password:
                await line.ask("AUTH", *((where.user,) if where.user else ()), where.password)
            if where.database != "0":
                await line.ask("SELECT", where.database)
        except BaseException:
            line.close()
            raise
        return line

    def ask(self, *words: "str | int") -> "asyncio.Future[Any]":
        """Send a command; its reply is a text, a number, None or a list of these.

        Raises:
            ConnectionError: By what is given: it broke off before there was a reply.
            RedisRefused: By what is given: the reply is an error.
        """
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if self._transport is None or not self.open:
            future.set_exception(ConnectionError("the connection is closed"))
            return future
        parts = [b"*%d\r\n" % len(words)]
        for word in words:
            data = word.encode() if isinstance(word, str) else b"%d" % word
            parts.append(b"$%d\r\n%b\r\n" % (len(data), data))
        self._waiting.append(future)
        self._transport.write(b"".join(parts))
        return future

    def close(self) -> None:
        """Break it off; whoever waits is told."""
        if self._transport is not None:
            self._transport.abort()
        self._lost()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is there."""
        self._transport, self.open = cast("asyncio.Transport", transport), True  # uvloop's are no subclass of it

    def data_received(self, data: bytes) -> None:
        """Hand replies to whoever waits for them."""
        self._data += data
        place = 0
        try:
            while (found := _read(self._data, place)) is not None:
                value, place = found
                future = self._waiting.popleft()
                if future.done():  # whoever asked is gone
                    continue
                if isinstance(value, RedisRefused):
                    future.set_exception(value)
                else:
                    future.set_result(value)
        except (ValueError, IndexError, RecursionError):  # it is no Redis
            self.close()
        if place:
            del self._data[:place]

    def connection_lost(self, exc: Exception | None) -> None:
        """It broke off."""
        self._lost()

    def _lost(self) -> None:
        self.open = False
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(ConnectionError("the connection broke off"))


def _read(data: bytearray, place: int) -> tuple[Any, int] | None:
    """A reply and where the next begins; None where it is not whole yet."""
    end = data.find(b"\r\n", place)
    if end < 0:
        return None
    kind, rest, place = data[place], bytes(data[place + 1 : end]), end + 2
    if kind == 0x2B:  # +
        return rest.decode(), place
    if kind == 0x2D:  # -
        return RedisRefused(rest.decode()), place
    if kind == 0x3A:  # :
        return int(rest), place
    if kind == 0x24:  # $
        return _bulk(data, place, int(rest))
    if kind != 0x2A:  # *
        raise ValueError(kind)
    values = []
    for _ in range(int(rest)):
        found = _read(data, place)
        if found is None:
            return None
        values.append(found[0])
        place = found[1]
    return values, place


def _bulk(data: bytearray, place: int, size: int) -> tuple[str | None, int] | None:
    if size < 0:
        return None, place
    if len(data) < place + size + 2:
        return None
    return data[place : place + size].decode(), place + size + 2
