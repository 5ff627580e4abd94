"""Each piece of advice at the border of its rule: the figure that gives it, and the nearest one that does not."""

from typing import Any

import msgspec
import pytest

from seatrial.gateway.latency import FEW, RouteFigures, Timed, advice, figures

QUIET = RouteFigures(
    route="support",
    requests=100,
    queue=0.0,
    connect=0.0,
    first_token=0.2,
    generation=0.1,
    median=0.3,
    p95=0.3,
    streamed=1.0,
    unbounded=0.0,
    cut=0.0,
    answers=1.0,
    attempts=1.0,
    input_tokens=100.0,
    cached=0.0,
    output_tokens=40.0,
    output_p99=60.0,
    first_by_deployment={},
)
LONG = {"generation": 1.0, "output_tokens": 100.0}
STREAM = {"streamed": 0.4, "first_token": 1.0, "generation": 0.5, "output_tokens": 50.0}
BOUND = {"unbounded": 0.5, "output_p99": 160.0}
PREFIX = {"input_tokens": 1024.0, "cached": 0.19}


def advised(**figures_: Any) -> list[str]:
    return [each.rule for each in advice(msgspec.structs.replace(QUIET, **figures_))]


def test_a_quiet_route_needs_nothing() -> None:
    """The figures from which the tests begin give no advice by themselves."""
    assert advised() == []


@pytest.mark.parametrize(
    ("rule", "figures_", "given"),
    [
        ("output length", LONG, True),
        ("output length", LONG | {"output_tokens": 99.0}, False),
        ("output length", LONG | {"generation": 0.2}, True),
        ("output length", LONG | {"generation": 0.19}, False),
        ("max_tokens", BOUND, True),
        ("max_tokens", BOUND | {"unbounded": 0.49}, False),
        ("max_tokens", BOUND | {"output_p99": 159.0}, False),
        ("max_tokens", BOUND | {"output_tokens": 0.0, "output_p99": 4.0}, True),
        ("stop", {"cut": 0.2}, True),
        ("stop", {"cut": 0.19}, False),
        ("n", {"answers": 1.05}, True),
        ("n", {"answers": 1.04}, False),
        ("streaming", STREAM, True),
        ("streaming", STREAM | {"streamed": 0.5}, False),
        ("streaming", STREAM | {"first_token": 0.4}, False),
        ("streaming", STREAM | {"output_tokens": 49.0}, False),
        ("region", {"first_by_deployment": {"a": 0.1, "b": 0.3}}, True),
        ("region", {"first_by_deployment": {"a": 0.1}}, False),
        ("region", {"first_by_deployment": {"a": 0.16, "b": 0.3}}, False),
        ("region", {"first_by_deployment": {}}, False),
        ("queue", {"queue": 0.05}, True),
        ("queue", {"queue": 0.02}, False),
        ("queue", {"queue": 0.05, "attempts": 1.2}, False),
        ("tries again", {"queue": 0.05, "attempts": 1.2}, True),
        ("tries again", {"queue": 0.05, "attempts": 1.1}, False),
        ("tries again", {"queue": 0.01, "attempts": 3.0}, False),
        ("connections", {"connect": 0.02}, True),
        ("connections", {"connect": 0.01}, False),
        ("connections", {"connect": 0.009}, False),
        ("prompt", PREFIX, True),
        ("prompt", PREFIX | {"input_tokens": 1023.0}, False),
        ("prompt", PREFIX | {"cached": 0.2}, False),
        ("prompt", PREFIX | {"first_token": 0.02}, False),
    ],
)
def test_a_rule_speaks_from_its_border_on(rule: str, figures_: dict[str, Any], given: bool) -> None:
    """At the border there is advice, just beside it there is none."""
    assert (rule in advised(**figures_)) is given


@pytest.mark.parametrize(("requests", "given"), [(0, False), (FEW - 1, False), (FEW, True)])
def test_advice_needs_enough_requests(requests: int, given: bool) -> None:
    """Too few say nothing, however bad they are."""
    assert bool(advised(requests=requests, cut=1.0, answers=9.0)) is given


@pytest.mark.parametrize(
    ("other", "given"),
    [
        ({"generation": 0.05}, True),
        ({"generation": 0.051}, False),
        ({"generation": 0.05, "requests": FEW - 1}, False),
        ({"generation": 0.05, "output_tokens": 0.0}, False),
        ({"generation": 0.05, "route": "support"}, False),
    ],
)
def test_another_model_must_write_twice_as_fast(other: dict[str, Any], given: bool) -> None:
    """Half the time for each token, in enough requests, by another route."""
    beside = msgspec.structs.replace(QUIET, **({"route": "small"} | other))
    assert ("smaller model" in [each.rule for each in advice(QUIET, [QUIET, beside])]) is given


def test_a_route_that_writes_nothing_has_no_time_for_a_token() -> None:
    """Nothing is divided by nothing."""
    silent = msgspec.structs.replace(QUIET, output_tokens=0.0)
    assert silent.token_time is None
    assert msgspec.structs.replace(QUIET, first_token=0.0, generation=0.0).share(0.0) == 0
    assert advice(silent, [QUIET]) == []


def test_figures_of_no_requests_are_none() -> None:
    """There is no route without a request."""
    assert figures([]) == {}


@pytest.mark.parametrize(("count", "known"), [(FEW // 2 - 1, False), (FEW // 2, True)])
def test_a_deployment_is_compared_when_it_was_asked_often_enough(count: int, known: bool) -> None:
    """A few lucky answers make no faster region, and a request that nobody answered is nobody's."""
    requests = [Timed(route="r", deployment="a", first_token=0.1)] * count + [Timed(route="r")] * FEW
    assert ("a" in figures(requests)["r"].first_by_deployment) is known
    assert "" not in figures(requests)["r"].first_by_deployment


def test_the_share_of_the_cache_is_of_tokens_not_of_requests() -> None:
    """One long prompt from the cache weighs more than many short ones that were not."""
    requests = [Timed(route="r", input_tokens=900, cached_tokens=900), Timed(route="r", input_tokens=100)]
    assert figures(requests)["r"].cached == 0.9
    assert figures([Timed(route="r")])["r"].cached == 0
