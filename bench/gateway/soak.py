"""A gateway under load for minutes while its providers fail: python -m bench.gateway.soak [MINUTES] [RATE].

Two providers answer whole and in streams, and now and then with 429, 500, a reply that is cut, or none at all. In the
end there must be as many records as requests, no connection that nobody uses any more, and memory that did not grow.
"""

import asyncio
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import uvloop
from bench.gateway.load import Client, requests
from bench.gateway.places import FULL, Place, gateway, module

GROWTH = 15.0
"""Megabytes by which the second half may grow."""


async def drive(place: Place, seconds: float, rate: int) -> tuple[int, int, int]:
    """Send requests by a schedule, each fifth for a stream.

    Gives how many, how many ended well, and of how many it is not known whether they reached the gateway: it closed
    the connection and sent no byte back.
    """
    whole, streamed = requests(place.key, stream=False), requests(place.key, stream=True)
    idle: list[Client] = []
    done = unsure = 0

    async def one(number: int):
        nonlocal done, unsure
        client = idle.pop() if idle else await Client().open(place.port)
        if client.transport.is_closing():
            client = await Client().open(place.port)
        asked = client.ask(next(streamed if number % 5 == 0 else whole))
        leaves = number % 50 == 25
        if leaves:
            await asyncio.sleep(0.05)
            client.transport.abort()
        try:
            await asked
            done += 1
        except RuntimeError:
            pass
        except OSError:
            unsure += not leaves and not client.reads
            return
        if not client.transport.is_closing():
            idle.append(client)

    begun, tasks = time.perf_counter(), set()
    for number in range(int(seconds * rate)):
        await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        task = asyncio.create_task(one(number))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    for client in idle:
        client.transport.close()
    return int(seconds * rate), done, unsure


def main() -> int:
    """Drive it; 1 when anything was lost or grew."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    rate = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with module("upstream", "0.02") as upstream, gateway(upstream.port, FULL) as place:
        uvloop.run(drive(place, 5.0, rate))
        place.settled()
        before = _records(place)
        memory, sent, well, unsure = [], 0, 0, 0
        for _ in range(8):
            found = uvloop.run(drive(place, minutes * 60 / 8, rate))
            sent, well, unsure = sent + found[0], well + found[1], unsure + found[2]
            memory.append(place.memory())
            print(f"{sent:>8,} requests, {well:,} well, {memory[-1]:.0f} MB", flush=True)
        place.settled()
        lost = max(0, sent - unsure - (_records(place) - before))
        grown = memory[-1] - memory[3]
        sockets = len([each for each in Path(f"/proc/{place.pid}/fd").iterdir() if _is_socket(each)])
        print(f"records lost: {lost}; grown in the second half: {grown:.1f} MB; sockets open at the end: {sockets}")
    return 1 if lost or grown > GROWTH or sockets > 2 * rate else 0


def _records(place: Place) -> int:
    with urlopen(f"http://127.0.0.1:{place.port}/metrics") as reply:
        lines = reply.read().decode().splitlines()
    return int(sum(float(line.split()[-1]) for line in lines if line.startswith("seatrial_requests_total")))


def _is_socket(entry: Path) -> bool:
    try:
        return "socket" in str(entry.readlink())
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
