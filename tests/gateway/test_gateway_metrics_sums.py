"""Sums of live traffic: what is counted, and that the sums of workers add up."""

import os
from pathlib import Path

import msgspec
import pytest
from exchanges import SECOND, answered, streamed

from seatrial.app.serving.metrics import Board, text_of
from seatrial.core.interaction import Usage
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.metrics import FAMILIES, SECONDS, Tally, decode, merged
from seatrial.gateway.records.counting import Counting
from seatrial.gateway.records.reading import Reader

MODEL = ("chat", "support")


def counted(*exchanges: Exchange) -> Tally:
    counting, reader = Counting(), Reader(str)
    for each in exchanges:
        counting.add(each, reader.entry(each))
    return counting.sums()


def test_a_duration_falls_into_its_bucket() -> None:
    """Two seconds stand in the bucket up to 2.56, and in the sum."""
    row = counted(answered()).histograms["gen_ai_server_request_duration_seconds"][(*MODEL, "")]
    assert row.index(1) == SECONDS.index(2.56)
    assert row[-1] == 2


def test_the_time_of_each_token_is_that_after_the_first() -> None:
    """Three tokens in two seconds after the first one: each took one."""
    tally = counted(streamed("a", "b", "c", usage=Usage(10, 3)))
    assert tally.histograms["gen_ai_server_time_per_output_token_seconds"][MODEL][-1] == 1
    assert tally.histograms["gen_ai_server_time_to_first_token_seconds"][MODEL][-1] == 1


def test_tries_again_money_and_estimates_are_counted() -> None:
    """Each further attempt counts as one; money adds up exactly."""
    tally = counted(answered(attempts=3), answered(attempts=1), answered(usage=None))
    assert tally.values["seatrial_retries_total"] == {("support",): 2}
    assert tally.values["seatrial_estimated_usage_total"] == {("support", "one"): 1}
    assert tally.values["seatrial_cost_total"][("support", "one", "USD")] > 0.00004


def test_what_stages_noted_is_counted() -> None:
    """Guards by stage, name and action; budgets by action; fallbacks and hedges by route."""
    tags = {"guard": "request.injection=flag, answer.pii=redact", "budget": "over", "fallback": "b", "hedged": "two"}
    values = counted(answered(tags=tags), answered(tags=tags)).values
    guards = {("support", "request", "injection", "flag"): 2, ("support", "answer", "pii", "redact"): 2}
    assert values["seatrial_guard_actions_total"] == guards
    assert values["seatrial_budget_actions_total"] == {("support", "over"): 2}
    assert values["seatrial_fallbacks_total"] == values["seatrial_hedges_total"] == {("support",): 2}


def test_what_the_cache_gave_used_no_tokens() -> None:
    """A cached answer counts as a request, not as one to a provider."""
    tally = counted(answered(served_by="cache", attempts=0))
    assert tally.values["seatrial_requests_total"] == {("support", "one", "2xx", "cache"): 1}
    assert "gen_ai_client_token_usage" not in tally.histograms


def test_a_clock_that_was_set_back_counts_as_nothing() -> None:
    """A negative duration is none."""
    exchange = answered(first=5)
    name = "gen_ai_client_operation_time_to_first_chunk_seconds"
    assert counted(exchange).histograms[name][MODEL][-1] == 0


def test_names_that_nobody_serves_make_no_labels() -> None:
    """Requests without a route share one label, however many names clients make up."""
    exchanges = [answered(route=None, deployment=None, status=404, attempts=0) for _ in range(3)]
    assert len(counted(*exchanges).values["seatrial_requests_total"]) == 1


def test_sums_of_workers_add_up() -> None:
    """Merging what two workers sent gives what one would have counted."""
    exchanges = [answered(), streamed("a", "b"), answered(attempts=2, ended=1_000 * SECOND + 7)]
    parts = [decode(counted(each).encode()) for each in exchanges]
    sums, alone = merged(parts), counted(*exchanges)
    assert sums.values.keys() == alone.values.keys()
    assert sums.histograms.keys() == alone.histograms.keys()
    for name, family in alone.values.items():
        assert sums.values[name] == pytest.approx(family)
    for name, rows in alone.histograms.items():
        assert {labels: pytest.approx(row) for labels, row in rows.items()} == sums.histograms[name]


def test_no_label_names_a_person() -> None:
    """No metric has a label by user, key, session or id."""
    names = {label for family in FAMILIES.values() for label in family.labels}
    assert names == {
        *("deployment", "error_type", "gen_ai_operation_name", "gen_ai_request_model", "gen_ai_token_type"),
        *("action", "currency", "guard", "kind", "route", "served_by", "stage", "status"),
    }


def test_buckets_are_those_of_the_conventions() -> None:
    """14 buckets from 10 ms, each twice the one before; 14 from one token, each four times."""
    buckets = FAMILIES["gen_ai_client_token_usage"].buckets
    assert (SECONDS[0], SECONDS[-1], len(SECONDS)) == (0.01, 81.92, 14)
    assert (buckets[0], buckets[-1], len(buckets)) == (1, 4**13, 14)


def test_the_text_counts_up_to_infinity() -> None:
    """Buckets are cumulative, the last one is the count; labels that are empty by nature are left out."""
    text = text_of(counted(answered(), answered(ended=1_000 * SECOND + 10**15))).decode()
    line = 'gen_ai_server_request_duration_seconds_bucket{gen_ai_operation_name="chat",gen_ai_request_model="support",'
    assert f'{line}le="2.56"}} 1.0' in text
    assert f'{line}le="+Inf"}} 2.0' in text
    assert "error_type" not in text
    assert "# TYPE seatrial_requests_total counter" in text


@pytest.fixture
def workers(tmp_path: Path) -> list[Board]:
    """Two workers of one server that have counted one request each."""
    found = []
    for _ in range(2):
        counting = Counting()
        exchange = answered()
        counting.add(exchange, Reader(str).entry(exchange))
        gauges = Tally({"seatrial_in_flight": {(): 1.0}}, {})
        found.append(Board(tmp_path, "server", counting, lambda gauges=gauges: gauges))  # type: ignore[misc]
    for board in found:
        board.publish()
    return found


def test_each_worker_tells_the_sums_of_all(workers: list[Board]) -> None:
    """Whichever worker is asked, the answer is the same."""
    for board in workers:
        sums = board.sums()
        assert sums.values["seatrial_requests_total"] == {("support", "one", "2xx", "upstream"): 2}
        assert sums.values["seatrial_in_flight"] == {(): 2}


def test_a_worker_that_is_gone_holds_nothing_and_keeps_what_it_counted(workers: list[Board], tmp_path: Path) -> None:
    """Counters never go down when a worker dies; its gauges are forgotten, and a torn file does not matter."""
    folder = tmp_path / "metrics"
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    (folder / "server.torn").write_bytes(b"\x82")
    sums = workers[0].sums()
    assert sums.values["seatrial_requests_total"] == {("support", "one", "2xx", "upstream"): 2}
    assert sums.values["seatrial_in_flight"] == {(): 1}
    other = Board(tmp_path, "another", Counting(), lambda: Tally({}, {}))
    other.clean()
    assert [path.name for path in folder.iterdir()] == ["server.torn"]


def test_what_is_no_tally_is_refused() -> None:
    """A file of something else is not taken for sums."""
    with pytest.raises(msgspec.MsgspecError):
        decode(b"\xc1")
