"""A process that runs 1,000 cases against a server, to be killed in the middle: run_child.py FOLDER URL CASES."""

import asyncio
import sys
import time
from pathlib import Path

import aiohttp
from run_fakes import Told, info, suite

from seatrial.core.interaction import Answer, Interaction, Timing
from seatrial.core.request import Request
from seatrial.run.engine import run
from seatrial.run.plan import Plan
from seatrial.run.resume import open_run
from seatrial.store.runs import RunStore

CONCURRENCY = 20


class HttpEcho:
    """Asks a server that answers with the question."""

    name = identity = "echo"

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url

    async def ask(self, request: Request) -> Interaction:
        started = time.time_ns()
        async with self._session.post(self._url, data=request.question) as response:
            text = await response.text()
        timing = Timing(due=started, started=started, ended=time.time_ns())
        return Interaction(target=self.name, request=request, timing=timing, answer=Answer(text))


async def main(folder: str, url: str, cases: int) -> None:
    async with aiohttp.ClientSession() as session:
        plan = suite(cases, HttpEcho(session, url), concurrency=CONCURRENCY)
        with RunStore.open(Path(folder)) as store, open_run(store, info(plan, id=str(time.time_ns()))) as journal:
            result = await run(Plan(journal.info, (plan,)), journal, Told())
            store.update(journal.info.id, state=result.state, counts=result.counts)
    print(result.state, result.counts.passed, result.counts.attempts, result.resumed, result.asked_again)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
