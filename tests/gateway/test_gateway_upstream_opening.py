"""How connections are opened: names, addresses that race, TLS, proxies."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from upstream import STALL, Script, Upstream, answer, faults, refused_port, tls_server, until

from seatrial.core.errors import Mistake
from seatrial.gateway.upstream.addresses import FRESH, Addresses
from seatrial.gateway.upstream.opening import Opener
from seatrial.gateway.upstream.patience import Patience
from seatrial.gateway.upstream.pool import Pool
from seatrial.gateway.upstream.race import race
from seatrial.gateway.upstream.reply import UpstreamError
from seatrial.gateway.upstream.tls import client_context
from seatrial.targets.proxy import Proxy

REQUEST = (b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n", b"{}")
QUICK = Patience(connect=2, first_byte=5, between=5, total=10)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA, tmp_path: Path) -> ssl.SSLContext:
    """The context of a client that knows the authority by its file."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return client_context(str(tmp_path / "ca.pem"))


@pytest.fixture
async def pools() -> AsyncIterator[list[Pool]]:
    found: list[Pool] = []
    yield found
    for pool in found:
        await pool.aclose()
        await until(lambda pool=pool: pool.open == 0)


async def asked(pool: Pool, patience: Patience = QUICK) -> bytes:
    return await (await pool.send(REQUEST, patience)).body(1 << 20)


async def test_tls_with_an_authority_of_its_own_works(
    authority: trustme.CA, trusting: ssl.SSLContext, pools: list[Pool]
) -> None:
    """A provider with a certificate of its own is asked over TLS and the connection is kept."""
    async with Upstream(answer(), tls=tls_server(authority)) as upstream:
        pools.append(Pool(upstream.url, tls=trusting))
        assert b"Hello" in await asked(pools[0])
        assert b"Hello" in await asked(pools[0])
        assert upstream.connections == 1


@pytest.mark.parametrize(
    ("how", "what"),
    [({"expired": True}, "expired"), ({"host": "other.example"}, "mismatch"), ({"known": False}, "issuer|self.signed")],
    ids=["expired", "wrong host", "unknown authority"],
)
async def test_a_certificate_that_is_not_valid_is_refused(
    how: dict[str, Any], what: str, authority: trustme.CA, trusting: ssl.SSLContext, pools: list[Pool]
) -> None:
    """Nothing is sent to somebody who may be another."""
    known = how.pop("known", True)
    async with Upstream(answer(), tls=tls_server(authority, **how)) as upstream:
        pools.append(Pool(upstream.url, tls=trusting if known else None))
        with pytest.raises(UpstreamError, match=what) as raised:
            await asked(pools[0])
        assert (raised.value.kind, raised.value.sent, upstream.requests) == ("tls_error", False, [])


async def test_a_server_without_tls_is_a_tls_error(trusting: ssl.SSLContext, pools: list[Pool]) -> None:
    """`https://` to a plain port is said as what it is."""
    async with Upstream(answer(), greets=[b"HTTP/1.1 400 Bad Request\r\n\r\n"]) as upstream:
        pools.append(Pool(upstream.url.replace("http:", "https:"), tls=trusting))
        with pytest.raises(UpstreamError) as raised:
            await asked(pools[0])
        assert raised.value.kind == "tls_error"


async def test_a_handshake_that_stalls_times_out_and_leaves_nothing(
    trusting: ssl.SSLContext, pools: list[Pool]
) -> None:
    """The time for connecting is for TLS, too."""
    async with Upstream(answer(), greets=[STALL]) as upstream:
        pools.append(Pool(upstream.url.replace("http:", "https:"), tls=trusting))
        with pytest.raises(UpstreamError, match="no connection within") as raised:
            await asked(pools[0], Patience(connect=0.1))
        assert raised.value.kind == "timeout"
        await until(lambda: upstream.open == 0)


async def test_only_http_1_1_is_offered(authority: trustme.CA, trusting: ssl.SSLContext, pools: list[Pool]) -> None:
    """A server that prefers HTTP/2 must not choose what we do not speak."""
    server = tls_server(authority)
    server.set_alpn_protocols(["h2", "http/1.1"])
    async with Upstream(answer(), tls=server) as upstream:
        pools.append(Pool(upstream.url, tls=trusting))
        await asked(pools[0])
        (line,) = upstream.lines
        assert line.transport.get_extra_info("ssl_object").selected_alpn_protocol() == "http/1.1"


@pytest.mark.parametrize("text", [None, "no certificate"], ids=["missing", "malformed"])
def test_authorities_that_cannot_be_read_are_a_mistake(text: str | None, tmp_path: Path) -> None:
    """The file is named."""
    path = tmp_path / "some.pem"
    if text is not None:
        path.write_text(text)
    with pytest.raises(Mistake, match=r"some\.pem cannot be used"):
        client_context(str(path))


