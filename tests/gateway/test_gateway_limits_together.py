"""Limits of several processes, counted in a real Redis."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from limits_support import Caller, answered, exchange
from redis_support import buried, killed, needs_redis, redis, sharing

from seatrial.core.errors import Mistake
from seatrial.gateway.config import Terms
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.limits.meters import Meters, Plans
from seatrial.gateway.limits.rule import Rule, What
from seatrial.gateway.limits.scope import parse_scope
from seatrial.gateway.limits.shared import Shared
from seatrial.gateway.limits.together import SharedLimiter
from seatrial.gateway.wire.errors import Refusal
from seatrial.targets.secret import Secret

pytestmark = needs_redis


def limiter(shared: Shared, *rules: tuple[str, What, int]) -> SharedLimiter:
    return SharedLimiter(Plans([Rule(parse_scope(of), what, amount) for of, what, amount in rules], Meters()), shared)


@asynccontextmanager
async def two(folder: Path, *rules: tuple[str, What, int]) -> AsyncIterator[tuple[SharedLimiter, SharedLimiter]]:
    """The limiters of two processes."""
    async with redis(folder) as server, sharing(server, "closed") as one, sharing(server, "closed") as other:
        yield limiter(one, *rules), limiter(other, *rules)


async def admitted(limits: SharedLimiter, made: Exchange | None = None) -> bool:
    try:
        await limits.admit(made or exchange())
    except Refusal:
        return False
    return True


async def burst(several: Sequence[SharedLimiter], count: int) -> int:
    """How many of so many requests get in that come all at once, in turn to each process."""
    return sum(await asyncio.gather(*(admitted(several[number % len(several)]) for number in range(count))))


@pytest.mark.parametrize(("what", "amount"), [("concurrency", 30), ("requests", 30), ("tokens", 300)])
async def test_two_processes_admit_no_more_than_one_would(what: What, amount: int, tmp_path: Path) -> None:
    """Of 200 clients at once exactly the limit gets in (ten tokens each), and what an instant gives back."""
    async with two(tmp_path, ("all", what, amount)) as several:
        begin = time.monotonic()
        count = await burst(several, 200)
    assert 30 <= count <= 30 + (0 if what == "concurrency" else (time.monotonic() - begin) / 2 + 1)


async def test_a_request_is_counted_by_all_its_limits_or_by_none(tmp_path: Path) -> None:
    """What the limit of a key refuses is not taken from that of all."""
    async with two(tmp_path, ("all", "requests", 3)) as (limits, _):
        bound = Caller(terms=Terms(rpm=1))
        assert [await admitted(limits, exchange(bound)) for _ in range(5)] == [True, *[False] * 4]
        assert [await admitted(limits, exchange(Caller("k2"))) for _ in range(3)] == [True, True, False]


async def test_tokens_are_corrected_in_redis(tmp_path: Path) -> None:
    """An estimate that was too high gives room to the other process, one that was too low takes it."""
    async with two(tmp_path, ("all", "tokens", 100)) as (one, other):
        made = exchange(tokens=90)
        await one.admit(made)
        assert not await admitted(other, exchange(tokens=60))
        await one.settle(answered(made, 20, 10))
        await asyncio.gather(*one._shared._loose)
        assert await admitted(other, exchange(tokens=60))


async def test_headers_are_those_of_all_processes(tmp_path: Path) -> None:
    """What is left is what all processes have left."""
    async with two(tmp_path, ("all", "requests", 10), ("all", "tokens", 600)) as (one, other):
        await one.admit(exchange())
        made = exchange()
        await other.admit(made)
        found = dict(other.headers(made))
    assert found[b"x-ratelimit-remaining-requests"] == b"8"
    assert found[b"x-ratelimit-remaining-tokens"] == b"580"


async def test_a_refusal_names_the_limit_and_the_wait(tmp_path: Path) -> None:
    """The second request of a minute is told to come again within the minute; too large a one, never."""
    async with two(tmp_path, ("all", "requests", 1), ("model:support", "tokens", 50)) as (one, other):
        with pytest.raises(Refusal, match="this model is 50 tokens a minute") as never:
            await one.admit(exchange(tokens=51))
        await one.admit(exchange())
        with pytest.raises(Refusal, match="all clients is 1 requests a minute") as later:
            await other.admit(exchange())
    assert dict(never.value.headers) == {b"x-should-retry": b"false"}
    assert 58 <= int(dict(later.value.headers)[b"retry-after"]) <= 60


async def test_any_schedule_of_clients_keeps_the_bound_of_places(tmp_path: Path) -> None:
    """200 clients who come and go over two processes are never more than the limit at the same time."""
    draw, inside, most = random.Random(5), set[int](), 0
    async with two(tmp_path, ("all", "concurrency", 12)) as several:

        async def client(number: int) -> None:
            nonlocal most
            await asyncio.sleep(draw.uniform(0, 0.3))
            limits, made = several[number % 2], exchange()
            if await admitted(limits, made):
                inside.add(number)
                most = max(most, len(inside))
                await asyncio.sleep(draw.uniform(0, 0.05))
                inside.discard(number)
                await limits.settle(made)

        await asyncio.gather(*map(client, range(200)))
        await asyncio.gather(*several[0]._shared._loose, *several[1]._shared._loose)
        assert await burst(several, 40) == 12
    assert 3 <= most <= 12


KILLED = """
import asyncio, sys
sys.path.insert(0, sys.argv[2])
from test_gateway_limits_together import *
async def main():
    limits = limiter(Shared(Secret(sys.argv[1]), "closed", print), ("all", "concurrency", 5))
    for _ in range(5):
        await limits.admit(exchange())
    print("ready", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_a_killed_process_gives_its_places_up(tmp_path: Path) -> None:
    """Places of a process that was killed by -9 are free when its sign of life has run out."""
    async with redis(tmp_path) as server, sharing(server) as shared:
        limits = limiter(shared, ("all", "concurrency", 5))
        await killed(KILLED, server.url, str(Path(__file__).parent))
        assert not await admitted(limits)
        await buried(shared)
        await asyncio.sleep(0.02)
        assert await burst([limits], 8) == 5


async def test_without_redis_open_counts_alone_and_says_so_once(tmp_path: Path) -> None:
    """While Redis is gone requests are counted by this process, marked in a header, and one line says it."""
    said: list[str] = []
    async with redis(tmp_path) as server, sharing(server, "open", said) as shared:
        limits, made = limiter(shared, ("all", "requests", 3)), exchange()
        await server.stop()
        await limits.admit(made)
        assert (b"x-seatrial-limits", b"unshared") in limits.headers(made)
        assert await burst([limits], 5) == 2
        await limits.settle(made)
    assert len(said) == 1
    assert "let pass" in said[0]


async def test_without_redis_closed_refuses(tmp_path: Path) -> None:
    """503 with Retry-After, where that was chosen."""
    async with redis(tmp_path) as server, sharing(server, "closed") as shared:
        await server.stop()
        with pytest.raises(Refusal) as found:
            await limiter(shared, ("all", "requests", 3)).admit(exchange())
    assert (found.value.status, found.value.code) == (503, "limits_unavailable")


async def test_redis_is_used_again_when_it_is_back(tmp_path: Path) -> None:
    """A Redis that was started anew, without any script, is asked again after a pause."""
    said: list[str] = []
    async with redis(tmp_path) as server, sharing(server, "closed", said) as shared:
        limits = limiter(shared, ("all", "requests", 3))
        assert await admitted(limits)
        await server.stop()
        assert not await admitted(limits)
        await server.start()
        shared._back_at = 0.001
        assert await admitted(limits)
    assert [line.partition(" (")[0] for line in said] == ["Redis cannot be asked", "Redis can be asked again"]


async def test_who_leaves_while_it_is_admitted_holds_no_place(tmp_path: Path) -> None:
    """Cancelled in the middle of the question, a request gives back the place that it may have got."""
    async with two(tmp_path, ("all", "concurrency", 1)) as (limits, other):
        await admitted(other, (first := exchange()))
        await other.settle(first)
        for _ in range(20):
            task = asyncio.ensure_future(limits.admit(made := exchange()))
            await asyncio.sleep(0.0002)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            if not task.cancelled():
                await limits.settle(made)
            await asyncio.gather(*limits._shared._loose)
        assert await admitted(other)


async def test_names_in_redis_show_nobody(tmp_path: Path) -> None:
    """Neither keys nor users nor projects can be read from the names in Redis."""
    async with redis(tmp_path) as server, sharing(server) as shared:
        limits = limiter(shared, ("user:*", "requests", 3), ("project:*", "requests", 3))
        await limits.admit(exchange(Caller("key-7", "secret-project"), user="ann@example.org"))
        names = " ".join(await shared.ask("KEYS", "*"))
    assert not any(word in names for word in ("ann", "key-7", "secret-project"))


async def test_an_address_that_is_none_is_a_mistake() -> None:
    """What cannot be a Redis is told without showing what was written, which may be a password."""
    with pytest.raises(Mistake, match="rediss://host or unix:///path is expected") as found:
        Shared(Secret("http://:hunter2@host"), "open", print)
    assert "hunter2" not in str(found.value)
