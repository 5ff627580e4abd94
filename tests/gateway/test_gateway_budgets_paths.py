"""The ways of a request through the ledger: routes, fallbacks, prices that are not known, answers that tell nothing."""

import asyncio
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits_support import DOLLAR, answered, deployment, exchange, route

from seatrial.core.interaction import Money
from seatrial.gateway.budgets.accounts import Accounts
from seatrial.gateway.budgets.book import Notice, Reservation, State, states_of
from seatrial.gateway.budgets.budget import Budget, Then, parse_then
from seatrial.gateway.budgets.cap import parse_cap
from seatrial.gateway.budgets.ledger import INLINE, BudgetLedger
from seatrial.gateway.config import Route
from seatrial.gateway.costs.prices import Prices
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.limits.scope import parse_scope
from seatrial.gateway.wire.errors import Refusal
from seatrial.targets.prices import Found, Price

DEAR = (0, 1000)
NOON = 1_795_000_000 * DOLLAR


class Slate:
    """A book that remembers what it was told, and knows only what the test wrote on it."""

    def __init__(self, spent: int = 0, reserved: int = 0, *, at_once: bool = True) -> None:
        self.spent, self.reserved, self.at_once = spent, reserved, at_once
        self.wanted, self.firm, self.booked = list[Reservation](), list[set[str]](), list[int]()
        self.open = asyncio.Event()
        self.open.set()

    async def reserve(self, wanted: Reservation, firm: Collection[Then]) -> Sequence[State]:
        self.wanted.append(wanted)
        self.firm.append(set(firm))
        return states_of(wanted, dict.fromkeys(wanted.labels, (self.spent, self.reserved)))

    async def settle(self, held: Reservation, cost: int) -> Sequence[Notice]:
        await self.open.wait()
        self.booked.append(cost)
        return [Notice(held.accounts[0], 50, cost)]

    async def aclose(self) -> None:
        """Nothing to keep."""


ROUTES = {
    "support": route("support", deployment(price=DEAR)),
    "small": route("small", deployment("two", (0, 1))),
    "dearest": route("dearest", deployment("three", (0, 5000))),
    "free": route("free", deployment("four", None)),
}


def ledger(slate: Slate, *budgets: tuple[str, str], find: Any = None, told: Any = None) -> BudgetLedger:
    made = [Budget(parse_scope("all"), parse_cap(limit), *parse_then(then)) for limit, then in budgets]
    prices = Prices(find or (lambda model, url: Found(None, "none")))
    notify = told.append if told is not None else lambda notice: None
    return BudgetLedger(ROUTES, prices, Accounts(made), slate, notify, lambda: NOON)


def asking(name: str = "support", tokens: int = 10, **more: Any) -> Exchange:
    return exchange(route=more.pop("route", None) or ROUTES[name], max_tokens=tokens, **more)


async def test_without_budgets_no_book_is_asked() -> None:
    """A request that no budget is about is priced and nothing more."""
    slate, made = Slate(), asking()
    free = ledger(slate)
    await free.reserve(made)
    await free.settle(answered(made, 0, 3))
    assert (slate.wanted, slate.booked, made.cost) == ([], [], Money(3_000_000, "USD"))


@pytest.mark.parametrize(
    ("fallback", "most"), [((), 10_000_000), (("small",), 10_000_000), (("small", "dearest"), 50_000_000)]
)
async def test_a_fallback_may_be_dearer(fallback: tuple[str, ...], most: int) -> None:
    """What is set aside is enough for the dearest model that may answer in the end."""
    slate = Slate()
    named = Route(name="main", deployments=ROUTES["support"].deployments, fallback=fallback)
    await ledger(slate, ("1 USD/day", "block")).reserve(asking(route=named))
    assert slate.wanted[0].most == most


async def test_the_answer_of_a_fallback_is_priced_as_such() -> None:
    """The deployment that answered decides the cost, not the one that was asked for."""
    slate, made = Slate(), asking()
    one = ledger(slate, ("1 USD/day", "block"))
    await one.reserve(made)
    answered(made, 0, 7).deployment = ROUTES["small"].deployments[0]
    await one.settle(made)
    assert (slate.booked, made.cost) == ([7_000], Money(7_000, "USD"))


