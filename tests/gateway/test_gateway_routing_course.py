"""The course of requests: which failures are tried again and where, what clients are told, and that nothing is held."""

import asyncio

import pytest
from routing_support import QUICK, live, routed
from upstream import CUT, RESET, STALL, Script, Upstream, answer, faults, head, refused_port, stream, until, whole

from seatrial.gateway.config import Retry
from seatrial.gateway.routing.hedge import hedged
from seatrial.gateway.routing.live import Answered, Live
from seatrial.gateway.upstream.patience import Patience
from seatrial.gateway.upstream.reply import Reply
from seatrial.gateway.wire.errors import Refusal
from seatrial.targets.prices import Price

ONCE = Retry(attempts=1)
MENDABLE = {
    "500": faults.error(500),
    "503": faults.error(503),
    "529": faults.error(529),
    "429": faults.too_many(),
    "429 with a pause": faults.too_many("30"),
    "no quota": faults.no_quota(),
    "401": faults.error(401),
    "403": faults.error(403),
    "404": faults.error(404),
    "408": faults.error(408),
    "409": faults.error(409),
    "reset": faults.reset(),
    "reset behind the head": faults.reset_after_head(),
    "closed": faults.closed(),
    "garbage": faults.garbage(),
    "page": faults.html(502),
    "page that says 200": faults.html(200),
    "redirect": faults.redirect("http://127.0.0.1:1/elsewhere"),
    "cut error": [head(500, "content-length: 99") + b"{", CUT],
}


@pytest.mark.parametrize("fault", MENDABLE.values(), ids=MENDABLE.keys())
async def test_what_another_deployment_can_mend_is_mended(fault: Script) -> None:
    """The client sees one good answer, the record two attempts and what the first came to."""
    async with Upstream(fault) as bad, Upstream(answer()) as good, routed(bad, good) as route:
        assert (await route.ask())[2] == "two"
        assert route.last is not None
        assert (route.last.attempts, route.last.deployment.name) == (2, "two")
        assert route.last.tags["tried"].startswith("one ")
        assert len(bad.requests) == 1


async def test_a_deployment_where_nobody_listens_is_passed_over() -> None:
    """A refused connection costs the client nothing but a moment."""
    gone = Upstream()
    gone.port = refused_port()
    async with Upstream(answer()) as good, routed(gone, good) as route:
        assert (await route.ask())[2] == "two"


@pytest.mark.parametrize("status", [400, 413, 415, 422])
async def test_what_only_the_client_can_mend_is_not_tried_again(status: int) -> None:
    """It is given back as it came, once, and says nothing against the deployment."""
    async with Upstream(faults.error(status)) as one, Upstream(answer()) as two, routed(one, two) as route:
        assert await route.ask() == (status, faults.error(status)[0].split(b"\r\n\r\n")[1], "one")
        assert (len(one.requests), len(two.requests)) == (1, 0)
        assert route.lives["one"].health.state == "closed"


async def test_each_deployment_is_asked_once_before_any_twice() -> None:
    """Though the strategy would have the first one again."""
    prices = [{"price": Price(input=1, output=1, cached=1)}, {"price": Price(input=9, output=9, cached=9)}]
    async with (
        Upstream(faults.error(500)) as cheap,
        Upstream(answer()) as dear,
        routed(cheap, dear, balance="cheapest", each=prices) as route,
    ):
        assert ((await route.ask())[2], len(cheap.requests)) == ("two", 1)


async def test_the_same_body_goes_to_each_deployment() -> None:
    """A try again sends what the client sent."""
    async with Upstream(faults.error(500)) as one, Upstream(answer()) as two, routed(one, two) as route:
        await route.ask()
        assert one.requests[0].body == two.requests[0].body == route.last.body


async def test_the_last_error_is_given_as_it_came() -> None:
    """Status, headers and body of the provider, when nobody can do better."""
    fault = faults.error(500, "boom", "x-request-id: req-7")
    async with Upstream(fault) as one, routed(one, retry=ONCE) as route:
        answered = await route.begin()
        assert (answered.reply.status, answered.reply.header(b"x-request-id")) == (500, b"req-7")
        assert b"boom" in answered.body


