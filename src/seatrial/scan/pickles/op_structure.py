"""Opcodes of the stack, the memo, frames and containers."""

import struct
from typing import Final

from seatrial.scan.pickles import rules
from seatrial.scan.pickles.expressions import shown
from seatrial.scan.pickles.machine import Machine, opcode
from seatrial.scan.pickles.op_literals import number
from seatrial.scan.pickles.reader import ABSURD, Broken
from seatrial.scan.pickles.values import KEPT, Instance, Mapping, Sequence, Value

_U4, _U8 = struct.Struct("<I"), struct.Struct("<Q")
HIGHEST: Final = 5
_SLACK: Final = 256
_BOMB: Final = 10**8
_MOST: Final = 10**30


@opcode("\x80")
def _proto(m: Machine) -> None:
    version = m.reader.byte()
    if version > HIGHEST:
        raise Broken(f"protocol {version} is not known")
    if m.headed or m.reader.offset > m.start + 2:
        m.court.odd(rules.STRANGE_FORM, "the header stands in the middle or twice", m.reader.offset - 2)
    m.headed = True


@opcode("\x95")
def _frame(m: Machine) -> None:
    size = _U8.unpack(m.reader.take(8))[0]
    if size >= ABSURD:
        m.court.odd(rules.ABSURD_SIZE, f"a frame of {size} bytes", m.reader.offset)
    m.reader.open_frame(size)


@opcode("(")
def _mark(m: Machine) -> None:
    m.marks.append(m.stack)
    m.stack = []


@opcode("0")
def _pop(m: Machine) -> None:
    if m.stack:
        m.stack.pop()
    else:
        m.pop_mark()


@opcode("1")
def _pop_mark(m: Machine) -> None:
    m.pop_mark()


@opcode("2")
def _dup(m: Machine) -> None:
    m.stack.append(m.stack[-1])


@opcode("\x94")
def _memoize(m: Machine) -> None:
    _put(m, len(m.memo))


@opcode("q")
def _binput(m: Machine) -> None:
    _put(m, m.reader.byte())


@opcode("r")
def _long_binput(m: Machine) -> None:
    _put(m, _U4.unpack(m.reader.take(4))[0])


@opcode("p")
def _put_text(m: Machine) -> None:
    index = number(m, m.reader.line())
    if index < 0:
        raise Broken(f"something is remembered as number {index} at offset {m.reader.offset}")
    _put(m, index)


def _put(m: Machine, index: int) -> None:
    value, memo = m.stack[-1], m.memo
    if index in memo:
        if memo[index] is not value:
            m.court.odd(rules.OVERWRITTEN, f"number {index}, now {shown(value)}", m.reader.offset)
    elif index > len(memo) + _SLACK and index > m.reader.offset - m.start:
        m.court.odd(rules.STRANGE_FORM, f"remembers something as number {index}", m.reader.offset)
    memo[index] = value


@opcode("h")
def _binget(m: Machine) -> None:
    _get(m, m.reader.byte())


@opcode("j")
def _long_binget(m: Machine) -> None:
    _get(m, _U4.unpack(m.reader.take(4))[0])


@opcode("g")
def _get_text(m: Machine) -> None:
    _get(m, number(m, m.reader.line()))


def _get(m: Machine, index: int) -> None:
    try:
        m.stack.append(m.memo[index])
    except KeyError:
        raise Broken(f"nothing is remembered as number {index}, asked for before offset {m.reader.offset}") from None


def _push(m: Machine, made: Sequence | Mapping) -> None:
    m.made += 1
    m.stack.append(made)
    if isinstance(made, Sequence) and made.items:
        _weigh(m, made, made.items)


def _weigh(m: Machine, target: Sequence | Mapping, values: list[Value]) -> None:
    """Count what is put into a container. Sharing once squares the size of a file, sharing again is a bomb."""
    weight = target.weight + len(values)
    for each in values:
        if isinstance(each, Sequence | Mapping):
            weight += each.weight
    target.weight = weight = min(weight, _MOST)
    if weight > _BOMB and weight > (m.reader.offset - m.start) ** 2:
        m.court.odd(rules.EXPANSION, f"an object of {weight:.1e} items", m.reader.offset - 1)


@opcode(")")
def _empty_tuple(m: Machine) -> None:
    _push(m, Sequence("tuple", []))


@opcode("\x85")
def _tuple1(m: Machine) -> None:
    _push(m, Sequence("tuple", [m.stack.pop()]))


@opcode("\x86")
def _tuple2(m: Machine) -> None:
    second, first = m.stack.pop(), m.stack.pop()
    _push(m, Sequence("tuple", [first, second]))


@opcode("\x87")
def _tuple3(m: Machine) -> None:
    third, second, first = m.stack.pop(), m.stack.pop(), m.stack.pop()
    _push(m, Sequence("tuple", [first, second, third]))


@opcode("t")
def _tuple(m: Machine) -> None:
    items = m.pop_mark()
    _push(m, Sequence("tuple", items[:KEPT], max(0, len(items) - KEPT)))


@opcode("]")
def _empty_list(m: Machine) -> None:
    _push(m, Sequence("list", []))


@opcode("l")
def _list(m: Machine) -> None:
    items = m.pop_mark()
    _push(m, Sequence("list", items[:KEPT], max(0, len(items) - KEPT)))


@opcode("}")
def _empty_dict(m: Machine) -> None:
    _push(m, Mapping())


@opcode("d")
def _dict(m: Machine) -> None:
    made, flat = Mapping(), m.pop_mark()
    made.add(flat)
    _push(m, made)
    _weigh(m, made, flat)


@opcode("\x8f")
def _empty_set(m: Machine) -> None:
    _push(m, Sequence("set", []))


@opcode("\x91")
def _frozenset(m: Machine) -> None:
    items = m.pop_mark()
    _push(m, Sequence("frozenset", items[:KEPT], max(0, len(items) - KEPT)))


@opcode("a")
def _append(m: Machine) -> None:
    value = m.stack.pop()
    _extend(m, [value], "list")


@opcode("e")
def _appends(m: Machine) -> None:
    _extend(m, m.pop_mark(), "list")


@opcode("\x90")
def _additems(m: Machine) -> None:
    _extend(m, m.pop_mark(), "set")


def _extend(m: Machine, values: list[Value], kind: str) -> None:
    target = m.stack[-1]
    if isinstance(target, Sequence) and target.kind == kind:
        target.add(values)
        _weigh(m, target, values)
    elif not isinstance(target, Instance):
        m.court.odd(rules.CHANGED_GLOBAL, f"puts items into {shown(target)}", m.reader.offset - 1)


@opcode("s")
def _setitem(m: Machine) -> None:
    value, key = m.stack.pop(), m.stack.pop()
    _set(m, [key, value])


@opcode("u")
def _setitems(m: Machine) -> None:
    _set(m, m.pop_mark())


def _set(m: Machine, flat: list[Value]) -> None:
    target = m.stack[-1]
    if isinstance(target, Mapping):
        target.add(flat)
        _weigh(m, target, flat)
    elif isinstance(target, Instance):
        target.held.add(flat)
    else:
        m.court.odd(rules.CHANGED_GLOBAL, f"sets keys of {shown(target)}", m.reader.offset - 1)
