"""How far budgets are spent, as the store or Redis knows it now."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from seatrial.app.serving.budgets import budgets_of
from seatrial.app.serving.keys import Keys
from seatrial.app.serving.limits import shared_of
from seatrial.app.serving.reading import GatewayConfig, read_gateway
from seatrial.core.errors import CannotRun, Mistake
from seatrial.gateway.budgets.budget import Budget, account, read_label
from seatrial.gateway.budgets.cap import money, parse_cap, period
from seatrial.gateway.budgets.kept import NAME, Kept
from seatrial.gateway.budgets.shared_book import spent_in
from seatrial.gateway.keys.key import KeyRecord
from seatrial.gateway.limits.scope import EACH, Scope
from seatrial.gateway.limits.shared import Gone


class BudgetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One budget of one subject in its day or month; money in nano-units."""

    budget: str
    subject: str
    period: str
    spent: int
    cap: int
    currency: str
    then: str

    @property
    def share(self) -> float:
        """What is spent of it; above 1 when it is passed."""
        return self.spent / self.cap if self.cap else 1.0


def budget_status(path: Path) -> list[BudgetStatus]:
    """All budgets of a file and of its keys, in their current day or month.

    Raises:
        Mistake: The file cannot be read.
        CannotRun: The store, or Redis, cannot be read.
    """
    config = read_gateway(path)
    records = _keys(config)
    budgets = [*budgets_of(config), *_of_keys(records)]
    now = time.time_ns()
    if config.model.redis is None:
        totals = _totals(config.store)
    else:
        labels = [account(each, name, now).label for each in budgets for name in _subjects(each, config, records)]
        totals = asyncio.run(_asked(config, labels))
    return [status for each in budgets for status in _status(each, totals, now)]


def lines_of(found: Sequence[BudgetStatus]) -> list[str]:
    """The status for people."""
    head = ("budget", "whose", "period", "spent", "of", "share", "then")
    rows = [
        head,
        *(
            (
                *(each.budget, each.subject or "-", each.period, money(each.spent)),
                *(f"{money(each.cap)} {each.currency}", f"{each.share:.0%}", each.then),
            )
            for each in found
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{part:{width}}" for part, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _keys(config: GatewayConfig) -> list[KeyRecord]:
    if config.model.keys == "none":
        return []
    with Keys(config.store).open() as store:
        return store.keys()


def _of_keys(records: Sequence[KeyRecord]) -> list[Budget]:
    return [Budget(Scope("key", each.id), parse_cap(each.terms.budget)) for each in records if each.terms.budget]


def _totals(store: Path) -> dict[str, int]:
    if not (store / NAME).exists():
        return {}
    kept = Kept(store)
    try:
        return kept.totals()
    finally:
        kept.close()


def _subjects(budget: Budget, config: GatewayConfig, records: Sequence[KeyRecord]) -> list[str]:
    """Who may have an account of it: names in Redis are hashed, so they must be known. Users are not."""
    scope = budget.scope
    if scope.kind == "all":
        return [""]
    if scope.name != EACH:
        return [scope.name]
    known = {
        "model": list(config.routes),
        "key": [each.id for each in records],
        "project": sorted({each.project for each in records}),
    }
    return known.get(scope.kind, [])


async def _asked(config: GatewayConfig, labels: Sequence[str]) -> dict[str, int]:
    shared = shared_of(config, lambda _: None)
    if shared is None:
        raise Mistake("there is no `redis:`", path=config.path)
    try:
        return await spent_in(shared, labels)
    except Gone:
        raise CannotRun("Redis cannot be asked") from None
    finally:
        await shared.aclose()


def _status(budget: Budget, totals: dict[str, int], now: int) -> list[BudgetStatus]:
    current, cap = period(budget.cap.every, now), budget.cap
    found = {} if budget.scope.name == EACH and budget.scope.kind != "all" else {_only(budget): 0}
    for text, spent in totals.items():
        label = read_label(text)
        if label and (label.scope, label.period, label.currency) == (str(budget.scope), current, cap.currency):
            found[label.subject] = spent
    return [
        BudgetStatus(
            budget=str(budget.scope),
            subject=subject,
            period=current,
            spent=spent,
            cap=cap.nanos,
            currency=cap.currency,
            then=budget.then if budget.to is None else f"{budget.then} to {budget.to}",
        )
        for subject, spent in sorted(found.items())
    ]


def _only(budget: Budget) -> str:
    return "" if budget.scope.kind == "all" else budget.scope.name
