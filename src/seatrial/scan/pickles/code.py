"""Functions and classes that cloudpickle and dill write into a file as code."""

from collections.abc import Callable
from typing import Final, TypeAlias

from seatrial.scan.pickles import rules
from seatrial.scan.pickles.court import Court, walk
from seatrial.scan.pickles.dangers import danger_of, looks_like_payload, runs_things
from seatrial.scan.pickles.expressions import call_shown
from seatrial.scan.pickles.makers import CODE_TYPES, FUNCTIONS, IMPORTS, TYPES
from seatrial.scan.pickles.names import words
from seatrial.scan.pickles.values import Global, Instance, Sequence, Value

_Check: TypeAlias = Callable[[Court, Global, list[Value], int], Value]
_LOUD: Final = words(
    "subprocess socket pty ctypes code runpy webbrowser urllib requests http ftplib smtplib telnetlib paramiko "
    "multiprocessing posix nt"
)


def _names_in(items: list[Value]) -> frozenset[str]:
    return frozenset(each for each in walk(Sequence("tuple", items)) if isinstance(each, str))


def _make(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """A function, class or cell is made: a matter of what its code names."""
    evidence = call_shown(callee, Sequence("tuple", items))
    names = _names_in(items)
    loud = runs_things(names) or next(filter(None, map(looks_like_payload, sorted(names))), None)
    if loud:
        court.odd(rules.DANGEROUS_CODE, f"{loud}, in {evidence}", offset)
    else:
        court.odd(rules.CODE_INSIDE, callee.full, callee.offset)
    return None


def _type_by_name(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    name = items[0] if items and isinstance(items[0], str) else ""
    if not name.isidentifier():
        court.odd(rules.COMPUTED_NAME, call_shown(callee, Sequence("tuple", items)), offset)
        return None
    court.odd(rules.CODE_INSIDE, callee.full, callee.offset)
    return Global("types", name, offset)


def _import(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    name = items[0] if items and isinstance(items[0], str) else ""
    evidence = call_shown(callee, Sequence("tuple", items))
    module, _, attribute = name.rpartition(".")
    known = danger_of(name, "") or (danger_of(module, attribute) if module else None)
    loud = name.partition(".")[0] in _LOUD or (known is not None and bool(attribute) and known.kind == "attack")
    court.odd(rules.DANGEROUS_CODE if loud else rules.CODE_INSIDE, evidence, offset)
    return Instance(callee, Sequence("tuple", items), offset)


CODE_CHECKS: Final[dict[str, _Check]] = {
    **dict.fromkeys(FUNCTIONS, _make),
    **dict.fromkeys(TYPES, _type_by_name),
    **dict.fromkeys(IMPORTS, _import),
    **dict.fromkeys(CODE_TYPES, _make),
}
