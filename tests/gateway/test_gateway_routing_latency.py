"""Where time goes, and the advice that is drawn from it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.gateway.latency import FEW, Timed, advice, figures

WELL = {"first_token": 0.2, "generation": 0.1, "output_tokens": 30, "streamed": True, "input_tokens": 100}
TIMED = st.builds(
    Timed,
    route=st.sampled_from("ab"),
    deployment=st.sampled_from("xy"),
    queue=st.floats(0, 5),
    connect=st.floats(0, 1),
    first_token=st.floats(0, 5),
    generation=st.floats(0, 50),
    streamed=st.booleans(),
    bounded=st.booleans(),
    cut=st.booleans(),
    answers=st.integers(1, 4),
    attempts=st.integers(1, 4),
    input_tokens=st.integers(0, 9000),
    output_tokens=st.integers(0, 9000),
)


def of(route: str = "support", times: int = FEW, **fields: Any) -> list[Timed]:
    return [Timed(route=route, **(WELL | fields)) for _ in range(times)]


def rules(*requests: Timed) -> list[str]:
    found = figures(requests)
    return [each.rule for each in advice(found["support"], found.values())]


def test_a_route_that_is_well_needs_no_advice() -> None:
    """Nothing is said for the sake of saying something."""
    assert rules(*of()) == []


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"generation": 6.0, "output_tokens": 600}, "output length"),
        ({"cut": True}, "stop"),
        ({"answers": 3}, "n"),
        ({"streamed": False, "generation": 2.0, "output_tokens": 80}, "streaming"),
        ({"queue": 0.4}, "queue"),
        ({"queue": 0.4, "attempts": 2}, "tries again"),
        ({"connect": 0.1}, "connections"),
        ({"input_tokens": 4000}, "prompt"),
    ],
    ids=["output length", "stop", "n", "streaming", "queue", "tries again", "connections", "prompt"],
)
def test_each_rule_speaks_on_its_figures_alone(fields: dict[str, Any], rule: str) -> None:
    """One thing that is not well gives one piece of advice."""
    assert rules(*of(**fields)) in ([rule], [rule, "output length"], ["output length", rule])


def test_nothing_is_advised_on_a_few_requests() -> None:
    """Nineteen slow ones may be chance."""
    assert rules(*of(times=FEW - 1, generation=60.0, output_tokens=6000)) == []


def test_a_bound_is_advised_where_one_answer_in_a_hundred_runs_on() -> None:
    """The bound is the figure that was seen."""
    requests = [*of(times=98, bounded=False), *of(times=2, bounded=False, output_tokens=4000)]
    (found,) = [each for each in advice(figures(requests)["support"]) if each.rule == "max_tokens"]
    assert "max_tokens: 4000" in found.what


def test_the_faster_deployment_is_named_with_what_it_would_save() -> None:
    """By the seconds to its first byte."""
    requests = [*of(deployment="far", first_token=1.0), *of(deployment="near", first_token=0.2)]
    (found,) = advice(figures(requests)["support"])
    assert (found.rule, found.saves) == ("region", pytest.approx(0.4))
    assert found.because.startswith("near ")


def test_a_faster_model_is_named_when_it_writes_twice_as_fast() -> None:
    """The saving is for answers of the same length."""
    requests = [*of(generation=0.3, output_tokens=30), *of("small", generation=0.1, output_tokens=50)]
    (found,) = advice(figures(requests)["support"], figures(requests).values())
    assert found.rule == "smaller model"
    assert found.saves == pytest.approx(0.3 - 30 * 0.1 / 50)


def test_the_largest_saving_comes_first() -> None:
    """A reader may stop after one line."""
    requests = of(generation=4.0, output_tokens=400, queue=3.0, answers=2)
    saves = [each.saves or 0.0 for each in advice(figures(requests)["support"])]
    assert len(saves) == 3
    assert saves == sorted(saves, reverse=True)


@given(st.lists(TIMED, min_size=1, max_size=60))
def test_any_figures_add_up(requests: list[Timed]) -> None:
    """The parts are all of the time, no saving is more than all of it, and every advice says why."""
    for route, found in figures(requests).items():
        own = [each for each in requests if each.route == route]
        assert found.total == pytest.approx(sum(each.total for each in own) / len(own))
        for each in advice(found, figures(requests).values()):
            assert each.saves is None or each.saves <= found.total + 1e-9
            assert each.because
