"""The parts of the door: addresses, networks, headers with keys, ids, ends; who is let in without keys."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.gateway.absent import Anyone
from seatrial.gateway.admin.failures import MOST, PLACES, SPAN, Failures
from seatrial.gateway.config import Route
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.keys.address import HOPS, client_address, parse, within
from seatrial.gateway.keys.door import KeyDoor, key_in
from seatrial.gateway.keys.key import ID_LENGTH, LONGEST, Hasher, KeyRecord, id_of, new_key_id, new_text, shown
from seatrial.gateway.keys.loopback import LoopbackDoor
from seatrial.gateway.keys.ring import NEVER, Ring
from seatrial.gateway.keys.store import Entrance
from seatrial.gateway.wire.errors import Refusal

HASHER = Hasher(b"s" * 32)
TEN = (ip_network("10.0.0.0/8"),)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:80", "192.0.2.7"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:80", "192.0.2.7"),
        ("", None),
        ("localhost", None),
        ("192.0.2", None),
        ("192.0.2.007", None),
        ("192.0.2.256", None),
        ("[", None),
        ("fe80::1%eth0", "fe80::1%eth0"),
    ],
)
def test_addresses_as_proxies_write_them(text: str, address: str | None) -> None:
    """With or without a port; IPv4 inside IPv6 is the same client; anything else is nobody."""
    assert parse(text) == (None if address is None else ip_address(address))


@given(st.ip_addresses(), st.integers(0, 65535))
@settings(max_examples=50)
def test_a_port_changes_no_address(address: object, port: int) -> None:
    """Any address is the same with a port behind it."""
    found = parse(str(address))
    written = f"{address}:{port}" if "." in str(address) and ":" not in str(address) else f"[{address}]:{port}"
    assert found is not None
    assert parse(written) == found


@pytest.mark.parametrize(
    ("peer", "told", "found"),
    [
        ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["1.1.1.1", "10.0.0.2"], "1.1.1.1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["198.51.100.7, junk"], None),
        ("10.0.0.1", ["198.51.100.7,"], None),
        (None, ["198.51.100.7"], None),
        ("unix", ["198.51.100.7"], None),
    ],
)
def test_who_the_client_is(peer: str | None, told: list[str], found: str | None) -> None:
    """Only a proxy that is trusted is believed, each only what it added itself; several headers are one list."""
    headers = [(b"x-forwarded-for", each.encode()) for each in told]
    assert client_address(headers, peer, TEN) == (None if found is None else ip_address(found))


@pytest.mark.parametrize("hops", [HOPS - 1, HOPS, HOPS + 1])
def test_only_so_many_hops_are_looked_at(hops: int) -> None:
    """A list without end takes no time, and its far end is not believed."""
    told = b",".join([b"198.51.100.7", *[b"10.0.0.2"] * hops])
    found = client_address([(b"x-forwarded-for", told)], "10.0.0.1", TEN)
    assert found == ip_address("198.51.100.7" if hops < HOPS else "10.0.0.2")


@given(st.lists(st.sampled_from(["10.0.0.2", "198.51.100.7", "junk", ""]), max_size=5))
@settings(max_examples=50)
def test_what_a_client_writes_in_front_changes_nothing(before: list[str]) -> None:
    """Whatever stands left of the address that a trusted proxy added, that address is the client."""
    told = ", ".join([*before, "203.0.113.5", "10.9.9.9"]).encode()
    assert client_address([(b"x-forwarded-for", told)], "10.0.0.1", TEN) == ip_address("203.0.113.5")


def test_nobody_is_in_no_network() -> None:
    """An address that cannot be told is in none, and no address is in no networks."""
    assert not within(None, TEN)
    assert not within(ip_address("10.0.0.1"), ())
    assert within(ip_address("10.255.255.255"), TEN)
    assert not within(ip_address("11.0.0.0"), TEN)
    assert not within(ip_address("::1"), TEN)


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ([(b"authorization", b"Bearer abc")], b"abc"),
        ([(b"authorization", b"bearer abc")], b"abc"),
        ([(b"authorization", b"BEARER  abc ")], b"abc"),
        ([(b"authorization", b"Bearer ")], None),
        ([(b"authorization", b"Bearer")], None),
        ([(b"authorization", b"Basic abc")], None),
        ([(b"authorization", b"abc")], None),
        ([(b"x-api-key", b" abc ")], b"abc"),
        ([(b"x-api-key", b"")], None),
        ([(b"x-api-key", b"one"), (b"authorization", b"Bearer two")], b"two"),
        ([(b"authorization", b"Bearer two"), (b"x-api-key", b"one")], b"two"),
        ([(b"authorization", b"Basic two"), (b"x-api-key", b"one")], b"one"),
        ([(b"cookie", b"key=abc")], None),
        ([], None),
    ],
)
def test_where_a_key_is_shown(headers: list[tuple[bytes, bytes]], key: bytes | None) -> None:
    """`Authorization: Bearer` goes before Anthropic's `x-api-key`; what is neither is no key."""
    assert key_in(headers) == key


