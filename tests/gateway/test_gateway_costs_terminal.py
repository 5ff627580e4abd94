"""`seatrial cost estimate` and `seatrial budget status`, as they are typed."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from redis_support import needs_redis, redis, sharing

from seatrial.app.serving.budget_status import budget_status
from seatrial.app.serving.cost_estimate import DAYS, monthly
from seatrial.cli.program import Session, program
from seatrial.core.errors import Mistake, SeatrialError
from seatrial.core.interaction import Interaction, Timing, Usage
from seatrial.core.request import Message, Request
from seatrial.gateway.budgets.book import reservation
from seatrial.gateway.budgets.budget import Budget, account
from seatrial.gateway.budgets.cap import parse_cap
from seatrial.gateway.budgets.memory_book import MemoryBook
from seatrial.gateway.budgets.shared_book import SharedBook
from seatrial.gateway.limits.scope import parse_scope
from seatrial.store.live import LiveStore, ago
from seatrial.store.live_entry import LogEntry

FILE = """
targets:
  dear: {openai: "http://127.0.0.1:9/v1", model: big, price: {input: 10, output: 20}}
  cheap: {openai: "http://127.0.0.1:9/v1", model: small, price: {input: 1, output: 2}}
gateway:
  keys: none
  budgets:
    - {of: all, limit: 10 USD/month, then: warn}
    - {of: "project:*", limit: 5 USD/day, then: downgrade to support}
  models:
    support: {deployments: [{target: dear}]}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "seatrial.yaml"
    path.write_text(FILE)
    asks = ["Is there a ferry?", "Is there a ferry?", "How much is the ticket to Saltholm for two?", "Thanks!"]
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps({"ask": ask}) + "\n" for ask in asks))
    return path


