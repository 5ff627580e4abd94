"""Requests that were kept, as the terminal chooses and follows them; lines of the access log; changes that are seen."""

import io
import json
import os
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.interactions import Asked, Interactions, condition, store_of
from seatrial.app.serving.access_log import ATOMIC, MOST, AccessLog
from seatrial.app.serving.metrics import FORGOTTEN, Board, text_of
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Timing, Usage
from seatrial.core.request import Message, Request
from seatrial.gateway.absent import Anyone
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.metrics import Tally
from seatrial.gateway.records.counting import Counting
from seatrial.store.live import LiveStore
from seatrial.store.live_entry import LogEntry


def entry(number: int, *, failure: str | None = None, ago: float = 0.0) -> LogEntry:
    """A request that was kept; its id is of the moment that it came."""
    moment = time.time_ns() - round(ago * 1e9)
    digits = f"{moment // 1_000_000:012x}"
    interaction = Interaction(
        id=f"{digits[:8]}-{digits[8:]}-7000-8000-{number:012d}",
        target="support",
        request=Request((Message("user", f"question {number}"),)),
        timing=Timing(moment, moment, moment + 10**6),
        answer=None if failure else Answer(f"answer {number}"),
        failure=Failure(FailureKind(failure), "no") if failure else None,
    )
    return LogEntry(interaction=interaction, status=504 if failure else 200, operation="chat")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "seatrial.yaml"
    path.write_text("gateway: {store: kept}\n")
    return path


@pytest.fixture
def store(file: Path) -> Iterator[LiveStore]:
    """The live log of the file, with three requests: an old one, one that failed, a good one."""
    store = LiveStore(file.parent / "kept")
    store.add([entry(1, ago=7200), entry(2, failure="timeout"), entry(3)])
    yield store
    store.close()


def shown(file: Path, asked: Asked, most: int = 10) -> list[str]:
    found = Interactions(file, asked)
    try:
        return [each.row.id[-1] for each in found.newest(most)]
    finally:
        found.close()


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        (Asked(), "123"),
        (Asked(failed=True), "2"),
        (Asked(since="1h"), "23"),
        (Asked(since="1d"), "123"),
        (Asked(since="0"), ""),
        (Asked(where="status = 200"), "13"),
        (Asked(where="status = 200", since="1h"), "3"),
        (Asked(where="status = 200 or status = 504", failed=True), "2"),
        (Asked(where="status = 200", failed=True), ""),
    ],
)
def test_what_was_asked_for_is_shown(file: Path, store: LiveStore, asked: Asked, numbers: str) -> None:
    """Each condition narrows the others; the newest stands last."""
    assert shown(file, asked) == list(numbers)


@pytest.mark.parametrize(("most", "numbers"), [(0, ""), (1, "3"), (2, "23"), (3, "123"), (4, "123")])
def test_so_many_of_the_newest(file: Path, store: LiveStore, most: int, numbers: str) -> None:
    """Those that came last, in order."""
    assert shown(file, Asked(), most) == list(numbers)


def test_what_was_said_is_read_only_where_it_is_wanted(file: Path, store: LiveStore) -> None:
    """With bodies the whole Interaction is there."""
    for bodies in (False, True):
        found = Interactions(file, Asked(), bodies=bodies)
        (last,) = found.newest(1)
        found.close()
        assert (last.body is not None) is bodies
    assert last.body is not None
    assert last.body.text == "answer 3"


def test_following_shows_what_comes_and_nothing_twice(file: Path, store: LiveStore) -> None:
    """What was shown before is not shown again; what does not fit is passed over."""
    found = Interactions(file, Asked(failed=True))
    assert [each.row.id[-1] for each in found.newest(5)] == ["2"]
    store.add([entry(4, failure="timeout"), entry(5), entry(6, failure="cut_stream")])
    assert [each.row.id[-1] for each in islice(found.follow(), 2)] == ["4", "6"]
    found.close()


def test_following_goes_on_when_all_was_forgotten(file: Path, store: LiveStore) -> None:
    """Where nothing is left the numbers of rows begin anew; what comes then is shown all the same."""
    found = Interactions(file, Asked())
    store.forget(time.time_ns() + 10**10)
    store.add([entry(4)])
    assert [each.row.id[-1] for each in islice(found.follow(), 1)] == ["4"]
    store.add([entry(5)])
    assert [each.row.id[-1] for each in islice(found.follow(), 1)] == ["5"]
    found.close()


@pytest.mark.parametrize("since", ["yesterday", "", "1y", "-5m", "x" * 100])
def test_a_time_that_is_none_is_told(since: str) -> None:
    """With examples, and no more than the beginning of what was typed."""
    with pytest.raises(Mistake, match="15m, 1h or 7d") as found:
        condition(Asked(since=since))
    assert len(str(found.value)) < 150


def test_where_nothing_is_kept_yet_it_is_said(file: Path) -> None:
    """No file is made by looking."""
    with pytest.raises(Mistake, match="no requests are kept here yet"):
        Interactions(file, Asked())
    assert not (file.parent / "kept").exists()


@pytest.mark.parametrize(
    ("text", "folder"), [("gateway: {}", ".seatrial"), ("gateway: {store: a/b}", "a/b"), ("gateway: {store: 7}", "7")]
)
def test_the_store_stands_beside_the_file(tmp_path: Path, text: str, folder: str) -> None:
    """Relative folders begin where the file is."""
    path = tmp_path / "seatrial.yaml"
    path.write_text(text)
    assert store_of(path) == tmp_path / folder


