"""Opcodes one by one: what each leaves on the stack, at the edges of its argument, and beside Python's own reading."""

import pickle
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.layouts import global_, text
from scanning import ids, scanned

from seatrial.scan.blob import BytesBlob
from seatrial.scan.format import Unreadable
from seatrial.scan.limits import Budget, Limits, OverBudget
from seatrial.scan.part import Part
from seatrial.scan.pickles.court import Court
from seatrial.scan.pickles.format import pickle_at
from seatrial.scan.pickles.machine import Machine, Stopped
from seatrial.scan.pickles.reader import CHUNK, Broken, CutShort, Reader
from seatrial.scan.pickles.second_reading import Overlay, Shared
from seatrial.scan.pickles.streams import may_follow, rest, run_all
from seatrial.scan.pickles.values import Global, Instance, Mapping, Persistent, Sequence, Stretch, Unknown

ORDERED = global_("collections", "OrderedDict") + b")R"


def court(limits=None):
    """A court over nothing."""
    return Court(Part(BytesBlob(b""), "x", lambda part: iter(()), Budget(limits or Limits())))


def run(data, **options):
    """The value of one stream."""
    return Machine(Reader(BytesBlob(data)), court(), **options).run()


def plain(value):
    """A value as Python has it."""
    if isinstance(value, Sequence):
        kinds = {"tuple": tuple, "list": list, "set": set, "frozenset": frozenset}
        return kinds[value.kind](plain(each) for each in value.items)
    if isinstance(value, Mapping):
        return {plain(key): plain(each) for key, each in zip(value.keys, value.values, strict=True)}
    if isinstance(value, Stretch):
        data = value.blob.read(value.offset, value.size)
        return data.decode("utf-8", "surrogatepass") if value.kind == "str" else data
    return value


