"""Judges of a whole run: what one check learns of an endpoint, what is told of their cost, what a limit demands."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from app_support import put, put_rows, recorded, refused

from seatrial.app.bridge import run_sync
from seatrial.app.check import Options, check
from seatrial.app.preflight import SuiteCost, announcement, paid_judges, within
from seatrial.app.suite import load
from seatrial.checks.asking import asked_by
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Money
from seatrial.targets.prices import Found, Price

DEAR = "{openai: 'https://models.example.com/v1', model: m, price: {input: 1, output: 2, currency: CURRENCY}}"
SUITE = """
targets:
  bot: {recorded: answers.jsonl}
  judge: JUDGE
  other: OTHER
suites:
  s: {target: bot, cases: [{from: cases.jsonl}], checks: [CHECK]}
gates: [s.pass_rate >= 0%]
"""
EURO = Found(Price(1, 1, 1, "EUR"), "from the settings")
DOLLAR = Found(Price(1, 1, 1, "USD"), "from the settings")
UNKNOWN = Found(None, "no price is known")


class Stubborn(BaseHTTPRequestHandler):
    """An endpoint that takes JSON objects but no schemas; the server keeps what it was asked for."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer, or say what is not supported."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        kind = body["response_format"]["type"]
        self.server.asked.append(kind)  # type: ignore[attr-defined]
        said = {"error": {"message": "no schemas here", "type": "invalid_request_error"}}
        if kind != "json_schema":
            message = {"role": "assistant", "content": '{"reason": "Seen.", "score": 1, "passed": true}'}
            said = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "model": "m"}  # type: ignore[dict-item]
        text = json.dumps(said).encode()
        self.send_response(400 if kind == "json_schema" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self) -> None:
        """There is a server, and that is all."""
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing on standard error."""


@pytest.fixture
def stubborn() -> Iterator[ThreadingHTTPServer]:
    """Such an endpoint on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Stubborn) as server:
        server.asked = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def suite(folder: Path, spec: str, *, judge: str = DEAR, other: str = DEAR, currency: str = "USD") -> Path:
    """A suite of three recorded answers with this check, and two Targets that nothing else asks."""
    text = SUITE.replace("CHECK", spec).replace("JUDGE", judge).replace("OTHER", other)
    return recorded(folder, 3, 0, text.replace("CURRENCY", currency))


def test_checks_of_every_case_share_what_the_first_learned(tmp_path: Path, stubborn: ThreadingHTTPServer) -> None:
    """A check with `{{ docs }}` is another one for each case: still the endpoint refuses a schema only once."""
    where = f"{{openai: 'http://127.0.0.1:{stubborn.server_port}/v1', model: m, stream: false}}"
    spec = '{rubric: {text: T, context: "{{ docs }}"}}'
    path = suite(tmp_path, spec, judge=where, other='{python: "json:dumps"}')
    rows = [{"id": f"c{i}", "ask": "q", "variables": {"docs": f"Document {i}"}} for i in range(12)]
    put_rows(tmp_path, rows)
    put_rows(tmp_path, [{"id": f"c{i}", "answer": f"a{i}"} for i in range(12)], "answers.jsonl")
    put(tmp_path, path.read_text().replace("target: bot,", "target: bot, concurrency: 1,"))
    done = run_sync(lambda: check(load(path), Options()))
    assert (done.report.counts.passed, done.report.counts.judged) == (12, 12)
    assert stubborn.asked == ["json_schema", *["json_object"] * 12]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("spec", "names"),
    [
        ("{rubric: T}", {"judge"}),
        ("{rubric: {text: T, judge: [judge, other]}}", {"judge", "other"}),
        ("{preferred: other}", {"judge", "other"}),
        ("{not: {all_of: [contains, {rubric: T}]}}", {"judge"}),
        ("{weighted: {checks: [{check: {rubric: {text: T, judge: other}}}], threshold: 1}}", {"other"}),
        ("{every_turn: {rubric: T}}", {"judge"}),
        ("{context_use: {limit: '>= 0', with: other, context: x}}", {"other"}),
        ("{similar: {limit: '>= 0.5', with: other}}", {"other"}),
        ("contains", set()),
        ("{rubric: {text: T, judge: bot}}", set()),
    ],
)
def test_paid_judges_are_found_wherever_they_stand(tmp_path: Path, spec: str, names: set[str]) -> None:
    """Targets that checks ask are those that a run pays beside what it tries; a recorded one costs nothing."""
    trial = load(suite(tmp_path, spec))
    try:
        assert set(paid_judges(trial)) == names
    finally:
        run_sync(trial.aclose)


