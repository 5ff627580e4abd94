"""What the tests of meaning share: a simulator with its targets, and an endpoint that answers as it is told."""

import asyncio
import json
from contextlib import asynccontextmanager

from seatrial.checks.judge import judge
from seatrial.checks.table import build_check
from seatrial.simulator.persona import load_persona
from seatrial.simulator.server import serve
from seatrial.targets.table import build_target


@asynccontextmanager
async def simulated(folder, **settings):
    """A Target behind a simulator that says what it hears."""
    path = folder / "persona.yaml"
    path.write_text("name: parrot\necho: true\n")
    async with await serve(load_persona(path)) as running:
        target = build_target("model", {"openai": running.url, "model": "parrot", **settings})
        try:
            yield target
        finally:
            await target.aclose()


@asynccontextmanager
async def endpoint(*replies, **settings):
    """A Target behind a socket that gives these replies (status 200, or a pair with another) in turn; what it heard."""
    heard, left = [], list(replies)

    async def answer(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        heard.append(json.loads(await reader.readexactly(length)))
        status, reply = left[0] if isinstance(left[0], tuple) else (200, left[0])
        left[:] = left[1:] or left
        body = json.dumps(reply).encode()
        kind = f"Content-Type: application/json\r\nConnection: close\r\nContent-Length: {len(body)}"
        writer.write(f"HTTP/1.1 {status} X\r\n{kind}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    target = build_target("model", {"openai": f"http://127.0.0.1:{port}/v1", "model": "m", **settings})
    try:
        yield target, heard
    finally:
        await target.aclose()
        server.close()


async def judged(spec, evidence, **targets):
    """The Score of a check with these targets."""
    return await judge(build_check(spec, targets), evidence)
