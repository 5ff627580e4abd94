"""Under load and over time: the queue, the limits, planted faults among many requests, and what the truth counts."""

import asyncio
import json
import math
import re
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from simulator_support import PARROT, persona_from, post, question, running

from seatrial.simulator import faults
from seatrial.simulator.delivery import Timetable
from seatrial.simulator.fault_kinds import (
    BreakJson,
    ColdStart,
    Drift,
    RateLimit,
    ServerError,
    Slow,
    SlowHeaders,
    Stall,
    WrongAnswer,
)
from seatrial.simulator.faults import NOTHING, Circumstances, FaultBook, Strike, Strikes, draw
from seatrial.simulator.latency import LatencyModel, Pace
from seatrial.simulator.limits import RateLimits, duration
from seatrial.simulator.schema import Latency, Limits, Queue, When
from seatrial.simulator.units import PerSecond, Seconds, Share

FIXED = settings(max_examples=60, deadline=None)


class Clock:
    """Time that moves when it is told to."""

    def __init__(self, now=1000.0):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    """A clock that stands still."""
    return Clock()


def seen(text="x", **more):
    """What a fault looks at."""
    return Circumstances(text=text, **more)


def kinds_of(strikes):
    """The labels of what strikes."""
    return [strike.fault.label for strike in strikes]


async def statuses_of(pair, texts, **more):
    """The statuses of requests that are sent at the same time."""
    found = await asyncio.gather(*(post(pair[1], pair[0], question(text, **more)) for text in texts))
    return Counter(status for status, _, _ in found)


@given(st.floats(0.5, 5000), st.lists(st.floats(0, 2), min_size=1, max_size=30))
@FIXED
def test_the_queue_never_serves_faster_than_its_rate(rate, gaps):
    """Whatever the arrivals, nobody is served before arriving, in order, 1/rate apart, and never later than needed."""
    clock = Clock()
    model = LatencyModel(Latency(queue=Queue(rate=PerSecond(rate))), clock)
    free_at = clock.now
    for gap in gaps:
        clock.now += gap
        pace = model.pace(0.5)
        assert pace.arrived == clock.now
        assert pace.served == max(clock.now, free_at)
        free_at = pace.served + 1 / rate


@given(st.floats(0, 1, exclude_max=True), st.floats(0, 1), st.floats(0, 5), st.floats(0, 1), st.integers(0, 50))
@FIXED
def test_jitter_stays_within_its_share(drawn, jitter, first, between, token):
    """Every wait lies within 1 - jitter and 1 + jitter of what was planned."""
    latency = Latency(first_token=Seconds(first), inter_token=Seconds(between), jitter=Share(jitter))
    wait = LatencyModel(latency, Clock(0.0)).pace(drawn).due(token)
    planned = first + token * between
    assert planned * (1 - jitter) - 1e-9 <= wait <= planned * (1 + jitter) + 1e-9


@given(st.floats(1, 20), st.floats(0, 5), st.integers(0, 40))
@FIXED
def test_slower_never_makes_earlier(factor, delay, token):
    """A slower pace keeps the queue's time and delays every token; the fault-free one changes nothing."""
    pace = Pace(10.0, 11.0, 0.5, 0.01)
    slow = pace.slower(factor, delay)
    assert (slow.arrived, slow.served) == (10.0, 11.0)
    assert slow.due(token) == pytest.approx(11.0 + 0.5 * factor + delay + token * 0.01 * factor)
    assert pace.slower(1.0, 0.0) == pace
    assert pace.due(-1) == pace.due(0)


