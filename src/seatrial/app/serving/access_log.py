"""One JSON line for each request, written by a thread: whoever reads slowly loses lines, and delays nobody."""

import asyncio
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Final

import msgspec

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.stages import Recorder

EVERY: Final = 0.1
"""Seconds between writes."""
ATOMIC: Final = 4096
"""Bytes that a pipe takes at once without mixing them with others' (PIPE_BUF of Linux)."""
MOST: Final = 10_000
"""Lines that wait; further ones are counted and left out."""


class AccessLog:
    """The log of one process.

    Args:
        out: Where lines go; stdout by default.
    """

    def __init__(self, out: BinaryIO | None = None) -> None:
        self._out: BinaryIO = out or sys.stdout.buffer
        self._lines: list[bytes] = []
        self._left_out = 0
        self._writing: asyncio.Task[None] | None = None

    def around(self, recorder: Recorder) -> Recorder:
        """A recorder that logs what it hands on."""
        return _Logging(self, recorder)

    def put(self, exchange: Exchange) -> None:
        """Take a request that is over."""
        if len(self._lines) >= MOST:
            self._left_out += 1
            return
        self._lines.append(msgspec.json.encode(_line(exchange)))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.ensure_future(self._soon())

    async def aclose(self) -> None:
        """Write what waits."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.wait([self._writing])
        await self._write()

    async def _soon(self) -> None:
        await asyncio.sleep(EVERY)
        while self._lines:
            await self._write()

    async def _write(self) -> None:
        lines, left_out = self._lines, self._left_out
        self._lines, self._left_out = [], 0
        if left_out:
            lines.append(msgspec.json.encode({"left_out": left_out}))
        if lines:
            await asyncio.to_thread(self._written, lines)

    def _written(self, lines: list[bytes]) -> None:
        done = 0
        try:
            for block in _blocks(lines):
                self._out.write(b"\n".join(block) + b"\n")
                self._out.flush()
                done += len(block)
        except (OSError, ValueError):  # nobody reads any more, or the disk is full: requests go on
            self._left_out += len(lines) - done


def _blocks(lines: list[bytes]) -> Iterator[list[bytes]]:
    """Lines in blocks that a pipe takes whole: several workers write to the same one."""
    block: list[bytes] = []
    size = 0
    for line in lines:
        if block and size + len(line) + 1 > ATOMIC:
            yield block
            block, size = [], 0
        block.append(line)
        size += len(line) + 1
    yield block


class _Logging:
    def __init__(self, log: AccessLog, recorder: Recorder) -> None:
        self._log, self._recorder = log, recorder

    def put(self, exchange: Exchange) -> None:
        self._log.put(exchange)
        self._recorder.put(exchange)


def _line(exchange: Exchange) -> dict[str, object]:
    """What is said of a request: nothing that anyone wrote in it."""
    asked, caller, usage = exchange.asked, exchange.caller, exchange.usage
    at = datetime.fromtimestamp(exchange.started / 1e9, UTC)
    line: dict[str, object] = {
        "at": at.isoformat(timespec="milliseconds"),
        "id": exchange.id,
        "path": exchange.path[:200],
        "status": exchange.status,
        "ms": round((exchange.ended - exchange.started) / 1e6, 3),
        "first_ms": None if exchange.first is None else round((exchange.first - exchange.started) / 1e6, 3),
        "model": exchange.route.name if exchange.route else None,
        "deployment": exchange.deployment.name if exchange.deployment else None,
        "served_by": exchange.served_by,
        "attempts": exchange.attempts,
        "stream": bool(asked and asked.stream),
        "key": caller.key if caller else None,
        "project": caller.project if caller else None,
        "input": usage.input if usage else None,
        "output": usage.output if usage else None,
        "failure": exchange.failure.kind.value if exchange.failure else None,
    }
    return {name: value for name, value in line.items() if value is not None}
