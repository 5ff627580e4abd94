"""A large request on its way out, no faster than the other side takes it."""

import asyncio
from typing import Final

SLICE: Final = 64 * 1024


class Upload:
    """The body of one request.

    Args:
        transport: Where it goes out; the connection passes its `pause_writing` and `resume_writing` on.

    Attributes:
        whole: Whether all of it was handed to the transport.
    """

    __slots__ = ("_room", "_stopped", "_transport", "whole")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._room: asyncio.Future[None] | None = None
        self._stopped = self.whole = False

    async def send(self, request: tuple[bytes, ...]) -> None:
        """Write it slice by slice; give up when the other side has refused it already, or is gone."""
        for part in request:
            view = memoryview(part)
            for start in range(0, len(view), SLICE):
                if self._room is not None:
                    await self._room
                if self._stopped:
                    return
                self._transport.write(view[start : start + SLICE])
        self.whole = True

    def pause(self) -> None:
        """The transport has enough for now."""
        if self._room is None and not self._stopped:
            self._room = asyncio.get_running_loop().create_future()

    def resume(self) -> None:
        """The transport takes more."""
        room, self._room = self._room, None
        if room is not None and not room.done():
            room.set_result(None)

    def stop(self) -> None:
        """Nobody wants the rest."""
        self._stopped = True
        self.resume()
