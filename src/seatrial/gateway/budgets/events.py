"""Notices of budgets, one JSON line each, for whoever reads or follows the file."""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from seatrial.gateway.budgets.book import Notice
from seatrial.gateway.budgets.budget import read_label
from seatrial.gateway.budgets.cap import money

NAME: Final = "budget-events.jsonl"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A budget reached a level. `at` is UTC nanoseconds, money is in nano-units, `subject` names whose it is."""

    at: int
    budget: str
    subject: str
    period: str
    level: int
    spent: int
    cap: int
    currency: str
    then: str


def event_of(notice: Notice) -> Event:
    """The event of a notice, now."""
    budget, label = notice.account.budget, read_label(notice.account.label)
    return Event(
        at=time.time_ns(),
        budget=str(budget.scope),
        subject=notice.account.subject,
        period=label.period if label is not None else "",
        level=notice.level,
        spent=notice.spent,
        cap=budget.cap.nanos,
        currency=budget.cap.currency,
        then=budget.then if budget.to is None else f"{budget.then} to {budget.to}",
    )


def write_event(folder: Path, event: Event) -> None:
    """Append an event to the file in the store; a full disk stops no request."""
    with suppress(OSError):
        file = os.open(folder / NAME, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, msgspec.json.encode(event) + b"\n")
        finally:
            os.close(file)


def sentence(event: Event) -> str:
    """The event in one line."""
    each = event.budget.endswith("*")
    whose = f"{event.budget} {event.subject}" if each else event.budget
    spent, cap = f"{money(event.spent)} {event.currency}", f"{money(event.cap)} {event.currency}"
    return f"budget {whose}: {event.level} % of {cap} are spent in {event.period} ({spent}; then {event.then})"
