"""How the endpoint's limits drive the number of requests in flight."""

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.targets.options import Nature
from seatrial.targets.pace import CEILING, Limiter, Pace


class FakeTime:
    """A clock that sleeping moves."""

    def __init__(self, chance: float = 1.0) -> None:
        self.now, self.slept = 0.0, []
        self.nature = Nature(random=lambda: chance, sleep=self.sleep, clock=lambda: self.now)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def test_nothing_holds_back_before_the_first_refusal():
    """An endpoint that never refuses is asked as fast as the caller wants."""
    limiter = Limiter()
    assert limiter.limit == CEILING
    assert limiter.admits(0)


def test_a_refusal_halves_what_was_in_flight():
    """Multiplicative decrease begins at the number that was too many."""
    limiter = Limiter()
    limiter.in_flight = 40
    limiter.refused(10, sent=9, wait=1)
    assert limiter.limit == 20


def test_requests_of_one_burst_cut_once():
    """Those that were on their way when the limit was cut say nothing new."""
    limiter = Limiter()
    limiter.in_flight = 40
    for _ in range(40):
        limiter.refused(10, sent=9, wait=1)
    assert (limiter.limit, limiter.refusals) == (20, 1)


def test_later_refusals_cut_again_down_to_one():
    """The limit never falls below one, so that asking goes on."""
    limiter = Limiter()
    limiter.in_flight = 40
    for second in range(20):
        limiter.refused(second, sent=second, wait=0)
    assert limiter.limit == 1


def test_a_window_of_successes_adds_one():
    """Additive increase: as many successes as the limit raise it by one."""
    limiter = Limiter()
    limiter.in_flight = 20
    limiter.refused(0, sent=0, wait=0)
    for _ in range(10):
        limiter.succeeded()
    assert limiter.limit == 11


def test_the_limit_grows_back_to_the_ceiling_only():
    """Growth ends where it began."""
    limiter = Limiter(ceiling=4)
    limiter.in_flight = 4
    limiter.refused(0, sent=0, wait=0)
    for _ in range(100):
        limiter.succeeded()
    assert limiter.limit == 4


def test_nothing_is_admitted_during_a_pause():
    """A pause counts for everybody, and the longest one wins."""
    limiter = Limiter()
    limiter.refused(0, sent=0, wait=5)
    limiter.exhausted(0, wait=3)
    assert (limiter.admits(4.9), limiter.admits(5), limiter.pause(2)) == (False, True, 3)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(["ok", "no", "pause"]), max_size=100), st.integers(1, 50))
def test_the_limit_stays_within_its_bounds(story, in_flight):
    """Whatever happens, between one and the ceiling are allowed."""
    limiter = Limiter(ceiling=64)
    limiter.in_flight = in_flight
    for second, what in enumerate(story):
        if what == "ok":
            limiter.succeeded()
        elif what == "no":
            limiter.refused(second, sent=second, wait=1)
        else:
            limiter.exhausted(second, 1)
        assert 1 <= limiter.limit <= 64


async def test_no_more_than_the_limit_are_in_flight():
    """Slots are handed on one by one, and all get their turn."""
    pace, most, done = Pace(Limiter(ceiling=3)), 0, 0

    async def work() -> None:
        nonlocal most, done
        async with pace.slot():
            most = max(most, pace.limiter.in_flight)
            await asyncio.sleep(0)
        done += 1

    await asyncio.gather(*(work() for _ in range(50)))
    assert (most, done, pace.limiter.in_flight) == (3, 50, 0)


async def test_a_cancelled_waiter_hands_its_turn_on():
    """Cancelling one that waits leaves the others their places."""
    pace = Pace(Limiter(ceiling=1))
    done = []

    async def work(number: int) -> None:
        async with pace.slot():
            await asyncio.sleep(0)
            done.append(number)

    async with pace.slot():
        tasks = [asyncio.create_task(work(number)) for number in range(4)]
        await asyncio.sleep(0)
        tasks[0].cancel()
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (done, pace.limiter.in_flight) == ([2, 3], 0)


