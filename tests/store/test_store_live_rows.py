"""Rows of the live log: their order, what they say, what is forgotten; the spool and the log around it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live_entries import entry

from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.ids import new_id
from seatrial.core.interaction import Money, Usage
from seatrial.store.live import NAME, PACKED_FROM, LiveStore, ago, first_id
from seatrial.store.live_entry import COLUMNS, LogEntry, Row, row_of, row_values
from seatrial.store.live_filter import LONGEST, Where, read_filter
from seatrial.store.live_schema import MIGRATIONS, VERSION, migrate
from seatrial.store.log import AGAIN, HOUSEKEEPING, InteractionLog
from seatrial.store.log_spool import FOLDER, Spool

SECOND = 10**9


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LiveStore]:
    store = LiveStore(tmp_path)
    yield store
    store.close()


def ids(rows: list[Row]) -> str:
    return "".join(row.id for row in rows)


@pytest.mark.parametrize(("most", "found"), [(0, ""), (1, "c"), (2, "bc"), (3, "abc"), (9, "abc")])
def test_the_newest_stand_last(store: LiveStore, most: int, found: str) -> None:
    """So many of those that were kept last, in the order in which they were."""
    store.add([entry("a"), entry("b")])
    store.add([entry("c")])
    assert ids(store.newest(most)) == found


@pytest.mark.parametrize(
    ("number", "most", "found"), [(0, 9, "abc"), (1, 9, "bc"), (1, 1, "b"), (3, 9, ""), (9, 9, "")]
)
def test_those_after_a_number_are_read_on(store: LiveStore, number: int, most: int, found: str) -> None:
    """Whoever follows the log takes up where it was, and misses none."""
    store.add([entry("a"), entry("b"), entry("c")])
    assert ids(store.after(number, most)) == found
    assert store.last == 3


def test_an_empty_log_is_one(store: LiveStore) -> None:
    """Nothing is read from it, nothing is forgotten, and adding nothing changes nothing."""
    store.add([])
    assert (store.last, store.newest(5), store.after(0, 5), store.body("x"), store.forget(ago(0))) == (
        0,
        [],
        [],
        None,
        0,
    )


def test_numbers_go_on_behind_those_that_were_forgotten(store: LiveStore) -> None:
    """Whoever follows never meets a number twice, as long as the newest row stays."""
    store.add([entry(first_id(SECOND) + "-a"), entry(first_id(ago(0)) + "-b")])
    assert store.forget(ago(60)) == 1
    store.add([entry("zz")])
    assert [row.number for row in store.newest(5)] == [2, 3]


@pytest.mark.parametrize(("most", "left"), [(1, 4), (4, 1), (5, 0), (9, 0)])
def test_so_many_are_forgotten_at_once(store: LiveStore, most: int, left: int) -> None:
    """The oldest go first, with what was said in them."""
    names = [f"{first_id(SECOND * number)}-{number}" for number in range(1, 6)]
    store.add([entry(name) for name in names])
    assert store.forget(ago(0), most) == 5 - left
    assert [row.id for row in store.newest(9)] == names[5 - left :]
    assert [name for name in names if store.body(name) is not None] == names[5 - left :]


@given(st.lists(st.integers(0, 2**44), min_size=2, max_size=5))
@settings(max_examples=50)
def test_beginnings_of_ids_sort_as_their_moments(milliseconds: list[int]) -> None:
    """The order of the texts is the order of the times."""
    assert [first_id(each * 10**6) for each in sorted(milliseconds)] == sorted(
        first_id(each * 10**6) for each in milliseconds
    )


def test_ids_of_now_lie_between_a_moment_ago_and_the_next() -> None:
    """An id that is drawn now begins behind what the ids of a second ago begin with."""
    assert first_id(ago(1)) < new_id() < first_id(ago(-1))
    assert first_id(-5) == first_id(0)


@pytest.mark.parametrize("size", [0, 1, PACKED_FROM - 700, PACKED_FROM, 50_000])
def test_bodies_of_any_size_come_back(store: LiveStore, size: int) -> None:
    """Small ones are kept as they are, large ones packed; both read the same."""
    made = entry("a", text="é" * size)
    store.add([made])
    assert store.body("a") == made.interaction


def test_a_body_that_is_torn_is_told(store: LiveStore) -> None:
    """One sentence with the file and the id, whether it is packed or not."""
    store.add([entry("a"), entry("b", text="x" * 2 * PACKED_FROM)])
    with store._db.transaction() as running:
        running.execute("update bodies set data = x'00'")
    for name in ("a", "b"):
        with pytest.raises(CannotRun, match=f"the body of {name} cannot be read"):
            store.body(name)


def row(made: LogEntry) -> Row:
    return row_of((1, *row_values(made)))


@pytest.mark.parametrize(
    ("made", "served"),
    [
        (entry(attempts=1), "upstream"),
        (entry(attempts=0), "gateway"),
        (entry(attempts=0, served_by="cache"), "cache"),
        (entry(attempts=2, served_by="cache"), "cache"),
        (entry(attempts=3, failure="timeout"), "upstream"),
        (entry(attempts=0, failure="bad_request"), "gateway"),
    ],
)
def test_who_served_a_request_is_told(made: LogEntry, served: str) -> None:
    """A deployment, the cache, or the gateway itself where nobody was asked."""
    assert row(made).served_by == served


def test_a_row_says_what_its_entry_does() -> None:
    """Figures and names survive; what is unknown is nothing, not zero."""
    found = row(entry("a", at=5 * SECOND, seconds=2, usage=Usage(7, 3, 2), cost=Money(9, "EUR"), tags={"a": "b"}))
    assert (found.at, found.latency, found.waited, found.first_token) == (5 * SECOND, 2.0, 0.0, 1.0)
    assert (found.input, found.output, found.cached, found.estimated) == (7, 3, 2, False)
    assert (found.cost, found.currency, found.tags) == (9, "EUR", {"a": "b"})
    bare = row(entry("a", usage=None, cost=None, deployment=None))
    assert (bare.input, bare.output, bare.cached, bare.cost, bare.currency) == (None, None, None, None, None)
    assert (bare.estimated, bare.tags, bare.deployment) == (False, {}, None)
    assert len(row_values(entry())) == len(COLUMNS)


def test_tables_are_brought_on_once(tmp_path: Path) -> None:
    """Each step is written down, and opening the log again takes none."""
    for _ in range(2):
        store = LiveStore(tmp_path)
        steps = store._db.rows("select version from migrations")
        migrate(store._db)
        assert [version for (version,) in steps] == list(range(1, len(MIGRATIONS) + 1))
        assert steps == store._db.rows("select version from migrations")
        assert store._db.version == VERSION
        store.close()


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_what_waits_comes_in_batches_and_in_order(tmp_path: Path, size: int) -> None:
    """Each entry once, no batch larger than asked for, and the file is gone behind it."""
    spool = Spool(tmp_path)
    assert spool.empty
    spool.append([entry(name) for name in "abcd"])
    spool.append([entry("e")])
    batches = [[each.interaction.id for each in batch] for batch in spool.batches(size)]
    assert [name for batch in batches for name in batch] == list("abcde")
    assert max(map(len, batches)) <= size
    assert (spool.empty, list((tmp_path / FOLDER).iterdir())) == (True, [])


@pytest.mark.parametrize("torn", [b'{"interac', b"\xff\xfe\n", b"[]\n", b"null\n", b"\n", b"{}\n"])
def test_a_line_that_cannot_be_read_is_counted(tmp_path: Path, torn: bytes) -> None:
    """Those before it are taken all the same."""
    spool = Spool(tmp_path)
    spool.append([entry("a")])
    spool.close()
    (path,) = (tmp_path / FOLDER).iterdir()
    path.write_bytes(path.read_bytes() + torn)
    after = Spool(tmp_path)
    assert [[each.interaction.id for each in batch] for batch in after.batches(9)] == [["a"]]
    assert after.unreadable == 1


def test_lines_of_the_spool_are_json(tmp_path: Path) -> None:
    """Whoever has to look into it can."""
    spool = Spool(tmp_path)
    spool.append([entry("a"), entry("b")])
    spool.close()
    (path,) = (tmp_path / FOLDER).iterdir()
    assert [json.loads(line)["interaction"]["id"] for line in path.read_text().splitlines()] == ["a", "b"]
    assert path.stat().st_mode & 0o077 == 0


class Clock:
    """Seconds that the test turns."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("later", "kept"), [(0.0, 0), (AGAIN - 0.01, 0), (AGAIN, 2), (AGAIN * 5, 2)])
