"""All keys in memory, by the hash of their text: one look-up for each request."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_network

from seatrial.gateway.config import Terms
from seatrial.gateway.keys.key import LONGEST, Hasher, KeyRecord, Network
from seatrial.gateway.keys.store import Entrance

NEVER = 1 << 63


@dataclass(frozen=True, slots=True)
class Holder:
    """Who shows a key: a Caller.

    `ends` is the UTC nanosecond from which it opens nothing more; `revoked` says whether that is why.
    """

    key: str
    project: str
    environment: str
    terms: Terms
    models: frozenset[str] | None
    networks: tuple[Network, ...] | None
    ends: int
    revoked: bool
    admin: bool

    def may_ask(self, route: str) -> bool:
        """Whether the key is for this name."""
        return self.models is None or route in self.models


class Ring:
    """Keys by their hashes.

    Args:
        hasher: With the server's secret.
        entrances: What the store holds.
    """

    __slots__ = ("_hash", "_holders")

    def __init__(self, hasher: Hasher, entrances: Iterable[Entrance] = ()) -> None:
        self._hash = hasher
        self._holders = {each.hash: _holder(each.record, each.ends) for each in entrances}

    def __len__(self) -> int:
        return len(self._holders)

    def find(self, text: bytes) -> Holder | None:
        """Whose key this is."""
        return self._holders.get(self._hash(text)) if len(text) <= LONGEST else None


def _holder(record: KeyRecord, ends: int | None) -> Holder:
    moments = [moment for moment in (ends, record.expires, record.revoked) if moment is not None]
    return Holder(
        key=record.id,
        project=record.project,
        environment=record.environment,
        terms=record.terms,
        models=None if record.models is None else frozenset(record.models),
        networks=None if record.allow is None else tuple(ip_network(each) for each in record.allow),
        ends=min(moments, default=NEVER),
        revoked=record.revoked is not None,
        admin=record.admin,
    )
