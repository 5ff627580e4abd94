"""safetensors at its boundaries: sizes of every type, the last allowed byte, and where findings point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.looking import ids, seen
from making.tensors import entry, safetensors

BYTES_OF_EIGHT = [
    *(("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("BOOL", 8), ("U8", 8), ("I8", 8), ("F8_E4M3", 8), ("F8_E5M2", 8)),
    *(("F8_E8M0", 8), ("F8_E4M3FNUZ", 8), ("F8_E5M2FNUZ", 8), ("F16", 16), ("BF16", 16), ("I16", 16), ("U16", 16)),
    *(("I32", 32), ("U32", 32), ("F32", 32), ("F64", 64), ("I64", 64), ("U64", 64), ("C64", 64)),
]


def findings(header, data=b"", **more):
    """What is found in a file of a header and data."""
    return seen(safetensors(header, data, **more)).findings


def reasons(header, data=b"", **more):
    """Why it could not be read."""
    return [each.evidence for each in findings(header, data, **more) if each.id == "file.unread"]


@pytest.mark.parametrize(("dtype", "size"), BYTES_OF_EIGHT)
def test_every_type_takes_its_bits(dtype, size):
    """Eight elements of each published type are clean in exactly their bytes and an attack in one byte more."""
    assert seen(safetensors({"a": entry(0, size, dtype, [2, 4])}, bytes(size))).verdict == "clean"
    assert ids(safetensors({"a": entry(0, size + 1, dtype, [2, 4])}, bytes(size + 1))) == ["safetensors.wrong-size"]


@pytest.mark.parametrize("dtype", ["F4", "F6_E2M3"])
def test_elements_that_fill_no_whole_byte_are_an_attack(dtype):
    """Three elements of four or six bits end within a byte, which their own reader refuses."""
    assert ids(safetensors({"a": entry(0, 2, dtype, [3])}, bytes(2))) == ["safetensors.wrong-size"]


@pytest.mark.parametrize(
    ("header", "data", "length", "reason"),
    [
        ({"a": entry(0, 4)}, b"", 4000, "as safetensors: its header takes 4000 bytes and 64 are there"),
        ({"a": entry(0, 4)}, b"\0", None, "as safetensors: its tensors take 4 bytes and 1 are there"),
        ({"a": entry(0, 1, "F2")}, b"\0", None, "as safetensors: its dtype 'F2' is unknown"),
        ({"a": entry(0, 1, "x" * 99)}, b"\0", None, f"as safetensors: its dtype '{'x' * 40}' is unknown"),
    ],
)
def test_why_a_file_could_not_be_read_is_said_in_numbers(header, data, length, reason):
    """Each refusal names what was declared and what is there."""
    assert reasons(header, data, length=length) == [reason]


def test_a_tensor_of_unknown_type_is_still_held_to_its_place():
    """A type of tomorrow does not excuse an overlap."""
    header = {"a": entry(0, 4, "F2"), "b": entry(2, 6)}
    assert ids(safetensors(header, bytes(6))) == ["file.unread", "safetensors.overlap"]


@pytest.mark.parametrize(("more", "wanted"), [(0, ["file.unread"]), (8, ["file.unread", "safetensors.beyond-end"])])
def test_a_cut_file_holds_at_least_a_sixteenth(more, wanted):
    """Exactly sixteen times the file is a cut; beyond that a person looks at it."""
    size = len(safetensors({"a": entry(0, 1000)}))
    assert ids(safetensors({"a": entry(0, 16 * size + more)})) == wanted


@pytest.mark.parametrize(
    ("metadata", "evidence"),
    [
        (None, []),
        ({}, []),
        ({"a": ""}, []),
        ([], ["list"]),
        ("text", ["str"]),
        (7, ["int"]),
        ({"a": 1, "b": "x", "c": None}, ["a: int", "c: NoneType"]),
        ({"a": {"b": "c"}}, ["a: dict"]),
    ],
)
def test_metadata_are_texts_by_name(metadata, evidence):
    """Anything but texts is reviewed, and the finding says which key holds what."""
    found = findings({"__metadata__": metadata, "a": entry(0, 1)}, b"\0")
    assert [(each.id, each.evidence) for each in found] == [("safetensors.metadata", each) for each in evidence]


@pytest.mark.parametrize(("levels", "wanted"), [(99, ["safetensors.metadata"]), (100, ["safetensors.deep-header"])])
def test_a_header_may_nest_a_hundred_levels(levels, wanted):
    """The object itself is one level; the hundred and first is an attack."""
    raw = b'{"__metadata__":' + b"[" * levels + b"]" * levels + b"}"
    assert ids(safetensors(raw)) == wanted


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b'{"__metadata__":{"a":"b"}}', []),
        (b'{"__metadata__":{"a":"b"}}      ', []),
        (b' {"__metadata__":{"a":"b"}}', ["safetensors.padding"]),
        (b'{"__metadata__":{"a":"b"}}\n', ["safetensors.padding"]),
        (b'{"__metadata__":{"a":"b"}}\0\0', ["safetensors.padding"]),
        (b'{"__metadata__":{"a":"b"}}\t ', ["safetensors.padding"]),
        (b'{"__metadata__":{"a":"b"}} {}', ["safetensors.bad-header"]),
        (b'{"__metadata__":{"a":"b"', ["safetensors.bad-header", "safetensors.padding"]),
    ],
)
def test_headers_are_padded_by_spaces_behind(raw, wanted):
    """Their writer pads with spaces at the end only; a second object is no padding."""
    assert ids(safetensors(raw)) == wanted


@pytest.mark.parametrize(
    "tensor",
    [
        {"dtype": "U8", "shape": [1], "data_offsets": [0]},
        {"dtype": "U8", "shape": [1], "data_offsets": [0, 1, 2]},
        {"dtype": "U8", "shape": [1], "data_offsets": "01"},
        {"dtype": "U8", "shape": [1], "data_offsets": [0, 1 << 64]},
        {"dtype": "U8", "shape": [1], "data_offsets": [False, True]},
        {"dtype": "U8", "shape": [1 << 64], "data_offsets": [0, 1]},
        {"dtype": "U8", "shape": "1", "data_offsets": [0, 1]},
        {"dtype": "U8", "shape": None, "data_offsets": [0, 1]},
        {"dtype": 8, "shape": [1], "data_offsets": [0, 1]},
        {"dtype": ["U8"], "shape": [1], "data_offsets": [0, 1]},
        {"shape": [1], "data_offsets": [0, 1]},
        {"dtype": "U8", "data_offsets": [0, 1]},
        [],
        None,
        1,
    ],
)
def test_an_entry_that_is_no_tensor_is_named(tensor):
    """Whatever stands where a tensor's entry belongs is an attack and is shown by its name."""
    found = findings({"first": entry(0, 1), "odd": tensor}, b"\0")
    assert [each.id for each in found] == ["safetensors.bad-header"]
    assert found[0].evidence.startswith("odd: ")


