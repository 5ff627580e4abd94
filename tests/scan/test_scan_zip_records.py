"""Records of a zip, field by field: headers, zip64, extra fields, end records, descriptors, directories."""

import struct
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.zips import DESCRIBED, End, Header, Member, archive, central_record, descriptor, end_record, local_record

from seatrial.scan.blob import BytesBlob, Unpacked
from seatrial.scan.containers import zip_records as records
from seatrial.scan.containers.zip_compare import Held, described, differences, duplicates, impossible, overlaps
from seatrial.scan.containers.zip_directory import UNPACKED_TAIL, directories, ends, is_plausible, is_zip
from seatrial.scan.containers.zip_records import FAR, central_entry, local_entry
from seatrial.scan.limits import Budget, Limits

FULL = 0xFFFFFFFF
PLAIN = Header(b"a.bin", 0, 0, 7, 4, 4)


def local(header=PLAIN):
    """The local header that is read from what was written."""
    return local_entry(BytesBlob(local_record(header)), 0)


def central(header=PLAIN, offset=0, attributes=0):
    """The directory's header that is read from what was written."""
    return central_entry(BytesBlob(central_record(header, offset, attributes)), 0)


def field(key, data):
    """An extra field."""
    return struct.pack("<HH", key, len(data)) + data


HEADERS = st.builds(
    Header,
    name=st.binary(max_size=40),
    flags=st.integers(0, 0xFFFF),
    method=st.integers(0, 0xFFFF),
    crc=st.integers(0, FULL),
    packed=st.integers(0, FULL - 1),
    size=st.integers(0, FULL - 1),
    extra=st.binary(max_size=12).map(lambda data: field(0x9999, data)),
)


@given(HEADERS, st.binary(max_size=20))
@settings(max_examples=60)
def test_a_local_header_is_read_as_it_was_written(header, before):
    """Every field comes back, wherever the header stands."""
    data = before + local_record(header) + b"body"
    found = local_entry(BytesBlob(data), len(before))
    told = (found.raw, found.flags, found.method, found.crc, found.packed, found.size)
    assert told == (header.name, header.flags, header.method, header.crc, header.packed, header.size)
    assert data[found.end :] == b"body"
    assert found.at == found.local == len(before)


@given(HEADERS, st.integers(0, FULL - 1), st.integers(0, FULL))
@settings(max_examples=60)
def test_a_header_of_the_directory_is_read_as_it_was_written(header, offset, attributes):
    """Every field comes back, and where the local header stands."""
    found = central(header, offset, attributes)
    told = (found.raw, found.flags, found.method, found.crc, found.packed, found.size)
    assert told == (header.name, header.flags, header.method, header.crc, header.packed, header.size)
    assert (found.local, found.attributes, found.disk) == (offset, attributes, 0)


@pytest.mark.parametrize("size", range(0, 35, 5))
def test_a_cut_header_is_none(size):
    """Neither header is read from less than all of its bytes."""
    assert local_entry(BytesBlob(local_record(PLAIN)[:size]), 0) is None
    assert central_entry(BytesBlob(central_record(PLAIN, 0)[: size + 15]), 0) is None


@pytest.mark.parametrize("at", [-1, 1, 1000])
def test_a_header_stands_at_its_offset_only(at):
    """Beside it there is none, and before the start there are no bytes."""
    assert local_entry(BytesBlob(local_record(PLAIN)), at) is None
    assert central_entry(BytesBlob(central_record(PLAIN, 0)), at) is None


@pytest.mark.parametrize(
    ("told", "values", "read"),
    [
        ((5, 6, 7), (), (5, 6, 7)),
        ((FULL, 6, 7), (50,), (50, 6, 7)),
        ((5, FULL, 7), (60,), (5, 60, 7)),
        ((5, 6, FULL), (70,), (5, 6, 70)),
        ((FULL, FULL, FULL), (50, 60, 70), (50, 60, 70)),
        ((FULL, 6, FULL), (50, 70), (50, 6, 70)),
        ((FULL, FULL, 7), (50,), (50, FULL, 7)),
        ((FULL, 6, 7), (), (FULL, 6, 7)),
        ((5, 6, 7), (50, 60, 70), (5, 6, 7)),
        ((FULL, 6, 7), (FAR + 1,), (FAR, 6, 7)),
        ((FULL - 1, 6, 7), (50,), (FULL - 1, 6, 7)),
    ],
)
def test_zip64_values_replace_full_fields_in_order(told, values, read):
    """Size, packed size and offset take the next value each, and only where they are full."""
    extra = field(1, struct.pack(f"<{len(values)}Q", *values))
    header = replace(PLAIN, size=told[0], packed=told[1], extra=extra)
    found = central(header, told[2])
    assert (found.size, found.packed, found.local) == read


