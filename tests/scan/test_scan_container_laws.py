"""For any bytes a verdict comes, within the budget: mutations, cuts at every byte, deep nesting."""

import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import tars, zips
from scanning import ids, scanned

from seatrial.scan.limits import Limits
from seatrial.scan.part import Settings

ZIP = zips.archive(*zips.torch_members(method=8), zips.Member("archive/x/é", b"more text" * 20, 12))
TAR = tars.archive(
    tars.long_name("n" * 120), tars.entry("short", b"x" * 700), tars.pax(path="p"), tars.entry("a", ZIP),
    tars.entry("l", b"", b"2", "a"),
)  # fmt: skip
GZIP = gzip.compress(TAR)
SMALL = Settings(Limits(unpacked=8 << 20, members=500, header=1 << 20, opcodes=100_000, seconds=5))
KNOWN = ("clean", "unread", "review", "attack")


def is_a_verdict(data):
    """A verdict came, and no reader failed."""
    found = scanned(data, settings=SMALL)
    failed = [each for each in found.findings if each.id == "file.reader-failed" and "pickle" not in each.evidence]
    containers = ("zip", "tar", "gzip", "bzip2", "xz", "lzma", "zlib", "7z", "archive", "program", "bytecode")
    assert not [each for each in failed if each.evidence.startswith(tuple(f"as {name}:" for name in containers))]
    assert found.verdict in KNOWN
    return found


@pytest.mark.parametrize("data", [ZIP, TAR], ids=["zip", "tar"])
def test_a_file_cut_at_any_byte_is_never_clean(data):
    """What is missing may hold anything; the padding of a tar may be missing."""
    end = len(data) if data is ZIP else TAR.rindex(b"ustar") - 257
    step = 1 if data is ZIP else 7
    assert not [cut for cut in range(1, end, step) if is_a_verdict(data[:cut]).verdict == "clean" and cut % 512]


@given(st.binary(max_size=600))
@settings(max_examples=150)
def test_any_bytes_have_a_verdict(data):
    """Noise is no bug."""
    is_a_verdict(data)


MAGICS = [b"7z\xbc\xaf\x27\x1c", b"BZh9", b"PK\3\4", b"PK\5\6", b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"x\x9c"]


@given(st.sampled_from(MAGICS), st.binary(max_size=300))
@settings(max_examples=150)
def test_any_bytes_behind_a_magic_number_have_a_verdict(magic, rest):
    """Noise that says that it is an archive is no bug."""
    is_a_verdict(magic + rest)


@given(st.sampled_from([ZIP, TAR, GZIP]), st.data())
@settings(max_examples=250)
def test_mutations_have_a_verdict(data, draw):
    """Bytes changed, taken out and put in make no reader fail."""
    changed = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 6))):
        at = draw.draw(st.integers(0, len(changed) - 1))
        how = draw.draw(st.sampled_from("cdif"))
        if how == "c":
            changed[at] = draw.draw(st.integers(0, 255))
        elif how == "d":
            del changed[at : at + draw.draw(st.integers(1, 40))]
        elif how == "i":
            changed[at:at] = draw.draw(st.binary(max_size=20))
        else:
            changed[at : at + 4] = b"\xff" * 4
        changed = changed or bytearray(b"x")
    is_a_verdict(bytes(changed))


@given(st.lists(st.tuples(st.text(max_size=12), st.binary(max_size=80), st.sampled_from([0, 8])), max_size=5))
@settings(max_examples=80)
def test_any_archive_of_the_standard_library_has_no_structural_finding(files):
    """Honest structure stays honest, whatever the names: only names themselves may be wrong."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, (data, method) in {name: rest for name, *rest in files if name}.items():
            made.writestr(zipfile.ZipInfo(name), data, method)
    found = scanned(buffer.getvalue(), settings=SMALL)
    assert not [each for each in found.findings if each.id.startswith("zip.") and each.id != "zip.duplicate-name"]


def nested(levels, wrap):
    """An archive within an archive within an archive."""
    data = b"the innermost"
    for _ in range(levels):
        data = wrap(data)
    return data


@pytest.mark.parametrize("wrap", [
    lambda data: zips.archive(zips.Member("a.zip", data)),
    lambda data: tars.archive(tars.entry("a.tar", data)),
    lambda data: gzip.compress(data, 1),
], ids=["zip", "tar", "gzip"])  # fmt: skip
def test_a_hundred_levels_of_nesting_are_over_the_budget(wrap):
    """Some levels are followed, a hundred are for review."""
    assert "file.over-budget" not in ids(scanned(nested(5, wrap)))
    assert "file.over-budget" in ids(scanned(nested(100, wrap)))


def test_a_file_that_changes_while_it_is_read_is_unread(tmp_path):
    """A verdict on bytes that are no longer there is none."""
    from seatrial.scan import file

    path = tmp_path / "a.zip"
    path.write_bytes(ZIP)

    class Changing(file.FileBlob):
        def read(self, offset, size):
            path.write_bytes(ZIP + bytes(self.size - len(ZIP) + 1))
            return super().read(offset, size)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file, "FileBlob", Changing)
        found = file.scan_file(str(path))
    assert "it changed while it was read" in [each.evidence for each in found.findings]


def test_a_large_torch_archive_is_not_read(tmp_path):
    """Tensors are skipped: of a gigabyte, only headers are read."""
    from seatrial.scan.blob import FileBlob
    from seatrial.scan.file import look

    path = tmp_path / "large.pt"
    sparse_torch(path, 1 << 30)
    read = []

    class Counting(FileBlob):
        def read(self, offset, size):
            data = super().read(offset, size)
            read.append(len(data))
            return data

    with path.open("rb") as file:
        found = look(Counting(file.fileno()), str(path), Settings())
    assert [each.id for each in found.findings if each.id.startswith(("zip.", "file."))] == []
    assert sum(read) < 1 << 20


def sparse_torch(path, size):
    """A torch archive with one tensor of zeros, which the file system does not store."""
    crc = 0
    zeros = bytes(1 << 20)
    import zlib

    for _ in range(size >> 20):
        crc = zlib.crc32(zeros, crc)
    fields = {"crc": crc, "packed": size, "size": size}
    tensor = zips.Member("archive/data/0", b"", packed=b"", local=fields, central=fields)
    whole = zips.archive(*zips.torch_members()[:2], tensor, zips.Member("archive/version", b"3\n"))
    cut = whole.index(b"archive/data/0") + len(b"archive/data/0")
    with path.open("wb") as file:
        file.write(whole[:cut])
        file.seek(size, 1)
        directory = whole.rindex(b"PK\5\6")
        rest = bytearray(whole[cut:])
        _move(rest, size)
        file.write(rest)
        assert directory > cut


def _move(rest, size):
    """Add to the offsets of what stands behind the tensor."""
    at = rest.rindex(b"PK\5\6") + 16
    rest[at : at + 4] = (int.from_bytes(rest[at : at + 4], "little") + size).to_bytes(4, "little")
    last = rest.rindex(b"PK\1\2") + 42
    rest[last : last + 4] = (int.from_bytes(rest[last : last + 4], "little") + size).to_bytes(4, "little")