# addresses


class Names:
    """A resolver that answers from a list, in turn; an error is raised."""

    def __init__(self, *answers: "list[str] | OSError") -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        found = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        await asyncio.sleep(0)
        if isinstance(found, OSError):
            raise found
        return found


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_name_is_looked_up_once_for_many() -> None:
    """A hundred requests at the start ask the resolver once."""
    names = Names(["10.0.0.1"])
    addresses = Addresses("api.example", 443, resolver=names)
    found = await asyncio.gather(*(addresses.now() for _ in range(100)))
    assert (names.asked, found[99]) == (1, ["10.0.0.1"])


async def test_an_old_answer_is_used_while_a_new_one_is_fetched() -> None:
    """No request waits for the resolver but the first; a move is seen soon."""
    names, clock = Names(["10.0.0.1"], ["10.0.0.2"]), Clock()
    addresses = Addresses("api.example", 443, resolver=names, clock=clock)
    await addresses.now()
    clock.now = FRESH + 1
    assert await addresses.now() == ["10.0.0.1"]
    await asyncio.sleep(0.01)
    assert await addresses.now() == ["10.0.0.2"]


async def test_a_resolver_that_fails_later_harms_nobody() -> None:
    """What was known last goes on being used."""
    names, clock = Names(["10.0.0.1"], OSError(), OSError()), Clock()
    addresses = Addresses("api.example", 443, resolver=names, clock=clock)
    for _ in range(3):
        assert await addresses.now() == ["10.0.0.1"]
        clock.now += FRESH + 1
        await asyncio.sleep(0.01)


async def test_a_name_that_is_not_known_is_said_and_asked_again_soon() -> None:
    """A typing mistake is no time-out, and a host that comes later is found."""
    names, clock = Names(OSError(), ["10.0.0.1"]), Clock()
    addresses = Addresses("api.example", 443, resolver=names, clock=clock)
    with pytest.raises(UpstreamError, match="name is not known"):
        await addresses.now()
    clock.now += 2
    assert await addresses.now() == ["10.0.0.1"]


