"""Which deployment is asked: strategies, headroom, regions, environments, sessions."""

import collections
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_support import Clock, exchange, live, routed
from upstream import Upstream, answer

from seatrial.gateway.absent import Anyone
from seatrial.gateway.config import Balance, Route
from seatrial.gateway.routing.balance import Weighted, by_headroom, cheapest, least_busy, least_latency, roomy
from seatrial.gateway.routing.headroom import Headroom, told
from seatrial.gateway.routing.live import Live
from seatrial.gateway.routing.sessions import at_home
from seatrial.gateway.routing.way import Way
from seatrial.gateway.wire.errors import Refusal
from seatrial.targets.prices import Price


def way(*lives: Live, balance: Balance = "weighted", sticky: bool = False) -> Way:
    deployments = tuple(each.deployment for each in lives)
    return Way(Route(name="support", deployments=deployments, balance=balance, sticky=sticky), lives)


def chosen(of: Way, *headers: tuple[bytes, bytes], caller: object = None, body: bytes | None = None) -> str | None:
    more = {} if body is None else {"body": body}
    found = of.choose(exchange(of.route, *headers, caller=caller, **more), (), ())
    return None if found is None else found.deployment.name


# strategies


@given(st.lists(st.integers(1, 9), min_size=2, max_size=5))
@settings(max_examples=40)
def test_weights_are_exact(weights: list[int]) -> None:
    """In as many turns as the weights add up to, each has exactly its own."""
    lives = [live(str(index), weight=weight) for index, weight in enumerate(weights)]
    strategy, total = Weighted(), sum(weights)
    for _ in range(3):
        found = collections.Counter(strategy(lives).deployment.name for _ in range(total))
        assert [found[str(index)] for index in range(len(weights))] == weights


def test_turns_are_spread() -> None:
    """Three to one is not three in a row for ever: nobody waits longer than needed."""
    strategy, lives = Weighted(), [live("a", weight=3), live("b", weight=1)]
    assert "".join(strategy(lives).deployment.name for _ in range(8)) in ("aabaaaba", "abaaabaa", "aaabaaab")


def test_the_least_busy_for_its_weight_is_asked() -> None:
    """Twice the weight takes twice the load."""
    lives = [live("small", weight=1), live("large", weight=2)]
    lives[0].places.taken, lives[1].places.taken = 1, 2
    assert least_busy(lives).deployment.name == "large"
    lives[1].places.taken = 4
    assert least_busy(lives).deployment.name == "small"


def measured(name: str, clock: Clock, *latencies: float) -> Live:
    made = live(name, clock)
    for each in latencies:
        made.places.taken += 1
        made.done(each)
    return made


def test_the_fastest_is_asked_and_equals_share() -> None:
    """Within a tenth of the best, the load decides."""
    clock = Clock()
    lives = [measured("fast", clock, 0.5), measured("near", clock, 0.52), measured("slow", clock, 0.9)]
    assert {least_latency(lives).deployment.name for _ in range(50)} == {"fast", "near"}


def test_what_is_not_known_is_found_out_by_one_request_at_a_time() -> None:
    """A new deployment is asked first, but not by everybody."""
    clock = Clock()
    known, new = measured("known", clock, 0.5), live("new", clock)
    assert least_latency([known, new]) is new
    new.places.taken = 1
    assert least_latency([known, new]) is known


def test_a_deployment_that_got_better_is_found_again() -> None:
    """A latency that was not measured for long is forgotten, and the new one counts at once."""
    clock = Clock()
    slow, fast = measured("slow", clock, 5.0), measured("fast", clock, 0.5)
    clock.now += 31
    fast.places.taken += 1
    fast.done(0.5)
    assert least_latency([slow, fast]) is slow
    slow.places.taken += 1
    slow.done(0.1)
    assert slow.latency == 0.1
    assert least_latency([slow, fast]) is slow


@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=30))
def test_a_latency_lies_between_the_smallest_and_the_largest(latencies: list[float]) -> None:
    """It is an average, and no single answer rules it."""
    found = measured("one", Clock(), *latencies).latency
    assert found is not None
    assert min(latencies) - 1e-9 <= found <= max(latencies) + 1e-9


def test_the_cheapest_is_asked_and_without_a_price_comes_last() -> None:
    """Mostly input is what is paid for."""
    dear = live("dear", price=Price(input=200, output=100, cached=1))
    fair = live("fair", price=Price(input=100, output=300, cached=1))
    assert cheapest([live("unknown"), dear, fair]) is fair


def test_the_one_with_most_room_is_asked() -> None:
    """By the share of its limits, not by their size."""
    small, large = live("small", rpm=10), live("large", rpm=1000)
    large.requests.take(500)
    small.requests.take(1)
    assert by_headroom([small, large]) is small


def test_traffic_goes_elsewhere_before_a_limit_is_reached() -> None:
    """Whatever the strategy: one that has nothing left is left alone, and comes back as its limit grows back."""
    clock = Clock()
    limited, other = live("limited", clock, rpm=60, weight=9), live("other", clock)
    of = way(limited, other)
    for _ in range(200):
        if chosen(of) == "limited":
            limited.requests.take(1)
    assert limited.room > 0
    assert {chosen(of) for _ in range(10)} == {"other"}
    clock.now += 30
    assert "limited" in {chosen(of) for _ in range(10)}


def test_when_all_are_at_their_limit_all_are_asked() -> None:
    """The provider knows better than our count whether there is room."""
    one, two = live("one", rpm=1), live("two", rpm=1)
    one.requests.take(1)
    two.requests.take(1)
    assert len(roomy([one, two])) == 2


# headroom


