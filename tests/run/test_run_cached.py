"""A Target behind the cache of answers: what it asks again, and how honest it is about the rest."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_fakes import FakeTarget, go, suite

from seatrial.core.interaction import Failure, FailureKind, Money
from seatrial.core.request import Message, Request, Tool
from seatrial.run.cached import CachedTarget, key_of
from seatrial.run.plan import Repeat
from seatrial.store.cache import AnswerCache


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[AnswerCache]:
    kept = AnswerCache(tmp_path / "answers.db")
    yield kept
    kept.close()


def ask(text: str = "Hello?", **parts: object) -> Request:
    return Request((Message("user", text),), **parts)


async def test_the_second_time_nothing_is_asked(cache: AnswerCache) -> None:
    """The same Request is answered from the cache, says so, sent nothing and cost nothing."""
    target = FakeTarget(cost=Money(5, "EUR"))
    cached = CachedTarget(target, cache)
    first, second = await cached.ask(ask()), await cached.ask(ask())
    assert len(target.asked) == 1
    assert (first.served_by, second.served_by) == ("upstream", "cache")
    assert (second.text, second.usage) == (first.text, first.usage)
    assert (second.cost, second.attempts, second.timing.latency) == (Money(0, "EUR"), 0, 0)
    assert second.id != first.id


async def test_an_unknown_price_stays_unknown(cache: AnswerCache) -> None:
    """Where no price was known, none is made up for the cached answer."""
    cached = CachedTarget(FakeTarget(), cache)
    assert [(await cached.ask(ask())).cost for _ in range(2)] == [None, None]


async def test_failures_are_not_kept(cache: AnswerCache) -> None:
    """After a failure the Target is asked again."""
    target = FakeTarget(lambda _: Failure(FailureKind.SERVER_ERROR, "500"))
    cached = CachedTarget(target, cache)
    for _ in range(2):
        assert (await cached.ask(ask())).failure is not None
    assert len(target.asked) == 2


async def test_a_second_run_is_served_from_the_cache(cache: AnswerCache, tmp_path: Path) -> None:
    """Repeats are asked each for itself; the next run asks nothing and its latency is left out."""
    target = FakeTarget()
    for name in ("one", "two"):
        result = await go(tmp_path / name, suite(5, CachedTarget(target, cache), repeat=Repeat(3)))
    assert len(target.asked) == 15
    assert result.counts.passed == 15
    assert list(result.batch.column("cached")) == [1] * 15
    assert len(result.batch.present("latency")[0]) == 0


async def test_it_stands_for_the_target_within(cache: AnswerCache) -> None:
    """Name, identity, readiness and closing are the inner Target's."""
    target = FakeTarget(name="inner", identity="inner at home")
    cached = CachedTarget(target, cache)
    await cached.ready()
    await cached.aclose()
    assert (cached.name, cached.identity, target.closed) == ("inner", "inner at home", 1)


CHANGES = [
    {"params": {"temperature": 1}},
    {"tools": (Tool("book"),)},
    {"kind": "completion"},
    {"variables": {"island": "Saltholm"}},
    {"case": "other"},
    {"repeat": 1},
]


def test_whatever_changes_the_answer_changes_the_key() -> None:
    """Target, text, parameters, tools, kind, variables, case and repeat each give a key of their own."""
    keys = [key_of("t", ask()), key_of("u", ask()), key_of("t", ask("Bye?")), *(key_of("t", ask(**c)) for c in CHANGES)]
    assert len(set(keys)) == len(keys)


@given(st.dictionaries(st.text(max_size=5), st.integers(-(2**60), 2**60), max_size=5))
def test_the_order_of_parameters_does_not_matter(params: dict[str, int]) -> None:
    """The same parameters written in another order are the same question."""
    backwards = dict(reversed(params.items()))
    assert key_of("t", ask(params=params)) == key_of("t", ask(params=backwards))