def door(*records: tuple[bytes, KeyRecord, int | None]) -> KeyDoor:
    return KeyDoor(Ring(HASHER, [Entrance(HASHER(text), record, ends) for text, record, ends in records]))


def entered(made: KeyDoor, text: bytes, now: int = 100, client: str = "10.0.0.1") -> str:
    """Whose key it is, or what is told."""
    try:
        return made.holder([(b"authorization", b"Bearer " + text)], client, now).key
    except Refusal as refusal:
        return f"{refusal.status} {refusal.message}"


@pytest.mark.parametrize(
    ("record", "ends", "told"),
    [
        (KeyRecord(id="k"), None, "k"),
        (KeyRecord(id="k", expires=101), None, "k"),
        (KeyRecord(id="k", expires=100), None, "401 The key has expired."),
        (KeyRecord(id="k", expires=99), None, "401 The key has expired."),
        (KeyRecord(id="k"), 101, "k"),
        (KeyRecord(id="k"), 100, "401 The key has expired."),
        (KeyRecord(id="k", expires=500), 100, "401 The key has expired."),
        (KeyRecord(id="k", revoked=99), None, "401 The key was revoked."),
        (KeyRecord(id="k", revoked=99, expires=50), 70, "401 The key was revoked."),
        (KeyRecord(id="k", allow=("10.0.0.0/8",)), None, "k"),
        (KeyRecord(id="k", allow=("192.0.2.0/24",)), None, "403 The key may not be used from this address."),
        (KeyRecord(id="k", allow=()), None, "403 The key may not be used from this address."),
        (KeyRecord(id="k", allow=("192.0.2.0/24",), expires=1), None, "401 The key has expired."),
    ],
)
def test_when_and_from_where_a_key_opens(record: KeyRecord, ends: int | None, told: str) -> None:
    """The earliest of its ends counts, at the moment itself it opens no more, and no networks are nowhere."""
    assert entered(door((b"text", record, ends)), b"text") == told


def test_only_the_whole_text_of_a_key_opens() -> None:
    """Not its beginning, not more than it, not another case, not what is too long to be one."""
    made = door((b"sk-st-abc", KeyRecord(id="k"), None))
    assert entered(made, b"sk-st-abc") == "k"
    for text in (b"sk-st-ab", b"sk-st-abcd", b"SK-ST-ABC", b"x" * (LONGEST + 1)):
        assert entered(made, text) == "401 The key is not known here."


@pytest.mark.parametrize(("length", "found"), [(LONGEST, True), (LONGEST + 1, False)])
def test_longer_texts_are_no_keys(length: int, found: bool) -> None:
    """At the bound a text is looked up, beyond it not even hashed."""
    ring = Ring(HASHER, [Entrance(HASHER(b"x" * length), KeyRecord(id="k"), None)])
    assert (ring.find(b"x" * length) is not None) is found
    assert len(ring) == 1


def test_a_holder_is_what_the_record_says() -> None:
    """Models and ends as they are kept; without any it is for all and for ever."""
    ring = Ring(HASHER, [Entrance(HASHER(b"a"), KeyRecord(id="a"), None)])
    holder = ring.find(b"a")
    assert holder is not None
    assert (holder.ends, holder.models, holder.may_ask("anything")) == (NEVER, None, True)
    none = Ring(HASHER, [Entrance(HASHER(b"b"), KeyRecord(id="b", models=()), None)]).find(b"b")
    assert none is not None
    assert not none.may_ask("anything")


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("sk-st-abcdefgh-secret", "abcdefgh"),
        ("abcdefgh", "abcdefgh"),
        (" sk-st-abcdefgh-... ", "abcdefgh"),
        ("x" * 100, "x" * 20),
        ("", ""),
    ],
)
def test_the_id_of_whatever_names_a_key(text: str, id_: str) -> None:
    """Its id, how it is shown, or its whole text; never so much that a secret could be in it."""
    assert id_of(text) == id_


