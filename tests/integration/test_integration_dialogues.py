"""Dialogues over real sockets: the simulator is assistant and user, and a killed run goes on where it was."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from seatrial.simulator.persona import load_persona
from seatrial.simulator.server import serve

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "dialogues"


@dataclass
class Stage:
    """The example in a folder of its own, and the addresses of the two simulators."""

    folder: Path
    bot: str
    passenger: str

    async def start(self, *options: str) -> asyncio.subprocess.Process:
        """`seatrial check` as a process."""
        env = {**os.environ, "HARBOUR_URL": self.bot, "PASSENGER_URL": self.passenger, "COLUMNS": "80"}
        env = {name: value for name, value in env.items() if name not in ("OPENAI_API_KEY", "CI")}
        command = [sys.executable, "-m", "seatrial", "check", "--yes", *options]
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(*command, cwd=self.folder, env=env, stdout=pipe, stderr=pipe)

    async def check(self, *options: str) -> tuple[int | None, str]:
        """Its exit code and what it says."""
        process = await self.start(*options)
        said, errors = await process.communicate()
        return process.returncode, (said + errors).decode()

    def entries(self) -> list[dict[str, Any]]:
        """The lines of the one journal."""
        [journal] = (self.folder / ".seatrial").rglob("*.jsonl")
        return [json.loads(line) for line in journal.read_bytes().splitlines() if line.endswith(b"}")]

    def change(self, old: str, new: str) -> None:
        """Change the suite file."""
        path = self.folder / "seatrial.yaml"
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))


async def asked(url: str) -> int:
    """How many requests a simulator has had."""
    async with aiohttp.ClientSession() as session, session.get(url.removesuffix("/v1") + "/simulator/truth") as answer:
        return int((await answer.json())["requests"])


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Both simulators at work."""
    shutil.copytree(EXAMPLE, tmp_path / "trial")
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(await serve(load_persona("harbour-v2")))
        passenger = await stack.enter_async_context(await serve(load_persona(EXAMPLE / "passenger.yaml")))
        yield Stage(tmp_path / "trial", bot.url, passenger.url)


async def test_the_example_is_ready(stage: Stage) -> None:
    """Assistant and passenger talk over real sockets until the passenger has its refund, and the trial is ready."""
    code, said = await stage.check()
    assert code == 0, said
    answered = [each["interaction"] for each in stage.entries() if each["entry"] == "answered"]
    spoken = [each["interaction"] for each in stage.entries() if each["entry"] == "spoken"]
    assert (await asked(stage.bot), await asked(stage.passenger)) == (len(answered), len(spoken))
    assert len([each for each in spoken if each["answer"]["text"] == "[DONE]"]) == 20


async def test_a_killed_run_goes_on_in_the_middle_of_dialogues(stage: Stage) -> None:
    """Killed (-9) in the middle and started again: every dialogue whole, only what was in flight asked twice."""
    process = await stage.start()
    while await asked(stage.bot) < 18:  # noqa: ASYNC110  the simulator has no event for that
        await asyncio.sleep(0.01)
    process.kill()
    await process.communicate()
    code, said = await stage.check()
    assert code == 0, said
    entries = stage.entries()
    again = next(each.get("in_flight", 0) for each in entries if each["entry"] == "resumed")
    kept = [each["interaction"]["id"] for each in entries if each["entry"] in ("answered", "spoken")]
    assert len(set(kept)) == len(kept)
    assert 0 <= await asked(stage.bot) + await asked(stage.passenger) - len(kept) <= again <= 10
    assert sum(each["entry"] == "judged" for each in entries) == 20


async def test_a_user_that_cannot_be_reached_is_told_before(stage: Stage) -> None:
    """A passenger that nobody serves stops the run before the assistant is asked."""
    stage.passenger = "http://127.0.0.1:9/v1"
    code, said = await stage.check()
    assert (code, await asked(stage.bot)) == (4, 0)
    assert "127.0.0.1:9" in said


async def test_a_user_that_fails_leaves_not_enough_evidence(stage: Stage) -> None:
    """When the passenger answers with errors, no dialogue is held against the assistant: not ready to be judged."""
    broken = stage.folder / "passenger.yaml"
    broken.write_text(broken.read_text() + "faults: [{kind: server_error, status: 500}]\n")
    async with await serve(load_persona(broken)) as passenger:
        stage.passenger = passenger.url
        stage.change("model: passenger}", "model: passenger, retries: 1}")
        code, said = await stage.check()
    assert code == 3, said
    assert "failures.rate" in said
    scores = [score for each in stage.entries() if each["entry"] == "judged" for score in each["scores"]]
    assert {score["passed"] for score in scores} == {None}
    assert all(score["reason"].startswith("The simulated user `passenger` failed (server_error)") for score in scores)


async def test_checks_of_turns_find_the_turn(stage: Stage) -> None:
    """A turn that breaks a rule is named in the report."""
    stage.change("every_turn: length <= 200", 'every_turn: {not: {contains: "AB-12"}}')
    code, _ = await stage.check()
    assert code == 1
    scores = [score for each in stage.entries() if each["entry"] == "judged" for score in each["scores"]]
    found = next(score for score in scores if score["name"].startswith("every_turn"))
    assert found["passed"] is False
    assert found["reason"].startswith("Turn 1 of 2: not contains")
