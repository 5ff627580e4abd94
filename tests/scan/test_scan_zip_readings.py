"""Zips as a whole: bytes between, before and behind, links, checksums, packings, archives without a directory."""

import struct
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.zips import (
    DESCRIBED,
    EVIL,
    End,
    Member,
    archive,
    central_record,
    end_record,
    local_record,
    torch_members,
)
from scanning import ids, on_disk, own, scanned

from seatrial.scan.blob import BytesBlob
from seatrial.scan.containers.zip_stream import entries, local_headers
from seatrial.scan.limits import Limits
from seatrial.scan.part import Settings

ELF = b"\x7fELF\x02\x01\x01" + bytes(60)
ONE = archive(Member("a.txt", b"some text"))
LINK = 0o120777 << 16


def zips(data, config=None):
    """Ids of findings on the archive itself, those that are only good to know left out."""
    found = own(scanned(data, settings=config), ("zip.", "archive."))
    return [each.id for each in found if each.severity != "low"]


def finding(data, rule):
    """The first finding of a rule."""
    return own(scanned(data), rule)[0]


@pytest.mark.parametrize(
    ("data", "rule", "evidence"),
    [
        (archive(Member("a", b"x"), end=End(disk=3)), "zip.split", "disk 3"),
        (archive(Member("a", b"x"), Member("b", b"y", offset=999)), "zip.broken-member", "b: no header at 999"),
        (archive(Member("a", b"x"), end=End(count=2)), "zip.directory-differs", "2 entries are told, 1 are there"),
        (archive(Member("a", b"0123", packed=b"0123", local={"method": 9}, central={"method": 9})),
         "zip.packing-unread", "a: method 9"),
        (archive(Member("a", b"text", 8, packed=b"\xff\xff")), "zip.broken-member", "the packed data is broken"),
        (archive(Member("a", b"text" * 99, 8, packed=Member("a", b"text" * 99, 8).body()[:-2])),
         "zip.broken-member", "the packed data is cut off"),
        (archive(Member("a", b"texts", 8, packed=Member("a", b"text", 8).body())),
         "zip.size-differs", "5 bytes are told, 4 are there"),
        (archive(Member("a", b"text", 8, central={"crc": 1}, local={"crc": 1})),
         "zip.wrong-checksum", f"00000001 is told, it is {zlib.crc32(b'text'):08x}"),
        (archive(Member("a", b"text", 8, packed=Member("a", b"text", 8).body() + b"12")),
         "zip.unowned-bytes", "2 bytes behind the packed data"),
        (archive(Member("a", b"x" * 40), Member("b", b"y", offset=0)), "zip.names-differ", "b in the directory, a"),
        (archive(Member("a", b"x"), gap=b"\1\2"), "zip.unowned-bytes", "2 bytes: 01 02"),
        (ONE + b"\1\2\3", "zip.trailing", "3 bytes: 01 02 03"),
        (b"GIF89a" + archive(Member("a", b"x"), base=6), "zip.prepended", "6 bytes: 47 49 46 38 39 61"),
    ],
)  # fmt: skip
def test_evidence_says_what_was_seen(data, rule, evidence):
    """Each finding shows the figures that it goes by."""
    assert evidence in finding(data, rule).evidence


@pytest.mark.parametrize(
    ("data", "offset"),
    [(ONE + b"tail", len(ONE)), (b"head" + archive(Member("a", b"x"), base=4), 0)],
)
def test_offsets_say_where(data, offset):
    """What stands beside the archive is told with its place."""
    assert finding(data, ("zip.trailing", "zip.prepended")).offset == offset


