"""The cache over real sockets: what is given again, to whom, and what is not."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gateway_support import Answer, Within, config, gateway
from upstream import CUT, DONE, RESET, Upstream, answer, events, faults, frame, stream, until, whole

from seatrial.core.errors import Mistake
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.keys.key import KeyRecord

CACHE = "cache: {ttl: 1h}\nretry: {attempts: 1}"
SAYS = [{"role": "user", "content": "Hi"}]


class Seen:
    """A recorder that shows what it gets."""

    def __init__(self) -> None:
        self.all: list[Exchange] = []

    def put(self, exchange: Exchange) -> None:
        self.all.append(exchange)


def how(*replies: Answer) -> list[str | None]:
    """How each met the cache."""
    return [reply.headers.get("x-seatrial-cache") for reply in replies]


async def chat(door: Within, text: str = "Hi", **more: Any) -> Answer:
    """A chat that is over for the gateway, too, when its reply is here."""
    return await settled(door, await door.chat(text, **more))


async def settled(door: Within, reply: Answer) -> Answer:
    """The reply, once what it came to is kept."""
    await until(lambda: not door.application.in_flight)
    return reply


async def say(door: Within, body: bytes | dict[str, Any], path: str = "chat/completions", **headers: str) -> Answer:
    """A request with headers, whose names are written with `_`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await settled(door, await door.ask(f"/v1/{path}", body, headers=named))


async def test_the_same_request_is_answered_once(tmp_path: Path) -> None:
    """The second has the first's bytes with an age, and the provider hears of one."""
    async with Upstream(answer("Hello")) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        first, second = await chat(door), await chat(door)
        assert how(first, second) == ["miss", "hit"]
        assert (first.body, first.headers["content-type"]) == (second.body, second.headers["content-type"])
        assert (int(second.headers["age"]), "age" in first.headers, len(far.requests)) == (0, False, 1)
        assert first.headers["x-seatrial-id"] != second.headers["x-seatrial-id"]


async def test_spaces_order_and_who_asks_make_no_difference(tmp_path: Path) -> None:
    """Requests that mean the same are the same."""
    alike = [
        b'{"model":"support","messages":[{"role":"user","content":"Hi"}],"temperature":0.5}',
        b'{ "temperature": 5e-1, "messages": [{"content": "\\u0048i", "role": "user"}],\n"model": "support" }',
        b'{"model":"support","stream":false,"messages":[{"role":"user","content":"Hi"}],"temperature":0.5,"user":"ann"}',
        b'{"metadata":{"a":"b"},"model":"support","messages":[{"role":"user","content":"Hi"}],"temperature":0.5}',
    ]
    async with Upstream(answer()) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        assert how(*[await say(door, body) for body in alike]) == ["miss", "hit", "hit", "hit"]


@pytest.mark.parametrize(
    "more",
    [
        {"temperature": 0.1},
        {"seed": 1},
        {"n": 2},
        {"max_tokens": 5},
        {"tools": []},
        {"messages": [*SAYS, *SAYS]},
        {"messages": [{"role": "user", "content": "Hi "}]},
        {"something_new": 1},
        {"response_format": {"type": "json_object"}},
    ],
)
async def test_whatever_else_differs_is_another_request(tmp_path: Path, more: dict[str, Any]) -> None:
    """Every field counts, also one that nobody knows."""
    async with Upstream(answer()) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        plain: dict[str, Any] = {"model": "support", "messages": SAYS}
        assert how(await say(door, plain), await say(door, plain | more)) == ["miss", "miss"]


async def test_beta_headers_and_regions_decide_others_do_not(tmp_path: Path) -> None:
    """What changes the answer, or where it is made, is part of the request."""
    async with Upstream(answer()) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        body = {"model": "support", "messages": SAYS}
        replies = [await say(door, body), await say(door, body, user_agent="x"), await say(door, body, openai_beta="a")]
        replies += [await say(door, body, x_seatrial_region="eu"), await say(door, body, openai_beta="a")]
        assert how(*replies) == ["miss", "hit", "miss", "miss", "hit"]


