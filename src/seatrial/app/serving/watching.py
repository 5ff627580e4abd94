"""Twice a second a worker looks what others have changed: keys, the file, wishes that an admin told another worker."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from seatrial.app.serving.keys import Keys
from seatrial.app.serving.reading import GatewayConfig
from seatrial.core.errors import SeatrialError

EVERY: Final = 0.5
"""Seconds; what is changed is known everywhere within twice as many."""
RELOAD, DRAIN, CLEAR = "reload", "drain", "cache"
"""Names of wishes: a number that grows; the server that should be drained; another number that grows."""


class Watched(Protocol):
    """An application, as far as it is told of changes."""

    config: GatewayConfig
    keys: Keys
    wishes: dict[str, str]
    say: Callable[[str], None]

    async def reload(self) -> None:
        """Read the file again."""
        ...

    def forget(self) -> None:
        """Forget all answers that are kept."""
        ...


class Watch:
    """Looks for one worker.

    Args:
        application: Is told.
    """

    def __init__(self, application: Watched) -> None:
        self._application = application
        self._file = _state(application.config.path)
        self._trouble = ""

    async def run(self) -> None:
        """Until cancelled."""
        application = self._application
        application.wishes = await self._wishes() or {}
        while True:
            await asyncio.sleep(EVERY)
            wishes = await self._wishes()
            wished = wishes is not None and wishes.get(RELOAD) != application.wishes.get(RELOAD)
            if wishes is not None and wishes.get(CLEAR) != application.wishes.get(CLEAR):
                application.forget()
            application.wishes = application.wishes if wishes is None else wishes
            if self._changed() or wished:
                with suppress(SeatrialError):  # it was said, and all stays as it was
                    await application.reload()

    async def _wishes(self) -> dict[str, str] | None:
        """What all workers were told; None where the store cannot be read, which is said once."""
        try:
            wishes = await asyncio.to_thread(self._application.keys.look)
        except SeatrialError as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                self._application.say(f"the keys cannot be looked up and stay as they were: {error}")
            return None
        self._trouble = ""
        return wishes

    def _changed(self) -> bool:
        application = self._application
        if not application.config.model.watch:
            return False
        before, self._file = self._file, _state(application.config.path)
        return self._file != before and bool(self._file)


def _state(path: Path) -> tuple[int, ...]:
    """What changes with a file; a file that is gone for a moment is being written."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino
