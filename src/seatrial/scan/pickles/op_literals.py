"""Opcodes that push literals (CPython, Lib/pickletools.py)."""

import re
import struct
from typing import Final

from seatrial.scan.pickles import rules
from seatrial.scan.pickles.machine import Machine, opcode
from seatrial.scan.pickles.reader import ABSURD, Broken
from seatrial.scan.pickles.values import Stretch, Unknown, Value

_DIGITS: Final = re.compile(rb"[-+]?[0-9]{1,4300}")
_CANONICAL: Final = re.compile(rb"0|-?[1-9][0-9]*|00|01")
_ESCAPE: Final = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(\n)|(.))", re.DOTALL)
_LETTERS: Final = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}
_I4, _U4, _U8, _F8 = struct.Struct("<i"), struct.Struct("<I"), struct.Struct("<Q"), struct.Struct(">d")
_LONG: Final = 4096


def number(m: Machine, line: bytes) -> int:
    """A number written in digits.

    Raises:
        Broken: It is none for any unpickler.
    """
    if not _CANONICAL.fullmatch(line):
        m.court.odd(rules.STRANGE_FORM, f"a number written as {line[:40]!r}", m.reader.offset)
    try:
        return int(line.strip(), 0 if not _DIGITS.fullmatch(line) else 10)
    except ValueError as error:
        raise Broken(f"{line[:40]!r} at offset {m.reader.offset} is no number") from error


def sized(m: Machine, size: int, kind: str) -> bytes | Stretch:
    """An argument with its declared size.

    Raises:
        Broken: It is negative, or more than there is.
    """
    if size < 0:
        raise Broken(f"a size of {size} at offset {m.reader.offset}")
    if size >= ABSURD:
        m.court.odd(rules.ABSURD_SIZE, f"{size} bytes", m.reader.offset)
    return m.reader.text(size, kind)


def _push_text(m: Machine, size: int) -> None:
    data = sized(m, size, "str")
    if isinstance(data, Stretch):
        m.stack.append(data)
        return
    try:
        m.stack.append(data.decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError as error:
        raise Broken(f"a text before offset {m.reader.offset} is not UTF-8") from error


@opcode("N")
def _none(m: Machine) -> None:
    m.stack.append(None)


@opcode("\x88")
def _true(m: Machine) -> None:
    m.stack.append(True)


@opcode("\x89")
def _false(m: Machine) -> None:
    m.stack.append(False)


@opcode("I")
def _int(m: Machine) -> None:
    line = m.reader.line()
    m.stack.append({b"00": False, b"01": True}[line] if line in (b"00", b"01") else number(m, line))


@opcode("L")
def _long(m: Machine) -> None:
    line = m.reader.line()
    line = line[:-1] if line[-1:] == b"L" else line
    m.stack.append(number(m, line) if len(line) < _LONG else Unknown("a long number"))


@opcode("J")
def _binint(m: Machine) -> None:
    m.stack.append(_I4.unpack(m.reader.take(4))[0])


@opcode("K")
def _binint1(m: Machine) -> None:
    m.stack.append(m.reader.byte())


@opcode("M")
def _binint2(m: Machine) -> None:
    m.stack.append(int.from_bytes(m.reader.take(2), "little"))


@opcode("\x8a")
def _long1(m: Machine) -> None:
    m.stack.append(int.from_bytes(m.reader.take(m.reader.byte()), "little", signed=True))


@opcode("\x8b")
def _long4(m: Machine) -> None:
    data = sized(m, _I4.unpack(m.reader.take(4))[0], "bytes")
    small = isinstance(data, bytes) and len(data) <= _LONG
    m.stack.append(
        int.from_bytes(data, "little", signed=True) if isinstance(data, bytes) and small else Unknown("a long number")
    )


@opcode("F")
def _float(m: Machine) -> None:
    line = m.reader.line()
    try:
        m.stack.append(float(line))
    except ValueError as error:
        raise Broken(f"{line[:40]!r} at offset {m.reader.offset} is no number") from error


@opcode("G")
def _binfloat(m: Machine) -> None:
    m.stack.append(_F8.unpack(m.reader.take(8))[0])


@opcode("S")
def _string(m: Machine) -> None:
    line = m.reader.line()
    if len(line) < 2 or line[:1] != line[-1:] or line[:1] not in (b"'", b'"'):
        raise Broken(f"a string before offset {m.reader.offset} has no quotes")
    m.stack.append(unescaped(line[1:-1]).decode("latin-1"))


def unescaped(data: bytes) -> bytes:
    """Bytes whose backslash escapes are carried out, as `codecs.escape_decode` does."""
    return _ESCAPE.sub(_escape, data) if b"\\" in data else data


def _escape(found: "re.Match[bytes]") -> bytes:
    if found[1]:
        return bytes([int(found[1], 16)])
    if found[2]:
        return bytes([int(found[2], 8) & 255])
    if found[3]:
        return b""
    return _LETTERS.get(found[4], found[4] if found[4] in (b"\\", b"'", b'"') else b"\\" + found[4])


@opcode("V")
def _unicode(m: Machine) -> None:
    line = m.reader.line()
    try:
        m.stack.append(line.decode("raw_unicode_escape"))
    except UnicodeDecodeError as error:
        raise Broken(f"a text before offset {m.reader.offset} cannot be decoded") from error


@opcode("T")
def _binstring(m: Machine) -> None:
    _push_old(m, _I4.unpack(m.reader.take(4))[0])


@opcode("U")
def _short_binstring(m: Machine) -> None:
    _push_old(m, m.reader.byte())


def _push_old(m: Machine, size: int) -> None:
    data = sized(m, size, "str")
    m.stack.append(data if isinstance(data, Stretch) else data.decode("latin-1"))


@opcode("X")
def _binunicode(m: Machine) -> None:
    _push_text(m, _U4.unpack(m.reader.take(4))[0])


@opcode("\x8c")
def _short_binunicode(m: Machine) -> None:
    _push_text(m, m.reader.byte())


@opcode("\x8d")
def _binunicode8(m: Machine) -> None:
    _push_text(m, _U8.unpack(m.reader.take(8))[0])


@opcode("B")
def _binbytes(m: Machine) -> None:
    m.stack.append(sized(m, _U4.unpack(m.reader.take(4))[0], "bytes"))


@opcode("C")
def _short_binbytes(m: Machine) -> None:
    m.stack.append(sized(m, m.reader.byte(), "bytes"))


@opcode("\x8e")
def _binbytes8(m: Machine) -> None:
    m.stack.append(sized(m, _U8.unpack(m.reader.take(8))[0], "bytes"))


@opcode("\x96")
def _bytearray8(m: Machine) -> None:
    m.stack.append(sized(m, _U8.unpack(m.reader.take(8))[0], "bytes"))


@opcode("\x97")
def _next_buffer(m: Machine) -> None:
    m.court.odd(rules.OUT_OF_BAND, "", m.reader.offset - 1)
    value: Value = Unknown("a buffer that is not in the file")
    m.stack.append(value)


@opcode("\x98")
def _readonly_buffer(m: Machine) -> None:
    if not m.stack:
        raise IndexError
