"""Entries of the live log for tests."""

import time
from typing import Any

from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money, Timing, Usage
from seatrial.core.request import Message, Request
from seatrial.store.live_entry import LogEntry


def entry(
    id_: str | None = None,
    *,
    at: int | None = None,
    seconds: float = 0.5,
    status: int = 200,
    failure: str | None = None,
    text: str = "Hello",
    **more: Any,
) -> LogEntry:
    """An entry that began at a moment (UTC nanoseconds) and took so many seconds; further fields of its Interaction."""
    begun = time.time_ns() if at is None else at
    ended = begun + round(seconds * 1e9)
    fields: dict[str, Any] = {"target": "support", "deployment": "one", "usage": Usage(10, 5), "cost": Money(20_000)}
    found = Interaction(
        request=Request((Message("user", "Hi"),)),
        timing=Timing(begun, begun, ended, begun + (ended - begun) // 2),
        answer=Answer(text) if failure is None else None,
        failure=None if failure is None else Failure(FailureKind(failure), "it did not work"),
        **({} if id_ is None else {"id": id_}),
        **fields | more,
    )
    return LogEntry(interaction=found, status=status, operation="chat", key="abcd", project="p")
