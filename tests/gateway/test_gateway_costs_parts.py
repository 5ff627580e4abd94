"""Prices that are looked up, bounds at their borders, texts that are counted, and the laws of sums."""

import asyncio
import json
from typing import Any

import msgspec
import pytest
from exchanges import SECOND, answered
from hypothesis import given, settings
from hypothesis import strategies as st
from limits_support import deployment, exchange, route

from seatrial.core.interaction import FailureKind, Money, Usage
from seatrial.gateway.costs.bound import MOST_OUTPUT, TEXT, most_cost
from seatrial.gateway.costs.prices import FREE, Prices
from seatrial.gateway.costs.untold import untold_usage
from seatrial.gateway.metrics import FAMILIES, SECONDS, Tally, decode, merged
from seatrial.gateway.records.counting import Counting
from seatrial.gateway.records.reading import Reader
from seatrial.targets.prices import Found, Price

PRICE = Price.per_million({"input": 1, "output": 2})
UNKNOWN = Found(None, "unknown")


async def test_a_list_that_fails_is_asked_again() -> None:
    """One failure is that of the requests that waited for it; the next one looks anew."""
    tries: list[str | None] = []

    def find(model: str | None, url: str) -> Found:
        tries.append(model)
        if len(tries) == 1:
            raise OSError("the list cannot be read")
        return Found(PRICE, "a list")

    prices, made = Prices(find), deployment(price=None, model="m")
    told = await asyncio.gather(*(prices.look([made]) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in told] == [OSError] * 3
    await prices.look([made])
    assert (prices.known(made), tries) == (PRICE, ["m", "m"])


async def test_a_request_that_is_given_up_costs_no_second_look() -> None:
    """Who waits for a price may leave; the look goes on for the others."""
    asked: list[str | None] = []
    prices = Prices(lambda model, url: (asked.append(model), Found(PRICE, "a list"))[1])
    made = deployment(price=None, model="m")
    leaving = asyncio.ensure_future(prices.look([made]))
    staying = asyncio.ensure_future(prices.look([made]))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    assert (prices.known(made), asked) == (PRICE, ["m"])


async def test_each_model_has_its_own_look() -> None:
    """Two names at one address are two prices; what has one of its own is not looked up."""
    asked: list[str | None] = []
    prices = Prices(lambda model, url: (asked.append(model), UNKNOWN)[1])
    listed = [deployment("a", price=None, model="m"), deployment("b", price=None, model="n"), deployment("c", (1, 2))]
    assert not prices.looked(listed)
    await prices.look(listed)
    assert sorted(map(str, asked)) == ["m", "n"]
    assert prices.looked(listed)
    assert prices.looked([])


def test_what_was_never_looked_up_is_free_so_far() -> None:
    """Nothing is dearest where nothing is known; a cached token may be the dearest input."""
    assert Prices(lambda model, url: UNKNOWN).dearest([]) is FREE
    dear = deployment("a", price=None, model="m")
    odd = msgspec.structs.replace(dear, price=Price(1, 2, 7))
    found = Prices().dearest([route("r", odd)])
    assert (found.input, found.output, found.cached) == (7, 2, 7)


@pytest.mark.parametrize(
    ("size", "tokens"),
    [(0, 0), (1, 1), (TEXT - 1, TEXT - 1), (TEXT, TEXT), (TEXT + 3, TEXT), (TEXT + 4, TEXT + 1)],
)
def test_each_byte_may_be_a_token_up_to_a_bound(size: int, tokens: int) -> None:
    """Behind it four bytes are one."""
    made = exchange(max_tokens=1)
    made.body = b"x" * size
    assert most_cost(made, Price(1_000_000, 0, 0)) == tokens


@pytest.mark.parametrize(
    ("asked", "routed", "tokens"),
    [
        ({"max_tokens": 0}, {}, MOST_OUTPUT),
        ({"max_tokens": -1}, {}, MOST_OUTPUT),
        ({"max_tokens": -1}, {"most_tokens": 50}, 50),
        ({"max_tokens": 900, "max_completion_tokens": 5}, {}, 900),
        ({"max_output_tokens": 7}, {}, 7),
        ({"max_tokens": 10, "n": 0}, {}, 10),
        ({"max_tokens": 10, "n": -3}, {}, 10),
        ({"max_tokens": 10}, {"most_tokens": 10}, 10),
        ({"max_tokens": 11}, {"most_tokens": 10}, 10),
        ({"max_tokens": 9}, {"most_tokens": 10}, 9),
        ({"n": 2}, {}, 2 * MOST_OUTPUT),
        ({"n": 2}, {"most_n": 2}, 2 * MOST_OUTPUT),
        ({"n": 3}, {"most_n": 2}, 2 * MOST_OUTPUT),
    ],
)
def test_the_bound_of_what_is_written(asked: Any, routed: Any, tokens: int) -> None:
    """The smaller of what client and route allow, never below nothing, for each answer."""
    made = exchange(route=route("support", **routed), **asked)
    made.body = b""
    assert most_cost(made, Price(0, 1_000_000, 0)) == tokens


@pytest.mark.parametrize(("nanos", "bound"), [(1, 1), (1_000_000, 1), (1_000_001, 2), (0, 0)])
def test_a_part_of_a_nano_unit_counts_whole(nanos: int, bound: int) -> None:
    """What is set aside is never less than what may be spent."""
    made = exchange(max_tokens=1)
    made.body = b"x"
    assert most_cost(made, Price(nanos, 0, 0)) == bound


@pytest.mark.parametrize(
    ("body", "characters"),
    [
        ({"choices": [{"message": {"content": "ab"}}, {"message": {"content": "cd"}}]}, 4),
        ({"choices": [{"message": {"refusal": "abc"}}]}, 3),
        ({"choices": [{"message": {"content": None, "tool_calls": [{"function": {"arguments": "{}"}}]}}]}, 2),
        ({"choices": [{"message": {"tool_calls": [{"function": None}, {}]}}]}, 0),
        ({"content": [{"text": "ab"}, {"thinking": "cde"}, {"type": "image"}]}, 5),
        ({"choices": [{"text": "abcd"}]}, 4),
        ({"choices": None}, 0),
        ({"choices": [7]}, 0),
        ([], 0),
    ],
)
def test_texts_of_whole_answers_are_counted(body: Any, characters: int) -> None:
    """All that a model wrote, its calls and thoughts too; what cannot be read counts nothing."""
    made = exchange()
    made.status, made.chunks, made.body = 200, [json.dumps(body).encode()], b""
    found = untold_usage(made)
    assert found == Usage(0, -(-characters // 4), estimated=True)


@pytest.mark.parametrize(("status", "told"), [(200, True), (399, True), (400, False), (500, False)])
def test_an_error_took_nothing(status: int, told: bool) -> None:
    """Up to where errors begin an answer is one."""
    made = exchange()
    made.status, made.chunks = status, [b"{}"]
    assert (untold_usage(made) is not None) is told


LABELS = st.tuples(st.sampled_from(["a", "b"]))
VALUES = st.dictionaries(LABELS, st.integers(0, 1000).map(float), max_size=2)
ROWS = st.dictionaries(LABELS, st.lists(st.integers(0, 9).map(float), min_size=4, max_size=4), max_size=2)
TALLIES = st.builds(
    Tally,
    st.dictionaries(st.sampled_from(["x", "y"]), VALUES, max_size=2),
    st.dictionaries(st.sampled_from(["h"]), ROWS, max_size=1),
)


def plain(tally: Tally) -> Any:
    """Without what is empty, which says nothing."""
    rows = {name: {k: v for k, v in rows.items() if any(v)} for name, rows in tally.histograms.items()}
    return {n: v for n, v in tally.values.items() if v}, {n: r for n, r in rows.items() if r}


@given(st.lists(TALLIES, max_size=5), st.integers(0, 5))
@settings(max_examples=50)
def test_sums_add_up_however_they_are_grouped(tallies: list[Tally], at: int) -> None:
    """Merging parts first, or in another order, gives the same, and changes none of what is merged."""
    before = [tally.encode() for tally in tallies]
    whole = plain(merged(tallies))
    assert plain(merged([merged(tallies[:at]), merged(tallies[at:])])) == whole
    assert plain(merged(reversed(tallies))) == whole
    assert [tally.encode() for tally in tallies] == before


@given(TALLIES)
@settings(max_examples=50)
def test_sums_survive_the_way_to_another_process(tally: Tally) -> None:
    """What was encoded is decoded as it was."""
    assert decode(tally.encode()) == tally


def counted(*fields: dict[str, Any]) -> Tally:
    counting, reader = Counting(), Reader(str)
    for each in fields:
        made = answered(**each)
        counting.add(made, reader.entry(made))
    return counting.sums()


@pytest.mark.parametrize(
    ("seconds", "bucket"),
    [(0.0, 0), (SECONDS[0], 0), (SECONDS[0] + 0.001, 1), (SECONDS[-1], len(SECONDS) - 1), (10_000.0, len(SECONDS))],
)
def test_a_bound_belongs_to_its_bucket(seconds: float, bucket: int) -> None:
    """What takes exactly so long stands below the bound; what takes longest, behind all of them."""
    tally = counted({"ended": 1_000 * SECOND + round(seconds * 1e9)})
    row = tally.histograms["gen_ai_server_request_duration_seconds"][("chat", "support", "")]
    assert row.index(1) == bucket
    assert len(row) == len(SECONDS) + 2


@pytest.mark.parametrize(
    ("status", "label"),
    [(0, ""), (199, "1xx"), (200, "2xx"), (404, "4xx"), (599, "5xx"), (999, "5xx"), (-1, "")],
)
def test_statuses_are_counted_by_their_hundreds(status: int, label: str) -> None:
    """A status that no client should see is one of the last kind; none is none."""
    values = counted({"status": status}).values["seatrial_requests_total"]
    assert [labels[2] for labels in values] == [label]


def test_money_of_two_currencies_is_not_added() -> None:
    """Each has its own sum."""
    tally = counted({"cost": Money(10**9)}, {"cost": Money(2 * 10**9)}, {"cost": Money(5 * 10**9, "EUR")})
    assert tally.values["seatrial_cost_total"] == {("support", "one", "USD"): 3, ("support", "one", "EUR"): 5}


def test_failures_are_counted_by_their_kind() -> None:
    """Each request that ended without an answer, and no other."""
    broken, late = answered(), answered()
    broken.fail("cut_stream", "it broke")
    late.fail("timeout", "it took long")
    counting, reader = Counting(), Reader(str)
    for made in (broken, late, late, answered()):
        counting.add(made, reader.entry(made))
    kinds = {labels[2]: count for labels, count in counting.sums().values["seatrial_failures_total"].items()}
    assert kinds == {FailureKind.CUT_STREAM.value: 1, FailureKind.TIMEOUT.value: 2}


def test_asking_for_the_sums_changes_none() -> None:
    """They may be asked for as often as anybody likes."""
    counting, reader, made = Counting(), Reader(str), answered(tags={"fallback": "small"})
    counting.add(made, reader.entry(made))
    assert counting.sums() == counting.sums()
    assert set(counting.sums().values) | set(counting.sums().histograms) <= set(FAMILIES)
