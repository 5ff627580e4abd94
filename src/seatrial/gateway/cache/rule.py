"""How the answers of one name are kept."""

import hashlib
from typing import Literal

import msgspec

from seatrial.gateway.config import Route

Among = Literal["project", "key", "everyone"]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """The `cache:` of one model.

    `ttl` and `stale` are seconds: how long an answer is good, and how long after that it is still given while a new one
    is fetched. `scope` says who shares answers, `temperature` from where on requests are not kept, `tags` stand on all
    answers. `stamp` changes with whatever else decides what is answered.
    """

    ttl: float = 3600.0
    stale: float = 0.0
    scope: Among = "project"
    temperature: float = 1.0
    tags: tuple[str, ...] = ()
    stamp: str = ""


def stamp_of(route: Route) -> str:
    """What changes when a name is answered by other models: after that nothing that was kept is found."""
    behind = [(each.url, each.model, each.dialect, each.headers) for each in route.deployments]
    written = msgspec.json.encode([behind, route.most_tokens, route.most_n, route.stop])
    return hashlib.sha256(written).hexdigest()[:16]
