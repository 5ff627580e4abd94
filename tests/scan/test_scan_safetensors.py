"""safetensors."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.looking import ids, mutated, seen
from making.tensors import TENSORS, entry, safetensors

from seatrial.scan.file import scan_file

ENTRY = b'{"dtype":"U8","shape":[1],"data_offsets":[0,1]}'
HONEST = safetensors(TENSORS, b"\x00" * 20)


def test_an_honest_file_is_clean():
    """Tensors in a row with text metadata are clean."""
    assert (seen(HONEST).verdict, seen(HONEST).formats) == ("clean", ("safetensors",))


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"a": entry(0, 0, "F32", [0, 4])},
        {"a": entry(0, 4, "F32", [])},
        {"b": entry(4, 8), "a": entry(0, 4)},
        {"z": entry(8, 8, "I64", [0]), "a": entry(0, 8, "F8_E4M3")},
        {"packed": entry(0, 2, "F4", [2, 2])},
    ],
)
def test_rare_but_honest_headers_are_clean(header):
    """No tensors, empty and scalar ones, any order of entries, and packed types are honest."""
    size = max((each["data_offsets"][1] for each in header.values()), default=0)
    assert seen(safetensors(header, b"\x01" * size)).verdict == "clean"


def test_their_own_library_writes_clean_files():
    """What safetensors writes is clean."""
    library, numpy = pytest.importorskip("safetensors.numpy"), pytest.importorskip("numpy")
    data = library.save({"x": numpy.ones((3, 4)), "y": numpy.zeros(5, "i2")}, {"note": "é"})
    assert seen(data).verdict == "clean"


@pytest.mark.parametrize(
    ("rule", "header", "data"),
    [
        ("duplicate-key", b'{"a":%b,"a":%b}' % (ENTRY, ENTRY), 1),
        ("duplicate-key", b'{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1),
        ("wrong-size", {"a": entry(0, 4, "F32", [2])}, 4),
        ("wrong-size", {"a": entry(0, 4, "F32", [1 << 40, 1 << 40])}, 4),
        ("wrong-size", {"a": entry(0, 0, "F32", [1 << 63, 1 << 63, 0][:2])}, 0),
        ("overlap", {"a": entry(0, 4), "b": entry(2, 6)}, 6),
        ("overlap", {"a": entry(0, 4), "b": entry(0, 4)}, 4),
        ("hole", {"a": entry(0, 4), "b": entry(8, 12)}, 12),
        ("hole", {"a": entry(4, 8)}, 8),
        ("trailing-bytes", {"a": entry(0, 4)}, 9),
        ("bad-header", {"a": {"dtype": "U8", "shape": [1], "data_offsets": [1, 0]}}, 1),
        ("bad-header", {"a": {"dtype": "U8", "shape": [-1], "data_offsets": [0, 1]}}, 1),
        ("bad-header", {"a": {"dtype": "U8", "shape": [True], "data_offsets": [0, 1]}}, 1),
        ("bad-header", {"a": {"dtype": "U8", "shape": [1.0], "data_offsets": [0, 1]}}, 1),
        ("bad-header", {"a": {"dtype": "U8"}}, 1),
        ("bad-header", {"a": entry(0, 1), "b": "__import__('os')"}, 1),
        ("bad-header", b'{"a":{"dtype":"U8\xff","shape":[1],"data_offsets":[0,1]}}', 1),
        ("deep-header", b'{"__metadata__":' + b"[" * 50_000 + b"]" * 50_000 + b"}", 0),
    ],
)  # fmt: skip
def test_headers_that_their_own_reader_refuses_are_attacks(rule, header, data):
    """Each structural trick is an attack and is named."""
    found = seen(safetensors(header, b"\x00" * data))
    assert found.verdict == "attack"
    assert f"safetensors.{rule}" in [each.id for each in found.findings]


@pytest.mark.parametrize("length", [100 * 2**20 + 1, 2**40, 2**63, 2**64 - 1])
def test_a_header_over_a_hundred_megabytes_is_an_attack(length):
    """A length that the format forbids is an attack."""
    assert ids(safetensors(TENSORS, length=length)) == ["safetensors.long-header"]


@pytest.mark.parametrize(
    ("rule", "data"),
    [
        ("metadata", safetensors({"__metadata__": {"a": 1}})),
        ("metadata", safetensors({"__metadata__": ["dtype"]})),
        ("padding", safetensors(json.dumps(TENSORS).encode() + b"\x00\x00", b"\x00" * 20)),
        ("padding", safetensors(b"\n" + json.dumps(TENSORS).encode(), b"\x00" * 20)),
        ("beyond-end", safetensors({"a": entry(0, 1 << 40)}, b"\x00")),
    ],
)
def test_what_writers_do_not_do_is_for_a_person(rule, data):
    """Odd metadata, odd padding and far-reaching tensors are reviewed."""
    found = seen(data)
    assert (found.verdict, f"safetensors.{rule}" in [each.id for each in found.findings]) == ("review", True)


def test_what_is_hidden_in_a_hole_is_looked_at():
    """A file within a hole between tensors is read as what it is."""
    inner = safetensors({"a": entry(0, 4)}, b"\x00" * 9)
    header = {"a": entry(0, 4), "b": entry(4 + len(inner), 8 + len(inner))}
    found = seen(safetensors(header, b"\x00" * 4 + inner + b"\x00" * 4))
    assert ("hole", "safetensors.trailing-bytes") in [(each.member, each.id) for each in found.findings]


def test_an_unknown_type_and_a_cut_file_could_not_be_read():
    """A dtype of tomorrow and an interrupted download are unread, not attacks."""
    assert seen(safetensors({"a": entry(0, 2, "F3")}, b"\x00" * 2)).verdict == "unread"
    assert {seen(HONEST[:-cut]).verdict for cut in range(1, 20)} == {"unread"}


def test_a_gigabyte_of_tensors_is_not_read(tmp_path):
    """Only the header of a large file is read: a sparse gigabyte behind it costs nothing."""
    path = tmp_path / "large.safetensors"
    path.write_bytes(safetensors({"a": entry(0, 1 << 30)}))
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size + (1 << 30))
    assert scan_file(str(path)).verdict == "clean"


@given(st.integers(0), st.integers(0, 255), st.integers(0, 300))
def test_any_change_still_gives_a_verdict(place, byte, cut):
    """Whatever is changed, the reader does not fail."""
    assert "file.reader-failed" not in ids(mutated(HONEST, place, byte, cut))


_KEYS = st.sampled_from(["dtype", "shape", "data_offsets", "a"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["U8", "F32", "dtype", "__metadata__"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "__metadata__"]), _JSON))
def test_any_json_as_header_gives_a_verdict(header):
    """Whatever the header holds, the reader does not fail."""
    assert "file.reader-failed" not in ids(safetensors(header, b"\x00" * 8))