@pytest.mark.parametrize(
    ("judge", "is_named"),
    [
        ("{openai: 'http://127.0.0.1:9/v1', model: m}", False),
        ("{openai: 'http://127.0.0.1:9/v1', model: m, price: {input: 0, output: 0}}", False),
        ("{openai: 'http://127.0.0.1:9/v1', model: m, price: {input: 1, output: 0}}", True),
        ("{openai: 'https://models.example.com/v1', model: no-such-model}", True),
        ('{python: "json:dumps"}', False),
    ],
)
def test_which_judges_cost_something(tmp_path: Path, judge: str, *, is_named: bool) -> None:
    """One on this machine costs nothing unless it has a price; one elsewhere does, also when its price is not known."""
    trial = load(suite(tmp_path, "{rubric: T}", judge=judge))
    try:
        assert bool(paid_judges(trial)) is is_named
    finally:
        run_sync(trial.aclose)


def test_the_estimate_says_what_it_leaves_out() -> None:
    """Judges are named, with what the rest will cost and without; where nothing is paid nothing is said."""
    costs = (SuiteCost("s", 6, 30, Money(3 * 10**9), ""),)
    beside = announcement(costs, {"gpt": DOLLAR, "old": DOLLAR})
    assert beside == "6 attempts with about 30 tokens will cost about 3 USD, without what checks ask `gpt` and `old`"
    free = (SuiteCost("s", 6, 0, None, ""),)
    assert announcement(free, {"gpt": UNKNOWN}) == "checks ask `gpt`, and what that will cost is not estimated"
    assert announcement(free, {}) is None


def test_a_free_target_with_a_paid_judge_is_confirmed(tmp_path: Path, stubborn: ThreadingHTTPServer) -> None:
    """Recorded answers cost nothing, their judge does: whoever starts the run is asked first."""
    priced = f"{{openai: 'http://127.0.0.1:{stubborn.server_port}/v1', model: m, price: {{input: 1, output: 2}}}}"
    path = suite(tmp_path, "{rubric: T}", judge=priced, other='{python: "json:dumps"}')
    told: list[str] = []
    options = Options(confirm=lambda text: bool(told.append(text)))
    with pytest.raises(Mistake, match="the run was not started"):
        run_sync(lambda: check(load(path), options))
    assert told == ["checks ask `judge`, and what that will cost is not estimated"]
    assert stubborn.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("judges", "said"),
    [
        ({"gpt": UNKNOWN}, "the cost limit cannot be kept for the judge `gpt`: no price is known"),
        ({"usd": DOLLAR, "eur": EURO}, "the cost limit is in USD, the price of the judge `eur` in EUR"),
    ],
)
def test_a_limit_that_judges_would_slip_past(judges: dict[str, Found], said: str) -> None:
    """A jury that is paid in two currencies, and a judge without a price, are refused before the run."""
    assert refused(within, (SuiteCost("s", 1, 0, None, ""),), Money(10**9), judges) == said
    within((SuiteCost("s", 1, 0, None, ""),), Money(10**9), {"usd": DOLLAR})


def test_a_check_that_asks_nobody() -> None:
    """Checks that compute, and objects with other ideas of `asks`, ask no Target."""

    class Odd:
        asks = checks = "judge"
        check = None

    assert asked_by(build_check({"all_of": ["contains", "length <= 3"]})) == frozenset()
    assert asked_by(Odd()) == frozenset()
