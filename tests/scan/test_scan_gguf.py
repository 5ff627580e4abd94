"""GGUF."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.looking import ids, mutated, seen
from making.tensors import Gguf, honest_gguf

HONEST = honest_gguf()
U32 = 4


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("version", [1, 2, 3])
def test_honest_files_of_all_versions_and_byte_orders_are_clean(version, order):
    """A model with tensors, tokens and a chat template is clean."""
    found = seen(honest_gguf(version, order))
    assert (found.verdict, found.formats) == ("clean", ("gguf",))


def test_a_file_of_a_vocabulary_only_is_clean():
    """No tensors at all are honest."""
    assert seen(Gguf().string("general.architecture", "bert").bytes()).verdict == "clean"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("count", [2**33, 2**61 + 1, 2**63, 2**64 - 1])
def test_counts_and_lengths_that_overflow_are_attacks(count, order):
    """Counts made to wrap around in C are attacks, wherever they stand."""
    file = Gguf(order=order)
    files = [
        file.bytes(tensors=count),
        file.bytes(keys=count),
        Gguf(order=order).key("a", 8, file.pack("Q", count)).bytes(),
        Gguf(order=order).array("a", U32, [], count).bytes(),
        Gguf(order=order).array("a", 8, [], count).bytes(),
        Gguf(order=order).tensor("a", [count, count], 0, 0).bytes(b"\x00" * 64),
        Gguf(order=order).tensor("a", [1], 0, count).bytes(b"\x00" * 64) if count >= 2**46 else file.bytes(keys=count),
    ]
    assert [seen(each).verdict for each in files] == ["attack"] * len(files)


@pytest.mark.parametrize(
    ("rule", "file"),
    [
        ("duplicate-key", Gguf().string("a", "x").string("a", "y")),
        ("unknown-value-kind", Gguf().key("a", 13, b"\x00" * 8)),
        ("alignment", Gguf().key("general.alignment", U32, Gguf().pack("I", 0))),
        ("alignment", Gguf().key("general.alignment", U32, Gguf().pack("I", 24))),
        ("alignment", Gguf().string("general.alignment", "32")),
        ("alignment", Gguf().key("general.alignment", 5, Gguf().pack("i", -32))),
        ("impossible-shape", Gguf().tensor("a", [1] * 5, 0, 0)),
        ("impossible-shape", Gguf().tensor("a", [33], 8, 0)),
        ("duplicate-tensor", Gguf().tensor("a", [4], 0, 0).tensor("a", [4], 0, 32)),
        ("overlap", Gguf().tensor("a", [16], 0, 0).tensor("b", [4], 0, 32)),
        ("unknown-tensor-type", Gguf().tensor("a", [4], 2**31, 0)),
        ("long-name", Gguf().tensor("a" * 5000, [4], 0, 0)),
    ],
)
def test_structural_tricks_are_attacks(rule, file):
    """Each trick is an attack and is named."""
    found = seen(file.bytes(b"\x00" * 64))
    assert (found.verdict, f"gguf.{rule}" in [each.id for each in found.findings]) == ("attack", True)


def test_arrays_nested_beyond_use_are_an_attack():
    """Arrays within arrays are followed to a depth, not to the end of the stack."""
    inner = Gguf().pack("IQ", U32, 0)
    for _ in range(2000):
        inner = Gguf().pack("IQ", 9, 1) + inner
    assert "gguf.deep-array" in ids(Gguf().key("a", 9, inner).bytes())


def test_one_array_within_another_is_for_a_person():
    """llama.cpp refuses nested arrays, other readers allow them."""
    inner = [Gguf().pack("IQI", U32, 1, 7)] * 2
    assert ids(Gguf().array("a", 9, inner).bytes()) == ["gguf.nested-array"]


@pytest.mark.parametrize("key", ["tokenizer.chat_template", "tokenizer.chat_template.tool_use"])
def test_a_chat_template_that_escapes_is_an_attack(key):
    """CVE-2024-34359: the template runs a command in the process that serves the model."""
    text = "{% for x in ().__class__.__base__.__subclasses__() %}{{ x()._module.__builtins__ }}{% endfor %}"
    found = seen(Gguf().string(key, text).bytes())
    assert (found.verdict, found.findings[0].member) == ("attack", key)


@pytest.mark.parametrize(
    "file",
    [
        Gguf(version=4).bytes(),
        Gguf().tensor("a", [4], 99, 0).bytes(b"\x00" * 16),
        Gguf().tensor("a", [8], 0, 0).bytes(b"\x00" * 16),
        Gguf().string("tokenizer.chat_template", "{% if %}").bytes(),
        b"tjgg\x01\x00\x00\x00" + b"\x00" * 64,
        b"lmgg" + b"\x00" * 64,
    ],
)
def test_what_is_not_known_or_cut_could_not_be_read(file):
    """Unknown versions and types, a cut file, a broken template and GGML before GGUF are unread."""
    assert seen(file).verdict == "unread"


def test_the_end_of_a_file_is_watched():
    """Bytes behind the tensors, and tensors far behind the file, are for a person; misplaced ones as well."""
    assert ids(HONEST + b"\x00" * 64) == ["gguf.trailing-bytes"]
    assert "gguf.tensors-beyond-end" in ids(Gguf().tensor("a", [1 << 30], 0, 0).bytes())
    assert "gguf.unaligned" in ids(Gguf().tensor("a", [4], 0, 8).bytes(b"\x00" * 24))


@pytest.mark.parametrize("size", range(4, len(HONEST) - 1, 13))
def test_a_cut_file_could_not_be_read(size):
    """However a file is cut it is unread, and no attack."""
    assert seen(HONEST[:size]).verdict == "unread"


@given(st.integers(0), st.integers(0, 255), st.integers(0, 500))
def test_any_change_still_gives_a_verdict(place, byte, cut):
    """Whatever is changed, the reader does not fail."""
    assert "file.reader-failed" not in ids(mutated(HONEST, place, byte, cut))


@given(st.binary(max_size=200), st.sampled_from(["<", ">"]))
def test_any_bytes_behind_the_magic_give_a_verdict(data, order):
    """Whatever follows the magic number, the reader does not fail."""
    assert "file.reader-failed" not in ids(Gguf(order=order).bytes(tensors=2, keys=3) + data)