async def test_a_stream_is_given_again_event_by_event(tmp_path: Path) -> None:
    """Byte for byte as it came; a whole answer to the same words is another one."""
    scripts = [stream("Hel", "lo"), answer("Hello")]
    async with Upstream(*scripts) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        first, second, plain = await chat(door, stream=True), await chat(door, stream=True), await chat(door)
        assert how(first, second, plain) == ["miss", "hit", "miss"]
        assert (first.body == second.body, second.headers["content-type"]) == (True, "text/event-stream")
        assert second.body.endswith(DONE)
        assert len(far.requests) == 2


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(faults.error(500), id="error"),
        pytest.param(faults.html(200), id="html"),
        pytest.param(whole(b'{"error": {"message": "broke", "type": "server_error"}}'), id="error in 200"),
        pytest.param(whole(b'{"choices": [{"finish_reason": "content_filter"}]}'), id="filtered"),
        pytest.param(whole(b'{"choices": [{"finish_reason": null}]}'), id="unfinished"),
        pytest.param(whole(b"[]"), id="no object"),
        pytest.param(whole(b'{"choices": [{"finish_reason": "stop"}]}', 201), id="another status"),
    ],
)
async def test_what_is_no_good_whole_answer_is_not_kept(tmp_path: Path, script: Any) -> None:
    """The next request is asked again, and gets its good answer."""
    async with Upstream(script, answer()) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        await chat(door)
        assert how(await chat(door)) == ["miss"]
        assert (door.application.building.shelf.stats()["in_flight"], len(far.requests)) == (0, 2)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(stream("Hel", end=[CUT], done=False), id="cut"),
        pytest.param(events(frame({"content": "Hel"}), end=[RESET]), id="reset"),
        pytest.param(faults.error_in_stream(), id="error"),
        pytest.param(events(frame({"content": "x"}), frame({}, "content_filter"), DONE), id="filtered"),
        pytest.param(events(frame({"content": "x"}), DONE), id="no reason"),
    ],
)
async def test_a_stream_that_is_not_whole_is_not_kept(tmp_path: Path, script: Any) -> None:
    """A cut, a reset, an error within, and an end that is none."""
    async with Upstream(script, stream("Hello")) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        await chat(door, stream=True)
        assert how(await chat(door, stream=True), await chat(door, stream=True)) == ["miss", "hit"]


@pytest.mark.parametrize(
    ("headers", "second", "third"),
    [
        ({"cache-control": "no-store"}, None, "hit"),
        ({"x-seatrial-cache": "skip"}, None, "hit"),
        ({"cache-control": "max-age=5, no-cache"}, "miss", "hit"),
        ({"pragma": "no-cache"}, "miss", "hit"),
    ],
)
async def test_clients_may_leave_it_out(
    tmp_path: Path, headers: dict[str, str], second: str | None, third: str
) -> None:
    """`no-store` and `skip` leave the cache alone; `no-cache` fetches a new answer, which is then kept."""
    async with Upstream(answer("A"), answer("B")) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        body = {"model": "support", "messages": SAYS}
        first = await chat(door)
        left = await settled(door, await door.ask("/v1/chat/completions", body, headers=headers))
        replies = [first, left, await chat(door)]
        assert how(*replies) == ["miss", second, third]
        assert replies[2].body == replies[0 if second is None else 1].body


async def test_hot_requests_are_not_kept(tmp_path: Path) -> None:
    """Above the file's temperature each is asked; one that names none counts as 1."""
    served = "cache: {temperature: 0.5}"
    async with Upstream(answer()) as far, gateway(config(far.url, served=served), tmp_path) as door:
        replies = [await chat(door, temperature=each) for each in (0.6, 0.6, 0.5, 0.5)]
        assert how(*replies, await chat(door)) == [None, None, "miss", "hit", None]


async def test_without_cache_nothing_is_kept(tmp_path: Path) -> None:
    """It is for those who ask for it."""
    async with Upstream(answer()) as far, gateway(config(far.url), tmp_path) as door:
        assert how(await chat(door), await chat(door)) == [None, None]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("embeddings", {"model": "support", "input": "x"}),
        ("moderations", {"model": "support", "input": "x"}),
    ],
)
async def test_answers_that_do_not_end_are_kept(tmp_path: Path, path: str, body: dict[str, Any]) -> None:
    """Embeddings and moderations name no reason why they end."""
    async with Upstream(whole(b'{"data": []}')) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        assert how(await say(door, body, path), await say(door, body, path)) == ["miss", "hit"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("responses", {"model": "support", "input": "x"}),
        ("chat/completions", {"model": "support", "messages": SAYS, "store": True}),
        ("chat/completions", {"model": "support", "messages": SAYS, "pad": "x" * 525_000}),
    ],
)
async def test_what_the_provider_keeps_and_what_is_huge_is_left_alone(
    tmp_path: Path, path: str, body: dict[str, Any]
) -> None:
    """Responses are built upon later, so each has its own."""
    async with Upstream(answer()) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        assert how(await say(door, body, path), await say(door, body, path)) == [None, None]


