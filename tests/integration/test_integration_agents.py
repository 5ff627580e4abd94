"""Agents over real sockets: the simulator calls, is told results, calls again; a killed run goes on between rounds."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from seatrial.simulator.persona import load_persona
from seatrial.simulator.server import serve

PERSONA = """
name: clerk
languages: [en]
latency: {first_token: 5ms}
fallback: {en: What do you want?}
knowledge:
  - id: refund
    keywords: {en: [refund]}
    answers: {en: I cannot look that up.}
    tool:
      name: find_booking
      arguments: {booking: XK-17}
      then: {name: refund, done: {en: "Done: {result}"}}
  - id: thanks
    keywords: {en: [thanks]}
    answers: {en: My pleasure.}
"""
SUITE = """
targets:
  clerk: {openai: "${CLERK_URL}", model: clerk, stream: STREAM}
suites:
  refunds:
    target: clerk
    concurrency: 4
    tools:
      - name: find_booking
        parameters: {type: object, properties: {booking: {type: string}}, required: [booking]}
        returns: {booking: XK-17, fare: 12.5}
      - {name: refund, returns: "{{ n }} paid back"}
    cases:
      - from: cases.jsonl
    checks:
      - tools_used: [find_booking, refund]
      - tool_arguments
      - tool_loop
      - steps.turns == 2
      - {turn: {number: 1, check: {contains: "{{ n }} paid back"}}}
      - contains: My pleasure.
gates: [refunds.pass_rate >= 80%]
"""
CASES = 20


@dataclass
class Trial:
    """A suite in a folder of its own, and the address of who is asked."""

    folder: Path
    url: str

    async def start(self) -> asyncio.subprocess.Process:
        """`seatrial check` as a process."""
        env = {name: value for name, value in os.environ.items() if name not in ("OPENAI_API_KEY", "CI")}
        env |= {"CLERK_URL": self.url, "COLUMNS": "80"}
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-m", "seatrial", "check", "--yes"]
        return await asyncio.create_subprocess_exec(*command, cwd=self.folder, env=env, stdout=pipe, stderr=pipe)

    async def check(self) -> tuple[int | None, str]:
        """Its exit code and what it says."""
        process = await self.start()
        said, errors = await process.communicate()
        return process.returncode, (said + errors).decode()

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """The entries of one kind in the one journal."""
        [journal] = (self.folder / ".seatrial").rglob("*.jsonl")
        whole = [json.loads(line) for line in journal.read_bytes().splitlines() if line.endswith(b"}")]
        return [each for each in whole if each["entry"] == kind]


def trial(folder: Path, url: str, stream: str = "false", cases: int = CASES) -> Trial:
    (folder / "seatrial.yaml").write_text(SUITE.replace("STREAM", stream))
    asks = [{"user": "I want a refund."}, {"user": "Thanks!"}]
    rows = [{"id": f"c{n}", "ask": asks, "variables": {"n": n}} for n in range(cases)]
    (folder / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return Trial(folder, url)


async def asked(url: str) -> int:
    """How many requests the simulator has had."""
    async with aiohttp.ClientSession() as session, session.get(url.removesuffix("/v1") + "/simulator/truth") as answer:
        return int((await answer.json())["requests"])


@pytest.fixture
async def clerk(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a simulated agent."""
    persona = tmp_path / "clerk.yaml"
    persona.write_text(PERSONA)
    async with await serve(load_persona(persona)) as service:
        yield service.url


@pytest.mark.parametrize("stream", ["false", "true"])
async def test_an_agent_is_told_results_until_it_answers(tmp_path: Path, clerk: str, stream: str) -> None:
    """Two calls, an answer that quotes the case's own result, and a second turn: four requests a case, all pass."""
    made = trial(tmp_path, clerk, stream, 3)
    code, said = await made.check()
    assert code in (0, 3), said
    assert await asked(clerk) == 12
    scores = [score for each in made.entries("judged") for score in each["scores"]]
    assert {score["passed"] for score in scores} == {True}
    assert {each["interaction"].get("turn", 0) for each in made.entries("answered")} == {0, 1, 2, 3}


async def test_a_killed_agent_goes_on_between_rounds(tmp_path: Path, clerk: str) -> None:
    """Killed (-9) in the middle and started again: every dialogue whole, only what was in flight asked twice."""
    made = trial(tmp_path, clerk)
    process = await made.start()
    while await asked(clerk) < 30:  # noqa: ASYNC110  the simulator has no event for that
        await asyncio.sleep(0.005)
    process.kill()
    await process.communicate()
    before = await asked(clerk)
    assert before < 4 * CASES
    code, said = await made.check()
    assert code == 0, said
    again = made.entries("resumed")[0].get("in_flight", 0)
    kept = [each["interaction"]["id"] for each in made.entries("answered")]
    assert len(set(kept)) == len(kept) == 4 * CASES
    assert 0 <= await asked(clerk) - len(kept) <= again <= 4
    assert len(made.entries("judged")) == CASES


@pytest.mark.parametrize("times", [1, 2])
async def test_a_run_that_was_stopped_by_hand_goes_on(tmp_path: Path, clerk: str, times: int) -> None:
    """Ctrl-C once or twice in the middle of dialogues: started again, they are whole, and nobody is asked in vain."""
    made = trial(tmp_path, clerk)
    process = await made.start()
    while await asked(clerk) < 20:  # noqa: ASYNC110  the simulator has no event for that
        await asyncio.sleep(0.005)
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        await asyncio.sleep(0.02)
    _, errors = await process.communicate()
    assert b"Traceback" not in errors
    assert made.entries("ended")[0]["reasons"][0].startswith("stopped by hand")
    code, said = await made.check()
    assert code == 0, said
    assert len(made.entries("answered")) == 4 * CASES
    assert 0 <= await asked(clerk) - 4 * CASES <= (4 if times == 2 else 0)


async def test_what_stands_on_the_wire(tmp_path: Path) -> None:
    """The endpoint gets each result with the id of its call, and never what a tool returns beforehand."""
    bodies: list[dict[str, Any]] = []

    async def answer(request: web.Request) -> web.Response:
        bodies.append(await request.json())
        call = {"id": "call_a", "type": "function", "function": {"name": "find_booking", "arguments": "{"}}
        told = [each["content"] for each in bodies[-1]["messages"] if each["role"] == "tool"]
        message = {"content": told[0]} if told else {"content": None, "tool_calls": [call]}
        return web.json_response({"choices": [{"message": message, "finish_reason": "stop"}]})

    async def models(request: web.Request) -> web.Response:
        return web.json_response({"data": [{"id": "clerk"}]})

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    app.router.add_get("/v1/models", models)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    await trial(tmp_path, f"http://127.0.0.1:{runner.addresses[0][1]}/v1", cases=1).check()
    await runner.cleanup()
    first, second, _ = bodies
    assert "12.5" not in json.dumps(first)
    assert [tool["function"]["name"] for tool in first["tools"]] == ["find_booking", "refund"]
    assert second["messages"][1]["tool_calls"][0]["function"] == {"name": "find_booking", "arguments": "{"}
    told = {"role": "tool", "content": '{"booking":"XK-17","fare":12.5}', "tool_call_id": "call_a"}
    assert second["messages"][2] == told
