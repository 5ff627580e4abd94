"""Kill -9 in the middle of a run, over a real socket: nothing that was known is lost."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from run_child import CONCURRENCY

from seatrial.run.journal import replay, state
from seatrial.store.runs import RunStore

CASES = 1_000


@dataclass
class Server:
    """Echoes, counts what it was asked, and calls for help when the count is reached."""

    url: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    enough: int = CASES + 1
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.Response:
        question = await request.text()
        self.asked[question] += 1
        if self.asked.total() >= self.enough:
            self.reached.set()
        await asyncio.sleep(0.002)
        return web.Response(text=question)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_post("/", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield server
    await runner.cleanup()


async def start(folder: Path, server: Server) -> asyncio.subprocess.Process:
    script = Path(__file__).with_name("run_child.py")
    arguments = [str(script), str(folder), server.url, str(CASES)]
    return await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)


async def killed(folder: Path, server: Server, after: int) -> None:
    server.enough = server.asked.total() + after
    server.reached.clear()
    process = await start(folder, server)
    await server.reached.wait()
    process.kill()
    await process.communicate()


async def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, server: Server) -> None:
    """Killed twice among 1,000 cases and started again: totals right, at most what was in flight asked twice, told."""
    for _ in range(2):
        await killed(tmp_path, server, 300)
    process = await start(tmp_path, server)
    said, _ = await process.communicate()
    outcome, passed, attempts, resumed, again = said.decode().split()
    assert (outcome, int(passed), int(attempts)) == ("done", CASES, CASES)
    twice = server.asked.total() - CASES
    assert len(server.asked) == CASES
    assert 0 <= twice <= int(again) <= 2 * CONCURRENCY
    assert int(resumed) >= 600 - 2 * CONCURRENCY - 2


async def test_the_catalogue_knows_of_the_killed_run(tmp_path: Path, server: Server) -> None:
    """After a kill the run is listed as interrupted, with what its journal holds."""
    await killed(tmp_path, server, 200)
    with RunStore.open(tmp_path) as store:
        (record,) = store.list()
        path = store.path(record.id)
    assert record.state == "interrupted"
    assert record.counts.attempts == len(list(replay(path))) >= 200 - CONCURRENCY - 1
    assert 0 < state(path).in_flight <= CONCURRENCY
