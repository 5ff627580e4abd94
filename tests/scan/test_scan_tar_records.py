"""Headers and entries of a tar: numbers, names, extended headers, links that are followed, what stands behind."""

import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.tars import archive, entry, header, long_name, padded, pax
from scanning import ids, own, scanned

from seatrial.scan.blob import BytesBlob
from seatrial.scan.containers import tar_records as records
from seatrial.scan.containers.names import Links, as_unpacked, decoded, is_private, is_tensor, leaving, target_leaving
from seatrial.scan.containers.tar_walk import Walk
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.part import Part, Settings

ELF = b"\x7fELF\x02\x01\x01" + bytes(60)


def walked(data):
    """The entries of an archive, and the walk that found them."""
    walk = Walk(Part(BytesBlob(data), "x", lambda part: iter(()), Budget(Limits())))
    return list(walk), walk


def tars(data):
    """Findings on the archive itself."""
    return [each.id for each in own(scanned(data), ("tar.", "archive.")) if each.severity != "low"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (b"0000644\0", 0o644), (b"644     ", 0o644), (b"  644\0", 0o644), (b"\0\0\0\0\0\0\0\0", 0), (b"        ", 0),
        (b"7777777\0", 0o7777777), (b"8\0\0\0\0\0\0\0", None), (b"-1\0\0\0\0\0\0", None), (b"0x1\0\0\0\0\0", None),
        (b"6 4\0\0\0\0\0", None), (b"\xe9\0\0\0\0\0\0\0", None), (b"\x80\0\0\0\0\0\1\0", 256),
        (b"\x80" + b"\xff" * 11, 1 << 60),
        (b"\xff" * 8, -1), (b"\xff" * 7 + b"\xfe", -2), (b"0\0" + b"9" * 6, 0),
    ],
)  # fmt: skip
def test_numbers_are_octal_or_binary(field, value):
    """Digits end at a NUL, spaces do not count, the first bit makes it binary, anything else is none."""
    assert records.number(field) == value


@given(st.integers(0, 8**11 - 1))
def test_every_size_in_digits_comes_back(size):
    """Eleven octal digits hold eight gigabytes."""
    assert records.number(b"%011o\0" % size) == size


@given(st.integers(0, 1 << 59))
def test_every_size_in_base_256_comes_back(size):
    """Larger sizes are binary, as GNU tar writes them."""
    assert records.number(b"\x80" + size.to_bytes(11, "big")) == size


@pytest.mark.parametrize(("size", "blocks"), [(0, 0), (1, 512), (511, 512), (512, 512), (513, 1024)])
def test_sizes_are_whole_blocks(size, blocks):
    """A block has 512 bytes."""
    assert records.rounded(size) == blocks


@pytest.mark.parametrize(
    ("data", "found", "whole"),
    [
        (b"", {}, True),
        (b"10 path=a\n", {"path": "a"}, True),
        (b"10 path=a\n10 path=b\n", {"path": "b"}, True),
        (b"10 path=a\n\0\0\0", {"path": "a"}, True),
        (b"9 path=a\n", {"path": "a"}, True),
        (b"8 path=a\n", {}, False),
        (b"11 path=a\n", {}, False),
        (b"10 path=ab", {}, False),
        (b"10 path-a\n", {}, False),
        (b"path=a\n", {}, False),
        (b"10 path=a\nrest", {"path": "a"}, False),
        (b"99999999999999999999 path=a\n", {}, False),
        (b"11 path=a\n\n", {"path": "a\n"}, True),
        (b"12 path=a=b\n", {"path": "a=b"}, True),
        (b"10 path=\xff\n", {"path": "\\xff"}, True),
        (b"6 a=b\n", {"a": "b"}, True),
        (b"5 =b\n", {"": "b"}, True),
    ],
)
def test_records_are_read_as_far_as_they_can_be(data, found, whole):
    """The length counts itself and the newline; the last value of a key stands."""
    assert records.records(data) == (found, whole)