async def test_an_error_gives_the_slot_back():
    """A slot does not leak when its block raises."""
    pace = Pace(Limiter(ceiling=1))
    with pytest.raises(ZeroDivisionError):
        async with pace.slot():
            raise ZeroDivisionError
    assert pace.limiter.in_flight == 0


async def test_a_slot_waits_out_the_pause():
    """With a pause of five seconds the clock has moved by five."""
    fake = FakeTime()
    pace = Pace(nature=fake.nature)
    pace.refused(sent=0, said=5)
    async with pace.slot():
        assert fake.now == 5


async def test_the_endpoints_own_wait_is_obeyed():
    """Retry-After goes before our own guess at the first refusal."""
    pace = Pace(nature=FakeTime().nature)
    pace.refused(sent=0, said=0.25)
    assert pace.limiter.paused_until == 0.25


async def test_without_a_wait_ours_doubles():
    """Refusals in a row without Retry-After wait 0.5, 1, 2, 4 s at the most, up to 20."""
    fake, waits = FakeTime(chance=1.0), []
    pace = Pace(nature=fake.nature)
    for _ in range(8):
        pace.refused(sent=fake.now, said=None)
        waits.append(pace.limiter.paused_until - fake.now)
        fake.now = pace.limiter.paused_until
    assert waits == [0.5, 1, 2, 4, 8, 16, 20, 20]


async def test_our_wait_is_a_random_part():
    """Full jitter: half of the chance is half of the wait."""
    fake = FakeTime(chance=0.5)
    pace = Pace(nature=fake.nature)
    pace.refused(sent=0, said=None)
    assert pace.limiter.paused_until == 0.25


async def test_a_false_retry_after_is_not_believed_twice():
    """An endpoint that says 0 and refuses again is given a longer wait."""
    fake = FakeTime(chance=1.0)
    pace = Pace(nature=fake.nature)
    pace.refused(sent=0, said=0)
    assert pace.limiter.paused_until == 0
    fake.now = 0.1
    pace.refused(sent=0.1, said=0)
    assert pace.limiter.paused_until == pytest.approx(1.1)


async def test_success_ends_the_row():
    """After an answer the next refusal is a first one again."""
    fake = FakeTime(chance=1.0)
    pace = Pace(nature=fake.nature)
    pace.refused(sent=0, said=None)
    pace.succeeded()
    fake.now = 10
    pace.refused(sent=10, said=None)
    assert pace.limiter.paused_until == 10.5


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6s"}, 6),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "9ms"}, 0.009),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "3"}, 3),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "6s"}, 0),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "-1"}, 0),
        ({"x-ratelimit-remaining-requests": "0"}, 0),
        ({"x-ratelimit-remaining-requests": "-1", "x-ratelimit-reset-requests": "-1"}, 0),
        ({}, 0),
    ],
)
async def test_nothing_is_sent_until_the_reset_when_nothing_remains(headers, wait):
    """The headers of an answer pause the rest before they run into a refusal."""
    pace = Pace(nature=FakeTime().nature)
    pace.heard(headers)
    assert pace.limiter.paused_until == pytest.approx(wait)


async def test_an_epoch_reset_is_a_moment():
    """A reset that is a Unix time is waited for from now."""
    pace = Pace(nature=FakeTime().nature)
    pace.heard({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 30)})
    assert 20 < pace.limiter.paused_until <= 30


async def test_forty_waiters_survive_a_pause_and_a_small_limit():
    """Those that wait for a pause and those that wait for a place all get through."""
    fake, done = FakeTime(), []
    pace = Pace(Limiter(ceiling=2), fake.nature)
    pace.refused(sent=0, said=3)

    async def work(number: int) -> None:
        async with pace.slot():
            await asyncio.sleep(0)
            if number == 5:
                pace.refused(sent=fake.now, said=2)
        done.append(number)

    await asyncio.gather(*(work(number) for number in range(40)))
    assert len(done) == 40