ATOMS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=30), st.binary(max_size=30)
)
HASHED = st.recursive(ATOMS, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=5)
THINGS = st.recursive(
    ATOMS | st.frozensets(HASHED, max_size=3) | st.sets(HASHED, max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(HASHED, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(THINGS, st.integers(4, 5))
@settings(max_examples=120)
def test_what_python_writes_is_read_as_it_was(thing, protocol):
    """Every value of literals and containers comes out of the machine as it went in."""
    assert plain(run(pickle.dumps(thing, protocol))) == thing


@given(st.recursive(st.integers() | st.text(max_size=9) | st.none(), lambda inner: st.lists(inner, max_size=3)))
@settings(max_examples=60)
def test_the_value_is_the_same_in_every_protocol(thing):
    """Old and new opcodes of the same value mean the same."""
    assert {repr(plain(run(pickle.dumps(thing, protocol)))) for protocol in range(6)} == {repr(thing)}


@pytest.mark.parametrize("size", [CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
@pytest.mark.parametrize("make", [str, bytes, bytearray])
def test_long_texts_and_bytes_are_what_they_are(size, make):
    """Around the size from which they are left in the file, nothing is lost."""
    thing = "x" * (size - 1) + "y" if make is str else make(b"x" * (size - 1) + b"y")
    value = run(pickle.dumps(thing, 5))
    assert plain(value) == thing
    assert isinstance(value, Stretch) == (size > CHUNK)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"I0\n", 0),
        (b"I00\n", False),
        (b"I01\n", True),
        (b"I-7\n", -7),
        (b"I 7\n", 7),
        (b"I+7\n", 7),
        (b"I0x1f\n", 31),
        (b"L7L\n", 7),
        (b"L7\n", 7),
        (b"L-0L\n", 0),
        (b"J\xff\xff\xff\xff", -1),
        (b"J\0\0\0\x80", -(2**31)),
        (b"K\xff", 255),
        (b"M\xff\xff", 65535),
        (b"\x8a\0", 0),
        (b"\x8a\1\xff", -1),
        (b"\x8a\2\0\1", 256),
        (b"\x8b\0\0\0\0", 0),
        (b"\x8b\1\0\0\0\x80", -128),
        (b"F1.5\n", 1.5),
        (b"F-1e3\n", -1000.0),
        (b"Finf\n", float("inf")),
        (b"G" + struct.pack(">d", 0.1), 0.1),
        (b"S'a'\n", "a"),
        (b'S"a"\n', "a"),
        (b"S''\n", ""),
        (b"S'\\x41'\n", "A"),
        (b"Va\\u00e9\n", "aé"),
        (b"V\n", ""),
        (b"T\2\0\0\0ab", "ab"),
        (b"U\2a\xff", "a\xff"),
        (b"U\0", ""),
        (b"X\2\0\0\0\xc3\xa9", "é"),
        (b"\x8c\0", ""),
        (b"\x8d\1" + bytes(7) + b"a", "a"),
        (b"B\1\0\0\0\xff", b"\xff"),
        (b"C\0", b""),
        (b"\x8e\1" + bytes(7) + b"a", b"a"),
        (b"\x96\1" + bytes(7) + b"a", b"a"),
        (b"N", None),
        (b"\x88", True),
        (b"\x89", False),
        (b")", ()),
        (b"]", []),
        (b"}", {}),
        (b"\x8f", set()),
        (b"(t", ()),
        (b"(l", []),
        (b"(d", {}),
        (b"(\x91", frozenset()),
        (b"K\1\x85", (1,)),
        (b"K\1K\2\x86", (1, 2)),
        (b"K\1K\2K\3\x87", (1, 2, 3)),
        (b"(K\1K\2t", (1, 2)),
        (b"(K\1K\2l", [1, 2]),
        (b"(K\1K\2d", {1: 2}),
        (b"(K\1\x91", frozenset({1})),
        (b"]K\1a", [1]),
        (b"](K\1K\2e", [1, 2]),
        (b"](e", []),
        (b"}K\1K\2s", {1: 2}),
        (b"}(K\1K\2K\3K\4u", {1: 2, 3: 4}),
        (b"}(u", {}),
        (b"\x8f(K\1\x90", {1}),
        (b"K\1K\x020", 1),
        (b"(K\1K\x021K\5", 5),
        (b"K\1(K\x021", 1),
        (b"K\x012\x86", (1, 1)),
        (b"Kxq\0\x30h\0", 120),
        (b"K\1r\1\0\0\0000j\1\0\0\0", 1),
        (b"K\1p1\n0g1\n", 1),
        (b"K\1\x94K\2\x940" + b"h\0\x86", (1, 1)),
        (b"(K\0010K\2t", (2,)),
        (b"K\1(0", 1),
    ],
)
def test_an_opcode_leaves_its_value(body, value):
    """Each form of each literal and each container, alone."""
    made = plain(run(body + b"."))
    assert (made, type(made)) == (value, type(value))
    assert pickle.loads(body + b".", encoding="latin-1") == value


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (global_("a", "B"), Global),
        (text("a") + text("B") + b"\x93", Global),
        (b"\x82\1", Unknown),
        (b"\x97", Unknown),
        (b"\x97\x98", Unknown),
        (b"Px\n", Unknown),
        (b"K\1Q", Unknown),
        (b"(" + text("other") + b"tQ", Persistent),
        (ORDERED, Instance),
        (b"(ia\nB\n", Instance),
        (b"(" + global_("a", "B") + b"o", Instance),
        (global_("a", "B") + b")\x81", Instance),
        (global_("a", "B") + b")}\x92", Instance),
        (ORDERED + b"}b", Instance),
        (b"L" + b"9" * 5000 + b"\n", Unknown),
        (b"\x8b\x01\x10\0\0" + b"\1" * 4097, Unknown),
        (text("a") + ORDERED + b"\x93", Unknown),
    ],
)
def test_what_is_no_literal_stands_for_itself(body, kind):
    """Names, calls, ids and what is not known have values of their own; nothing is made of them."""
    assert isinstance(run(body + b"."), kind)


@pytest.mark.parametrize("body", [b"L" + b"9" * 4000 + b"\n", b"\x8b\x00\x10\0\0" + b"\1" * 4096])
def test_numbers_of_four_thousand_digits_are_numbers(body):
    """Long ones up to a bound are literal."""
    assert isinstance(run(body + b"."), int)


