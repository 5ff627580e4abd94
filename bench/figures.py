"""What is measured, each against its bar.

Ratios are of runs side by side on this machine, taken alternately. Of several runs the least counts on either side:
whatever else the machine does can only add to what a program takes.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.process import Took, measure, server
from bench.suite import write

SEATRIAL = str(Path(sys.executable).with_name("seatrial"))
ROUNDS = 3


class Figure(NamedTuple):
    """One line of the table."""

    what: str
    ours: str
    beside: str
    value: float
    bar: float
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether the bar is met."""
        return self.value <= self.bar


class Failed(Exception):
    """A command did not do what was to be measured; the text is what it said."""


def check(folder: Path, *, expect: int = 0) -> Took:
    """Run the suite of this folder with the command that users type."""
    took = measure([SEATRIAL, "check", "seatrial.yaml", "--fresh", "--quiet"], folder)
    if took.code != expect:
        raise Failed(f"seatrial check ended with {took.code}: {took.output[-600:]}")
    return took


def bare(folder: Path, url: str, cases: int) -> Took:
    """The hand-written loop over the same cases."""
    out = folder / "bare.jsonl"
    out.unlink(missing_ok=True)
    took = measure([sys.executable, "-m", "bench.bare", url, str(folder / "cases.jsonl"), str(out), "50"])
    if took.output.strip() != str(cases):
        raise Failed(f"the bare loop got {took.output.strip()[-600:]!r} of {cases} right")
    return took


def beside_the_bare_loop(cases: int, delay: float) -> tuple[list[Took], list[Took]]:
    """Both sides over the same cases, alternately, so that a busy machine is busy for both."""
    ours, theirs = [], []
    with server(delay) as url, TemporaryDirectory() as name:
        write(Path(name), url, cases)
        for _ in range(ROUNDS):
            theirs.append(bare(Path(name), url, cases))
            ours.append(check(Path(name)))
    return ours, theirs


def cpu_and_memory() -> Iterator[Figure]:
    """2,000 cases against a server that answers at once."""
    ours, theirs = beside_the_bare_loop(2_000, 0)
    mine, bare_cpu = (min(took.cpu for took in side) for side in (ours, theirs))
    what = "CPU, 2,000 cases, no latency"
    yield Figure(what, f"{mine:.2f} s", f"bare loop {bare_cpu:.2f} s", mine / bare_cpu, 3, "x")
    peak = max(took.memory for took in ours)
    beside = f"bare loop {max(took.memory for took in theirs):.0f} MB"
    yield Figure("peak memory, 2,000 cases", f"{peak:.0f} MB", beside, peak, 120, "MB")


def wall() -> Iterator[Figure]:
    """The same against a server that takes 200 ms."""
    ours, theirs = beside_the_bare_loop(2_000, 0.2)
    mine, bare_wall = (min(took.wall for took in side) for side in (ours, theirs))
    what = "wall, 2,000 cases, 200 ms"
    yield Figure(what, f"{mine:.2f} s", f"bare loop {bare_wall:.2f} s", mine / bare_wall, 1.1, "x")


def memory(cases: int) -> Iterator[Figure]:
    """Peak memory over many cases: it must not grow with them."""
    with server() as url, TemporaryDirectory() as name:
        write(Path(name), url, cases)
        took = check(Path(name))
    what = f"peak memory, {cases:,} cases"
    yield Figure(what, f"{took.memory:.0f} MB", f"{took.wall:.0f} s wall", took.memory, 120, "MB")


def start_up() -> Iterator[Figure]:
    """What is paid before the first request."""
    took = [measure([SEATRIAL, "--help"]) for _ in range(5)]
    if took[0].code:
        raise Failed(f"seatrial --help ended with {took[0].code}: {took[0].output[-600:]}")
    cpu = min(each.cpu for each in took)
    nothing = min(measure([sys.executable, "-c", ""]).cpu for _ in range(5))
    yield Figure("CPU, seatrial --help", f"{cpu:.2f} s", f"python -c '' {nothing:.2f} s", cpu, 0.15, "s")
    with server() as url, TemporaryDirectory() as name:
        write(Path(name), url, 1)
        cpu = min(check(Path(name), expect=3).cpu for _ in range(5))
        aiohttp = min(measure([sys.executable, "-c", "import aiohttp"]).cpu for _ in range(5))
    yield Figure("CPU, one case end to end", f"{cpu:.2f} s", f"import aiohttp {aiohttp:.2f} s", cpu, 0.6, "s")
