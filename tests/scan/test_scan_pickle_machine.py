"""The machine beside Python's own unpicklers, its reader, and how values are shown."""

import io
import pickle
import pickletools
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.pickles import STRUCTURES, attacks

from seatrial.scan.blob import BytesBlob
from seatrial.scan.format import Unreadable
from seatrial.scan.limits import Budget, Limits, OverBudget
from seatrial.scan.part import Part
from seatrial.scan.pickles.court import Court
from seatrial.scan.pickles.dangers import danger_of
from seatrial.scan.pickles.expressions import call_shown, shown
from seatrial.scan.pickles.machine import OPCODES, Machine
from seatrial.scan.pickles.op_literals import unescaped
from seatrial.scan.pickles.reader import CHUNK, Broken, CutShort, Reader
from seatrial.scan.pickles.streams import run_all
from seatrial.scan.pickles.values import KEPT, Global, Instance, Mapping, Persistent, Sequence, Stretch, Unknown


class Stub:
    """Stands for everything that a stream imports: nothing it names is ever imported."""

    def __new__(cls, *args, **keywords):
        return object.__new__(cls)

    def __init__(self, *args, **keywords):
        pass

    def __call__(self, *args, **keywords):
        return Stub()

    def __setstate__(self, state):
        pass

    def __setitem__(self, key, value):
        pass

    def append(self, item):
        pass

    extend = add = append


def real_names(base, data):
    """The names that one of Python's unpicklers asks for."""
    seen = []

    class Watching(base):
        def find_class(self, module, name):
            seen.append((module, name))
            return Stub

        def persistent_load(self, pid):
            return Stub()

    try:
        Watching(io.BytesIO(data)).load()
    except Exception:  # noqa: BLE001  broken streams raise anything; the names up to there count
        return seen
    return seen


def court_of(data):
    """What our machine found."""
    court = Court(Part(BytesBlob(data), "x", lambda part: iter(()), Budget(Limits())))
    try:
        run_all(court, BytesBlob(data))
    except (Unreadable, OverBudget):
        return court
    return court


def value_of(data):
    """The value of one stream."""
    return Machine(Reader(BytesBlob(data)), court_of(b"\x80\x02N.")).run()


SEEDS = [*STRUCTURES.values(), *[data for _, data in list(attacks())[::53]]]
UNPICKLERS = {"C": pickle.Unpickler, "Python": pickle._Unpickler}
# Memo indexes of four bytes make the real unpickler ask for gigabytes.
BIG = (b"r", b"\x8b", b"\x8d", b"\x8e", b"\x96")


@pytest.mark.parametrize("kind", sorted(UNPICKLERS))
@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 300), st.sampled_from(b"(.012NQabdelostu)]}\x81\x85\x93\x94Rhcq\x95i"))
def test_every_name_that_an_unpickler_asks_for_is_seen(kind, data, place, code):
    """With an opcode put anywhere, no import escapes the machine that Python's unpicklers carry out."""
    place %= len(data)
    data = data[:place] + bytes([code]) + data[place:]
    if any(big in data for big in BIG):
        return
    court = court_of(data)
    if any(found.id == "pickle.cut-frame" for found in court.oddities.values()):
        return  # there the two unpicklers disagree: an attack, whatever the names
    asked = [pair for pair in real_names(UNPICKLERS[kind], data) if pair not in court.sightings]
    # Of a name that the file's end cuts off only a dangerous module is seen; such a name takes in what is behind it.
    assert all(not name or data.endswith(name.encode() + data[-1:]) for _, name in asked)
    assert not [module for module, _ in asked if (danger := danger_of(module, "")) and danger.kind == "attack"]


def test_every_opcode_of_python_is_known():
    """Each opcode that pickletools lists is carried out, and no other byte is."""
    known = {ord(each.code) for each in pickletools.opcodes}
    assert {code for code, step in enumerate(OPCODES) if step} == known - {ord(".")}


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("thing", [0, 1, 255, 256, 65535, 65536, -1, 2**31, -(2**31), 2**63, -(2**100), 2**900])
def test_numbers_come_out_as_they_went_in(thing, protocol):
    """Whole numbers of all sizes are literal."""
    assert value_of(pickle.dumps(thing, protocol)) == thing


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("thing", [True, False, None, 0.5, -1e300, "", "a\\b\nc", "é\u2028𐍈", "\ud800", "'\""])
def test_literals_come_out_as_they_went_in(thing, protocol):
    """Texts, floats and constants are literal in every protocol."""
    value = value_of(pickle.dumps(thing, protocol))
    assert (value, type(value)) == (thing, type(thing))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb"\x41\102\\n", rb"AB\n"),
        (rb"a\tb", b"a\tb"),
        (rb"\'\"", b"'\""),
        (rb"\q", rb"\q"),
        (b"a\\\nb", b"ab"),
        (b"", b""),
    ],
)
def test_escapes_are_carried_out(written, read):
    """Old strings are read as Python reads them."""
    assert unescaped(written) == read


