"""What the gateway costs and adds, beside uvicorn alone and nginx.

python -m bench.gateway [--quick] [--only capacity|latency|streams|start|memory] [--requests N]

The provider, the clients and each server are processes of their own on loopback; capacity is requests for each second
of CPU of the server's process, which says what a core can do even while others keep the machine busy. Best of three.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.request import urlopen

from bench.gateway.places import BARE, FULL, Place, gateway, module, nginx

CLIENTS = 64
Row = tuple[str, float, str, float | None, bool]
"""What, value, unit, bar, and whether more is better."""


def main() -> int:
    """Measure and print; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.gateway")
    parser.add_argument("--quick", action="store_true", help="once, and short")
    parser.add_argument("--only", choices=sorted(PARTS))
    parser.add_argument("--requests", type=int, default=100_000, help="for the memory")
    asked = parser.parse_args()
    missed = 0
    with module("upstream") as upstream:
        for name, part in PARTS.items():
            if asked.only not in (None, name):
                continue
            for what, value, unit, bar, more in part(upstream, asked):
                holds = bar is None or (value >= bar if more else value <= bar)
                told = "" if bar is None else f"bar {bar:,g}{'' if holds else '  MISSED'}"
                print(f"{what:52}{value:>12,.2f} {unit:18}{told}", flush=True)
                missed += not holds
    return 1 if missed else 0


def capacity(upstream: Place, asked: argparse.Namespace) -> Iterator[Row]:
    """Requests per CPU second, whole answers."""
    rounds, seconds = (1, 2.0) if asked.quick else (3, 4.0)
    with ExitStack() as stack:
        places = {
            "uvicorn alone": stack.enter_context(module("minimal")),
            "gateway, bare": stack.enter_context(gateway(upstream.port, BARE)),
            "gateway, all features": stack.enter_context(gateway(upstream.port, FULL)),
        }
        try:
            places["nginx as a proxy"] = stack.enter_context(nginx(upstream.port))
        except FileNotFoundError:
            print("nginx is not installed: its line is missing")
        best = dict.fromkeys(places, 0.0)
        for place in places.values():
            place.load("closed", 1.0, CLIENTS)
        for _ in range(rounds):
            for name, place in places.items():
                best[name] = max(best[name], _per_second(place, "closed", seconds, CLIENTS)[0])
    for name, value in best.items():
        yield name, value, "requests/CPU-s", 8000 if name == "gateway, all features" else None, True
    full, floor = best["gateway, all features"], best["uvicorn alone"]
    yield "  all features, CPU for each request", 1e6 / full, "us", None, False
    yield "  all features beside uvicorn alone", full / floor, "x", None, True


def latency(upstream: Place, asked: argparse.Namespace) -> Iterator[Row]:
    """Added at 200 requests a second, by a schedule."""
    rounds, seconds = (1, 4.0) if asked.quick else (3, 8.0)
    with ExitStack() as stack:
        places = {"direct": upstream, "gateway": stack.enter_context(gateway(upstream.port, FULL))}
        try:
            places["nginx"] = stack.enter_context(nginx(upstream.port))
        except FileNotFoundError:
            print("nginx is not installed: its line is missing")
        found = _best(places, "open", rounds, seconds, 200)
    for name in places.keys() - {"direct"}:
        for which, bar in (("p50", 0.5), ("p99", 2.0)):
            added = found[name][which] - found["direct"][which]
            yield f"{name}: added {which} at 200/s", added, "ms", bar if name == "gateway" else None, False


def streams(upstream: Place, asked: argparse.Namespace) -> Iterator[Row]:
    """Streams of 100 tokens at 5 ms."""
    rounds, seconds = (1, 3.0) if asked.quick else (3, 5.0)
    with gateway(upstream.port, FULL) as place:
        best = max(_per_second(place, "streams", seconds, 40)[0] for _ in range(rounds))
        yield "events relayed, 40 streams side by side", best, "events/CPU-s", 20000, True
        found = _best({"direct": upstream, "gateway": place}, "streams", rounds, seconds, 5)
        added = found["gateway"]["p99"] - found["direct"]["p99"]
        yield "added p99 of the first token, 5 streams", added, "ms", 3.0, False
        yield "events that came alone, direct", found["direct"]["alone"] * 100, "%", None, True
        yield "events that came alone, through the gateway", found["gateway"]["alone"] * 100, "%", None, True
        worst = 0.0
        for _ in range(rounds * 2):
            left = place.load("leave", 0.3, 1)["left"]
            with urlopen(f"http://127.0.0.1:{upstream.port}/left") as reply:
                count, last = reply.read().split()
            worst = max(worst, (float(last) - left) * 1e3 if int(count) else float("inf"))
        yield "client leaves until the upstream is closed, worst", worst, "ms", 100, False


def start(upstream: Place, asked: argparse.Namespace) -> Iterator[Row]:
    """From the command to ready."""
    best = float("inf")
    for _ in range(1 if asked.quick else 3):
        begun = time.monotonic()
        with gateway(upstream.port, BARE):
            best = min(best, time.monotonic() - begun)
    yield "cold start to ready", best, "s", 1.5, False


def memory(upstream: Place, asked: argparse.Namespace) -> Iterator[Row]:
    """Resident, after many requests."""
    with gateway(upstream.port, FULL) as place:
        yield "memory at the start", place.memory(), "MB", None, False
        sent, half = 0, 0.0
        while sent < asked.requests:
            sent += place.load("closed", 3.0, CLIENTS)["count"]
            place.settled()
            if not half and sent * 2 >= asked.requests:
                half = place.memory()
        now = place.memory()
        yield f"memory after {sent:,} requests", now, "MB", 120, False
        yield "  of which since the first half", now - half, "MB", None, False


PARTS = {"capacity": capacity, "latency": latency, "streams": streams, "start": start, "memory": memory}


def _per_second(place: Place, kind: str, seconds: float, much: int) -> tuple[float, dict]:
    before = place.settled()
    found = place.load(kind, seconds, much)
    return found["count"] / (place.settled() - before), found


def _best(places: dict[str, Place], kind: str, rounds: int, seconds: float, much: int) -> dict[str, dict[str, float]]:
    """The least of each latency and the most of all else, in rounds side by side."""
    best: dict[str, dict[str, float]] = {}
    for name, place in places.items():
        place.load(kind, 1.0, much)
        best[name] = {}
    for _ in range(rounds):
        for name, place in places.items():
            for key, value in place.load(kind, seconds, much).items():
                better = min if key in ("p50", "p99") else max
                best[name][key] = better(best[name].get(key, value), value)
    return best


if __name__ == "__main__":
    sys.exit(main())
