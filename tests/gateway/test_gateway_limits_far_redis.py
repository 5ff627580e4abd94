"""A Redis that is scripted: what is sent to it over a real socket, and what is made of odd replies and of its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits_support import answered, exchange

from seatrial.core.errors import Mistake
from seatrial.gateway.budgets.book import reservation
from seatrial.gateway.budgets.budget import Budget, account
from seatrial.gateway.budgets.cap import parse_cap
from seatrial.gateway.budgets.shared_book import SharedBook, name_of, spent_in
from seatrial.gateway.limits.meters import Meters, Plans
from seatrial.gateway.limits.redis_line import RedisLine, RedisRefused, Where, _read, read_address
from seatrial.gateway.limits.rule import Rule
from seatrial.gateway.limits.scope import Scope
from seatrial.gateway.limits.shared import ALIVE, SPACE, Gone, Shared
from seatrial.gateway.limits.together import SharedLimiter
from seatrial.gateway.wire.errors import Refusal
from seatrial.targets.secret import Secret

OK = b"+OK\r\n"
DIGEST = b"$3\r\nabc\r\n"


class Far:
    """Gives its replies in turn, one for each command, and remembers the commands; without any left it hangs up."""

    def __init__(self, replies: list[bytes]) -> None:
        self.replies, self.asked, self.port = replies, list[list[str]](), 0
        self._open: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.append(writer)
        try:
            while head := await reader.readline():
                words = []
                for _ in range(int(head[1:])):
                    size = int((await reader.readline())[1:])
                    words.append((await reader.readexactly(size + 2))[:-2].decode())
                self.asked.append(words)
                if not self.replies:
                    break
                writer.write(self.replies.pop(0))
        finally:
            writer.close()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    @property
    def words(self) -> list[str]:
        return [each[0] for each in self.asked]


@asynccontextmanager
async def far(*replies: bytes) -> AsyncIterator[Far]:
    made = Far(list(replies))
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for writer in made._open:
            writer.close()
        await server.wait_closed()


@asynccontextmanager
async def shared(server: Far, gone: Any = "open", said: list[str] | None = None) -> AsyncIterator[Shared]:
    made = Shared(Secret(server.url), gone, (said if said is not None else []).append)
    try:
        yield made
    finally:
        await made.aclose()


@pytest.mark.parametrize(
    ("where", "sent"),
    [
        ("redis://{}", []),
        ("redis://{}/0", []),
        ("redis://:pw@{}", [["AUTH", "pw"]]),
        ("redis://ann:pw@{}", [["AUTH", "ann", "pw"]]),
        ("redis://ann@{}/4", [["SELECT", "4"]]),
        ("redis://:p%2Fw@{}/12", [["AUTH", "p/w"], ["SELECT", "12"]]),
    ],
)
async def test_getting_in(where: str, sent: list[list[str]]) -> None:
    """Password and database are told before anything else, where there are any, and nothing where there are none."""
    async with far(OK, OK, OK) as server:
        line = await RedisLine.to(read_address(Secret(where.format(f"127.0.0.1:{server.port}"))))
        assert await line.ask("PING") == "OK"
        line.close()
    assert server.asked == [*sent, ["PING"]]


async def test_who_is_not_let_in_leaves() -> None:
    """A wrong password closes the connection, and the words of the refusal are those of Redis."""
    async with far(b"-WRONGPASS no\r\n") as server:
        with pytest.raises(RedisRefused, match="WRONGPASS"):
            await RedisLine.to(Where("127.0.0.1", server.port, None, False, "", "pw", "0"))


async def test_a_socket_in_the_file_system(tmp_path: Path) -> None:
    """`unix:///path` is reached by its path."""
    made, path = Far([b":7\r\n"]), str(tmp_path / "s")
    server = await asyncio.start_unix_server(made.serve, path)
    line = await RedisLine.to(read_address(Secret(f"unix://{path}")))
    assert await line.ask("DBSIZE") == 7
    line.close()
    server.close()
    await server.wait_closed()


async def test_the_end_of_the_connection_is_told_to_all_who_wait() -> None:
    """When Redis hangs up everyone in line gets a ConnectionError, and so does whoever comes later."""
    async with far() as server:
        line = await RedisLine.to(read_address(Secret(server.url)))
        asked = [line.ask("GET", str(number)) for number in range(3)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(each) for each in found] == [ConnectionError] * 3
        with pytest.raises(ConnectionError, match="is closed"):
            await line.ask("PING")


async def test_a_line_that_was_never_there_can_be_closed() -> None:
    """Closing what is not open does nothing, twice over."""
    line = RedisLine()
    line.close()
    line.close()
    with pytest.raises(ConnectionError):
        await line.ask("PING")


class Sink(asyncio.Transport):
    """Counts how often it was aborted."""

    aborted = 0

    def write(self, data: Any) -> None:
        """Nowhere."""

    def abort(self) -> None:
        self.aborted += 1


@pytest.mark.parametrize(
    "data",
    [
        b"+unasked\r\n",
        b"?\r\n",
        b"\r\n",
        b"$x\r\n",
        b"*x\r\n",
        b"*1\r\n" * 5_000 + b":1\r\n",
        b"+\xff\r\n",
        b"-\xff\r\n",
        b"_\r\n",
        b"%1\r\n+a\r\n+b\r\n",
    ],
)
async def test_bytes_that_are_no_reply_end_the_line(data: bytes) -> None:
    """Unasked, unknown, RESP3, half characters, nesting without end: it is closed, and never an error of ours."""
    line, sink = RedisLine(), Sink()
    line.connection_made(sink)
    asked = [] if data.startswith(b"+un") else [line.ask("PING")]
    line.data_received(data)
    assert (line.open, sink.aborted) == (False, 1)
    assert all(isinstance(each.exception(), ConnectionError) for each in asked)


NESTED = st.recursive(
    st.none() | st.integers(-(10**15), 10**15) | st.text(max_size=12), lambda part: st.lists(part, max_size=4)
)


def written(value: Any) -> bytes:
    """A value as Redis writes it."""
    if value is None:
        return b"$-1\r\n"
    if isinstance(value, int):
        return b":%d\r\n" % value
    if isinstance(value, str):
        return b"$%d\r\n%b\r\n" % (len(value.encode()), value.encode())
    return b"*%d\r\n" % len(value) + b"".join(map(written, value))


@given(NESTED, st.binary(max_size=5))
@settings(max_examples=80)
def test_every_value_comes_back_and_ends_where_it_ends(value: Any, more: bytes) -> None:
    """Texts, numbers, nothing and lists of these are read as they were written, up to their last byte."""
    data = written(value)
    assert _read(bytearray(data + more), 0) == (value, len(data))


@given(NESTED, st.data())
@settings(max_examples=60)
def test_a_reply_that_was_cut_is_not_there_yet(value: Any, data: st.DataObject) -> None:
    """However a reply is cut short, nothing is read of it."""
    whole = written(value)
    assert _read(bytearray(whole[: data.draw(st.integers(0, len(whole) - 1))]), 0) is None


async def test_an_error_inside_a_list_is_a_part_of_it() -> None:
    """A script's error among other values is given as it is."""
    found = _read(bytearray(b"*2\r\n:1\r\n-ERR bad\r\n"), 0)
    assert found is not None
    assert found[0][0] == 1
    assert isinstance(found[0][1], RedisRefused)