async def test_the_dearest_price_is_found_once() -> None:
    """However often a model is asked, its price is looked up once."""
    asked = []

    def find(model: str | None, url: str) -> Found:
        asked.append(model)
        return Found(Price(0, 10**9, 0), "listed")

    slate = Slate()
    one = ledger(slate, ("1 USD/day", "block"), find=find)
    listed = route("listed", deployment(price=None, model="m"))
    for _ in range(3):
        await one.reserve(asking(route=listed))
    assert (asked, [each.most for each in slate.wanted]) == (["m"], [10_000] * 3)


async def test_what_has_no_price_is_free_under_any_budget() -> None:
    """Budgets in other currencies say nothing of models that cost nothing."""
    slate, made = Slate(), asking("free")
    one = ledger(slate, ("1 EUR/day", "block"))
    await one.reserve(made)
    await one.settle(answered(made, 5, 5))
    assert (slate.wanted[0].most, slate.booked, made.cost) == (0, [0], None)


async def test_another_currency_is_named() -> None:
    """The sentence has whose budget it is, its cap, and what is asked for in its stead."""
    with pytest.raises(Refusal) as found:
        await ledger(Slate(), ("1 EUR/day", "block")).reserve(asking())
    assert "The budget of all clients, 1 eur/day, is in another currency than what is asked costs (USD)" in str(
        found.value
    )


async def test_it_is_asked_firmly_twice_at_the_most() -> None:
    """First with what blocks and moves; once it is moved, with what blocks alone."""
    slate, made = Slate(spent=2 * DOLLAR), asking()
    await ledger(slate, ("1 USD/day", "downgrade to small"), ("5 USD/day", "block")).reserve(made)
    assert slate.firm == [{"block", "downgrade"}, {"block"}]
    assert [each.most for each in slate.wanted] == [10_000_000, 10_000]
    assert made.route is ROUTES["small"]


async def test_the_first_budget_that_moves_says_where_to() -> None:
    """Of two that are used up, the one that stands first in the file."""
    made = asking()
    both = (("1 USD/day", "downgrade to small"), ("1 USD/month", "downgrade to free"))
    await ledger(Slate(spent=2 * DOLLAR), *both).reserve(made)
    assert made.route is ROUTES["small"]
    assert made.tags == {"budget": "downgraded", "asked": "support"}


async def test_who_asks_for_the_cheap_model_is_not_moved() -> None:
    """A request for the model that others are moved to is what it was, without a mark."""
    made = asking("small")
    await ledger(Slate(spent=2 * DOLLAR), ("1 USD/day", "downgrade to small")).reserve(made)
    assert (made.route, made.tags) == (ROUTES["small"], {})


@pytest.mark.parametrize(
    ("spent", "reserved", "then", "tags"),
    [
        (0, 0, "warn", {}),
        (DOLLAR, 0, "warn", {"budget": "over"}),
        (0, DOLLAR, "warn", {"budget": "over"}),
        (DOLLAR - 10_000_000, 5, "warn", {"budget": "over"}),
        (DOLLAR - 10_000_000, 0, "block", {}),
    ],
)
async def test_marks(spent: int, reserved: int, then: str, tags: dict[str, str]) -> None:
    """A request is marked when a budget that only warns has no room for it."""
    made = asking()
    await ledger(Slate(spent, reserved), ("1 USD/day", then)).reserve(made)
    assert made.tags == tags


@pytest.mark.parametrize(
    ("limit", "code", "said"),
    [
        ("1 USD/day", "insufficient_quota", "The budget of all clients, 1 usd/day, is used up; it begins anew with"),
        ("1 USD/month", "insufficient_quota", "with the next month (UTC)"),
        ("1.005 USD/day", "budget_reserved", "What is left of the budget of all clients, 1.005 USD/day, is set aside"),
    ],
)
async def test_what_a_full_budget_says(limit: str, code: str, said: str) -> None:
    """Used up until the next period, or set aside for others for a moment."""
    with pytest.raises(Refusal) as found:
        await ledger(Slate(DOLLAR, 1), (limit, "block")).reserve(asking())
    assert found.value.code == code
    assert said in str(found.value)


async def test_a_used_up_budget_goes_before_one_that_is_set_aside() -> None:
    """Of two that are full, the one for which waiting a second is of no use is told."""
    both = (("1.005 USD/month", "block"), ("1 USD/day", "block"))
    with pytest.raises(Refusal, match="1 usd/day, is used up") as found:
        await ledger(Slate(DOLLAR, 1), *both).reserve(asking())
    assert dict(found.value.headers)[b"x-should-retry"] == b"false"