@pytest.mark.parametrize(
    "data",
    [
        archive(Member("a", b"x"), gap=bytes(100)),
        ONE + bytes(1000),
        archive(Member("a", b"x"), gap=b"\1" * 40 + b"APK Sig Block 42"),
        archive(Member("a", b"x"), end=End(comment=b"made by hand")),
        archive(),
        archive(Member("folder/"), Member("folder/a", b"x")),
        archive(Member("a", b"")),
        archive(Member("a", b"", 8)),
        archive(Member("a", b"x", flags=DESCRIBED), Member("b", b"y", 8, flags=DESCRIBED)),
        archive(Member("a", b"x"), Member("a", b"x")),
        archive(Member("README", b"x"), Member("readme", b"y")),
        archive(Member("l", b"a/b", attributes=LINK)),
        archive(Member("a/b/l", b"../../c", attributes=LINK)),
        archive(Member("v1..2/a", b"x")),
        archive(Member("a", b"x", extra=struct.pack("<HH", 0x5455, 5) + bytes(5))),
    ],
    ids=[
        "zeros between", "zeros behind", "signature of Android", "comment", "empty", "folder", "no bytes",
        "no bytes packed", "streamed", "twice the same", "two cases", "link", "link upwards", "dots", "times",
    ],
)  # fmt: skip
def test_what_honest_tools_write_is_no_finding(data):
    """Padding, signatures, comments, folders, streams and links within are ordinary."""
    assert zips(data) == []


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        (b"..", ["archive.link-leaves-folder"]),
        (b"a/../../b", ["archive.link-leaves-folder"]),
        (b"/usr/lib/x", ["archive.link-absolute"]),
        (b"/home/me/.ssh/id", ["archive.link-leaves-folder"]),
        (b"/usr/../etc/x", ["archive.link-leaves-folder"]),
        (b"C:\\Users\\x", ["archive.link-leaves-folder"]),
        (b"/etcetera", ["archive.link-absolute"]),
        (b"a", []),
    ],
)
@pytest.mark.parametrize("method", [0, 8])
def test_links_are_judged_by_where_they_lead(target, rule, method):
    """Private folders and steps out are an attack, other absolute paths for review; packed targets are unpacked."""
    assert zips(archive(Member("l", target, method, attributes=LINK))) == rule


@pytest.mark.parametrize("attributes", [0, 0o100644 << 16, 0o040755 << 16, 0o120777])
def test_only_a_link_has_a_target(attributes):
    """A file that holds the text of a path is no link, whatever its low attributes are."""
    assert zips(archive(Member("l", b"/etc/passwd", attributes=attributes))) == []


@pytest.mark.parametrize(
    ("head", "severity"),
    [
        (b"\x80\x02}.", "attack"),
        (b"\x80\x05}.", "attack"),
        (b"\x80\x06}.", "review"),
        (b"\x80\x01}.", "review"),
        (b"some text", "review"),
        (b"#!/bin/sh\nexit\n", "low"),
        (ELF, "low"),
    ],
)
def test_what_stands_before_an_archive_is_judged_by_what_it_is(head, severity):
    """Launchers are ordinary, a pickle is another file for another loader, all else a person should see."""
    data = head + archive(Member("a", b"x"), base=len(head))
    assert finding(data, "zip.prepended").severity == severity


@pytest.mark.parametrize("place", ["before", "between", "behind", "comment"])
def test_a_pickle_beside_the_files_is_run(place):
    """Wherever a command hides in an archive, it is an attack."""
    pickle = b"\x80\x02" + EVIL
    data = {
        "before": pickle + archive(Member("a", b"x"), base=len(pickle)),
        "between": archive(Member("a", b"x"), gap=pickle),
        "behind": ONE + pickle,
        "comment": archive(Member("a", b"x"), end=End(comment=pickle)),
    }[place]
    found = scanned(data)
    assert found.verdict == "attack"
    assert "pickle.dangerous-call" in ids(found)


def test_the_place_of_a_hidden_file_is_named():
    """A finding in a hidden file says which file of the archive it was in."""
    data = archive(Member("a", b"x"), Member("deep.so", ELF, listed=False), Member("b", b"z"))
    found = scanned(data)
    assert finding(data, "zip.hidden-entry").evidence == "deep.so"
    assert "deep.so" in {each.member for each in own(found, "archive.program")}


@pytest.mark.parametrize("method", [0, 8, 12, 14, 95])
def test_an_archive_without_a_directory_is_read_by_its_headers(method):
    """A directory that was cut off leaves the archive unread, and what its headers name is looked at."""
    data = archive(Member("m/x.txt", b"text " * 50, method), Member("m/a.so", ELF, method))
    found = scanned(data[: data.index(b"PK\1\2")])
    assert found.verdict == "review"
    assert [each.member for each in own(found, "archive.program")] == ["m/a.so"]
    assert "the directory at its end is missing or cut off" in finding(data[:-30], "file.unread").evidence


def test_names_are_judged_without_a_directory():
    """A stream of files with a name that leads out is an attack although its end is missing."""
    data = archive(Member("../../x", b"text"))
    assert "archive.leaves-folder" in ids(scanned(data[: data.index(b"PK\1\2")]))


