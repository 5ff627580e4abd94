"""Compressed files: what they unpack to is looked at, breaks and trailing bytes are found."""

import bz2
import gzip
import io
import lzma
import random
import zlib

import pytest
from making.zips import Member
from making.zips import archive as zipped
from scanning import ids, own, scanned

from seatrial.scan.limits import Limits
from seatrial.scan.part import Settings

ELF = b"\x7fELF\x02\x01\x01" + bytes(60)
INSIDE = zipped(Member("m/data.pkl", b"K\x01."), Member("m/a.so", ELF))


def lz4_frame(data):
    """A frame of LZ4."""
    return pytest.importorskip("lz4.frame").compress(data)


def zstd_frame(data):
    """A frame of zstd."""
    return pytest.importorskip("zstandard").compress(data)


def joblib_file(data):
    """A compressed file of old joblib."""
    return b"ZF" + hex(len(data)).ljust(19).encode() + zlib.compress(data)


def old_lzma(data):
    """The old format of lzma."""
    return lzma.compress(data, lzma.FORMAT_ALONE)


PACKERS = {
    "bzip2": bz2.compress, "gzip": gzip.compress, "joblib-zlib": joblib_file, "lz4": lz4_frame, "lzma": old_lzma,
    "xz": lzma.compress, "zlib": zlib.compress, "zstd": zstd_frame,
}  # fmt: skip
SEVERAL = ["bzip2", "gzip", "xz"]


@pytest.mark.parametrize("name", sorted(PACKERS))
def test_what_is_packed_is_looked_at(name):
    """A finding within comes out with the way to it."""
    found = scanned(PACKERS[name](INSIDE), "model.gz")
    assert found.formats[:2] == (name, "zip")
    assert [each.member for each in own(found, "archive.program")] == ["model!m/a.so"]
    assert own(found, "compressed.") == []


@pytest.mark.parametrize("name", sorted(PACKERS))
def test_a_cut_stream_is_unread(name):
    """A stream without its end was not judged, and what came before counts."""
    found = scanned(PACKERS[name](INSIDE + random.Random(1).randbytes(4000))[:-9])
    assert "compressed.broken" in ids(found)
    assert found.verdict != "clean"


@pytest.mark.parametrize("name", sorted(PACKERS))
def test_packing_twelve_times_is_within_the_limit_and_a_hundred_times_is_not(name):
    """Nesting is followed to its limit, then said to be too deep."""
    data = INSIDE
    for _ in range(4):
        data = PACKERS[name](data)
    assert "archive.program" in ids(scanned(data))
    for _ in range(96):
        data = PACKERS[name](data)
    assert "file.over-budget" in ids(scanned(data))


@pytest.mark.parametrize("name", SEVERAL)
def test_several_streams_are_one_content(name):
    """Streams one behind another are joined as their tools join them."""
    half = len(INSIDE) // 2
    data = PACKERS[name](INSIDE[:half]) + PACKERS[name](INSIDE[half:])
    assert "archive.program" in ids(scanned(data))
    assert own(scanned(data), "compressed.") == []


@pytest.mark.parametrize("name", ["bzip2", "gzip", "lz4", "xz", "zlib"])
def test_what_stands_behind_the_packed_data_is_found_and_looked_at(name):
    """Trailing bytes are for review; zeros are padding."""
    packed = PACKERS[name](b"some text")
    found = scanned(packed + zipped(Member("m/data.pkl", b"K\x01."), Member("m/x.so", ELF), base=len(packed)))
    assert {"compressed.trailing", "archive.program"} <= set(ids(found))
    assert "compressed.trailing" not in ids(scanned(packed + bytes(64)))


@pytest.mark.parametrize("name", ["gzip", "zlib"])
def test_a_wrong_checksum_is_for_review_and_hides_nothing(name):
    """What came out before the checksum was compared has already been loaded."""
    packed = bytearray(PACKERS[name](INSIDE))
    packed[-5 if name == "gzip" else -1] ^= 1
    assert {"compressed.wrong-checksum", "archive.program"} <= set(ids(scanned(bytes(packed))))


@pytest.mark.parametrize("name", ["gzip", "zlib"])
def test_a_break_right_behind_the_payload_hides_nothing(name):
    """A decompressor raises for the break and loses what it had; here it is kept."""
    engine = zlib.compressobj(9, zlib.DEFLATED, 31 if name == "gzip" else 15)
    packed = engine.compress(INSIDE) + engine.flush(zlib.Z_FULL_FLUSH) + b"\x07\xff\xff"
    assert {"compressed.broken", "archive.program"} <= set(ids(scanned(packed)))


def test_gzip_headers_with_every_field_are_read():
    """Extra field, name, comment and checksum of the header are skipped."""
    body = gzip.compress(INSIDE)[10:]
    head = b"\x1f\x8b\x08\x1e" + bytes(6) + b"\x03\0abc" + b"name\0" + b"comment\0" + b"\0\0"
    assert "archive.program" in ids(scanned(head + body))


@pytest.mark.parametrize("name", sorted({*PACKERS} - {"lz4"}))  # packs at most 255 to 1
def test_a_bomb_costs_no_more_than_the_limits(name):
    """What unpacks to hundreds of times its size is said to."""
    found = scanned(PACKERS[name](bytes(40 << 20)), settings=Settings(Limits(unpacked=64 << 20)))
    assert "compressed.bomb" in ids(found)


def test_content_of_no_known_format_is_unread():
    """An unknown content was not judged, though its packing was."""
    found = scanned(gzip.compress(bytes(range(200, 256)) * 9))
    assert ids(found) == ["compressed.unknown-content"]


@pytest.mark.parametrize("data", [b"x\x9cis no zlib", b"]\0\0\x80\0 is no lzma", b"\x1f\x8b\x08", b"BZh9 is a text"])
def test_look_alikes_are_not_unpacked(data):
    """A magic number alone is not enough."""
    assert not {"bzip2", "gzip", "lzma", "zlib"} & set(scanned(data).formats)


def test_many_empty_members_cost_a_bounded_time():
    """Streams without content count as members."""
    found = scanned(gzip.compress(b"") * 3000, settings=Settings(Limits(members=1000)))
    assert "file.over-budget" in ids(found)


def test_a_file_object_of_a_blob_reads_as_a_file_does():
    """Libraries that want a file can seek and read."""
    from seatrial.scan.blob import BytesBlob
    from seatrial.scan.containers.bytes_file import BlobFile

    file = io.BufferedReader(BlobFile(BytesBlob(b"0123456789")))
    assert (file.read(3), file.seek(-2, 2), file.read(), file.seek(1), file.tell()) == (b"012", 8, b"89", 1, 1)
