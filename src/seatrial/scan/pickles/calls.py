"""What calls, states and persistent ids come to."""

from seatrial.scan.pickles import rules
from seatrial.scan.pickles.checks import CHECKS, Check
from seatrial.scan.pickles.code import reaches_out
from seatrial.scan.pickles.consuming import consume
from seatrial.scan.pickles.court import Court, is_maker
from seatrial.scan.pickles.expressions import call_shown, shown
from seatrial.scan.pickles.names import modern
from seatrial.scan.pickles.states import check_state
from seatrial.scan.pickles.values import Global, Instance, Mapping, Persistent, Unknown, Value, items_of


def call(court: Court, callee: Value, args: Value, offset: int, *, bare: bool = False) -> Value:
    """What a call with a tuple of arguments gives (REDUCE, INST, OBJ)."""
    items = items_of(args)
    if items is None:
        court.odd(rules.STRANGE_ARGUMENTS, call_shown(callee, args), offset)
        items = items_of(args, "list") or []
    consume(court, callee, items, offset)
    made: Value = Instance(callee, args, offset)
    check = _check_of(court, callee)
    if check and isinstance(callee, Global):
        before = len(court.oddities)
        made = check(court, callee, items, offset) or made
        court.record(callee, args, offset, rules.CODE_INSIDE if len(court.oddities) > before else None)
        return made
    if isinstance(callee, Instance) and is_maker(callee.callee):
        # What the file brings as code runs while it is loaded: then reaching out is no matter of later use.
        rule = rules.DANGEROUS_CODE if reaches_out(callee) else rules.CODE_INSIDE
        court.odd(rule, call_shown(callee, args), offset)
        court.record(callee, args, offset, rule)
        return made
    blamed = court.call(callee, args, offset, bare=bare)
    court.record(callee, args, offset, blamed)
    return made


def _check_of(court: Court, callee: Value) -> Check | None:
    if not isinstance(callee, Global):
        return None
    # A user's own allowance cannot take the checks away, and a listed class that has a check keeps it.
    return CHECKS.get(".".join(modern(callee.module, callee.name)))


def new(court: Court, cls: Value, args: Value, keywords: Value, offset: int) -> Value:
    """What `cls.__new__(cls, *args, **keywords)` gives (NEWOBJ, NEWOBJ_EX)."""
    items = items_of(args)
    if items is None or not (keywords is None or isinstance(keywords, Mapping)):
        court.odd(rules.STRANGE_ARGUMENTS, call_shown(cls, args), offset)
    consume(court, cls, items or [], offset)
    made = Instance(cls, args, offset)
    if isinstance(cls, Instance) and is_maker(cls.callee):
        court.odd(rules.CODE_INSIDE, call_shown(cls, args), offset)
        return made
    rule = court.call(cls, args, offset, bare=True)
    court.record(cls, args, offset, rule)
    return made


def build(court: Court, target: Value, state: Value, offset: int) -> None:
    """Judge the state that BUILD gives to something."""
    if not isinstance(target, Instance):
        court.odd(rules.CHANGED_GLOBAL, f"gives a state to {shown(target)}: {shown(state)}", offset)
        return
    check_state(court, target, state, offset)
    if target.states:
        court.odd(rules.SECOND_STATE, f"{shown(target)}: {shown(state)}", offset)
    target.states.append(state)
    if isinstance(target.callee, Global) and court.standing(target.callee).role is None:
        court.keep_pickles(state)


def persist(court: Court, pid: Value, offset: int) -> Value:
    """What stands for a persistent id; torch's storages and modules are known, all else is not."""
    items = items_of(pid)
    if items is not None and items and isinstance(items[0], str):
        if items[0] == "storage" and _is_storage(court, items):
            return Persistent(pid)
        if items[0] == "module" and len(items) == 4 and isinstance(items[1], Global):
            return items[1]
    court.odd(rules.PERSISTENT, shown(pid), offset)
    return Unknown("what the loader makes of a persistent id") if items is None else Persistent(pid)


def _is_storage(court: Court, items: list[Value]) -> bool:
    if len(items) not in (5, 6):
        return False
    _, cls, key, where, numel = items[:5]
    if not (isinstance(cls, Global) and isinstance(key, str) and isinstance(where, str) and isinstance(numel, int)):
        return False
    if not (cls.module.startswith("torch") and court.standing(cls).role) or numel < 0:
        return False
    view = items_of(items[5]) if len(items) == 6 else None
    if len(items) == 6 and items[5] is not None and (view is None or len(view) != 3):
        return False
    court.storages[key] = cls
    return True
