"""The ledger: which budgets a request comes under, what it is refused with, and what is told."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits_support import DOLLAR, Caller, answered, deployment, exchange, route

from seatrial.core.errors import Mistake
from seatrial.core.interaction import Money
from seatrial.gateway.budgets.accounts import Accounts
from seatrial.gateway.budgets.book import Notice
from seatrial.gateway.budgets.budget import Budget, account, parse_then, read_label
from seatrial.gateway.budgets.cap import ends_in, money, parse_cap, period
from seatrial.gateway.budgets.events import event_of, sentence
from seatrial.gateway.budgets.ledger import BudgetLedger
from seatrial.gateway.budgets.memory_book import MemoryBook
from seatrial.gateway.config import Terms
from seatrial.gateway.costs.prices import Prices
from seatrial.gateway.limits.scope import parse_scope
from seatrial.gateway.wire.errors import Refusal
from seatrial.targets.prices import Found, Price

NOON = int(datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()) * DOLLAR
DEAR = (0, 1000)
"""A thousandth of a dollar for each token of an answer."""


class Desk:
    """A ledger with its book, its notices, and a clock that the test turns."""

    def __init__(self, folder: Path, *budgets: tuple[str, str, str], find: Any = None) -> None:
        made = [Budget(parse_scope(of), parse_cap(limit), *parse_then(then)) for of, limit, then in budgets]
        self.now, self.told = NOON, list[Notice]()
        self.book = MemoryBook(folder)
        routes = {
            "support": route("support", deployment(price=DEAR)),
            "small": route("small", deployment("two", (0, 1))),
        }
        prices = Prices(find) if find else Prices()
        self.ledger = BudgetLedger(routes, prices, Accounts(made), self.book, self.told.append, lambda: self.now)
        self.routes = routes

    async def served(self, tokens: int, caller: Caller | None = None, **more: Any) -> Any:
        """A request that was answered with so many tokens."""
        made = exchange(caller, route=self.routes["support"], max_tokens=tokens, **more)
        await self.ledger.reserve(made)
        await self.ledger.settle(answered(made, 0, tokens))
        return made


@pytest.fixture
async def desks(tmp_path: Path) -> AsyncIterator[Any]:
    made: list[Desk] = []

    def desk(*budgets: tuple[str, str, str], **more: Any) -> Desk:
        made.append(Desk(tmp_path, *budgets, **more))
        return made[-1]

    yield desk
    for each in made:
        await each.book.aclose()


async def refused(desk: Desk, **more: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        await desk.served(10, **more)
    return found.value


async def test_every_request_is_priced(desks: Any) -> None:
    """Without any budget a request still has its cost, in whole nano-units."""
    made = await desks().served(7)
    assert made.cost == Money(7_000_000, "USD")


async def test_a_listed_price_is_there_for_the_first_request(desks: Any) -> None:
    """A price that has to be looked up is waited for when the reply is over."""
    desk = desks(find=lambda model, url: Found(Price.per_million({"input": 0, "output": 2}), "a list"))
    desk.routes["support"] = route("support", deployment(price=None))
    assert (await desk.served(5)).cost == Money(10_000, "USD")


@pytest.mark.parametrize("of", ["all", "key:k1", "model:support", "project:*", "user:*"])
async def test_each_scope_has_its_budget(of: str, desks: Any) -> None:
    """One dollar is spent by whoever it is for, and then refused."""
    desk = desks((of, "1 USD/month", "block"))
    await desk.served(1000, user="ann")
    assert (await refused(desk, user="ann")).code == "insufficient_quota"


async def test_the_terms_of_a_key_are_a_budget(desks: Any) -> None:
    """A key made with `--budget` is held to it, another is not."""
    desk, bound = desks(), Caller(terms=Terms(budget="1 USD/day"))
    await desk.served(1000, bound)
    assert (await refused(desk, caller=bound)).status == 429
    await desk.served(1000, Caller("k2"))


async def test_a_new_day_begins_anew(desks: Any) -> None:
    """What was spent on a day does not count on the next; Retry-After says when that is."""
    desk = desks(("all", "1 USD/day", "block"))
    await desk.served(1000)
    headers = dict((await refused(desk)).headers)
    assert headers == {b"retry-after": b"43201", b"x-should-retry": b"false"}
    desk.now += 43_201 * DOLLAR
    await desk.served(1000)


async def test_what_is_in_flight_may_be_waited_for(desks: Any) -> None:
    """A budget that is set aside but not spent refuses for a second only."""
    desk = desks(("all", "1 USD/day", "block"))
    first = exchange(route=desk.routes["support"], max_tokens=1000)
    await desk.ledger.reserve(first)
    refusal = await refused(desk)
    assert (refusal.code, dict(refusal.headers)) == ("budget_reserved", {b"retry-after": b"1"})
    await desk.ledger.settle(first)
    await desk.served(10)


async def test_warn_lets_pass_and_marks(desks: Any) -> None:
    """Over a budget that only warns, requests pass with a tag."""
    desk = desks(("all", "1 USD/day", "warn"))
    await desk.served(1000)
    assert (await desk.served(1000)).tags == {"budget": "over"}


async def test_downgrade_changes_the_route(desks: Any) -> None:
    """Where the dear model does not fit, the cheap one is asked, and the record says so."""
    desk = desks(("all", "1 USD/day", "downgrade to small"))
    await desk.served(1000)
    made = exchange(route=desk.routes["support"], max_tokens=10)
    await desk.ledger.reserve(made)
    await desk.ledger.settle(made)
    assert made.route is desk.routes["small"]
    assert made.tags == {"budget": "downgraded", "asked": "support"}


async def test_a_block_beside_a_downgrade_blocks(desks: Any) -> None:
    """A downgrade at one dollar, the end a little above it."""
    desk = desks(("all", "1 USD/day", "downgrade to small"), ("all", "1.0005 USD/day", "block"))
    await desk.served(1000)
    await desk.served(1000)
    assert (await refused(desk)).code == "insufficient_quota"


async def test_budgets_in_another_currency_are_refused(desks: Any) -> None:
    """A key's budget in euros cannot be held against prices in dollars: nothing may be spent on it."""
    refusal = await refused(desks(), caller=Caller(terms=Terms(budget="1 EUR/day")))
    assert refusal.code == "budget_currency"


