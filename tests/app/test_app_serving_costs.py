"""What a month costs and how far budgets are spent: figures, advice, and what is told when they cannot be known."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.app.serving import budget_status, cost_estimate
from seatrial.app.serving.budget_status import BudgetStatus
from seatrial.app.serving.cost_estimate import DAYS, CostEstimate, Wish, estimate_month, monthly
from seatrial.core.errors import Mistake

FILE = """
targets:
  dear: {openai: "http://127.0.0.1:9/v1", model: big, price: {input: 10, output: 20}}
  cheap: {openai: "http://127.0.0.1:9/v1", model: small}
  euro: {openai: "http://127.0.0.1:9/v1", model: mid, price: {input: 1, output: 2, currency: EUR}}
  unknown: {openai: "http://127.0.0.1:9/v1", model: nobody-knows-this}
gateway:
  keys: none
  prices: {small: {input: 1, output: 2}}
  models:
    support: {deployments: [{target: cheap}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A file with prices, and three cases of which two are equal."""
    (tmp_path / "seatrial.yaml").write_text(FILE)
    asks = ["Is there a ferry?", "Is there a ferry?", "How much is the ticket?"]
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps({"ask": ask}) + "\n" for ask in asks))
    return tmp_path


def estimated(folder: Path, *models: str, traffic: str = "1000/month", output: int | None = 100) -> CostEstimate:
    like = str(folder / "cases.jsonl")
    return estimate_month(folder / "seatrial.yaml", Wish(traffic=traffic, like=like, models=models, output=output))


@pytest.mark.parametrize(
    ("text", "requests"),
    [
        ("1/month", 1.0),
        ("10k/day", 10_000 * DAYS),
        ("500 / hour", 500 * 24 * DAYS),
        ("1.5M/month", 1_500_000.0),
        (" 2/day ", 2 * DAYS),
    ],
)
def test_traffic_is_requests_a_month(text: str, requests: float) -> None:
    """A month has a twelfth of the days of a year."""
    assert monthly(text) == pytest.approx(requests)


@pytest.mark.parametrize("text", ["", "10k", "10k/year", "0/day", "-5/day", "many/day", "/day", "1k/day/day", "1kday"])
def test_what_is_no_traffic_is_told(text: str) -> None:
    """With an example of what is."""
    with pytest.raises(Mistake, match="10k/day or 500/hour is expected"):
        monthly(text)


def test_the_cost_of_a_month_is_tokens_times_price(folder: Path) -> None:
    """A thousand answers of 100 tokens at 20 a million are 2, and the input comes on top."""
    (found,) = estimated(folder, "dear").models
    assert found.month == pytest.approx((found.input * 10 + 100 * 20) * 1000 / 1e6)
    assert found.low <= found.month <= found.high
    assert (found.output, found.output_from, found.currency) == (100.0, "option", "USD")


def test_a_name_is_a_route_a_target_or_a_model(folder: Path) -> None:
    """A route has the price of its first deployment, which may stand in `gateway.prices`."""
    route, target = estimated(folder, "support", "cheap").models
    assert route.month == target.month
    assert [each.model for each in (route, target)] == ["support", "cheap"]


def test_without_a_price_nothing_is_guessed(folder: Path) -> None:
    """The sentence names the model and says where its price would stand."""
    with pytest.raises(Mistake, match=r"no price of `unknown`.*write `price:`"):
        estimated(folder, "unknown")


def test_without_cases_nothing_is_projected(folder: Path) -> None:
    """An empty file has nothing that traffic could be like."""
    (folder / "cases.jsonl").write_text("")
    with pytest.raises(Mistake):
        estimated(folder, "dear")


def test_a_file_that_is_not_there_is_not_needed_for_prices_of_the_list(folder: Path) -> None:
    """A model that nobody lists is told all the same."""
    (folder / "seatrial.yaml").unlink()
    with pytest.raises(Mistake, match="no price of `nobody-has-this`"):
        estimated(folder, "nobody-has-this")


def test_equal_cases_are_what_a_cache_would_save(folder: Path) -> None:
    """One of three was asked before."""
    found = estimated(folder, "dear")
    assert found.repeated == pytest.approx(1 / 3)
    assert found.models[0].saved_by_cache == pytest.approx(found.models[0].month / 3)


def test_an_assumed_length_is_said_to_be_one(folder: Path) -> None:
    """From half to twice as much, in the figures and in the last line."""
    found = estimated(folder, "dear", output=None)
    (model,) = found.models
    assert model.output_from == "assumed"
    assert model.low < 0.6 * model.month
    assert model.high > 1.9 * model.month
    assert "are assumed to have" in cost_estimate.lines_of(found)[-1]


@pytest.mark.parametrize(
    ("models", "line"),
    [
        (("dear", "cheap"), "cheap in the place of dear saves"),
        (("cheap", "dear"), "cheap in the place of dear saves"),
        (("dear",), None),
        (("dear", "dear"), None),
        (("dear", "euro"), None),
    ],
)
def test_the_cheapest_is_named_where_money_can_be_compared(
    folder: Path, models: tuple[str, ...], line: str | None
) -> None:
    """One model, equal ones, and two currencies have no cheaper one."""
    text = "\n".join(cost_estimate.lines_of(estimated(folder, *models)))
    assert ("in the place of" in text) is (line is not None)
    assert line is None or line in text


@given(requests=st.integers(1, 10**6))
@settings(max_examples=25)
def test_longer_times_hold_more_requests(requests: int) -> None:
    """The same amount an hour is 24 times that of a day, and a day's is a month's by its days."""
    hour, day, month = (monthly(f"{requests}/{every}") for every in ("hour", "day", "month"))
    assert hour == pytest.approx(24 * day)
    assert day == pytest.approx(DAYS * month)
    assert month == requests


def status(spent: int, cap: int, subject: str = "") -> BudgetStatus:
    return BudgetStatus(
        budget="all", subject=subject, period="2026-11", spent=spent, cap=cap, currency="USD", then="block"
    )


@pytest.mark.parametrize(
    ("spent", "cap", "share"), [(0, 10, 0.0), (5, 10, 0.5), (10, 10, 1.0), (15, 10, 1.5), (0, 0, 1.0), (5, 0, 1.0)]
)
def test_the_share_of_a_budget(spent: int, cap: int, share: float) -> None:
    """Above one when it is passed; of nothing all is spent."""
    assert status(spent, cap).share == share


def test_the_status_is_a_table() -> None:
    """Columns stand below each other; nobody is a dash."""
    head, first, second = budget_status.lines_of([status(1_500_000_000, 3_000_000_000), status(0, 10**9, "team-a")])
    assert head.split() == ["budget", "whose", "period", "spent", "of", "share", "then"]
    assert first.split() == ["all", "-", "2026-11", "1.50", "3", "USD", "50%", "block"]
    assert second.index("team-a") == head.index("whose")
    assert len(budget_status.lines_of([])) == 1
