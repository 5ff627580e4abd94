"""What admins see of the cache, and how they make it forget."""

import asyncio
import os
from typing import Any

import msgspec

from seatrial.app.serving.gatehouse import Visit
from seatrial.app.serving.watching import CLEAR
from seatrial.gateway.wire.errors import Refusal


class Forget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be forgotten: of a model, with a tag, with a tag that begins so; without any of them all there is."""

    model: str | None = None
    tag: str | None = None
    prefix: str | None = None


async def cache(visit: Visit) -> Any:
    """What the worker that was asked keeps, and how requests met it."""
    shelf = visit.application.building.shelf
    return {"worker": os.getpid(), **shelf.stats(), "answers": shelf.memory.models()}


async def clear_cache(visit: Visit) -> Any:
    """Forget; the other workers then forget all that they keep."""
    application, wish = visit.application, await visit.body(Forget)
    if wish.model is not None and wish.model not in application.config.routes:
        raise Refusal(404, "invalid_request_error", "unknown_model", "There is no such model here.", param="model")
    told = {name: value for name, value in msgspec.structs.asdict(wish).items() if value is not None}
    detail = " ".join(f"{name}={value}" for name, value in told.items())
    await visit.done("cache.clear", wish.model or "", detail)

    def tell() -> str:
        with application.keys.open() as store:
            return store.count(CLEAR)

    application.wishes = application.wishes | {CLEAR: await asyncio.to_thread(tell)}
    return {"forgotten": application.building.shelf.clear(**told)}