@pytest.mark.parametrize(
    "url",
    [
        "redis://h/1/2",
        "redis://h/-1",
        "redis://h/x",
        "redis://h:99999",
        "redis://h:x",
        "redis:///0",
        "unix://",
        "redis",
        "redis://[::1",
        "http://h",
        "rediss:",
    ],
)
def test_addresses_that_lead_nowhere(url: str) -> None:
    """Each is one sentence at the key of the file."""
    with pytest.raises(Mistake, match="is expected") as found:
        read_address(Secret(url))
    assert found.value.key == "gateway.redis"


async def test_a_script_is_loaded_once_and_named_then() -> None:
    """The first run loads it, all run it by its digest, with this process's sign of life in front."""
    async with far(DIGEST, b":1\r\n", b":2\r\n") as server, shared(server) as made:
        assert [await made.run("return 1", ["k"], ["x"]) for _ in range(2)] == [1, 2]
        alive = f"{SPACE}alive:{made.worker}"
        evalsha = ["EVALSHA", "abc", "2", alive, f"{SPACE}k", made.worker, str(ALIVE), "x"]
    assert server.asked == [["SCRIPT", "LOAD", "return 1"], evalsha, evalsha]


async def test_a_forgotten_script_is_loaded_again_once() -> None:
    """NOSCRIPT is answered by loading; when it stays so Redis counts as gone."""
    noscript = b"-NOSCRIPT none\r\n"
    async with far(DIGEST, noscript, DIGEST, b":5\r\n") as server, shared(server) as made:
        assert await made.run("s", [], []) == 5
    assert server.words == ["SCRIPT", "EVALSHA", "SCRIPT", "EVALSHA"]
    async with far(*[DIGEST, noscript] * 3) as server, shared(server) as made:
        with pytest.raises(Gone):
            await made.run("s", [], [])
    assert server.words == ["SCRIPT", "EVALSHA"] * 2


@pytest.mark.parametrize("reply", [b"-OOM full\r\n", b"-READONLY x\r\n", b"HTTP/1.1 200 OK\r\n", b""])
async def test_a_redis_of_no_use_is_left_alone_for_a_while(reply: bytes) -> None:
    """After an error nothing is asked for a second; it is told once, and this process has another name then."""
    said: list[str] = []
    async with far(*([DIGEST, reply] if reply else [DIGEST])) as server, shared(server, "closed", said) as made:
        name = made.worker
        for _ in range(3):
            with pytest.raises(Gone):
                await made.run("s", [], [])
        assert (made.lost, made.away, made.worker != name) == (1, True, True)
    assert server.words == ["SCRIPT", "EVALSHA"]
    assert len(said) == 1
    assert said[0].endswith("requests are refused until it can")


