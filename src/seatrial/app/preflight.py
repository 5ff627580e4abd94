"""What is found out before anything is asked: are the Targets ready, and what will it cost?"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from seatrial.app.trial import Trial
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Money
from seatrial.core.request import Request
from seatrial.run.dialogue import foreseen
from seatrial.run.plan import SuitePlan
from seatrial.targets.estimate import estimate
from seatrial.targets.prices import Found, Price, find_price, is_local
from seatrial.targets.secret import expand

Confirm = Callable[[str], bool]
"""Is shown what a run will cost about; gives whether to go on."""
Judges = Mapping[str, Found]
"""Targets that checks ask, by name, each with its price."""


class SuiteCost(msgspec.Struct, frozen=True):
    """What a suite will take, by estimate; `cost` is None when no price is known, for the `reason`."""

    suite: str
    attempts: int
    tokens: int
    cost: Money | None
    reason: str


async def all_ready(trial: Trial) -> None:
    """Find out whether every Target that may be asked can be: those of the suites, and those that no suite asks.

    A Target that no suite of the file asks stands there for a check that asks a model.

    Raises:
        Mistake: A key is not set, a file is missing, ...
        CannotRun: An endpoint cannot be reached, or refuses the key.
    """
    asked = {suite.target.name for suite in trial.suites}
    elsewhere = trial.asked - asked
    wanted = {name: target for name, target in trial.targets.items() if name not in elsewhere}
    found = await asyncio.gather(*(target.ready() for target in wanted.values()), return_exceptions=True)
    for name, error in zip(wanted, found, strict=True):
        if isinstance(error, Mistake) and error.path is None and trial.document is not None:
            keys = ("targets", name) if error.key is None else ("targets", name, error.key)
            raise trial.document.mistake(error.what, keys) from error
        if isinstance(error, BaseException):
            raise error


def costs(trial: Trial) -> tuple[SuiteCost, ...]:
    """What each suite will cost; reads its cases where a price is known."""
    return tuple(_cost(trial, suite) for suite in trial.suites)


def paid_judges(trial: Trial) -> Judges:
    """The Targets that checks of these suites ask and that cost something; on this machine only those with a price."""
    names = {name for suite in trial.suites for name in trial.cases[suite.name].judges}
    found = {}
    for name in sorted(names):
        settings = trial.settings.get(name, {})
        price, reason = price_of(settings)
        paid = price.input + price.output if price else reason and not is_local(_url(settings))
        if paid:
            found[name] = Found(price, reason)
    return found


def within(
    found: tuple[SuiteCost, ...], limit: Money, judges: Judges = MappingProxyType({}), written: Money | None = None
) -> None:
    """Hold an estimate to a limit; what judges cost is not estimated, but must be countable.

    `written` is what writing harder cases has cost before.

    Raises:
        Mistake: It is higher, or a price is not known.
    """
    for name, (price, reason) in judges.items():
        if price is None:
            raise Mistake(f"the cost limit cannot be kept for the judge `{name}`: {reason}")
        if price.currency != limit.currency:
            raise Mistake(f"the cost limit is in {limit.currency}, the price of the judge `{name}` in {price.currency}")
    spent = 0 if written is None else written.nanos
    for each in found:
        if each.cost is None:
            if each.attempts and each.reason:
                raise Mistake(f"the cost limit cannot be kept for the suite `{each.suite}`: {each.reason}")
            continue
        if each.cost.currency != limit.currency:
            raise Mistake(f"the cost limit is in {limit.currency}, the price in {each.cost.currency}")
        spent += each.cost.nanos
    if spent > limit.nanos:
        total = Money(spent, limit.currency)
        raise Mistake(f"the run would cost about {money(total)}, more than the limit of {money(limit)}")


def announcement(
    found: tuple[SuiteCost, ...], judges: Judges = MappingProxyType({}), written: Money | None = None
) -> str | None:
    """One sentence about what a paid run will cost; None when nothing is known to cost anything."""
    left_out = " and ".join(f"`{name}`" for name in judges)
    totals: dict[str, int] = {}
    for each in found:
        if each.cost is not None and each.cost.nanos:
            totals[each.cost.currency] = totals.get(each.cost.currency, 0) + each.cost.nanos
    if not totals:
        return f"checks ask {left_out}, and what that will cost is not estimated" if judges else None
    attempts, tokens = sum(each.attempts for each in found), sum(each.tokens for each in found)
    amounts = " and ".join(money(Money(nanos, currency)) for currency, nanos in totals.items())
    beside = f", without what checks ask {left_out}" if judges else ""
    beside += f"; writing harder cases has cost {money(written)}" if written is not None else ""
    return f"{attempts:,} attempts with about {tokens:,} tokens will cost about {amounts}{beside}"


def money(amount: Money) -> str:
    """An amount as text: `0.0123 USD`."""
    digits = 2 if amount.amount >= 100 else 6
    return f"{amount.amount:.{digits}f}".rstrip("0").rstrip(".") + f" {amount.currency}"


def _cost(trial: Trial, suite: SuitePlan) -> SuiteCost:
    settings = trial.settings.get(suite.target.name, {})
    attempts = suite.total * suite.repeat.at_most
    price, reason = price_of(settings)
    if price is None:
        return SuiteCost(suite.name, attempts, 0, None, reason)
    bound = settings.get("params", {}).get("max_tokens") if isinstance(settings.get("params"), dict) else None
    system = settings.get("system")
    found = estimate(
        _requests(trial, suite),
        price,
        model=settings.get("model"),
        system=system if isinstance(system, str) else None,
        output=bound if isinstance(bound, int) else None,
    )
    times = suite.repeat.at_most
    total = None if found.cost is None else Money(found.cost.nanos * times, found.cost.currency)
    return SuiteCost(suite.name, attempts, (found.input + found.output) * times, total, "")


def price_of(settings: dict[str, Any]) -> tuple[Price | None, str]:
    """The price of a Target as written, or why none is known; neither where it has none, such as a function."""
    url = _url(settings)
    if not url and settings.get("price") is None:
        return None, ""
    found = find_price(settings.get("model"), url, settings.get("price"))
    return found.price, found.reason


def _url(settings: dict[str, Any]) -> str:
    return expand(str(settings.get("openai") or settings.get("http") or "")).text


def _requests(trial: Trial, suite: SuitePlan) -> Iterator[Request]:
    for case in trial.cases[suite.name].cases():
        for stop in foreseen(case, suite.kind):
            yield Request(case.turns[:stop], case.tools, case.params, suite.kind, case.variables)
