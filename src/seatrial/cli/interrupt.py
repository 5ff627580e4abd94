"""Ctrl-C: the first one lets what is in flight come to its end, the second one cuts it off."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from seatrial.cli.printing import say

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stops_by_hand(stop: asyncio.Event, cut: asyncio.Event) -> Iterator[None]:
    """Set `stop` at the first signal, `cut` at the second; inside a running loop, in the main thread."""
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        if stop.is_set():
            say("cutting off what is in flight")
            cut.set()
        else:
            say("stopping: waiting for what is in flight (press again to cut it off)")
            stop.set()

    added = []
    for number in _SIGNALS:
        try:
            loop.add_signal_handler(number, interrupted)
        except (NotImplementedError, RuntimeError, ValueError):
            continue  # not on this platform, or not in the main thread: KeyboardInterrupt ends it, the journal stays
        added.append(number)
    try:
        yield
    finally:
        for number in added:
            loop.remove_signal_handler(number)
