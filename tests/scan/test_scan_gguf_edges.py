"""GGUF at its boundaries: blocks of every type, counts against the file, alignments, names and offsets."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.looking import ids, seen
from making.tensors import Gguf, honest_gguf

BLOCKS = [
    *(("F32", 0, 1, 4), ("F16", 1, 1, 2), ("BF16", 30, 1, 2), ("F64", 28, 1, 8), ("I8", 24, 1, 1), ("I16", 25, 1, 2)),
    *(("I32", 26, 1, 4), ("I64", 27, 1, 8), ("Q4_0", 2, 32, 18), ("Q4_1", 3, 32, 20), ("Q5_0", 6, 32, 22)),
    *(("Q5_1", 7, 32, 24), ("Q8_0", 8, 32, 34), ("Q2_K", 10, 256, 84), ("Q3_K", 11, 256, 110), ("Q4_K", 12, 256, 144)),
    *(("Q5_K", 13, 256, 176), ("Q6_K", 14, 256, 210), ("Q8_K", 15, 256, 292), ("IQ2_XXS", 16, 256, 66)),
    *(("IQ4_NL", 20, 32, 18), ("IQ4_XS", 23, 256, 136), ("TQ1_0", 34, 256, 54), ("MXFP4", 39, 32, 17)),
]
"""Name, number, elements and bytes of a block, as ggml's own tables have them."""


def evidence(data):
    """Ids with what they show."""
    return [(each.id, each.evidence) for each in seen(data).findings]


@pytest.mark.parametrize(("name", "kind", "elements", "size"), BLOCKS)
def test_every_type_takes_its_blocks(name, kind, elements, size):
    """Three blocks of each type are clean in exactly their bytes, and cut in one fewer."""
    file = Gguf().tensor(name, [elements, 3], kind, 0)
    assert ids(file.bytes(bytes(3 * size))) == []
    assert ids(file.bytes(bytes(3 * size - 1))) == ["file.unread"]


@pytest.mark.parametrize(("name", "kind", "elements", "size"), [each for each in BLOCKS if each[2] > 1])
def test_rows_are_whole_blocks(name, kind, elements, size):
    """A row of one element fewer than its blocks hold is a shape that no writer makes."""
    wrong = Gguf().tensor(name, [elements - 1, 2], kind, 0).bytes(bytes(2 * size))
    assert evidence(wrong) == [("gguf.impossible-shape", f"{name}: [{elements - 1}, 2] in blocks of {elements}")]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *((0, b"\xff"), (1, b"\xff"), (2, b"\xff\xff"), (3, b"\xff\xff"), (4, b"\0" * 4), (5, b"\xff" * 4)),
        *(
            (6, struct.pack("<f", 0.5)),
            (7, b"\1"),
            (8, b"\2" + b"\0" * 7 + b"ab"),
            (10, b"\xff" * 8),
            (11, b"\xff" * 8),
        ),
        (12, struct.pack("<d", 0.5)),
        (9, struct.pack("<IQ", 0, 3) + b"abc"),
        (9, struct.pack("<IQ", 8, 2) + bytes(16)),
        (9, struct.pack("<IQ", 12, 0)),
    ],
)
def test_every_kind_of_value_is_stepped_over_exactly(kind, value):
    """Behind each kind of value the next key is found where it is."""
    file = Gguf().key("first", kind, value).string("tokenizer.chat_template", "{{ ''.__class__ }}")
    assert ids(file.bytes()) == ["jinja.sandbox-escape"]


@pytest.mark.parametrize("kind", [13, 14, 255, 2**32 - 1])
def test_kinds_that_do_not_exist_are_attacks(kind):
    """A value of a number that the format has not given away cannot be stepped over by anybody."""
    assert evidence(Gguf().key("a", kind, bytes(8)).bytes()) == [("gguf.unknown-value-kind", str(kind))]
    assert ids(Gguf().array("a", kind, [bytes(8)]).bytes()) == ["gguf.unknown-value-kind"]


@pytest.mark.parametrize(("version", "order"), [(1, "<"), (2, "<"), (3, "<"), (2, ">"), (3, ">")])
def test_all_versions_and_orders_say_the_same(version, order):
    """The same model is clean in each published layout, and its byte too many is found in each."""
    data = honest_gguf(version, order)
    assert ids(data) == []
    assert ids(data + bytes(40)) == ["gguf.trailing-bytes"]


@pytest.mark.parametrize("version", [0, 4, 65_536])
def test_other_versions_could_not_be_read(version):
    """Of a version that is not published nobody knows what follows."""
    assert evidence(Gguf(version).bytes()) == [("file.unread", f"as gguf: its version {version} is unknown")]


