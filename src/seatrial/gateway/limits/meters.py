"""Which limits a request comes under: resolved once for each key and model, then one look-up."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from seatrial.gateway.config import Terms
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.limits.meter import Meter
from seatrial.gateway.limits.rule import Rule, rules_of
from seatrial.gateway.limits.scope import Scope

MOST: Final = 10_000
"""Meters and plans from which those that say nothing are forgotten."""


class Meters:
    """All meters of a process; they outlive a reload of the configuration."""

    __slots__ = ("_meters",)

    def __init__(self) -> None:
        self._meters: dict[tuple[str, str, str], Meter] = {}

    def __len__(self) -> int:
        return len(self._meters)

    def of(self, rule: Rule, subject: str) -> Meter:
        """The meter of a rule for a subject, at the rule's amount."""
        label = (rule.what, str(rule.scope), subject)
        found = self._meters.get(label)
        if found is None:
            owner = "all clients" if rule.scope.kind == "all" else f"this {rule.scope.kind}"
            name = blake2b("\0".join(label).encode(), digest_size=12).hexdigest()
            found = self._meters[label] = Meter(rule.what, rule.amount, owner, name)
        elif found.amount != rule.amount:
            found.change(rule.amount)
        return found

    def forget(self, now: int) -> None:
        """Let go of those that say nothing."""
        self._meters = {label: meter for label, meter in self._meters.items() if not meter.idle(now)}


class Plans:
    """The meters of requests, under one configuration.

    Args:
        rules: All that are configured; what keys may is in their terms.
        meters: Of the process.
    """

    __slots__ = ("_each_user", "_fixed", "_meters", "_plans")

    def __init__(self, rules: Sequence[Rule], meters: Meters) -> None:
        self._fixed = [rule for rule in rules if rule.scope.kind != "user"]
        self._each_user = [rule for rule in rules if rule.scope.kind == "user"]
        self._meters = meters
        self._plans: dict[tuple[str, str, str], tuple[Terms, tuple[Meter, ...]]] = {}

    def of(self, exchange: Exchange, now: int) -> tuple[Meter, ...]:
        """The meters that a request is counted by.

        Args:
            exchange: The request, with caller and route.
            now: Nanoseconds of the meters' clock.
        """
        caller, route = exchange.caller, exchange.route
        assert caller is not None  # noqa: S101  it came in by the door
        key = (caller.key, caller.project, "" if route is None else route.name)
        found = self._plans.get(key)
        if found is None or found[0] is not caller.terms:
            if len(self._plans) + len(self._meters) > MOST:
                self._plans.clear()
                self._meters.forget(now)
            rules = [*self._fixed, *rules_of(Scope("key", caller.key), caller.terms)]
            found = self._plans[key] = (caller.terms, self._resolved(rules, exchange))
        if not self._each_user or exchange.asked is None or not exchange.asked.user:
            return found[1]
        if len(self._meters) > 2 * MOST:
            self._plans.clear()
            self._meters.forget(now)
        return found[1] + self._resolved(self._each_user, exchange)

    def _resolved(self, rules: Sequence[Rule], exchange: Exchange) -> tuple[Meter, ...]:
        subjects = [(rule, rule.scope.subject(exchange)) for rule in rules]
        return tuple(self._meters.of(rule, subject) for rule, subject in subjects if subject is not None)
