"""`seatrial serve`: reads the file, listens, says where, and runs one process or several until it is told to stop."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from seatrial.app.serving.access_log import AccessLog
from seatrial.app.serving.application import Application, to_stderr
from seatrial.app.serving.building import check
from seatrial.app.serving.keys import Keys
from seatrial.app.serving.reading import GatewayConfig, read_gateway
from seatrial.app.serving.server import BACKLOG, GatewayServer, event_loop, spare_collector
from seatrial.app.serving.start import first_key_lines, start_lines
from seatrial.app.serving.workers import CUTTING, STOPPING, Workers
from seatrial.core.errors import CannotRun, Mistake, SeatrialError
from seatrial.core.ids import new_id


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says.

    `listen` stands in the place of the file's, `log` asks for a JSON line about each request.
    """

    path: Path
    listen: str | None = None
    workers: int = 1
    log: bool = False


def serve(wanted: Wanted) -> int:
    """Serve until stopped; gives the exit code.

    Raises:
        Mistake: Something in the file is wrong.
        CannotRun: The port is in use, or the store cannot be used.
    """
    if wanted.workers > 1 and not hasattr(os, "fork"):
        raise Mistake("several workers cannot share a socket on this system; start one")
    config = read_gateway(wanted.path)
    host, port = address_of(wanted.listen or config.model.listen)
    check(config, host)
    keys = Keys(config.store)
    with closing(listening(host, port)) as line:
        raise_open_files()
        _tell_start(config, keys, _url(config, line), wanted.workers)
        process = Process(config, host, line, new_id(), wanted.log)
        if wanted.workers == 1:
            return process.run(0, None)

        def look() -> None:
            check(read_gateway(wanted.path), host)

        return Workers(process.run, wanted.workers, config.drain, to_stderr, look).run()


@dataclass(frozen=True, slots=True)
class Process:
    """One process that serves."""

    config: GatewayConfig
    host: str
    line: socket.socket
    instance: str
    log: bool

    def run(self, number: int, parent: int | None) -> int:
        """Serve until stopped; gives the exit code.

        Args:
            number: Of the worker, from 1; 0 for one that is alone.
            parent: A descriptor that ends when the parent has.
        """
        spare_collector()
        with asyncio.Runner(loop_factory=event_loop()) as runner:
            return runner.run(self._serve(number, parent))

    async def _serve(self, number: int, parent: int | None) -> int:
        say = to_stderr if not number else _as_worker(number)
        log = AccessLog() if self.log else None
        application = Application(self.config, self.host, instance=self.instance, say=say, log=log)
        application.building.counting.alone = not number
        server = GatewayServer(application)
        loop, reloads = asyncio.get_running_loop(), set[asyncio.Task[None]]()

        def stop() -> None:
            if not number:
                say(CUTTING if server.stopping else STOPPING)
            server.stop()

        def reload() -> None:
            task = loop.create_task(_reload(application))
            reloads.add(task)
            task.add_done_callback(reloads.discard)

        with suppress(NotImplementedError):  # Windows, where Ctrl-C ends it at once
            loop.add_signal_handler(signal.SIGTERM, stop)
            if not number:
                loop.add_signal_handler(signal.SIGINT, stop)
            loop.add_signal_handler(signal.SIGHUP, reload)
        if parent is not None:
            loop.add_reader(parent, _orphaned, loop, parent, server)
        await server.serve([self.line])
        return 0


def _orphaned(loop: asyncio.AbstractEventLoop, parent: int, server: GatewayServer) -> None:
    loop.remove_reader(parent)
    server.stop()


async def _reload(application: Application) -> None:
    with suppress(SeatrialError):  # it was said
        await application.reload()


def _as_worker(number: int) -> Callable[[str], None]:
    return lambda text: to_stderr("\n".join(f"worker {number}: {line}" for line in text.splitlines()))


def _tell_start(config: GatewayConfig, keys: Keys, url: str, workers: int) -> None:
    with keys.open() as store:
        first = store.first_admin()
        known = store.keys()
    keys.look()
    to_stderr("\n".join(start_lines(config, url, workers, known)))
    if first is not None:
        to_stderr("\n".join(first_key_lines(first, url)))


def _url(config: GatewayConfig, line: socket.socket) -> str:
    host, port = line.getsockname()[:2]
    return f"{'http' if config.model.tls is None else 'https'}://{f'[{host}]' if ':' in host else host}:{port}"


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        CannotRun: The address cannot be had.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        line = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotRun(f"{host}:{port} cannot be listened on: {error.strerror or error}") from None
    try:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.bind(address)
        line.listen(BACKLOG)
    except OSError as error:
        line.close()
        raise CannotRun(f"{host}:{port} cannot be listened on: {(error.strerror or str(error)).lower()}") from None
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


def raise_open_files() -> None:
    """Let the process have as many connections as the system allows it."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wished = 1 << 20 if hard == resource.RLIM_INFINITY else min(hard, 1 << 20)
    if soft != resource.RLIM_INFINITY and soft < wished:
        with suppress(ValueError, OSError):  # a system that allows less than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (wished, hard))
