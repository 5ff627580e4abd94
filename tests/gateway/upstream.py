"""A far side that plays scripted bytes: whole answers, streams, and all the faults that providers have.

A script is a list of steps: bytes are written, a number is a pause in seconds, `STALL`, `CUT` and `RESET` do what they
say, an `asyncio.Event` is waited for. Scripts are played in turn, one for each request; the last again and again.

    async with Upstream(faults.too_many(retry_after="1"), answer("Hello")) as upstream:
        ...  # ask upstream.url + "/v1/chat/completions"
        assert upstream.requests[0].json["model"] == "m"
"""

import asyncio
import json
import socket
import ssl
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

REASONS = {200: b"OK", 404: b"Not Found", 429: b"Too Many Requests", 500: b"Internal Server Error"}
USAGE = {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}


class Step(Enum):
    """What is neither bytes nor a pause."""

    STALL = "say nothing more, but stay connected"
    CUT = "close in good order"
    RESET = "reset the connection (TCP RST)"


STALL, CUT, RESET = Step.STALL, Step.CUT, Step.RESET
Script = Sequence["bytes | float | Step | asyncio.Event"]


@dataclass
class Asked:
    """A request as it came in; names of headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    raw_head: bytes
    body: bytes = b""
    at: float = field(default_factory=time.monotonic)

    @cached_property
    def json(self) -> Any:
        return json.loads(self.body)


class Upstream:
    """A server on a free port of loopback, for as long as the block lasts.

    Args:
        scripts: One for each request, or functions of the request that give one; the last serves all further requests.
        tls: The server's context; see `tls_server`.
        early: Play as soon as the head of the request is there, and do not wait for its body.
        reads: False: what comes behind the head is never read from the socket.
        greets: Written as soon as somebody connects, before any request.
    """

    def __init__(
        self,
        *scripts: "Script | Callable[[Asked], Script]",
        tls: ssl.SSLContext | None = None,
        early: bool = False,
        reads: bool = True,
        greets: Script = (),
        host: str = "127.0.0.1",
    ) -> None:
        self.scripts = list(scripts)
        self.early, self.reads, self.greets = early, reads, greets
        self.requests: list[Asked] = []
        self.connections = 0
        self.lines: set[_Line] = set()
        self.left = asyncio.Event()
        """Set when a client has closed or reset a connection while a script was being played."""
        self.left_at = 0.0
        self.written = 0
        self._tls, self._host, self._turn = tls, host, 0

    @property
    def open(self) -> int:
        """Connections that are open now."""
        return len(self.lines)

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self._host}:{self.port}"

    async def __aenter__(self) -> "Upstream":
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Line(self), self._host, 0, ssl=self._tls, backlog=2048)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for line in list(self.lines):
            line.transport.abort()
        await self._server.wait_closed()
        await until(lambda: not self.lines)

    def script_for(self, asked: Asked) -> Script:
        script = self.scripts[min(self._turn, len(self.scripts) - 1)]
        self._turn += 1
        return script(asked) if callable(script) else script


class _Line(asyncio.Protocol):
    """One connection of a client."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream, self._buffer = upstream, bytearray()
        self._more, self._writable = asyncio.Event(), asyncio.Event()
        self._writable.set()
        self._playing = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._upstream.connections += 1
        self._upstream.lines.add(self)
        self._task = asyncio.ensure_future(self._serve())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._more.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._upstream.lines.discard(self)
        if self._playing:
            self._upstream.left_at = time.monotonic()
            self._upstream.left.set()
        self._task.cancel()

    async def _serve(self) -> None:
        upstream = self._upstream
        await self._play(upstream.greets)
        while True:
            while b"\r\n\r\n" not in self._buffer:
                await self._read()
            asked = _asked(self._taken(self._buffer.index(b"\r\n\r\n") + 4)[:-4])
            upstream.requests.append(asked)
            if not upstream.reads:
                self.transport.pause_reading()
            elif not upstream.early:
                length = int(asked.headers.get("content-length", 0))
                while len(self._buffer) < length:
                    await self._read()
                asked.body = self._taken(length)
            await self._play(upstream.script_for(asked))

    def _taken(self, length: int) -> bytes:
        taken = bytes(self._buffer[:length])
        del self._buffer[:length]
        return taken

    async def _read(self) -> None:
        self._more.clear()
        await self._more.wait()

    async def _play(self, script: Script) -> None:
        self._playing = True
        for step in script:
            if isinstance(step, bytes):
                self.transport.write(step)
                self._upstream.written += len(step)
                await self._writable.wait()
            elif isinstance(step, asyncio.Event):
                await step.wait()
            elif isinstance(step, Step):
                await self._end(step)
            else:
                await asyncio.sleep(step)
        self._playing = False

    async def _end(self, step: Step) -> None:
        if step is not STALL:
            self._playing = False
            if step is CUT:
                self.transport.close()
            else:
                reset(self.transport)
        await asyncio.Event().wait()  # until the connection is lost