@given(st.dictionaries(st.from_regex(r"[a-zA-Z.]{1,9}", fullmatch=True), st.text(max_size=30), max_size=4))
def test_any_records_come_back(told):
    """Whatever text stands in a value, newlines too, it comes back."""
    clean = {key: value.encode("utf-8", "backslashreplace").decode() for key, value in told.items()}
    lines = b""
    for key, value in clean.items():
        body = f" {key}={value}\n".encode()
        length = next(n for n in range(len(body), len(body) + 9) if len(str(n)) + len(body) == n)
        lines += str(length).encode() + body
    assert records.records(lines) == (clean, True)


@given(st.binary(max_size=60))
def test_records_of_any_bytes_are_bounded(data):
    """Nothing in an extended header makes the reader fail or go on for ever."""
    found, _ = records.records(data)
    assert len(found) <= len(data)


@pytest.mark.parametrize(
    ("block", "tar"),
    [
        (header("a"), True),
        (header("a", magic=bytes(8)), True),
        (header("a", checksum=5), True),
        (header("a", checksum=5, magic=bytes(8)), False),
        (header(""), False),
        (header("a")[:511], False),
        (bytes(512), False),
        (b"some text " * 60, False),
        (b"", False),
    ],
)
def test_a_tar_is_told_by_its_first_header(block, tar):
    """Its checksum or its magic must say so, and it must have a name."""
    assert records.is_tar(BytesBlob(block)) == tar


def test_both_checksums_are_right():
    """Old programs added bytes as signed numbers."""
    block = header("é")
    signed = sum(byte - 256 * (byte > 127) for byte in block[:148] + block[156:]) + 8 * 32
    data = block[:148] + b"%06o\0 " % signed + block[156:]
    assert any(byte > 127 for byte in data)
    assert records.header(BytesBlob(data), 0).summed
    assert not records.header(BytesBlob(data[:148] + b"%06o\0 " % (signed + 1) + data[156:]), 0).summed


def test_a_prefix_belongs_to_the_name_of_posix_only():
    """GNU's old format keeps times where POSIX has the folder."""
    block = header("name")
    posix = records.header(BytesBlob(block[:345] + b"folder".ljust(155, b"\0") + block[500:]), 0)
    block = header("name", magic=b"ustar  \0")
    gnu = records.header(BytesBlob(block[:345] + b"folder".ljust(155, b"\0") + block[500:]), 0)
    assert (posix.name, gnu.name) == ("folder/name", "name")


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        ([entry("a"), entry("b", b"x" * 513), entry("c")], ["a", "b", "c"]),
        ([long_name("n" * 300), entry("short"), entry("b")], ["n" * 300, "b"]),
        ([pax(path="p"), entry("short"), entry("b")], ["p", "b"]),
        ([pax(b"g", path="p"), entry("short"), entry("b")], ["p", "p"]),
        ([pax(b"g", path="p"), pax(path="q"), entry("short"), entry("b")], ["q", "p"]),
        ([pax(b"X", path="p"), entry("short")], ["p"]),
        ([pax(path=""), entry("short")], ["short"]),
        ([pax(GNU__sparse__name="real", path="p"), entry("short")], ["real"]),
        ([long_name("first"), long_name("last"), entry("short")], ["last"]),
        ([pax(path="x")], []),
        ([], []),
    ],
)
def test_names_come_from_the_headers_before(parts, names):
    """Extended headers name the next entry, common ones all that have no name of their own."""
    assert [each.name for each in walked(archive(*parts))[0]] == names


@pytest.mark.parametrize(
    ("parts", "link"),
    [
        ([entry("l", b"", b"2", "target")], "target"),
        ([long_name("far" * 50, b"K"), entry("l", b"", b"2", "near")], "far" * 50),
        ([pax(linkpath="told"), entry("l", b"", b"2", "near")], "told"),
    ],
)
def test_targets_come_from_the_headers_before(parts, link):
    """GNU's and POSIX' long targets count more than the header's."""
    assert walked(archive(*parts))[0][0].link == link


