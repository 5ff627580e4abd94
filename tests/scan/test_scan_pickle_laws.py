"""Laws of pickles: what must hold for every stream, whatever opcodes it is made of; code, frames, explanations."""

import pickle
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.layouts import global_, text
from making.pickles import PAYLOADS, STRUCTURES, by_global
from making.pickles import text as opcodes_of
from scanning import ids, on_disk, scanned

from seatrial.scan.blob import BytesBlob, Unpacked, Window
from seatrial.scan.file import look
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.part import Part, Settings
from seatrial.scan.pickles.consuming import consume
from seatrial.scan.pickles.court import Court
from seatrial.scan.pickles.explain import calls, unlisted
from seatrial.scan.pickles.expressions import call_shown, shown
from seatrial.scan.pickles.reader import CHUNK, CutShort, Reader
from seatrial.scan.pickles.values import Global, Instance, Mapping, Persistent, Sequence, Stretch, Unknown

SYSTEM = global_("os", "system") + text("id") + b"\x85R"
ORDERED = global_("collections", "OrderedDict") + b")R"
IDLE = st.sampled_from(
    [b"N0", b"K\0010", b"]0", b"}0", b"(1", b"(K\1t0", b"C\3abc0", text("word") + b"0", ORDERED + b"0"]
)


def part_of(data, limits=None):
    """A Part that nothing looks into."""
    return Part(BytesBlob(data), "x", lambda part: iter(()), Budget(limits or Limits()))


@given(st.sampled_from(PAYLOADS), st.lists(IDLE, max_size=12), st.lists(IDLE, max_size=12))
@settings(max_examples=100)
def test_idle_opcodes_hide_no_payload(payload, before, behind):
    """Whatever honest opcodes stand around a call, it is an attack."""
    call = by_global(payload) + opcodes_of(payload.args, 2) + b"R"
    assert scanned(b"\x80\x02" + b"".join(before) + call + b"".join(behind) + b".").verdict == "attack"


@given(st.lists(IDLE, max_size=20))
@settings(max_examples=50)
def test_idle_opcodes_are_clean(body):
    """Honest opcodes in any order have no finding."""
    assert scanned(b"\x80\x04" + b"".join(body) + b"N.").findings == ()


@given(st.lists(IDLE, min_size=1, max_size=6), st.integers(0, 200))
@settings(max_examples=60)
def test_a_cut_never_makes_a_clean_file(body, cut):
    """What is left of an honest stream without its STOP is unread."""
    data = b"\x80\x04" + b"".join(body) + b"N."
    kept = data[: max(3, len(data) - 1 - cut % (len(data) - 3))]
    assert scanned(kept).verdict in ("unread", "review")


@given(st.sampled_from(sorted(STRUCTURES)), st.binary(max_size=20))
@settings(max_examples=60)
def test_bytes_put_behind_a_strange_file_never_make_it_clean(name, behind):
    """What is strange stays strange, whatever follows it; a whole stream with a harmful call stays an attack."""
    assert scanned(STRUCTURES[name] + behind).verdict != "clean"
    assert scanned(b"\x80\x02" + SYSTEM + b"." + STRUCTURES[name] + behind).verdict == "attack"


@pytest.mark.parametrize("name", sorted(STRUCTURES))
def test_a_stream_is_judged_the_same_wherever_it_stands(name, tmp_path):
    """In memory, in a file, in a window of something larger, and unpacked piece by piece."""
    data = STRUCTURES[name]
    expected = ids(scanned(data))
    window = Window(BytesBlob(b"before" + data + b"behind"), 6, len(data))
    pieces = Unpacked(iter([data[at : at + 3] for at in range(0, len(data), 3)]), Budget(Limits()))
    assert ids(look(window, "x", Settings())) == expected
    assert ids(look(pieces, "x", Settings())) == expected
    assert ids(on_disk(tmp_path, data)) == expected


@given(st.binary(max_size=50), st.sampled_from(sorted(STRUCTURES)))
@settings(max_examples=50)
def test_the_same_bytes_have_the_same_findings(tail, name):
    """Nothing is remembered from one file to the next."""
    data = STRUCTURES[name] + tail
    first = scanned(data)
    scanned(b"\x80\x02" + SYSTEM + b".")
    assert scanned(data) == first