async def test_a_refused_request_holds_nothing() -> None:
    """It may be settled as every request is, and books nothing."""
    slate, made = Slate(DOLLAR), asking()
    one = ledger(slate, ("1 USD/day", "block"))
    with pytest.raises(Refusal):
        await one.reserve(made)
    await one.settle(made)
    assert (made.reserved, slate.booked, made.cost) == (None, [], None)


async def test_settling_twice_books_once() -> None:
    """What was set aside is let go of by the first settlement alone."""
    slate, made, told = Slate(), asking(), list[Notice]()
    one = ledger(slate, ("1 USD/day", "block"), told=told)
    await one.reserve(made)
    for _ in range(2):
        await one.settle(answered(made, 0, 3))
    assert (slate.booked, [each.spent for each in told]) == ([3_000_000], [3_000_000])


async def test_a_cost_that_is_known_stays() -> None:
    """What a cache or an upstream has priced already is booked as it is."""
    slate, made = Slate(), asking()
    one = ledger(slate, ("1 USD/day", "block"))
    await one.reserve(made)
    answered(made, 0, 3).cost = Money(11, "USD")
    await one.settle(made)
    assert slate.booked == [11]


def streamed(made: Exchange, characters: int) -> Exchange:
    """It was answered by a stream that told no usage."""
    frame = {"choices": [{"delta": {"content": "x" * characters}}]}
    answered(made, 0, 0).usage = None
    made.chunks = [b"data: " + json.dumps(frame).encode() + b"\n\n"]
    made.size = len(made.chunks[0])
    return made


@pytest.mark.parametrize("characters", [4, INLINE + 4])
async def test_short_and_long_answers_are_estimated_alike(characters: int) -> None:
    """A long stream is counted in a thread, and comes to a quarter of its characters as a short one does."""
    slate, made = Slate(), asking(stream=True)
    one = ledger(slate, ("999 USD/day", "block"))
    await one.reserve(made)
    await one.settle(streamed(made, characters))
    assert made.usage is not None
    assert (made.usage.output, made.usage.estimated) == (characters // 4, True)
    assert slate.booked == [characters // 4 * 1_000_000]


async def test_a_slow_book_goes_on_when_its_client_is_gone() -> None:
    """A book that waits is waited for at the end, whoever was cancelled meanwhile."""
    slate, made = Slate(at_once=False), asking()
    one = ledger(slate, ("1 USD/day", "block"))
    await one.reserve(made)
    slate.open.clear()
    task = asyncio.ensure_future(one.settle(answered(made, 0, 3)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert slate.booked == []
    slate.open.set()
    await one.aclose()
    assert slate.booked == [3_000_000]


@given(st.integers(0, 3 * DOLLAR), st.integers(0, DOLLAR), st.integers(1, 2_000), st.sampled_from(["block", "warn"]))
@settings(max_examples=40, deadline=None)
def test_only_what_fits_or_is_alone_gets_in(spent: int, reserved: int, tokens: int, then: str) -> None:
    """A request passes when its most fits, or when it is alone and something is left; a warning stops nobody."""
    made, slate = asking(tokens=tokens), Slate(spent, reserved)
    try:
        asyncio.run(ledger(slate, ("1 USD/day", then)).reserve(made))
        passed = True
    except Refusal:
        passed = False
    room = spent + reserved + tokens * 1_000_000 <= DOLLAR or (reserved == 0 and spent < DOLLAR)
    assert passed is (room or then == "warn")
    assert ("budget" in made.tags) is (passed and not room)


async def test_free_requests_beside_each_other_through_the_ledger(tmp_path: Path) -> None:
    """Two requests to a model that costs nothing, in flight at once under one budget, both end well."""
    from seatrial.gateway.budgets.memory_book import MemoryBook

    book = MemoryBook(tmp_path)
    one = ledger(book, ("1 USD/day", "block"))  # type: ignore[arg-type]
    several = [asking("free") for _ in range(3)]
    for each in several:
        await one.reserve(each)
    for each in several:
        await one.settle(answered(each, 5, 5))
    assert [each.reserved for each in several] == [None] * 3
    await book.aclose()
