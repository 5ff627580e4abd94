"""Unpacking piece by piece: streams, breaks, headers of every codec, checksums, padding, what stands behind."""

import bz2
import gzip
import io
import lzma
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.tars import entry
from making.zips import Member, archive
from scanning import ids, own, scanned

from seatrial.scan.blob import BytesBlob
from seatrial.scan.containers import compressed_codecs as codecs
from seatrial.scan.containers import unpacking
from seatrial.scan.containers.bytes_file import BlobFile
from seatrial.scan.containers.compressed import Joined, inner_name
from seatrial.scan.containers.unpacking import INPUT, OUTPUT, Inflate, Stream, lzma_in_zip
from seatrial.scan.limits import Budget, Limits, OverBudget
from seatrial.scan.part import Settings


def packed(data: bytes, level: int = 9) -> bytes:
    """Gzip without the time of day, which would give each worker tests of its own names."""
    return gzip.compress(data, level, mtime=0)


TEXT = b"some text that packs well, " * 40
EVIL = b"\x80\x02cos\nsystem\n(S'id'\ntR."
ELF = b"\x7fELF\x02\x01\x01" + bytes(60)


def raw(data, level=6):
    """Raw deflate."""
    engine = zlib.compressobj(level, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush()


def old_lzma(data, **options):
    """The old format of lzma."""
    return lzma.compress(data, lzma.FORMAT_ALONE, **options)


ENGINES = {
    "bzip2": (bz2.compress, unpacking.bzip2),
    "deflate": (raw, Inflate),
    "lzma": (old_lzma, unpacking.lzma_alone),
    "xz": (lzma.compress, unpacking.xz),
}


def streamed(data, engine, start=0, stop=None):
    """All that a stream gives, and the stream."""
    stream = Stream(BytesBlob(data), start, stop, engine)
    return b"".join(stream), stream


@pytest.mark.parametrize("name", sorted(ENGINES))
@given(data=st.binary(max_size=3000), before=st.binary(max_size=9), behind=st.binary(max_size=9))
@settings(max_examples=25)
def test_what_was_packed_comes_out(name, data, before, behind):
    """Wherever a stream stands, its bytes come back, and its end is where it ends."""
    pack, engine = ENGINES[name]
    packed = pack(data)
    found, stream = streamed(before + packed + behind, engine, len(before))
    assert (found, stream.unpacked, stream.why) == (data, len(data), "")
    assert stream.end == len(before) + len(packed)


@pytest.mark.parametrize("name", sorted(ENGINES))
@pytest.mark.parametrize("size", [OUTPUT - 1, OUTPUT, OUTPUT + 1, 3 * OUTPUT])
def test_content_of_the_size_of_a_piece_comes_out_whole(name, size):
    """Pieces of output are bounded, and none is lost at their edges."""
    pack, engine = ENGINES[name]
    data = bytes(size - 1) + b"x"
    found, stream = streamed(pack(data), engine)
    assert (found == data, stream.why) == (True, "")


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_no_piece_is_larger_than_it_may_be(name):
    """What unpacks to megabytes comes in pieces."""
    pack, engine = ENGINES[name]
    stream = Stream(BytesBlob(pack(bytes(4 << 20))), 0, None, engine)
    assert max(len(chunk) for chunk in stream) <= OUTPUT


@pytest.mark.parametrize("name", sorted(ENGINES))
@pytest.mark.parametrize("left_out", [1, 2, 5])
def test_a_cut_stream_has_no_end(name, left_out):
    """What came before the cut counts, and why there is no more is told."""
    pack, engine = ENGINES[name]
    packed = pack(TEXT)
    found, stream = streamed(packed[:-left_out], engine)
    assert stream.end is None
    assert stream.why == "the packed data is cut off"
    assert TEXT.startswith(found)


def test_a_stream_ends_where_it_must():
    """With an end told, bytes behind it are not read: the stream is cut there."""
    packed = raw(TEXT)
    assert streamed(packed, Inflate, 0, len(packed))[1].end == len(packed)
    assert streamed(packed, Inflate, 0, len(packed) - 1)[1].why == "the packed data is cut off"
    assert streamed(packed, Inflate, 0, 0)[1].why == "the packed data is cut off"


@pytest.mark.parametrize("size", [10, 1000, OUTPUT, OUTPUT + 100])
def test_nothing_before_a_break_is_lost(size):
    """Decompressors throw away what they made in the call that fails; here it is rescued, and nothing twice."""
    data = bytes(range(251)) * (size // 251 + 1)
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = engine.compress(data) + engine.flush(zlib.Z_FULL_FLUSH)
    found, stream = streamed(packed + b"\x07\xff", Inflate)
    assert found == data
    assert "the packed data is broken" in stream.why
    assert stream.end is None


def test_a_break_behind_many_pieces_of_input_keeps_their_order():
    """Content that does not pack well, longer than one piece of input, comes out once and in order."""
    import random

    data = random.Random(5).randbytes(3 * INPUT)
    engine = zlib.compressobj(1, zlib.DEFLATED, -15)
    packed = engine.compress(data) + engine.flush(zlib.Z_FULL_FLUSH) + b"\x07\xff\xff"
    found, stream = streamed(packed, Inflate)
    assert (found == data, stream.end) == (True, None)


@given(st.sampled_from(sorted(ENGINES)), st.binary(min_size=1, max_size=300))
@settings(max_examples=60)
def test_any_bytes_end_or_break(name, data):
    """Noise is unpacked to an end, or to a reason why not."""
    _, stream = streamed(data, ENGINES[name][1])
    assert (stream.end is None) == bool(stream.why)


@pytest.mark.parametrize(
    ("properties", "possible"),
    [(0, True), (4, True), (5, False), (9 * 4, True), (9 * 4 + 1, False), (9 * 2 + 2, True), (180, True), (225, False),
     (224, False), (93, True), (255, False)],
)  # fmt: skip
def test_lzma_of_a_zip_has_properties_that_liblzma_takes(properties, possible):
    """Literal and position bits come out of one byte; what cannot be makes no decompressor instead of an error."""
    made = lzma_in_zip(bytes([properties]) + b"\0\0\1\0")
    assert (made is not None) == possible
    assert made is None or not made().eof


@pytest.mark.parametrize("properties", [5, 44, 224, 225])
def test_properties_that_cannot_be_hide_no_other_file(properties):
    """A file that no LZMA unpacks is unread, and the archive's others are looked at all the same."""
    bent = Member("a.txt", TEXT, 14, packed=b"\x09\x04\x05\0" + bytes([properties]) + b"\0\0\1\0data")
    found = scanned(archive(bent, Member("b.pkl", EVIL)))
    assert "zip.packing-unread" in ids(found)
    assert "file.reader-failed" not in ids(found)
    assert found.verdict == "attack"


def test_lzma_of_a_zip_unpacks_with_any_properties():
    """What was packed with other literal bits comes out."""
    filters = [{"id": lzma.FILTER_LZMA1, "lc": 1, "lp": 2, "pb": 0, "dict_size": 1 << 16}]
    packed = lzma.compress(TEXT, lzma.FORMAT_RAW, filters=filters)
    found, stream = streamed(packed, lzma_in_zip(bytes([0 * 45 + 2 * 9 + 1]) + struct.pack("<I", 1 << 16)))
    assert found == TEXT
    assert stream.end is None or stream.end == len(packed)


@pytest.mark.parametrize("at", [0, 7])
@pytest.mark.parametrize(
    ("codec", "data", "start"),
    [
        ("GZIP", packed(TEXT), 10),
        ("GZIP", b"\x1f\x8b\x08\x04" + bytes(6) + b"\2\0ab" + raw(TEXT), 14),
        ("GZIP", b"\x1f\x8b\x08\x08" + bytes(6) + b"name\0" + raw(TEXT), 15),
        ("GZIP", b"\x1f\x8b\x08\x10" + bytes(6) + b"remark\0" + raw(TEXT), 17),
        ("GZIP", b"\x1f\x8b\x08\x02" + bytes(6) + b"\0\0" + raw(TEXT), 12),
        ("BZIP2", bz2.compress(TEXT), 0),
        ("BZIP2", bz2.compress(b""), 0),
        ("XZ", lzma.compress(TEXT), 0),
        ("LZMA", old_lzma(TEXT), 0),
        ("LZMA", old_lzma(TEXT, preset=0), 0),
        ("LZMA", old_lzma(b""), 0),
        ("ZLIB", zlib.compress(TEXT, 0), 2),
        ("ZLIB", zlib.compress(TEXT, 9), 2),
        ("ZLIB", zlib.compress(b""), 2),
        ("JOBLIB_ZLIB", b"ZF" + hex(1080).ljust(19).encode() + zlib.compress(TEXT), 23),
        ("JOBLIB_ZLIB", b"ZF" + hex(1080).ljust(19).encode() + b" " + zlib.compress(TEXT), 24),
        ("ZSTD", b"\x28\xb5\x2f\xfd" + bytes(9), 0),
        ("ZSTD", b"\x50\x2a\x4d\x18\2\0\0\0xx\x28\xb5\x2f\xfd" + bytes(9), 10),
        ("LZ4", b"\x04\x22\x4d\x18" + bytes(9), 0),
        ("LZ4", b"\x5f\x2a\x4d\x18\0\0\0\0\x04\x22\x4d\x18", 8),
    ],
)
def test_a_stream_is_told_by_its_header(codec, data, start, at):
    """Where the packed bytes start behind each kind of header, at the start of a file and within."""
    assert getattr(codecs, codec).packed_at(BytesBlob(b"?" * at + data), at) == at + start


@pytest.mark.parametrize(
    ("codec", "data"),
    [
        ("GZIP", b"\x1f\x8b\x08" + bytes(6)),
        ("GZIP", b"\x1f\x8b\x07" + bytes(20)),
        ("GZIP", b"\x1f\x8b\x08\x08" + bytes(6) + b"a name without an end"),
        ("GZIP", b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 70_000 + b"\0"),
        ("BZIP2", b"BZh01AY&SY"),
        ("BZIP2", b"BZh91AY&S"),
        ("BZIP2", b"BZh9 text "),
        ("XZ", b"\xfd7zXZ"),
        ("LZMA", old_lzma(TEXT)[:13]),
        ("LZMA", b"\xe1" + old_lzma(TEXT)[1:]),
        ("LZMA", b"]\1\0\0\0" + old_lzma(TEXT)[5:]),
        ("LZMA", old_lzma(TEXT)[:5] + struct.pack("<Q", 1 << 41) + old_lzma(TEXT)[13:]),
        ("LZMA", old_lzma(TEXT)[:13] + b"\1" + old_lzma(TEXT)[14:]),
        ("ZLIB", b"\x78"),
        ("ZLIB", b"\x78\x9d" + raw(TEXT)),
        ("ZLIB", b"\x79\x9c" + raw(TEXT)),
        ("ZLIB", b"\x88\x1c" + raw(TEXT)),
        ("ZLIB", b"\x78\xbb" + raw(TEXT)),
        ("ZLIB", b"\x78\x9c\xff\xff\xff"),
        ("JOBLIB_ZLIB", b"ZF0x" + b" " * 17 + b"no zlib"),
        ("JOBLIB_ZLIB", b"ZF" + hex(9).ljust(19).encode()),
        ("ZSTD", b"\x50\x2a\x4d\x18\2\0\0\0xx"),
        ("ZSTD", b"\x60\x2a\x4d\x18\0\0\0\0\x28\xb5\x2f\xfd"),
        ("ZSTD", b"\x50\x2a\x4d\x18\0\0\0\0" * 65 + b"\x28\xb5\x2f\xfd"),
        ("ZSTD", b""),
        ("LZ4", b"\x04\x22\x4d"),
    ],
)
def test_what_only_begins_like_a_stream_is_none(codec, data):
    """Cut headers, other methods, dictionaries, wrong sums and sizes, and data that do not unpack."""
    assert getattr(codecs, codec).packed_at(BytesBlob(data), 0) is None


def joined(data, codec, limits=None):
    """The content of all streams, and what is known of their end."""
    found = Joined(BytesBlob(data), codec, Budget(limits or Limits()))
    return b"".join(found), found


@pytest.mark.parametrize(
    ("data", "content", "end"),
    [
        (packed(b"a"), b"a", 0),
        (packed(b"a") + packed(b"b"), b"ab", 0),
        (packed(b"a") + bytes(9) + packed(b"b"), b"ab", 0),
        (packed(b"a") + bytes(9), b"a", 9),
        (packed(b"a") + b"x" + packed(b"b"), b"a", len(packed(b"b")) + 1),
    ],
)
def test_streams_are_joined_over_padding_only(data, content, end):
    """Zeros may stand between members; anything else ends the file's content."""
    found, made = joined(data, codecs.GZIP)
    assert (found, made.end, made.broken, made.wrong) == (content, len(data) - end, "", "")


def test_a_second_stream_of_zlib_is_no_content():
    """Zlib has one stream: what stands behind it is told."""
    packed = zlib.compress(b"a")
    found, made = joined(packed + packed, codecs.ZLIB)
    assert (found, made.end) == (b"a", len(packed))


@pytest.mark.parametrize(
    ("data", "codec", "broken", "wrong"),
    [
        (packed(TEXT)[:-1], codecs.GZIP, True, False),
        (packed(TEXT)[:-8], codecs.GZIP, True, False),
        (packed(TEXT)[:-1] + b"\1", codecs.GZIP, False, True),
        (packed(TEXT)[:-8] + bytes(8), codecs.GZIP, False, True),
        (zlib.compress(TEXT)[:-1], codecs.ZLIB, True, False),
        (zlib.compress(TEXT)[:-4] + bytes(4), codecs.ZLIB, False, True),
        (packed(b"a")[:-8] + bytes(8) + packed(b"b"), codecs.GZIP, False, True),
    ],
)
def test_trailers_are_compared(data, codec, broken, wrong):
    """A trailer that is cut is a break, one that is wrong is told, also of the first of several members."""
    made = joined(data, codec)[1]
    assert (bool(made.broken), bool(made.wrong)) == (broken, wrong)


def test_streams_are_counted_as_members():
    """Thousands of empty members are not free."""
    with pytest.raises(OverBudget):
        joined(packed(b"") * 11, codecs.GZIP, Limits(members=10))
    assert joined(packed(b"") * 10, codecs.GZIP, Limits(members=10))[0] == b""


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("model.pkl.gz", "model.pkl"), ("model.tgz", "model.tar"), ("a/b\\model.TXZ", "model.tar"),
        ("model.tbz2", "model.tar"), ("model.bin", "(unpacked)"), ("model", "(unpacked)"), (".gz", "(unpacked)"),
        (".hidden.gz", "(unpacked)"), ("m.Z", "m"), ("m.ZST", "m"), ("folder.gz/model", "(unpacked)"),
        ("", "(unpacked)"),
    ],
)  # fmt: skip
def test_content_is_named_after_its_file(name, inner):
    """The suffix of the packing is taken off, of any case; names without one say nothing."""
    assert inner_name(name) == inner


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zlib.compress, old_lzma])
def test_a_packed_attack_is_one(pack):
    """Packing changes nothing in what a loader would do."""
    assert scanned(pack(EVIL)).verdict == "attack"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_an_attack_in_a_later_stream_is_one(pack):
    """A file whose first stream is honest goes on in the next."""
    honest = entry("a", b"x" * 100)
    assert scanned(pack(honest) + pack(entry("m.pkl", EVIL))).verdict == "attack"