@given(st.binary(max_size=60))
@settings(max_examples=60)
def test_explaining_any_bytes_ends(data):
    """Calls and names that are not listed come for any bytes, up to where they break."""
    for head in (b"", b"\x80\x04"):
        assert isinstance(list(calls(part_of(head + data))), list)
        assert list(unlisted(part_of(head + data))) == sorted(set(unlisted(part_of(head + data))))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (ORDERED, [("collections.OrderedDict()", None)]),
        (global_("mypkg", "A") + b")R", [("mypkg.A()", "review")]),
        (global_("mypkg", "A") + b")\x81", [("mypkg.A()", "review")]),
        (global_("mypkg", "A") + b")}\x92", [("mypkg.A()", "review")]),
        (b"(K\1imypkg\nA\n", [("mypkg.A(1)", "review")]),
        (b"(" + global_("mypkg", "A") + b"K\1o", [("mypkg.A(1)", "review")]),
        (SYSTEM, [("os.system('id')", "attack")]),
        (SYSTEM + b")R", [("os.system('id')", "attack"), ("os.system('id')()", "attack")]),
        (global_("functools", "partial") + global_("builtins", "len") + b"\x85R", [("functools.partial(len)", None)]),
        (global_("os", "system"), []),
        (b"N", []),
    ],
)
def test_every_kind_of_call_is_told(body, told):
    """As an expression, with what is thought of it; naming is no call."""
    assert [(each.expression, each.verdict) for each in calls(part_of(b"\x80\x02" + body + b"."))] == told


@pytest.mark.parametrize("streams", [1, 2, 5])
def test_calls_of_all_streams_are_told(streams):
    """A file of several pickles is told whole, in order."""
    data = b"".join(b"\x80\x02" + global_("mypkg", f"A{at}") + b")R." for at in range(streams))
    assert [each.expression for each in calls(part_of(data))] == [f"mypkg.A{at}()" for at in range(streams)]
    assert unlisted(part_of(data)) == tuple(f"mypkg.A{at}" for at in range(streams))


def test_telling_calls_is_bounded():
    """Where the budget ends, the calls up to there are told."""
    data = b"\x80\x02" + (ORDERED + b"0") * 9000 + b"N."
    found = list(calls(part_of(data, Limits(opcodes=10_000))))
    assert 0 < len(found) < 9000


SOURCES = {
    "nothing": ([], None),
    "a list": ([Sequence("list", [1])], None),
    "count": ([Instance(Global("itertools", "count"), Sequence("tuple", []), 0)], "endless"),
    "repeat once": ([Instance(Global("itertools", "repeat"), Sequence("tuple", [1, 1]), 0)], None),
    "repeat": ([Instance(Global("itertools", "repeat"), Sequence("tuple", [1]), 0)], "endless"),
    "old repeat": ([Instance(Global("itertools", "imap"), Sequence("tuple", []), 0)], None),
    "range": ([Instance(Global("builtins", "range"), Sequence("tuple", [0, 1 << 27]), 0)], None),
    "long range": ([Instance(Global("builtins", "range"), Sequence("tuple", [0, (1 << 27) + 1]), 0)], "endless"),
    "steps": ([Instance(Global("builtins", "range"), Sequence("tuple", [0, 1 << 30, 1 << 10]), 0)], None),
    "backwards": ([Instance(Global("__builtin__", "xrange"), Sequence("tuple", [1 << 30, 0, -1]), 0)], "endless"),
    "no steps": ([Instance(Global("builtins", "range"), Sequence("tuple", [0, 9, 0]), 0)], None),
    "no numbers": ([Instance(Global("builtins", "range"), Sequence("tuple", ["a"]), 0)], None),
    "own class": ([Instance(Global("mypkg", "A"), Sequence("tuple", []), 0)], "dangerous-call"),
    "listed class": ([Instance(Global("numpy", "ndarray"), Sequence("tuple", []), 0)], None),
    "of a result": ([Instance(Unknown("x"), Sequence("tuple", []), 0)], None),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_what_is_iterated_over_is_judged_by_its_length_and_its_class(name):
    """Ends are told from what has none, listed classes from strange ones; other calls iterate over nothing."""
    items, rule = SOURCES[name]
    for callee, expected in ((Global("builtins", "list"), rule), (Global("builtins", "abs"), None)):
        court = Court(part_of(b""))
        consume(court, callee, items, 5)
        assert [found.id for found in court.oddities.values()] == ([f"pickle.{expected}"] if expected else [])


@pytest.mark.parametrize("depth", [1, 2, 10, 40])
def test_what_never_ends_is_found_behind_adaptors(depth):
    """Iterators of iterators of iterators."""
    inner = Instance(Global("itertools", "count"), Sequence("tuple", []), 0)
    for _ in range(depth):
        inner = Instance(Global("builtins", "enumerate"), Sequence("tuple", [inner]), 0)
    court = Court(part_of(b""))
    consume(court, Global("builtins", "list"), [inner], 5)
    assert [found.id for found in court.oddities.values()] == ["pickle.endless"]


@pytest.mark.parametrize("sizes", [(1,), (3, 5), (CHUNK,), (CHUNK - 1, 2), (CHUNK + 5,), (1, CHUNK, 1, 3 * CHUNK)])
def test_bytes_are_taken_in_order_whatever_their_sizes(sizes):
    """Across the edges of what is read at a time."""
    data = bytes(range(251)) * (sum(sizes) // 251 + 1)
    reader, at = Reader(BytesBlob(data), 0), 0
    for size in sizes:
        assert reader.take(size) == data[at : at + size]
        at += size
        assert reader.offset == at


@given(st.lists(st.sampled_from(["byte", "take", "line", "skip", "text"]), max_size=12), st.binary(max_size=60))
@settings(max_examples=60)
def test_reading_never_goes_back(steps, data):
    """However bytes are read, the place only grows, up to the end."""
    reader, before = Reader(BytesBlob(data)), 0
    reads = {"byte": reader.byte, "take": lambda: reader.take(3), "line": reader.line, "skip": lambda: reader.skip(2),
             "text": lambda: reader.text(4, "str")}  # fmt: skip
    for step in steps:
        try:
            reads[step]()
        except CutShort:
            return
        assert before < reader.offset <= len(data)
        before = reader.offset


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 9 * CHUNK])
def test_lines_of_any_length_are_whole(length):
    """Protocol 0 writes arrays as one line."""
    reader = Reader(BytesBlob(b"ab" + b"x" * length + b"\nrest\n"), 2)
    assert (len(reader.line()), reader.line(), reader.offset) == (length, b"rest", length + 8)