async def test_one_who_leaves_does_not_stop_the_look_up_of_the_others() -> None:
    """The look-up belongs to all who wait for it."""
    addresses = Addresses("api.example", 443, resolver=Names(["10.0.0.1"]))
    first, second = (asyncio.ensure_future(addresses.now()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == ["10.0.0.1"]
    await asyncio.gather(first, return_exceptions=True)


@given(st.lists(st.ip_addresses().map(str), min_size=1, max_size=6, unique=True))
def test_every_address_is_first_as_often_as_any(found: list[str]) -> None:
    """Round robin over addresses, and none is ever left out."""

    async def turns() -> list[list[str]]:
        addresses = Addresses("api.example", 443, resolver=Names(found))
        return [await addresses.now() for _ in found]

    orders = asyncio.run(turns())
    assert sorted(order[0] for order in orders) == sorted(found)
    assert all(sorted(order) == sorted(found) for order in orders)


async def test_the_families_take_turns() -> None:
    """IPv6 without a route costs one delay, not one for each address (RFC 8305)."""
    addresses = Addresses("api.example", 443, resolver=Names(["::1", "::2", "10.0.0.1", "10.0.0.2"]))
    assert [":" in address for address in await addresses.now()] == [True, False, True, False]


async def test_the_next_address_is_tried_when_one_refuses_or_is_silent(pools: list[Pool]) -> None:
    """A host with one dead address is reached by the other."""
    async with Upstream(answer()) as upstream:
        opener = Opener(f"http://api.example:{upstream.port}", resolver=Names(["127.0.0.9", "127.0.0.1"]))
        pools.append(Pool(upstream.url))
        pools[0].opener = opener
        assert b"Hello" in await asked(pools[0])


async def test_a_race_is_won_by_the_first_that_is_there_and_the_others_end() -> None:
    """The slow one is not waited for; what it had is given back."""
    ended: list[str] = []

    async def attempt(name: str, seconds: float) -> str:
        try:
            await asyncio.sleep(seconds)
        finally:
            ended.append(name)
        return name

    attempts = [lambda: attempt("slow", 5), lambda: attempt("quick", 0.01), lambda: attempt("never begun", 0)]
    assert await race(attempts, ended.append, delay=0.05) == "quick"
    assert sorted(ended) == ["quick", "slow"]


async def test_a_race_that_all_lose_tells_the_first_failure() -> None:
    """The first address is the one that the system preferred."""

    async def attempt(what: str) -> str:
        raise OSError(what)

    with pytest.raises(OSError, match="first"):
        await race([lambda: attempt("first"), lambda: attempt("second")], print, delay=5)


@pytest.mark.parametrize("steps", range(8))
async def test_giving_up_while_connecting_leaves_no_connection(
    steps: int, authority: trustme.CA, trusting: ssl.SSLContext
) -> None:
    """Whatever the handshake had reached."""
    async with Upstream(answer(), tls=tls_server(authority)) as upstream:
        pool = Pool(upstream.url, tls=trusting)
        asking = asyncio.ensure_future(asked(pool))
        for _ in range(steps):
            await asyncio.sleep(0.0005)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await pool.aclose()
        await until(lambda: upstream.open == 0 and pool.open == 0)


# proxies


async def relay(port: int, seen: list[bytes]) -> asyncio.Server:
    """A proxy that opens tunnels, whatever it is asked for, to one port."""

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            sink.write(data)
        sink.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        far_reader, far = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\nvia: x\r\n\r\n")
        await asyncio.gather(pump(reader, far), pump(far_reader, writer), return_exceptions=True)
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


async def test_https_goes_through_a_proxy_by_connect(
    authority: trustme.CA, trusting: ssl.SSLContext, pools: list[Pool]
) -> None:
    """The proxy sees the host and its own password, and nothing of the request."""
    seen: list[bytes] = []
    async with Upstream(answer(), tls=tls_server(authority, "api.example")) as upstream:
        server = await relay(upstream.port, seen)
        proxy = Proxy(
            f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", {"Proxy-Authorization": "Basic eA=="}, ()
        )
        pool = Pool("https://api.example", tls=trusting, proxy=proxy)
        assert b"Hello" in await asked(pool)
        assert b"Hello" in await asked(pool)
        await pool.aclose()
        await until(lambda: upstream.open == 0)
        server.close()
        await server.wait_closed()
    assert seen == [
        b"CONNECT api.example:443 HTTP/1.1\r\nhost: api.example:443\r\nProxy-Authorization: Basic eA==\r\n\r\n"
    ]


@pytest.mark.parametrize(
    ("script", "what"),
    [([b"HTTP/1.1 407 No\r\n\r\n"], "407"), ([b"HTTP/1.1 403 No\r\n\r\n"], "403"), (faults.garbage(), "no HTTP")],
    ids=["password", "forbidden", "garbage"],
)
async def test_a_proxy_that_refuses_is_said(script: Script, what: str, trusting: ssl.SSLContext) -> None:
    """It is told apart from the provider; nothing stays open."""
    async with Upstream(script) as upstream:
        pool = Pool("https://api.example", tls=trusting, proxy=Proxy(upstream.url, {}, ()))
        with pytest.raises(UpstreamError, match=what) as raised:
            await asked(pool)
        assert (raised.value.kind, raised.value.sent) == ("refused_connection", False)
        await until(lambda: upstream.open == 0)


async def test_a_proxy_that_is_away_is_a_refused_connection(trusting: ssl.SSLContext) -> None:
    """And so is one that closes."""
    pool = Pool("https://api.example", tls=trusting, proxy=Proxy(f"http://127.0.0.1:{refused_port()}", {}, ()))
    with pytest.raises(UpstreamError, match="refused"):
        await asked(pool)


def test_plain_http_is_asked_of_the_proxy_by_its_whole_address() -> None:
    """The absolute form of RFC 9112, section 3.2.2, with the proxy's own header lines."""
    opener = Opener(
        "http://api.example:8080", proxy=Proxy("http://proxy.example:3128", {"Proxy-Authorization": "B"}, ())
    )
    assert (opener.prefix, opener.lines) == (b"http://api.example:8080", b"Proxy-Authorization: B\r\n")


def test_a_proxy_that_is_not_spoken_to_is_a_mistake() -> None:
    """TLS to the proxy itself is refused at the start, not at the first request."""
    with pytest.raises(Mistake, match="https:// proxy"):
        Opener("https://api.example", proxy=Proxy("https://proxy.example", {}, ()))


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("https://api.example", b"api.example"),
        ("http://API.example:8080", b"api.example:8080"),
        ("http://[::1]:8080", b"[::1]:8080"),
        ("https://b\u00fccher.example", b"xn--bcher-kva.example"),
    ],
)
def test_a_host_is_named_as_requests_name_it(origin: str, expected: bytes) -> None:
    """In ASCII, with the port that the address has, IPv6 in brackets."""
    assert Opener(origin).authority == expected


def test_a_host_that_is_no_name_is_a_mistake() -> None:
    """At the start, not at the first request."""
    with pytest.raises(Mistake, match="no name of a host"):
        Opener(f"https://{'a' * 64}.example")