@pytest.mark.parametrize(
    ("extra", "odd"),
    [
        (b"", ""),
        (b"\1\0", ""),
        (field(1, b""), ""),
        (field(1, bytes(8)) + field(1, bytes(8)), "two zip64 fields"),
        (field(9, b"x") + field(9, b"y"), ""),
        (field(1, bytes(8)) + struct.pack("<HH", 1, 90), ""),
    ],
)
def test_only_a_second_zip64_field_is_odd(extra, odd):
    """Cut fields and repeated fields of others are ordinary; what is read depends on the first of two zip64 ones."""
    assert local(replace(PLAIN, extra=extra)).odd == central(replace(PLAIN, extra=extra)).odd == odd


def unicode_path(raw, told, version=1, crc=None):
    """Info-ZIP's Unicode path field."""
    return field(0x7075, struct.pack("<BI", version, zlib.crc32(raw) if crc is None else crc) + told)


@pytest.mark.parametrize(
    ("extra", "name"),
    [
        (unicode_path(b"a.bin", b"b.pkl"), b"b.pkl"),
        (unicode_path(b"a.bin", b""), b""),
        (unicode_path(b"a.bin", b"b.pkl", version=2), None),
        (unicode_path(b"a.bin", b"b.pkl", crc=5), None),
        (field(0x7075, b"\1\0\0\0"), None),
        (b"", None),
    ],
)
def test_a_unicode_name_counts_when_it_belongs_to_the_name(extra, name):
    """Its version is 1 and its checksum that of the name; else readers pass it over."""
    assert local(replace(PLAIN, extra=extra)).unicode_name == name


@pytest.mark.parametrize(
    ("raw", "flags", "name"),
    [(b"a", 0, "a"), (b"\x82", 0, "é"), ("é".encode(), 0x800, "é"), (b"\x82", 0x800, "\\x82")],
)
def test_a_name_is_text_in_the_encoding_that_a_flag_says(raw, flags, name):
    """Code page 437 without the flag, UTF-8 with it, escapes for what is neither."""
    assert local(replace(PLAIN, name=raw, flags=flags)).name == name


def end_of(data, at=None):
    """The end record in some bytes."""
    return records.end_record(BytesBlob(data), data.rindex(records.END) if at is None else at)


def test_an_end_record_is_read_as_it_was_written():
    """Count, size, offset, disk and comment come back."""
    found = end_of(end_record(3, 200, 90, End(disk=2, comment=b"hello")))
    assert (found.count, found.size, found.offset, found.disk, found.comment) == (3, 200, 90, 2, 5)
    assert (found.at, found.start, found.end, found.odd) == (0, 0, 27, "")


@pytest.mark.parametrize("size", [0, 4, 21])
def test_a_cut_end_record_is_none(size):
    """All 22 bytes are needed."""
    assert end_of(end_record(1, 2, 3)[:size], 0) is None


def test_counts_of_one_disk_and_of_all_must_agree():
    """Readers differ on which of the two they go by."""
    data = bytearray(end_record(3, 200, 90))
    data[8] = 2
    assert "differ" in end_of(bytes(data)).odd