async def test_one_deployment_is_asked_as_often_as_there_are_attempts() -> None:
    """And no more."""
    async with Upstream(faults.error(500)) as one, routed(one) as route:
        assert (await route.ask())[0] == 500
        assert len(one.requests) == 3


async def test_a_short_pause_that_was_asked_for_is_kept_and_then_it_is_tried_again() -> None:
    """`Retry-After` is honoured: not before, and not given up either."""
    async with Upstream(faults.error(429, None, "retry-after-ms: 150"), answer()) as one, routed(one) as route:
        assert (await route.ask())[0] == 200
        assert one.requests[1].at - one.requests[0].at >= 0.14


@pytest.mark.parametrize("status", [404, 501])
async def test_what_the_same_deployment_will_not_mend_is_asked_of_it_once(status: int) -> None:
    """A model that is not there is not there a moment later."""
    async with Upstream(faults.error(status)) as one, routed(one) as route:
        assert ((await route.ask())[0], len(one.requests)) == (status, 1)


async def test_a_provider_that_says_not_to_try_again_is_believed() -> None:
    """`x-should-retry: false` of OpenAI."""
    async with Upstream(faults.error(500, None, "x-should-retry: false")) as one, routed(one) as route:
        assert ((await route.ask())[0], len(one.requests)) == (500, 1)


async def test_a_client_that_leaves_between_head_and_body_closes_the_connection() -> None:
    """Nobody would ever read the rest."""
    async with Upstream([head(200, "content-length: 2"), STALL], answer()) as one, routed(one) as route:
        asking = asyncio.ensure_future(route.ask())
        await until(lambda: one.written > 0)
        await asyncio.sleep(0.02)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        async with asyncio.timeout(1):
            await one.left.wait()


async def test_a_pause_longer_than_the_cap_is_not_waited_for() -> None:
    """Though the request would have the time."""
    async with Upstream(faults.too_many("2"), answer()) as one, routed(one) as route:
        assert ((await route.ask())[0], len(one.requests)) == (429, 1)


async def test_a_long_pause_is_not_waited_for() -> None:
    """The client is told when to come again, and the next request is sent away without asking."""
    async with Upstream(faults.too_many("30")) as one, routed(one) as route:
        assert (await route.ask())[0] == 429
        with pytest.raises(Refusal) as raised:
            await route.ask()
        assert raised.value.status == 503
        assert dict(raised.value.headers)[b"retry-after"] in (b"29", b"30")
        assert len(one.requests) == 1


@pytest.mark.parametrize("status", [401, 402, 403])
async def test_a_refusal_of_our_own_key_is_not_shown_to_clients(status: int) -> None:
    """Its text may quote the key, and the client would take it for its own key."""
    async with Upstream(faults.error(status, "sk-leaked")) as one, routed(one) as route:
        with pytest.raises(Refusal) as raised:
            await route.ask()
        assert (raised.value.status, raised.value.code) == (502, "upstream_unauthorised")
        assert "sk-leaked" not in str(raised.value.body)
        assert route.lives["one"].health.alarm in ("unauthorised", "quota")
        assert route.last.failure.kind in ("unauthorised", "quota")


async def test_a_key_that_is_refused_is_not_used_for_a_while() -> None:
    """The alarmed deployment is left alone while another can answer."""
    async with Upstream(faults.error(401)) as bad, Upstream(answer()) as good, routed(bad, good) as route:
        for _ in range(6):
            await route.ask()
        assert len(bad.requests) == 1


async def test_no_quota_is_never_asked_again_for_a_while_and_told_as_it_is() -> None:
    """No waiting mends it: the client's library knows this code, and stops, too."""
    async with Upstream(faults.no_quota()) as one, routed(one) as route:
        status, body, _ = await route.ask()
        assert (status, b"insufficient_quota" in body, len(one.requests)) == (429, True, 1)
        assert route.lives["one"].health.wait() > 500