def reset(transport: asyncio.Transport) -> None:
    """Close so that the other side sees a reset, not an end."""
    line = transport.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _asked(head: bytes) -> Asked:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    fields = (line.partition(":") for line in lines)
    return Asked(method, path, {name.lower(): value.strip() for name, _, value in fields}, head)


async def until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until something is so; fail if it never is."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  any condition
            await asyncio.sleep(0.002)


def refused_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


# scripts that are as they should be


def head(status: int = 200, *lines: str, kind: str = "application/json") -> bytes:
    """The head of a reply with further header lines."""
    reason = REASONS.get(status, b"Whatever").decode()
    return "\r\n".join([f"HTTP/1.1 {status} {reason}", f"content-type: {kind}", *lines, "", ""]).encode("latin-1")


def whole(body: bytes, status: int = 200, *lines: str, kind: str = "application/json") -> Script:
    """A reply with its length."""
    return [head(status, f"content-length: {len(body)}", *lines, kind=kind) + body]


def answer(text: str = "Hello", *lines: str, usage: "dict[str, Any] | None" = USAGE, model: str = "m") -> Script:
    """A whole chat answer."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    body = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model, "choices": [choice]}
    return whole(json.dumps(body | ({"usage": usage} if usage else {})).encode(), 200, *lines)


def frame(delta: "dict[str, Any] | None", finish: str | None = None, usage: "dict[str, Any] | None" = None) -> bytes:
    """One event of a chat stream; delta None: the frame with the usage."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    body: dict[str, Any] = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return b"data: " + json.dumps(body | {"choices": choices, "usage": usage}).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"
END = b"0\r\n\r\n"
STREAM_HEAD = head(200, "transfer-encoding: chunked", "cache-control: no-cache", kind="text/event-stream")