def test_a_log_in_trouble_is_asked_again_after_a_while(tmp_path: Path, later: float, kept: int) -> None:
    """Until then entries go to the spool at once; then all follow, in order."""
    (tmp_path / NAME).mkdir()
    clock = Clock()
    log = InteractionLog(tmp_path, clock=clock)
    log.write([entry("a")])
    assert (log.spooled, log.written, bool(log.trouble)) == (1, 0, True)
    (tmp_path / NAME).rmdir()
    clock.now += later
    log.write([entry("b")])
    assert log.written == kept
    assert bool(log.trouble) is not bool(kept)
    log.close()


@pytest.mark.parametrize(("later", "left"), [(HOUSEKEEPING - 1, 2), (HOUSEKEEPING, 1)])
def test_old_entries_are_looked_for_once_a_minute(tmp_path: Path, later: float, left: int) -> None:
    """Between two looks nothing is forgotten."""
    clock = Clock()
    log = InteractionLog(tmp_path, keep=3600, clock=clock)
    log.write([])
    log.write([entry(first_id(SECOND) + "-old"), entry(first_id(ago(0)) + "-new")])
    clock.now += later
    log.write([])
    log.close()
    store = LiveStore(tmp_path)
    assert len(store.newest(9)) == left
    store.close()


def test_without_bodies_the_rows_are_kept_alone(tmp_path: Path) -> None:
    """What was asked for is changed while the log is open, as a reload does."""
    log = InteractionLog(tmp_path)
    log.write([entry("a")])
    log.bodies = False
    log.write([entry("b")])
    log.close()
    store = LiveStore(tmp_path)
    assert [(row.id, store.body(row.id) is None) for row in store.newest(9)] == [("a", False), ("b", True)]
    store.close()


