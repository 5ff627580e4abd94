"""The HTTP server of one process: uvicorn with httptools, uvloop where it is installed; it stops in good order."""

import asyncio
import gc
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, Final

import uvicorn

from seatrial.app.serving.application import App, Application
from seatrial.app.serving.protocol import DoorProtocol, Sweeper
from seatrial.app.serving.reading import GatewayConfig
from seatrial.app.serving.tls import server_tls, take_certificate
from seatrial.core.errors import CannotRun

AFTER_CUT: Final = 5.0
"""Seconds that requests have to end themselves once they were told to."""
BACKLOG: Final = 2048
COLLECTED: Final = (20_000, 20, 20)
"""Objects made beyond those given back, and rounds, after which the garbage collector looks (`gc.set_threshold`)."""


class GatewayServer(uvicorn.Server):
    """uvicorn's server without its polling, which lets requests end before it stops.

    Args:
        application: What is served.
        drain: Seconds that requests in flight may go on when it stops; None for what the file says.

    Raises:
        Mistake: The certificate cannot be used.
    """

    def __init__(self, application: Application, drain: float | None = None) -> None:
        super().__init__(settings(application))
        self.application, self._drain = application, drain
        self._stop, self._cut = asyncio.Event(), asyncio.Event()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """None: whoever runs it says `stop`."""
        return nullcontext()

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """The first time: let requests end; the second time: cut them off."""
        if self._stop.is_set():
            self._cut.set()
        self._stop.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin.

        Raises:
            SeatrialError: The application cannot.
        """
        try:
            await super().startup(sockets)
        except SystemExit:
            raise self.application.failed or CannotRun("the server could not begin") from None

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        sweep = asyncio.ensure_future(Sweeper(self.server_state.connections).run())
        await self._stop.wait()
        sweep.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept nothing more, let requests end, tell the rest that they are cut off."""
        self.application.stopping = True
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            drain = self.application.config.drain if self._drain is None else self._drain
            async with asyncio.timeout(drain):
                await self._ended_or_cut()
        for task in list(self.server_state.tasks):
            task.cancel()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=AFTER_CUT)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await self.lifespan.shutdown()

    async def _ended_or_cut(self) -> None:
        while (self.server_state.connections or self.server_state.tasks) and not self._cut.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(0.02):
                    await self._cut.wait()


def spare_collector() -> None:
    """Look for circles of garbage more seldom: requests leave none, and looking took a tenth of their time.

    What was made until now stays for good and is looked at no more.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)


def settings(application: Application) -> uvicorn.Config:
    """How uvicorn is used: nothing that costs time, nothing that says who we are."""
    application.pages = pages_of
    context = server_tls(application.config)
    if context is not None:

        def renew(config: GatewayConfig) -> None:
            if config.model.tls is not None:
                take_certificate(context, config)

        application.renewed.append(renew)
    return uvicorn.Config(
        application,
        http=DoorProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        backlog=BACKLOG,
        ssl_context_factory=None if context is None else lambda *_: context,
    )


def pages_of(application: Application) -> App:
    """The pages, with Starlette, which is loaded only when one is asked for."""
    from seatrial.app.serving.pages import pages

    return pages(application)


def event_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    """What makes event loops: uvloop where it is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    made: Any = uvloop.new_event_loop
    return made  # type: ignore[no-any-return]
