"""Connections: kept, lost, bounded, closed, given up; nothing leaks whatever happens when."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from upstream import CUT, RESET, STALL, Upstream, answer, faults, head, refused_port, stream, until, whole

from seatrial.gateway.upstream import pool as pool_module
from seatrial.gateway.upstream.pool import Patience, Pool
from seatrial.gateway.upstream.reply import UpstreamError

REQUEST = (b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n", b"{}")
QUICK = Patience(connect=5, first_byte=5, between=5, total=10)
MOST = 1 << 26


@pytest.fixture
async def pools() -> AsyncIterator[list[Pool]]:
    found: list[Pool] = []
    yield found
    for pool in found:
        await pool.aclose()
        await until(lambda pool=pool: pool.open == 0)


async def asked(pool: Pool, patience: Patience = QUICK, request: tuple[bytes, ...] = REQUEST) -> bytes:
    return await (await pool.send(request, patience)).body(MOST)


async def test_a_connection_is_used_again(pools: list[Pool]) -> None:
    """Requests one after the other need one connection."""
    async with Upstream(answer()) as upstream:
        pools.append(Pool(upstream.url))
        for _ in range(5):
            await asked(pools[0])
        assert (upstream.connections, pools[0].made, pools[0].idle) == (1, 1, 1)


async def test_requests_at_the_same_time_have_connections_of_their_own(pools: list[Pool]) -> None:
    """HTTP/1.1 answers one request after the other; nobody waits for somebody else's answer."""
    async with Upstream([0.05, *answer()]) as upstream:
        pools.append(Pool(upstream.url))
        await asyncio.gather(*(asked(pools[0]) for _ in range(20)))
        assert (upstream.connections, pools[0].idle) == (20, 20)


async def test_a_kept_connection_that_was_closed_while_idle_is_replaced(pools: list[Pool]) -> None:
    """The race between our request and their closing is nobody's failure: the request goes out once more."""
    async with Upstream(answer(), [CUT], answer("again")) as upstream:
        pools.append(Pool(upstream.url))
        await asked(pools[0])
        assert b"again" in await asked(pools[0])
        assert len(upstream.requests) == 3


@pytest.mark.parametrize("fault", [faults.closed(), faults.reset()], ids=["closed", "reset"])
async def test_a_new_connection_that_is_lost_is_a_failure(fault: list[bytes], pools: list[Pool]) -> None:
    """The request is not sent twice: it may have been worked on."""
    async with Upstream(fault) as upstream:
        pools.append(Pool(upstream.url))
        with pytest.raises(UpstreamError) as raised:
            await asked(pools[0])
        assert (raised.value.kind, len(upstream.requests)) == ("connection_lost", 1)


async def test_a_kept_connection_that_is_lost_within_its_answer_is_a_failure(pools: list[Pool]) -> None:
    """It had the request: it is not sent again unasked."""
    async with Upstream(answer(), [b"HTTP/1.1 200", 0.02, RESET], answer()) as upstream:
        pools.append(Pool(upstream.url))
        await asked(pools[0])
        with pytest.raises(UpstreamError):
            await asked(pools[0])
        assert len(upstream.requests) == 2


async def test_a_connection_that_was_closed_is_not_idle_any_more(pools: list[Pool]) -> None:
    """What others have closed takes no room among those that are kept."""
    async with Upstream([*answer(), 0.01, CUT]) as upstream:
        pools.append(Pool(upstream.url))
        await asked(pools[0])
        await until(lambda: (pools[0].open, pools[0].idle) == (0, 0))