def end64(count, size, offset, short=None, *, place=0, before=b""):
    """A zip64 end record with its locator and the short form behind it."""
    long = struct.pack("<4sQHHIIQQQQ", records.END64, 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sIQI", records.LOCATOR64, 0, place + len(before), 1)
    return before + long + locator + end_record(*(short or (0xFFFF, FULL, FULL)))


@pytest.mark.parametrize(
    ("short", "odd"),
    [
        ((0xFFFF, FULL, FULL), ""),
        ((70_000 & 0xFFFF, 5, 6), "differ"),
        ((0xFFFF, 5_000_000, FULL), ""),
        ((0xFFFF, 5_000_001, FULL), "differ"),
        ((0xFFFF, FULL, 9), ""),
        ((0xFFFF, FULL, 8), "differ"),
    ],
)
def test_a_zip64_end_counts_and_its_short_form_must_not_contradict(short, odd):
    """Fields that are not full must say the same as the long ones."""
    found = end_of(end64(70_000, 5_000_000, 9, short))
    assert (found.count, found.size, found.offset, found.start) == (70_000, 5_000_000, 9, 0)
    assert odd in found.odd
    assert bool(found.odd) == bool(odd)


def test_a_zip64_end_is_found_where_the_locator_does_not_say():
    """When something stands before the archive, the record is right before its locator."""
    found = end_of(end64(1, 2, 3, place=-4, before=b"GIF89a"))
    assert (found.start, found.count, found.odd) == (6, 1, "")


def test_a_locator_without_its_record_is_odd():
    """Readers that look for it find nothing, others go on with the short form."""
    data = end64(1, 2, 3)
    assert "missing" in end_of(data[56:]).odd


def test_two_zip64_records_are_odd():
    """One where the locator says and another right before it: readers take either."""
    one = end64(1, 2, 3)[:56]
    data = end64(5, 6, 7, place=-56, before=one)
    found = end_of(data)
    assert (found.count, found.start, found.odd) == (1, 0, "two zip64 records")


def test_zip64_values_beyond_all_files_are_cut():
    """No offset is so large that reading there overflows."""
    found = end_of(end64(1, (1 << 64) - 1, (1 << 64) - 1))
    assert (found.size, found.offset) == (FAR, FAR)


def test_ends_are_found_from_the_last_one_on():
    """The last end record is the one that most readers take; one that is cut is none."""
    data = end_record(0, 0, 0) + b"x" * 5 + end_record(0, 0, 0) + b"PK\5\6"
    assert [each.at for each in ends(BytesBlob(data))] == [27, 0]


@pytest.mark.parametrize(("behind", "found"), [(0, True), (0xFFFF, True), (0x10000, False)])
def test_an_end_record_is_looked_for_in_the_last_64_kilobytes(behind, found):
    """No reader looks further back than the longest comment."""
    assert bool(ends(BytesBlob(end_record(0, 0, 0) + bytes(behind)))) == found


def unpacked(data):
    """Bytes that come out of a compressed stream."""
    return Unpacked(iter([data]), Budget(Limits()))


@pytest.mark.parametrize(
    ("data", "zip_"),
    [
        (archive(Member("a", b"x")), True),
        (b"GIF89a" + archive(Member("a", b"x")), True),
        (b"\x93NUMPY" + archive(Member("a", b"x")), False),
        (bytes(UNPACKED_TAIL) + archive(Member("a", b"x")), False),
        (b"PK" + bytes(UNPACKED_TAIL) + archive(Member("a", b"x")), True),
    ],
    ids=["zip", "behind a few bytes", "array", "behind megabytes", "begins as a zip"],
)
def test_of_something_packed_only_little_is_unpacked_to_look_for_an_end(data, zip_):
    """Arrays and large contents are not unpacked whole to see whether a zip stands at their end."""
    assert is_zip(unpacked(data)) == zip_


@pytest.mark.parametrize(
    ("data", "zip_"),
    [
        (b"", False),
        (b"PK\3\4", True),
        (b"PK\3\5", False),
        (end_record(0, 0, 0), True),
        (b"text" + end_record(0, 0, 0), False),
        (b"text" + end_record(1, 46, 0), False),
        (archive(Member("a", b"x"))[4:], False),
        (b"MZ" + archive(Member("a", b"x")), True),
        (bytes(257) + b"ustar" + archive(Member("a", b"x")), True),
        (bytes(257) + b"ustar" + archive(Member("a", b"x")) + bytes(512), False),
    ],
)
def test_a_zip_is_what_some_reader_opens(data, zip_):
    """A header at the start, or an end record whose directory is there; a member of a tar is not the tar."""
    assert is_zip(BytesBlob(data)) == zip_


def behind(tail, flags=DESCRIBED):
    """How many bytes of a descriptor stand behind the data of a file."""
    header = replace(PLAIN, flags=flags)
    data = local_record(header) + b"body"
    held = Held(central(header), local(header), len(data) - 4, len(data))
    return described(BytesBlob(data + tail), held)


@pytest.mark.parametrize("width", [4, 8])
@pytest.mark.parametrize("signature", [b"", b"PK\7\x08"])
def test_descriptors_of_all_writers_are_known(signature, width):
    """With a signature or without, with sizes of 4 or of 8 bytes."""
    tail = signature + struct.pack("<I", PLAIN.crc) + PLAIN.packed.to_bytes(width, "little") * 2
    assert behind(tail + b"PK\1\2") == len(tail)
    assert behind(tail[:-1]) == 0


def test_a_descriptor_must_be_announced_and_agree():
    """Without the flag there is none; one that says something else is none either."""
    assert behind(descriptor(PLAIN)) == 16
    assert behind(descriptor(PLAIN), flags=0) == 0
    assert behind(descriptor(replace(PLAIN, size=5))) == 0
    assert behind(descriptor(replace(PLAIN, crc=6))) == 0


def told(**fields):
    """What is said of one entry whose local header differs in some fields."""
    return [each.evidence for each in differences(central(), local(replace(PLAIN, **fields)))]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": b"b.bin"}, "a.bin in the directory, b.bin before the data"),
        ({"method": 12}, "method 0 in the directory, 12 before the data"),
        ({"flags": 1}, "only one of both headers is marked as encrypted"),
        ({"flags": 0x40}, "only one of both headers is marked as encrypted"),
        ({"flags": 0x2000}, "only one of both headers is marked as encrypted"),
        ({"packed": 5}, "packed size 4 in the directory, 5 before the data"),
        ({"size": 5}, "size 4 in the directory, 5 before the data"),
        ({"crc": 5}, "checksum 7 in the directory, 5 before the data"),
        ({"extra": unicode_path(b"a.bin", b"b.pkl")}, "as Unicode b.pkl"),
        ({"extra": field(1, b"") * 2}, "two zip64 fields"),
    ],
)
def test_each_field_that_differs_is_told(fields, words):
    """The evidence shows what either header says."""
    (evidence,) = told(**fields)
    assert words in evidence


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"flags": 0x800},
        {"flags": DESCRIBED, "crc": 0, "packed": 0, "size": 0},
        {"flags": DESCRIBED, "packed": FULL, "size": FULL},
        {"extra": unicode_path(b"a.bin", b"a.bin")},
        {"extra": field(0x5455, bytes(5))},
    ],
)
def test_what_honest_writers_do_is_no_difference(fields):
    """Fields that a descriptor gives later, times, and the same name again may stand before the data."""
    assert told(**fields) == []


