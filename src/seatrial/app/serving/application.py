"""The ASGI application: the data plane under /v1, health, and all else by pages that are loaded when they are asked."""

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec

from seatrial.app.serving.access_log import AccessLog
from seatrial.app.serving.board import answer_metrics, begin_records, log_headers
from seatrial.app.serving.building import Building
from seatrial.app.serving.keys import Keys
from seatrial.app.serving.metrics import Board
from seatrial.app.serving.reading import GatewayConfig, read_gateway
from seatrial.app.serving.watching import DRAIN, Watch
from seatrial.core.errors import CannotRun, SeatrialError
from seatrial.core.ids import new_id
from seatrial.gateway.plane import DataPlane, Receive, Scope, Send

App = Callable[[Scope, Receive, Send], Awaitable[None]]
Say = Callable[[str], None]
LAST_RECORDS: Final = 5.0
"""Seconds that requests have to end when the server was stopped."""
BUG: Final = "this is a bug in Seatrial, please report it:"
AT_START: Final = ("listen", "store")
"""Keys of `gateway:` that a reload does not take over."""


def to_stderr(text: str) -> None:
    """One line, or several, for whoever runs the server."""
    sys.stderr.write("".join(f"seatrial: {line}\n" for line in text.splitlines()))
    sys.stderr.flush()


class Application:
    """Everything behind one port.

    Args:
        config: What to begin with.
        host: What the server listens on.
        instance: Names the server, which all its workers have in common.
        say: Takes lines for whoever runs the server.
        log: Takes a line about each request, if anything does.

    Attributes:
        config: What was read last.
        stopping: Whether it will end when its requests have.
        wishes: What all workers were last told, as this one knows it.
        failed: Why it could not begin.
        in_flight: Requests that are being answered.
        renewed: Called at each reload.
        board: What was counted, from the start on.
        pages: Makes what answers all else, when it is first asked.

    Raises:
        Mistake: The configuration cannot be.
        CannotRun: The store cannot be used.
    """

    def __init__(
        self,
        config: GatewayConfig,
        host: str = "127.0.0.1",
        *,
        instance: str | None = None,
        say: Say = to_stderr,
        log: AccessLog | None = None,
    ) -> None:
        self.config, self.instance, self.say = config, instance or new_id(), say
        self.keys = Keys(config.store)
        self.building = Building(self.keys, host, log)
        self.building.counting.say = say
        self.plane: DataPlane | None = None
        self.stopping, self.in_flight = False, 0
        self.wishes: dict[str, str] = {}
        self.failed: SeatrialError | None = None
        self.renewed: list[Callable[[GatewayConfig], None]] = []
        self.pages: Callable[[Application], App] = _no_pages
        self.board: Board | None = None
        self._pages: App | None = None
        self._reloading = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through the server's life."""
        if scope["type"] != "http":
            await self._live(receive, send)
            return
        path = scope["path"]
        if self.plane is not None and path.startswith("/v1/"):
            self.in_flight += 1
            try:
                await self.plane(scope, receive, send)
            except Exception:
                self.say(f"{BUG}\n{traceback.format_exc(limit=-4)}")
                raise
            finally:
                self.in_flight -= 1
        elif path == "/metrics" and self.board is not None:
            await answer_metrics(self, scope, send)
        elif path == "/healthz":
            await answer(send, 200, {"status": "alive"})
        elif path == "/readyz":
            why = self.unready()
            found = {"status": "not ready", "why": why} if why else {"status": "ready"}
            await answer(send, 503 if why else 200, found, log_headers(self))
        else:
            await self._page(scope, receive, send)

    @property
    def draining(self) -> bool:
        """Whether load balancers should send nothing more."""
        return self.stopping or self.wishes.get(DRAIN) == self.instance

    def unready(self) -> str:
        """Why it can answer nothing now; empty when it can."""
        if self.plane is None or self.draining:
            return "it is being drained" if self.draining else "it is starting"
        if not any(live.health.wait() <= 0 for live in self.building.lives.values()):
            return "no deployment can be asked"
        return ""

    async def reload(self) -> None:
        """Read the file again; requests that are in go on as they were.

        Raises:
            SeatrialError: What is written there cannot be: all stays as it was.
        """
        async with self._reloading:
            try:
                config = await asyncio.to_thread(read_gateway, self.config.path)
                house = self.building.house(config)
                for each in self.renewed:
                    each(config)
            except SeatrialError as error:
                self.say(f"{self.config.path} was not taken over; all stays as it was:\n{error}")
                raise
            except Exception as error:
                self.say(f"{BUG}\n{traceback.format_exc(limit=-4)}")
                raise CannotRun(f"a bug in Seatrial kept {self.config.path} from being taken over") from error
            late, self.config = _late(self.config, config), config
            if self.plane is not None:
                self.plane.house = house
            self.say(f"{self.config.path} was read again: {', '.join(config.routes)}")
            if late:
                self.say(f"taken over at the next start: {', '.join(late)}")

    def forget(self) -> None:
        """Forget all answers that are kept: another worker was told to forget some."""
        self.building.shelf.clear()

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._pages is None:
            self._pages = self.pages(self)
        await self._pages(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            self.plane = DataPlane(self.building.house(self.config))
        except SeatrialError as error:
            self.failed = error
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        except Exception:
            self.say(f"{BUG}\n{traceback.format_exc(limit=-4)}")
            raise
        beside = [asyncio.ensure_future(each) for each in (Watch(self).run(), self.plane.house.courier.warm())]
        self.board = begin_records(self)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for each in beside:
            each.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_RECORDS):
                while self.in_flight:  # noqa: ASYNC110  requests that were cut off are being recorded
                    await asyncio.sleep(0.01)
        await self.building.aclose()
        await send({"type": "lifespan.shutdown.complete"})


def _late(before: GatewayConfig, now: GatewayConfig) -> list[str]:
    """What has changed and needs a new start."""
    late = [name for name in AT_START if getattr(before.model, name) != getattr(now.model, name)]
    return late + (["tls"] if (before.model.tls is None) != (now.model.tls is None) else [])


async def answer(send: Send, status: int, body: Any, more: Sequence[tuple[bytes, bytes]] = ()) -> None:
    """A small JSON reply."""
    data = msgspec.json.encode(body)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(data)), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})


def _no_pages(application: Application) -> App:
    async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, 404, {"error": {"message": "There is nothing here.", "code": "not_found"}})

    return nothing