def framed(*bodies):
    """A stream of frames."""
    return b"\x80\x04" + b"".join(b"\x95" + struct.pack("<Q", len(body)) + body for body in bodies)


@pytest.mark.parametrize(
    "data",
    [
        framed(b"]", b"K\1a", b"."),
        framed(b"N0", b"N."),
        framed(b"") + b"N.",
        framed(b"N0") + b"B" + struct.pack("<I", CHUNK + 1) + b"x" * (CHUNK + 1) + framed(b"0N.")[2:],
        pickle.dumps([b"x" * 100_000, "y" * 100_000], 4),
        pickle.dumps([str(at) for at in range(30_000)], 4),
    ],
    ids=["three", "two", "empty", "large beside", "large ones", "many"],
)
def test_frames_as_picklers_write_them_are_clean(data):
    """Frame behind frame, long arguments between them."""
    assert scanned(data).findings == ()


DEEP = Sequence("list", [Sequence("list", [Sequence("list", [Sequence("list", [Sequence("list", [1])])])])])


@pytest.mark.parametrize(
    ("value", "expression"),
    [
        (1.5, "1.5"), (True, "True"), (b"ab", "b'ab'"), (b"x" * 81, repr(b"x" * 80) + "…"), ("x" * 80, repr("x" * 80)),
        ((1 << 299) - 1, str((1 << 299) - 1)), (1 << 299, "<a number of 300 bits>"), (Sequence("tuple", []), "()"),
        (Sequence("tuple", [1, 2]), "(1, 2)"), (Sequence("frozenset", []), "frozenset([])"),
        (Sequence("list", [1] * 6), "[1, 1, 1, 1, 1, 1]"), (Sequence("list", [1] * 6, 1), "[1, 1, 1, 1, 1, 1, …]"),
        (Mapping(), "{}"), (Mapping([1] * 7, [2] * 7), "{" + ", ".join(["1: 2"] * 6) + ", …}"), (DEEP, "[[[[…]]]]"),
        (Persistent(Sequence("tuple", [1])), "persistent((1,))"),
        (Stretch(BytesBlob(b""), 0, 7, "bytes"), "<bytes of 7 bytes>"),
        (Instance(Instance(Global("a", "B"), Sequence("tuple", []), 0), Sequence("tuple", [1]), 0), "a.B()(1)"),
    ],
)  # fmt: skip
def test_expressions_are_cut_to_what_a_person_reads(value, expression):
    """Long and deep values end in a mark."""
    assert shown(value) == expression


@given(st.recursive(
    st.sampled_from([None, 1, "a", b"b", Global("os", "system"), Unknown("x"), 1 << 400]),
    lambda inner: st.lists(inner, max_size=9).map(lambda items: Sequence("list", items))
    | st.tuples(inner, inner).map(lambda pair: Instance(pair[0], pair[1], 0))
    | st.lists(inner, max_size=9).map(lambda items: Mapping(items, items)),
    max_leaves=30,
))  # fmt: skip
@settings(max_examples=60)
def test_any_value_has_a_bounded_expression(value):
    """Four levels of six items each are the most that is shown."""
    assert 0 < len(shown(value)) < 60_000
    assert call_shown(value, Sequence("tuple", [value])).endswith(")")