def test_the_encoding_of_a_name_counts_when_it_is_not_ascii():
    """The same bytes are two names when only one header is marked as UTF-8."""
    header = replace(PLAIN, name="é".encode())
    (found,) = differences(central(header), local(replace(header, flags=0x800)))
    assert found.rule.id == "zip.names-differ"


@pytest.mark.parametrize(
    ("method", "packed", "size", "lies"),
    [
        (0, 4, 4, False), (0, 4, 5, True), (0, 0, 0, False), (8, 0, 0, False), (8, 10, 1040 * 26, False),
        (8, 10, 1040 * 26 + 1, True), (8, 4096, 0, False), (8, 4097, 0, True), (8, 14_196, 10_000, False),
        (8, 14_197, 10_000, True), (12, 1, 1 << 30, False), (95, 1, 1 << 30, False),
    ],
)  # fmt: skip
def test_sizes_that_cannot_be_are_told(method, packed, size, lies):
    """Stored bytes have one size; deflate has a greatest ratio and grows what it packs by little."""
    found = list(impossible(central(replace(PLAIN, method=method, packed=packed, size=size))))
    assert bool(found) == lies


def test_sizes_of_encrypted_files_are_not_judged():
    """Encryption puts twelve bytes before the data."""
    assert list(impossible(central(replace(PLAIN, flags=1, packed=16)))) == []


