"""Records and `/metrics` of a running server: begun with it, asked by Prometheus."""

import asyncio
import time
from typing import Protocol

from seatrial.app.serving.building import Building
from seatrial.app.serving.keys import Keys, is_loopback
from seatrial.app.serving.metrics import CONTENT_TYPE, Board, text_of
from seatrial.app.serving.reading import GatewayConfig
from seatrial.gateway.asgi import Headers, Scope, Send
from seatrial.gateway.metrics import Tally
from seatrial.gateway.wire.errors import Refusal

_FORWARDED = (b"x-forwarded-for", b"forwarded", b"x-real-ip")


class Recorded(Protocol):
    """An application, as far as its records and sums go."""

    config: GatewayConfig
    building: Building
    board: Board | None
    instance: str
    in_flight: int
    keys: Keys


def begin_records(application: Recorded) -> Board | None:
    """Keep what is over from now on, and show the sums to all workers."""
    records = application.building.records
    if records is None:
        return None
    board = Board(application.config.store, application.instance, records.counting, lambda: _now(application))
    board.clean()
    records.start(board.publish)
    return board


def log_headers(application: Recorded) -> Headers:
    """How the keeping of records goes, in one header: it says `dropped` before anybody looks at the metrics."""
    records = application.building.records
    if records is None:
        return []
    told = "; ".join(f"{name}={value}" for name, value in records.state().items() if name != "trouble")
    return [(b"x-seatrial-log", told.encode() + (b"; trouble" if records.log.trouble else b""))]


async def answer_metrics(application: Recorded, scope: Scope, send: Send) -> None:
    """The sums of all workers, for admins and for this machine."""
    board = application.board
    assert board is not None  # noqa: S101  asked before
    try:
        _enter(application, scope)
    except Refusal as refusal:
        await _reply(send, refusal.status, refusal.body, [(b"content-type", b"application/json"), *refusal.headers])
        return
    text = await asyncio.to_thread(lambda: text_of(board.sums()))
    await _reply(send, 200, text, [(b"content-type", CONTENT_TYPE), (b"cache-control", b"no-store")])


def _enter(application: Recorded, scope: Scope) -> None:
    """Who may see what is spent: whoever asks from this machine itself, and admins.

    Raises:
        Refusal: Nobody of them.
    """
    headers, client = scope["headers"], scope.get("client")
    peer = client[0] if client else ""
    forwarded = any(name in _FORWARDED for name, _ in headers)
    if application.config.model.keys == "none" or (is_loopback(peer) and not forwarded):
        return
    if not application.keys.door.holder(headers, peer, time.time_ns()).admin:
        raise Refusal(403, "permission_error", "no_admin_key", "This key is not for the admin side.")


def _now(application: Recorded) -> Tally:
    """What is counted elsewhere; called in the thread of the records, which reads single numbers alone."""
    records = application.building.records
    assert records is not None  # noqa: S101  it calls
    queue, log, tally = records.queue, records.log, Tally({}, {})
    for name, value in {
        "seatrial_log_written_total": log.written,
        "seatrial_log_spooled_total": log.spooled,
        "seatrial_log_thinned_total": queue.thinned,
        "seatrial_log_dropped_total": queue.dropped + log.lost,
        "seatrial_log_queue": len(queue),
        "seatrial_log_trouble": int(bool(log.trouble)),
        "seatrial_in_flight": application.in_flight,
    }.items():
        tally.put(name, (), value)
    for deployment, live in list(application.building.lives.items()):
        tally.count("seatrial_deployment_in_flight", (deployment.name,), live.busy)
        tally.put("seatrial_deployment_up", (deployment.name,), int(live.health.wait() <= 0))
    return tally


async def _reply(send: Send, status: int, body: bytes, headers: Headers) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
