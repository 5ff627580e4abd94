"""The ASGI application of the server: the data plane under /v1, everything else (health, admin, pages) by Starlette."""

from collections.abc import Callable, MutableMapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as Page

from seatrial.app.serving.building import Building, GatewayConfig
from seatrial.gateway.plane import DataPlane, Receive, Send

Pages = Callable[["Application"], list[Page]]


class Application:
    """Everything behind one port.

    Args:
        config: What to begin with.
    """

    def __init__(self, config: GatewayConfig) -> None:
        self.config = config
        self.building = Building()
        self.plane: DataPlane | None = None
        self.draining = False
        self._pages = Starlette(routes=[Page("/healthz", self._alive), Page("/readyz", self._ready)])

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request, or live through the server's life."""
        if scope["type"] == "http" and scope["path"].startswith("/v1/") and self.plane is not None:
            await self.plane(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._pages(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.plane = DataPlane(self.building.house(self.config))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.building.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    async def _alive(self, request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def _ready(self, request: Request) -> Response:
        ready = self.plane is not None and not self.draining
        return JSONResponse({"status": "ready" if ready else "not ready"}, 200 if ready else 503)
