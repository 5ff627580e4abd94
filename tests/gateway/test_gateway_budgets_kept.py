"""Books on disk: journals, totals, what is owed while a file is busy, and what is free."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.errors import CannotRun
from seatrial.gateway.budgets import file_book, memory_book
from seatrial.gateway.budgets.book import Reservation, State, refuses, reservation
from seatrial.gateway.budgets.budget import Account, Budget, Then, account
from seatrial.gateway.budgets.cap import parse_cap
from seatrial.gateway.budgets.file_book import FileBook
from seatrial.gateway.budgets.kept import JOURNALS, NAME, Journal, Kept, abandoned, hold
from seatrial.gateway.budgets.memory_book import MemoryBook
from seatrial.gateway.limits.scope import parse_scope
from seatrial.gateway.wire.errors import Refusal

DOLLAR = 1_000_000_000
NOW = 1_795_000_000 * DOLLAR
FIRM: frozenset[Then] = frozenset({"block"})
BOOKS: list[Any] = [FileBook, MemoryBook]


def at(limit: str = "10 USD/month", scope: str = "project:p1", then: Then = "block") -> Account:
    return account(Budget(parse_scope(scope), parse_cap(limit), then), scope, NOW)


def wish(most: int, *accounts: Account) -> Reservation:
    return reservation(accounts or (at(),), most)


@contextmanager
def kept(folder: Path, patience: float = 0.01) -> Iterator[Kept]:
    made = Kept(folder, patience)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def busy(folder: Path) -> Iterator[None]:
    """Another process writes for as long as the block lasts."""
    with closing(sqlite3.connect(folder / NAME, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")


def there(folder: Path, pattern: str) -> list[str]:
    """The names of files."""
    return sorted(each.name for each in folder.glob(pattern))


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a busy file."""
    monkeypatch.setattr(file_book, "PATIENCE", 0.01)


@pytest.mark.parametrize("kind", BOOKS)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("other", [0, 5])
async def test_free_requests_at_the_same_time(kind: Any, order: tuple[int, int], other: int, tmp_path: Path) -> None:
    """Requests that can cost nothing are settled beside others, in any order, and the cap is as it was."""
    book = kind(tmp_path)
    flying = [wish(0), wish(other)]
    for each in flying:
        await book.reserve(each, FIRM)
    for place in order:
        assert list(await book.settle(flying[place], 0)) == []
    assert await book.reserve(wish(1), FIRM) == [State(0, 0, True)]
    await book.aclose()


STEPS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=25)


@given(STEPS, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_memory_and_file_come_to_the_same(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int]], order: Any
) -> None:
    """Whatever is reserved and settled in whatever order, both books say the same of every request."""
    folder = tmp_path_factory.mktemp("books")
    assert asyncio.run(_played(folder, steps, order))


async def _played(folder: Path, steps: list[tuple[int, int]], order: Any) -> bool:
    several, flying = [MemoryBook(folder / "m"), FileBook(folder / "f")], list[tuple[Reservation, int]]()
    small = (at("0.00000003 USD/day", "key:k1"), at("0.00000005 USD/day", "all", "warn"))
    for most, cost in steps:
        wanted = wish(most * 5, *small)
        states = [await book.reserve(wanted, FIRM) for book in several]
        assert states[0] == states[1]
        if not refuses(states[0], wanted, FIRM):
            flying.append((wanted, cost))
        if flying and order.random() < 0.6:
            held, price = flying.pop(order.randrange(len(flying)))
            told = [[each.level for each in await book.settle(held, price)] for book in several]
            assert told[0] == told[1]
    for book in several:
        await book.aclose()
    return True


def test_a_journal_is_its_processs_alone(tmp_path: Path) -> None:
    """It is locked while it is open, readable to its owner only, and abandoned when it is closed."""
    journal = Journal(tmp_path)
    assert journal.path.stat().st_mode & 0o777 == 0o600
    with abandoned(journal.path) as so:
        assert not so
    journal.close()
    with abandoned(journal.path) as so:
        assert so
    with abandoned(tmp_path / "none") as so:
        assert not so


def test_a_journal_adds_up(tmp_path: Path) -> None:
    """Its sums are those of its lines, label by label."""
    journal = Journal(tmp_path)
    journal.add([("a", 1), ("b", 2)])
    journal.add([("a", 3)])
    journal.add([])
    journal.close()
    assert (journal.sums, journal.lines) == ({"a": 4, "b": 2}, 3)
    assert journal.path.read_bytes() == b'[["a",1],["b",2]]\n[["a",3]]\n[]\n'