async def test_a_cancelled_settlement_is_booked(desks: Any) -> None:
    """Whoever waits for it may be cancelled: what was spent is booked all the same."""
    desk = desks(("all", "1 USD/day", "block"))
    made = exchange(route=desk.routes["support"], max_tokens=1000)
    await desk.ledger.reserve(made)
    task = asyncio.ensure_future(desk.ledger.settle(answered(made, 0, 1000)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await desk.ledger.aclose()
    assert (await refused(desk)).code == "insufficient_quota"


async def test_notices_say_whose_budget_it_is(desks: Any) -> None:
    """The sentence names budget, level, sum and consequence."""
    desk = desks(("project:*", "1 USD/month", "warn"))
    await desk.served(600)
    texts = [sentence(event_of(notice)) for notice in desk.told]
    assert texts == ["budget project:* p1: 50 % of 1 USD are spent in 2026-11 (0.60 USD; then warn)"]


@pytest.mark.parametrize(
    ("text", "nanos"), [("200 USD/month", 200 * DOLLAR), ("0.5 eur / day", DOLLAR // 2), ("3 USD per day", 3 * DOLLAR)]
)
def test_caps_are_read(text: str, nanos: int) -> None:
    """An amount, a currency, a day or month."""
    assert parse_cap(text).nanos == nanos


@pytest.mark.parametrize("text", ["", "200", "200 USD", "-1 USD/day", "1 USD/week", "x USD/day", "1e9 USD/day"])
def test_what_is_no_cap_is_a_mistake(text: str) -> None:
    """Anything else is told with what is expected."""
    with pytest.raises(Mistake, match="is expected"):
        parse_cap(text)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31)))
def test_periods_end_where_the_next_begins(moment: datetime) -> None:
    """One second before its end a period is the same, at its end it is another; days and months alike."""
    now = int(moment.replace(tzinfo=UTC).timestamp()) * DOLLAR
    for every in ("day", "month"):
        end = now + int(ends_in(every, now)) * DOLLAR  # type: ignore[arg-type]
        assert period(every, end - DOLLAR) == period(every, now) != period(every, end)  # type: ignore[arg-type]


@given(st.integers(0, 10**18))
def test_money_is_written_exactly(nanos: int) -> None:
    """No digit is lost."""
    whole, _, rest = money(nanos).partition(".")
    assert int(whole) * DOLLAR + int(f"{rest:0<9}") == nanos


@pytest.mark.parametrize("subject", ["p1", "with\ttab", ""])
def test_labels_can_be_read_again(subject: str) -> None:
    """Whatever a project is called, its account's label has its four parts."""
    made = account(Budget(parse_scope("project:*"), parse_cap("1 USD/day")), subject, NOON)
    label = read_label(made.label)
    assert label is not None
    assert (label.scope, label.period, label.currency) == ("project:*", "2026-11-21", "USD")
    assert label.subject == subject.replace("\t", " ")


def test_accounts_are_few(tmp_path: Path) -> None:
    """Accounts are made once for each key and model."""
    accounts = Accounts([Budget(parse_scope("all"), parse_cap("1 USD/day"))])
    found: Sequence[Any] = [accounts.of(exchange(), NOON) for _ in range(2)]
    assert found[0] is found[1]
