"""How many requests this process has in flight, and who is sent away first when there are too many."""

from typing import Final

from seatrial.gateway.config import Priority
from seatrial.gateway.wire.errors import too_many

SHARES: Final[dict[Priority, float]] = {"low": 0.8, "normal": 1.0, "high": 1.2}
"""Of the bound, up to which requests of a priority are let in: low ones leave room, urgent ones may squeeze in."""
_RANKS: Final[dict[bytes, int]] = {b"low": 0, b"normal": 1, b"high": 2}
_NAMES: Final[tuple[Priority, ...]] = ("low", "normal", "high")
AGAIN: Final = 1.0
"""Seconds after which it makes sense to come again."""


class Crowd:
    """The requests in flight; a reload keeps it.

    Args:
        most: The bound (`gateway.max_in_flight`); None: none.

    Attributes:
        inside: How many there are.
        shed: How many were sent away, ever, by priority.
    """

    __slots__ = ("_bounds", "inside", "most", "shed")

    def __init__(self, most: int | None = None) -> None:
        self.inside = 0
        self.shed: dict[Priority, int] = dict.fromkeys(_NAMES, 0)
        self.bound(most)

    def bound(self, most: int | None) -> None:
        """Set another bound."""
        self.most = most
        self._bounds = {} if most is None else {name: max(1.0, share * most) for name, share in SHARES.items()}

    def enter(self, priority: Priority) -> None:
        """Come in; `leave` when it is over.

        Raises:
            Refusal: There are too many already (429).
        """
        if self._bounds and self.inside >= self._bounds[priority]:
            self.shed[priority] += 1
            message = f"The gateway is busy, and requests of {priority} priority have to wait; come again in a moment."
            raise too_many(message, "overloaded", AGAIN)
        self.inside += 1

    def leave(self) -> None:
        """It is over."""
        self.inside -= 1


def priority_of(allowed: Priority, asked: bytes | None) -> Priority:
    """The priority of a request: what the header asks for, but never above what its key allows."""
    if asked is None:
        return allowed
    rank = _RANKS.get(asked.strip().lower(), _RANKS[b"normal"])
    return _NAMES[min(rank, _RANKS[allowed.encode()])]