@pytest.mark.parametrize("protocol", range(6))
def test_known_protocols_have_a_header(protocol):
    """Up to five there are."""
    assert run(b"\x80" + bytes([protocol]) + b"N.") is None


@pytest.mark.parametrize("protocol", [6, 7, 200, 255])
def test_unknown_protocols_break(protocol):
    """What a later protocol means is not known."""
    with pytest.raises(Broken, match=f"protocol {protocol} is not known"):
        run(b"\x80" + bytes([protocol]) + b"N.")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"\xff", "0xff at offset 0 is no opcode"),
        (b"R", "the stack is empty"),
        (b".", "nothing on the stack"),
        (b"t", "there is no mark"),
        (b"h\7.", "nothing is remembered as number 7"),
        (b"g-1\n", "nothing is remembered as number -1"),
        (b"Np-1\n", "remembered as number -1"),
        (b"Ix\n", "b'x' at offset 3 is no number"),
        (b"Fx\n", "is no number"),
        (b"Sab\n", "has no quotes"),
        (b"X\1\0\0\0\xff", "is not UTF-8"),
        (b"c\xff\nx\n", "is not UTF-8"),
        (b"\x8b\xff\xff\xff\xff", "a size of -1"),
        (b"T\xff\xff\xff\xff", "a size of -1"),
    ],
)
def test_a_break_says_where_and_why(body, words):
    """The reason is short and has an offset."""
    with pytest.raises(Broken, match=words.replace("'", ".")):
        run(body)


@pytest.mark.parametrize(
    "body", [b"", b"K", b"J\0\0\0", b"\x8c\5ab", b"I1", b"ca\nb", b"C\1", b"\x80", b"N", b"\x95\1"]
)
def test_a_stream_that_ends_too_early_is_cut_short(body):
    """That is told apart from what no unpickler carries out."""
    with pytest.raises(CutShort):
        run(body)


@pytest.mark.parametrize("size", [CHUNK + 1, 1 << 31, (1 << 32) - 1])
def test_a_size_that_is_not_there_is_cut_short_before_anything_is_kept(size):
    """Declared bytes are compared with the file."""
    with pytest.raises(CutShort, match="are not there"):
        run(b"B" + struct.pack("<I", size) + b"x" * 100)


@given(st.binary(max_size=60))
@settings(max_examples=120)
def test_whatever_stands_in_a_stream_it_ends_or_breaks(data):
    """No other exception leaves the machine."""
    try:
        run(data)
    except (Broken, OverBudget):
        return


@pytest.mark.parametrize("most", [1, 4096, 4097])
def test_a_trial_stops_after_its_steps(most):
    """Steps are counted in batches of four thousand."""
    machine = Machine(Reader(BytesBlob(b"N0" * 50_000 + b"N.")), court())
    with pytest.raises(Stopped):
        machine.run(most)
    assert most <= machine.steps <= most + 4096
    assert Machine(Reader(BytesBlob(b"N0" * 10 + b"N.")), court()).run(most) is None


def test_steps_are_paid_for():
    """More opcodes than the limit end the reading."""
    limited = court(Limits(opcodes=10_000))
    with pytest.raises(OverBudget, match="more than 10000 pickle opcodes"):
        Machine(Reader(BytesBlob(b"N0" * 50_000 + b"N.")), limited).run()


def ran(data, offset=0):
    """Where the streams of a file end."""
    return run_all(court(), BytesBlob(data), offset)


@pytest.mark.parametrize(
    ("data", "end"),
    [
        (b"N.", 2),
        (b"N.N.", 2),
        (b"\x80\2N.\x80\2N.", 8),
        (b"\x80\2N.\x80\6N.", 4),
        (b"\x80\2N.\x80", 4),
        (b"\x80\2N.rest", 4),
        (b"\x80\2N." * 50, 200),
    ],
)
def test_streams_follow_each_other_by_their_headers(data, end):
    """Without a header what stands behind is no stream of the file."""
    assert ran(data) == end
    assert ran(b"??" + data, 2) == end + 2


