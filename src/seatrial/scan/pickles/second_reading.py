"""What `pickle.load` would do with bytes that joblib's loader takes for an array: it reads them as opcodes."""

import contextlib
from typing import Any, Final

from seatrial.scan.limits import OverBudget
from seatrial.scan.pickles import rules
from seatrial.scan.pickles.court import Court
from seatrial.scan.pickles.machine import Machine
from seatrial.scan.pickles.reader import Broken, Reader
from seatrial.scan.pickles.values import Instance, Mapping, Sequence, Value

_SURE: Final = frozenset(each.id for each in (rules.DANGEROUS_CALL, rules.DANGEROUS_REFERENCE, rules.DANGEROUS_CODE))
_MEANT: Final = frozenset(each.id for each in (rules.COMPUTED_NAME, rules.CALL_OF_RESULT, rules.PAYLOAD))
_BY_CHANCE: Final = 64
"""Bytes that numbers may look like opcodes for."""


class Overlay(dict[int, Value]):
    """A memo that another stream goes on with: what it puts in does not reach the first one's."""

    def __init__(self, below: dict[int, Value]) -> None:
        super().__init__()
        self._below, self._count = below, len(below)

    def __missing__(self, index: int) -> Value:
        """What the first stream remembered.

        Raises:
            KeyError: Nothing.
        """
        return _apart(self._below[index])

    def __setitem__(self, index: int, value: Value) -> None:
        """Remember something, in this stream only."""
        self._count += index not in self and index not in self._below
        super().__setitem__(index, value)

    def __len__(self) -> int:
        """How many things are remembered: the next index of MEMOIZE."""
        return self._count


class Shared(list[Value]):
    """A stack of the first stream: what another one changes on it is copied first."""

    def __getitem__(self, index: Any) -> Any:
        """What stands there, apart from what the first stream holds."""
        value = _apart(super().__getitem__(index))
        self[index] = value
        return value


def read_as_opcodes(m: Machine, *, pickled: bool) -> None:
    """Go on behind a wrapper as `pickle.load` would, with stack and memo as they are, and report only attacks.

    Args:
        m: The machine, its reader at the first byte of the array; neither it nor its values are changed.
        pickled: Whether joblib, too, reads a pickle there. Its memo is another, so that only plain names count.
    """
    trial = Court(m.court.part)
    machine = Machine(Reader(m.reader.blob, m.reader.offset), trial, joblib=False)
    machine.stack = Shared(m.stack)
    machine.marks = [Shared(below) for below in m.marks]
    machine.memo = Overlay(m.memo)
    with contextlib.suppress(Broken, OverBudget):
        machine.run()
    far = not pickled and machine.reader.offset > m.reader.offset + _BY_CHANCE
    for finding in trial.findings():
        if finding.id in _SURE or (far and finding.id in _MEANT):
            m.court.odd(rules.TWO_READINGS, finding.evidence, finding.offset or m.reader.offset)
            return


def _apart(value: Value) -> Value:
    """The same value, or a copy of one that could be changed."""
    if isinstance(value, Sequence):
        return Sequence(value.kind, value.items[:], value.more)
    if isinstance(value, Mapping):
        return Mapping(value.keys[:], value.values[:], value.more)
    if isinstance(value, Instance):
        return Instance(value.callee, value.args, value.offset)
    return value
