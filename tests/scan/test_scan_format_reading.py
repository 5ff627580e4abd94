"""The small readers that the formats share: numbers in a row, JSON, UBJSON, FlatBuffers, and R's ways of writing."""

import json
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.boosters import ubj
from making.flat import Number, Numbers, flat

from seatrial.scan.blob import BytesBlob
from seatrial.scan.format import Unreadable
from seatrial.scan.formats.flatbuffers import Flat, Malformed
from seatrial.scan.formats.json_text import DEPTH, TooDeep, depth, names_any, parse, strings
from seatrial.scan.formats.rds_decoding import Binary, Lines
from seatrial.scan.formats.reading import Reader
from seatrial.scan.formats.ubjson import read
from seatrial.scan.limits import Budget, Limits, OverBudget


def budget(**limits):
    """An account."""
    return Budget(Limits(**limits))


_LEAF = st.text('[]{}\\"a', max_size=5)


class TestReader:
    """Numbers one after the other."""

    def test_numbers_come_in_either_order(self):
        """The same bytes are other numbers in the other order."""
        blob = BytesBlob(struct.pack("<HIQ", 1, 2, 3))
        reader = Reader(blob)
        assert [reader.number("H"), reader.number("I"), reader.number("Q"), reader.rest] == [1, 2, 3, 0]
        assert Reader(blob, order=">").number("H") == 256

    @pytest.mark.parametrize(
        "action", [lambda reader: reader.take(4), lambda reader: reader.skip(4), lambda reader: reader.number("I")]
    )
    def test_nothing_is_read_past_the_end(self, action):
        """What is not there is a reason, and says where."""
        with pytest.raises(Unreadable, match="ends at byte 3"):
            action(Reader(BytesBlob(b"abc")))

    def test_nobody_steps_back(self):
        """A step below nought is refused."""
        with pytest.raises(Unreadable):
            Reader(BytesBlob(b"abc")).skip(-1)

    @given(st.binary(max_size=300), st.lists(st.integers(0, 40), max_size=12))
    def test_pieces_are_the_bytes_in_their_order(self, data, sizes):
        """However it is cut into pieces, reading gives the bytes from the start."""
        reader, got = Reader(BytesBlob(data)), b""
        for size in sizes:
            if size <= reader.rest:
                got += reader.take(size)
        assert got == data[: len(got)]
        assert reader.at == len(got)

    def test_it_goes_on_behind_its_buffer(self):
        """Reading past what was read ahead, and after a far step, is reading all the same."""
        data = bytes(range(256)) * 1024
        reader = Reader(BytesBlob(data))
        assert reader.take(70_000) == data[:70_000]
        reader.skip(100_000)
        assert reader.take(3) == data[170_000:170_003]


class TestJson:
    """JSON of strangers."""

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("1", 0),
            ("[]", 1),
            ('{"a": [1, [2]]}', 3),
            ('"[[["', 0),
            ('["\\"[[", [1]]', 2),
            ('"[', 0),
            ('"\\', 0),
            ("]]]", 0),
        ],
    )
    def test_depth_counts_brackets_outside_texts(self, text, wanted):
        """Brackets within texts are letters, closed or not."""
        assert depth(text.encode()) == wanted

    @given(st.recursive(_LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_LEAF, inner, max_size=3)))
    def test_depth_is_that_of_the_value(self, value):
        """What is counted in the text is how deep the value nests."""

        def deep(each):
            inner = each.values() if isinstance(each, dict) else each
            return 1 + max(map(deep, inner), default=0) if isinstance(each, dict | list) else 0

        assert depth(json.dumps(value).encode()) == deep(value)

    def test_keys_given_twice_are_told(self):
        """At every level, each time again, and the last value is kept as readers do."""
        assert parse(b'{"a": 1, "a": 2, "b": {"c": 1, "c": 1}, "a": 3}') == ({"a": 3, "b": {"c": 1}}, ("c", "a", "a"))

    @pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"{'a': 1}", b"1" * 5000, b'"\\x"', b"[1,]"])
    def test_what_is_no_json_is_unreadable(self, text):
        """Syntax, encoding and endless numbers are reasons."""
        with pytest.raises(Unreadable):
            parse(text)

    def test_beyond_a_depth_it_is_not_parsed(self):
        """The limit is ours and the same everywhere, not the interpreter's."""
        assert parse(b"[" * DEPTH + b"]" * DEPTH)[1] == ()
        with pytest.raises(TooDeep):
            parse(b"[" * (DEPTH + 1))

    def test_texts_are_found_at_every_level(self):
        """Keys and values, in lists and objects."""
        assert sorted(strings({"a": ["b", {"c": "d"}], "e": 1})) == ["a", "b", "c", "d", "e"]

    @pytest.mark.parametrize(
        ("data", "wanted"),
        [
            (b'{"key": 1}', True),
            (b'\xef\xbb\xbf \n{"key": 1}', True),
            (b'{"k\\u0065y": 1}', True),
            (b'{"k\\u0065\\u0079": 1}', True),
            (b'["key"]', False),
            (b'{"keys": 1}', False),
            (b"", False),
        ],
    )
    def test_a_key_is_known_however_it_is_spelt(self, data, wanted):
        """Escapes of letters are letters; other texts are not keys."""
        assert names_any(BytesBlob(data), ("key",)) is wanted


