"""One limit as it is configured."""

from typing import Final, Literal

import msgspec

from seatrial.gateway.config import Terms
from seatrial.gateway.limits.scope import Scope

What = Literal["requests", "tokens", "concurrency"]
_OF_TERMS: Final[tuple[tuple[What, str], ...]] = (
    ("requests", "rpm"),
    ("tokens", "tpm"),
    ("concurrency", "concurrency"),
)


class Rule(msgspec.Struct, frozen=True):
    """So many requests or tokens a minute, or so many requests at the same time."""

    scope: Scope
    what: What
    amount: int


def rules_of(scope: Scope, terms: Terms) -> list[Rule]:
    """The bounds of terms, as rules for a scope."""
    found = [(what, getattr(terms, field)) for what, field in _OF_TERMS]
    return [Rule(scope, what, amount) for what, amount in found if amount is not None]