@pytest.mark.parametrize(
    ("parts", "size", "apart"),
    [
        ([pax(size="5"), entry("a", b"12345")], 5, False),
        ([pax(size="5"), entry("a", b"123")], 5, True),
        ([pax(size=str(1 << 33)), header("a")], 1 << 33, False),
        ([pax(size=str((1 << 33) - 1)), header("a")], (1 << 33) - 1, True),
        ([pax(size=str(1 << 33)), entry("a", b"1")], 1 << 33, True),
        ([pax(size="x"), entry("a", b"123")], 3, False),
        ([pax(size="-5"), entry("a", b"123")], 3, False),
        ([pax(size="9" * 20), entry("a", b"123")], 3, False),
        ([pax(size="0"), entry("a", b"123")], 0, True),
    ],
)
def test_sizes_of_two_headers_agree_or_are_too_large_for_one(parts, size, apart):
    """Only a size that does not fit into eleven digits may be missing in the header."""
    (found,), _ = walked(archive(*parts))
    assert (found.size, bool(found.apart)) == (size, apart)


@pytest.mark.parametrize("kind", [b"1", b"2", b"3", b"4", b"5", b"6"])
def test_links_folders_and_devices_have_no_bytes(kind):
    """A size in their header is broken; readers differ on whether to skip it."""
    (found, *_), _ = walked(archive(header("a", 600, kind), entry("b")))
    assert (found.size, found.odd) == (0, ("a link, folder or device of 600 bytes",))


@pytest.mark.parametrize("kind", [b"0", b"\0", b"7", b"9"])
def test_other_kinds_are_files(kind):
    """Old files, contiguous ones and what is not known have bytes."""
    (found,), _ = walked(archive(entry("a", b"text", kind)))
    assert (found.size, found.odd, found.sparse) == (4, (), False)


@pytest.mark.parametrize("parts", [[entry("a", b"x", b"S")], [pax(GNU__sparse__map="0,1"), entry("a", b"x")]])
def test_files_with_holes_are_unread(parts):
    """They are put together differently by each reader."""
    data = archive(*parts)
    assert walked(data)[0][0].sparse
    assert "tar.sparse" in ids(scanned(data))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (archive(entry("a")), ""),
        (entry("a"), ""),
        (entry("a") + b"x" * 100, "it is cut off"),
        (entry("a") + b"\xff" * 512, "a header is broken"),
        (header("a", 5000) + b"x" * 100, "it is cut off"),
        (entry("a") + header("b", magic=bytes(8), checksum=1), "a header is broken"),
    ],
)
def test_a_walk_says_why_it_ended(data, why):
    """Zeros and the end of the file are ends, all else is told."""
    assert walked(data)[1].why == why


@pytest.mark.parametrize(
    ("behind", "found"),
    [
        (b"", []),
        (bytes(100_000), []),
        (bytes(700) + b"text", ["tar.behind-end"]),
        (bytes(70_000) + b"text", ["tar.behind-end"]),
        (entry("b", b"x") + bytes(1024), ["tar.behind-end"]),
        (entry("b", b"x") + bytes(1024) + entry("c", b"x") + bytes(1024), ["tar.behind-end"] * 2),
        (entry("../b", b"x") + bytes(1024), ["tar.behind-end", "archive.leaves-folder"]),
    ],
    ids=["nothing", "zeros", "text", "far", "entry", "two ends", "entry that leaves"],
)
def test_what_stands_behind_the_end_is_found(behind, found):
    """Zeros are padding; entries and other bytes are for review, and looked at."""
    assert tars(archive(entry("a", b"x")) + behind) == found


def test_a_broken_header_hides_nothing():
    """Readers that go on behind it see what stands there."""
    found = scanned(entry("a", b"x") + b"\xff" * 512 + b"\x80\x02cos\nsystem\n(S'id'\ntR.")
    assert "tar.broken-header" in ids(found)
    assert scanned(archive(entry("a", b"x"), end=b"\0" * 1024) + b"\x80\x02cos\nsystem\n)R.").verdict == "attack"


@pytest.mark.parametrize("blocks", [1, 2, 50])
@pytest.mark.parametrize("junk", [b"\xff", b"n", b"\x80"])
def test_entries_behind_a_broken_header_are_looked_at(junk, blocks):
    """GNU tar skips blocks that are no header, and unpacks what follows them."""
    evil = entry("m.pkl", b"\x80\x02cos\nsystem\n(S'id'\ntR.")
    found = scanned(archive(entry("a", b"x"), junk * 512 * blocks, evil, entry("b.so", ELF)))
    assert found.verdict == "attack"
    assert [each.member for each in own(found, "archive.program")] == ["b.so"]
    assert "tar.broken-header" in ids(found)


