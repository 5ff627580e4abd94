"""The connection to Redis: its bytes, its address, and what happens when it breaks off."""

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis_support import needs_redis, redis, sharing

from seatrial.core.errors import Mistake
from seatrial.gateway.limits.redis_line import RedisLine, RedisRefused, read_address
from seatrial.gateway.limits.shared import Gone
from seatrial.targets.secret import Secret

REPLIES: list[tuple[bytes, Any]] = [
    (b"+OK\r\n", "OK"),
    (b":-7\r\n", -7),
    (b"$5\r\na\r\nbc\r\n", "a\r\nbc"),
    (b"$-1\r\n", None),
    (b"$0\r\n\r\n", ""),
    (b"*3\r\n:1\r\n*1\r\n$1\r\nx\r\n$-1\r\n", [1, ["x"], None]),
    (b"*0\r\n", []),
]


class Sink(asyncio.Transport):
    """Takes what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def abort(self) -> None:
        self.written += b"<aborted>"


def line() -> tuple[RedisLine, Sink]:
    made, sink = RedisLine(), Sink()
    made.connection_made(sink)
    return made, sink


@given(st.lists(st.sampled_from(range(len(REPLIES))), min_size=1, max_size=8), st.lists(st.integers(1, 9), max_size=40))
@settings(max_examples=50)
def test_replies_are_the_same_in_whatever_pieces_they_come(chosen: list[int], sizes: list[int]) -> None:
    """Each reply goes to whoever asked, in order, however the bytes are cut."""

    async def read() -> list[Any]:
        made, _ = line()
        asked = [made.ask("PING") for _ in chosen]
        data = b"".join(REPLIES[each][0] for each in chosen)
        for size in sizes:
            made.data_received(data[:size])
            data = data[size:]
        made.data_received(data)
        return await asyncio.gather(*asked)

    assert asyncio.run(read()) == [REPLIES[each][1] for each in chosen]


async def test_commands_are_written_by_length() -> None:
    """No text can be taken for a command, whatever is in it."""
    made, sink = line()
    made.ask("SET", "k\r\nDEL x", 5).cancel()
    assert sink.written == b"*3\r\n$3\r\nSET\r\n$8\r\nk\r\nDEL x\r\n$1\r\n5\r\n"


async def test_a_reply_to_somebody_who_left_is_nobody_elses() -> None:
    """A command that was given up has its reply thrown away; the next gets its own."""
    made, _ = line()
    made.ask("GET", "a").cancel()
    second = made.ask("GET", "b")
    made.data_received(b"$1\r\na\r\n$1\r\nb\r\n")
    assert await second == "b"


async def test_an_error_is_raised_with_its_words() -> None:
    """What Redis refuses says why."""
    made, _ = line()
    asked = made.ask("GET", "a")
    made.data_received(b"-WRONGTYPE Operation\r\n")
    with pytest.raises(RedisRefused, match="WRONGTYPE"):
        await asked


@pytest.mark.parametrize("bad", [b"HTTP/1.1 400 Bad Request\r\n", b":1x\r\n", b"$1\r\n\xff\r\n"])
async def test_what_is_no_redis_is_left(bad: bytes) -> None:
    """A server that speaks something else is hung up on, and whoever waits is told."""
    made, _ = line()
    asked = made.ask("PING")
    made.data_received(bad)
    with pytest.raises(ConnectionError):
        await asked
    with pytest.raises(ConnectionError):
        await made.ask("PING")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://h", ("h", 6379, None, False, "", "", "0")),
        ("rediss://u:p%40ss@h:7000/3", ("h", 7000, None, True, "u", "p@ss", "3")),
        ("unix:///run/redis.sock", ("", 6379, "/run/redis.sock", False, "", "", "0")),
    ],
)
def test_addresses_are_read(url: str, expected: Any) -> None:
    """Host, port, TLS, user, password and database."""
    assert read_address(Secret(url)) == expected


@pytest.mark.parametrize("url", ["", "http://hunter2@h", "redis://", "redis://h:hunter2/0", "redis://h/hunter2"])
def test_what_is_no_address_is_a_mistake_that_shows_nothing(url: str) -> None:
    """What was written may hold a password."""
    with pytest.raises(Mistake, match="is expected") as found:
        read_address(Secret(url))
    assert "hunter2" not in str(found.value)


@needs_redis
async def test_the_password_opens(tmp_path: Path) -> None:
    """Without the password Redis refuses, with it a database can be chosen."""
    async with redis(tmp_path) as server, sharing(server) as shared:
        await shared.ask("CONFIG", "SET", "requirepass", "s3cret")
        with pytest.raises(RedisRefused, match="NOAUTH"):
            await (open_ := await RedisLine.to(read_address(Secret(server.url)))).ask("PING")
        open_.close()
        made = await RedisLine.to(read_address(Secret(f"redis://:s3cret@127.0.0.1:{server.port}/2")))
        assert await made.ask("PING") == "PONG"
        made.close()


@needs_redis
async def test_a_redis_that_hangs_is_gone_and_comes_back(tmp_path: Path) -> None:
    """A server that accepts and says nothing is given up after two seconds; when it goes on it is asked again."""
    async with redis(tmp_path) as server, sharing(server) as shared:
        assert await shared.run("return ARGV[3]", [], ["x"]) == "x"
        name = shared.worker
        assert server._process is not None
        server._process.send_signal(signal.SIGSTOP)
        with pytest.raises(Gone):
            await shared.run("return ARGV[3]", [], ["y"])
        server._process.send_signal(signal.SIGCONT)
        shared._back_at = 0.001
        assert await shared.run("return ARGV[3]", [], ["z"]) == "z"
        assert shared.worker != name