@pytest.mark.parametrize(
    ("scope", "met"),
    [
        ("project", ["miss", "hit", "miss", "miss"]),
        ("key", ["miss", "miss", "miss", "miss"]),
        ("everyone", ["miss", "hit", "hit", "miss"]),
    ],
)
async def test_answers_stay_within_their_scope(tmp_path: Path, scope: str, met: list[str]) -> None:
    """Keys of one project share, projects do not unless the file says everyone, environments never do."""
    wishes = [("a", "production"), ("a", "production"), ("b", "production"), ("a", "staging")]
    text = "cache: {scope: " + scope + "}"
    async with Upstream(answer()) as far, gateway(config(far.url, served=text, keys="required"), tmp_path) as door:
        with door.application.keys.open() as store:
            keys = [store.create(KeyRecord(id="", project=p, environment=e))[1] for p, e in wishes]
        door.application.keys.look()
        assert how(*[await chat(door, key=key) for key in keys]) == met


async def test_a_guards_refusal_is_not_kept_and_hits_are_guarded(tmp_path: Path) -> None:
    """A blocked answer is asked again; a kept one passes the guards as a new one does."""
    served = 'cache: {}\nguard: {answer: [{regex: {pattern: "secret", action: block}}]}'
    scripts = [answer("a secret"), answer("fine")]
    async with Upstream(*scripts) as far, gateway(config(far.url, served=served), tmp_path) as door:
        replies = [await chat(door) for _ in range(3)]
        assert [reply.status for reply in replies] == [400, 200, 200]
        assert (how(*replies), len(far.requests)) == ([None, "miss", "hit"], 2)


async def test_what_was_put_back_for_one_is_never_kept(tmp_path: Path) -> None:
    """An answer with a caller's own data in it is his alone."""
    served = "cache: {}\nguard: {request: [{pii: {action: redact, restore: true}}]}"
    async with Upstream(answer("Dear [EMAIL_1]")) as far, gateway(config(far.url, served=served), tmp_path) as door:
        replies = [await chat(door, f"I am {name}@example.org") for name in ("ada", "ada", "bob")]
        assert (how(*replies), len(far.requests)) == ([None, None, None], 3)


async def test_what_a_budget_made_cheaper_is_not_kept(tmp_path: Path) -> None:
    """The answer of the cheaper model is not given in the dearer one's name when there is money again."""
    more = "budgets: [{of: 'model:support', limit: 0.000001 USD/day, then: downgrade to small}]"
    text = config("http://far", served=CACHE, gateway=more, target="price: {input: 1, output: 1}")
    async with Upstream(answer()) as far:
        text = text.replace("http://far", far.url) + "    small: {deployments: [{target: one}]}\n"
        async with gateway(text, tmp_path) as door:
            await chat(door, "this takes all the money")
            assert how(await chat(door), await chat(door)) == ["miss", "miss"]
            assert door.application.building.shelf.memory.models() == {"support": 1}


async def test_a_fallbacks_answer_is_not_kept(tmp_path: Path) -> None:
    """Once the model can be asked again it is, and not an hour later."""
    async with Upstream(faults.error(500), answer("B"), answer("A")) as far:
        text = config(far.url, far.url, served=CACHE + "\nfallback: [small]")
        text = text.replace("        - {target: two}\n", "") + "    small: {deployments: [{target: two}]}\n"
        async with gateway(text, tmp_path) as door:
            first = await chat(door)
            assert (first.status, first.headers["x-seatrial-deployment"]) == (200, "two")
            assert how(first, await chat(door)) == ["miss", "miss"]