@pytest.mark.parametrize(
    ("script", "kind", "status"),
    [
        (faults.reset(), "connection_lost", 502),
        (faults.garbage(), "bad_response", 502),
        (faults.redirect("http://elsewhere.example"), "bad_response", 502),
        (faults.silent(), "timeout", 504),
    ],
    ids=["reset", "garbage", "redirect", "silent"],
)
async def test_no_reply_at_all_is_a_refusal_with_a_name(script: Script, kind: str, status: int) -> None:
    """The record has the failure's own kind, the client the right status."""
    patience = Patience(first_byte=0.1)
    async with Upstream(script) as one, routed(one, retry=ONCE, patience=patience) as route:
        with pytest.raises(Refusal) as raised:
            await route.ask()
        assert (raised.value.status, route.last.failure.kind) == (status, kind)


async def test_the_fallback_is_asked_when_all_deployments_failed() -> None:
    """And the record says by which route it was answered."""
    async with Upstream(faults.error(500)) as one, Upstream(answer()) as spare, routed(one, fallback=spare) as route:
        assert (await route.ask())[2] == "spare"
        assert (route.last.tags["fallback"], route.last.attempts) == ("spare", 4)


async def test_the_fallback_is_asked_at_once_when_no_deployment_can_be() -> None:
    """A route whose deployments rest costs no attempt."""
    async with (
        Upstream(faults.too_many("30")) as one,
        Upstream(answer()) as spare,
        routed(one, fallback=spare) as route,
    ):
        await route.ask()
        assert (await route.ask())[2] == "spare"
        assert route.last.attempts == 1
        assert len(one.requests) == 1


async def test_tries_again_are_bounded_by_their_budget() -> None:
    """When everything fails, a route is not asked three times as often as without tries again."""
    retry = Retry(attempts=3, budget=0.2, base=0.001, cap=0.01)
    async with Upstream(faults.error(409)) as one, routed(one, retry=retry) as route:
        for _ in range(60):
            await route.ask()
        assert len(one.requests) <= 60 + 10 + 60 * 0.2


async def test_no_budget_is_no_try_again() -> None:
    """`budget: 0` means it."""
    async with Upstream(faults.error(500)) as one, routed(one, retry=Retry(attempts=3, budget=0)) as route:
        await route.ask()
        assert len(one.requests) == 1


async def test_all_tries_share_the_time_of_the_request() -> None:
    """`total` is for the request, whatever is tried for it."""
    patience = Patience(first_byte=0.15, total=0.2)
    async with (
        Upstream(faults.silent()) as one,
        Upstream(faults.silent()) as two,
        routed(one, two, patience=patience) as route,
    ):
        with pytest.raises(Refusal):
            await route.ask()
        assert route.last.attempts == 2


async def test_a_stream_that_has_begun_is_never_tried_again() -> None:
    """Behind the first byte the failure is the answer's."""
    async with Upstream(faults.cut_after(2, RESET)) as one, Upstream(stream()) as two, routed(one, two) as route:
        with pytest.raises(Exception, match="lost"):
            await route.ask()
        assert len(two.requests) == 0


async def test_what_is_larger_than_it_may_be_is_not_asked_for_again() -> None:
    """An error of many megabytes would be as large elsewhere."""
    async with Upstream(whole(b"x" * 3_000_000, 500)) as one, Upstream(answer()) as two, routed(one, two) as route:
        with pytest.raises(Refusal):
            await route.ask()
        assert len(two.requests) == 0


@pytest.mark.parametrize("steps", range(10))
@pytest.mark.parametrize("hedge", [None, 0.005], ids=["plain", "hedged"])
async def test_a_client_that_leaves_at_any_moment_leaves_nothing_behind(steps: int, hedge: float | None) -> None:
    """No place, no connection in use, no trial: asserted by the fixture, and the next request is served."""
    slow = [0.004, head(500, "content-length: 2"), 0.008, b"{}"]
    late = [head(200, "content-length: 2"), 0.02, b"{}"]
    async with (
        Upstream(slow, late) as one,
        Upstream(late) as two,
        routed(one, two, hedge=hedge) as route,
    ):
        asking = asyncio.ensure_future(route.ask())
        for _ in range(steps):
            await asyncio.sleep(0.003)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert (await route.ask())[0] == 200