@pytest.mark.parametrize(
    ("planted", "headers", "tokens"),
    [
        ((), 11.0, [11.5, 11.6, 11.7]),
        ((Slow(delay=Seconds(2)),), 11.0, [13.5, 13.6, 13.7]),
        ((ColdStart(delay=Seconds(2)), Slow(delay=Seconds(1))), 11.0, [14.5, 14.6, 14.7]),
        ((SlowHeaders(delay=Seconds(2)),), 13.0, [13.5, 13.6, 13.7]),
        ((Stall(at=1, delay=Seconds(4)),), 11.0, [11.5, 15.6, 15.7]),
        ((Stall(at=0, delay=Seconds(4)), Stall(at=2, delay=Seconds(1))), 11.0, [15.5, 15.6, 16.7]),
        ((Stall(at=9, delay=Seconds(4)),), 11.0, [11.5, 11.6, 11.7]),
        ((Drift(slower=3.0),), 11.0, [12.5, 12.8, 13.1]),
        ((Drift(slower=3.0), Slow(delay=Seconds(1))), 11.0, [13.5, 13.8, 14.1]),
    ],
)
def test_planted_delays_add_up(planted, headers, tokens):
    """Each kind of delay moves the moments that it is planted for, and no others."""
    times = Timetable(Pace(10.0, 11.0, 0.5, 0.1), Strikes(Strike(fault, 1.0, 0.0) for fault in planted))
    assert times.headers_due() == headers
    assert [times.token_due(index) for index in range(3)] == pytest.approx(tokens)


@pytest.mark.parametrize(("after", "strength"), [(10, 0.0), (15, 0.25), (20, 0.5), (30, 1.0), (99, 1.0)])
def test_a_drift_ramps_up(clock, after, strength):
    """A drift grows from its beginning over its ramp, and stays there."""
    book = FaultBook([Drift(when=When(after=Seconds(10)), ramp=Seconds(20), slower=3.0)], 0, clock)
    clock.now += after
    (strike,) = book.inside(seen())
    assert strike.strength == pytest.approx(strength)
    assert Timetable(Pace(0, 0, 1, 0), Strikes([strike])).token_due(0) == pytest.approx(1 + 2 * strength)


@given(
    st.integers(1, 200), st.integers(1, 5000), st.lists(st.tuples(st.floats(0, 30), st.integers(0, 200)), max_size=30)
)
@FIXED
def test_no_more_is_let_in_than_flowed_in(rpm, tpm, arrivals):
    """Admitted requests and tokens never exceed a full bucket and what flowed in since the start."""
    clock = Clock()
    limits, admitted, tokens = RateLimits(Limits(rpm=rpm, tpm=tpm), clock), 0, 0
    for gap, cost in arrivals:
        clock.now += gap
        if limits.take(cost) is None:
            admitted, tokens = admitted + 1, tokens + cost
        flowed = (clock.now - 1000.0) / 60
        assert admitted <= rpm * (1 + flowed) + 1e-6
        assert tokens <= tpm * (1 + flowed) + 1e-6


@given(st.integers(1, 100_000), st.integers(1, 100_000), st.integers(0, 100_000), st.integers(1, 40))
@example(rpm=4, tpm=4295, cost=1228, requests=5)
@FIXED
def test_waiting_as_told_is_enough(rpm, tpm, cost, requests):
    """Who waits the milliseconds that a refusal names is let in, after one wait for each unit at most."""
    clock = Clock()
    limits = RateLimits(Limits(rpm=rpm, tpm=tpm), clock)
    for _ in range(requests):
        waited = []
        while (refusal := limits.take(min(cost, tpm))) is not None:
            waited.append(refusal.unit)
            clock.now += math.ceil(refusal.wait * 1000) / 1000
            assert len(waited) == len(set(waited))


@given(st.integers(1, 10_000), st.integers(1, 10_000), st.integers(0, 10_000), st.floats(0, 120))
@FIXED
def test_headers_tell_levels_within_the_limit(rpm, tpm, cost, later):
    """Remaining lies between 0 and the limit, and a full bucket resets in 0ms."""
    clock = Clock()
    limits = RateLimits(Limits(rpm=rpm, tpm=tpm), clock)
    limits.take(cost)
    clock.now += later
    shown = limits.headers()
    for unit, size in (("requests", rpm), ("tokens", tpm)):
        assert shown[f"x-ratelimit-limit-{unit}"] == str(size)
        assert 0 <= int(shown[f"x-ratelimit-remaining-{unit}"]) <= size
    clock.now += 60
    assert [value for key, value in limits.headers().items() if "reset" in key] == ["0ms", "0ms"]


