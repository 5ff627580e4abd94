"""What several processes count together: scripts that Redis runs as one step each, and what is done while it is gone.

A process is alive for as long as its own key in Redis is; it renews that key while it runs. What a process holds is
kept under its name, so that what a killed one held is let go of by the next request that would not fit otherwise.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, NamedTuple

from seatrial.core.errors import MissingExtra, Mistake
from seatrial.core.ids import new_id
from seatrial.targets.secret import Secret

ALIVE: Final = 15_000
"""Milliseconds that a process is believed to live without a sign."""
RENEWED: Final = 4.0
"""Seconds between its signs."""
PATIENCE: Final = 1.0
"""Seconds that Redis may take."""
PAUSE: Final = 1.0
"""Seconds that it is left alone after it was gone."""
CONNECTIONS: Final = 16
SPACE: Final = "{seatrial}:"
"""All keys begin with it: in a cluster they are on one node, as one script must reach them all."""


class Gone(Exception):
    """Redis cannot be asked now."""


class Failures(NamedTuple):
    """What a client raises when Redis is gone, when a connection was lost, and when it does not know a script."""

    all: tuple[type[Exception], ...]
    lost: tuple[type[Exception], ...]
    unknown: type[Exception]


class Shared:
    """A Redis that several processes share.

    Args:
        url: Where it is; it may hold a password and is never shown.
        gone: What to do while it cannot be asked: let requests pass (`open`) or refuse them (`closed`).
        say: Takes a line for whoever runs the server, when it goes and when it is back.

    Attributes:
        lost: How often it was found gone.

    Raises:
        Mistake: The address is none.
        MissingExtra: The package `redis` is not installed.
    """

    def __init__(self, url: Secret, gone: Literal["open", "closed"], say: Callable[[str], None]) -> None:
        self.gone, self._say = gone, say
        self.worker, self.lost = new_id(), 0
        self._redis, self._failures = _client(url)
        self._back_at = 0.0
        self._scripts: dict[str, str] = {}
        self._signs: asyncio.Task[None] | None = None
        self._loose: set[asyncio.Task[Any]] = set()

    @property
    def away(self) -> bool:
        """Whether it was gone a moment ago."""
        return self._back_at > 0

    async def run(self, script: str, keys: Sequence[str], arguments: Sequence[str | int]) -> Any:
        """Run a script; its first key and two arguments are this process's own, to renew its sign of life.

        Raises:
            Gone: It cannot be asked now.
        """
        if self._back_at > time.monotonic():
            raise Gone
        if self._signs is None:
            self._signs = asyncio.ensure_future(self._give_signs())
        names = [SPACE + "alive:" + self.worker, *(SPACE + key for key in keys)]
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._asked(script, names, [self.worker, ALIVE, *arguments])
        except self._failures.all as error:
            self._went(error)
            raise Gone from None
        if self._back_at:
            self._back_at = 0.0
            self._say("Redis can be asked again")
        return found

    def loose(self, work: Any) -> None:
        """Do something beside the request that it is about, to its end."""
        task = asyncio.ensure_future(work)
        self._loose.add(task)
        task.add_done_callback(self._loose.discard)

    async def aclose(self) -> None:
        """Wait for what is under way, and close the connections."""
        await asyncio.gather(*self._loose, return_exceptions=True)
        if self._signs is not None:
            self._signs.cancel()
            await asyncio.gather(self._signs, return_exceptions=True)
        await self._redis.aclose()

    async def _asked(self, script: str, names: list[str], arguments: list[str | int]) -> Any:
        for attempt in range(3):
            try:
                digest = self._scripts.get(script)
                if digest is None:
                    digest = self._scripts[script] = await self._redis.script_load(script)
                return await self._redis.evalsha(digest, len(names), *names, *arguments)
            except self._failures.unknown:  # it was started anew
                self._scripts.pop(script, None)
            except self._failures.lost:  # an idle connection that it had closed in the meantime: a new one is made
                if attempt:
                    raise
        raise Gone

    async def _give_signs(self) -> None:
        while True:
            await asyncio.sleep(RENEWED)
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._redis.set(SPACE + "alive:" + self.worker, "1", px=ALIVE)
            except self._failures.all:
                continue

    def _went(self, error: BaseException) -> None:
        self.lost += 1
        if not self._back_at:
            done = "let pass, and counted by this process alone" if self.gone == "open" else "refused"
            self._say(f"Redis cannot be asked ({type(error).__name__}): requests are {done} until it can")
        self._back_at = time.monotonic() + PAUSE


def _client(url: Secret) -> tuple[Any, Failures]:
    try:
        from redis import asyncio as redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import ConnectionError as Lost
        from redis.exceptions import NoScriptError, RedisError
    except ImportError:
        raise MissingExtra("redis", "`redis:`") from None
    try:
        pool = redis.BlockingConnectionPool.from_url(
            url.reveal(),
            max_connections=CONNECTIONS,
            timeout=PATIENCE,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
            protocol=2,
        )
    except ValueError:
        raise Mistake("an address such as redis://host:6379/0 is expected", key="gateway.redis") from None
    failures = Failures((RedisError, OSError), (Lost, ConnectionError), NoScriptError)
    return redis.Redis.from_pool(pool), failures
