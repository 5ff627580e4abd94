"""Starting the same plan again goes on where it was left."""

import msgspec

from seatrial.core.errors import CannotRun
from seatrial.core.run import RunInfo
from seatrial.run.journal import Journal
from seatrial.store.record import RunRecord
from seatrial.store.runs import RunStore


def open_run(store: RunStore, info: RunInfo, *, fresh: bool = False) -> Journal:
    """The journal to write: of the newest unfinished run with the same plan, else of a new run.

    A run that another process is at work on is left to it. The journal's `info` is the head of the run that goes on,
    so take the run's id from there.

    Args:
        store: Where runs are kept.
        info: The head of the run if it is a new one; `plan` is what is looked for.
        fresh: Begin a new run in any case.

    Raises:
        CannotRun: The journal or the catalogue cannot be written.
    """
    for record in () if fresh else store.unfinished(info.plan):
        head = msgspec.structs.replace(info, id=record.id, at=record.at)
        try:
            journal = Journal.resume(store.path(record.id), head)
        except CannotRun:
            continue  # Another process took it up in this very moment, or it cannot be opened: a new run is as good.
        store.add(msgspec.structs.replace(record, state="running", readiness=None))
        return journal
    journal = Journal.begin(store.path(info.id), info)
    store.add(RunRecord.of(info))
    return journal