async def test_a_kept_connection_that_is_lost_late_is_a_failure(
    pools: list[Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who kept us waiting had our request: it is not sent again unasked."""
    monkeypatch.setattr(pool_module, "STALE", 0.05)
    async with Upstream(answer(), [0.2, RESET], answer()) as upstream:
        pools.append(Pool(upstream.url))
        await asked(pools[0])
        with pytest.raises(UpstreamError):
            await asked(pools[0])
        assert len(upstream.requests) == 2


async def test_a_port_where_nobody_listens_is_refused(pools: list[Pool]) -> None:
    """The kind says so, and that nothing was sent."""
    pools.append(Pool(f"http://127.0.0.1:{refused_port()}"))
    with pytest.raises(UpstreamError, match="refused") as raised:
        await asked(pools[0])
    assert (raised.value.kind, raised.value.sent) == ("refused_connection", False)


@pytest.mark.parametrize(
    ("script", "patience", "what"),
    [
        (faults.silent(), Patience(first_byte=0.1), "no answer within"),
        (faults.dripping_head(0.02), Patience(first_byte=0.2), "no answer within"),
        ([head(200, "content-length: 9"), STALL], Patience(first_byte=0.1), "no answer within"),
        (faults.stall_at(3), Patience(between=0.1), "nothing more came"),
        (stream(*["x"] * 200, gap=0.02), Patience(between=0.5, total=0.2), "longer than it may in all"),
    ],
    ids=["silent", "dripping head", "no first byte", "stall", "too long in all"],
)
async def test_each_phase_has_its_time(script: list[bytes], patience: Patience, what: str, pools: list[Pool]) -> None:
    """What takes too long ends by name, and the connection with it."""
    async with Upstream(script) as upstream:
        pools.append(Pool(upstream.url))
        with pytest.raises(UpstreamError, match=what) as raised:
            await asked(pools[0], patience)
        assert raised.value.kind == "timeout"
        await until(lambda: upstream.open == 0)


async def test_a_slow_stream_within_its_time_is_whole(pools: list[Pool]) -> None:
    """Time-outs are between pieces, so that a long answer may be long; the timer of one request harms no other."""
    async with Upstream(stream(*["x"] * 20, gap=0.02)) as upstream:
        pools.append(Pool(upstream.url))
        for _ in range(2):
            assert (await asked(pools[0], Patience(first_byte=0.3, between=0.3))).endswith(b"[DONE]\n\n")


async def test_a_large_request_goes_out_as_fast_as_it_is_taken(pools: list[Pool]) -> None:
    """25 MB arrive byte for byte."""
    body = bytes(range(256)) * 4096 * 25
    request = (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body), body)
    async with Upstream(answer()) as upstream:
        pools.append(Pool(upstream.url))
        await asked(pools[0], request=request)
        assert upstream.requests[0].body == body
        assert pools[0].idle == 1


async def test_a_refusal_before_the_request_is_wholly_sent_is_given(pools: list[Pool]) -> None:
    """413 comes while we still send: we stop, have the answer, and do not use the connection again."""
    body = b"x" * 25_000_000
    request = (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body), body)
    async with Upstream(faults.error(413), reads=False) as upstream:
        pools.append(Pool(upstream.url))
        reply = await pools[0].send(request, QUICK)
        assert reply.status == 413
        assert b"did not work" in await reply.body(MOST)
        await until(lambda: pools[0].open == 0)


async def test_an_upstream_that_does_not_read_times_out(pools: list[Pool]) -> None:
    """A request that cannot be sent ends, too."""
    body = b"x" * 25_000_000
    request = (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body), body)
    async with Upstream(faults.silent(), reads=False) as upstream:
        pools.append(Pool(upstream.url))
        with pytest.raises(UpstreamError, match="no answer"):
            await asked(pools[0], Patience(first_byte=0.2), request)
        await until(lambda: pools[0].open == 0)


@pytest.mark.parametrize("steps", range(12))
async def test_giving_up_at_any_moment_leaves_no_connection_in_use(steps: int, pools: list[Pool]) -> None:
    """However far a request has come when it is cancelled, its connection is idle again or gone."""
    async with Upstream(stream(gap=0.005)) as upstream:
        pools.append(Pool(upstream.url))
        asking = asyncio.ensure_future(_drained(pools[0]))
        for _ in range(steps):
            await asyncio.sleep(0.002)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await until(lambda: pools[0].open == pools[0].idle)
        assert b"DONE" in await _drained(pools[0])


async def _drained(pool: Pool) -> bytes:
    reply = await pool.send(REQUEST, QUICK)
    try:
        return await reply.body(MOST)
    finally:
        if not reply.complete:
            reply.abort()


async def test_a_request_given_up_after_its_reply_was_whole_does_not_disturb_the_next(pools: list[Pool]) -> None:
    """The connection may be another's by then: only the one who uses it may close it."""
    async with Upstream(answer(), stream("a", "b", gap=0.02)) as upstream:
        pools.append(Pool(upstream.url))
        first = await pools[0].send(REQUEST, QUICK)
        await first.begun()
        second = await pools[0].send(REQUEST, QUICK)
        await second.begun()
        first.abort()
        assert (await second.body(MOST)).endswith(b"[DONE]\n\n")
        assert upstream.connections == 1


async def test_there_are_no_more_connections_than_there_may_be(pools: list[Pool]) -> None:
    """The one too many is refused at once."""
    async with Upstream([0.1, *answer()]) as upstream:
        pools.append(Pool(upstream.url, most=2))
        told = await asyncio.gather(*(asked(pools[0]) for _ in range(3)), return_exceptions=True)
        assert sum(isinstance(each, UpstreamError) for each in told) == 1
        assert upstream.connections == 2


async def test_idle_connections_are_closed_after_a_while(pools: list[Pool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any traffic, too."""
    monkeypatch.setattr(pool_module, "IDLE", 0.1)
    async with Upstream(answer()) as upstream:
        pools.append(Pool(upstream.url))
        await asked(pools[0])
        await until(lambda: upstream.open == 0 and pools[0].open == 0)


async def test_a_server_that_says_how_long_it_keeps_connections_is_believed(pools: list[Pool]) -> None:
    """`keep-alive: timeout=1` leaves no time to use it again safely."""
    async with Upstream(answer("Hello", "keep-alive: timeout=1")) as upstream:
        pools.append(Pool(upstream.url))
        await asked(pools[0])
        assert pools[0].idle == 0


async def test_warm_connections_are_there_before_the_first_request(pools: list[Pool]) -> None:
    """They are opened once, and a host that is away is no failure yet."""
    async with Upstream(answer()) as upstream:
        pools += [Pool(upstream.url), Pool(f"http://127.0.0.1:{refused_port()}")]
        await asyncio.gather(*(pool.warm(2, QUICK) for pool in pools))
        await pools[0].warm(2, QUICK)
        await asked(pools[0])
        assert (pools[0].made, upstream.connections) == (2, 2)


async def test_a_retired_pool_closes_when_its_requests_are_over(pools: list[Pool]) -> None:
    """A reload drops no stream and leaves no connection behind."""
    async with Upstream(whole(b"1"), stream(gap=0.01)) as upstream:
        pools.append(Pool(upstream.url))
        await pools[0].warm(2, QUICK)
        await asked(pools[0])
        reply = await pools[0].send(REQUEST, QUICK)
        pools[0].retire()
        assert (await reply.body(MOST)).endswith(b"[DONE]\n\n")
        await until(lambda: pools[0].open == 0)


async def test_bytes_before_any_request_close_the_connection(pools: list[Pool]) -> None:
    """What a server says unasked could be taken for an answer."""
    async with Upstream(answer(), greets=whole(b"stolen")) as upstream:
        pools.append(Pool(upstream.url))
        await pools[0].warm(1, QUICK)
        await until(lambda: pools[0].open == 0)
