"""Limits in one process: whom they count, what they say, and what is given back."""

import pytest
from limits_support import Caller, answered, exchange, route

from seatrial.core.errors import Mistake
from seatrial.gateway.config import Terms
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.limits.local import LocalLimiter
from seatrial.gateway.limits.meters import Meters, Plans
from seatrial.gateway.limits.refusals import span
from seatrial.gateway.limits.rule import Rule, What
from seatrial.gateway.limits.scope import Scope, parse_scope
from seatrial.gateway.wire.errors import Refusal

SECOND = 1_000_000_000


class Clock:
    """Nanoseconds that the test turns."""

    now = 1_000 * SECOND

    def __call__(self) -> int:
        return self.now


def limiter(*rules: tuple[str, What, int], clock: Clock | None = None) -> LocalLimiter:
    made = [Rule(parse_scope(scope), what, amount) for scope, what, amount in rules]
    return LocalLimiter(Plans(made, Meters()), clock or Clock())


async def admitted(limits: LocalLimiter, made: Exchange) -> bool:
    try:
        await limits.admit(made)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("scope", ["all", "key:*", "key:k1", "model:support", "project:p1", "user:*", "user:ann"])
async def test_each_scope_counts_its_own(scope: str) -> None:
    """One request a minute is one, whoever's limit it is."""
    limits = limiter((scope, "requests", 1))
    assert await admitted(limits, exchange(user="ann"))
    assert not await admitted(limits, exchange(user="ann"))


async def test_each_of_many_has_an_own_amount() -> None:
    """`user:*` gives one to each user of each project, and none is taken from those who name no user."""
    limits = limiter(("user:*", "requests", 1))
    people = [(Caller(project=project), user) for project in ("p1", "p2") for user in ("ann", "bob")]
    assert all([await admitted(limits, exchange(caller, user=user)) for caller, user in people])
    assert not any([await admitted(limits, exchange(caller, user=user)) for caller, user in people])
    assert all([await admitted(limits, exchange()) for _ in range(3)])


async def test_the_terms_of_a_key_bound_that_key() -> None:
    """A key with two requests a minute gets two; another key is not touched by it."""
    limits, bound = limiter(), Caller(terms=Terms(rpm=2))
    assert [await admitted(limits, exchange(bound)) for _ in range(3)] == [True, True, False]
    assert await admitted(limits, exchange(Caller("k2")))


async def test_new_terms_hold_at_once() -> None:
    """A key whose terms were changed is bound by the new ones, and what it used is used."""
    limits = limiter()
    assert await admitted(limits, exchange(Caller(terms=Terms(rpm=1))))
    assert not await admitted(limits, exchange(Caller(terms=Terms(rpm=1))))
    assert await admitted(limits, exchange(Caller(terms=Terms())))


async def test_a_request_is_counted_by_all_its_limits_or_by_none() -> None:
    """What one limit refuses is not taken from another."""
    limits = limiter(("all", "requests", 2), ("model:small", "requests", 1))
    small = route("small")
    assert await admitted(limits, exchange(route=small))
    assert not any([await admitted(limits, exchange(route=small)) for _ in range(5)])
    assert await admitted(limits, exchange())
    assert not await admitted(limits, exchange())


async def test_a_refusal_is_in_the_shape_of_openai() -> None:
    """429 with type and code of OpenAI, and the seconds after which there is room."""
    limits = limiter(("all", "requests", 6))
    for _ in range(6):
        await limits.admit(exchange())
    with pytest.raises(Refusal) as found:
        await limits.admit(exchange())
    refusal = found.value
    assert (refusal.status, refusal.type, refusal.code) == (429, "requests", "rate_limit_exceeded")
    assert dict(refusal.headers) == {b"retry-after": b"10", b"retry-after-ms": b"10000"}


async def test_what_never_fits_need_not_come_again() -> None:
    """A request larger than the whole limit is told that coming again is of no use."""
    with pytest.raises(Refusal) as found:
        await limiter(("all", "tokens", 100)).admit(exchange(tokens=101))
    assert dict(found.value.headers) == {b"x-should-retry": b"false"}
    assert found.value.type == "tokens"


