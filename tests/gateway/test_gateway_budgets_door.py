"""Budgets and limits through the whole gateway: over sockets, with a far side that tells its usage."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from gateway_support import Answer, config, gateway, process
from redis_support import needs_redis, redis
from upstream import CUT, Asked, Upstream, answer

from seatrial.app.serving.reading import read_gateway
from seatrial.core.errors import Mistake
from seatrial.gateway.budgets.events import NAME, Event
from seatrial.gateway.budgets.kept import Kept

DOLLAR = 1_000_000_000
PRICED = "price: {input: 0, output: 1000}"
"""A thousandth of a dollar a token of the answer."""


def used(tokens: int) -> Any:
    """Answers that took so many tokens."""
    return answer("Hello", usage={"prompt_tokens": 0, "completion_tokens": tokens, "total_tokens": tokens})


def spent(folder: Path) -> int:
    """Nano-units on the one account that there is."""
    kept = Kept(folder)
    try:
        return sum(kept.totals().values())
    finally:
        kept.close()


def budget(limit: str = "1 USD/month", then: str = "block", of: str = "all", more: str = "") -> str:
    return f'budgets: [{{of: "{of}", limit: {limit}, then: {then}}}]\n{more}'


async def test_what_was_spent_is_booked_and_the_end_is_refused(tmp_path: Path) -> None:
    """Two answers of half a dollar use up one dollar; the third request is told that the quota is used up."""
    async with Upstream(used(500)) as far, gateway(config(far.url, target=PRICED, gateway=budget()), tmp_path) as door:
        replies = [await door.chat(max_tokens=500) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert replies[2].error == "insufficient_quota"
    assert replies[2].headers["x-should-retry"] == "false"
    assert int(replies[2].headers["retry-after"]) <= 31 * 86400
    assert len(far.requests) == 2
    assert spent(tmp_path / ".seatrial") == DOLLAR


async def test_a_hundred_at_once_overshoot_by_one_at_the_most(tmp_path: Path) -> None:
    """A hundred clients at once, who do not say how long answers may be, spend at most a cap and one answer."""
    text = config("{}", target=PRICED, gateway=budget())
    async with Upstream(used(70)) as far, gateway(text.replace("{}", far.url), tmp_path) as door:
        replies = await asyncio.gather(*(door.chat() for _ in range(100)))
        assert {reply.status for reply in replies} == {200, 429}
        for _ in range(30):
            await door.chat(max_tokens=70)
    assert DOLLAR - 70_000_000 <= spent(tmp_path / ".seatrial") <= DOLLAR + 70_000_000


async def test_each_level_is_written_once(tmp_path: Path) -> None:
    """Half, four fifths and all of a budget are one line each, also over a restart."""
    async with Upstream(used(300)) as far:
        text = config(far.url, target=PRICED, gateway=budget(then="warn"))
        for _ in range(2):
            async with gateway(text, tmp_path) as door:
                for _ in range(2):
                    await door.chat(max_tokens=1)
    lines = (tmp_path / ".seatrial" / NAME).read_bytes().splitlines()
    events = [Event(**json.loads(line)) for line in lines]
    assert [(each.level, each.spent) for each in events] == [(50, 600_000_000), (80, 900_000_000), (100, 1_200_000_000)]


async def test_a_used_up_budget_moves_to_the_cheaper_model(tmp_path: Path) -> None:
    """`downgrade to small`: further requests are answered by the deployment of that model, and cost goes on."""
    small = "models:\n    small: {deployments: [{target: two}]}"
    async with Upstream(used(1000)) as dear, Upstream(used(1)) as cheap:
        text = config(dear.url, cheap.url, target=PRICED, gateway=budget(then="downgrade to small"))
        text = text.replace("  models:", f"  {small}").replace("        - {target: two}\n", "")
        async with gateway(text, tmp_path) as door:
            replies = [await door.chat(max_tokens=1000) for _ in range(3)]
    assert [reply.headers["x-seatrial-deployment"] for reply in replies] == ["one", "two", "two"]
    assert spent(tmp_path / ".seatrial") == DOLLAR + 2_000_000


async def test_failures_cost_nothing_and_hold_nothing(tmp_path: Path) -> None:
    """A request that nobody answered gives back what was set aside for it."""
    bad = [b"HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}"]
    async with Upstream(bad) as far, gateway(config(far.url, target=PRICED, gateway=budget()), tmp_path) as door:
        assert [(await door.chat(max_tokens=900)).status for _ in range(3)] == [400] * 3
    assert spent(tmp_path / ".seatrial") == 0


async def test_a_stream_without_usage_is_estimated(tmp_path: Path) -> None:
    """Forty characters of a stream that tells no usage are booked as ten tokens."""
    frame = {"choices": [{"index": 0, "delta": {"content": "x" * 20}, "finish_reason": None}]}
    last = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    frames = b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in (frame, frame, last))
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
    async with (
        Upstream([head, frames + b"data: [DONE]\n\n", CUT]) as far,
        gateway(config(far.url, target=PRICED, gateway=budget()), tmp_path) as door,
    ):
        assert (await door.chat(stream=True)).status == 200
    assert spent(tmp_path / ".seatrial") == 10_000_000


async def test_limits_are_told_over_the_wire(tmp_path: Path) -> None:
    """Replies carry what is left; the one too many is 429 with the time to wait."""
    async with Upstream(used(1)) as far, gateway(config(far.url, gateway="limits: {rpm: 2}"), tmp_path) as door:
        replies = [await door.chat() for _ in range(3)]
    assert [reply.headers.get("x-ratelimit-remaining-requests") for reply in replies] == ["1", "0", None]
    assert (replies[2].status, replies[2].error) == (429, "rate_limit_exceeded")
    assert 28 <= int(replies[2].headers["retry-after"]) <= 30


async def test_limits_stay_when_the_file_is_read_again(tmp_path: Path) -> None:
    """A reload gives nobody a second amount."""
    async with Upstream(used(1)) as far, gateway(config(far.url, gateway="limits: {rpm: 2}"), tmp_path) as door:
        first = [(await door.chat()).status for _ in range(2)]
        await door.application.reload()
        assert [*first, (await door.chat()).status] == [200, 200, 429]


async def test_a_client_that_leaves_holds_no_place(tmp_path: Path) -> None:
    """A request that was hung up on gives its place back."""

    def slowly(asked: Asked) -> Any:
        return [60.0] if b"slow" in asked.body else used(1)

    async with Upstream(slowly) as far, gateway(config(far.url, gateway="limits: {concurrency: 1}"), tmp_path) as door:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await door.chat("slow")
        await asyncio.sleep(0.2)
        assert (await door.chat()).status == 200


@needs_redis
async def test_two_gateways_with_one_killed_keep_one_budget(tmp_path: Path) -> None:
    """200 clients over two processes and a Redis, one killed by -9 in the middle: a cap and one answer at the most."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    script = [0.02, *used(20)]
    async with redis(tmp_path) as server, Upstream(script) as far:
        text = config(far.url, target=PRICED, gateway=budget(more=f"redis: {server.url}\nredis_gone: closed\n"))
        async with process(text, tmp_path / "a") as one, process(text, tmp_path / "b") as other:

            async def client(number: int) -> Answer | None:
                if number == 60:
                    one.process.kill()
                try:
                    return await (one if number % 2 else other).chat(max_tokens=20)
                except Exception:  # noqa: BLE001  its gateway was killed
                    return None

            replies = await asyncio.gather(*map(client, range(200)))
    good = [reply for reply in replies if reply is not None and reply.status == 200]
    # what the killed one had in flight is asked, and booked by nobody: at the most what it had set aside
    assert len(far.requests) * 20_000_000 <= 2 * DOLLAR
    assert 0 < len(good) * 20_000_000 <= DOLLAR + 20_000_000


