"""The endpoints of the admin side."""

import asyncio
import os
from typing import Any

import msgspec
from starlette.routing import Route as Page

from seatrial.app.serving.application import Application
from seatrial.app.serving.budget_status import budget_status
from seatrial.app.serving.cache_pages import cache, clear_cache
from seatrial.app.serving.gatehouse import Gatehouse, Visit
from seatrial.app.serving.key_wish import KeyWish, record_of, seconds_of
from seatrial.app.serving.watching import DRAIN, RELOAD
from seatrial.core.errors import Mistake
from seatrial.gateway.admin.audit import read_acts
from seatrial.gateway.keys.key import KeyRecord, id_of, shown
from seatrial.gateway.routing.live import Live
from seatrial.gateway.wire.errors import Refusal, bad_request


class Overlap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the old secret goes on opening."""

    overlap: str = "0s"


def admin_pages(application: Application) -> list[Page]:
    """All of them, behind the entrance."""
    guarded = Gatehouse(application).guarded
    return [
        Page("/admin/status", guarded(status)),
        Page("/admin/routes", guarded(routes)),
        Page("/admin/keys", guarded(list_keys), methods=["GET"]),
        Page("/admin/keys", guarded(create_key), methods=["POST"]),
        Page("/admin/keys/{id}/rotate", guarded(rotate_key), methods=["POST"]),
        Page("/admin/keys/{id}/revoke", guarded(revoke_key), methods=["POST"]),
        Page("/admin/budgets", guarded(budgets)),
        Page("/admin/cache", guarded(cache)),
        Page("/admin/cache/clear", guarded(clear_cache), methods=["POST"]),
        Page("/admin/audit", guarded(audit)),
        Page("/admin/reload", guarded(reload), methods=["POST"]),
        Page("/admin/drain", guarded(drain), methods=["POST"]),
        Page("/admin/drain", guarded(fill), methods=["DELETE"]),
    ]


async def status(visit: Visit) -> Any:
    """How the worker that was asked is."""
    application = visit.application
    return {
        "instance": application.instance,
        "worker": os.getpid(),
        "config": str(application.config.path),
        "models": list(application.config.routes),
        "in_flight": application.in_flight,
        "ready": not application.unready(),
        "why": application.unready() or None,
    }


async def routes(visit: Visit) -> Any:
    """Models with their deployments, and how these are."""
    application = visit.application
    lives = application.building.lives
    return {
        name: {
            "balance": route.balance,
            "fallback": route.fallback,
            "deployments": [_live(lives[each]) for each in route.deployments if each in lives],
        }
        for name, route in application.config.routes.items()
    }


def _live(live: Live) -> dict[str, Any]:
    return {
        "name": live.deployment.name,
        "state": live.health.state,
        "seconds_until_asked": round(live.health.wait(), 3),
        "in_flight": live.busy,
        "seconds_to_first_byte": live.latency,
        "room": round(live.room, 3),
    }


async def list_keys(visit: Visit) -> Any:
    """All keys, without what they open with."""
    return {"keys": [listed(each) for each in await asyncio.to_thread(_keys, visit)]}


def _keys(visit: Visit) -> list[KeyRecord]:
    with visit.application.keys.open() as store:
        return store.keys()


def listed(record: KeyRecord) -> dict[str, Any]:
    """A key as it is shown."""
    return {"key": shown(record.id), **msgspec.to_builtins(record)}


async def create_key(visit: Visit) -> Any:
    """A new key; the reply is the only place where its text ever stands."""
    wish = await visit.body(KeyWish)
    record = record_of(wish, visit.application.config.routes)
    await visit.done("keys.create", record.project, detail=f"{record.name} {record.environment}")

    def make() -> tuple[KeyRecord, str]:
        with visit.application.keys.open() as store:
            return store.create(record)

    made, text = await asyncio.to_thread(make)
    return listed(made) | {"key": text}


async def rotate_key(visit: Visit) -> Any:
    """A new secret for a key."""
    key_id, overlap = id_of(visit.request.path_params["id"]), await visit.body(Overlap)
    seconds = seconds_of(overlap.overlap, "overlap")
    await visit.done("keys.rotate", key_id, detail=f"overlap {overlap.overlap}")

    def make() -> str:
        with visit.application.keys.open() as store:
            return store.rotate(key_id, seconds)

    return {"id": key_id, "key": await _known(make)}


async def revoke_key(visit: Visit) -> Any:
    """The key opens nothing more."""
    key_id = id_of(visit.request.path_params["id"])
    await visit.done("keys.revoke", key_id)

    def make() -> KeyRecord:
        with visit.application.keys.open() as store:
            return store.revoke(key_id)

    record = await _known(make)
    await asyncio.to_thread(visit.application.keys.look)  # here at once, in other workers within a second
    return listed(record)


async def _known(make: Any) -> Any:
    try:
        return await asyncio.to_thread(make)
    except Mistake as mistake:
        raise Refusal(404, "invalid_request_error", "unknown_key", mistake.what) from None


async def budgets(visit: Visit) -> Any:
    """How far budgets are spent, of this day or month; money in nano-units of its currency."""
    found = await asyncio.to_thread(budget_status, visit.application.config.path)
    return {"budgets": [msgspec.to_builtins(each) | {"share": each.share} for each in found]}


async def audit(visit: Visit) -> Any:
    """What was done here, the newest first."""
    limit = visit.request.query_params.get("limit", "100")
    if not limit.isdigit() or not 1 <= int(limit) <= 10_000:
        raise bad_request("`limit` is a number from 1 to 10000.", param="limit")
    return {"acts": await asyncio.to_thread(read_acts, visit.application.keys.folder, int(limit))}


async def reload(visit: Visit) -> Any:
    """Read the file again, in all workers; a bad one is refused with its mistakes."""
    application = visit.application
    await visit.done("reload", str(application.config.path))
    await application.reload()

    def tell() -> str:
        with application.keys.open() as store:
            return store.count(RELOAD)

    application.wishes = application.wishes | {RELOAD: await asyncio.to_thread(tell)}
    return {"models": list(application.config.routes)}


async def drain(visit: Visit) -> Any:
    """Be not ready, so that a load balancer sends nothing more; requests that come are still answered."""
    return await _drained(visit, visit.application.instance)


async def fill(visit: Visit) -> Any:
    """Be ready again."""
    return await _drained(visit, "")


async def _drained(visit: Visit, instance: str) -> Any:
    application = visit.application
    await visit.done("drain" if instance else "drain.end")

    def tell() -> None:
        with application.keys.open() as store:
            store.set_control(DRAIN, instance)

    await asyncio.to_thread(tell)
    application.wishes = application.wishes | {DRAIN: instance}
    return {"draining": application.draining, "in_flight": application.in_flight}
