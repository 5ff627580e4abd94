"""Starting and stopping the simulator's HTTP server."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from typing import Any

from aiohttp import web

from seatrial.core.errors import CannotRun
from seatrial.simulator.persona_record import Persona
from seatrial.simulator.service import Service


class RunningSimulator:
    """A server that is up.

    Attributes:
        url: The base URL for clients, such as `http://127.0.0.1:8410/v1`.
        port: The port that it listens on.
        persona: Who answers.
    """

    def __init__(self, url: str, port: int, persona: Persona, runner: web.ServerRunner, service: Service) -> None:
        self.url, self.port, self.persona = url, port, persona
        self._runner, self._service = runner, service

    def truth(self) -> dict[str, Any]:
        """What GET /simulator/truth tells."""
        return self._service.truth()

    async def close(self) -> None:
        """Stop listening and drop open connections; more than once is safe."""
        await self._runner.cleanup()

    async def __aenter__(self) -> "RunningSimulator":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def serve(
    persona: Persona, *, host: str = "127.0.0.1", port: int = 0, api_key: str | None = None, seed: int | None = None
) -> RunningSimulator:
    """Start a server.

    Args:
        persona: Who answers.
        host: The address to listen on.
        port: The port; 0 takes a free one.
        api_key: The only key that is let in; None lets everybody in.
        seed: Decides everything that is left to chance; None takes the persona's.

    Raises:
        CannotRun: The address can not be listened on.
    """
    service = Service(persona, persona.seed if seed is None else seed, api_key)
    runner = web.ServerRunner(web.Server(service.handle, access_log=None), shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except (OSError, OverflowError, ValueError) as error:  # the last two: no such port, no such name
        await runner.cleanup()
        raise CannotRun(f"can not listen on {host}:{port}: {getattr(error, 'strerror', None) or error}") from None
    bound = runner.addresses[0][1]
    shown = f"[{host}]" if ":" in host else host
    return RunningSimulator(f"http://{shown}:{bound}/v1", bound, persona, runner, service)


def run_forever(
    persona: Persona,
    *,
    host: str = "127.0.0.1",
    port: int = 8410,
    api_key: str | None = None,
    seed: int | None = None,
    ready: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called with the base URL once requests are taken.

    Raises:
        CannotRun: The address can not be listened on.
    """

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
                loop.add_signal_handler(number, stop.set)
        async with await serve(persona, host=host, port=port, api_key=api_key, seed=seed) as running:
            ready(running.url)
            await stop.wait()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
