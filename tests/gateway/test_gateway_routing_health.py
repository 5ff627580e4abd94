"""Breakers, rests, places, the crowd: what keeps a deployment and this process from being overrun."""

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from routing_support import Clock, routed
from upstream import Upstream, answer, faults

from seatrial.gateway.absent import Anyone
from seatrial.gateway.config import Priority, Retry, Terms
from seatrial.gateway.routing.crowd import Crowd, priority_of
from seatrial.gateway.routing.health import FAILURES, LONGEST_REST, Health
from seatrial.gateway.routing.places import Places
from seatrial.gateway.upstream.reply import UpstreamError
from seatrial.gateway.wire.errors import Refusal


def opened(clock: Clock) -> Health:
    health = Health(clock)
    for _ in range(FAILURES):
        health.failed()
    return health


def test_failures_in_a_row_open_the_breaker() -> None:
    """One fewer does not; a good answer in between begins anew."""
    health = Health(Clock())
    for outcome in [health.failed] * 4 + [health.succeeded] + [health.failed] * 4:
        outcome()
    assert health.state == "closed"
    health.failed()
    assert (health.state, health.available()) == ("open", False)


def test_many_failures_open_the_breaker_also_with_successes_among_them() -> None:
    """Three of four requests that fail are too many, though never five in a row."""
    health = Health(Clock())
    for index in range(40):
        (health.succeeded if index % 4 == 0 else health.failed)()
    assert health.state == "open"


def test_half_open_lets_exactly_one_try() -> None:
    """The others wait for what it finds."""
    clock = Clock()
    health = opened(clock)
    clock.now += 1
    assert health.state == "half open"
    assert [health.available() and health.began() for _ in range(3)] == [True, False, False]


def test_a_trial_that_succeeds_closes_the_breaker() -> None:
    """And all is forgotten."""
    clock = Clock()
    health = opened(clock)
    clock.now += 1
    health.succeeded(health.began())
    assert (health.state, health.wait()) == ("closed", 0.0)


def test_each_trial_that_fails_doubles_the_rest_up_to_a_bound() -> None:
    """1, 2, 4, ... seconds, and never longer than a minute."""
    clock = Clock()
    health, rests = opened(clock), []
    for _ in range(9):
        rests.append(health.wait())
        clock.now += health.wait()
        health.failed(health.began())
    assert rests == [1, 2, 4, 8, 16, 32, LONGEST_REST, LONGEST_REST, LONGEST_REST]


def test_requests_that_were_on_their_way_do_not_prolong_the_rest() -> None:
    """A hundred failures of one moment are one failure of the deployment."""
    health = opened(Clock())
    for _ in range(100):
        health.failed()
    assert health.wait() == 1.0


def test_a_late_success_of_an_old_request_does_not_close_the_breaker() -> None:
    """Only the trial does."""
    health = opened(Clock())
    health.succeeded()
    assert health.state == "open"


def test_a_trial_that_is_given_up_lets_another_one_try() -> None:
    """Nothing was learnt."""
    clock = Clock()
    health = opened(clock)
    clock.now += 1
    health.gave_up(health.began())
    assert health.available()


def test_a_pause_is_kept_for_as_long_as_was_asked() -> None:
    """And never more than an hour, whatever a provider says."""
    clock = Clock()
    health = Health(clock)
    health.rest(5)
    assert (health.state, health.wait()) == ("resting", 5)
    clock.now += 5
    assert health.available()
    health.rest(1e9)
    assert health.wait() == 3600


def test_busy_answers_without_a_time_make_pauses_longer_but_not_all_at_once() -> None:
    """1, 2, 4 seconds; fifty refusals of one moment count as one."""
    clock = Clock()
    health, rests = Health(clock), []
    for _ in range(3):
        for _ in range(50):
            health.rest(None)
        rests.append(health.wait())
        clock.now += rests[-1]
    assert rests == [1, 2, 4]


def test_an_alarm_stands_until_an_answer() -> None:
    """A person sees what to mend; it is tried again after a while."""
    clock = Clock()
    health = Health(clock)
    health.alarmed("quota", 600)
    assert (health.alarm, health.available()) == ("quota", False)
    clock.now += 600
    assert health.available()
    health.succeeded()
    assert health.alarm is None


