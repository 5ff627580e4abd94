"""The Format `pickle`: recognised by its header or, without one, by running its start."""

from collections.abc import Iterator

from seatrial.core.finding import Finding
from seatrial.scan.blob import Blob, Window
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.limits import Budget, Limits, OverBudget
from seatrial.scan.part import Part
from seatrial.scan.pickles import rules
from seatrial.scan.pickles.court import Court
from seatrial.scan.pickles.dangers import danger_of
from seatrial.scan.pickles.machine import OPCODES, Machine, Stopped
from seatrial.scan.pickles.op_structure import HIGHEST
from seatrial.scan.pickles.reader import Broken, Reader
from seatrial.scan.pickles.streams import rest, run_all

_TRIAL = 4096
_STARTS = frozenset(b"(]})NIJKLMFGSTUVXBCcP\x85\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x95\x96")
"""Opcodes with which a stream without a header may begin."""


def pickle_at(blob: Blob, offset: int) -> bool:
    """Whether a pickle stream begins at an offset: by its header, or without one by running it a little."""
    head = blob.read(offset, 3)
    if len(head) < 2:
        return False
    if head[0] == 0x80:
        return (head[1] <= HIGHEST and len(head) > 2 and OPCODES[head[2]] is not None) or head[2:] == b"."
    return head[0] in _STARTS and head[:2] != b"PK" and _runs(blob, offset)


def _runs(blob: Blob, offset: int) -> bool:
    """Whether the opcodes from an offset on make sense: to a STOP, or to a call of something that is known."""
    part = Part(blob, "", _look_nowhere, Budget(Limits()))
    court = Court(part)
    machine = Machine(Reader(blob, offset), court)
    try:
        machine.run(_TRIAL)
    except Stopped:
        return True
    except (Broken, OverBudget):
        return _is_known(court, machine)
    names = [sighting.known for sighting in court.sightings.values()]
    whole = not blob.read(machine.reader.offset, 1)
    plain = all(_plain(each.module) and _plain(each.name) for each in names)
    return (plain and (bool(names) or whole)) or _is_known(court, machine)


def _is_known(court: Court, machine: Machine) -> bool:
    """Whether something dangerous is named, or something listed is called: no text does that by chance."""
    return any(
        sighting.standing.danger or (sighting.standing.role and machine.calls)
        for sighting in court.sightings.values()
        if _plain(sighting.known.module)
        and (_plain(sighting.known.name) or danger_of(sighting.known.module, "") is not None)
    )


def _plain(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _look_nowhere(part: Part) -> Iterator[Finding]:
    yield from ()


def _recognise(part: Part) -> bool:
    return pickle_at(part.blob, 0)


def _inspect(part: Part) -> Iterator[Finding]:
    court = Court(part)
    stop: Exception | None = None
    end = None
    try:
        end = run_all(court, part.blob)
    except (Unreadable, OverBudget) as reason:
        stop = reason
    yield from court.findings()
    for name, blob in court.nested:
        yield from part.inside(name, blob).look()
    if stop:
        raise stop
    for offset in rest(part.blob, end or 0):
        yield part.finding(rules.TRAILING, part.blob.read(offset, 16).hex(" "), offset=offset)
        yield from part.inside(f"behind the end, at {offset}", Window(part.blob, offset)).look()


PICKLE = Format(
    "pickle",
    "Python pickles of protocols 0 to 5: pickle, joblib, dill, cloudpickle, torch's layouts",
    _recognise,
    _inspect,
    rules.RULES,
)
