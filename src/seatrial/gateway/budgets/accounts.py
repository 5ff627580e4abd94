"""Which budgets a request comes under: resolved once for each key and model each day, then one look-up."""

from collections.abc import Sequence
from typing import Final

from seatrial.core.errors import Mistake
from seatrial.gateway.budgets.budget import Account, Budget, account
from seatrial.gateway.budgets.cap import parse_cap
from seatrial.gateway.config import Terms
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.limits.scope import Scope

MOST: Final = 10_000
_DAY: Final = 86_400_000_000_000


class Accounts:
    """The accounts of requests, under one configuration.

    Args:
        budgets: All that are configured; what keys may spend is in their terms.
    """

    __slots__ = ("_day", "_each_user", "_fixed", "_found")

    def __init__(self, budgets: Sequence[Budget]) -> None:
        self._fixed = [budget for budget in budgets if budget.scope.kind != "user"]
        self._each_user = [budget for budget in budgets if budget.scope.kind == "user"]
        self._found: dict[tuple[str, str, str], tuple[Terms, tuple[Account, ...]]] = {}
        self._day = 0

    def of(self, exchange: Exchange, moment: int) -> tuple[Account, ...]:
        """The accounts at a moment, UTC nanoseconds."""
        if moment // _DAY != self._day or len(self._found) > MOST:
            self._found.clear()
            self._day = moment // _DAY
        caller, route = exchange.caller, exchange.route
        assert caller is not None  # noqa: S101  it came in by the door
        assert route is not None  # noqa: S101  it is routed
        key = (caller.key, caller.project, route.name)
        found = self._found.get(key)
        if found is None or found[0] is not caller.terms:
            budgets = [*self._fixed, *_of_terms(caller.key, caller.terms)]
            found = self._found[key] = (caller.terms, _resolved(budgets, exchange, moment))
        if not self._each_user:
            return found[1]
        return found[1] + _resolved(self._each_user, exchange, moment)


def _of_terms(key: str, terms: Terms) -> list[Budget]:
    if terms.budget is None:
        return []
    try:
        cap = parse_cap(terms.budget)
    except Mistake:  # the store was written by something else: nothing may be spent that nobody can bound
        cap = parse_cap("0 USD/month")
    return [Budget(Scope("key", key), cap)]


def _resolved(budgets: Sequence[Budget], exchange: Exchange, moment: int) -> tuple[Account, ...]:
    subjects = [(budget, budget.scope.subject(exchange)) for budget in budgets]
    return tuple(account(budget, subject, moment) for budget, subject in subjects if subject is not None)