def shares(*pairs):
    """Files between offsets, by the names a, b, c."""
    found = []
    for name, (start, stop) in zip("abc", pairs, strict=False):
        entry = central(replace(PLAIN, name=name.encode()))
        found.append(Held(entry, replace(local(), at=start), start, stop))
    return [each.evidence for each in overlaps(found)]


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([(0, 10), (10, 20)], []),
        ([(10, 20), (0, 10)], []),
        ([(0, 10), (9, 20)], ["a and b"]),
        ([(0, 30), (5, 10), (10, 20)], ["a and b", "a and c"]),
        ([(0, 10), (0, 10)], ["a and b"]),
        ([(0, 10), (12, 13)], []),
    ],
)
def test_files_that_share_a_byte_overlap(pairs, words):
    """Neighbours touch, others overlap, also with one that reaches far."""
    assert shares(*pairs) == words


def twice(one, other, kind, crcs=(7, 8)):
    """What is said of two files with two names."""
    found = []
    for name, crc in zip((one, other), crcs, strict=True):
        entry = central(replace(PLAIN, name=name.encode(), crc=crc))
        found.append(Held(entry, local(), 0, 0))
    return [(oddity.evidence, worse) for oddity, worse in duplicates(found, kind)]


@pytest.mark.parametrize(
    ("names", "kind", "crcs", "told"),
    [
        (("a", "a"), "plain", (7, 8), [("a", False)]),
        (("a", "a"), "plain", (7, 7), []),
        (("a", "a"), "plain", (0, 0), [("a", False)]),
        (("a", "A"), "plain", (7, 8), []),
        (("a", "a"), "package", (7, 8), [("a", False)]),
        (("a", "a"), "torch", (7, 7), [("a", True)]),
        (("a", "A"), "torch", (7, 8), [("a and A", True)]),
        (("a", "A"), "model", (7, 8), [("a and A", True)]),
        (("a/", "a/"), "torch", (7, 8), []),
        (("a", "b"), "torch", (7, 8), []),
    ],
)
def test_files_of_one_name_are_told_by_what_the_archive_is(names, kind, crcs, told):
    """In models no two names may be mixed up; elsewhere only one name for two contents counts."""
    assert twice(*names, kind, crcs) == told


@pytest.mark.parametrize(
    ("bent", "words"),
    [
        (End(), []),
        (End(count=3), ["3 entries are told, 2 are there"]),
        (End(count=0), ["0 entries are told, 2 are there"]),
    ],
)
def test_a_directory_is_compared_with_its_end(bent, words):
    """The number of entries is told and counted."""
    blob = BytesBlob(archive(Member("a", b"x"), Member("b", b"y"), end=bent))
    (found,) = directories(blob, ends(blob)[0], Budget(Limits()))
    assert found.odd == words
    assert [each.name for each in found.entries] == ["a", "b"]


def test_a_signature_of_the_directory_belongs_to_it():
    """What signs the directory stands behind its last entry and is no gap."""
    entry = central_record(PLAIN, 0)
    data = local_record(PLAIN) + b"body"
    directory = entry + struct.pack("<4sH", records.SIGNATURE, 5) + b"12345"
    blob = BytesBlob(data + directory + end_record(1, len(directory), len(data)))
    (found,) = directories(blob, ends(blob)[0], Budget(Limits()))
    assert (found.odd, found.stop) == ([], len(data + directory))


def test_a_directory_of_nothing_is_one():
    """An empty archive has an end and no entries."""
    blob = BytesBlob(b"abc" + end_record(0, 0, 0))
    (found,) = directories(blob, ends(blob)[0], Budget(Limits()))
    assert (found.entries, found.start, found.stop) == ([], 3, 3)


def test_an_end_whose_files_are_elsewhere_is_not_plausible():
    """The tail that was cut out of a zip has a directory and no file of it."""
    data = archive(Member("a", b"x" * 100))
    blob = BytesBlob(data[60:])
    assert not is_plausible(blob, ends(blob)[0])
    assert is_plausible(BytesBlob(data), ends(BytesBlob(data))[0])


@given(st.binary(max_size=120), st.integers(-5, 130))
@settings(max_examples=60)
def test_records_are_read_from_any_bytes(data, at):
    """Whatever stands there, a record comes, or none."""
    for magic, reader in ((b"PK\3\4", local_entry), (b"PK\1\2", central_entry), (b"PK\5\6", records.end_record)):
        found = reader(BytesBlob(data[: max(0, at)] + magic + data), at)
        assert found is None or found.end > at
