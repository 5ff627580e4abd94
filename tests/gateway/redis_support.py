"""A real Redis for tests, as long as a block lasts; tests in need of it are skipped where there is none."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from gateway_support import free_port

from seatrial.gateway.limits.shared import SPACE, Shared
from seatrial.targets.secret import Secret

needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")


class Redis:
    """The server; `stop` kills it, `start` begins it anew, empty."""

    def __init__(self, folder: Path) -> None:
        self.port, self._folder = free_port(), folder
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        arguments = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder))
        self._process = await asyncio.create_subprocess_exec(
            "redis-server", *arguments, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        for _ in range(500):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return
        raise AssertionError("redis-server does not answer")

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def redis(folder: Path) -> AsyncIterator[Redis]:
    server = Redis(folder)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def sharing(server: Redis, gone: str = "open", said: list[str] | None = None) -> AsyncIterator[Shared]:
    """One process's side of it."""
    lines: list[str] = [] if said is None else said
    shared = Shared(Secret(server.url), gone, lines.append)  # type: ignore[arg-type]
    try:
        yield shared
    finally:
        await shared.aclose()


async def buried(shared: Shared) -> None:
    """The signs of life of all other processes have run out."""
    for key in await shared.ask("KEYS", SPACE + "alive:*"):
        if not key.endswith(shared.worker):
            await shared.ask("PEXPIRE", key, 1)


async def killed(code: str, *arguments: str) -> str:
    """Run Python in a process of its own until it says `ready`, and kill it (-9) then; what else it said."""
    command = (sys.executable, "-c", code, *arguments)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    said = b""
    async with asyncio.timeout(30):
        while not (line := await process.stdout.readline()).startswith(b"ready") and line:
            said += line
    process.kill()
    await process.wait()
    process._transport.close()  # type: ignore[attr-defined]
    return said.decode()