@pytest.mark.parametrize("shape", [[1] * 65, [1 << 62], [1 << 32, 1 << 32], [1 << 63, 2]])
def test_shapes_beyond_every_machine_are_shown_in_short(shape):
    """More than 64 dimensions and products that wrap around are an attack, with at most eight sizes shown."""
    found = findings({"a": entry(0, 1, "U8", shape)}, b"\0")
    assert [each.id for each in found] == ["safetensors.wrong-size"]
    assert found[0].evidence.startswith(f"a: shape {shape[:8]}")


def test_sixty_four_dimensions_are_allowed():
    """The last allowed number of dimensions is clean."""
    assert seen(safetensors({"a": entry(0, 1, "U8", [1] * 64)}, b"\0")).verdict == "clean"


def test_findings_point_at_the_bytes_they_speak_of():
    """A hole begins behind the last tensor before it, and trailing bytes behind the last of all."""
    header = {"a": entry(0, 4), "b": entry(8, 12)}
    start = len(safetensors(header))
    found = {each.id: (each.offset, each.evidence) for each in findings(header, bytes(15))}
    assert found["safetensors.hole"] == (start + 4, "4 bytes before b")
    assert found["safetensors.trailing-bytes"] == (start + 12, "3 bytes")


@pytest.mark.parametrize("inner", ["hole", "trailing"])
def test_what_hides_between_and_behind_tensors_is_read_as_what_it_is(inner):
    """A pickle that runs a command is found as a pickle, in a part named by its place."""
    payload = b"cposix\nsystem\n(S'id'\ntR."
    header = {"a": entry(0, 4)} | ({"b": entry(4 + len(payload), 8 + len(payload))} if inner == "hole" else {})
    found = findings(header, bytes(4) + payload + (bytes(4) if inner == "hole" else b""))
    assert inner in [each.member for each in found if each.id.startswith("pickle.")]


