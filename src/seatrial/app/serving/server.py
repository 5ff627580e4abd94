"""The HTTP server: uvicorn with httptools, uvloop where it is installed; it stops in good order."""

import asyncio
import socket
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from pathlib import Path

import uvicorn

from seatrial.app.serving.application import App, Application
from seatrial.app.serving.protocol import DoorProtocol, Sweeper
from seatrial.app.serving.reading import read_gateway
from seatrial.core.errors import CannotRun, Mistake

AFTER_CUT = 5.0
"""Seconds that requests have to end themselves once they were told to."""


class GatewayServer(uvicorn.Server):
    """uvicorn's server without its polling, which lets requests end before it stops.

    Args:
        application: What is served.
        drain: Seconds that requests in flight may go on when it stops.
    """

    def __init__(self, application: Application, drain: float) -> None:
        super().__init__(settings(application))
        self._application, self._drain = application, drain
        self._stop, self._cut = asyncio.Event(), asyncio.Event()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """None: whoever runs it says `stop`."""
        return nullcontext()

    def stop(self) -> None:
        """The first time: let requests end; the second time: cut them off."""
        if self._stop.is_set():
            self._cut.set()
        self._stop.set()

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        sweep = asyncio.ensure_future(Sweeper(self.server_state.connections).run())
        await self._stop.wait()
        sweep.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept nothing more, let requests end, tell the rest that they are cut off."""
        self._application.stopping = True
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(self._drain):
                await self._ended_or_cut()
        except TimeoutError:
            pass
        for task in list(self.server_state.tasks):
            task.cancel()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=AFTER_CUT)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await self.lifespan.shutdown()

    async def _ended_or_cut(self) -> None:
        while (self.server_state.connections or self.server_state.tasks) and not self._cut.is_set():
            try:
                async with asyncio.timeout(0.02):
                    await self._cut.wait()
            except TimeoutError:
                continue


def pages_of(application: Application) -> App:
    """The pages, with Starlette, which is loaded only when one is asked for."""
    from seatrial.app.serving.pages import pages

    return pages(application)


def settings(application: Application) -> uvicorn.Config:
    """How uvicorn is used: nothing that costs time, nothing that says who we are."""
    application.pages = pages_of
    return uvicorn.Config(
        application,
        http=DoorProtocol,
        ws="none",
        loop="uvloop" if find_spec("uvloop") else "asyncio",
        lifespan="on",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
    )


def serve(path: Path, listen: str | None = None) -> None:
    """Serve until stopped.

    Args:
        path: The file that holds `gateway:`.
        listen: `address:port`, in the place of the file's.

    Raises:
        Mistake: Something in the file is wrong.
        CannotRun: The port is in use.
    """
    config = read_gateway(path)
    line = listening(*address_of(listen or config.model.listen))
    asyncio.run(GatewayServer(Application(config), 30.0).serve([line]))


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        CannotRun: The address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    line = socket.socket(family, socket.SOCK_STREAM)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind((host, port))
        line.listen(2048)
    except OSError as error:
        line.close()
        raise CannotRun(f"{host}:{port} cannot be listened on: {(error.strerror or 'it failed').lower()}") from None
    line.setblocking(False)
    return line


def address_of(listen: str) -> tuple[str, int]:
    """`127.0.0.1:8400` as host and port.

    Raises:
        Mistake: It is none.
    """
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdigit() or not 0 <= int(port) < 65536:
        raise Mistake(f"an address such as 127.0.0.1:8400 is expected, `{listen}` was found", key="gateway.listen")
    return host.strip("[]") or "127.0.0.1", int(port)
