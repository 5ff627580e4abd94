"""Whom a limit is for, and which meters a request comes under."""

from math import isinf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits_support import Caller, exchange, route

from seatrial.gateway.config import Terms
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.limits.meter import MINUTE, Meter
from seatrial.gateway.limits.meters import Meters, Plans
from seatrial.gateway.limits.rule import Rule, rules_of
from seatrial.gateway.limits.scope import Scope, parse_scope

NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
KINDS = ("key", "model", "project", "user")


@given(st.sampled_from(KINDS), NAMES)
def test_a_scope_is_read_back_from_its_text(kind: str, name: str) -> None:
    """Whatever is named, colons too, the text of a scope means that scope."""
    scope = parse_scope(f"{kind}:{name}")
    assert (scope.kind, scope.name) == (kind, name)
    assert parse_scope(str(scope)) == scope


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all", Scope("all")),
        ("  all ", Scope("all")),
        ("user:*", Scope("user")),
        ("project: support ", Scope("project", "support")),
        ("key:a:b", Scope("key", "a:b")),
        ("model:all", Scope("model", "all")),
    ],
)
def test_scopes_as_they_are_written(text: str, expected: Scope) -> None:
    """Space around the parts does not count, and only the first colon divides."""
    assert parse_scope(text) == expected


@pytest.mark.parametrize("text", ["ALL", "Key:k", "all:", "all:*", ":x", "*", "user", "key :k", "team:a"])
def test_near_misses_of_scopes_are_shown_as_they_were_written(text: str) -> None:
    """Other cases, kinds and forms are refused with what was found."""
    with pytest.raises(Exception, match="is expected") as found:
        parse_scope(text)
    assert repr(text) in str(found.value)


def test_a_long_text_is_not_shown_whole() -> None:
    """What is no scope is cut in the sentence about it."""
    with pytest.raises(Exception, match="is expected") as found:
        parse_scope("x" * 10_000)
    assert len(str(found.value)) < 300


def bare() -> Exchange:
    """A request of which nothing is known yet."""
    return Exchange("/v1/chat/completions", [])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_known_yet_is_nobodys(kind: Any) -> None:
    """Without caller, route or body a request comes under no scope but `all`."""
    assert Scope(kind).subject(bare()) is None
    assert Scope("all").subject(bare()) == ""


@pytest.mark.parametrize(
    ("scope", "subject"),
    [
        ("key:*", "k1"),
        ("key:k1", "k1"),
        ("key:k2", None),
        ("project:p1", "p1"),
        ("project:P1", None),
        ("model:support", "support"),
        ("model:suppor", None),
        ("user:bob", None),
    ],
)
def test_a_named_scope_is_for_that_one_alone(scope: str, subject: str | None) -> None:
    """A name matches itself, whole and in its case."""
    assert parse_scope(scope).subject(exchange(user="ann")) == subject


def test_an_empty_name_of_a_user_is_no_user() -> None:
    """`user: ""` in a request is as if there were none."""
    assert Scope("user").subject(exchange(user="")) is None


def test_project_and_user_do_not_run_together() -> None:
    """The user `b` of project `a` is not the user `ab` of a project without a name."""
    found = {
        Scope("user").subject(exchange(Caller(project="a"), user="b")),
        Scope("user").subject(exchange(Caller(project=""), user="ab")),
    }
    assert len(found) == 2


def test_a_user_without_a_caller_has_an_account() -> None:
    """Where no key is asked for, users are told apart all the same."""
    made = exchange(user="ann")
    made.caller = None
    assert Scope("user").subject(made) not in (None, Scope("user").subject(exchange(user="ann")))


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (Terms(), []),
        (Terms(rpm=1), [("requests", 1)]),
        (Terms(tpm=5), [("tokens", 5)]),
        (Terms(concurrency=2), [("concurrency", 2)]),
        (Terms(rpm=0), [("requests", 0)]),
        (Terms(rpm=3, tpm=4, concurrency=5), [("requests", 3), ("tokens", 4), ("concurrency", 5)]),
        (Terms(budget="1 USD/day", priority="high"), []),
    ],
)
def test_terms_become_rules(terms: Terms, expected: list[Any]) -> None:
    """Each bound that is there, nought included, is one rule; money is none of them."""
    assert [(rule.what, rule.amount) for rule in rules_of(Scope("key", "k1"), terms)] == expected


def test_a_rule_has_one_meter_for_a_subject() -> None:
    """The same rule and subject is the same meter; another of any of the three is another."""
    meters, rule = Meters(), Rule(Scope("key"), "requests", 5)
    one = meters.of(rule, "k1")
    others = [
        meters.of(rule, "k2"),
        meters.of(Rule(Scope("key"), "tokens", 5), "k1"),
        meters.of(Rule(Scope("key", "k1"), "requests", 5), "k1"),
    ]
    assert meters.of(rule, "k1") is one
    assert one not in others
    assert len(meters) == len({each.name for each in [one, *others]}) == 4


@pytest.mark.parametrize(("scope", "owner"), [("all", "all clients"), ("key:*", "this key"), ("user:x", "this user")])
def test_a_meter_says_whose_it_is(scope: str, owner: str) -> None:
    """In words that a client may read, without any name."""
    assert Meters().of(Rule(parse_scope(scope), "requests", 5), "secret").owner == owner


def test_a_rule_with_another_amount_changes_its_meter() -> None:
    """After a reload the same meter goes on, with what was used of it used in proportion."""
    meters = Meters()
    made = meters.of(Rule(Scope("all"), "requests", 10), "")
    for _ in range(5):
        made.take(0, 0)
    again = meters.of(Rule(Scope("all"), "requests", 20), "")
    assert again is made
    assert again.left(0) == (10, 30.0)