def chunked(data: bytes) -> bytes:
    """One HTTP chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def events(*frames: bytes, gap: float = 0.0, end: Script = (END,)) -> Script:
    """A stream of these events, each in a chunk of its own; `end` says how it ends: whole, CUT, RESET or STALL."""
    steps: list[Any] = [STREAM_HEAD]
    for each in frames:
        steps += [chunked(each), *([gap] if gap else [])]
    return [*steps, *end]


def stream(
    *tokens: str, gap: float = 0.0, usage: "dict[str, Any] | None" = USAGE, done: bool = True, end: Script = (END,)
) -> Script:
    """A whole chat stream of these tokens, with the usage in a frame of its own (None: without)."""
    tail = [frame({}, "stop"), *([frame(None, usage=usage)] if usage else []), *([DONE] if done else [])]
    return events(*_opening(tokens or ("Hel", "lo")), *tail, gap=gap, end=end)


def _opening(tokens: Sequence[str]) -> list[bytes]:
    return [frame({"role": "assistant", "content": ""}), *(frame({"content": token}) for token in tokens)]


class faults:  # noqa: N801  reads as a module: faults.reset()
    """Scripts of providers that fail."""

    @staticmethod
    def reset() -> Script:
        """A reset before the head."""
        return [RESET]

    @staticmethod
    def reset_after_head() -> Script:
        """The head of a stream, and then a reset before the first byte of its body."""
        return [STREAM_HEAD, 0.02, RESET]

    @staticmethod
    def closed() -> Script:
        """The connection is closed in good order instead of an answer."""
        return [CUT]

    @staticmethod
    def silent() -> Script:
        """No answer at all."""
        return [STALL]

    @staticmethod
    def slow_head(seconds: float, then: Script) -> Script:
        """The head, but late."""
        return [seconds, *then]

    @staticmethod
    def dripping_head(gap: float) -> Script:
        """A head that comes byte by byte and takes for ever."""
        return [step for byte in head(200, *["x-filler: yes"] * 50) for step in (bytes([byte]), gap)]

    @staticmethod
    def stall_at(tokens: int) -> Script:
        """A stream that says nothing more after some tokens."""
        return events(*_opening(["tok "] * tokens), end=[STALL])

    @staticmethod
    def cut_after(tokens: int, how: Step = CUT) -> Script:
        """A stream whose connection is closed, or reset, after some tokens."""
        return events(*_opening(["tok "] * tokens), end=[0.02, how])

    @staticmethod
    def ends_early(tokens: int) -> Script:
        """A stream that ends well as HTTP, though the answer is not whole."""
        return events(*_opening(["tok "] * tokens))

    @staticmethod
    def cut_body() -> Script:
        """A whole answer that is shorter than it said."""
        return [head(200, "content-length: 1000") + b'{"id": "chatcmpl', 0.02, CUT]

    @staticmethod
    def no_done() -> Script:
        """A whole stream without `[DONE]`."""
        return stream(done=False)

    @staticmethod
    def malformed_event() -> Script:
        """A stream with an event in the middle that is no JSON."""
        tail = [b'data: {"choices": [{"delta": \n\n', frame({"content": "lo"}), frame({}, "stop"), DONE]
        return events(*_opening(["Hel"]), *tail)

    @staticmethod
    def error_in_stream(code: str = "server_error") -> Script:
        """An error inside a stream of status 200, and no end behind it."""
        error = {"error": {"message": "The engine broke.", "type": code, "param": None, "code": code}}
        return events(*_opening(["Hel"]), b"data: " + json.dumps(error).encode() + b"\n\n")

    @staticmethod
    def half_character() -> Script:
        """A UTF-8 character that comes in two reads."""
        data = b'data: {"choices":[{"index":0,"delta":{"content":"caf\xc3\xa9"},"finish_reason":"stop"}]}\n\n'
        cut = data.index(b"\xa9")
        return [STREAM_HEAD, chunked(data[:cut]), 0.02, chunked(data[cut:]), chunked(DONE), END]

    @staticmethod
    def wrong_usage() -> Script:
        """A usage that cannot be."""
        return answer("Hello", usage={"prompt_tokens": -5, "completion_tokens": "many", "total_tokens": None})

    @staticmethod
    def error(status: int, code: str | None = None, *lines: str, type_: str = "server_error") -> Script:
        """An error in OpenAI's shape."""
        body = {"error": {"message": "It did not work.", "type": type_, "param": None, "code": code}}
        return whole(json.dumps(body).encode(), status, *lines)

    @staticmethod
    def too_many(retry_after: str | None = None) -> Script:
        """429, with `Retry-After` or without."""
        lines = () if retry_after is None else (f"retry-after: {retry_after}",)
        return faults.error(429, "rate_limit_exceeded", *lines, type_="requests")

    @staticmethod
    def no_quota() -> Script:
        """429 that no waiting mends."""
        return faults.error(429, "insufficient_quota", type_="insufficient_quota")

    @staticmethod
    def html(status: int = 502) -> Script:
        """The page of some proxy."""
        return whole(b"<html><body><h1>Bad gateway</h1></body></html>", status, kind="text/html")

    @staticmethod
    def redirect(to: str) -> Script:
        """A redirect, which must not be followed."""
        return whole(b"", 307, f"location: {to}")

    @staticmethod
    def garbage() -> Script:
        """No HTTP at all."""
        return [b"\x00\x01SSH-2.0-whatever\r\n\r\n"]

    @staticmethod
    def pipelined(then: bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nstolen") -> Script:
        """A good answer with a second one behind it that nobody asked for."""
        good = answer()[0]
        assert isinstance(good, bytes)
        return [good + then]


# TLS


def tls_server(authority: Any, host: str = "127.0.0.1", *, expired: bool = False) -> ssl.SSLContext:
    """A server's context with a certificate of a `trustme.CA()` for a host.

    The client's side: `context = ssl.create_default_context(); authority.configure_trust(context)`.
    """
    from datetime import UTC, datetime, timedelta

    past = datetime.now(UTC) - timedelta(days=1)
    certificate = authority.issue_cert(host, **({"not_after": past} if expired else {}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
