"""Which deployment a session stays with: weighted rendezvous hashing, which needs no memory and survives a reload.

Source: Thaler and Ravishankar, "Using name-based mappings to increase hit rates" (1998); the weights after
Schindelhauer and Schomaker, "Weighted distributed hash tables" (2005): the score is -weight / ln(hash).
"""

import math
from collections.abc import Sequence
from hashlib import blake2b

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.routing.live import Live


def session_of(exchange: Exchange) -> str | None:
    """What the request belongs to: the header `x-session-id`, else the body's `user`, else the key."""
    told = exchange.header(b"x-session-id")
    if told:
        return told.decode("latin-1")
    if exchange.asked is not None and exchange.asked.user:
        return exchange.asked.user
    return exchange.caller.key or None if exchange.caller is not None else None


def at_home(session: str, candidates: Sequence[Live]) -> Live:
    """The session's deployment among these; when one goes, only its own sessions move."""
    return max(candidates, key=lambda live: _score(session, live))


def _score(session: str, live: Live) -> float:
    name = f"{live.deployment.name}\0{session}".encode("utf-8", "surrogatepass")
    drawn = int.from_bytes(blake2b(name, digest_size=8).digest(), "big")
    return -live.deployment.weight / math.log((drawn + 1) / (2**64 + 2))