@pytest.mark.parametrize(
    ("text", "sql", "values"),
    [
        ("status = 5", '"status" = ?', (5,)),
        ("STATUS == 5", '"status" = ?', (5,)),
        ("latency >= 1.5s", '"latency" >= ?', (1.5,)),
        ("latency < 2m", '"latency" < ?', (120,)),
        ("latency < 500ms", '"latency" < ?', (0.5,)),
        ("latency < -1", '"latency" < ?', (-1,)),
        ("cost > 2", "cost / 1e9 > ?", (2,)),
        ("route ~ 'a_b%'", "\"route\" like ? escape '\\'", ("%a\\_b\\%%",)),
        ("status in (1, 2)", '"status" in (?, ?)', (1, 2)),
        ("failed = 3 or failed", None, ()),
    ],
)
def test_a_filter_is_sql_with_parameters(text: str, sql: str | None, values: tuple[object, ...]) -> None:
    """Names are quoted columns, values never stand in the text; a word of one condition is no name."""
    if sql is None:
        with pytest.raises(Mistake, match="nothing named `failed`"):
            read_filter(text)
        return
    assert read_filter(text) == Where(sql, values)


@pytest.mark.parametrize(("length", "good"), [(LONGEST - 1, True), (LONGEST, True), (LONGEST + 1, False)])
def test_a_filter_is_as_long_as_it_may_be(length: int, good: bool) -> None:
    """At the bound it is read."""
    text = "route = " + "x" * (length - len("route = "))
    if good:
        assert read_filter(text).values == ("x" * (length - 8),)
    else:
        with pytest.raises(Mistake, match="longer than"):
            read_filter(text)
