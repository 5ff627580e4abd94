"""A file of pickles: one stream, several, or torch's old layout with storages behind them."""

from collections.abc import Iterator
from typing import Final

from seatrial.scan.blob import Blob
from seatrial.scan.format import Unreadable
from seatrial.scan.pickles import op_calls as _calls
from seatrial.scan.pickles import op_literals as _literals
from seatrial.scan.pickles import op_structure as _structure
from seatrial.scan.pickles import rules
from seatrial.scan.pickles.court import Court
from seatrial.scan.pickles.machine import Machine
from seatrial.scan.pickles.reader import CHUNK, Broken, CutShort, Reader
from seatrial.scan.pickles.torch_legacy import MAGIC, skip_storages
from seatrial.scan.pickles.values import Value, items_of

LOADED: Final = (_calls, _literals, _structure)
"""The modules whose opcodes are in the table."""
MOST_STREAMS: Final = 100_000
_BLANK: Final = b"\0\n\r\t "


def run_all(court: Court, blob: Blob, offset: int = 0) -> int:
    """Run the stream at an offset and all that follow it; where the last one ends.

    Raises:
        Unreadable: The bytes end too early.
        OverBudget: It costs too much.
    """
    values: list[Value] = []
    for _ in range(MOST_STREAMS):
        reader = Reader(blob, offset)
        value = _run_one(court, reader)
        offset = reader.offset
        values = [*values[:4], value]
        if len(values) == 5 and values[0] == MAGIC and court.storages:
            return skip_storages(court, blob, offset, items_of(value, "list") or [])
        if not may_follow(blob, offset):
            break
    return offset


def _run_one(court: Court, reader: Reader) -> Value:
    try:
        value = Machine(reader, court).run()
        if reader.overlong is not None:
            reader.crossed.append(reader.overlong)
        return value
    except CutShort as reason:
        raise Unreadable(str(reason)) from reason
    except Broken as reason:
        court.odd(rules.MALFORMED, str(reason), reader.offset)
        raise Unreadable(str(reason)) from reason
    finally:
        for crossed in reader.crossed[:10]:
            court.odd(rules.CUT_FRAME, f"at offset {crossed}", crossed)


def may_follow(blob: Blob, offset: int) -> bool:
    """Whether what stands at an offset looks like another stream."""
    head = blob.read(offset, 2)
    return len(head) == 2 and head[0] == 0x80 and head[1] <= _structure.HIGHEST


def rest(blob: Blob, offset: int) -> Iterator[int]:
    """The offset of the first byte behind the end that is no blank, if there is one."""
    for _ in range(16):
        chunk = blob.read(offset, CHUNK)
        left = chunk.lstrip(_BLANK)
        if left:
            yield offset + len(chunk) - len(left)
            return
        if len(chunk) < CHUNK:
            return
        offset += len(chunk)
    yield offset