def test_a_server_without_limits_says_nothing_and_takes_all(clock):
    """As vLLM does it: no header, no refusal."""
    limits = RateLimits(None, clock)
    assert limits.headers() == {}
    assert all(limits.take(10**9) is None for _ in range(100))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0ms"),
        (0.0004, "0ms"),
        (0.9994, "999ms"),
        (0.9996, "1s"),
        (1.001, "1.001s"),
        (10, "10s"),
        (59.9996, "1m0s"),
        (60, "1m0s"),
        (90.5, "1m30.5s"),
        (3600, "60m0s"),
    ],
)
def test_durations_round_to_milliseconds(value, text):
    """Rounding never gives 1000ms or 60s."""
    assert duration(value) == text


async def test_simultaneous_requests_queue_behind_each_other(tmp_path):
    """At 50/s the last of eight simultaneous requests comes no sooner than seven services after the first."""
    text = PARROT + "latency: {queue: {rate: 50/s}}\n"
    async with running(persona_from(tmp_path, text)) as pair:
        began = asyncio.get_running_loop().time()
        assert await statuses_of(pair, [f"number {n}" for n in range(8)]) == {200: 8}
        assert asyncio.get_running_loop().time() - began >= 7 / 50 - 0.001


async def test_a_burst_gets_as_many_as_the_limit(tmp_path):
    """Of thirty requests at once, five are let in and all others are refused with the time to wait."""
    text = PARROT + "limits: {rpm: 5, tpm: 100000}\n"
    async with running(persona_from(tmp_path, text)) as pair:
        found = await statuses_of(pair, [f"number {n}" for n in range(30)])
        assert found == {200: 5, 429: 25}
        _, headers, raw = await post(pair[1], pair[0], question("one more"))
    assert headers["x-ratelimit-remaining-requests"] == "0"
    assert f"try again in {headers['retry-after-ms']}ms" in json.loads(raw)["error"]["message"]
    assert math.ceil(int(headers["retry-after-ms"]) / 1000) == int(headers["retry-after"])


async def test_embeddings_are_limited_too(tmp_path):
    """Embeddings take from the same buckets and show the same headers."""
    text = PARROT + "limits: {rpm: 2, tpm: 20}\n"
    async with running(persona_from(tmp_path, text)) as (simulator, session):
        body = {"model": "parrot", "input": "one two three"}
        _, headers, _ = await post(session, simulator, body, "/embeddings")
        assert (headers["x-ratelimit-remaining-requests"], headers["x-ratelimit-remaining-tokens"]) == ("1", "17")
        status, _, raw = await post(session, simulator, {**body, "input": "word " * 30}, "/embeddings")
    assert (status, json.loads(raw)["error"]["type"]) == (429, "tokens")


async def test_refused_requests_are_not_charged(tmp_path):
    """Requests that are refused for their form, model or length leave the limits as they were."""
    text = PARROT + "context_tokens: 50\nlimits: {rpm: 10, tpm: 1000}\n"
    async with running(persona_from(tmp_path, text)) as pair:
        for body in ({}, question("a", model="other"), question("word " * 60), question("a", n=0)):
            assert (await post(pair[1], pair[0], body))[0] in {400, 404}
        _, headers, _ = await post(pair[1], pair[0], question("a"))
    assert headers["x-ratelimit-remaining-requests"] == "9"


async def test_truth_counts_every_answer_once(tmp_path):
    """Statuses add up to what was sent, and struck never exceeds met, over a mixed load."""
    planted = [
        {"kind": "server_error", "rate": 0.3, "burst": 2},
        {"kind": "rate_limit", "rate": 0.2},
        {"kind": "empty_answer", "rate": 0.5, "when": {"stream": True}},
    ]
    async with running(persona_from(tmp_path, PARROT + "faults: " + json.dumps(planted))) as pair:
        texts = [f"text {n}" for n in range(60)]
        sent = await statuses_of(pair, texts) + await statuses_of(pair, texts, stream=True)
        truth = pair[0].truth()
    assert {int(status): count for status, count in truth["statuses"].items()} == sent
    failing, limiting, empty = truth["faults"]
    assert sent[429] == limiting["struck"] + limiting["continued"]
    assert 0 < sent[500] <= failing["struck"] + failing["continued"]
    assert empty["struck"] <= empty["met"] <= 60
    assert truth["requests"] == 120