async def test_two_workers_without_redis_keep_one_budget(tmp_path: Path) -> None:
    """Workers of one server share a file: a hundred clients at once spend a cap and one answer at the most."""
    async with Upstream([0.01, *used(20)]) as far:
        text = config(far.url, target=PRICED, gateway=budget())
        async with process(text, tmp_path, "--workers", "2") as door:
            replies = await asyncio.gather(*(door.chat(max_tokens=20) for _ in range(100)))
            assert await door.ended() == 0
    assert {reply.status for reply in replies} == {200, 429}
    assert len(far.requests) * 20_000_000 <= DOLLAR + 20_000_000
    assert spent(tmp_path / ".seatrial") == len(far.requests) * 20_000_000


MISTAKES = {
    "budgets: [{of: everyone, limit: 1 USD/day}]": "is expected, 'everyone' was found",
    'budgets: [{of: "model:nope", limit: 1 USD/day}]': "there is no model `nope`",
    "budgets: [{of: all, limit: a lot}]": "an amount such as 200 USD/month",
    "budgets: [{of: all, limit: 1 EUR/day}]": "the budget is in EUR, but `one` is priced in USD",
    "budgets: [{of: all, limit: 1 USD/day, then: shout}]": "`warn`, `block` or `downgrade to MODEL`",
    "budgets: [{of: all, limit: 1 USD/day, then: downgrade to tiny}]": "there is no model `tiny`",
    "limits: {rpm: many}": "a number such as 600",
    'rate_limits: [{of: "user", rpm: 5}]': "is expected, 'user' was found",
}


@pytest.mark.parametrize("written", sorted(MISTAKES))
async def test_mistakes_are_told_with_their_line(written: str, tmp_path: Path) -> None:
    """What cannot be is told at the start, with file and line."""
    with pytest.raises(Mistake, match=r"seatrial\.yaml:") as found:
        async with gateway(config("http://127.0.0.1:9", target=PRICED, gateway=written), tmp_path):
            pass
    assert MISTAKES[written] in str(found.value)
    assert read_gateway(tmp_path / "seatrial.yaml").routes
