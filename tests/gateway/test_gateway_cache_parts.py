"""The cache's parts by themselves: keys, headers, memory, flights."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.gateway.absent import Anyone
from seatrial.gateway.cache.canonical import key_of
from seatrial.gateway.cache.entry import Entry
from seatrial.gateway.cache.flight import Flight
from seatrial.gateway.cache.memory import Memory
from seatrial.gateway.cache.rule import Rule, stamp_of
from seatrial.gateway.cache.wish import LONGEST_TAG, MOST_TAGS, NOTHING, Wish, wish_of
from seatrial.gateway.config import Deployment, Route
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.wire.bodies import read_request
from seatrial.gateway.wire.operations import OPERATIONS

ONE = Deployment(name="one", url="http://127.0.0.1:1/v1")
ROUTE = Route(name="support", deployments=(ONE,))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5) | st.floats(-1e9, 1e9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
BODIES = st.dictionaries(st.text("abc", min_size=1, max_size=3), JSON, max_size=4)


def key(body: bytes, rule: Rule = Rule(), wish: Wish = NOTHING, path: str = "/v1/chat/completions") -> bytes | None:  # noqa: B008
    """The key of a body."""
    exchange = Exchange(path, [])
    exchange.body, exchange.asked = body, read_request(body)
    exchange.operation, exchange.route, exchange.caller = OPERATIONS[path], ROUTE, Anyone()
    return key_of(exchange, rule, wish)


def turned(value: Any) -> Any:
    """The same with all mappings in the other order."""
    if isinstance(value, dict):
        return {name: turned(value[name]) for name in reversed(value)}
    return [turned(each) for each in value] if isinstance(value, list) else value


@given(BODIES)
@settings(max_examples=60, deadline=None)
def test_order_and_spaces_make_no_difference(body: dict[str, Any]) -> None:
    """However a client writes it, the same request has the same key."""
    body = {"model": "support"} | body
    compact = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    wide = json.dumps(turned(body), indent=2).encode()
    assert key(compact) == key(wide) is not None


@given(BODIES, BODIES)
@settings(max_examples=60, deadline=None)
def test_requests_that_differ_have_different_keys(one: dict[str, Any], two: dict[str, Any]) -> None:
    """Nothing that a client writes is lost on the way to the key."""
    texts = [json.dumps({"model": "support"} | each, sort_keys=True) for each in (one, two)]
    keys = {key(text.encode()) for text in texts}
    assert len(keys) == len(set(texts))


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b'{"model": "support", "seed": 123456789012345678901234567890}', True),
        (b'{"model": "support", "x": 1e999}', False),
        (b'{"model": "support", "x": "\\ud83d\\ude00"}', True),
        (b'{"model": "support", "temperature": 1}', True),
        (b'{"model": "support", "temperature": 1.01}', False),
    ],
)
def test_what_cannot_be_compared_is_not_kept(body: bytes, kept: bool) -> None:
    """It is passed on all the same: the cache refuses nothing."""
    assert (key(body) is not None) == kept


def test_streams_and_their_options_are_apart() -> None:
    """A stream with usage, one without and a whole answer; options without a stream mean nothing."""
    plain = b'{"model": "support"'
    ends = [b"}", b',"stream":null}', b',"stream_options":{"include_usage":true}}', b',"stream":true}']
    ends.append(b',"stream":true,"stream_options":{"include_usage":true}}')
    keys = [key(plain + end) for end in ends]
    assert (len(set(keys)), keys[0] == keys[1] == keys[2]) == (3, True)


def test_paths_stamps_and_headers_are_part_of_the_key() -> None:
    """The same body elsewhere, behind other deployments, or with other headers is another request."""
    body = b'{"model": "support"}'
    other = Route(name="support", deployments=(ONE, Deployment(name="two", url="http://127.0.0.1:2/v1")))
    stamped = Rule(stamp=stamp_of(other))
    found = [
        key(body),
        key(body, path="/v1/messages"),
        key(body, stamped),
        key(body, wish=Wish(varied=((b"a", b"b"),))),
    ]
    assert len(set(found)) == 4
    assert stamp_of(ROUTE) == stamp_of(Route(name="x", deployments=ROUTE.deployments)) != stamp_of(other)


@pytest.mark.parametrize(
    ("headers", "wish"),
    [
        ([(b"accept", b"*/*")], NOTHING),
        ([(b"cache-control", b"No-Store, max-age=1")], Wish(skip=True)),
        ([(b"cache-control", b"max-age=1"), (b"cache-control", b"no-cache")], Wish(fresh=True)),
        ([(b"x-seatrial-cache", b"skip")], Wish(skip=True)),
        ([(b"x-seatrial-cache", b"whatever")], NOTHING),
        ([(b"x-seatrial-cache-tag", b" a, ,b ,Kb/C")], Wish(tags=("a", "b", "Kb/C"))),
        ([(b"openai-beta", b"X=1")], Wish(varied=((b"openai-beta", b"X=1"),))),
    ],
)
def test_headers_say_what_a_client_wants(headers: list[tuple[bytes, bytes]], wish: Wish) -> None:
    """Words in any case and in several headers; what is not known says nothing."""
    assert wish_of(headers) == wish


def test_tags_of_clients_are_bounded() -> None:
    """No client fills the memory with them."""
    tags = wish_of([(b"x-seatrial-cache-tag", b",".join([b"t" * 500] * 500))]).tags
    assert (len(tags), {len(tag) for tag in tags}) == (MOST_TAGS, {LONGEST_TAG})


def entry(size: int, model: str = "support", tags: tuple[str, ...] = ()) -> Entry:
    """An answer of so many bytes."""
    return Entry(200, [], [b"x" * size], model, tags, lambda: 0.0)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30_000)), max_size=40))
@settings(max_examples=60, deadline=None)
def test_memory_never_takes_more_than_it_may(puts: list[tuple[int, int]]) -> None:
    """Whatever is put there; the newest that fits is there."""
    memory = Memory(20_000)
    for name, size in puts:
        new = entry(size)
        kept = memory.put(b"%d" % name, new)
        assert (kept, memory.get(b"%d" % name)) == (new.size <= 20_000, new if kept else None)
        assert memory.size <= memory.most


def test_what_was_not_asked_for_longest_goes_first() -> None:
    """A bound that shrinks drops, too."""
    memory = Memory(4_000)
    for name in (b"a", b"b", b"c"):
        memory.put(name, entry(100))
    memory.get(b"a")
    memory.put(b"d", entry(100))
    assert [memory.get(name) is not None for name in (b"a", b"b", b"c", b"d")] == [True, False, True, True]
    memory.bound(1_500)
    assert sum(memory.get(name) is not None for name in (b"a", b"c", b"d")) == 1


async def test_a_place_is_handed_on_when_its_heir_leaves_at_once() -> None:
    """Who is told to lead and is cancelled in the same moment leaves it to the next."""
    flight = Flight()
    tasks = [asyncio.create_task(flight.join(5.0)) for _ in range(3)]
    await asyncio.sleep(0)
    assert flight.left()
    tasks[0].cancel()
    assert await tasks[1] == (None, True)
    kept = entry(1)
    flight.landed(kept)
    assert await tasks[2] == (kept, False)
    assert (tasks[0].cancelled(), flight.over) == (True, True)


async def test_a_flight_that_nobody_waits_for_is_over_when_it_is_left() -> None:
    """Also when all who waited have left before."""
    flight = Flight()
    task = asyncio.create_task(flight.join(5.0))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (flight.left(), flight.over) == (False, True)


async def test_a_flight_that_fails_leads_nobody() -> None:
    """All who wait are told that there is nothing, and none has others to answer for."""
    flight = Flight()
    tasks = [asyncio.create_task(flight.join(5.0)) for _ in range(3)]
    await asyncio.sleep(0)
    flight.landed(None)
    assert [await task for task in tasks] == [(None, False)] * 3


async def test_who_waits_too_long_goes_alone() -> None:
    """Its place is not given to it later: the next one has it."""
    flight = Flight()
    late, patient = asyncio.create_task(flight.join(0.0)), asyncio.create_task(flight.join(5.0))
    assert await late == (None, False)
    assert flight.left()
    assert await patient == (None, True)