@pytest.mark.parametrize(("place", "wanted"), [(0, []), (4, []), (2, ["safetensors.overlap"])])
def test_an_empty_tensor_may_stand_at_an_edge(place, wanted):
    """Nothing may begin where another tensor begins or ends, but not within it."""
    header = {"empty": entry(place, place), "a": entry(0, 4)}
    assert ids(safetensors(header, bytes(4))) == wanted


def test_further_keys_are_good_to_know():
    """A note in a tensor's entry is low: readers ignore it, and the verdict stays clean."""
    found = seen(safetensors({"a": entry(0, 1) | {"note": "mine"}}, b"\0"))
    assert (found.verdict, [(each.id, each.evidence) for each in found.findings]) == (
        "clean",
        [("safetensors.extra-key", "a")],
    )


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (safetensors({}), True),
        (safetensors(b"{}"), True),
        (safetensors(b"{ }"), False),
        (safetensors(b'{"dtype"'), True),
        (safetensors(b'["dtype"]'), False),
        (safetensors(b'{"other":1}'), False),
        (b"\0" * 7, False),
        (b"\0" * 8 + b"{", False),
    ],
)
def test_a_header_of_tensors_is_recognised_by_its_words(data, is_one):
    """An empty object of the declared length, or one that names tensors' keys; no other JSON behind a number."""
    assert ("safetensors" in seen(data).formats) is is_one


_SIZES = st.lists(st.integers(0, 9), min_size=1, max_size=8)


@given(_SIZES, st.randoms(use_true_random=False))
def test_any_cut_of_the_data_into_tensors_is_clean_in_any_order(sizes, random):
    """Tensors side by side cover the data, whatever their sizes and the order of their entries."""
    places = [(f"t{at}", sum(sizes[:at]), sum(sizes[: at + 1])) for at in range(len(sizes))]
    random.shuffle(places)
    header = {name: entry(begin, end) for name, begin, end in places}
    assert seen(safetensors(header, bytes(sum(sizes)))).verdict == "clean"


@given(_SIZES.filter(any), st.integers(1, 5), st.booleans())
def test_one_tensor_that_is_moved_is_never_clean(sizes, step, forward):
    """Moving the first tensor that has bytes leaves a hole, an overlap, or bytes that are not there."""
    at = next(index for index, size in enumerate(sizes) if size)
    header = {f"t{n}": entry(sum(sizes[:n]), sum(sizes[: n + 1])) for n in range(len(sizes))}
    begin, end = header[f"t{at}"]["data_offsets"]
    moved = step if forward else -step
    header[f"t{at}"]["data_offsets"] = [begin + moved, end + moved]
    assert seen(safetensors(header, bytes(sum(sizes)))).verdict in ("attack", "review", "unread")
