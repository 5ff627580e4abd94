"""Tar archives: honest ones are clean; links, names and headers that harm are found."""

import io
import tarfile

import pytest
from making.tars import archive, entry, header, long_name, padded, pax
from making.zips import Member
from making.zips import archive as zipped
from scanning import ids, on_disk, own, scanned

ELF = b"\x7fELF\x02\x01\x01" + bytes(60)


def tars(data):
    """Findings on the archive itself, those that are only good to know left out."""
    return [each.id for each in own(scanned(data), ("tar.", "archive.")) if each.severity != "low"]


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
@pytest.mark.parametrize("name", ["a.txt", "folder/" + "n" * 90 + "/a.txt", "é.txt"])
def test_archives_of_the_standard_library_are_clean(form, name):
    """What tarfile writes in each of its formats is clean, long and foreign names too."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as made:
        for each in (name, "b.bin"):
            member = tarfile.TarInfo(each)
            member.size, member.mtime = 700, 1.5 if form == tarfile.PAX_FORMAT else 1
            made.addfile(member, io.BytesIO(b"x" * 700))
        link = tarfile.TarInfo("folder/link")
        link.type, link.linkname = tarfile.SYMTYPE, "../b.bin"
        made.addfile(link)
    assert tars(buffer.getvalue()) == []
    assert "tar" in scanned(buffer.getvalue()).formats


def linked(*pairs):
    """Symbolic links, then a file below the last."""
    links = [entry(name, b"", b"2", target) for name, target in pairs]
    return archive(*links, entry(f"{pairs[-1][0]}/file", b"x"))


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (archive(entry("../a", b"x")), "archive.leaves-folder"),
        (archive(entry("/etc/cron.d/a", b"x")), "archive.leaves-folder"),
        (archive(long_name("../" * 40 + "a"), entry("short", b"x")), "archive.leaves-folder"),
        (archive(pax(path="../../a"), entry("short", b"x")), "archive.leaves-folder"),
        (archive(pax(b"g", path="../../a"), entry("short", b"x")), "archive.leaves-folder"),
        (archive(entry("l", b"", b"2", "../x")), "archive.link-leaves-folder"),
        (archive(entry("l", b"", b"2", "/etc/passwd")), "archive.link-leaves-folder"),
        (archive(entry("l", b"", b"2", "/usr/bin/python3")), "archive.link-absolute"),
        (archive(pax(linkpath="../../x"), entry("l", b"", b"2", "ok")), "archive.link-leaves-folder"),
        (archive(entry("l", b"", b"1", "/etc/passwd")), "archive.link-leaves-folder"),
        (linked(("l", "/opt")), "archive.writes-through-link"),
        (linked(("a", "."), ("a/b", "..")), "archive.link-leaves-folder"),
        (linked(("a", "."), ("a/b", "..")), "archive.writes-through-link"),
        (linked(("a", "b"), ("b", "a")), "archive.writes-through-link"),
        (archive(entry("sda", b"", b"4")), "tar.device"),
        (archive(entry("null", b"", b"3")), "tar.device"),
        (archive(entry("pipe", b"", b"6")), "tar.fifo"),
        (archive(pax(size="2000"), entry("a", b"x" * 600), padded(b"y" * 1400)), "tar.headers-differ"),
        (archive(pax(size="600"), header("a"), padded(b"y" * 600)), "tar.headers-differ"),
        (archive(entry("a", b"x"), entry("b", b"x", checksum=5)), "tar.broken-header"),
        (archive(entry("a", b"x", checksum=5)), "tar.broken-header"),
        (archive(entry("PaxHeaders", b"7 nonsense", b"x"), entry("a", b"x")), "tar.broken-header"),
        (archive(entry("a", b"x"), bytes(512), entry("b", b"x")), "tar.behind-end"),
        (archive(entry("a", b"x")) + archive(entry("b", b"x")), "tar.behind-end"),
        (archive(entry("a", b"x")) + b"something else", "tar.behind-end"),
        (archive(pax(GNU__sparse__major="1"), entry("a", b"x")), "tar.sparse"),
        (archive(entry("m.npy", b"x"), entry("lib.so", ELF)), "archive.program"),
        (archive(entry("l\\..\\..\\b", b"x")), "archive.leaves-folder"),
    ],
)
def test_what_is_wrong_with_an_archive_is_found(data, rule):
    """Each way in which a tar harms its unpacker has its finding."""
    assert rule in ids(scanned(data))


@pytest.mark.parametrize(
    "data",
    [
        archive(entry("a", b"x"), end=bytes(512 * 20)),
        archive(entry("sub/", b"", b"5"), entry("sub/a", b"x"), entry("sub/l", b"", b"2", "a")),
        archive(entry("sub/l", b"", b"2", ".."), entry("sub/l/a", b"x")),
        archive(entry("a", b"x"), entry("h", b"", b"1", "a")),
        archive(entry("a", b"x", magic=b"ustar  \0")),
        archive(entry("a", b"x", magic=bytes(8))),
        archive(entry("a.so", ELF), entry("p-1/PKG-INFO", b"x")),
    ],
)
def test_ordinary_archives_are_clean(data):
    """Padding, links within, all magics, programs in packages are no findings."""
    assert tars(data) == []


def test_entries_behind_the_end_are_looked_at():
    """What a second archive behind the first holds counts."""
    data = archive(entry("a", b"x")) + archive(entry("deep.so", ELF))
    assert [each.member for each in own(scanned(data), "archive.program")] == ["deep.so"]


def test_a_zip_inside_a_tar_is_not_the_tar():
    """The last member's end record is near the end of the file; only the member is a zip."""
    found = scanned(archive(entry("weights.zip", zipped(Member("a.so", ELF)))))
    assert [each.member for each in found.findings if each.id == "archive.program"] == ["weights.zip!a.so"]
    assert own(found, "zip.") == []


def test_a_zip_behind_a_tar_is_a_second_file():
    """A tar that is a zip as well is two things."""
    tar = archive(entry("a", b"x"))
    assert "zip.prepended" in ids(scanned(tar + zipped(Member("b", b"x"), base=len(tar))))


def test_a_cut_archive_is_unread():
    """A member whose bytes are not all there was not judged."""
    assert scanned(archive(entry("a", b"x" * 2000))[:1500]).verdict == "unread"


def test_sizes_in_base_256_are_read():
    """Sizes above 8 GB stand in binary; one that reaches past the end is cut off."""
    block = header("a")
    block = block[:124] + b"\x80" + (1 << 40).to_bytes(11, "big") + block[136:]
    told = sum(block[:148]) + 8 * 32 + sum(block[156:])
    data = block[:148] + b"%06o\0 " % told + block[156:] + bytes(512)
    assert "tar.cut-off" in ids(scanned(data))


@pytest.mark.parametrize("size", [b"\x80" + b"\xff" * 11, b"\x80" + b"\x7f" * 11, b"\xff" * 12, b"777777777777"])
def test_sizes_that_no_file_has_are_cut_off(tmp_path, size):
    """A size beyond all files overflows nothing, in memory and on disk."""
    block = header("a")
    block = block[:124] + size + block[136:]
    told = sum(block[:148]) + 8 * 32 + sum(block[156:])
    data = block[:148] + b"%06o\0 " % told + block[156:] + bytes(512)
    for found in (scanned(data), on_disk(tmp_path, data)):
        assert found.verdict in ("unread", "review")
        assert "file.reader-failed" not in ids(found)
