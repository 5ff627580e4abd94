"""One rule, three books: memory, a file that processes share, Redis."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis_support import buried, killed, needs_redis, redis, sharing

from seatrial.gateway.budgets.book import Book, Reservation, State, fits, refuses, reservation
from seatrial.gateway.budgets.budget import Account, Budget, Then, account, crossed
from seatrial.gateway.budgets.cap import parse_cap
from seatrial.gateway.budgets.file_book import FileBook
from seatrial.gateway.budgets.kept import Kept
from seatrial.gateway.budgets.memory_book import MemoryBook
from seatrial.gateway.budgets.shared_book import SharedBook
from seatrial.gateway.limits.scope import parse_scope

DOLLAR = 1_000_000_000
NOW = 1_795_000_000 * DOLLAR
BOOKS = ["file", "memory", pytest.param("redis", marks=needs_redis)]
FIRM: frozenset[Then] = frozenset({"block"})


def at(limit: str = "10 USD/month", scope: str = "project:p1", then: Then = "block") -> Account:
    return account(Budget(parse_scope(scope), parse_cap(limit), then), scope, NOW)


def wish(most: float, *accounts: Account) -> Reservation:
    return reservation(accounts or (at(),), round(most * DOLLAR))


async def asked(book: Book, wanted: Reservation) -> bool:
    """Whether a request gets in."""
    return not refuses(await book.reserve(wanted, FIRM), wanted, FIRM)


@asynccontextmanager
async def books(kind: str, folder: Path, count: int = 1) -> AsyncIterator[list[Book]]:
    """Books that share their accounts, as processes have them."""
    if kind != "redis":
        made: list[Book] = [MemoryBook(folder) if kind == "memory" else FileBook(folder) for _ in range(count)]
        yield made
        for each in made:
            await each.aclose()
        return
    async with redis(folder) as server, sharing(server) as one, sharing(server) as two:
        yield [SharedBook(shared) for shared in (one, two)[:count]]


@pytest.mark.parametrize("kind", BOOKS)
async def test_what_is_set_aside_leaves_no_room_until_it_is_settled(kind: str, tmp_path: Path) -> None:
    """Six of ten dollars set aside leave no room for five; once only one was spent there is."""
    async with books(kind, tmp_path) as (book,):
        first = wish(6)
        assert await asked(book, first)
        assert not await asked(book, wish(5))
        await book.settle(first, 1 * DOLLAR)
        assert await asked(book, wish(5))


@pytest.mark.parametrize("kind", BOOKS)
async def test_the_last_request_may_pass_the_cap_alone(kind: str, tmp_path: Path) -> None:
    """With something left and nothing in flight one request gets in, however much it may cost; then none."""
    async with books(kind, tmp_path) as (book,):
        first = wish(99)
        assert await asked(book, first)
        assert not await asked(book, wish(0.01))
        await book.settle(first, 11 * DOLLAR)
        assert not await asked(book, wish(0.01))


@pytest.mark.parametrize("kind", BOOKS)
async def test_all_accounts_or_none(kind: str, tmp_path: Path) -> None:
    """What one account refuses is not set aside in another; what only warns refuses nothing."""
    small, large = at("1 USD/day", "key:k1"), at("10 USD/month")
    async with books(kind, tmp_path) as (book,):
        assert await asked(book, wish(1, small))
        assert not await asked(book, wish(9, small, large))
        assert await asked(book, wish(10, large))
        assert await asked(book, wish(5, at("1 USD/month", "all", "warn")))
        states = await book.reserve(wish(5, at("1 USD/month", "all", "warn")), FIRM)
        assert [state.fits for state in states] == [False]


@pytest.mark.parametrize("kind", BOOKS)
async def test_budgets_that_share_an_account_book_once(kind: str, tmp_path: Path) -> None:
    """A warning at five and a block at ten dollars count the same money."""
    both = (at("5 USD/month", then="warn"), at("10 USD/month"))
    async with books(kind, tmp_path) as (book,):
        for spent in (0, 3):
            wanted = wish(3, *both)
            states = await book.reserve(wanted, FIRM)
            assert [each.spent for each in states] == [spent * DOLLAR] * 2
            await book.settle(wanted, 3 * DOLLAR)


@pytest.mark.parametrize("kind", BOOKS)
async def test_each_level_is_told_once(kind: str, tmp_path: Path) -> None:
    """50, 80 and 100 percent are told when they are reached, several at once where one request reaches them."""
    told = []
    async with books(kind, tmp_path) as (book,):
        for cost in (4.9, 0.1, 0.5, 4.5, 1):
            wanted = wish(0)
            await book.reserve(wanted, FIRM)
            told.append([each.level for each in await book.settle(wanted, round(cost * DOLLAR))])
    assert told == [[], [50], [], [80, 100], []]


@pytest.mark.parametrize("kind", BOOKS)
async def test_a_hundred_at_once_pass_the_cap_by_one_at_the_most(kind: str, tmp_path: Path) -> None:
    """Under a burst over two processes the money spent never passes the cap by more than one request's."""
    draw = random.Random(7)
    async with books(kind, tmp_path, 1 if kind == "memory" else 2) as several:
        costs = await asyncio.gather(*(_served(each, draw) for _ in range(60) for each in several))
    assert 5 * DOLLAR <= sum(costs) <= 10 * DOLLAR + max(costs)


async def _served(book: Book, draw: random.Random) -> int:
    wanted = wish(1)
    for _ in range(3):
        if await asked(book, wanted):
            await asyncio.sleep(draw.uniform(0, 0.01))
            cost = round(draw.uniform(0.1, 1) * DOLLAR)
            await book.settle(wanted, cost)
            return cost
        await asyncio.sleep(draw.uniform(0, 0.02))
    return 0