@pytest.mark.parametrize(
    ("code", "kind", "value", "shown"),
    [
        *(("I", 4, 8, None), ("I", 4, 32, None), ("I", 4, 64, None), ("Q", 10, 1 << 24, None)),
        *(("I", 4, 0, "0"), ("I", 4, 3, "3"), ("I", 4, 48, "48"), ("I", 4, 1 << 25, "33554432"), ("i", 5, -32, "-32")),
        *(("f", 6, 32.0, "0"), ("?", 7, True, "0")),
    ],
)
def test_the_alignment_is_a_power_of_two(code, kind, value, shown):
    """Powers of two up to sixteen million are clean; nought, others, those below nought and other kinds are attacks."""
    file = Gguf()
    found = evidence(file.key("general.alignment", kind, file.pack(code, value)).bytes())
    assert found == ([] if shown is None else [("gguf.alignment", shown)])


@pytest.mark.parametrize(("dimensions", "wanted"), [(0, []), (1, []), (4, []), (5, ["gguf.impossible-shape"])])
def test_tensors_have_up_to_four_dimensions(dimensions, wanted):
    """A scalar is honest, a fifth dimension is not ggml's."""
    assert ids(Gguf().tensor("a", [1] * dimensions, 0, 0).bytes(bytes(4))) == wanted


@pytest.mark.parametrize(("length", "wanted"), [(64, []), (1024, []), (1025, ["gguf.long-name"])])
def test_names_of_tensors_have_an_end(length, wanted):
    """Other programs' names may be longer than ggml's sixty-four bytes, but not without end."""
    assert ids(Gguf().tensor("a" * length, [1], 0, 0).bytes(bytes(4))) == wanted


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [(4, "file.unread"), (36, "file.unread"), (1023, "file.unread"), (1024, "gguf.unknown-tensor-type")],
)
def test_types_that_were_taken_back_are_unread_and_absurd_ones_attacks(kind, wanted):
    """A number near the known ones may be tomorrow's or yesterday's; one far off is made up."""
    assert ids(Gguf().tensor("a", [32], kind, 0).bytes(bytes(64))) == [wanted]


@pytest.mark.parametrize(
    ("shape", "kind", "offset", "wanted"),
    [
        ([1 << 46], 0, 0, ["gguf.impossible-shape"]),
        ([1 << 23, 1 << 23], 0, 0, ["gguf.impossible-shape"]),
        ([1 << 63, 2], 0, 0, ["gguf.impossible-shape"]),
        ([0, 1 << 46], 0, 0, ["gguf.impossible-shape"]),
        ([1], 0, 1 << 46, ["gguf.impossible-offset"]),
        ([1], 0, (1 << 46) - 32, ["file.unread", "gguf.tensors-beyond-end"]),
        ([1 << 45], 0, 0, ["gguf.impossible-offset"]),
        ([1 << 40], 24, 0, ["file.unread", "gguf.tensors-beyond-end"]),
    ],
)
def test_sizes_and_places_beyond_any_file_are_attacks(shape, kind, offset, wanted):
    """From seventy terabytes on no file explains it; below, a person looks at what is not there."""
    assert ids(Gguf().tensor("a", shape, kind, offset).bytes(bytes(32))) == wanted


@pytest.mark.parametrize(("size", "wanted"), [(16 * 65_536, []), (16 * 65_536 + 1, ["gguf.tensors-beyond-end"])])
def test_a_cut_file_holds_a_sixteenth_of_it(size, wanted):
    """Small files count as sixty-four kilobytes: one more byte than sixteen of these is for a person."""
    start = len(Gguf().tensor("a", [1], 24, 0).bytes())
    assert ids(Gguf().tensor("a", [size - start], 24, 0).bytes()) == ["file.unread", *wanted]


@pytest.mark.parametrize(
    ("places", "wanted"),
    [
        ([0, 32], []),
        ([32, 0], []),
        ([0, 0], ["gguf.overlap"]),
        ([0, 16], ["gguf.unaligned"]),
        ([0, 64], []),
    ],
)
def test_tensors_stand_side_by_side(places, wanted):
    """In any order and with gaps, but never over each other nor beside the alignment."""
    file = Gguf()
    for number, place in enumerate(places):
        file.tensor(f"t{number}", [8], 0, place)
    assert ids(file.bytes(bytes(max(places) + 32))) == wanted


@pytest.mark.parametrize(("more", "wanted"), [(0, []), (1, []), (32, []), (33, ["gguf.trailing-bytes"])])
def test_padding_behind_the_last_tensor_is_at_most_the_alignment(more, wanted):
    """Writers pad to the alignment; a byte more belongs to nobody."""
    assert ids(Gguf().tensor("a", [8], 0, 0).bytes(bytes(32 + more))) == wanted