@pytest.mark.parametrize("member", [ELF, b"\x80\x02cos\nsystem\n(S'id'\ntR."])
def test_members_that_are_cut_are_looked_at_and_unread(member):
    """What is there of a member counts, and that it is not all is told."""
    data = header("m/a.pkl", 5000) + member
    found = scanned(data + bytes(512 - len(member)))
    assert "tar.cut-off" in ids(found)
    assert {"archive.program", "pickle.dangerous-call"} & set(ids(found))


@pytest.mark.parametrize(
    ("links", "path", "out"),
    [
        ([], "a/b", False),
        ([], "..", True),
        ([], "a/../b", False),
        ([("l", "a")], "l/b", False),
        ([("l", "..")], "l", True),
        ([("l", "..")], "l2", False),
        ([("a/l", "..")], "a/l/b", False),
        ([("a/l", "../..")], "a/l", True),
        ([("l", "/etc")], "l/passwd", True),
        ([("a", "b"), ("b", "c")], "a/x", False),
        ([("a", "b"), ("b", "..")], "a/x", True),
        ([("a", "a")], "a", True),
        ([("d/l", "."), ("d/l/m", "..")], "d/m", False),
        ([("d/l", "."), ("d/l/m", "../..")], "d/m", True),
        ([("..", "a")], "b", False),
        ([("l", "..\\..")], "l", True),
        ([("l", "a"), ("l", "..")], "l", True),
        ([("l", ".."), ("l", "a")], "l", False),
        ([("l", "")], "l/../x", True),
    ],
)
def test_links_are_followed_as_they_are_made(links, path, out):
    """Each link stands where the ones before it lead; loops and absolute targets count as leading out."""
    followed = Links()
    for name, target in links:
        followed.add(name, target)
    assert followed.leads_out(path) == out


@pytest.mark.parametrize(("count", "out"), [(39, False), (40, False), (41, True)])
def test_no_more_links_are_followed_than_linux_does(count, out):
    """A chain of forty is followed, a longer one is taken for a loop."""
    followed = Links()
    for at in range(count):
        followed.add(f"l{at}", f"l{at + 1}")
    assert followed.leads_out("l0") == out


@given(st.lists(st.sampled_from(["a", "b", "..", ".", ""]), max_size=8))
def test_without_links_a_path_leaves_as_its_name_tells(steps):
    """Following nothing and counting steps come to the same."""
    path = "/".join(steps).lstrip("/")
    assert Links().leads_out(path) == (leaving(path) is not None)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["a", "b/c", "..", "a/..", "."])), max_size=6))
@settings(max_examples=50)
def test_any_links_come_to_an_end(links):
    """However links lead to each other, an answer comes."""
    followed = Links()
    for name, target in links:
        followed.add(name, target)
    assert followed.leads_out("a/b/c") in (True, False)


@pytest.mark.parametrize(
    ("parts", "rules"),
    [
        ([entry("d", b"", b"5"), entry("d/l", b"", b"2", "."), entry("d/l/f", b"x")], []),
        ([entry("l", b"", b"2", "d"), entry("l/f", b"x")], []),
        ([entry("l", b"", b"2", "/opt/m"), entry("other/f", b"x")], ["archive.link-absolute"]),
        ([entry("h", b"", b"1", "../x")], ["archive.link-leaves-folder"]),
        ([entry("l", b"", b"2", "/opt/m"), entry("h", b"", b"1", "l/x")],
         ["archive.link-absolute", "archive.link-leaves-folder"]),
        ([entry("h", b"", b"1", "a/../b")], []),
        ([entry("null", b"", b"3")], ["tar.device"]),
        ([entry("../f", b"", b"6")], ["archive.leaves-folder", "tar.fifo"]),
        ([pax(path="a\0b"), entry("a", b"x")], ["archive.name-with-nul"]),
    ],
)  # fmt: skip
def test_links_and_devices_are_judged_in_order(parts, rules):
    """What is made earlier decides what a later name means."""
    assert tars(archive(*parts)) == rules