@pytest.mark.parametrize(
    ("rest", "verdict"), [(b"", "clean"), (bytes(40), "clean"), (b"\0\0x", "review"), (EVIL, "attack")]
)
def test_what_stands_behind_a_stream_is_judged(rest, verdict):
    """Nothing and zeros are clean, other bytes for review, a command is an attack."""
    found = scanned(zlib.compress(b"\x80\x02}.") + rest)
    assert found.verdict == verdict
    told = own(found, "compressed.trailing")
    assert [each.offset for each in told] == (
        [len(zlib.compress(b"\x80\x02}.")) + (rest[:1] == b"\0") * 2] * bool(told)
    )


@pytest.mark.parametrize(("size", "bomb"), [(33 << 20, True), (31 << 20, False)])
def test_a_bomb_unpacks_to_more_than_is_read_on(size, bomb):
    """What ends within the megabytes that are read to see its end is none."""
    found = scanned(packed(b"text" + b" " * size, 9))
    assert ("compressed.bomb" in ids(found)) == bomb


def test_unpacking_is_paid_for():
    """More than the limit allows is for review, whatever it is."""
    config = Settings(Limits(unpacked=1 << 20))
    assert "file.over-budget" in ids(scanned(packed(b" " * (2 << 20)), settings=config))
    assert "file.over-budget" not in ids(scanned(packed(b" " * (1 << 19)), settings=config))