def test_a_streamed_file_of_unknown_size_reaches_to_the_next_header():
    """Where the size follows the data, stored bytes are all up to the next header."""
    head = replace(Member("a", b"").header(), flags=DESCRIBED)
    data = local_record(head) + b"body" + local_record(replace(head, name=b"b")) + b"more"
    found = [(each.name, each.packed) for each in entries(BytesBlob(data), 0, len(data))]
    assert found == [("a", 4), ("b", 4)]


@pytest.mark.parametrize(
    "header",
    [
        replace(Member("a", b"x").header(), name=b""),
        replace(Member("a", b"x").header(), method=7),
        replace(Member("a", b"x").header(), method=0xFFFF),
    ],
)
def test_what_no_reader_takes_for_a_file_is_no_hidden_one(header):
    """A nameless header, or one of no known method, stands in data by chance."""
    data = local_record(header) + b"x"
    assert list(entries(BytesBlob(data), 0, len(data))) == []


@given(st.lists(st.integers(0, 200_000), max_size=4, unique=True))
@settings(max_examples=30)
def test_headers_are_found_across_pieces(places):
    """A signature is found wherever it stands, also over the edge of what is read at a time, and each once."""
    data = bytearray(200_010)
    kept = [at for at in sorted(places) if not any(0 < at - other < 4 for other in places)]
    for at in kept:
        data[at : at + 4] = b"PK\3\4"
    assert list(local_headers(BytesBlob(bytes(data)), 0, len(data))) == kept


@pytest.mark.parametrize("at", [65_532, 65_533, 65_534, 65_535, 65_536, 65_537])
def test_headers_at_the_edge_of_a_piece_are_found_once(at):
    """Sixty-four kilobytes are read at a time."""
    data = bytes(at) + b"PK\3\4" + bytes(50)
    assert list(local_headers(BytesBlob(data), 0, len(data))) == [at]


@pytest.mark.parametrize(
    ("bytes_", "seen"),
    [
        (b"\x80\x02cos\nsystem\n(S'id'\ntR.", True),
        (b"cos\nsystem\n(S'id'\ntR.", True),
        (b"\x80\x02cos\nsystem\n(S'id'\ntR.\0", False),
        (b"\x81\x02cos\nsystem\n(S'id'\ntR.", False),
    ],
)
def test_in_the_place_of_a_tensor_only_a_whole_pickle_is_looked_at(bytes_, seen):
    """The first bytes and the last one tell; floats that only begin so are data."""
    data = archive(*torch_members(), Member("archive/data/1", bytes_))
    assert ("pickle.dangerous-call" in ids(scanned(data))) == seen


def test_a_packed_tensor_is_looked_at():
    """Torch stores tensors as they are: one that is packed is no usual file and is looked at as any other."""
    data = archive(*torch_members(), Member("archive/data/1", b"\x80\x02" + EVIL, 8))
    assert "pickle.dangerous-call" in ids(scanned(data))


def test_a_tensor_marked_as_encrypted_is_an_attack():
    """No reader of torch decrypts: the mark can only be there for scanners."""
    data = archive(*torch_members(), Member("archive/data/1", bytes(64), flags=1))
    assert "archive/data/1: torch reads no encrypted file" in finding(data, "zip.false-encryption").evidence


@pytest.mark.parametrize("name", ["x/data/1", "x/tensors/1", "x/constants/1", "x/xl_model_weights/weight_0"])
def test_raw_bytes_of_all_layouts_of_torch_are_not_opened(name):
    """Old and new layouts keep tensors in folders of their own."""
    assert "archive.program" not in zips(archive(*torch_members(), Member(name, ELF)))


@pytest.mark.parametrize("name", ["x/data/1.so", "x/data/sub/1", "data/1", "x/other/1", "x/data/one"])
def test_what_only_looks_like_a_tensor_is_opened(name):
    """Only numbers in those folders, one level deep, are tensors."""
    assert "archive.program" in zips(archive(*torch_members(), Member(name, ELF)))


def test_one_missing_checksum_is_wrong():
    """Torch leaves all checksums out or none."""
    silent = [replace(each, central={"crc": 0}, local={"crc": 0}) for each in torch_members()]
    plain = [replace(each, flags=0x800) for each in silent]
    assert zips(archive(*plain)) == []
    assert "zip.wrong-checksum" in zips(archive(*plain[1:], replace(plain[0], central={"crc": 5}, local={"crc": 5})))
    other = [replace(each, name=f"m/{at}.txt") for at, each in enumerate(plain)]
    assert "zip.wrong-checksum" in zips(archive(*other))