class TestUbjson:
    """XGBoost's binary JSON."""

    _VALUES = st.recursive(
        st.none() | st.booleans() | st.text(max_size=5) | st.lists(st.integers(-(2**31), 2**31 - 1), max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
        max_leaves=10,
    )

    @given(st.dictionaries(st.text("abc", max_size=3), _VALUES, max_size=4))
    def test_what_is_written_is_read(self, value):
        """Objects, lists, texts, numbers and words come back."""
        assert read(BytesBlob(ubj(value)), budget()) == value

    @pytest.mark.parametrize(
        ("data", "wanted"),
        [
            (b"[]", []),
            (b"[i\x01U\xffI\x01\x00l\x00\x00\x00\x02L" + bytes(8) + b"]", [1, 255, 256, 2, 0]),
            (b"[d\x3f\x80\x00\x00D" + struct.pack(">d", 0.5) + b"]", [1.0, 0.5]),
            (b"[TFZNCxSi\x01aHi\x011]", [True, False, None, "x", "a", "1"]),
            (b"[#i\x02i\x01i\x02", [1, 2]),
            (b"[$U#i\x03\x01\x02\x03", [1, 2, 3]),
            (b"[$i#i\x00", []),
            (b"{#i\x01i\x01ai\x05", {"a": 5}),
            (b"{$i#i\x01i\x01a\x05", {"a": 5}),
            (b"{i\x01a[[]{}]}", {"a": [[], {}]}),
        ],
    )
    def test_every_kind_of_value_is_read(self, data, wanted):
        """With and without types and counts."""
        assert read(BytesBlob(data), budget()) == wanted

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"i\x01",
            b"[",
            b"{i\x01a",
            b"[$i",
            b"[$i]",
            b"[?]",
            b"[Si\xff",
            b"[#i\xff",
            b"[#L" + b"\x7f" * 8,
            b"[" * 200,
            b"[$[#i\x05",
        ],
    )
    def test_what_breaks_off_or_lies_is_unreadable(self, data):
        """Missing ends, unknown kinds, false counts and endless nesting are reasons."""
        with pytest.raises(Unreadable):
            read(BytesBlob(data), budget())

    def test_it_pays_for_its_keys(self):
        """An object of very many keys has an end."""
        with pytest.raises(OverBudget):
            read(BytesBlob(ubj({f"{number}": None for number in range(50)})), budget(members=20))


