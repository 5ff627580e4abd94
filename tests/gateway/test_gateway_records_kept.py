"""From an exchange that is over to its record: what waits, what is read, what is kept and what is left out."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from exchanges import SECOND, answered, streamed
from upstream import until

from seatrial.core.interaction import FailureKind, Interaction, Money, Usage
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.records.counting import Counting
from seatrial.gateway.records.queue import Queue
from seatrial.gateway.records.reading import LONGEST_PARTIAL, Reader
from seatrial.gateway.records.writer import Writer
from seatrial.gateway.wire.operations import PASSED
from seatrial.store.live import NAME, LiveStore
from seatrial.store.log import InteractionLog

READER = Reader(lambda name: f"hash of {len(name)}")


def read(exchange: Exchange) -> Interaction:
    return READER.entry(exchange).interaction


def test_an_answer_becomes_an_interaction() -> None:
    """Who, what, when and for how much; the user as a hash."""
    entry = READER.entry(answered(waited=SECOND // 2, tags={"region": "eu"}))
    found = entry.interaction
    assert (found.text, found.target, found.deployment, found.model) == ("Hello", "support", "one", "m")
    assert (found.usage, found.cost) == (Usage(10, 5), Money(20_000))
    assert (found.timing.waited, found.timing.latency, found.tags) == (0.5, 1.5, {"region": "eu"})
    assert found.user == "hash of 4"
    assert (entry.key, entry.project, entry.status, entry.operation) == ("abcd", "p", 200, "chat")


def test_usage_that_nobody_told_is_estimated() -> None:
    """An answer without usage has an estimate, marked, and its cost."""
    found = read(answered("Hello there", usage=None))
    assert found.usage is not None
    assert found.usage.estimated
    assert found.usage.output > 0
    assert found.cost is not None


@pytest.mark.parametrize(
    "fields", [{"status": 500}, {"attempts": 0, "chunks": []}, {"chunks": []}], ids=["error", "refused", "nothing"]
)
def test_what_gave_no_answer_used_nothing(fields: dict[str, Any]) -> None:
    """Errors and refusals have neither usage nor cost."""
    found = read(answered(usage=None, **fields))
    assert (found.usage, found.cost) == (None, None)


def test_what_the_cache_gave_costs_nothing() -> None:
    """A cached answer is an answer without cost."""
    found = read(answered(served_by="cache", attempts=0))
    assert (found.served_by, found.text, found.cost) == ("cache", "Hello", None)


def test_files_and_batches_are_kept_as_figures() -> None:
    """What is passed as it is, is neither read nor priced."""
    lines = b'{"a": 1}\n{"b": 2}\n'
    found = read(answered(operation=PASSED, chunks=[lines], usage=None))
    assert (found.text, found.usage, found.cost, found.tags) == ("", None, None, {})


def test_a_stream_that_broke_off_keeps_what_had_come() -> None:
    """The failure holds the text so far, bounded."""
    exchange = streamed("a" * LONGEST_PARTIAL, "b")
    exchange.fail("cut_stream", "it broke off", 200)
    found = read(exchange)
    assert found.answer is None
    assert found.failure is not None
    assert (found.failure.kind, found.failure.partial) == (FailureKind.CUT_STREAM, "a" * LONGEST_PARTIAL)
    assert found.timing.first_token == 1_001 * SECOND


@pytest.mark.parametrize(("status", "kind"), [(0, FailureKind.CANCELLED), (404, FailureKind.BAD_REQUEST)])
def test_an_end_without_a_name_gets_one(status: int, kind: FailureKind) -> None:
    """Exactly one of answer and failure is set, whatever the stages forgot to say."""
    found = read(answered(status=status))
    assert found.answer is None
    assert found.failure is not None
    assert found.failure.kind == kind


def test_a_clock_that_was_set_back_makes_no_negative_times() -> None:
    """An exchange that ended before it began took no time."""
    assert read(answered(ended=5)).timing.latency == 0


def test_usage_beyond_all_reason_is_left_out() -> None:
    """A number of tokens that no database holds is none."""
    assert read(answered(usage=Usage(10**30, 5))).usage is None


def test_texts_are_redacted_wherever_they_stand() -> None:
    """Request, answer and failure go through the redaction before anything is kept."""
    reader = Reader(str, lambda text: text.replace("Hello", "[greeting]").replace("Hi", "[greeting]"))
    found = reader.entry(answered()).interaction
    assert found.request.question == found.text == "[greeting]"
    broken = streamed("Hello")
    broken.fail("cut_stream", "Hello broke off", 200)
    failure = reader.entry(broken).interaction.failure
    assert failure is not None
    assert (failure.partial, failure.message) == ("[greeting]", "[greeting] broke off")


def test_a_full_queue_counts_what_it_drops() -> None:
    """What does not fit is dropped and counted; what waits stays."""
    queue = Queue(most=2)
    for _ in range(5):
        queue.put(answered())
    assert (len(queue), queue.dropped, len(queue.take(9))) == (2, 3, 2)


def test_bodies_are_dropped_before_records() -> None:
    """When too many bytes wait, records come without bodies, and say so; later ones have theirs again."""
    queue = Queue(most_bytes=300)
    for _ in range(3):
        queue.put(answered())
    first, *rest = queue.take(9)
    queue.put(answered())
    (last,) = queue.take(9)
    assert [bool(each.body) for each in (first, *rest, last)] == [True, False, False, True]
    assert [each.tags.get("record") for each in rest] == ["thinned", "thinned"]
    assert queue.thinned == 2


def test_a_long_request_is_kept_as_figures() -> None:
    """A body beyond the bound is not kept, and the record says so."""
    queue = Queue(longest=10)
    queue.put(answered())
    (exchange,) = queue.take(1)
    found = read(exchange)
    assert (found.request.messages, found.tags["record"], found.text) == ((), "cut", "Hello")


class Listener:
    """A Sink that fails at every second Interaction."""

    def __init__(self) -> None:
        self.taken: list[Interaction] = []

    def put(self, interaction: Interaction, scores: Sequence[object] = ()) -> None:
        self.taken.append(interaction)
        if len(self.taken) % 2:
            raise ValueError("this Sink is broken")


def writer(queue: Queue, folder: Path, *sinks: Any) -> Writer:
    return Writer(queue, READER, InteractionLog(folder), Counting(), sinks)


def rows(folder: Path) -> list[Any]:
    store = LiveStore(folder)
    try:
        return store.newest(10_000)
    finally:
        store.close()


def test_what_waits_when_the_server_stops_is_kept(tmp_path: Path) -> None:
    """Closing keeps all that was put, in order, and hands it to the Sinks even when one of them fails."""
    queue, sink = Queue(), Listener()
    found = writer(queue, tmp_path, sink)
    found.start()
    exchanges = [answered() for _ in range(1500)]
    for exchange in exchanges:
        queue.put(exchange)
    found.close()
    assert [row.id for row in rows(tmp_path)] == [each.id for each in exchanges]
    assert (len(sink.taken), found.failed) == (1500, 750)


def test_what_cannot_be_read_is_kept_as_figures(tmp_path: Path) -> None:
    """Even an exchange that breaks the reader ends as one record."""
    queue = Queue()
    found = writer(queue, tmp_path)
    queue.put(answered(moments=None))
    queue.put(answered(chunks=[b"data: x\n\n"], moments=None))
    found.start()
    found.close()
    assert [row.tags for row in rows(tmp_path)] == [{}, {"record": "unreadable"}]
    assert found.failed == 1


async def test_a_store_that_takes_nothing_loses_nothing(tmp_path: Path) -> None:
    """While neither database nor spool can be written records wait; they are kept when it goes again."""
    place, queue = tmp_path / "place", Queue()
    place.write_text("in the way")
    found = writer(queue, place / "store")
    found.start()
    for _ in range(3):
        queue.put(answered())
    await until(lambda: bool(found.log.trouble))
    place.unlink()
    queue.put(answered())
    await until(lambda: found.log.written + found.log.spooled >= 4)
    await asyncio.to_thread(found.close)
    log = InteractionLog(place / "store")
    log.write([])
    log.close()
    assert len(rows(place / "store")) == 4
    assert (place / "store" / NAME).exists()
