"""Clients, in a process of their own: raw HTTP over kept connections; prints what they saw as JSON.

python -m bench.gateway.load closed|open|streams|leave PORT SECONDS CLIENTS_OR_RATE [KEY]
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator

import uvloop
from httptools import HttpResponseParser

SAID = "When does the last ferry to Saltholm leave, what is the fare for two adults and a dog, and where is the pier? "


def requests(key: str, stream: bool) -> Iterator[bytes]:
    """Requests, no two of them alike."""
    line = f"authorization: Bearer {key}\r\n" if key else ""
    begun, number = time.time_ns(), 0
    while True:
        number += 1
        asked = {
            "model": "bench",
            "messages": [
                {"role": "system", "content": "You sell tickets."},
                {"role": "user", "content": f"{SAID}{begun + number}"},
            ],
            "temperature": 0,
            "max_tokens": 100,
        }
        if stream:
            asked |= {"stream": True, "stream_options": {"include_usage": True}}
        body = json.dumps(asked).encode()
        head = (
            "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\n"
            "user-agent: OpenAI/Python 1.99.0\r\nx-stainless-lang: python\r\nx-stainless-retry-count: 0\r\n"
            f"content-type: application/json\r\n{line}content-length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


class Client(asyncio.Protocol):
    """One connection: `ask` gives the reply when it is whole; `reads` has the time and the events of each read."""

    async def open(self, port: int) -> "Client":
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port)
        return self

    def connection_made(self, transport):
        self.transport, self.done, self.reads = transport, None, []

    def ask(self, data: bytes) -> asyncio.Future[float]:
        self.parser, self.reads, self.begun = HttpResponseParser(self), [], time.perf_counter()
        self.done = asyncio.get_running_loop().create_future()
        self.transport.write(data)
        return self.done

    def data_received(self, data):
        self.reads.append((time.perf_counter(), data.count(b"data: ")))
        self.parser.feed_data(data)

    def on_message_complete(self):
        status, now = self.parser.get_status_code(), time.perf_counter()
        if not self.done.done():
            if status == 200:
                self.done.set_result(now)
            else:
                self.done.set_exception(RuntimeError(f"status {status}"))

    def connection_lost(self, error):
        if self.done is not None and not self.done.done():
            self.done.set_exception(ConnectionError("the connection was closed"))


async def closed(port: int, seconds: float, clients: int, key: str) -> dict:
    """As many requests as there can be, each client one after the other."""
    source, until, count = requests(key, stream=False), time.perf_counter() + seconds, 0

    async def work():
        nonlocal count
        client = await Client().open(port)
        while time.perf_counter() < until:
            await client.ask(next(source))
            count += 1
        client.transport.close()

    await asyncio.gather(*(work() for _ in range(clients)))
    return {"count": count}


async def open_loop(port: int, seconds: float, rate: int, key: str) -> dict:
    """Requests by a schedule, whether earlier ones are answered or not; latency counts from when each was due."""
    source, idle, found = requests(key, stream=False), [], []
    idle = [await Client().open(port) for _ in range(16)]

    async def one(due: float, data: bytes):
        client = idle.pop() if idle else await Client().open(port)
        found.append((await client.ask(data)) - due)
        idle.append(client)

    begun, tasks = time.perf_counter() + 0.1, []
    for number in range(int(seconds * rate)):
        data, due = next(source), begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(time.perf_counter(), data)))
    await asyncio.gather(*tasks)
    found.sort()
    return {"count": len(found), "p50": found[len(found) // 2] * 1e3, "p99": found[int(len(found) * 0.99)] * 1e3}


async def streams(port: int, seconds: float, clients: int, key: str) -> dict:
    """Streams side by side: events, the time to the first, and how many came alone."""
    source, until = requests(key, stream=True), time.perf_counter() + seconds
    first, events, alone = [], 0, 0

    async def work(number: int):
        nonlocal events, alone
        client = await Client().open(port)
        await asyncio.sleep(number * 0.5 / clients)
        while time.perf_counter() < until:
            await client.ask(next(source))
            first.append(next(at for at, count in client.reads if count) - client.begun)
            events += sum(count for _, count in client.reads)
            alone += sum(count == 1 for _, count in client.reads)
        client.transport.close()

    await asyncio.gather(*(work(number) for number in range(clients)))
    first.sort()
    return {"count": events, "p50": first[len(first) // 2] * 1e3, "p99": first[int(len(first) * 0.99)] * 1e3,
            "alone": alone / events, "streams": len(first)}  # fmt: skip


async def leave(port: int, seconds: float, clients: int, key: str) -> dict:
    """Clients that leave in the middle of a stream; when they did, by the monotonic clock."""
    source = requests(key, stream=True)
    client = await Client().open(port)
    asked = client.ask(next(source))
    await asyncio.sleep(0.15)
    client.transport.abort()
    left = time.monotonic()
    await asyncio.gather(asked, return_exceptions=True)
    await asyncio.sleep(seconds)
    return {"left": left}


KINDS = {"closed": closed, "open": open_loop, "streams": streams, "leave": leave}

if __name__ == "__main__":
    kind, port, seconds, much = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    print(json.dumps(uvloop.run(KINDS[kind](port, seconds, much, sys.argv[5] if len(sys.argv) > 5 else ""))))
