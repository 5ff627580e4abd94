"""7z archives are unpacked in memory; other archives are recognised and said to be unread."""

import io

import pytest
from scanning import ids, own, scanned

ELF = b"\x7fELF\x02\x01\x01" + bytes(60)
py7zr = pytest.importorskip("py7zr")


def seven(password=None, **members):
    """An archive by py7zr."""
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", password=password) as made:
        made.set_encoded_header_mode(password is not None)
        for name, data in members.items():
            made.writestr(data, name)
    return buffer.getvalue()


def test_members_are_looked_at():
    """A program inside is found under its name."""
    found = scanned(seven(lib=ELF, text=b"some text"))
    assert [each.member for each in own(found, "archive.program")] == ["lib"]


def test_an_encrypted_archive_is_unread():
    """What needs a password was not judged."""
    found = scanned(seven("secret", text=b"some text"))
    assert found.verdict == "unread"
    assert "encrypted" in found.findings[0].evidence


def test_names_that_lead_out_are_an_attack():
    """A name is judged before anything is unpacked."""
    data = seven(**{"safe/../name": b"x"})
    old, new = "safe/../name".encode("utf-16-le"), "../../x/name".encode("utf-16-le")
    found = scanned(_renamed(data, old, new))
    assert "archive.leaves-folder" in ids(found)


def _renamed(data, old, new):
    """The archive with one name replaced and the checksums of its headers made right again."""
    import struct
    import zlib

    offset, size, _ = struct.unpack_from("<QQI", data, 12)
    body = data[32 : 32 + offset]
    head = data[32 + offset : 32 + offset + size].replace(old, new)
    assert old in data
    start = struct.pack("<QQI", offset, len(head), zlib.crc32(head))
    return data[:8] + struct.pack("<I", zlib.crc32(start)) + start + body + head


@pytest.mark.parametrize("size", [6, 20, 32, 60, 100])
def test_a_cut_archive_is_unread(size):
    """Whatever py7zr raises for a broken archive is a reason."""
    assert scanned(seven(lib=ELF)[:size]).verdict == "unread"


def test_what_stands_behind_is_found():
    """Bytes behind the header are for review."""
    assert "compressed.trailing" in ids(scanned(seven(lib=b"text") + b"behind"))


@pytest.mark.parametrize(
    "magic",
    [b"!<arch>\ndebian-binary   ", b"070701", b"LZIP", b"MSCF\0\0\0\0", b"Rar!\x1a\x07\x01\0", b"hsqs", b"xar!"],
)
def test_other_archives_are_unread(magic):
    """Archives that are not read are named."""
    found = scanned(magic + bytes(100))
    assert (found.verdict, found.formats) == ("unread", ("archive",))
