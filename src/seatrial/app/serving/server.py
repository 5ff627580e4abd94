"""Runs the application: uvicorn with httptools, uvloop where it is installed."""

from importlib.util import find_spec
from pathlib import Path

import uvicorn

from seatrial.app.serving.application import Application
from seatrial.app.serving.building import read_gateway
from seatrial.core.errors import Mistake


def serve(path: Path, listen: str | None = None) -> None:
    """Serve until stopped.

    Args:
        path: The file that holds `gateway:`.
        listen: `address:port`, in the place of the file's.

    Raises:
        Mistake: Something in the file is wrong.
    """
    config = read_gateway(path)
    host, port = address_of(listen or config.model.listen)
    settings = uvicorn.Config(
        Application(config),
        host=host,
        port=port,
        http="httptools",
        loop="uvloop" if find_spec("uvloop") else "asyncio",
        lifespan="on",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
    )
    uvicorn.Server(settings).run()


def address_of(listen: str) -> tuple[str, int]:
    """`127.0.0.1:8400` as host and port.

    Raises:
        Mistake: It is none.
    """
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdigit() or not 0 <= int(port) < 65536:
        raise Mistake(f"an address such as 127.0.0.1:8400 is expected, `{listen}` was found", key="gateway.listen")
    return host.strip("[]") or "127.0.0.1", int(port)