async def test_two_servers_of_one_seed_answer_alike(tmp_path):
    """Flaky answers are the same on a second server, asked in another order and all at once."""
    persona = persona_from(tmp_path, PARROT + "faults: [{kind: empty_answer, rate: 0.5}]\n")

    async def answers(order, together):
        async with running(persona, seed=11) as (simulator, session):
            sending = [post(session, simulator, question(text)) for text in order]
            found = await asyncio.gather(*sending) if together else [await one for one in sending]
        return {
            text: json.loads(raw)["choices"][0]["message"]["content"]
            for text, (_, _, raw) in zip(order, found, strict=True)
        }

    texts = [f"text {n}" for n in range(30)]
    one = await answers(texts, together=True)
    assert one == await answers(texts[::-1], together=False)
    assert "" in one.values() != {""}


@given(st.integers(0, 2**63), st.floats(0.05, 0.95))
@settings(max_examples=15, deadline=None)
def test_rates_are_met_whatever_the_seed(seed, rate):
    """Over 600 texts the struck share lies within five standard errors of the rate, for every seed."""
    book = FaultBook([WrongAnswer(rate=Share(rate))], seed)
    struck = sum(bool(book.inside(seen(f"text {n}"))) for n in range(600))
    assert abs(struck / 600 - rate) <= 5 * math.sqrt(rate * (1 - rate) / 600)


def test_faults_are_drawn_apart():
    """Two faults of equal rate strike different texts: both together at the product of their rates."""
    book = FaultBook([Slow(rate=Share(0.5)), WrongAnswer(rate=Share(0.5))], seed=4)
    both = sum(len(book.inside(seen(f"text {n}"))) == 2 for n in range(1000))
    assert abs(both / 1000 - 0.25) <= 5 * math.sqrt(0.25 * 0.75 / 1000)


@pytest.mark.parametrize(("rate", "struck"), [(0, 0), (1, 50)])
def test_never_and_always_are_exact(rate, struck):
    """A rate of 0 strikes none and a rate of 1 all."""
    book = FaultBook([Slow(rate=Share(rate))], seed=9)
    assert sum(bool(book.inside(seen(f"{n}"))) for n in range(50)) == struck
    assert (book.met["slow"], book.struck["slow"]) == (50, struck)


def test_the_form_asked_for_is_another_case():
    """One text asked for as JSON or with tools is drawn, and counted, apart from the plain one."""
    book = FaultBook([Slow(rate=Share(0.5))], seed=0)
    for form in ("", "json", ""):
        book.inside(seen("text", form=form))
    assert [seen("a", form=form).case for form in ("", "json")] == ["a", "a\0json"]
    assert draw(0, "slow", "text", 0) != draw(0, "slow", "text\0json", 0)


@pytest.mark.parametrize(
    ("when", "met"),
    [
        (When(every=3), [3, 6, 9]),
        (When(every=1), list(range(1, 10))),
        (When(keyword=("a",), every=2), [2, 4, 6, 8]),
        (When(until=Seconds(0)), []),
        (When(after=Seconds(0)), list(range(1, 10))),
    ],
)
def test_every_counts_all_arrivals(clock, when, met):
    """`every` counts requests from 1 on, whoever sent them; bounds of time are half open."""
    book = FaultBook([Slow(when=when)], 0, clock)
    found = []
    for number in range(1, 10):
        book.at_door(seen(asked="a"))
        if book.inside(seen(asked="a")):
            found.append(number)
    assert found == met


@pytest.mark.parametrize(
    ("when", "asked", "holds"),
    [
        (When(name_in=("Omar", "Anna Maria")), "I am ómar.", True),
        (When(name_in=("Omar",)), "I am Omarion", False),
        (When(name_in=("Omar", "Anna Maria")), "anna-maria here", True),
        (When(name_in=("Anna Maria",)), "Anna and Maria", False),
        (When(keyword=("red", "blue")), "only red", False),
        (When(matches=re.compile("^a")), "ba", False),
        (When(matches=re.compile("a$"), keyword=("b",)), "b a", True),
        (When(language=()), "any", False),
        (When(upper_case=False), "any", True),
        (When(upper_case=True), "any", False),
    ],
)
def test_conditions_on_words_hold_for_whole_words(when, asked, holds):
    """Names and keywords are whole words without case or accents, and all conditions must hold."""
    assert bool(FaultBook([Slow(when=when)], 0).inside(seen(asked=asked))) is holds