@pytest.mark.parametrize("data", [b"\x80\2N.\x80\2", b"\x80\2N.\x80\2R.", b"\x80\2"])
def test_a_file_whose_last_stream_breaks_could_not_be_read(data):
    """What came before counts, the rest is unread."""
    with pytest.raises(Unreadable):
        ran(data)


@pytest.mark.parametrize(
    ("data", "follows"), [(b"\x80\2", True), (b"\x80\0", True), (b"\x80\5", True), (b"\x80\6", False), (b"\x80", False),
                          (b"", False), (b"N.", False)],
)  # fmt: skip
def test_a_stream_may_follow_where_a_header_stands(data, follows):
    """Two bytes tell."""
    assert may_follow(BytesBlob(data), 0) == follows


@pytest.mark.parametrize(
    ("data", "places"),
    [
        (b"", []), (b"\0\n\r\t ", []), (b"\n\nx", [2]), (bytes(CHUNK - 1) + b"x", [CHUNK - 1]),
        (bytes(CHUNK), []), (bytes(CHUNK) + b"x", [CHUNK]), (bytes(15 * CHUNK) + b"x", [15 * CHUNK]),
        (bytes(17 * CHUNK), [16 * CHUNK]),
    ],
)  # fmt: skip
def test_blanks_behind_the_end_are_passed_over(data, places):
    """A megabyte of them is; more is something else."""
    assert list(rest(BytesBlob(b"??" + data), 2)) == [2 + place for place in places]


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (b"\x80\4N.", True),
        (b"\x80\4", False),
        (b"\x80\6N.", False),
        (b"\x80\4\xff", False),
        (b"\x80\4.", True),
        (b"\x80", False),
        (b"N.", True),
        (b"N", False),
        (b"I1\n.", True),
        (b"I1\n.x", False),
        (b"PK\3\4", False),
        (b"(lp0\n.", True),
        (b"cos\nsystem\n", True),
        (b"cab\ncd\n", False),
        (b"ca b\nc\n.", False),
        (b"ca\nb\n.", True),
        (b"ca\nb\n.rest", True),
        (b"]" * 5000, True),
        (b"(dp0\nS'a'\np1\nI1\ns.", True),
        (b"(\xff", False),
    ],
)
def test_a_pickle_without_a_header_must_make_sense(data, is_one):
    """To its STOP, or to something that no text has by chance."""
    assert pickle_at(BytesBlob(data), 0) == is_one


def test_a_second_reading_changes_nothing_of_the_first():
    """What another loader would remember or change stays its own, and what was there is seen."""
    below = {0: Sequence("list", [1]), 1: "a"}
    memo = Overlay(below)
    memo[0].add([2])
    memo[5] = "new"
    memo[1] = "other"
    assert (below[0].items, below[1], 5 in below) == ([1], "a", False)
    assert (memo[5], memo[1], len(memo)) == ("new", "other", 3)
    with pytest.raises(KeyError):
        memo[7]


@pytest.mark.parametrize(
    "value", [Sequence("list", [1]), Mapping(["a"], [1]), Instance(Global("a", "B"), Sequence("tuple", []), 0)]
)
def test_a_shared_stack_gives_copies_of_what_can_be_changed(value):
    """The first stream's objects are not those that the second one changes; each is copied once."""
    below = [value]
    shared = Shared(below)
    copy = shared[-1]
    assert copy is not value
    assert shared[-1] is not below[-1]
    assert type(copy) is type(value)
    assert plain(copy) == plain(value) if not isinstance(value, Instance) else copy.callee == value.callee


def test_a_stack_that_never_was_is_strange_only_where_it_matters():
    """Items for something that takes none are an attack, items for an object are its own matter."""
    assert ids(scanned(b"\x80\2" + global_("mypkg", "A") + b")\x81K\1a.")) == ["pickle.unlisted-global"]
    assert "pickle.changed-global" in ids(scanned(b"\x80\2" + global_("mypkg", "A") + b"K\1a."))
    assert "pickle.changed-global" in ids(scanned(b"\x80\2\x8fK\1a."))
