"""Whose limit or budget it is: one key, project, user or model, each of them, or all together."""

from hashlib import blake2b
from typing import Final, Literal, get_args

import msgspec

from seatrial.core.errors import Mistake
from seatrial.gateway.exchange import Exchange

Kind = Literal["all", "key", "project", "user", "model"]
EACH = "*"
_KINDS: Final[dict[str, Kind]] = {kind: kind for kind in get_args(Kind) if kind != "all"}


class Scope(msgspec.Struct, frozen=True):
    """`all`, `project:support` (that one), or `user:*` (each of them for itself)."""

    kind: Kind
    name: str = EACH

    def __str__(self) -> str:
        return self.kind if self.kind == "all" else f"{self.kind}:{self.name}"

    def subject(self, exchange: Exchange) -> str | None:
        """Whose account a request goes to; None when it is none of this scope's.

        Users are those whom a project names in its requests: two projects may mean two people by one name. Their names
        are hashed (BLAKE2b, RFC 7693, 64 bits), as they may be addresses of people.
        """
        if self.kind == "all":
            return ""
        found = _named(self.kind, exchange)
        if not found or (self.name not in (EACH, found)):
            return None
        if self.kind != "user":
            return found
        project = exchange.caller.project if exchange.caller is not None else ""
        return blake2b(f"{project}\0{found}".encode(), digest_size=8).hexdigest()


def parse_scope(text: str) -> Scope:
    """`project:support`, `key:ID`, `user:*`, `model:support` or `all`.

    Raises:
        Mistake: It is none of these.
    """
    kind, colon, name = text.strip().partition(":")
    if kind == "all" and not colon:
        return Scope("all")
    known = _KINDS.get(kind)
    if known is None or not name.strip():
        expected = "`all`, `project:support`, `key:ID`, `user:*` or `model:support`"
        raise Mistake(f"one of {expected} is expected, {text[:80]!r} was found")
    return Scope(known, name.strip())


def _named(kind: Kind, exchange: Exchange) -> str | None:
    if kind == "user":
        return None if exchange.asked is None else exchange.asked.user
    if kind == "model":
        return None if exchange.route is None else exchange.route.name
    if exchange.caller is None:
        return None
    return exchange.caller.key if kind == "key" else exchange.caller.project
