"""Zip archives: honest ones are clean, disagreements are found, and all readings are looked at."""

import io
import random
import struct
import zipfile

import pytest
from making.zips import DESCRIBED, EVIL, End, Member, archive, torch_members
from scanning import ids, on_disk, own, scanned

NOISE = random.Random(1).randbytes(40_000)
ELF = b"\x7fELF\x02\x01\x01" + bytes(60)
"""Reported where it stands inside an archive: shows that a reading was looked at, whatever other formats say."""


def zips(found):
    """Findings on the archive itself, those that are only good to know left out."""
    return [each.id for each in own(found, ("zip.", "archive.")) if each.severity != "low"]


@pytest.mark.parametrize("method", [0, 8, 12, 14, 95])
def test_honest_archives_of_every_method_are_clean(method):
    """An archive as programs write it has no finding."""
    data = archive(Member("a.txt", b"text " * 300, method), Member("sub/b.txt", b"more", method))
    assert zips(scanned(data)) == []
    assert scanned(data).formats[0] == "zip"


@pytest.mark.parametrize("method", [0, 8])
def test_torch_archives_are_clean(method):
    """Data descriptors, as torch writes them, are no disagreement."""
    assert zips(scanned(archive(*torch_members(method=method)))) == []


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_STORED])
@pytest.mark.parametrize("streamed", [False, True])
def test_archives_of_the_standard_library_are_clean(how, streamed):
    """What zipfile writes, to a file or to a pipe, zip64 or not, is clean."""
    buffer = io.BytesIO()
    if streamed:
        buffer.seekable = lambda: False
    with zipfile.ZipFile(buffer, "w", how) as made:
        made.writestr("a.txt", "x" * 1000)
        with made.open("big.txt", "w", force_zip64=True) as member:
            member.write(b"y" * 1000)
        made.comment = b"a comment"
    assert zips(scanned(buffer.getvalue())) == []