def test_a_journal_that_cannot_be_written_counts_on(tmp_path: Path) -> None:
    """The sentence names the file, and the sums have what was to be written."""
    journal = Journal(tmp_path)
    writable, journal._file = journal._file, os.open(journal.path, os.O_RDONLY)
    with pytest.raises(CannotRun, match="journal: bad file descriptor"):
        journal.add([("a", 1)])
    assert journal.sums == {"a": 1}
    journal.close()
    os.close(writable)


def test_a_lock_is_made_once(tmp_path: Path) -> None:
    """A file that is there already, or whose folder is not, cannot be held: one sentence with its path."""
    file = hold(tmp_path / "x")
    with pytest.raises(CannotRun, match="x: file exists"):
        hold(tmp_path / "x")
    with pytest.raises(CannotRun, match="no such file"):
        hold(tmp_path / "none" / "x")
    os.close(file)


def test_a_store_that_is_a_file_is_told(tmp_path: Path) -> None:
    """A file in the folder's place, a folder in the file's place, and what is no database: each one sentence."""
    (tmp_path / "file").write_text("")
    (tmp_path / "folder" / NAME).mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / NAME).write_bytes(b"no database at all" * 100)
    for name in ("file", "folder", "other"):
        with pytest.raises(CannotRun, match=NAME):
            Kept(tmp_path / name)


def test_the_store_is_its_owners(tmp_path: Path) -> None:
    """Folder and file are made for one user alone."""
    with kept(tmp_path / "a" / "b"):
        assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "a" / "b" / NAME).stat().st_mode & 0o777 == 0o600


BROKEN = [
    (b"", {}),
    (b'[["a",1]]\n', {"a": 1}),
    (b'[["a",1]]\n[["a",2]]\n', {"a": 3}),
    (b'[["a",1]]\n[["a",2]', {"a": 1}),
    (b'[["a",1]]\n\n[["b",2]]\n', {"a": 1, "b": 2}),
    (b'nonsense\n[["a",1]]\n', {"a": 1}),
    (b'\xff\xfe\n[["a",1]]\n', {"a": 1}),
    (b'[["a","1"]]\n{"a": 1}\n[["a",1.5]]\n[["a",7]]\n', {"a": 7}),
    (b'[["a",1],["a",2],["b",0]]\n', {"a": 3, "b": 0}),
]


@pytest.mark.parametrize(("data", "sums"), BROKEN)
def test_what_a_journal_left_behind_says(data: bytes, sums: dict[str, int], tmp_path: Path) -> None:
    """Whole lines count, each once, before and after it is folded; a line that is broken was never booked."""
    with kept(tmp_path) as made:
        (tmp_path / "budgets-x.journal").write_bytes(data)
        assert made.totals() == sums
        made.fold_left()
        assert (made.totals(), list(tmp_path.glob(JOURNALS))) == (sums, [])


@given(st.lists(st.integers(0, 10**12), max_size=8), st.data())
@settings(max_examples=30, deadline=None)
def test_a_journal_that_was_cut_has_all_but_its_last_line(
    tmp_path_factory: pytest.TempPathFactory, costs: list[int], data: st.DataObject
) -> None:
    """However many bytes a killed process lost, what it had written whole is known."""
    folder = tmp_path_factory.mktemp("cut")
    lines = [b'[["a",%d]]\n' % cost for cost in costs]
    whole = b"".join(lines)
    keep = data.draw(st.integers(0, len(whole)))
    (folder / "budgets-x.journal").write_bytes(whole[:keep])
    ends = [sum(map(len, lines[: number + 1])) - 1 for number in range(len(lines))]
    with kept(folder) as made:
        assert made.totals().get("a", 0) == sum(cost for cost, end in zip(costs, ends, strict=True) if end <= keep)


def test_a_living_processs_journal_is_left(tmp_path: Path) -> None:
    """Only what nobody writes any more is folded; what a living one has booked counts all the same."""
    journal = Journal(tmp_path)
    journal.add([("a", 5)])
    with kept(tmp_path) as made:
        made.fold_left()
        assert (journal.path.exists(), made.totals()) == (True, {"a": 5})
    journal.close()


def test_folding_twice_counts_once(tmp_path: Path) -> None:
    """The name of a folded journal is remembered for as long as its file may still be there, and then forgotten."""
    path = tmp_path / "budgets-x.journal"
    path.write_bytes(b'[["a",5]]\n')
    with kept(tmp_path) as made:
        made.fold(path, {"a": 5})
        made.fold(path, {"a": 5})
        assert made.totals() == {"a": 5}
        made.fold_left()
        assert made.db.rows("select * from folded") == []


def test_totals_wait_for_nobody_for_ever(tmp_path: Path) -> None:
    """A file that stays busy is told as such."""
    with kept(tmp_path) as made, busy(tmp_path), pytest.raises(CannotRun, match="locked"):
        made.totals()


