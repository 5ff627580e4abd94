"""All that providers do wrong, through the whole gateway: the right status, one shape of error, nothing left behind."""

import asyncio
from pathlib import Path

import pytest
import trustme
from gateway_support import Within, config, gateway
from upstream import Script, Upstream, answer, faults, head, refused_port, stream, tls_server, until

ONCE = "retry: {attempts: 1}"
QUICK = f"{ONCE}\ntimeout: {{first_token: 200ms, between: 200ms}}"
FAULTS = {
    "reset": (faults.reset(), 502, "upstream_connection_lost"),
    "reset behind the head": (faults.reset_after_head(), 502, "upstream_connection_lost"),
    "closed": (faults.closed(), 502, "upstream_connection_lost"),
    "silent": (faults.silent(), 504, "upstream_timeout"),
    "dripping head": (faults.dripping_head(0.05), 504, "upstream_timeout"),
    "garbage": (faults.garbage(), 502, "upstream_bad_response"),
    "page": (faults.html(200), 502, "upstream_bad_response"),
    "redirect": (faults.redirect("http://127.0.0.1:1/"), 502, "upstream_bad_response"),
    "endless head": ([head(200, *["x: y"] * 400)], 502, "upstream_bad_response"),
    "our key": (faults.error(401, "sk-leaked"), 502, "upstream_unauthorised"),
    "quota": (faults.no_quota(), 429, "insufficient_quota"),
    "too many": (faults.too_many("7"), 429, "rate_limit_exceeded"),
    "server error": (faults.error(500, "boom"), 500, "boom"),
}


async def held(door: Within) -> None:
    """Wait until nothing is held any more."""
    building = door.application.building
    lives = list(building.lives.values())
    await until(lambda: all(each.busy == 0 and each.pool.open == each.pool.idle for each in lives))
    assert building.crowd.inside == 0


@pytest.mark.parametrize(("script", "status", "code"), FAULTS.values(), ids=FAULTS.keys())
async def test_a_fault_has_its_status_and_its_code(script: Script, status: int, code: str, tmp_path: Path) -> None:
    """In OpenAI's shape, and no key of the provider's in it."""
    async with Upstream(script) as upstream, gateway(config(upstream.url, served=QUICK), tmp_path) as door:
        told = await door.chat()
        assert (told.status, told.error) == (status, code)
        assert b"sk-leaked" not in told.body
        await held(door)


@pytest.mark.parametrize(("script", "status", "code"), FAULTS.values(), ids=FAULTS.keys())
async def test_behind_a_fault_the_next_request_is_served(
    script: Script, status: int, code: str, tmp_path: Path
) -> None:
    """By another deployment in the same request, or by the same one in the next."""
    text = config("{one}", "{two}", served="retry: {attempts: 3, base: 10ms}\ntimeout: {first_token: 200ms}")
    async with Upstream(script, answer()) as one, Upstream(answer()) as two:
        text = text.replace("{one}", one.url).replace("{two}", two.url)
        async with gateway(text, tmp_path) as door:
            assert [(await door.chat()).status for _ in range(3)] == [200, 200, 200]
            await held(door)


async def test_retry_after_reaches_the_client(tmp_path: Path) -> None:
    """As the provider wrote it."""
    script = faults.too_many("7")
    async with Upstream(script) as upstream, gateway(config(upstream.url, served=ONCE), tmp_path) as door:
        assert (await door.chat()).headers["retry-after"] == "7"


async def test_a_port_where_nobody_listens(tmp_path: Path) -> None:
    """502, and the address is nobody's business."""
    port = refused_port()
    async with gateway(config(f"http://127.0.0.1:{port}", served=ONCE), tmp_path) as door:
        told = await door.chat()
        assert (told.status, told.error) == (502, "upstream_refused_connection")
        assert str(port).encode() not in told.body


@pytest.mark.parametrize("expired", [False, True], ids=["valid", "expired"])
async def test_tls_by_an_authority_of_the_file(expired: bool, tmp_path: Path) -> None:
    """`ca` of a deployment is believed; a certificate that has expired is not."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    async with Upstream(answer(), tls=tls_server(authority, expired=expired)) as upstream:
        text = config(upstream.url, served=ONCE).replace("{target: one}", "{target: one, ca: ca.pem}")
        async with gateway(text, tmp_path) as door:
            told = await door.chat()
            assert told.status == (502 if expired else 200)
            assert not expired or told.error == "upstream_tls_error"


async def test_a_client_that_leaves_closes_the_upstream_at_once(tmp_path: Path) -> None:
    """Within a tenth of a second, while the provider is silent and while it streams."""
    slow = stream(*["x"] * 200, gap=0.02)
    for script in (faults.silent(), slow):
        async with Upstream(script) as upstream, gateway(config(upstream.url), tmp_path) as door:
            asking = asyncio.ensure_future(door.chat(stream=True))
            await until(lambda upstream=upstream: bool(upstream.requests))
            asking.cancel()
            async with asyncio.timeout(1):
                await upstream.left.wait()
            await held(door)


async def test_warm_connections_are_there_when_the_server_is(tmp_path: Path) -> None:
    """The first request pays for no handshake."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        await until(lambda: upstream.open == 1)
        assert (await door.chat()).status == 200
        assert upstream.connections == 1


async def test_load_above_the_bound_is_shed(tmp_path: Path) -> None:
    """`max_in_flight` of the gateway: 429 at once with `Retry-After`, low priority first."""
    asked = {"model": "support", "messages": []}
    async with (
        Upstream([0.3, *answer()]) as upstream,
        gateway(config(upstream.url, gateway="max_in_flight: 5"), tmp_path) as door,
    ):
        busy = [asyncio.ensure_future(door.chat()) for _ in range(4)]
        await until(lambda: len(upstream.requests) == 4)
        low = await door.ask("/v1/chat/completions", asked, headers={"x-seatrial-priority": "low"})
        assert (low.status, low.error, low.headers["retry-after"]) == (429, "overloaded", "1")
        assert (await door.chat()).status == 200
        assert [each.status for each in await asyncio.gather(*busy)] == [200] * 4


@pytest.mark.parametrize(
    ("served", "what"),
    [
        ("fallback: [support]", "falls back on itself"),
        ("fallback: [nobody]", "there is no model `nobody`"),
    ],
)
async def test_fallbacks_that_cannot_be_are_mistakes(served: str, what: str, tmp_path: Path) -> None:
    """At the start, with the line."""
    with pytest.raises(Exception, match=what):
        async with gateway(config("http://127.0.0.1:9", served=served), tmp_path):
            pass


async def test_a_circle_of_fallbacks_is_a_mistake(tmp_path: Path) -> None:
    """However long it is, it is shown."""
    lines = "".join(
        f"    {name}:\n      deployments: [{{target: one}}]\n      fallback: [{to}]\n"
        for name, to in (("b", "c"), ("c", "support"))
    )
    text = config("http://127.0.0.1:9", served="fallback: [b]") + lines
    with pytest.raises(Exception, match="`support` -> `b` -> `c` -> `support`"):
        async with gateway(text, tmp_path):
            pass
