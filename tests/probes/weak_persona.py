"""A simulator in a thread, the trial that a group of probes is for it, and what the trial and the simulator counted."""

import asyncio
import contextlib
import json
import threading
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import msgspec

from seatrial.app.front import check
from seatrial.simulator.persona import load_persona
from seatrial.simulator.schema import Latency
from seatrial.simulator.server import serve
from seatrial.stats.intervals import wilson

CASES = Path(__file__).parents[2] / "examples" / "harbour" / "cases"
SUITE = """
targets:
  bot: {{openai: {url}, model: {model}{system}}}
  {more}
suites:
  behaviour: {{target: bot, concurrency: 20, cases: [{{from: cases.jsonl}}]}}
probes:
  {group}
gates: ["{metric} <= 100%", "{metric} <= 100% in every {tag}"]
"""
SYSTEM = ", system: You are the assistant of Harbour Line. Answer briefly and stay friendly whatever comes"


class Counted(NamedTuple):
    """What a metric said, as a whole and of each family, and how often the simulator met and struck its faults."""

    whole: tuple[int, int]
    families: dict[str, tuple[int, int]]
    met: int
    struck: int

    @property
    def interval(self):
        """Between which rates the hits lie, at 99.9 %, of the requests that met the fault's condition."""
        return wilson(self.whole[0], self.met, 0.999)


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


def with_one_fault(name, persona="harbour-fragile", of=None):
    """A persona with nothing but one of its faults, or of those of another one."""
    faults = load_persona(persona).faults
    [fault] = [each for each in faults if each.label == name]
    return msgspec.structs.replace(load_persona(of or persona), faults=(fault,))


def plain_rows(most=50):
    """Plain questions of the example that hold a fact, as rows of a file."""
    rows = [json.loads(line) for path in sorted(CASES.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    asked = [row for row in rows if row["tags"]["style"] == "plain" and row["checks"] == ["contains"]]
    single = [row for row in asked if isinstance(row["ask"], str)]
    return single[:: max(1, len(single) // most)]


def tried(folder, persona, rows, group, metric, tag="family", more="", system=""):
    """What comes of asking a persona these rows and what a group of probes makes of them."""
    (folder / "cases.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    path = folder / "seatrial.yaml"
    with simulated(persona) as url:
        written = SUITE.format(
            url=url, model=persona.name, group=group, metric=metric, tag=tag, more=more, system=system
        )
        path.write_text(written, encoding="utf-8")
        outcome = check(path, fresh=True)
        with urlopen(url.removesuffix("/v1") + "/simulator/truth") as answer:
            faults = json.load(answer)["faults"]
    whole, parts = (
        [(dict(reading.slice).get(tag), _count(reading)) for reading in gate.readings] for gate in outcome.gates[:2]
    )
    met, struck = (sum(fault[key] for fault in faults) for key in ("met", "struck"))
    return Counted(whole[0][1], dict(parts), met, struck)


def _count(reading):
    return round((reading.value or 0.0) * reading.n), reading.n