async def test_a_client_that_leaves_a_trial_does_not_close_the_deployment_for_ever() -> None:
    """The one request that tries a deployment that had failed may be cancelled: then another one tries."""
    async with Upstream(*[faults.error(500)] * 5, [STALL], answer()) as one, routed(one, retry=ONCE) as route:
        for _ in range(5):
            await route.ask()
        health = route.lives["one"].health
        health._open_until = 0.0  # the rest is over
        trying = asyncio.ensure_future(route.ask())
        await asyncio.sleep(0.05)
        assert not health.available()
        trying.cancel()
        await asyncio.gather(trying, return_exceptions=True)
        assert (await route.ask())[0] == 200
        assert health.state == "closed"


async def test_a_slow_deployment_is_helped_by_a_second_one() -> None:
    """With `hedge`, the first good reply wins, the other is withdrawn, and both count as attempts."""
    async with (
        Upstream([0.5, *answer("slow")]) as slow,
        Upstream(answer("quick")) as quick,
        routed(slow, quick, hedge=0.05) as route,
    ):
        assert (await route.ask())[2] == "two"
        assert (route.last.attempts, route.last.tags["hedged"], route.last.deployment.name) == (2, "two", "two")
        async with asyncio.timeout(0.4):
            await slow.left.wait()


async def test_a_quick_deployment_is_not_hedged() -> None:
    """The second one is not asked when the first answers in time."""
    async with Upstream(answer()) as one, Upstream(answer()) as two, routed(one, two, hedge=0.5) as route:
        await route.ask()
        assert (len(one.requests), len(two.requests)) == (1, 0)


async def test_a_hedge_waits_for_the_slow_one_when_the_second_fails() -> None:
    """A bad second reply does not spoil a good first."""
    async with (
        Upstream([0.2, *answer("slow")]) as slow,
        Upstream(faults.error(500)) as bad,
        routed(slow, bad, hedge=0.05) as route,
    ):
        assert (await route.ask())[2] == "one"


class Dropped:
    """What replies come in by, which notes what was closed."""

    def __init__(self) -> None:
        self.closed = 0

    def flow(self, reply: Reply, *, on: bool) -> None:
        raise NotImplementedError

    def drop(self, reply: Reply) -> None:
        self.closed += 1


async def test_of_two_good_replies_of_one_moment_one_is_given_back() -> None:
    """Its place is free again and its connection closed."""
    lives, line, now = [live("one"), live("two")], Dropped(), asyncio.Event()

    async def asking(of: Live) -> Answered:
        of.places.taken += 1
        await now.wait()
        return Answered(of, Reply(200, [], line), 0, False, 0)

    hedging = asyncio.ensure_future(hedged(asking(lives[0]), lambda: asking(lives[1]), 0.001))
    await until(lambda: lives[1].busy == 1)
    now.set()
    won = await hedging
    assert (won.live.busy, sum(each.busy for each in lives), line.closed) == (1, 1, 1)


async def test_a_file_or_batch_is_asked_of_the_first_deployment_alone() -> None:
    """Only it knows them: there is no second try."""
    from routing_support import AsTheyAre, exchange

    async with Upstream(faults.error(500)) as one, Upstream(answer()) as two, routed(one, two) as route:
        answered = await route.courier.pinned(exchange(route.route), AsTheyAre())
        assert (answered.reply.status, len(one.requests), len(two.requests)) == (500, 1, 0)


async def test_warm_connections_serve_the_first_request() -> None:
    """They are opened at the start, as many as each deployment says."""
    async with Upstream(answer()) as one, routed(one, each=[{"warm": 2}], patience=QUICK) as route:
        await route.courier.warm()
        assert one.connections == 2
        await route.ask()
        assert one.connections == 2


async def test_the_query_of_a_deployment_goes_with_each_request() -> None:
    """Azure's `?api-version=` stands in the target's address."""
    async with Upstream(answer()) as one, routed(one) as route:
        only = route.lives["one"]
        only._query = b"api-version=2024-10-21"
        await route.ask()
        assert one.requests[0].path == "/v1/chat/completions?api-version=2024-10-21"