@pytest.mark.parametrize(
    ("count", "wanted"),
    [
        (1 << 20, "file.unread"),
        ((1 << 20) + 1, "gguf.beyond-end"),
        (1 << 28, "gguf.beyond-end"),
        ((1 << 28) + 1, "gguf.impossible-length"),
        (1 << 63, "gguf.impossible-length"),
    ],
)
def test_counts_of_arrays_are_held_against_the_file(count, wanted):
    """A megabyte may be cut off, more is for a person, more than any model has is an attack."""
    assert ids(Gguf().array("a", 0, [b"x"], count).bytes()) == [wanted]


@pytest.mark.parametrize(
    ("tensors", "keys", "wanted"),
    [
        (0, 1 << 16, "file.unread"),
        (0, (1 << 16) + 1, "gguf.impossible-length"),
        (1 << 15, 0, "file.unread"),
        (1 << 20, 0, "gguf.beyond-end"),
        ((1 << 20) + 1, 0, "gguf.impossible-length"),
        (2**64 - 1, 0, "gguf.impossible-length"),
        (0, 2**64 - 1, "gguf.impossible-length"),
    ],
)
def test_counts_of_the_head_are_held_against_the_file(tensors, keys, wanted):
    """Each key takes nine bytes and each tensor twenty: what cannot be there was cut off or made up."""
    found = seen(Gguf().bytes(tensors=tensors, keys=keys)).findings
    assert [each.id for each in found] == [wanted]
    assert str(tensors or keys) in found[0].evidence


@pytest.mark.parametrize("length", [(1 << 27) + 1, 2**63, 2**64 - 1])
def test_a_text_longer_than_any_model_is_an_attack(length):
    """Lengths of keys and of texts alike, wherever they stand."""
    file = Gguf()
    assert ids(file.key("a", 8, file.text("b", length)).bytes()) == ["gguf.impossible-length"]
    head = b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, length)
    assert ids(head + bytes(20)) == ["gguf.impossible-length"]


def test_keys_and_tensors_that_stand_twice_are_named():
    """Each repetition is told with its name and place."""
    data = Gguf().string("k", "a").string("k", "b").string("k", "c").tensor("t", [1], 0, 0).tensor("t", [1], 0, 32)
    found = evidence(data.bytes(bytes(36)))
    assert found == [("gguf.duplicate-key", "k"), ("gguf.duplicate-key", "k"), ("gguf.duplicate-tensor", "t")]


@pytest.mark.parametrize(
    ("depth", "wanted"), [(11, ["gguf.nested-array"]), (12, ["gguf.deep-array", "gguf.nested-array"])]
)
def test_arrays_nest_to_the_depth_of_containers(depth, wanted):
    """A person looks at arrays of arrays; beyond the limit they are an attack."""
    inner = struct.pack("<IQ", 0, 1) + b"x"
    for _ in range(depth):
        inner = struct.pack("<IQ", 9, 1) + inner
    assert ids(Gguf().key("a", 9, inner).bytes()) == wanted


@pytest.mark.parametrize("key", ["chat_template", "tokenizer.chat_templates", "general.description"])
def test_only_chat_templates_are_rendered(key):
    """A text under another key is nobody's template."""
    assert ids(Gguf().string(key, "{{ ''.__class__ }}").bytes()) == []


@pytest.mark.parametrize("magic", [b"lmgg", b"fmgg", b"tjgg", b"algg", b"GGML", b"GGMF", b"GGJT", b"GGLA"])
def test_each_older_format_says_what_to_do(magic):
    """All magic numbers from before GGUF are unread, with the advice to convert."""
    found = seen(magic + bytes(60))
    assert (found.verdict, found.formats) == ("unread", ("ggml",))
    assert "convert it to GGUF" in found.findings[0].evidence


_TENSORS = st.lists(st.tuples(st.sampled_from(BLOCKS), st.integers(1, 3)), min_size=1, max_size=6)


@given(_TENSORS, st.sampled_from([8, 32, 64]))
def test_any_tensors_in_a_row_are_clean(tensors, alignment):
    """Whatever types and sizes follow each other at the alignment, the file is clean."""
    file, at = Gguf(), 0
    file.key("general.alignment", 4, file.pack("I", alignment))
    for number, ((name, kind, elements, size), rows) in enumerate(tensors):
        file.tensor(f"{name}.{number}", [elements, rows], kind, at)
        at += -(-rows * size // alignment) * alignment
    head = file.bytes()[: 24 + sum(map(len, file.keys + file.tensors))]
    assert ids(head + bytes(-len(head) % alignment) + bytes(at)) == []
