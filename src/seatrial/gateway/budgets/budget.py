"""A budget as it is configured, and the account of it that a request comes under."""

from typing import Final, Literal

import msgspec

from seatrial.core.errors import Mistake
from seatrial.gateway.budgets.cap import Cap, period
from seatrial.gateway.limits.scope import Scope

Then = Literal["warn", "block", "downgrade"]
LEVELS: Final = (50, 80, 100)
"""Percent at which somebody is told."""
_DOWNGRADE: Final = "downgrade to "
_SEPARATOR: Final = "\t"


class Budget(msgspec.Struct, frozen=True):
    """What may be spent, and what happens to requests that do not fit any more."""

    scope: Scope
    cap: Cap
    then: Then = "block"
    to: str | None = None
    """The route that is asked instead."""


class Account(msgspec.Struct, frozen=True):
    """One budget of one subject in one day or month; `label` names it everywhere."""

    label: str
    budget: Budget
    subject: str


class Label(msgspec.Struct, frozen=True):
    """What a label says."""

    scope: str
    subject: str
    period: str
    currency: str


def account(budget: Budget, subject: str, moment: int) -> Account:
    """The account at a moment, UTC nanoseconds; budgets of one scope, period and currency share it."""
    parts = (str(budget.scope), subject, period(budget.cap.every, moment), budget.cap.currency)
    return Account(_SEPARATOR.join(part.replace(_SEPARATOR, " ") for part in parts), budget, subject)


def read_label(text: str) -> Label | None:
    """What a label says; None where it is none."""
    parts = text.split(_SEPARATOR)
    return Label(*parts) if len(parts) == len(Label.__struct_fields__) else None


def parse_then(text: str) -> tuple[Then, str | None]:
    """`warn`, `block` or `downgrade to MODEL`.

    Raises:
        Mistake: It is none of these.
    """
    words = " ".join(text.split())
    if words == "warn":
        return "warn", None
    if words == "block":
        return "block", None
    if words.startswith(_DOWNGRADE):
        return "downgrade", words.removeprefix(_DOWNGRADE)
    raise Mistake(f"`warn`, `block` or `downgrade to MODEL` is expected, {text[:80]!r} was found")


def crossed(before: int, after: int, cap: int) -> list[int]:
    """The levels that were reached between two sums; each is passed once only, as what is spent never falls."""
    return [each for each in LEVELS if before * 100 < each * cap <= after * 100]
