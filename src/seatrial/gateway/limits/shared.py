"""What several processes count together: scripts that Redis runs as one step each, and what is done while it is gone.

A process is alive for as long as its own key in Redis is; it renews that key while it runs. What a process holds is
kept under its name, so that what a killed one held is let go of by the next request that would not fit otherwise.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, Literal

from seatrial.core.ids import new_id
from seatrial.gateway.limits.redis_line import RedisLine, RedisRefused, read_address
from seatrial.targets.secret import Secret

ALIVE: Final = 15_000
"""Milliseconds that a process is believed to live without a sign."""
RENEWED: Final = 4.0
"""Seconds between its signs."""
PATIENCE: Final = 2.0
"""Seconds that Redis may take."""
PAUSE: Final = 1.0
"""Seconds that it is left alone after it was gone."""
SPACE: Final = "{seatrial}:"
"""All keys begin with it: in a cluster they are on one node, as one script must reach them all."""


class Gone(Exception):
    """Redis cannot be asked now."""


class Shared:
    """A Redis that several processes share.

    Args:
        url: Where it is; it may hold a password and is never shown.
        gone: What to do while it cannot be asked: let requests pass (`open`) or refuse them (`closed`).
        say: Takes a line for whoever runs the server, when it goes and when it is back.

    Attributes:
        lost: How often it was found gone.
        worker: The name by which this process holds things; a new one after each time that Redis was gone.

    Raises:
        Mistake: The address is none.
    """

    def __init__(self, url: Secret, gone: Literal["open", "closed"], say: Callable[[str], None]) -> None:
        self.gone, self._say = gone, say
        self.worker, self.lost = new_id(), 0
        self._where = read_address(url)
        self._line: RedisLine | None = None
        self._connecting = asyncio.Lock()
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
            found = await self._in_time(script, names, [self.worker, ALIVE, *arguments])
        except (RedisRefused, OSError) as error:
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
        if self._line is not None:
            self._line.close()

    async def ask(self, *words: str | int) -> Any:
        """Send one command.

        Raises:
            OSError: Redis cannot be reached, or the connection broke off.
            RedisRefused: It answered with an error.
        """
        return await (await self._open()).ask(*words)

    async def _open(self) -> RedisLine:
        line = self._line
        if line is None or not line.open:
            async with self._connecting:
                line = self._line
                if line is None or not line.open:
                    line = self._line = await RedisLine.to(self._where)
        return line

    async def _in_time(self, script: str, names: list[str], arguments: list[str | int]) -> Any:
        asked: asyncio.Future[Any] | None = None
        try:
            async with asyncio.timeout(PATIENCE):
                for _ in range(2):
                    digest = self._scripts.get(script)
                    if digest is None:
                        digest = self._scripts[script] = str(await self.ask("SCRIPT", "LOAD", script))
                    asked = (await self._open()).ask("EVALSHA", digest, len(names), *names, *arguments)
                    try:
                        return await asked
                    except RedisRefused as error:
                        if not str(error).startswith("NOSCRIPT"):
                            raise
                        self._scripts.pop(script, None)  # it was started anew
        except TimeoutError:
            # It was this process that was late where the reply is there.
            if asked is not None and asked.done() and not asked.cancelled() and asked.exception() is None:
                return asked.result()
            raise
        raise ConnectionError("Redis forgets its scripts")

    async def _give_signs(self) -> None:
        while True:
            await asyncio.sleep(RENEWED)
            with suppress(RedisRefused, OSError):
                async with asyncio.timeout(PATIENCE):
                    await self.ask("SET", SPACE + "alive:" + self.worker, "1", "PX", ALIVE)

    def _went(self, error: BaseException) -> None:
        self.lost += 1
        if not self._back_at:
            done = "let pass, and counted by this process alone" if self.gone == "open" else "refused"
            self._say(f"Redis cannot be asked ({type(error).__name__}): requests are {done} until it can")
        self._back_at = time.monotonic() + PAUSE
        # Nobody knows what was done of what was asked last: all that was held by this name runs out with it.
        self.worker = new_id()
        if self._line is not None:
            self._line.close()