def typed(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(program, [*arguments, "--config", str(file)], obj=Session())


def estimated(file: Path, *more: str, models: str = "dear,cheap") -> Any:
    like = str(file.parent / "cases.jsonl")
    arguments = ("--requests", "1k/day", "--like", like, "--models", models, "--format", "json", *more)
    found = typed(file, "cost", "estimate", *arguments)
    assert found.exception is None, found.output
    return json.loads(found.output)


@pytest.mark.parametrize(
    ("text", "requests"), [("10k/day", 10_000 * DAYS), ("2/hour", 48 * DAYS), ("1.5M / month", 1_500_000)]
)
def test_traffic_is_read(text: str, requests: float) -> None:
    """So many an hour, day or month become so many a month."""
    assert monthly(text) == pytest.approx(requests)


@pytest.mark.parametrize("text", ["", "10k", "/day", "0/day", "10/week", "-1/day"])
def test_what_is_no_traffic_is_a_mistake(text: str) -> None:
    """It is told with an example."""
    with pytest.raises(Mistake, match="10k/day"):
        monthly(text)


def test_a_month_is_requests_times_tokens_times_prices(file: Path) -> None:
    """With answers of 100 tokens the cost follows from the cases' tokens, and lies in its interval."""
    found = estimated(file, "--output", "100")
    dear, cheap = found["models"]
    expected = found["requests"] * (dear["input"] * 10 + 100 * 20) / 1e6
    assert dear["month"] == pytest.approx(expected)
    assert dear["low"] < dear["month"] < dear["high"]
    assert cheap["month"] == pytest.approx(expected / 10)


def test_what_would_save_is_told(file: Path) -> None:
    """A quarter of the cases repeat: a cache saves a quarter; a fifth of the prompt is a fifth of its cost."""
    found = estimated(file, "--output", "100")
    dear = found["models"][0]
    assert found["repeated"] == 0.25
    assert dear["saved_by_cache"] == pytest.approx(dear["month"] / 4)
    assert dear["saved_by_shorter"] == pytest.approx(found["requests"] * dear["input"] * 10 / 1e6 / 5)


def test_unknown_lengths_widen_the_interval(file: Path) -> None:
    """Without records and option the length is assumed, said so, and may be half or twice as much."""
    dear = estimated(file)["models"][0]
    assert dear["output_from"] == "assumed"
    assert dear["low"] < 0.6 * dear["month"]
    assert dear["high"] > 1.9 * dear["month"]


def test_own_records_tell_the_length_of_answers(file: Path) -> None:
    """Thirty kept answers of a deployment stand in the place of the assumption, for its route, too."""
    timing = Timing(due=ago(10), started=ago(10), ended=ago(9))
    request, store = Request(messages=(Message("user", "Hi"),)), LiveStore(file.parent / ".seatrial")
    made = [
        Interaction(target="support", request=request, timing=timing, deployment="dear", usage=Usage(9, 40 + each % 3))
        for each in range(30)
    ]
    store.add([LogEntry(interaction=each) for each in made])
    store.close()
    for name in ("dear", "support"):
        model = estimated(file, models=name)["models"][0]
        assert (model["output"], model["output_from"]) == (pytest.approx(41), "records")


def test_a_table_for_people(file: Path) -> None:
    """Without `--format` there are lines with the models and the advice."""
    like = str(file.parent / "cases.jsonl")
    found = typed(file, "cost", "estimate", "--requests", "1k/day", "--like", like, "--models", "dear,cheap")
    assert "cheap in the place of dear saves" in found.output
    assert "a cache saves" in found.output


def test_a_model_without_a_price_is_a_mistake(file: Path) -> None:
    """What it costs is not guessed."""
    like = str(file.parent / "cases.jsonl")
    found = typed(file, "cost", "estimate", "--requests", "1k/day", "--like", like, "--models", "nobody-knows-it")
    assert isinstance(found.exception, Mistake)
    assert "no price of `nobody-knows-it`" in str(found.exception)


async def spend(book: Any, of: str, limit: str, subject: str, nanos: int, now: int) -> None:
    made = reservation([account(Budget(parse_scope(of), parse_cap(limit)), subject, now)], nanos)
    await book.reserve(made, ())
    await book.settle(made, nanos)
    await book.aclose()


async def test_the_status_of_budgets_is_read_beside_a_server(file: Path) -> None:
    """Each budget with what is spent of it now; those of nobody yet are not there; other months do not count."""
    store, now = file.parent / ".seatrial", ago(0)
    await spend(MemoryBook(store), "all", "10 USD/month", "", 2_500_000_000, now)
    await spend(MemoryBook(store), "all", "10 USD/month", "", 1_000_000_000, now - 40 * 86400 * 10**9)
    await spend(MemoryBook(store), "project:*", "5 USD/day", "p1", 1_000_000_000, now)
    found = [(each.budget, each.subject, each.spent, each.share) for each in budget_status(file)]
    assert found == [("all", "", 2_500_000_000, 0.25), ("project:*", "p1", 1_000_000_000, 0.2)]


def test_the_status_as_a_table_and_as_json(file: Path) -> None:
    """Both forms name the budget and its cap."""
    assert "10 USD" in typed(file, "budget", "status").output
    assert json.loads(typed(file, "budget", "status", "--format", "json").output)[0]["cap"] == 10_000_000_000


@needs_redis
async def test_the_status_is_that_of_redis_where_there_is_one(file: Path) -> None:
    """What other hosts have spent is seen, too."""
    async with redis(file.parent) as server:
        text = FILE.replace("  keys: none", f"  keys: none\n  redis: {server.url}")
        await asyncio.to_thread(file.write_text, text)
        async with sharing(server) as shared:
            await spend(SharedBook(shared), "all", "10 USD/month", "", 5_000_000_000, ago(0))
        found = await asyncio.to_thread(budget_status, file)
        assert [(each.budget, each.spent) for each in found] == [("all", 5_000_000_000)]
        await server.stop()
        with pytest.raises(SeatrialError, match="Redis cannot be asked"):
            await asyncio.to_thread(budget_status, file)