async def test_answers_grow_old(tmp_path: Path) -> None:
    """After `ttl` a new one is fetched."""
    async with Upstream(answer("A"), answer("B")) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        now = [0.0]
        door.application.building.shelf.clock = lambda: now[0]
        replies = []
        for now[0] in (0.0, 3600.0, 3600.5, 3601.0):
            replies.append(await chat(door))
        assert how(*replies) == ["miss", "hit", "miss", "hit"]
        assert (replies[1].headers["age"], replies[3].body) == ("3600", replies[2].body)


async def test_an_old_answer_is_given_while_one_fetches(tmp_path: Path) -> None:
    """Nobody else waits for the new one; long after that nothing stale is given."""
    gate, served = asyncio.Event(), "cache: {ttl: 1h, stale: 1h}"
    scripts = [answer("A"), [gate, *answer("B")]]
    async with Upstream(*scripts) as far, gateway(config(far.url, served=served), tmp_path) as door:
        now = [0.0]
        door.application.building.shelf.clock = lambda: now[0]
        old = await chat(door)
        now[0] = 4000.0
        fetching = asyncio.ensure_future(door.chat())
        await until(lambda: len(far.requests) == 2)
        stale = await door.chat()
        assert (how(stale), stale.body) == (["stale"], old.body)
        gate.set()
        new = await fetching
        assert (how(new, await chat(door)), new.body == old.body) == (["miss", "hit"], False)


async def test_identical_requests_share_one_call(tmp_path: Path) -> None:
    """Twenty at the same time: the provider hears of one, all have its answer."""
    gate = asyncio.Event()
    async with Upstream([gate, *stream("Hel", "lo")]) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        asking = [asyncio.ensure_future(door.chat(stream=True)) for _ in range(20)]
        await until(lambda: door.application.in_flight == 20)
        gate.set()
        replies = await asyncio.gather(*asking)
        assert sorted(map(str, how(*replies))) == ["joined"] * 19 + ["miss"]
        assert (len({reply.body for reply in replies}), len(far.requests)) == (1, 1)
        assert door.application.building.shelf.flights == {}


async def waiting(
    door: Within, far: Upstream, count: int
) -> tuple["asyncio.Task[Answer]", list["asyncio.Task[Answer]"]]:
    """A request that is being asked, and so many that wait for it."""
    leader = asyncio.create_task(door.chat())
    await until(lambda: len(far.requests) == 1)
    others = [asyncio.create_task(door.chat()) for _ in range(count)]
    await until(lambda: door.application.in_flight == count + 1)
    return leader, others


async def test_when_the_first_client_leaves_the_next_one_asks(tmp_path: Path) -> None:
    """Nobody fails for it, and again the provider hears of one at a time."""
    scripts = [[asyncio.Event()], answer()]
    async with Upstream(*scripts) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        leader, others = await waiting(door, far, 5)
        leader.cancel()
        replies = await asyncio.gather(*others)
        assert sorted(map(str, how(*replies))) == ["joined"] * 4 + ["miss"]
        assert (len(far.requests), {reply.status for reply in replies}) == (2, {200})
        assert door.application.building.shelf.flights == {}


async def test_when_the_first_request_fails_each_asks_for_itself(tmp_path: Path) -> None:
    """One bad answer is not everybody's."""
    gate = asyncio.Event()
    scripts = [[gate, *faults.error(400)], answer()]
    async with Upstream(*scripts) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        leader, others = await waiting(door, far, 5)
        gate.set()
        assert (await leader).status == 400
        assert {reply.status for reply in await asyncio.gather(*others)} == {200}
        assert (len(far.requests), door.application.building.shelf.flights) == (6, {})


async def test_a_client_that_waits_and_leaves_harms_nobody(tmp_path: Path) -> None:
    """The others still have the answer, and nothing is left behind."""
    gate = asyncio.Event()
    async with Upstream([gate, *answer()]) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        leader, others = await waiting(door, far, 3)
        others[0].cancel()
        await until(lambda: door.application.in_flight == 3)
        gate.set()
        assert how(await leader, *await asyncio.gather(*others[1:])) == ["miss", "joined", "joined"]
        assert (len(far.requests), door.application.building.shelf.flights) == (1, {})