class HealthMachine(RuleBasedStateMachine):
    """Whatever happens in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.health = Health(self.clock)
        self.flying: list[bool] = []

    @rule(seconds=st.floats(0, 100))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule()
    def begin(self) -> None:
        if self.health.available():
            self.flying.append(self.health.began())

    @rule(how=st.sampled_from(["succeeded", "failed", "gave_up"]), which=st.integers(0, 99))
    def end(self, how: str, which: int) -> None:
        if self.flying:
            getattr(self.health, how)(self.flying.pop(which % len(self.flying)))

    @rule(seconds=st.none() | st.floats(0, 10))
    def busy(self, seconds: float | None) -> None:
        self.health.rest(seconds)

    @invariant()
    def one_tries_and_it_never_stays_shut(self) -> None:
        """At most one trial flies, and without one the deployment is available again after its wait."""
        assert sum(self.flying) <= 1
        if not any(self.flying):
            later = Clock(self.clock.now)
            self.clock.now += self.health.wait() + 0.001
            assert self.health.available()
            self.clock.now = later.now


TestHealthMachine = HealthMachine.TestCase


# places


async def test_no_more_are_in_flight_than_may_be_and_all_have_their_turn() -> None:
    """Twenty requests through two places."""
    async with Upstream([0.01, *answer()]) as one, routed(one, each=[{"most": 2}]) as route:
        await asyncio.gather(*(route.ask() for _ in range(20)))
        assert (one.connections, len(one.requests)) == (2, 20)


async def test_a_queue_is_bounded() -> None:
    """The one too many goes to another deployment, or is told to come again: never a silent queue."""
    retry = Retry(attempts=1)
    async with Upstream([0.1, *answer()]) as one, routed(one, each=[{"most": 1, "queue": 1}], retry=retry) as route:
        asked = [asyncio.ensure_future(route.ask()) for _ in range(3)]
        told = await asyncio.gather(*asked, return_exceptions=True)
        (refused,) = [each for each in told if isinstance(each, Refusal)]
        assert (refused.status, refused.code) == (429, "deployment_full")
        assert dict(refused.headers)[b"retry-after"] == b"1"


async def test_what_does_not_fit_goes_to_the_other_deployment() -> None:
    """A full deployment is passed over, though it is the heavier one."""
    full = {"most": 1, "queue": 0, "weight": 100.0}
    async with Upstream([0.1, *answer()]) as one, Upstream(answer()) as two, routed(one, two, each=[full]) as route:
        names = await asyncio.gather(*(route.ask() for _ in range(5)))
        assert sorted(name for _, _, name in names) == ["one", "two", "two", "two", "two"]


async def test_a_place_that_is_not_free_in_time_is_a_timeout() -> None:
    """Whoever waits is told so, and does not wait any more."""
    places = Places(1, 10)
    assert places.free()
    with pytest.raises(UpstreamError, match="none of its places") as raised:
        await places.wait("a", 0.01)
    assert (raised.value.kind, places.waiting, places.taken) == ("timeout", 0, 1)


async def test_those_who_ask_take_turns() -> None:
    """One who sends a hundred requests does not keep another one's first waiting behind them."""
    places, order = Places(1, 100), []

    async def one(who: str) -> None:
        if not places.free():
            await places.wait(who, 5)
        order.append(who)
        await asyncio.sleep(0)
        places.leave()

    await asyncio.gather(*(one("greedy") for _ in range(6)), one("modest"), one("modest"))
    assert order == ["greedy", "greedy", "modest", "greedy", "modest", "greedy", "greedy", "greedy"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 4), st.booleans()), min_size=1, max_size=25))
def test_no_place_is_ever_lost(asked: list[tuple[str, int, bool]]) -> None:
    """Whoever is cancelled when, in the end all places are free and nobody waits."""

    async def run() -> tuple[int, int, int]:
        places, most = Places(2, 100), 0

        async def one(who: str, steps: int) -> None:
            nonlocal most
            if not places.free():
                await places.wait(who, 5)
            try:
                most = max(most, places.taken)
                for _ in range(steps):
                    await asyncio.sleep(0)
            finally:
                places.leave()

        tasks = [(asyncio.ensure_future(one(who, steps)), cancelled) for who, steps, cancelled in asked]
        for task, cancelled in tasks:
            await asyncio.sleep(0)
            if cancelled:
                task.cancel()
        await asyncio.gather(*(task for task, _ in tasks), return_exceptions=True)
        return places.taken, places.waiting, most

    taken, waiting, most = asyncio.run(run())
    assert (taken, waiting) == (0, 0)
    assert most <= 2


# the crowd


@dataclass(frozen=True)
class Urgent(Anyone):
    """A caller whose key is urgent."""

    terms: Terms = Terms(priority="high")  # noqa: RUF009  it is frozen


def filled(crowd: Crowd, priority: Priority) -> None:
    for _ in range(100):
        crowd.enter(priority)


def test_low_priority_is_sent_away_first() -> None:
    """Low from four fifths of the bound on, normal at the bound, high a fifth above it."""
    crowd, let_in = Crowd(10), {}
    for priority in ("low", "normal", "high"):
        before = crowd.inside
        with pytest.raises(Refusal) as raised:
            filled(crowd, priority)
        let_in[priority] = crowd.inside - before
        assert (raised.value.status, raised.value.code) == (429, "overloaded")
        assert dict(raised.value.headers)[b"retry-after"] == b"1"
    assert let_in == {"low": 8, "normal": 2, "high": 2}
    assert crowd.shed == {"low": 1, "normal": 1, "high": 1}


@pytest.mark.parametrize(
    ("allowed", "asked", "given_"),
    [
        ("normal", None, "normal"),
        ("normal", b"high", "normal"),
        ("normal", b"Low ", "low"),
        ("high", b"high", "high"),
        ("high", b"low", "low"),
        ("low", b"normal", "low"),
        ("high", b"nonsense", "normal"),
    ],
)
def test_a_client_may_lower_its_priority_but_not_raise_it(
    allowed: Priority, asked: bytes | None, given_: Priority
) -> None:
    """The key says what is allowed."""
    assert priority_of(allowed, asked) == given_


async def test_load_is_shed_by_priority_over_sockets() -> None:
    """At the bound, a normal request is sent away and an urgent one is served; what is over makes room."""
    async with Upstream([0.15, *answer()]) as one, routed(one, crowd=Crowd(5)) as route:
        busy = [asyncio.ensure_future(route.ask()) for _ in range(5)]
        await asyncio.sleep(0.02)
        with pytest.raises(Refusal, match="normal priority"):
            await route.ask()
        assert (await route.ask(caller=Urgent()))[0] == 200
        await asyncio.gather(*busy)
        assert (await route.ask())[0] == 200


async def test_whatever_fails_makes_room() -> None:
    """Refusals and errors are over, too: asserted by the fixture."""
    async with Upstream(faults.reset()) as one, routed(one, crowd=Crowd(5), retry=Retry(attempts=1)) as route:
        for _ in range(4):
            with pytest.raises(Refusal):
                await route.ask()
        assert route.courier.crowd.inside == 0
