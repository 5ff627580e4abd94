"""What a limit says: refusals, headers, spans; and what is corrected when a request is over."""

from math import ceil, inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits_support import Caller, answered, exchange

from seatrial.core.interaction import Usage
from seatrial.gateway.config import Terms
from seatrial.gateway.limits.local import LocalLimiter, correction
from seatrial.gateway.limits.meter import Meter
from seatrial.gateway.limits.meters import Meters, Plans
from seatrial.gateway.limits.refusals import headers_of, refused, span
from seatrial.gateway.limits.rule import Rule
from seatrial.gateway.limits.scope import Scope
from seatrial.gateway.limits.together import unavailable
from seatrial.gateway.wire.errors import Refusal


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0ms"),
        (1e-9, "1ms"),
        (0.001, "1ms"),
        (0.998, "998ms"),
        (0.9985, "999ms"),
        (0.999, "999ms"),
        (0.9991, "1s"),
        (1.0, "1s"),
        (1.001, "2s"),
        (59.0, "59s"),
        (59.001, "1m0s"),
        (60.0, "1m0s"),
        (61.5, "1m2s"),
        (119.2, "2m0s"),
        (3600.0, "60m0s"),
    ],
)
def test_spans_at_their_bounds(seconds: float, text: str) -> None:
    """There is no `1000ms` and no `60s`: a full unit is one of the next."""
    assert span(seconds) == text


def seconds_in(text: str) -> float:
    """What a span says."""
    if text.endswith("ms"):
        return int(text[:-2]) / 1000
    minutes, _, rest = text.rpartition("m")
    return int(minutes or 0) * 60 + int(rest[:-1])


@given(st.floats(0, 100_000))
def test_a_span_is_never_too_short_and_less_than_a_unit_too_long(seconds: float) -> None:
    """Whoever waits as long as is said waits long enough."""
    said = seconds_in(span(seconds))
    assert seconds <= said + 1e-9
    assert said < seconds + (0.0011 if seconds <= 0.999 else 1)


@given(st.floats(0, 10_000), st.floats(0, 10_000))
def test_longer_waits_are_said_longer(one: float, other: float) -> None:
    """Spans keep the order of what they say."""
    small, large = sorted((one, other))
    assert seconds_in(span(small)) <= seconds_in(span(large))


def meter(what: Any = "requests", amount: int = 10, owner: str = "this key") -> Meter:
    return Meter(what, amount, owner, "n")


def test_a_full_house_says_how_many_may_be_in_it() -> None:
    """A refusal for too many at the same time is of the type of requests, with a code of its own."""
    found = refused(meter("concurrency", 3, "this project"), 1.0, 500)
    assert (found.status, found.type, found.code) == (429, "requests", "concurrency_exceeded")
    assert "3 requests of this project are in flight" in str(found)
    assert dict(found.headers) == {b"retry-after": b"1", b"retry-after-ms": b"1000"}


def test_a_refusal_for_tokens_says_so() -> None:
    """Type and sentence name tokens, thousands have their comma, and the wait is in words."""
    found = refused(meter("tokens", 90_000, "all clients"), 12.2, 500)
    assert found.type == "tokens"
    assert "The limit of all clients is 90,000 tokens a minute; come again in 13s." in str(found)


def test_what_can_never_fit_says_how_much_it_may_take() -> None:
    """The sentence has the request's own tokens and what to do."""
    found = refused(meter("tokens", 100), inf, 12_345)
    assert "this request alone may take 12,345: make it shorter, or set `max_tokens` lower" in str(found)
    assert b"retry-after" not in dict(found.headers)


@given(st.floats(0, 1e6, exclude_min=True))
def test_headers_of_a_refusal_wait_long_enough(wait: float) -> None:
    """Both headers are whole numbers, at least one, and not before there is room."""
    headers = dict(refused(meter(), wait, 1).headers)
    assert int(headers[b"retry-after"]) == max(1, ceil(wait))
    assert int(headers[b"retry-after-ms"]) >= max(1, wait * 1000 - 1e-6)


def test_nothing_to_tell_is_no_header() -> None:
    """Without limits, or with places alone, no reply carries a header of limits."""
    assert headers_of([]) == []
    assert headers_of([(meter("concurrency", 1), 0, 0.0)]) == []