def test_a_burst_takes_its_length_and_no_more(clock):
    """A burst of 4 strikes once and goes on thrice for whatever comes, then the fault is drawn anew."""
    book = FaultBook([ServerError(burst=4, when=When(keyword=("go",)))], 0, clock)
    asked = ["no", "go", "no", "no", "no", "no", "go"]
    assert [bool(book.at_door(seen(asked=text))) for text in asked] == [False, True, True, True, True, False, True]
    assert (book.met["server_error"], book.struck["server_error"], book.continued["server_error"]) == (2, 2, 3)


def test_a_closed_door_opens_at_its_time(clock):
    """While a rate limit lasts all are refused, and what is left of it shrinks to nothing."""
    limit = RateLimit(lasts=Seconds(10), when=When(keyword=("go",)))
    book = FaultBook([limit], 0, clock)
    assert book.closed_for(limit) == 0
    assert book.at_door(seen(asked="go"))
    left = []
    for _ in range(3):
        left.append((bool(book.at_door(seen(asked="no"))), book.closed_for(limit)))
        clock.now += 5
    assert left == [(True, 10), (True, 5), (False, 0)]


def test_refusals_at_the_door_change_no_answer():
    """A question that was refused twice meets the same faults inside as one that was let in at once."""
    planted = [ServerError(rate=Share(0.5)), WrongAnswer(rate=Share(0.5))]

    def inside(knocks):
        book = FaultBook(planted, seed=6)
        found = []
        for number in range(40):
            for _ in range(knocks):
                book.at_door(seen(f"text {number}"))
            found.append(kinds_of(book.inside(seen(f"text {number}"))))
        return found

    assert inside(1) == inside(3)


def test_cold_starts_and_broken_json_fit_only_theirs(clock):
    """The first two requests are cold, and only a JSON answer can be broken; others do not even meet the fault."""
    book = FaultBook([ColdStart(requests=2), BreakJson()], 0, clock)
    found = []
    for json_asked in (False, True, True):
        book.at_door(seen())
        found.append(kinds_of(book.inside(seen(json=json_asked))))
    assert found == [["cold_start"], ["cold_start", "break_json"], ["break_json"]]
    assert (book.met["cold_start"], book.met["break_json"]) == (2, 2)


def test_strikes_are_found_by_kind():
    """The first and all strikes of a kind come in the order of the file; no strike is of no kind."""
    one, two = Slow(name="one"), Slow(name="two")
    strikes = Strikes(Strike(fault, 1.0, 0.0) for fault in (one, Stall(), two))
    assert strikes.first(Slow) is one
    assert strikes.each(Slow) == [one, two]
    assert strikes.first(Drift) is None
    assert NOTHING.each(Slow) == []


def test_memory_is_bounded(monkeypatch):
    """Only the texts asked for last are counted, and only the latest strikes are told, shortened."""
    monkeypatch.setattr(faults, "MAX_TEXTS", 2)
    book = FaultBook([Slow()], 0)
    for text in ("a", "b", "a", "c", "b", "a"):
        book.inside(seen(text * 600))
    assert [strike["occurrence"] for strike in book.last] == [0, 0, 1, 0, 0, 0]
    assert {len(strike["text"]) for strike in book.last} == {500}
    assert book.last.maxlen == faults.MAX_REMEMBERED


@given(st.integers(), st.lists(st.text(max_size=5), min_size=1, max_size=4))
@FIXED
def test_a_draw_changes_with_each_of_its_parts(seed, parts):
    """Another seed, another word or another occurrence is another draw."""
    value = draw(seed, *parts)
    assert 0 <= value < 1
    assert len({value, draw(seed + 1, *parts), draw(seed, *parts, 0), draw(seed, *parts, 1)}) == 4