def bent(**fields):
    """An archive with one stored member whose local header differs in some fields."""
    return archive(Member("data.bin", b"0123456789", local=fields))


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (bent(name=b"other.pkl"), "zip.names-differ"),
        (bent(name=b"data.bin\0.txt"), "archive.name-with-nul"),
        (bent(method=8), "zip.headers-differ"),
        (bent(flags=1), "zip.headers-differ"),
        (bent(crc=7), "zip.headers-differ"),
        (bent(size=4), "zip.headers-differ"),
        (archive(Member("a", b"0123", central={"flags": 1})), "zip.headers-differ"),
        (archive(Member("a", b"0123", flags=1)), "zip.false-encryption"),
        (archive(Member("a", b"0123", central={"crc": 7}, local={"crc": 7})), "zip.wrong-checksum"),
        (archive(Member("a", b"0123" * 9, 8, central={"size": 5}, local={"size": 5})), "zip.size-differs"),
        (archive(Member("a", b"0123", 0, central={"size": 1 << 30}, local={"size": 1 << 30})), "zip.size-differs"),
        (archive(Member("a", b"0123", 8, central={"size": 1 << 30}, local={"size": 1 << 30})), "zip.size-differs"),
        (archive(Member("a", b"0123", flags=0x20)), "zip.false-encryption"),
        (archive(Member("m/data.pkl", b"x" * 99, flags=1, packed=b"?")), "zip.false-encryption"),
        (archive(Member("a", NOISE, 8, central={"size": 30 << 20}, local={"size": 30 << 20})), "zip.size-differs"),
        (archive(Member("a", NOISE, packed=NOISE[:50])), "zip.size-differs"),
        (archive(Member("a", b"x", 8, packed=Member("a", b"x", 8).body() + b"more")), "zip.unowned-bytes"),
        (archive(Member("a", b"x"), Member("hidden", b"y", listed=False), Member("b", b"z")), "zip.hidden-entry"),
        (archive(Member("a", b"x"), gap=b"something else"), "zip.unowned-bytes"),
        (archive(Member("a", b"x" * 40), Member("b", b"y", offset=3)), "zip.broken-member"),
        (archive(Member("a", b"x"), Member("a", b"y")), "zip.duplicate-name"),
        (archive(Member("m/data.pkl", b"x"), Member("m/DATA.pkl", b"y")), "zip.duplicate-name"),
        (archive(Member("m/data.pkl", b"x"), Member("m\\data.pkl", b"y")), "zip.duplicate-name"),
        (archive(Member("a", b"x"), end=End(count=2)), "zip.directory-differs"),
        (archive(Member("a", b"x"), Member("b", b"y"), end=End(count=1)), "zip.directory-differs"),
        (archive(Member("a", b"x"), end=End(disk=3)), "zip.split"),
        (b"GIF89a" + archive(Member("a", b"x"), base=6), "zip.prepended"),
        (b"GIF89a" + archive(Member("a", b"x")), "zip.prepended"),
        (archive(Member("a", b"x")) + b"trailing", "zip.trailing"),
        (archive(Member("../a", b"x")), "archive.leaves-folder"),
        (archive(Member("a/../../b", b"x")), "archive.leaves-folder"),
        (archive(Member("..\\a", b"x")), "archive.leaves-folder"),
        (archive(Member("/etc/passwd", b"x")), "archive.leaves-folder"),
        (archive(Member("C:\\windows\\a", b"x")), "archive.leaves-folder"),
        (archive(Member("l", b"../../secret", attributes=0o120777 << 16)), "archive.link-leaves-folder"),
        (archive(Member("l", b"/etc/passwd", attributes=0o120777 << 16)), "archive.link-leaves-folder"),
        (archive(Member("l", b"/opt/models", attributes=0o120777 << 16)), "archive.link-absolute"),
        (archive(Member("m/data.pkl", b"x"), Member("m/lib.so", ELF)), "archive.program"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_archive_is_found(data, rule):
    """Each way in which an archive lies has its finding."""
    assert rule in ids(scanned(data))


def test_a_link_within_the_folder_is_clean():
    """Links inside the archive are ordinary."""
    assert zips(scanned(archive(Member("sub/l", b"../a", attributes=0o120777 << 16)))) == []


def test_names_of_both_headers_are_looked_at():
    """A member whose local method differs is read in both ways."""
    packed = Member("x", ELF, 8).body()
    data = archive(Member("m.bin", ELF, packed=packed, local={"method": 8}, central={"method": 0, "size": len(packed)}))
    assert "archive.program" in ids(scanned(data))


@pytest.mark.parametrize("way", ["between", "before", "behind", "comment", "alone"])
def test_hidden_content_is_looked_at(way):
    """A zip that stands where no reader of the directory looks is opened all the same."""
    inner = archive(Member("deep.so", ELF))
    data = {
        "between": archive(Member("a", b"x"), Member("h.zip", inner, listed=False), Member("b", b"y")),
        "before": inner + archive(Member("a", b"x")),
        "behind": archive(Member("a", b"x")) + inner,
        "comment": archive(Member("a", b"x"), end=End(comment=inner)),
        "alone": inner[: inner.rindex(b"PK\1\2")],
    }[way]
    assert "archive.program" in ids(scanned(data))


def test_two_end_records_are_two_directories():
    """An archive whose comment holds another end record is read by both."""
    one = archive(Member("a.so", ELF))
    second = archive(Member("b.so", ELF), base=len(one))
    data = one[:-2] + struct.pack("<H", len(second)) + second
    found = scanned(data)
    members = {each.member for each in own(found, "archive.program")}
    assert "zip.two-directories" in ids(found)
    assert {"a.so", "b.so"} <= members


def test_two_places_of_one_directory_are_both_read():
    """Where counting back and the told offset lead to two directories, both are read."""
    one, two = archive(Member("a.so", ELF)), archive(Member("b.so", ELF))
    data = one + two[:-6] + struct.pack("<IH", one.index(b"PK\1\2"), 0)
    members = {each.member for each in own(scanned(data), "archive.program")}
    assert {"a.so", "b.so"} <= members


def test_a_stored_zip_inside_a_zip_is_no_second_directory():
    """The end record of a member is its own."""
    assert zips(scanned(archive(Member("inner.zip", archive(Member("a", b"x")))))) == []


def test_overlapping_files_are_an_attack():
    """Two entries of one local header are how flat bombs are made."""
    data = archive(Member("a", b"x" * 100), Member("a", b"x" * 100, offset=0))
    assert "zip.overlap" in ids(scanned(data))


def test_torch_without_checksums_is_clean():
    """Torch may leave all checksums out; that is low, one wrong one is not."""
    silent = [Member(m.name, m.data, central={"crc": 0}, local={"crc": 0}) for m in torch_members()]
    assert zips(scanned(archive(*silent))) == []
    assert "zip.no-checksums" in ids(scanned(archive(*silent)))
    assert "zip.wrong-checksum" in ids(scanned(archive(silent[0], *torch_members()[1:])))


def test_tensors_are_not_looked_at_but_pickles_in_their_place_are():
    """The bytes of a tensor may look like anything; a pickle that is stored there is still opened."""
    honest = archive(*torch_members(), Member("archive/data/1", ELF))
    assert "archive.program" not in ids(scanned(honest))
    data = archive(*torch_members(), Member("archive/data/1", b"\x80\x04" + EVIL))
    assert scanned(data).formats != ("zip",) or scanned(data).verdict != "clean"


def test_truly_encrypted_members_are_unread():
    """What needs a password was not judged."""
    data = archive(Member("a", b"0123456789abcdef", flags=1, packed=b"garbage of the same size", central={"crc": 5}))
    assert scanned(data).verdict in ("unread", "attack")
    assert "zip.encrypted" in ids(scanned(data))


def test_an_unknown_packing_is_unread():
    """A method that is not read leaves the member unjudged."""
    data = archive(Member("a", b"0123", packed=b"0123", local={"method": 97}, central={"method": 97}))
    assert scanned(data).verdict == "unread"


def test_a_bomb_is_at_least_for_review():
    """A member that would unpack to more than the limits allow is said so without unpacking."""
    huge = {"size": 2 << 30, "packed": 3 << 20}
    member = Member("zeros", b"", 8, packed=bytes(3 << 20), local=huge, central=huge)
    found = scanned(archive(member))
    assert "zip.bomb" in ids(found)


def test_a_program_with_a_zip_behind_it_is_no_polyglot():
    """Launchers and zipapps are programs with an archive at their end."""
    for head in (b"#!/usr/bin/env python3\n", ELF):
        found = scanned(head + archive(Member("__main__.py", b"print()"), base=len(head)))
        assert zips(found) == []


def test_a_pickle_before_a_zip_is_an_attack():
    """A loader of pickles and a loader of zips see two different files."""
    found = scanned(b"\x80\x02}." + archive(Member("a", b"x"), base=4))
    assert any(each.id == "zip.prepended" and each.severity == "attack" for each in found.findings)


def test_a_zip_in_the_middle_of_something_else_is_only_looked_into():
    """Bytes that hold a zip are read as what they are; the zip's members are looked at as well."""
    found = scanned(b"head" * 9 + archive(Member("a.so", ELF)) + b"tail")
    assert zips(found) == ["archive.program"]


def test_descriptors_that_disagree_are_unowned_bytes():
    """A descriptor that says something else than the directory belongs to no file."""
    data = archive(Member("a", b"0123", flags=DESCRIBED))
    at = data.index(b"PK\7\x08")
    assert "zip.unowned-bytes" in ids(scanned(data[: at + 4] + b"\1\1\1\1" + data[at + 8 :]))


@pytest.mark.parametrize("value", [1 << 31, 1 << 62, (1 << 63) - 1, (1 << 64) - 1])
def test_zip64_values_that_no_file_has_overflow_nothing(tmp_path, value):
    """Sizes and offsets beyond all files have a verdict that is not clean."""
    field = struct.pack("<HHQQQ", 1, 24, value, value, value)
    full = {"size": 0xFFFFFFFF, "packed": 0xFFFFFFFF}
    data = archive(Member("m/data.pkl", b"x", extra=field, local=full, central=full, offset=0xFFFFFFFF))
    for found in (scanned(data), on_disk(tmp_path, data)):
        assert found.verdict != "clean"
        assert not [each for each in found.findings if each.evidence.startswith("as zip:") and "Error" in each.evidence]
