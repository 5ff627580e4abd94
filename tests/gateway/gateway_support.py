"""The gateway for tests: in this process on a free port, or as a process of its own.

async with Upstream(answer("Hello")) as upstream, gateway(config(upstream.url), tmp_path) as door:
    reply = await door.chat("Hi")
    assert reply.json["choices"][0]["message"]["content"] == "Hello"
    assert door.application.plane is not None
"""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import aiohttp

from seatrial.app.serving.application import Application
from seatrial.app.serving.reading import read_gateway
from seatrial.app.serving.serve import listening
from seatrial.app.serving.server import GatewayServer


def config(*urls: str, served: str = "", gateway: str = "", keys: str = "none", target: str = "") -> str:
    r"""A file whose model `support` has one deployment (`one`, `two`, ...) for each URL of an upstream.

    Args:
        urls: Without `/v1`.
        served: Further keys of the model, as YAML in flow style lines: `"retry: {attempts: 1}\nsticky: true"`.
        gateway: Further keys of `gateway:`.
        keys: `none` or `required`.
        target: Further keys of each target, in flow style: `"price: {input: 1, output: 2}"`.
    """
    names = ("one", "two", "three", "four")[: len(urls)]
    more = f", {target}" if target else ""
    targets = [f'  {name}: {{openai: "{url}/v1", api_key: dummy{more}}}' for name, url in zip(names, urls, strict=True)]
    lines = ["targets:", *targets, "gateway:", f"  keys: {keys}", *_indented(gateway, 2), "  models:", "    support:"]
    lines += ["      deployments:", *(f"        - {{target: {name}}}" for name in names), *_indented(served, 6)]
    return "\n".join(lines) + "\n"


def _indented(text: str, by: int) -> list[str]:
    return [" " * by + line for line in text.splitlines()]


@dataclass(frozen=True)
class Answer:
    """What the gateway answered; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The code of the error."""
        return str(self.json["error"]["code"])


@dataclass
class Door:
    """A gateway that runs."""

    port: int
    session: aiohttp.ClientSession
    scheme: str = "http"
    key: str | None = None
    """Sent with each request that says nothing else."""

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    async def ask(
        self,
        path: str,
        body: Any = None,
        *,
        method: str | None = None,
        headers: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> Answer:
        """One request; a body that is no bytes is sent as JSON."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"content-type": "application/json"} if data is not None else {}
        used = key or self.key
        sent |= ({"authorization": f"Bearer {used}"} if used else {}) | dict(headers or {})
        verb = method or ("GET" if data is None else "POST")
        async with self.session.request(verb, self.url + path, data=data, headers=sent) as reply:
            found = {name.lower(): value for name, value in reply.headers.items()}
            return Answer(reply.status, found, await reply.read())

    async def chat(self, text: str = "Hi", *, key: str | None = None, model: str = "support", **more: Any) -> Answer:
        """A chat of one message; further fields go into the body."""
        body = {"model": model, "messages": [{"role": "user", "content": text}]} | more
        return await self.ask("/v1/chat/completions", body, key=key)

    async def raw(self, data: bytes, seconds: float = 5.0) -> bytes:
        """Write bytes, and read until the gateway closes the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        try:
            async with asyncio.timeout(seconds):
                return await reader.read()
        finally:
            writer.close()


@dataclass
class Within(Door):
    """A gateway in this process."""

    application: Application = field(kw_only=True)
    server: GatewayServer = field(kw_only=True)
    path: Path = field(kw_only=True)


@asynccontextmanager
async def gateway(text: str, folder: Path, *, key: str | None = None, drain: float = 5.0) -> AsyncIterator[Within]:
    """The gateway of a file's text in this process, on a free port, as long as the block lasts."""
    path = folder / "seatrial.yaml"
    path.write_text(text)
    application = Application(read_gateway(path))
    server = GatewayServer(application, drain)
    line = listening("127.0.0.1", 0)
    task = asyncio.create_task(server.serve([line]))
    await _true(lambda: server.started or task.done())
    if task.done():
        line.close()
        await task
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            port = line.getsockname()[1]
            yield Within(port, session, key=key, application=application, server=server, path=path)
    finally:
        server.stop()
        await task


@dataclass
class Beside(Door):
    """A gateway in a process of its own."""

    process: asyncio.subprocess.Process = field(kw_only=True)
    said: bytearray = field(kw_only=True)
    """What it has written to stderr so far."""

    async def ended(self) -> int:
        """Stop it in good order; gives its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            return await self.process.wait()


@asynccontextmanager
async def process(
    text: str, folder: Path, *options: str, environ: Mapping[str, str] | None = None, port: int | None = None
) -> AsyncIterator[Beside]:
    """`seatrial serve` in a process of its own, once it is ready; killed at the end if it has not ended by then."""
    path = folder / "seatrial.yaml"
    path.write_text(text)
    port = port or free_port()
    arguments = ("serve", "--config", str(path), "--listen", f"127.0.0.1:{port}", *options)
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "seatrial", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=dict(os.environ) | dict(environ or {}),
        start_new_session=True,
    )
    said = bytearray()
    reading = asyncio.create_task(_read(started, said))
    try:
        async with aiohttp.ClientSession() as session:
            door = Beside(port, session, process=started, said=said)
            await _ready(door)
            yield door
    finally:
        if started.returncode is None:
            os.killpg(started.pid, signal.SIGKILL)
        await started.wait()
        await reading


async def _read(started: asyncio.subprocess.Process, said: bytearray) -> None:
    assert started.stderr is not None
    while data := await started.stderr.read(65536):
        said.extend(data)


async def _ready(door: Beside) -> None:
    async with asyncio.timeout(30):
        while True:
            if door.process.returncode is not None:
                raise AssertionError(f"it ended with {door.process.returncode}: {door.said.decode()}")
            try:
                if (await door.ask("/readyz")).status == 200:
                    return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


async def _true(so: Any) -> None:
    async with asyncio.timeout(10):
        while not so():  # noqa: ASYNC110  any condition
            await asyncio.sleep(0.002)


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def frames(body: bytes) -> Sequence[Any]:
    """The JSON of each event of a stream but the last `[DONE]`."""
    lines = [line.removeprefix(b"data: ") for line in body.split(b"\n") if line.startswith(b"data: ")]
    return [json.loads(line) for line in lines if line != b"[DONE]"]