OPENAI = [(b"x-ratelimit-limit-requests", b"100"), (b"x-ratelimit-remaining-requests", b"10")]


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ([*OPENAI, (b"x-ratelimit-reset-requests", b"90s")], 0.6),
        ([*OPENAI, (b"x-ratelimit-reset-requests", b"1m30s")], 0.6),
        (OPENAI, 0.85),
        ([(name.replace(b"x-ratelimit-limit-requests", b"anthropic-ratelimit-requests-limit").replace(
            b"x-ratelimit-remaining-requests", b"anthropic-ratelimit-requests-remaining"), value)
          for name, value in OPENAI], 0.85),
    ],
    ids=["seconds", "minutes", "no reset", "Anthropic"],
)  # fmt: skip
def test_headers_teach_what_is_left_and_how_it_grows_back(headers: list[tuple[bytes, bytes]], after: float) -> None:
    """A token bucket fills evenly until its reset; a minute is meant where nothing is said."""
    clock = Clock()
    room = Headroom("requests", clock)
    room.learn(told(headers) or {})
    assert room.share() == pytest.approx(0.1)
    clock.now += 50
    assert room.share() == pytest.approx(after)
    clock.now += 50
    assert room.share() == 1.0


@pytest.mark.parametrize("limit", [b"-1", b"0", b"", b"many", b"9" * 40])
def test_headers_that_say_nothing_teach_nothing(limit: bytes) -> None:
    """Some vendors send -1, or words."""
    room = Headroom("requests", Clock())
    room.learn({b"x-ratelimit-limit-requests": limit, b"x-ratelimit-remaining-requests": b"0"})
    assert room.share() == 1.0


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(0, 50)), max_size=30))
def test_what_is_left_is_a_share(steps: list[tuple[float, int]]) -> None:
    """From 0 to 1, whatever is taken when."""
    clock = Clock()
    room = Headroom("tokens", clock, 100)
    for wait, amount in steps:
        clock.now += wait
        room.take(amount)
        assert 0.0 <= room.share() <= 1.0


def test_an_estimate_of_tokens_is_corrected_afterwards() -> None:
    """What was not used is there for others."""
    room = Headroom("tokens", Clock(), 1000)
    room.take(900)
    room.take(100 - 900)
    assert room.share() == pytest.approx(0.9)


async def test_a_deployments_own_headers_move_traffic() -> None:
    """Over sockets: after the reply that said that nothing is left, the other one is asked."""
    empty = answer("a", "x-ratelimit-limit-requests: 100", "x-ratelimit-remaining-requests: 0")
    async with Upstream(empty) as one, Upstream(answer("b")) as two, routed(one, two) as route:
        names = [(await route.ask())[2] for _ in range(6)]
        assert names.count("one") == 1


# regions, environments, sessions


@dataclass(frozen=True)
class Of(Anyone):
    """A caller of an environment."""


def test_a_region_is_preferred_while_it_can_answer() -> None:
    """The header chooses among those that are well; any other is better than none."""
    lives = [live("us", region="us"), live("eu", region="eu")]
    of = way(*lives)
    assert {chosen(of, (b"x-seatrial-region", b"EU ")) for _ in range(10)} == {"eu"}
    lives[1].health.rest(10)
    assert chosen(of, (b"x-seatrial-region", b"eu")) == "us"
    assert {chosen(way(*lives[:1]), (b"x-seatrial-region", b"mars"))} == {"us"}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [("staging", {"open", "staging"}), ("production", {"open", "production"}), ("", {"open"}), ("other", {"open"})],
)
def test_an_environment_reaches_its_own_deployments_and_those_of_none(environment: str, expected: set[str]) -> None:
    """Staging cannot reach production."""
    of = way(live("open"), live("staging", environment="staging"), live("production", environment="production"))
    assert {chosen(of, caller=Of(environment=environment)) for _ in range(20)} == expected


async def test_a_caller_whom_no_deployment_is_for_is_refused() -> None:
    """It is said why, and nothing is sent."""
    async with Upstream(answer()) as one, routed(one, each=[{"environment": "production"}]) as route:
        with pytest.raises(Refusal) as raised:
            await route.ask(caller=Of(environment="staging"))
        assert (raised.value.status, raised.value.code, one.requests) == (403, "environment_not_allowed", [])


def test_a_session_stays_where_it_is() -> None:
    """By the header, else the user, else the key."""
    lives = [live(name) for name in "abc"]
    of = way(*lives, sticky=True)
    body = b'{"model":"support","user":"u-7"}'
    assert len({chosen(of, (b"x-session-id", b"s-1")) for _ in range(20)}) == 1
    assert {chosen(of, body=body) for _ in range(20)} == {at_home("u-7", lives).deployment.name}
    assert {chosen(of, caller=Of(key="k-1")) for _ in range(20)} == {at_home("k-1", lives).deployment.name}
    assert len({chosen(of) for _ in range(20)}) == 3


@given(st.lists(st.text(max_size=8), min_size=1, max_size=30, unique=True), st.integers(0, 3))
def test_when_a_deployment_goes_only_its_own_sessions_move(sessions: list[str], gone: int) -> None:
    """Rendezvous hashing: the others stay, also after a reload with new objects and another order."""
    before = [live(name) for name in "abcd"]
    after = [live(each.deployment.name) for index, each in enumerate(before) if index != gone][::-1]
    for session in sessions:
        old = at_home(session, before).deployment.name
        if old != "abcd"[gone]:
            assert at_home(session, after).deployment.name == old


def test_sessions_are_spread_by_weight() -> None:
    """A weight of three holds about three times as many."""
    lives = [live("large", weight=3), live("small", weight=1)]
    found = collections.Counter(at_home(str(index), lives).deployment.name for index in range(2000))
    assert 0.70 < found["large"] / 2000 < 0.80