@pytest.mark.parametrize("level", [1, 2, 5])
def test_programs_in_packed_files_are_found_once(level):
    """A compressed program is for review, however its packing is nested, and told where it was found only."""
    data = ELF
    for _ in range(level):
        data = packed(data)
    (found,) = own(scanned(data), "archive.program")
    assert found.member == "!".join(["(unpacked)"] * level)


@pytest.mark.parametrize(
    ("offset", "whence", "place"),
    [(3, io.SEEK_SET, 3), (0, io.SEEK_END, 10), (-4, io.SEEK_END, 6), (2, io.SEEK_CUR, 4), (99, io.SEEK_SET, 99)],
)
def test_a_file_of_a_blob_seeks_as_files_do(offset, whence, place):
    """From the start, the end and from where it stands; behind the end there is nothing to read."""
    file = BlobFile(BytesBlob(b"0123456789"))
    file.seek(2)
    assert (file.seek(offset, whence), file.tell()) == (place, place)
    assert file.read() == b"0123456789"[place:]
    assert file.readable()
    assert file.seekable()


def test_a_file_of_a_blob_has_nothing_before_its_start():
    """Seeking there is an error of the kind that libraries know, and leaves it at the start."""
    file = BlobFile(BytesBlob(b"0123456789"))
    file.seek(5)
    with pytest.raises(OSError, match="before the start"):
        file.seek(-11, io.SEEK_END)
    assert file.read(2) == b"01"
