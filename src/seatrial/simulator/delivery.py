"""Putting an answer on the socket at the right moments, with the faults that spoil its bytes."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

from seatrial.simulator import fault_kinds as kinds
from seatrial.simulator.faults import NOTHING, Strikes
from seatrial.simulator.latency import Pace

JSON = "application/json"
_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>{status}</title></head>"
    "<body><h1>{status}</h1><p>The gateway has nothing better to say.</p></body></html>\n"
)


class Parcel(msgspec.Struct, frozen=True):
    """A finished body on its way out."""

    body: bytes
    headers: Mapping[str, str]
    status: int = 200
    tokens: int = 1


class Timetable:
    """When the parts of one answer are due, delays of faults included.

    Args:
        pace: The pace that the latency model gave.
        strikes: The faults of this request.
    """

    def __init__(self, pace: Pace, strikes: Strikes) -> None:
        self._stalls = strikes.each(kinds.Stall)
        self._headers = sum(fault.delay for fault in strikes.each(kinds.SlowHeaders))
        delay = self._headers + sum(fault.delay for fault in strikes.each(kinds.Slow))
        delay += sum(fault.delay for fault in strikes.each(kinds.ColdStart))
        factor = 1.0
        for strike in strikes:
            if isinstance(strike.fault, kinds.Drift):
                factor *= 1 + (strike.fault.slower - 1) * strike.strength
        self._pace = pace.slower(factor, delay) if delay or factor != 1.0 else pace

    def headers_due(self) -> float:
        """When the queue has let the request through and the headers may go."""
        return self._pace.served + self._headers

    def token_due(self, index: int) -> float:
        """When a token (counted from 0) may go."""
        return self._pace.due(index) + sum(fault.delay for fault in self._stalls if fault.at <= index)

    async def headers(self) -> None:
        """Wait until the headers may go."""
        await _until(self.headers_due())

    async def token(self, index: int) -> None:
        """Wait until a token may go."""
        await _until(self.token_due(index))


async def _until(moment: float) -> None:
    wait = moment - time.monotonic()
    if wait > 0:
        await asyncio.sleep(wait)


async def send_body(request: web.BaseRequest, parcel: Parcel, times: Timetable, strikes: Strikes = NOTHING) -> Any:
    """Send a whole body when its last token is due."""
    await times.headers()
    await times.token(parcel.tokens - 1)
    if odd := odd_page(strikes, parcel.headers):
        return odd
    body = parcel.body
    if strikes.first(kinds.MalformedJson):
        body = body[: len(body) * 2 // 3]
    if strikes.first(kinds.CutStream):
        return await _send_half(request, parcel)
    return web.Response(body=body, status=parcel.status, headers=parcel.headers, content_type=JSON)


def odd_page(strikes: Strikes, headers: Mapping[str, str]) -> web.Response | None:
    """What is sent instead of an answer when HTML or garbage was planted."""
    if page := strikes.first(kinds.HtmlPage):
        text = _PAGE.format(status="502 Bad Gateway" if page.status == 502 else "Welcome")
        return web.Response(text=text, status=page.status, headers=headers, content_type="text/html")
    if garbage := strikes.first(kinds.Garbage):
        pattern = bytes((7 * index * index + 131 * index + 0xFE) % 256 for index in range(1024))
        body = (b"\xff\xfe\x80" + pattern * (garbage.size // 1024 + 1))[: garbage.size]
        return web.Response(body=body, headers=headers, content_type=JSON)
    return None


async def _send_half(request: web.BaseRequest, parcel: Parcel) -> web.StreamResponse:
    """Promise the whole length, send half of it, and hang up."""
    response = web.StreamResponse(status=parcel.status, headers=parcel.headers)
    response.content_type = JSON
    response.content_length = len(parcel.body)
    await response.prepare(request)
    await response.write(parcel.body[: len(parcel.body) // 2])
    hang_up(request)
    return response


def hang_up(request: web.BaseRequest) -> None:
    """Close the connection after what was written."""
    if request.transport is not None:
        request.transport.close()


def reset(request: web.BaseRequest) -> web.Response:
    """Abort the connection before anything is sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