async def test_a_busy_file_refuses_what_cannot_be_bounded(hasty: None, tmp_path: Path) -> None:
    """While another process writes for too long, a request is told to come again, and nothing is set aside."""
    book = FileBook(tmp_path)
    with busy(tmp_path), pytest.raises(Refusal) as found:
        await book.reserve(wish(5), FIRM)
    assert (found.value.status, found.value.code) == (503, "budgets_unavailable")
    assert await book.reserve(wish(5), FIRM) == [State(0, 0, True)]
    await book.aclose()


async def test_what_could_not_be_booked_is_booked_with_the_next(hasty: None, tmp_path: Path) -> None:
    """A settlement in front of a busy file stays owed; levels are told when it is booked."""
    book, first, second = FileBook(tmp_path), wish(5), wish(5)
    for each in (first, second):
        await book.reserve(each, FIRM)
    with busy(tmp_path):
        assert list(await book.settle(first, 5 * DOLLAR)) == []
    assert [each.level for each in await book.settle(second, 3 * DOLLAR)] == [50, 80]
    await book.aclose()
    with kept(tmp_path) as made:
        assert made.totals() == {at().label: 8 * DOLLAR}


async def test_what_is_owed_at_the_end_is_booked(hasty: None, tmp_path: Path) -> None:
    """A process that ends after a busy moment forgets nothing that was spent."""
    book, first = FileBook(tmp_path), wish(5)
    await book.reserve(first, FIRM)
    with busy(tmp_path):
        await book.settle(first, 5)
    await book.aclose()
    with kept(tmp_path) as made:
        assert made.totals() == {at().label: 5}


async def test_a_file_that_stays_busy_does_not_keep_a_process_from_ending(hasty: None, tmp_path: Path) -> None:
    """Closing goes on to its end, and whoever comes next takes nothing for set aside."""
    book = FileBook(tmp_path)
    await book.reserve(wish(9 * DOLLAR), FIRM)
    with busy(tmp_path):
        await book.aclose()
    following = FileBook(tmp_path)
    assert await following.reserve(wish(9 * DOLLAR), FIRM) == [State(0, 0, True)]
    await following.aclose()


async def test_two_processes_see_each_others_reservations(tmp_path: Path) -> None:
    """What one has set aside is no room for the other until it is over; its end lets go of all of it."""
    one, other = FileBook(tmp_path), FileBook(tmp_path)
    await one.reserve(wish(9 * DOLLAR), FIRM)
    assert await other.reserve(wish(2 * DOLLAR), FIRM) == [State(0, 9 * DOLLAR, False)]
    await one.aclose()
    assert await other.reserve(wish(2 * DOLLAR), FIRM) == [State(0, 0, True)]
    await other.aclose()


async def test_signs_of_life_are_taken_away(tmp_path: Path) -> None:
    """A good end leaves no file of its own; one that was left behind goes with the next start."""
    book = FileBook(tmp_path)
    (tmp_path / "budgets-dead.alive").write_text("")
    assert len(there(tmp_path, "*.alive")) == 2
    await book.aclose()
    book = FileBook(tmp_path)
    assert len(there(tmp_path, "*.alive")) == 1
    await book.aclose()
    assert there(tmp_path, "*.alive") == []


async def test_a_full_disk_is_told_and_forgotten_when_there_is_room(tmp_path: Path) -> None:
    """Bookings count on in memory, the trouble says why, and the totals have all in the end."""
    book = MemoryBook(tmp_path)
    journal = book._journal
    writable, journal._file = journal._file, os.open(journal.path, os.O_RDONLY)
    for trouble in (True, False):
        wanted = wish(5)
        await book.reserve(wanted, FIRM)
        await book.settle(wanted, 5)
        assert bool(book.trouble) is trouble
        if trouble:
            os.close(journal._file)
            journal._file = writable
    await book.aclose()
    with kept(tmp_path) as made:
        assert made.totals() == {at().label: 10}


async def test_journals_are_folded_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many bookings a new journal is begun, and no booking is lost or counts twice."""
    monkeypatch.setattr(memory_book, "FOLDED_AFTER", 3)
    book, names = MemoryBook(tmp_path), set[str]()
    for _ in range(20):
        wanted = wish(5)
        await book.reserve(wanted, FIRM)
        await book.settle(wanted, 5)
        names.add(book._journal.path.name)
        if book._folding is not None:
            await book._folding
    await book.aclose()
    with kept(tmp_path) as made:
        assert (len(names), made.totals(), there(tmp_path, JOURNALS)) == (7, {at().label: 100}, [])
