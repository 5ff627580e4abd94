"""What the tests of this room share: suite files over recorded answers, and a simulator in a thread."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from seatrial.core.errors import Mistake
from seatrial.simulator.persona import load_persona
from seatrial.simulator.server import serve

RECORDED = """
targets:
  bot: {recorded: answers.jsonl}
suites:
  behaviour:
    target: bot
    cases: [{from: cases.jsonl}]
    checks: [contains]
gates: [behaviour.pass_rate >= 20%]
"""


def put(folder: Path, text: str, name: str = "seatrial.yaml") -> Path:
    """A file with this text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")
    return path


def put_rows(folder: Path, rows: list[dict[str, Any]], name: str = "cases.jsonl") -> Path:
    """A JSONL file with these rows."""
    return put(folder, "".join(json.dumps(row) + "\n" for row in rows), name)


def recorded(folder: Path, right: int, wrong: int = 0, text: str = RECORDED) -> Path:
    """A suite of so many cases that pass and so many that fail, over recorded answers."""
    numbers = range(right + wrong)
    put_rows(folder, [{"id": f"c{i}", "ask": f"q{i}", "expect": "yes", "tags": {"half": str(i % 2)}} for i in numbers])
    put_rows(folder, [{"id": f"c{i}", "answer": "yes" if i < right else "no"} for i in numbers], "answers.jsonl")
    return put(folder, text)


def refused(call: Any, *arguments: Any) -> str:
    """The text of the Mistake that a call ends with."""
    with pytest.raises(Mistake) as found:
        call(*arguments)
    return str(found.value)


def mistake_of(call: Any, *arguments: Any) -> str | None:
    """The text of the Mistake that a call ends with; None when it ends well. Anything else comes through."""
    try:
        call(*arguments)
    except Mistake as mistake:
        return str(mistake)
    return None


@contextmanager
def simulated(persona: str = "harbour-v2", **options: Any) -> Iterator[str]:
    """The base URL of a simulator that runs in a thread as long as the block lasts."""
    ready, url = threading.Event(), []
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def main() -> None:
        async with await serve(load_persona(persona), **options) as running:
            url.append(running.url)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(main()))
    thread.start()
    assert ready.wait(20)
    try:
        yield url[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