@pytest.mark.parametrize(
    ("lefts", "limit"),
    [
        ([(10, 5), (100, 51)], b"10"),
        ([(10, 5), (100, 49)], b"100"),
        ([(100, 50), (10, 5)], b"100"),
        ([(10, 0), (100, 0)], b"10"),
        ([(10, 10)], b"10"),
    ],
)
def test_the_smallest_share_is_told(lefts: list[tuple[int, int]], limit: bytes) -> None:
    """Shares decide, not numbers; of equal shares the first is told."""
    found = headers_of([(meter(amount=amount), left, 1.0) for amount, left in lefts])
    assert dict(found)[b"x-ratelimit-limit-requests"] == limit


def test_each_kind_has_its_own_three_headers() -> None:
    """Requests and tokens are told beside each other, requests first."""
    found = headers_of([(meter("tokens", 100), 1, 0.5), (meter("requests", 10), 9, 61.0)])
    assert [name.decode().removeprefix("x-ratelimit-") for name, _ in found] == [
        f"{part}-{what}" for what in ("requests", "tokens") for part in ("limit", "remaining", "reset")
    ]
    assert [value for _, value in found] == [b"10", b"9", b"1m1s", b"100", b"1", b"500ms"]


@pytest.mark.parametrize(
    ("used", "attempts", "count", "more"),
    [
        (None, 0, 40, -40),
        (None, 1, 40, 0),
        (None, 3, 0, 0),
        ((10, 5), 1, 40, -25),
        ((30, 10), 1, 40, 0),
        ((100, 100), 2, 40, 160),
        ((0, 0), 1, 40, -40),
        ((7, 3), 0, 4, 6),
    ],
)
def test_a_correction_is_what_it_took_beyond_the_estimate(used: Any, attempts: int, count: int, more: int) -> None:
    """Usage decides where it is known; else an answer keeps its estimate, and no answer took nothing."""
    made = exchange()
    made.attempts, made.usage = attempts, Usage(*used) if used else None
    assert correction(made, count) == more


def limits(*rules: Rule) -> LocalLimiter:
    return LocalLimiter(Plans(rules, Meters()), lambda: 10**12)


async def test_without_any_limit_nothing_is_kept() -> None:
    """A request that no limit is about has no note, no header, and may be settled."""
    made = exchange()
    free = limits()
    await free.admit(made)
    assert (made.taken, free.headers(made)) == (None, [])
    await free.settle(made)


async def test_the_first_limit_that_is_full_says_no() -> None:
    """Of several the one that stands first in the file is named."""
    both = limits(Rule(Scope("all"), "tokens", 5), Rule(Scope("key"), "tokens", 4))
    with pytest.raises(Refusal, match="all clients is 5 tokens"):
        await both.admit(exchange(tokens=6))
    with pytest.raises(Refusal, match="this key is 4 tokens"):
        await both.admit(exchange(tokens=5))
    await both.admit(exchange(tokens=4))


async def test_a_refused_request_has_nothing_to_give_back() -> None:
    """Settling what never got in leaves the place of the one that did."""
    one = limits(Rule(Scope("all"), "concurrency", 1))
    first, second = exchange(), exchange()
    await one.admit(first)
    with pytest.raises(Refusal):
        await one.admit(second)
    await one.settle(second)
    with pytest.raises(Refusal):
        await one.admit(exchange())


async def test_a_larger_answer_than_expected_closes_the_door() -> None:
    """Tokens that nobody foresaw are taken from those who come next, and the wait says how long."""
    one = limits(Rule(Scope("all"), "tokens", 60))
    made = exchange(tokens=10)
    await one.admit(made)
    await one.settle(answered(made, 60, 60))
    with pytest.raises(Refusal) as found:
        await one.admit(exchange(tokens=1))
    assert dict(found.value.headers)[b"retry-after"] == b"61"


async def test_two_keys_share_what_is_for_all() -> None:
    """Limits of keys are each key's own; that of all is one."""
    one = limits(Rule(Scope("all"), "requests", 3))
    callers = [Caller(f"k{number}", terms=Terms(rpm=2)) for number in (1, 2)]
    got = []
    for caller in (*callers, *callers, *callers):
        try:
            await one.admit(exchange(caller))
            got.append(caller.key)
        except Refusal as refusal:
            got.append(str(refusal).split(" is ")[0])
    assert got == ["k1", "k2", "k1", *["The limit of all clients"] * 3]


@pytest.mark.parametrize("what", ["budgets", "limits"])
def test_what_cannot_be_looked_up_is_no_fault_of_the_client(what: str) -> None:
    """503 with a code of its own, to come again in a second."""
    found = unavailable(what)
    assert (found.status, found.type, found.code) == (503, "api_error", f"{what}_unavailable")
    assert found.headers == ((b"retry-after", b"1"),)
    assert f"The {what} cannot be looked up" in str(found)