STEPS = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 40), st.integers(0, 40)), min_size=1, max_size=40)


@given(STEPS, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_schedule_of_two_processes_keeps_the_rule(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, int]], order: random.Random
) -> None:
    """However reservations and settlements of two processes mix, the cap is passed by one request at the most."""
    spent = asyncio.run(_schedule(tmp_path_factory.mktemp("books"), steps, order))
    assert sum(spent) <= 100 + max(spent, default=0)


async def _schedule(folder: Path, steps: list[tuple[int, int, int]], order: random.Random) -> list[int]:
    several, flying, spent = [FileBook(folder), FileBook(folder)], [], []
    limited = account(Budget(parse_scope("all"), parse_cap("0.0000001 USD/day")), "", NOW)
    for which, most, cost in steps:
        wanted = reservation((limited,), most)
        if await asked(several[which], wanted):
            flying.append((several[which], wanted, min(cost, most)))
        if flying and order.random() < 0.5:
            book, held, price = flying.pop(order.randrange(len(flying)))
            spent.append(price)
            await book.settle(held, price)
    for book, held, price in flying:
        spent.append(price)
        await book.settle(held, price)
    for each in several:
        await each.aclose()
    return spent


KILLED = """
import asyncio, sys
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from test_gateway_budgets_books import *
async def main():
    kind, where = sys.argv[1:3]
    if kind == "redis":
        from seatrial.gateway.limits.shared import Shared
        from seatrial.targets.secret import Secret
        book = SharedBook(Shared(Secret(where), "closed", print))
    else:
        book = MemoryBook(Path(where)) if kind == "memory" else FileBook(Path(where))
    for _ in range(4):
        wanted = wish(1)
        await book.reserve(wanted, FIRM)
        await book.settle(wanted, DOLLAR)
    await book.reserve(wish(6), FIRM)
    print("ready", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.mark.parametrize("kind", ["file", "memory"])
async def test_a_killed_process_forgets_only_what_was_in_flight(kind: str, tmp_path: Path) -> None:
    """After kill -9 all that was booked is known, and what was set aside is free again."""
    await killed(KILLED, kind, str(tmp_path), str(Path(__file__).parent))
    async with books(kind, tmp_path) as (book,):
        wanted = wish(6)
        assert await book.reserve(wanted, FIRM) == [State(4 * DOLLAR, 0, True)]
        await book.settle(wanted, 0)


@needs_redis
async def test_a_killed_process_gives_up_what_it_had_set_aside_in_redis(tmp_path: Path) -> None:
    """Its reservation holds while it is believed to live, and is let go of when its sign of life has run out."""
    async with redis(tmp_path) as server, sharing(server) as shared:
        book = SharedBook(shared)
        await killed(KILLED, "redis", server.url, str(Path(__file__).parent))
        assert not await asked(book, wish(6))
        await buried(shared)
        await asyncio.sleep(0.02)
        assert await book.reserve(wish(6), FIRM) == [State(4 * DOLLAR, 0, True)]


async def test_a_new_process_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    """Totals stand in the file after a good end, journals are gone, and no level is told again."""
    for expected in ([50], [80], [100], []):
        async with books("memory", tmp_path) as (book,):
            wanted = wish(1)
            await book.reserve(wanted, ())
            told = [each.level for each in await book.settle(wanted, 5 * DOLLAR if expected == [50] else 3 * DOLLAR)]
            assert told == expected
    assert not await asyncio.to_thread(lambda: list(tmp_path.glob("*.journal")))


async def test_totals_are_right_while_a_process_writes(tmp_path: Path) -> None:
    """`budget status` sees what a running server has booked, and the same again when it was folded."""
    async with books("memory", tmp_path) as (book,):
        wanted = wish(1)
        await book.reserve(wanted, FIRM)
        await book.settle(wanted, 7)
        assert _totals(tmp_path) == {at().label: 7}
    assert _totals(tmp_path) == {at().label: 7}


def _totals(folder: Path) -> dict[str, int]:
    kept = Kept(folder)
    try:
        kept.fold_left()
        return kept.totals()
    finally:
        kept.close()


def test_a_journal_counts_once_when_the_fold_was_cut_off(tmp_path: Path) -> None:
    """A journal whose sums are in the totals, but that was not taken away, counts no second time."""
    left, label = tmp_path / "budgets-0.journal", "a\tb\t2026-11\tUSD"
    kept = Kept(tmp_path)
    kept.fold(left, {label: 5})
    left.write_text('[["a\\tb\\t2026-11\\tUSD",5]]\n[["a\\tb\\t2026-11\\tU')
    assert kept.totals() == {label: 5}
    kept.fold_left()
    assert not left.exists()
    assert kept.totals() == {label: 5}
    kept.close()


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.integers(1, 100))
def test_whoever_fits_passes_the_cap_only_alone(spent: int, reserved: int, most: int, cap: int) -> None:
    """The rule itself: past the cap goes only who has nobody beside and something left."""
    if fits(spent, reserved, most, cap) and spent + reserved + most > cap:
        assert reserved == 0
        assert spent < cap


@given(st.lists(st.integers(0, 60), max_size=30), st.integers(1, 300))
def test_levels_are_passed_once_each_and_in_order(costs: list[int], cap: int) -> None:
    """However money is spent, each level up to the one that is reached was told exactly once."""
    told, spent = [], 0
    for cost in costs:
        told += crossed(spent, spent + cost, cap)
        spent += cost
    assert told == [each for each in (50, 80, 100) if spent * 100 >= each * cap]