async def test_who_has_waited_long_enough_asks(tmp_path: Path) -> None:
    """A first client that is slow to read holds nobody else up for longer than a first token may take."""
    gate = asyncio.Event()
    head = [whole(b"")[0].replace(b"content-length: 0", b"content-length: 999") + b"{", gate]  # type: ignore[union-attr]
    served = CACHE + "\ntimeout: {first_token: 200ms}"
    async with Upstream(head, answer()) as far, gateway(config(far.url, served=served), tmp_path) as door:
        leader, others = await waiting(door, far, 1)
        reply = await others[0]
        assert (reply.status, how(reply), len(far.requests)) == (200, ["miss"], 2)
        assert how(await door.chat()) in (["hit"], ["joined"])
        leader.cancel()
        await until(lambda: not door.application.in_flight)
        assert door.application.building.shelf.flights == {}


async def test_nobody_waits_twice_as_long(tmp_path: Path) -> None:
    """Who comes while somebody asks again because the first is slow joins that one."""
    gates = asyncio.Event(), asyncio.Event()
    head = whole(b"")[0].replace(b"content-length: 0", b"content-length: 2") + b"{"  # type: ignore[union-attr]
    scripts = [[head, gates[0]], [head, gates[1], b"}"]]
    served = CACHE + "\ntimeout: {first_token: 200ms}"
    async with Upstream(*scripts) as far, gateway(config(far.url, served=served), tmp_path) as door:
        leader, _ = await waiting(door, far, 1)
        await until(lambda: len(far.requests) == 2)
        flights = door.application.building.shelf.flights
        assert [len(flight._waiting) for flight in flights.values()] == [0]
        leader.cancel()
        gates[1].set()
        await until(lambda: not door.application.in_flight)
        assert flights == {}


async def test_a_guard_that_flags_says_so_of_a_hit_too(tmp_path: Path) -> None:
    """What guards find in a kept answer stands in its headers."""
    served = 'cache: {}\nguard: {answer: [{regex: {pattern: "Hello", action: flag}}]}'
    async with Upstream(answer("Hello")) as far, gateway(config(far.url, served=served), tmp_path) as door:
        replies = [await chat(door), await chat(door)]
        assert how(*replies) == ["miss", "hit"]
        assert [reply.headers["x-seatrial-guard"] for reply in replies] == ["answer.regex=flag"] * 2


async def test_records_tell_that_it_came_from_the_cache(tmp_path: Path) -> None:
    """Each request is its own record; a hit costs nothing and has taken no attempt."""
    seen = Seen()
    async with Upstream(answer()) as far:
        text = config(far.url, served=CACHE, target="price: {input: 1, output: 1}")
        async with gateway(text, tmp_path) as door:
            assert door.application.plane is not None
            plane = door.application.plane
            plane.house = replace(plane.house, recorder=seen)
            await chat(door)
            await chat(door)
    told = [(each.served_by, each.tags["cache"], each.attempts) for each in seen.all]
    assert told == [("upstream", "miss", 1), ("cache", "hit", 0)]
    assert (seen.all[1].cost, seen.all[1].deployment, seen.all[0].cost is None) == (None, None, False)


@pytest.mark.parametrize(
    ("cache", "word"),
    [
        ("{mode: semantic}", "exact"),
        ("{similarity: 0.9}", "semantic"),
        ("{embeddings: one}", "semantic"),
        ("{ttl: soon}", "duration"),
        ("{scope: all}", "scope"),
    ],
)
async def test_a_cache_that_cannot_be_is_told_with_its_line(tmp_path: Path, cache: str, word: str) -> None:
    """The server does not begin, and says where and why."""
    with pytest.raises((Mistake, SystemExit), match=word) as told:
        async with gateway(config("http://127.0.0.1:1", served=f"cache: {cache}"), tmp_path):
            pass
    assert "seatrial.yaml" in str(told.value)


async def test_a_reload_keeps_answers_unless_others_would_answer(tmp_path: Path) -> None:
    """Another weight changes nothing; another model behind the name begins anew."""
    async with Upstream(answer()) as far, gateway(config(far.url, served=CACHE), tmp_path) as door:
        await chat(door)
        for text, met in ((config(far.url, served=CACHE + "\nbalance: cheapest"), "hit"), ("model: other", "miss")):
            told = text if met == "hit" else config(far.url, served=CACHE, target=text)
            door.path.write_text(told)
            await door.application.reload()
            assert how(await chat(door)) == [met]