def test_ids_and_texts_are_drawn_anew() -> None:
    """No two are the same, each text holds its id, and how it is shown holds no secret."""
    ids = {new_key_id() for _ in range(200)}
    assert len(ids) == 200
    assert {len(each) for each in ids} == {ID_LENGTH}
    text = new_text("abcdefgh")
    assert id_of(text) == "abcdefgh"
    assert shown(id_of(text)) == "sk-st-abcdefgh-..."


@given(st.binary(max_size=150), st.binary(min_size=1, max_size=64))
@settings(max_examples=50)
def test_hashes_are_the_same_for_the_same_secret_alone(text: bytes, secret: bytes) -> None:
    """32 bytes, the same each time, and others with another secret."""
    one, again, other = Hasher(secret), Hasher(secret), Hasher(secret[:-1] + bytes([secret[-1] ^ 1]))
    assert one(text) == again(text) != other(text)
    assert len(one(text)) == 32


async def here(*headers: tuple[bytes, bytes]) -> bool:
    exchange = Exchange("/v1/models", list(headers))
    try:
        await LoopbackDoor().enter(exchange, "127.0.0.1")
    except Refusal as refusal:
        return refusal.code != "not_from_here" or exchange.caller is not None
    return exchange.caller is not None


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        (b"host", b"127.0.0.1:8400", True),
        (b"host", b"LOCALHOST", True),
        (b"host", b"gateway.", True),
        (b"host", b"[::1]", True),
        (b"host", b"10.0.0.1:8400", False),
        (b"host", b"localhost.", True),
        (b"host", b"a.b", False),
        (b"host", b"0.0.0.0", False),
        (b"origin", b"https://127.0.0.1", True),
        (b"origin", b"http://LOCALHOST:3000", True),
        (b"origin", b"http://localhost.evil.example", False),
        (b"origin", b"http://10.0.0.1", False),
        (b"origin", b"file://", False),
        (b"origin", b"", False),
        (b"origin", b"localhost", False),
        (b"referer", b"https://evil.example", True),
    ],
)
async def test_without_keys_only_this_machine_comes_in(name: bytes, value: bytes, good: bool) -> None:
    """By the name it is asked by and the page that asks; other headers say nothing of either."""
    assert await here((name, value)) is good


async def test_one_wrong_header_is_enough() -> None:
    """A good host does not mend a bad origin, nor a second host a first one."""
    assert not await here((b"host", b"localhost"), (b"origin", b"https://evil.example"))
    assert not await here((b"host", b"localhost"), (b"host", b"evil.example"))
    assert await here()


class Clock:
    """Seconds that the test turns."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("failures", "waits"), [(0, 0.0), (MOST - 1, 0.0), (MOST, SPAN), (MOST + 5, SPAN)])
def test_so_many_wrong_keys_are_forgiven(failures: int, waits: float) -> None:
    """The tenth within a minute makes a place wait until the first is a minute old; other places do not."""
    counted = Failures(Clock())
    for _ in range(failures):
        counted.failed("a")
    assert (counted.wait("a"), counted.wait("b")) == (waits, 0.0)


def test_old_failures_are_forgiven_one_by_one() -> None:
    """When the first of ten is a minute old, one more try is free."""
    clock = Clock()
    counted = Failures(clock)
    for _ in range(MOST):
        counted.failed("a")
        clock.now += 1
    assert counted.wait("a") == SPAN - MOST
    clock.now += SPAN - MOST
    assert counted.wait("a") == 0
    counted.failed("a")
    assert counted.wait("a") == 1


def test_places_beyond_the_bound_push_out_the_oldest() -> None:
    """Who failed last is remembered."""
    counted = Failures(Clock())
    for place in ("first", "second"):
        for _ in range(MOST):
            counted.failed(place)
    for number in range(PLACES - 1):
        counted.failed(str(number))
    assert (counted.wait("first"), counted.wait("second")) == (0.0, SPAN)


def test_anyone_may_ask_for_any_model() -> None:
    """Where there are no keys there is nobody to hold a request to."""
    assert Anyone("k", "p", "production").may_ask(Route(name="support", deployments=()).name)