@pytest.mark.parametrize(
    ("size", "packed", "bomb"), [(1000, 9, True), (1000, 10, False), (600, 1, True), (500, 1, False)]
)
def test_a_bomb_is_more_than_the_limit_and_a_hundred_times_its_size(size, packed, bomb):
    """Both are needed: what is large may be honest, and so may what packs well."""
    fields = {"size": size << 20, "packed": packed << 20}
    small = replace(Member("a", b"", 8, packed=b"x"), local=fields, central=fields)
    config = Settings(Limits(unpacked=500 << 20))
    assert ("zip.bomb" in zips(archive(small), config)) == bomb


@pytest.mark.parametrize(("members", "over"), [(10, False), (40, True)])
def test_members_are_counted(members, over):
    """An archive of more entries than the limit is for review."""
    data = archive(*[Member(f"{at}.txt", b"x") for at in range(members)])
    found = scanned(data, settings=Settings(Limits(members=32)))
    assert ("file.over-budget" in ids(found)) == over


def both(one, other):
    """Two directories over the same files: the end record tells of one, and the other stands right before it."""
    files = b"".join(local_record(each.header()) + each.body() for each in (one, other))
    first = central_record(one.header(), 0)
    second = central_record(other.header(), len(local_record(one.header()) + one.body()))
    return files + first + second + end_record(1, len(second), len(files))


def test_a_second_directory_by_offset_is_an_attack():
    """Readers that count back see other files than readers that go by the offset, and all are looked at."""
    data = both(Member("a.so", ELF), Member("b.so", ELF))
    found = scanned(data)
    assert "zip.two-directories" in ids(found)
    assert {each.member.rpartition("!")[2] for each in own(found, "archive.program")} == {"a.so", "b.so"}


@pytest.mark.parametrize("field", ["method", "packed", "name"])
def test_the_reading_of_the_local_header_is_looked_at_too(field):
    """A reader that goes by the local header sees other bytes, or the same under another name."""
    packed = Member("x", ELF, 8).body()
    lies = {"method": {"method": 8}, "packed": {"packed": len(ELF)}, "name": {"name": b"other.so"}}[field]
    body = packed if field == "method" else ELF
    bent = {"method": 0, "packed": len(body) if field != "packed" else 4, "size": len(body) if field != "packed" else 4}
    found = scanned(archive(Member("m.bin", ELF, packed=body, local=lies, central=bent)))
    assert "archive.program" in ids(found)
    assert {"zip.headers-differ", "zip.names-differ"} & set(ids(found))


@given(
    st.lists(
        st.builds(
            Member,
            name=st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}\.txt", fullmatch=True),
            data=st.binary(max_size=300).map(lambda data: b"text " + data.hex().encode()),
            method=st.sampled_from([0, 8, 12, 14, 95]),
            flags=st.sampled_from([0, 0x800]),
        ),
        max_size=5,
        unique_by=lambda each: each.name,
    ),
    st.binary(max_size=30).map(lambda data: data.hex().encode()),
)
@settings(max_examples=40)
def test_any_honest_archive_has_no_finding_of_its_own(members, comment):
    """Whatever files of whatever method an archive has, honest headers are clean."""
    assert zips(archive(*members, end=End(comment=comment))) == []


@given(st.sampled_from(["crc", "packed", "size", "method", "flags"]), st.integers(1, 0xFFFF), st.sampled_from([0, 8]))
@settings(max_examples=50)
def test_no_field_of_one_header_can_be_bent_unseen(field, value, method):
    """A local header that says anything else than the directory is found, but for flags that change no reading."""
    member = Member("data.txt", b"some text", method)
    truth = getattr(member.header(), field)
    if value == truth or (field == "flags" and not value & 0x2061):
        return
    assert zips(archive(replace(member, local={field: value}))) != []


def test_a_verdict_on_disk_is_that_in_memory(tmp_path):
    """The same findings come from a file as from bytes."""
    data = archive(Member("a.so", ELF), Member("../x", b"y")) + b"tail"
    assert ids(on_disk(tmp_path, data, "a.zip")) == ids(scanned(data, "a.zip"))
