"""Replies as they come off the wire: any cutting of the bytes, all framings, bounds, and what nobody asked for."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from upstream import CUT, RESET, Upstream, answer, chunked, faults, head, stream, until, whole

from seatrial.gateway.upstream.connection import Connection, Patience
from seatrial.gateway.upstream.pool import Pool
from seatrial.gateway.upstream.reply import HIGH_WATER, Reply, UpstreamError
from seatrial.gateway.upstream.upload import Upload

REQUEST = (b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n", b"{}")
QUICK = Patience(connect=5, first_byte=5, between=5, total=10)
MOST = 1 << 26
CHUNKED = (
    head(200, "transfer-encoding: chunked") + chunked(b"data: caf\xc3\xa9\n\n") + chunked(b": ping\n\n") + b"0\r\n\r\n"
)
LENGTH = head(200, "content-length: 5", "x-one: 1", "X-One: 2") + b"\x00\xff\r\n."


@pytest.fixture
async def pools() -> AsyncIterator[list[Pool]]:
    found: list[Pool] = []
    yield found
    for pool in found:
        await pool.aclose()
        await until(lambda pool=pool: pool.open == 0)


class Wire:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written, self.closed, self.reading, self.left = b"", False, True, 0

    def writelines(self, parts: tuple[bytes, ...]) -> None:
        self.written += b"".join(parts)

    def write(self, data: bytes) -> None:
        self.written += bytes(data)

    def get_write_buffer_size(self) -> int:
        return self.left

    def is_reading(self) -> bool:
        return self.reading

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def abort(self) -> None:
        self.closed = True

    close = abort


async def played(pieces: list[bytes]) -> tuple[Reply, bytes, bool]:
    """The reply that comes of these reads, its body, and whether the connection is kept."""
    kept: list[Connection] = []
    connection = Connection(kept.append, lambda _: None)
    connection.connection_made(Wire())
    asking = asyncio.ensure_future(connection.ask(REQUEST, QUICK))
    await asyncio.sleep(0)
    for piece in pieces:
        connection.data_received(piece)
    reply = await asking
    body = await reply.body(MOST)
    connection.connection_lost(None)
    return reply, body, bool(kept)


@pytest.mark.parametrize("data", [CHUNKED, LENGTH], ids=["chunked", "length"])
@given(cuts=st.sets(st.integers(1, min(len(CHUNKED), len(LENGTH)) - 1)))
@settings(max_examples=60)
def test_any_cutting_of_the_bytes_gives_the_same_reply(data: bytes, cuts: set[int]) -> None:
    """Wherever reads end, status, headers and body are those of one single read."""
    ends = [0, *sorted(cuts), len(data)]
    pieces = [data[start:end] for start, end in pairwise(ends)]
    reply, body, kept = asyncio.run(played(pieces))
    once, expected, _ = asyncio.run(played([data]))
    assert (reply.status, reply.headers, body) == (once.status, once.headers, expected)
    assert kept


async def test_a_request_given_up_as_its_reply_becomes_whole_leaves_the_connection_alone() -> None:
    """The connection is kept by then, and may serve another request already: only its user may close it."""
    kept: list[Connection] = []
    connection, wire = Connection(kept.append, lambda _: None), Wire()
    connection.connection_made(wire)
    asking = asyncio.ensure_future(connection.ask(REQUEST, QUICK))
    await asyncio.sleep(0)
    connection.data_received(LENGTH)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert (kept, wire.closed, asking.cancelled()) == ([connection], False, True)
    connection.connection_lost(None)


async def test_a_connection_on_which_a_request_is_still_going_out_is_not_used_again() -> None:
    """The reply came early: what is left of the request would stand before the next one."""
    kept: list[Connection] = []
    connection, wire = Connection(kept.append, lambda _: None), Wire()
    connection.connection_made(wire)
    asking = asyncio.ensure_future(connection.ask(REQUEST, QUICK))
    await asyncio.sleep(0)
    wire.left = 1
    connection.data_received(LENGTH)
    assert (await asking).complete
    assert (kept, wire.closed) == ([], True)
    connection.connection_lost(None)


async def test_an_upload_that_is_stopped_writes_nothing_more() -> None:
    """Megabytes that nobody wants are not handed over."""
    wire = Wire()
    upload = Upload(wire)
    upload.pause()
    sending = asyncio.ensure_future(upload.send((b"x" * 1_000_000,)))
    await asyncio.sleep(0)
    upload.stop()
    await sending
    assert (wire.written, upload.whole) == (b"", False)


async def test_a_body_keeps_its_bytes() -> None:
    """No byte of a body is looked at."""
    assert (await played([LENGTH]))[1] == b"\x00\xff\r\n."


async def test_headers_keep_values_and_order_with_names_in_lower_case() -> None:
    """A header that comes twice is there twice."""
    reply, _, _ = await played([LENGTH])
    assert reply.headers[-2:] == [(b"x-one", b"1"), (b"x-one", b"2")]


@pytest.mark.parametrize("interim", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"])
async def test_interim_replies_are_passed_over(interim: bytes) -> None:
    """What comes before the final status leaves nothing behind in it."""
    reply, body, kept = await played([interim + interim, LENGTH])
    assert (reply.status, body, kept) == (200, b"\x00\xff\r\n.", True)
    assert reply.header(b"link") is None


async def test_trailers_do_not_become_headers() -> None:
    """What stands behind a chunked body changes nothing."""
    data = head(200, "transfer-encoding: chunked") + chunked(b"ok") + b"0\r\nx-evil: 1\r\n\r\n"
    reply, body, _ = await played([data])
    assert (body, reply.header(b"x-evil")) == (b"ok", None)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01SSH-2.0\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\nxx",
        head(200, "transfer-encoding: chunked", "content-length: 3") + b"abc",
        head(200, "content-length: 3", "content-length: 4") + b"abc",
        head(200, *["x: y"] * 300) + b"abc",
        b"HTTP/1.1 200 OK\r\nx: " + b"a" * 200_000,
        b"HTTP/1.1 103 Early\r\n\r\n" * 10_000,
        b"HTTP/1.1 200 OK\r\nx: a\x00b\r\n\r\n",
    ],
    ids=["no HTTP", "upgrade", "length and chunks", "two lengths", "headers", "long header", "interim flood", "NUL"],
)
async def test_what_is_no_reply_is_a_bad_response(data: bytes) -> None:
    """Malformed, ambiguous and endless heads end the request with a name, and close the connection."""
    with pytest.raises(UpstreamError) as raised:
        await played([data])
    assert raised.value.kind == "bad_response"


async def test_an_endless_trailer_ends_the_reply() -> None:
    """Bytes that are no body are bounded behind the head, too."""
    data = head(200, "transfer-encoding: chunked") + chunked(b"ok") + b"0\r\nx: "
    with pytest.raises(UpstreamError, match="no body"):
        await played([data, *[b"a" * 60_000] * 4])


@pytest.mark.parametrize("late", [False, True], ids=["same read", "later read"])
async def test_a_second_reply_that_nobody_asked_for_is_never_given_to_the_next_request(
    late: bool, pools: list[Pool]
) -> None:
    """What comes behind a whole reply closes the connection; the next request has its own."""
    pools.append(Pool("http://x"))
    stolen = whole(b"stolen!")[0]
    script = [answer()[0], 0.02, stolen] if late else faults.pipelined(stolen)
    async with Upstream(script, whole(b"mine")) as upstream:
        pool = Pool(upstream.url)
        pools.append(pool)
        assert b"Hello" in await (await pool.send(REQUEST, QUICK)).body(MOST)
        await until(lambda: pool.open == 0)
        assert await (await pool.send(REQUEST, QUICK)).body(MOST) == b"mine"


async def test_a_body_without_length_ends_with_the_connection(pools: list[Pool]) -> None:
    """HTTP/1.0 and lazy servers close to say that it is over."""
    async with Upstream([head(200) + b"all of", 0.02, b" it", CUT]) as upstream:
        pools.append(Pool(upstream.url))
        assert await (await pools[0].send(REQUEST, QUICK)).body(MOST) == b"all of it"


@pytest.mark.parametrize(
    "script", [faults.cut_body(), faults.cut_after(2), faults.cut_after(2, RESET)], ids=["length", "stream", "reset"]
)
async def test_a_body_that_breaks_off_is_never_whole(script: list[bytes], pools: list[Pool]) -> None:
    """What came is given, and then the failure by its name."""
    async with Upstream(script) as upstream:
        pools.append(Pool(upstream.url))
        reply = await pools[0].send(REQUEST, QUICK)
        assert await reply.chunk()
        with pytest.raises(UpstreamError) as raised:
            await reply.body(MOST)
        assert (raised.value.kind, reply.complete) == ("connection_lost", False)


async def test_events_come_one_by_one_as_they_were_sent(pools: list[Pool]) -> None:
    """A stream is not gathered: each chunk of the wire is a chunk for the reader."""
    async with Upstream(stream("a", "b", "c", gap=0.01)) as upstream:
        pools.append(Pool(upstream.url))
        reply = await pools[0].send(REQUEST, QUICK)
        chunks = [chunk async for chunk in _chunks(reply)]
        assert len(chunks) == 7
        assert all(chunk.endswith(b"\n\n") for chunk in chunks)


async def _chunks(reply: Reply) -> AsyncIterator[bytes]:
    while chunk := await reply.chunk():
        yield chunk


async def test_an_answer_that_is_too_large_is_cut_and_its_connection_closed(pools: list[Pool]) -> None:
    """The bound is on what is kept in memory."""
    async with Upstream(whole(b"x" * 10_000_000)) as upstream:
        pools.append(Pool(upstream.url))
        reply = await pools[0].send(REQUEST, QUICK)
        with pytest.raises(UpstreamError, match="larger than 1,000 bytes"):
            await reply.body(1000)
        await until(lambda: upstream.open == 0)


async def test_a_reader_that_is_slow_stops_the_reading_of_the_upstream(pools: list[Pool]) -> None:
    """No more than some buffers of a huge body are taken from an upstream while nobody reads them."""
    size = 64 * 1024 * 1024
    pieces = [head(200, f"content-length: {size}"), *[b"x" * 65536] * (size // 65536)]
    async with Upstream(pieces) as upstream:
        pools.append(Pool(upstream.url))
        reply = await pools[0].send(REQUEST, QUICK)
        await reply.begun()
        await asyncio.sleep(0.3)
        assert HIGH_WATER < upstream.written < size // 2
        assert len(await reply.body(size)) == size
        assert pools[0].idle == 1