class TestFlatBuffers:
    """Tables in place."""

    DATA = flat(
        {
            0: Number(7),
            1: "text",
            2: Numbers(-1, 2),
            3: [{0: Number(1)}, {0: Number(2)}],
            4: ["a", "bc"],
            6: {1: Number(9)},
        }
    )

    def test_every_kind_of_field_is_read(self):
        """Numbers, texts, vectors, tables, and what is left out."""
        root = Flat(BytesBlob(self.DATA), budget()).root()
        assert (root.number(0, 4), root.number(5, 4, 42), root.number(99, 4)) == (7, 42, 0)
        assert (root.text(1), root.text(5), list(root.numbers(2))) == ("text", "", [-1, 2])
        assert [each.number(0, 4) for each in root.tables(3)] == [1, 2]
        assert (list(root.texts(4)), list(root.texts(5)), root.inner(5)) == (["a", "bc"], [], None)
        inner = root.inner(6)
        assert inner is not None
        assert inner.number(1, 4) == 9

    def test_it_may_begin_anywhere(self):
        """Offsets count from the buffer's start."""
        assert Flat(BytesBlob(b"x" * 13 + self.DATA), budget(), 13).root().text(1) == "text"

    @pytest.mark.parametrize(
        "data", [b"\xff\xff\xff\x7f", struct.pack("<Ii", 4, -(2**30)), struct.pack("<IiHH", 4, -4, 3, 4)]
    )
    def test_offsets_that_no_cut_explains_are_malformed(self, data):
        """Far away, before the beginning, and layouts of odd sizes."""
        with pytest.raises(Malformed):
            Flat(BytesBlob(data), budget()).root()

    def test_offsets_behind_the_end_may_be_a_cut(self):
        """A little beyond is what a cut leaves."""
        with pytest.raises(Unreadable):
            Flat(BytesBlob(struct.pack("<I", 400)), budget()).root()

    @given(st.integers(0), st.integers(0, 255))
    def test_any_byte_changed_gives_one_of_three_ends(self, place, byte):
        """A value, a cut, or a malformed buffer, and nothing else."""
        data = bytearray(self.DATA)
        data[place % len(data)] = byte
        try:
            root = Flat(BytesBlob(bytes(data)), budget()).root()
            assert isinstance(root.text(1), str)
            assert all(isinstance(each, int) for each in root.numbers(2))
            assert sum(1 for _ in root.tables(3)) + sum(1 for _ in root.texts(4)) >= 0
        except (Unreadable, Malformed):
            pass


class TestWaysOfR:
    """XDR, native and text."""

    @pytest.mark.parametrize("order", ["<", ">"])
    def test_binary_numbers_and_texts(self, order):
        """Integers, then a text, then numbers that are stepped over."""
        decoder = Binary(BytesBlob(struct.pack(f"{order}i", -5) + b"abc" + bytes(16)), 0, order)
        assert (decoder.integer(), decoder.text(3), decoder.at) == (-5, b"abc", 7)
        decoder.skip(2, 8)
        assert decoder.rest == 0

    def test_lines_of_numbers_and_texts(self):
        """One a line; not available is the smallest integer; escapes are letters; complex numbers take two lines."""
        decoder = Lines(BytesBlob(b"-5\nNA\na\\040b\n1\n2\n3\n4\n7\n"), 0)
        assert (decoder.integer(), decoder.integer(), decoder.text(3)) == (-5, -(2**31), b"a b")
        decoder.skip(2, 16)
        assert (decoder.integer(), decoder.rest) == (7, 0)

    @pytest.mark.parametrize("data", [b"", b"x\n", b"1", b"--1\n", b"1" * 20 + b"\n", b"\n"])
    def test_lines_that_hold_no_number_are_unreadable(self, data):
        """Letters, nothing, and numbers that R does not have."""
        with pytest.raises(Unreadable):
            Lines(BytesBlob(data), 0).integer()

    def test_a_very_long_text_is_cut_and_stepped_over(self):
        """Nobody needs a megabyte of a name."""
        decoder = Binary(BytesBlob(b"a" * (1 << 21)), 0, ">")
        assert (len(decoder.text(1 << 21)), decoder.rest) == (1 << 20, 0)

    def test_a_line_without_end_is_unreadable(self):
        """A megabyte without a line's end is no line."""
        with pytest.raises(Unreadable, match="endless line"):
            Lines(BytesBlob(b"1" * (1 << 21)), 0).integer()


def test_floats_are_no_lengths():
    """What is infinite or no number in JSON stays a number, and nobody's size."""
    assert math.isinf(parse(b"[1e999]")[0][0])