@pytest.mark.parametrize(
    ("target", "private"),
    [
        ("/etc", True), ("/etc/x", True), ("/etcetera", False), ("/root/.ssh", True), ("\\Windows\\x", True),
        ("/Users/me", True), ("/opt/models", False), ("etc/x", False), ("/usr/etc", False), ("/boot", True),
    ],
)  # fmt: skip
def test_private_folders_are_known(target, private):
    """Where systems and people keep what is theirs, whichever slashes."""
    assert is_private(target) == private


@pytest.mark.parametrize(
    ("name", "target", "words"),
    [
        ("a", "C:x", "a drive letter"), ("a", "/x", "an absolute path"), ("a", "\\x", "an absolute path"),
        ("a", "..", "it climbs out by `..`"), ("a/b", "..", None), ("a\\b", "..\\x", None), ("a", "", None),
    ],
)  # fmt: skip
def test_targets_are_told_in_words(name, target, words):
    """The evidence says how a link leads out."""
    assert target_leaving(name, target) == words


@given(st.text(max_size=30))
def test_names_as_unpacked_are_stable(name):
    """Seen by a careless reader twice, a name of ASCII is the same as once; nothing fails for others."""
    once = as_unpacked(name)
    assert not once.startswith("/")
    assert not name.isascii() or as_unpacked(once) == once


@pytest.mark.parametrize(
    ("name", "tensor"),
    [
        ("m/data/0", True), ("m/data/00012", True), ("m/data/weight_1", True), ("m/constants/constant_3", True),
        ("m/tensors/tensor_1", True), ("m/data/0.pkl", False), ("m/data/", False), ("m/n/data/0", False),
        ("m/DATA/0", False), ("m/data/0\n", False), ("", False),
    ],
)  # fmt: skip
def test_tensors_are_told_by_their_exact_place(name, tensor):
    """One folder, one of four names below it, a number."""
    assert is_tensor(name) == tensor


@pytest.mark.parametrize(
    ("raw", "utf8", "text"),
    [(b"abc", True, "abc"), (b"\xff", True, "\\xff"), (b"\xff", False, "\xa0"), (b"\xe9", False, "Θ"), (b"", True, "")],
)
def test_names_never_fail_to_be_text(raw, utf8, text):
    """Bytes that an encoding has not are shown."""
    assert decoded(raw, utf8=utf8) == text


FILES = st.lists(
    st.tuples(st.from_regex(r"[a-zA-Zé]{1,40}(/[a-z]{1,60}){0,3}\.txt", fullmatch=True), st.binary(max_size=700)),
    max_size=4,
    unique_by=lambda each: each[0],
)


@given(FILES, st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT]))
@settings(max_examples=40)
def test_what_tarfile_writes_is_read_as_tarfile_reads_it(files, form):
    """Names, sizes and places of all entries are those of the standard library."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as made:
        for name, data in files:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            made.addfile(member, io.BytesIO(data))
    with tarfile.open(fileobj=io.BytesIO(buffer.getvalue())) as read:
        told = [(each.name, each.size, each.offset_data) for each in read]
    found, walk = walked(buffer.getvalue())
    assert [(each.name, each.size, each.start) for each in found] == told
    assert walk.why == ""


def test_members_of_a_tar_are_counted():
    """An archive of more entries than the limit is for review, extended headers count too."""
    limited = Settings(Limits(members=20))
    assert "file.over-budget" not in ids(scanned(archive(*[entry(f"{at}", b"") for at in range(15)]), settings=limited))
    many = archive(*[pax(path=f"{at}") + entry("x") for at in range(15)])
    assert "file.over-budget" in ids(scanned(many, settings=limited))


def test_an_extended_header_that_is_too_long_is_broken():
    """More than a megabyte is not read; the file that it belongs to is still looked at."""
    large = b"%d path=%s\n" % ((1 << 20) + 17, b"n" * (1 << 20))
    data = archive(entry("PaxHeaders", large, b"x"), padded(entry("a.so", ELF)))
    assert {"tar.broken-header", "archive.program"} <= set(ids(scanned(data)))