@pytest.mark.parametrize("gone", ["closed", "open"])
async def test_what_is_told_shows_no_address(gone: str) -> None:
    """The line for whoever runs the server has neither host nor password."""
    said: list[str] = []
    made = Shared(Secret("redis://:hunter2@127.0.0.1:9/0"), gone, said.append)  # type: ignore[arg-type]
    with pytest.raises(Gone):
        await made.run("s", [], [])
    await made.aclose()
    assert "hunter2" not in said[0]
    assert "127.0.0.1" not in said[0]


def limiter(made: Shared, *rules: Rule) -> SharedLimiter:
    return SharedLimiter(Plans(rules or [Rule(Scope("all"), "tokens", 100)], Meters()), made)


async def test_no_limit_asks_no_redis() -> None:
    """A request that no limit is about is admitted without a word."""
    async with far() as server, shared(server) as made:
        free = SharedLimiter(Plans([], Meters()), made)
        await free.admit(exchange())
        await free.settle(exchange())
    assert server.asked == []


async def test_what_a_limit_sends() -> None:
    """Of each meter what it counts, its amount, and how many: tokens their number, all else one."""
    rules = [Rule(Scope("all"), what, 9) for what in ("requests", "tokens", "concurrency")]  # type: ignore[arg-type]
    told = b"*7\r\n:0\r\n" + b"$1\r\n8\r\n$3\r\n6.5\r\n" * 3
    async with far(DIGEST, told) as server, shared(server) as made:
        both, request = limiter(made, *rules), exchange(tokens=7)
        await both.admit(request)
        assert server.asked[1][-9:] == ["requests", "9", "1", "tokens", "9", "7", "concurrency", "9", "1"]
        assert dict(both.headers(request))[b"x-ratelimit-remaining-tokens"] == b"8"


async def test_an_estimate_that_was_right_is_not_corrected() -> None:
    """Nothing is sent when there is nothing to give back."""
    told = b"*3\r\n:0\r\n$2\r\n93\r\n$1\r\n4\r\n"
    async with far(DIGEST, told) as server, shared(server) as made:
        one, request = limiter(made), exchange(tokens=7)
        await one.admit(request)
        await one.settle(answered(request, 3, 4))
        await asyncio.gather(*made._loose)
    assert server.words == ["SCRIPT", "EVALSHA"]


async def test_the_refusal_of_redis_is_that_of_the_meter_it_names() -> None:
    """Its number counts from one; `inf` means never."""
    rules = [Rule(Scope("all"), "requests", 5), Rule(Scope("key"), "tokens", 6)]
    async with far(DIGEST, b"*2\r\n:2\r\n$3\r\ninf\r\n") as server, shared(server) as made:
        with pytest.raises(Refusal, match=r"this key is 6 tokens a minute, and this request alone may take 9"):
            await limiter(made, *rules).admit(exchange(tokens=9))


def wanted(nanos: int = 5) -> Any:
    return reservation([account(Budget(Scope("all"), parse_cap("1 USD/day")), "", 0)], nanos)


async def test_a_book_whose_redis_is_gone_lets_pass_and_owes() -> None:
    """Open: the request passes, its cost is owed, and is booked when Redis is back."""
    async with far(DIGEST, b"*1\r\n$1\r\n7\r\n", b"*1\r\n$1\r\n9\r\n") as server:
        made = Shared(Secret("redis://127.0.0.1:9/0"), "open", [].append)
        book, first = SharedBook(made), wanted()
        states = await book.reserve(first, {"block"})
        assert [state.fits for state in states] == [True]
        assert await book.settle(first, 7) == []
        made._where, made._back_at = read_address(Secret(server.url)), 0.001
        await book.settle(wanted(), 2)
        await made.aclose()
    assert [each[-2:] for each in server.asked[1:]] == [["0", "7"], ["5", "2"]]


async def test_a_book_whose_redis_is_gone_may_refuse() -> None:
    """Closed: 503, and nothing is owed."""
    made = Shared(Secret("redis://127.0.0.1:9/0"), "closed", [].append)
    with pytest.raises(Refusal) as found:
        await SharedBook(made).reserve(wanted(), {"block"})
    await made.aclose()
    assert (found.value.status, found.value.code) == (503, "budgets_unavailable")


async def test_only_accounts_that_redis_knows_are_told() -> None:
    """An account that nobody has spent on is not there; without any account nothing is asked."""
    async with far(DIGEST, b"*2\r\n$1\r\n3\r\n$0\r\n\r\n") as server, shared(server) as made:
        assert await spent_in(made, ["a", "b"]) == {"a": 3}
        assert await spent_in(made, []) == {}
    assert server.asked[1][4:6] == [SPACE + name_of("a"), SPACE + name_of("b")]