@pytest.mark.parametrize("text", ["", "[]", "gateway:", "gateway: [1]"])
def test_a_file_without_a_gateway_keeps_nothing(tmp_path: Path, text: str) -> None:
    """It is one sentence with the file's name."""
    path = tmp_path / "seatrial.yaml"
    path.write_text(text)
    with pytest.raises(Mistake, match=r"no `gateway:`"):
        store_of(path)


def exchange(**fields: Any) -> Exchange:
    made = Exchange("/v1/chat/completions", [(b"authorization", b"Bearer sk-secret")])
    made.ended, made.status = made.started + 2_500_000, 200
    for name, value in fields.items():
        setattr(made, name, value)
    return made


async def logged(*exchanges: Exchange) -> list[dict[str, Any]]:
    out = io.BytesIO()
    log = AccessLog(out)
    for each in exchanges:
        log.put(each)
    await log.aclose()
    return [json.loads(line) for line in out.getvalue().splitlines()]


async def test_a_line_says_only_what_is_known() -> None:
    """A request that came to nothing has no model, no key and no tokens in its line, and nobody's secret."""
    (line,) = await logged(exchange())
    assert set(line) == {"at", "id", "path", "status", "ms", "served_by", "attempts", "stream"}
    assert (line["ms"], line["stream"], line["attempts"]) == (2.5, False, 0)


async def test_a_line_says_who_asked_and_how_it_ended() -> None:
    """Key and project by their names, tokens, the first byte and the kind of the failure."""
    made = exchange(caller=Anyone("abcd", "p", "production"), usage=Usage(7, 3), status=504)
    made.first = made.started + 1_000_000
    made.fail("timeout", "it took too long")
    (line,) = await logged(made)
    assert (line["key"], line["project"], line["input"], line["output"]) == ("abcd", "p", 7, 3)
    assert (line["failure"], line["first_ms"], line["status"]) == ("timeout", 1.0, 504)
    assert "too long" not in str(line)


async def test_a_long_path_is_cut() -> None:
    """A line stays one that a pipe takes whole, whatever a client asks for."""
    made = exchange(path="/v1/" + "x" * 10_000)
    (line,) = await logged(made)
    assert len(line["path"]) == 200
    assert len(json.dumps(line)) < ATOMIC


@pytest.mark.parametrize("more", [0, 1, 5])
async def test_lines_beyond_the_bound_are_counted(more: int) -> None:
    """Up to the bound none is left out."""
    made = exchange()
    lines = await logged(*[made] * (MOST + more))
    assert len(lines) == MOST + bool(more)
    assert lines[-1].get("left_out", 0) == more


def board(folder: Path, instance: str = "one", **counters: float) -> Board:
    """A worker's board that has published its sums: a counter and a gauge."""
    now = Tally({}, {})
    now.put("seatrial_log_written_total", (), counters.get("written", 0))
    now.put("seatrial_in_flight", (), counters.get("flying", 0))
    made = Board(folder, instance, Counting(), lambda: now)
    made.publish()
    return made


def test_a_board_adds_up_the_workers_of_its_server(tmp_path: Path) -> None:
    """Those of another server on the same store are not counted."""
    first, _ = board(tmp_path, written=3, flying=1), board(tmp_path, written=4, flying=2)
    board(tmp_path, "two", written=100)
    values = first.sums().values
    assert values["seatrial_log_written_total"] == {(): 7}
    assert values["seatrial_in_flight"] == {(): 3}


@pytest.mark.parametrize(("age", "gone"), [(0.0, False), (FORGOTTEN * 2, True)])
def test_boards_of_servers_that_are_long_gone_are_cleared_away(tmp_path: Path, age: float, gone: bool) -> None:
    """A day after their last word, and never those of the server itself."""
    mine = board(tmp_path, "one")
    board(tmp_path, "two")
    board(tmp_path, "one")
    for path in (tmp_path / "metrics").iterdir():
        moment = time.time() - age
        os.utime(path, (moment, moment))
    mine.clean()
    names = sorted(path.name.partition(".")[0] for path in (tmp_path / "metrics").iterdir())
    assert names == (["one", "one"] if gone else ["one", "one", "two"])


def test_text_for_prometheus_is_sorted_out_by_kind() -> None:
    """A counter is one, a gauge is one, and nothing is said of what has no value."""
    tally = Tally({}, {})
    tally.count("seatrial_retries_total", ("support",), 2)
    tally.put("seatrial_in_flight", (), 5)
    text = text_of(tally).decode()
    assert "# TYPE seatrial_retries_total counter" in text
    assert 'seatrial_retries_total{route="support"} 2.0' in text
    assert "# TYPE seatrial_in_flight gauge" in text
    assert "seatrial_cost_total" not in text


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "é", "{}"])
def test_labels_with_odd_signs_are_escaped(name: str) -> None:
    """A model may have any name; each value stays on its line."""
    tally = Tally({}, {})
    tally.count("seatrial_retries_total", (name,))
    lines = [line for line in text_of(tally).decode().splitlines() if not line.startswith("#")]
    assert len(lines) == 1
    assert lines[0].endswith("} 1.0")
