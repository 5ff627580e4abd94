"""Opcodes that import, call, give a state, or leave something to the loader."""

from seatrial.scan.pickles import rules
from seatrial.scan.pickles.calls import build, call, new, persist
from seatrial.scan.pickles.dangers import danger_of, is_function
from seatrial.scan.pickles.joblib import skip_array
from seatrial.scan.pickles.machine import Machine, opcode
from seatrial.scan.pickles.reader import Broken, CutShort
from seatrial.scan.pickles.values import Global, Instance, Sequence, Unknown, Value


@opcode("c")
def _global(m: Machine) -> None:
    m.stack.append(_imported(m))


def _imported(m: Machine) -> Value:
    """What a module's line and a name's line import.

    Raises:
        CutShort: The file ends within them; Python's unpickler imports the module all the same, so a dangerous one is
            seen first.
    """
    offset = m.reader.offset - 1
    lines: list[str] = []
    try:
        lines.append(_decoded(m, m.reader.line()))
        lines.append(_decoded(m, m.reader.line()))
    except CutShort:
        lines.append(_decoded(m, m.reader.last_line()))
        danger = danger_of(lines[0], "")
        if danger and danger.kind == "attack":
            m.court.refer(lines[0], lines[1] if len(lines) > 1 else "?", offset)
        raise
    return m.court.refer(lines[0], lines[1], offset)


@opcode("\x93")
def _stack_global(m: Machine) -> None:
    name, module = m.stack.pop(), m.stack.pop()
    m.stack.append(m.court.refer(module, name, m.reader.offset - 1))


def _decoded(m: Machine, line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Broken(f"a name before offset {m.reader.offset} is not UTF-8") from error


@opcode("\x82")
@opcode("\x83")
@opcode("\x84")
def _extension(m: Machine) -> None:
    code = m.reader.buffer[m.reader.at - 1]
    number = int.from_bytes(m.reader.take({0x82: 1, 0x83: 2, 0x84: 4}[code]), "little")
    m.court.odd(rules.EXTENSION, f"number {number}", m.reader.offset)
    m.stack.append(Unknown(f"extension {number}"))


@opcode("R")
def _reduce(m: Machine) -> None:
    args, callee = m.stack.pop(), m.stack.pop()
    m.calls, m.made = m.calls + 1, m.made + 1
    m.stack.append(call(m.court, callee, args, m.reader.offset - 1))


@opcode("\x81")
def _newobj(m: Machine) -> None:
    args, cls = m.stack.pop(), m.stack.pop()
    m.calls, m.made = m.calls + 1, m.made + 1
    m.stack.append(new(m.court, cls, args, None, m.reader.offset - 1))


@opcode("\x92")
def _newobj_ex(m: Machine) -> None:
    keywords, args, cls = m.stack.pop(), m.stack.pop(), m.stack.pop()
    m.calls, m.made = m.calls + 1, m.made + 1
    m.stack.append(new(m.court, cls, args, keywords, m.reader.offset - 1))


@opcode("i")
def _inst(m: Machine) -> None:
    offset = m.reader.offset - 1
    cls = _imported(m)
    _instantiate(m, cls, m.pop_mark(), offset)


@opcode("o")
def _obj(m: Machine) -> None:
    items = m.pop_mark()
    _instantiate(m, items[0], items[1:], m.reader.offset - 1)


def _instantiate(m: Machine, cls: Value, items: list[Value], offset: int) -> None:
    m.calls, m.made = m.calls + 1, m.made + 1
    args = Sequence("tuple", items)
    # Only of a class does the unpickler leave `__init__` out.
    bare = not items and isinstance(cls, Global) and not is_function(cls.name)
    m.stack.append(call(m.court, cls, args, offset, bare=bare))


@opcode("b")
def _build(m: Machine) -> None:
    state = m.stack.pop()
    target = m.stack[-1]
    build(m.court, target, state, m.reader.offset - 1)
    if m.joblib and isinstance(target, Instance):
        skip_array(m, target)


@opcode("P")
def _persid(m: Machine) -> None:
    line = m.reader.line().decode("latin-1")
    m.stack.append(persist(m.court, line, m.reader.offset))


@opcode("Q")
def _binpersid(m: Machine) -> None:
    m.stack[-1] = persist(m.court, m.stack[-1], m.reader.offset - 1)