async def test_a_place_is_free_when_a_request_is_settled() -> None:
    """Concurrency of one: the second comes in when the first is over."""
    limits, first = limiter(("all", "concurrency", 1)), exchange()
    await limits.admit(first)
    assert not await admitted(limits, exchange())
    await limits.settle(first)
    assert await admitted(limits, exchange())


async def test_settling_twice_gives_back_once() -> None:
    """A place that was given back is not given back again."""
    limits, first, second = limiter(("all", "concurrency", 1)), exchange(), exchange()
    await limits.admit(first)
    await limits.settle(first)
    await limits.admit(second)
    await limits.settle(first)
    assert not await admitted(limits, exchange())


@pytest.mark.parametrize(("used", "left"), [(10, 90), (60, 40), (95, 5), (150, 0)])
async def test_tokens_are_corrected_by_what_it_took(used: int, left: int) -> None:
    """The estimate is replaced by the usage, be it less or more."""
    limits, made, probe = limiter(("all", "tokens", 100)), exchange(tokens=60), exchange(tokens=0)
    await limits.admit(probe)
    await limits.admit(made)
    await limits.settle(answered(made, used - 1, 1))
    assert (b"x-ratelimit-remaining-tokens", str(left).encode()) in limits.headers(probe)


async def test_what_nobody_was_asked_for_takes_no_tokens() -> None:
    """An answer from the cache, or a refusal behind the limits, gives all tokens back."""
    limits, made = limiter(("all", "tokens", 100)), exchange(tokens=100)
    await limits.admit(made)
    await limits.settle(made)
    assert await admitted(limits, exchange(tokens=100))


async def test_headers_tell_the_scarcest_limit() -> None:
    """Of several limits the one with the smallest share left is told, with the time until it is whole."""
    limits, made = limiter(("all", "requests", 100), ("key:*", "requests", 2), ("all", "tokens", 600)), exchange()
    await limits.admit(made)
    assert dict(limits.headers(made)) == {
        b"x-ratelimit-limit-requests": b"2",
        b"x-ratelimit-remaining-requests": b"1",
        b"x-ratelimit-reset-requests": b"30s",
        b"x-ratelimit-limit-tokens": b"600",
        b"x-ratelimit-remaining-tokens": b"590",
        b"x-ratelimit-reset-tokens": b"1s",
    }


async def test_room_comes_back_with_time() -> None:
    """Sixty a minute is one a second when the minute's amount is used up."""
    clock = Clock()
    limits = limiter(("all", "requests", 60), clock=clock)
    assert sum([await admitted(limits, exchange()) for _ in range(70)]) == 60
    clock.now += 3 * SECOND
    assert sum([await admitted(limits, exchange()) for _ in range(70)]) == 3


def test_idle_meters_are_forgotten() -> None:
    """Many users who came once do not fill the memory for ever."""
    meters, clock = Meters(), 0
    plans = Plans([Rule(Scope("user"), "requests", 600)], meters)
    for number in range(20_500):
        clock += SECOND
        plans.of(exchange(user=f"u{number}"), clock)
    assert len(meters) < 20_002


@pytest.mark.parametrize("text", ["", "all:x", "everyone", "key:", "project", "user: "])
def test_what_is_no_scope_is_a_mistake(text: str) -> None:
    """Anything but a known kind with a name is told with what is expected."""
    with pytest.raises(Mistake, match="is expected"):
        parse_scope(text)


def test_users_are_not_named() -> None:
    """What a user is called stays out of names, and is another account in another project."""
    first, second = (exchange(Caller(project=project), user="ann@example.org") for project in ("p1", "p2"))
    subjects = {Scope("user").subject(first), Scope("user").subject(second)}
    assert len(subjects) == 2
    assert "ann" not in str(subjects)


@pytest.mark.parametrize(("seconds", "text"), [(0.0081, "9ms"), (1, "1s"), (59.2, "1m0s"), (360, "6m0s"), (0, "0ms")])
def test_spans_are_written_as_openai_does(seconds: float, text: str) -> None:
    """Milliseconds, seconds, minutes; rounded up."""
    assert span(seconds) == text
