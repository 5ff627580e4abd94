"""Small servers for the tests of targets: real sockets, scripted bytes."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from seatrial.core.interaction import Interaction
from seatrial.core.request import Message, Request
from seatrial.targets.openai import OpenAISettings, OpenAITarget
from seatrial.targets.options import Nature, Options, Retries, Timeouts

QUICK = Options(Timeouts(2, 2, 2, 5), Retries(attempts=4, base=0.0, cap=0.0, patience=60))
Script = Callable[["Exchange"], Awaitable[None]]


class Exchange:
    """One request that came in, and the way to answer it byte by byte."""

    def __init__(self, number: int, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> None:
        self.number, self.head, self.body, self.writer = number, head.decode("latin-1"), body, writer

    @property
    def json(self):
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None

    async def send(self, *pieces: bytes, pause: float = 0) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(pause)

    async def answer(self, body: bytes | dict, status: int = 200, kind: str = "application/json", **headers) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + data)

    async def stream(self, *pieces: bytes, pause: float = 0, end: bool = True) -> None:
        await self.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in pieces:
            await self.send(b"%x\r\n%s\r\n" % (len(piece), piece), pause=pause)
        if end:
            await self.send(b"0\r\n\r\n")
        else:
            self.writer.close()

    def reset(self) -> None:
        self.writer.transport.abort()


class Place:
    """Where a server listens, and what it was asked."""

    def __init__(self, port: int, scheme: str = "http") -> None:
        self.port, self.url = port, f"{scheme}://127.0.0.1:{port}/v1"
        self.seen: list[Exchange] = []


@asynccontextmanager
async def serving(script: Script, context: ssl.SSLContext | None = None) -> AsyncIterator[Place]:
    """A server that runs the script for each request; a script that closes the connection ends it."""
    place = Place(0, "http" if context is None else "https")
    tasks: set[asyncio.Task] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                exchange = Exchange(len(place.seen), head, b"", writer)
                exchange.body = await reader.readexactly(int(exchange.header("Content-Length") or 0))
                place.seen.append(exchange)
                await script(exchange)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError, ssl.SSLError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    place.port = server.sockets[0].getsockname()[1]
    place.url = place.url.replace(":0/", f":{place.port}/")
    try:
        yield place
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def target_at(url: str, *, nature: Nature | None = None, **settings) -> AsyncIterator[OpenAITarget]:
    """A Target at an address, closed at the end."""
    settings = {"model": "m", "stream": False, "options": QUICK, **settings}
    target = OpenAITarget("bot", OpenAISettings(url=url, **settings), nature=nature)
    try:
        yield target
    finally:
        await target.aclose()


async def ask(script: Script, question: str = "Hello?", *, nature: Nature | None = None, **settings) -> Interaction:
    """What becomes of one question to a server that runs the script."""
    async with serving(script) as place, target_at(place.url, nature=nature, **settings) as target:
        return await target.ask(request(question))


def request(question: str = "Hello?", **more) -> Request:
    return Request((Message("user", question),), **more)


def chat(text: str | None = "Hi.", **choice) -> dict:
    message = {"role": "assistant", "content": text}
    return {"model": "m-1", "choices": [{"index": 0, "message": message, "finish_reason": "stop", **choice}]} | {
        "usage": {"prompt_tokens": 9, "completion_tokens": 2}
    }


def frame(content: str | None = None, finish: str | None = None, **more) -> bytes:
    delta = {} if content is None else {"content": content}
    data = {"model": "m-1", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}
    return event(data)


def event(data: dict | str) -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    return f"data: {text}\n\n".encode()


USAGE = event({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}})
DONE = event("[DONE]")