@pytest.mark.parametrize(
    "data",
    [b"I1x\n.", b"F?\n.", b"S'a\n.", b"Sa\n.",
     b"L1LL\n.", b"X\xff\xff\xff\xff.", b"T\xff\xff\xff\xff.", b"\x8b\xff\xff\xff\xff.",
     b"X\x01\0\0\0\xff.", b"g7\n.", b"h\x07.", b"0.", b"R.", b"\x81.", b"a.",
     b"e.", b"u.", b"s.", b"t.", b"1.", b"2.", b"b.", b"o.",
     b"(o.", b"\x93.", b"\x80\x06N.", b"Vx\\u12\n.", b"\xfe", b".", b"(.", b"Np-1\n."],
)  # fmt: skip
def test_what_no_unpickler_carries_out_breaks(data):
    """Streams that Python's unpicklers refuse break the machine, too, by its own exception."""
    with pytest.raises((Broken, IndexError)):
        value_of(data)


def test_bytes_of_a_stream_end_where_it_ends():
    """The reader takes, looks for lines and skips across chunks, and says when there is nothing left."""
    reader = Reader(BytesBlob(b"ab" + b"x" * CHUNK + b"\nlast\n" + b"y" * (3 * CHUNK)))
    assert (reader.take(2), len(reader.line()), reader.line()) == (b"ab", CHUNK, b"last")
    stretch = reader.text(2 * CHUNK, "bytes")
    assert isinstance(stretch, Stretch)
    assert (reader.byte(), reader.offset) == (ord("y"), CHUNK + 8 + 2 * CHUNK + 1)
    with pytest.raises(CutShort):
        reader.skip(CHUNK)


@pytest.mark.parametrize(
    ("data", "crossed"),
    [
        (b"\x95" + struct.pack("<Q", 2) + b"N.", False),
        (b"\x95" + struct.pack("<Q", 1) + b"NN.", False),
        (b"\x95" + struct.pack("<Q", 2) + b"\x8c\x03abc.", False),
        (b"\x95" + struct.pack("<Q", 3) + b"\x8c\x03abc.", True),
        (b"\x95" + struct.pack("<Q", 2) + b"V" + b"abc\n.", True),
        (b"\x95" + struct.pack("<Q", 12) + b"\x95" + struct.pack("<Q", 2) + b"NNN.", True),
        (b"\x95" + struct.pack("<Q", 9) + b"B" + struct.pack("<I", CHUNK + 1) + b"x" * CHUNK + b"x.", True),
        (b"\x95" + struct.pack("<Q", 5) + b"B" + struct.pack("<I", CHUNK + 1) + b"x" * CHUNK + b"x.", False),
    ],
)
def test_frames_may_end_between_arguments_only(data, crossed):
    """An argument within a frame or behind it is honest; one across its end is not."""
    found = {each.id for each in court_of(b"\x80\x04" + data).oddities.values()}
    assert ("pickle.cut-frame" in found) == crossed


def test_containers_keep_what_is_needed():
    """Long lists and dicts are cut, and count what was left out."""
    sequence, mapping = Sequence("list", []), Mapping()
    for _ in range(3):
        sequence.add(list(range(KEPT)))
        mapping.add(list(range(2 * KEPT)))
    assert (len(sequence.items), sequence.more) == (KEPT, 2 * KEPT)
    assert (len(mapping.keys), mapping.more) == (KEPT, 2 * KEPT)
    mapping.keys[0] = "a"
    assert (mapping.get("a"), mapping.get("b")) == (1, None)


SYSTEM = Global("os", "system")
MADE = Instance(Global("builtins", "dict"), Sequence("tuple", []), 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (1 << 400, "<a number of 401 bits>"),
        ("x" * 200, repr("x" * 80) + "…"),
        (SYSTEM, "os.system"),
        (Global("builtins", "eval"), "eval"),
        (Sequence("tuple", [1]), "(1,)"),
        (Sequence("list", list(range(9))), "[0, 1, 2, 3, 4, 5, …]"),
        (Sequence("set", [1], 5), "set([1, …])"),
        (Mapping(["a"], [SYSTEM]), "{'a': os.system}"),
        (Persistent("id"), "persistent('id')"),
        (Unknown("a buffer"), "<a buffer>"),
        (Stretch(BytesBlob(b""), 0, 9, "str"), "<str of 9 bytes>"),
        (MADE, "dict()"),
    ],
)
def test_values_are_shown_as_python_writes_them(value, text):
    """Every kind of value has a short expression."""
    assert shown(value) == text


def test_calls_are_shown_with_their_arguments():
    """A call shows what is called and with what, whatever the arguments are."""
    assert call_shown(SYSTEM, Sequence("tuple", ["id", 1])) == "os.system('id', 1)"
    assert call_shown(SYSTEM, MADE) == "os.system(*dict())"


def test_a_value_that_holds_itself_is_shown():
    """Cycles end."""
    cycle = Sequence("list", [])
    cycle.add([cycle])
    assert shown(cycle).count("[") < 10
