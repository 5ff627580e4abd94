"""The thread that keeps what is over: reads it, counts it, hands it on and writes it, some times a second."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from seatrial.core.errors import CannotRun
from seatrial.core.sink import Sink
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.records.counting import Counting
from seatrial.gateway.records.queue import Queue
from seatrial.gateway.records.reading import Reader
from seatrial.store.live_entry import LogEntry
from seatrial.store.log import InteractionLog

EVERY: Final = 0.1
"""Seconds; a process that is killed loses at most what came within them."""
BATCH: Final = 512
SLICE: Final = 32
"""Records after which the event loop is let on: it may wait for the interpreter about a millisecond."""
AT_THE_END: Final = 10.0
"""Seconds that the last records may take when the server stops."""


class Writer:
    """Keeps what a Queue holds.

    Args:
        queue: Where requests that are over wait.
        reader: Reads them.
        log: Where they are kept.
        counting: What is counted.
        sinks: Who else gets them.

    Attributes:
        failed: Records that could not be read, and Sinks that failed to take one.
        each_round: Called at the end of each round, in the writer's thread.
    """

    def __init__(
        self, queue: Queue, reader: Reader, log: InteractionLog, counting: Counting, sinks: Sequence[Sink] = ()
    ) -> None:
        self._queue, self.reader, self.log, self._counting, self._sinks = queue, reader, log, counting, tuple(sinks)
        self._pending: list[LogEntry] = []
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.failed = 0
        self.each_round: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin; twice is fine."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="seatrial-records", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Keep what still waits, and end; blocks until it is done."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join(AT_THE_END)
            self._thread = None

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            self._round()
        self._round()
        self.log.close()

    def _round(self) -> None:
        if self._kept():
            while batch := self._queue.take(BATCH):
                self._pending = self._read(batch)
                if not self._kept():
                    break
        self.each_round()

    def _kept(self) -> bool:
        """Write what is in hand; where that fails it stays in hand, and the queue fills up."""
        try:
            self.log.write(self._pending)
        except CannotRun as error:
            self.log.trouble = str(error)
            return False
        self._pending = []
        return True

    def _read(self, batch: Sequence[Exchange]) -> list[LogEntry]:
        found = []
        for number, exchange in enumerate(batch, 1):
            entry = self._entry(exchange)
            self._counting.add(exchange, entry)
            for sink in self._sinks:
                self._hand_on(sink, entry)
            found.append(entry)
            if not number % SLICE:
                time.sleep(0)
        return found

    def _entry(self, exchange: Exchange) -> LogEntry:
        try:
            return self.reader.entry(exchange)
        except Exception:  # noqa: BLE001  whatever clients and providers send, it ends as a record that says so
            self.failed += 1
            return self.reader.bare(exchange)

    def _hand_on(self, sink: Sink, entry: LogEntry) -> None:
        try:
            sink.put(entry.interaction)
        except Exception:  # noqa: BLE001  a Sink of somebody else's: it is counted, and the others go on
            self.failed += 1
