"""A simulator in a thread, and a suite of plain questions to the ferry company with a group of robustness probes."""

import asyncio
import contextlib
import json
import threading
from pathlib import Path

import msgspec

from seatrial.simulator.persona import load_persona
from seatrial.simulator.schema import Latency
from seatrial.simulator.server import serve

CASES = Path(__file__).parents[2] / "examples" / "harbour" / "cases"
SUITE = """
targets:
  bot: {{openai: {url}, model: {model}}}
suites:
  behaviour: {{target: bot, concurrency: 20, cases: [{{from: cases.jsonl}}]}}
probes:
  robustness: {{families: [{families}], strength: {strength}, concurrency: 20}}
gates: [robustness.break_rate <= 100%, robustness.flip_rate <= 100%, robustness.failures.rate <= 1%]
"""


@contextlib.contextmanager
def simulated(persona):
    """The URL of a simulator that plays a persona without delays, in a thread of its own."""
    quick = msgspec.structs.replace(persona, latency=Latency(), limits=None)
    started, stopped, urls = threading.Event(), [], []

    async def main():
        async with await serve(quick) as simulator:
            stop = asyncio.Event()
            stopped.append((asyncio.get_running_loop(), stop))
            urls.append(simulator.url)
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    try:
        assert started.wait(10)
        yield urls[0]
    finally:
        loop, stop = stopped[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


def with_one_fault(name):
    """The fragile persona with nothing but one of its faults."""
    persona = load_persona("harbour-fragile")
    return msgspec.structs.replace(persona, faults=tuple(each for each in persona.faults if each.label == name))


def suite_of(folder, url, model, families, strength=0.3, most=50):
    """A suite file of plain questions that hold a fact, and of their harder forms."""
    rows = [json.loads(line) for path in sorted(CASES.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    asked = [row for row in rows if row["tags"]["style"] == "plain" and row["checks"] == ["contains"]]
    single = [row for row in asked if isinstance(row["ask"], str)]
    lines = [json.dumps(row) for row in single[:: max(1, len(single) // most)]]
    (folder / "cases.jsonl").write_text("\n".join(lines), encoding="utf-8")
    path = folder / "seatrial.yaml"
    path.write_text(
        SUITE.format(url=url, model=model, families=", ".join(families), strength=strength), encoding="utf-8"
    )
    return path