def test_only_what_says_nothing_is_forgotten() -> None:
    """A meter with a request in flight, or with something used, stays; a new one goes."""
    meters = Meters()
    busy, used, idle = (meters.of(Rule(Scope("key"), "requests", 60), each) for each in "abc")
    busy.take(0, 1)
    used.take(0, 1)
    used.settle(0)
    assert idle.idle(0)
    meters.forget(0)
    assert len(meters) == 2
    meters.forget(2_000_000_000)
    assert len(meters) == 1


def plans(*rules: Rule) -> tuple[Plans, Meters]:
    meters = Meters()
    return Plans(rules, meters), meters


def test_a_plan_is_made_once_for_key_and_model() -> None:
    """The second request of a key for a model finds the meters of the first; those of another model are others."""
    found, _ = plans(Rule(Scope("key"), "requests", 5), Rule(Scope("model"), "requests", 5))
    caller = Caller()
    first = found.of(exchange(caller), 0)
    assert found.of(exchange(caller), 0) is first
    other = found.of(exchange(caller, route=route("small")), 0)
    assert other[0] is first[0]
    assert other[1] is not first[1]


def test_a_request_without_a_route_has_the_meters_of_its_caller() -> None:
    """What is asked of no model, a list of models say, comes under all limits but those of models."""
    found, _ = plans(Rule(Scope("all"), "requests", 5), Rule(Scope("model"), "requests", 5))
    made = exchange()
    made.route = None
    assert [meter.owner for meter in found.of(made, 0)] == ["all clients"]


def test_the_bounds_of_terms_come_behind_those_of_the_file() -> None:
    """Limits are looked at in the order of the file, then the key's own, then those of its user."""
    found, _ = plans(Rule(Scope("user"), "requests", 9), Rule(Scope("all"), "tokens", 8))
    made = found.of(exchange(Caller(terms=Terms(rpm=7)), user="ann"), 0)
    assert [(meter.owner, meter.amount) for meter in made] == [("all clients", 8), ("this key", 7), ("this user", 9)]


@pytest.mark.parametrize("user", [None, ""])
def test_who_names_no_user_is_not_counted_as_one(user: str | None) -> None:
    """A limit for each user says nothing of requests that name none, and makes no meter for them."""
    found, meters = plans(Rule(Scope("user"), "requests", 1))
    assert found.of(exchange(user=user), 0) == ()
    assert len(meters) == 0


@pytest.mark.parametrize(
    ("what", "count", "expected"),
    [
        ("requests", 1_000, True),
        ("requests", 0, True),
        ("tokens", 5, True),
        ("tokens", 6, False),
        ("tokens", 0, True),
        ("concurrency", 1_000, True),
    ],
)
def test_only_tokens_look_at_the_size_of_a_request(what: Any, count: int, expected: bool) -> None:
    """A request is one request whatever it takes; as many tokens as the whole limit fit, one more never."""
    wait = Meter(what, 5, "this key", "k").wait(0, count)
    assert (wait == 0) is expected
    assert expected or isinf(wait)


@pytest.mark.parametrize("what", ["concurrency", "requests", "tokens"])
def test_a_limit_of_nought_admits_nobody(what: Any) -> None:
    """Nothing may come under it, now or later, and asking breaks nothing."""
    assert Meter(what, 0, "this key", "k").wait(10**18, 1) > 0


def test_places_are_free_again_one_by_one() -> None:
    """Concurrency of two: full at two, room for one after one is over; the wait is a second, as nobody knows."""
    meter = Meter("concurrency", 2, "this key", "k")
    meter.take(0, 10)
    assert meter.wait(0, 10) == 0
    meter.take(0, 10)
    assert meter.wait(0, 10) == 1.0
    meter.settle(10**6)
    assert (meter.wait(0, 10), meter.theoretical) == (0, 0)


def test_the_same_amount_again_changes_nothing() -> None:
    """A reload of the same file leaves meters as they are, to the last part of a nanosecond."""
    meter = Meter("tokens", 7, "this key", "k")
    meter.take(3, 5)
    before = meter.theoretical
    meter.change(7)
    assert meter.theoretical == before


@given(st.integers(1, 10_000), st.integers(1, 10_000), st.integers(0, 10**12), st.integers(0, 500))
@settings(max_examples=80)
def test_a_change_neither_gives_nor_takes_time(old: int, new: int, now: int, count: int) -> None:
    """When the amount changes, the moment at which all is there again stays where it was."""
    meter = Meter("tokens", old, "this key", "k")
    meter.take(now, count)
    before = meter.left(now)[1]
    meter.change(new)
    assert meter.left(now)[1] == pytest.approx(before, abs=1e-6)


@given(st.integers(1, 500), st.integers(0, 10**15), st.integers(0, 500), st.integers(0, 3 * MINUTE))
@settings(max_examples=80)
def test_what_is_left_may_come_at_once(amount: int, now: int, count: int, later: int) -> None:
    """As many tokens as are said to be left get in, one more does not."""
    meter = Meter("tokens", amount, "this key", "k")
    meter.take(now, min(count, amount))
    left, _ = meter.left(now + later)
    assert 0 <= left <= amount
    assert meter.wait(now + later, left) == 0
    assert meter.wait(now + later, left + 1) > 0


def test_tokens_given_back_never_make_more_than_the_amount() -> None:
    """An estimate far too high, given back later, leaves no more than a whole minute's amount."""
    meter = Meter("tokens", 100, "this key", "k")
    meter.take(0, 90)
    meter.settle(-90)
    assert meter.left(50 * MINUTE) == (100, 0.0)
    assert meter.idle(50 * MINUTE)
