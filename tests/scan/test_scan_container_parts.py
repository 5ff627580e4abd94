"""What all archives share: kinds, programs, scripts, bytecode, other archives; and rules with the words that go on."""

import marshal
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import tars
from making.zips import Member, archive
from scanning import ids, on_disk, own, scanned

from seatrial.scan.blob import BytesBlob, Window
from seatrial.scan.containers import bytecode, compressed, members, programs, tar, unread
from seatrial.scan.containers.seven_zip import SEVEN_ZIP
from seatrial.scan.containers.zip import ZIP
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.part import Part

ELF = b"\x7fELF\x02\x01\x01" + bytes(60)
SCRIPT = b"#!/bin/sh\nid\n"
FORMATS = (
    ZIP, tar.TAR, compressed.GZIP, compressed.ZSTD, SEVEN_ZIP, unread.ARCHIVE, programs.PROGRAM, bytecode.BYTECODE
)  # fmt: skip


def part(data=b"", name="x"):
    """A Part that nothing looks into."""
    return Part(BytesBlob(data), name, lambda part: iter(()), Budget(Limits()))


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ([], "plain"),
        (["a.txt"], "plain"),
        (["archive/data.pkl"], "torch"),
        (["archive/DATA.PKL"], "torch"),
        (["archive/constants.pkl"], "torch"),
        (["data.pkl"], "model"),
        (["a/b/c/data.pkl"], "torch"),
        (["archive/data.pkl", "p/WHEEL"], "torch"),
        (["p/WHEEL", "archive/data.pkl"], "torch"),
        (["p-1.dist-info/WHEEL", "p/x.npy"], "package"),
        (["p/x.npy", "p-1.dist-info/WHEEL"], "package"),
        (["WHEEL"], "plain"),
        (["p-1/PKG-INFO"], "package"),
        (["META-INF/MANIFEST.MF"], "package"),
        (["org/x/A.class"], "package"),
        (["x/package.json"], "package"),
        (["x.npy"], "model"),
        (["p/x.npy"], "model"),
        (["p/tests/x.npy"], "plain"),
        (["model_config.yaml"], "model"),
        (["MAR-INF/MANIFEST.json"], "model"),
        (["x.onnx"], "model"),
        (["x.ONNX"], "plain"),
    ],
)
def test_an_archive_is_what_its_names_say(names, kind):
    """Torch first, then a package, then a model by what lies at its top, whatever the order."""
    assert members.kind_of(names) == members.kind_of(iter(names)) == kind


@given(st.lists(st.sampled_from(["a/data.pkl", "b/WHEEL", "c.npy", "d.txt", "e/f/g.pt"])))
@settings(max_examples=50)
def test_the_kind_of_an_archive_does_not_hang_on_the_order(names):
    """Names in any order, and any number of times, make the same kind."""
    assert members.kind_of(names) == members.kind_of(sorted(set(names), reverse=True))


@pytest.mark.parametrize(
    ("beside", "content", "found"),
    [
        ("m/data.pkl", ELF, ["archive.program"]),
        ("m/x.onnx", ELF, ["archive.program"]),
        ("m/x.txt", ELF, ["archive.program"]),
        ("m-1/WHEEL", ELF, []),
        ("m/data.pkl", SCRIPT, ["archive.script"]),
        ("m/x.onnx", SCRIPT, ["archive.script"]),
        ("m/x.txt", SCRIPT, []),
        ("m-1/WHEEL", SCRIPT, []),
    ],
)
@pytest.mark.parametrize("wrap", ["zip", "tar"])
def test_programs_and_scripts_count_by_what_the_archive_is(beside, content, found, wrap):
    """A package is made of programs, a folder of anything may have scripts, a model needs neither."""
    pair = (beside, b"K\x01."), ("m/tool", content)
    data = (
        archive(*[Member(*each) for each in pair]) if wrap == "zip" else tars.archive(*[tars.entry(*e) for e in pair])
    )
    assert [each.id for each in own(scanned(data), "archive.")] == found


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"#!/bin/sh\n", "x", "#!/bin/sh"),
        (b"#! /usr/bin/env python3\r\nrest", "x", "#! /usr/bin/env python3"),
        (b"#!python -m x", "x", "#!python -m x"),
        (b"#!bash", "x", "#!bash"),
        (b"#!/", "x", None),
        (b"#!/bin/sh", "x", None),
        (b"#![allow(unused)]\n", "x.rs", None),
        (b"#! a heading\n", "x.md", None),
        (b" #!/bin/sh\n", "x", None),
        (b"@echo off\r\n", "x.bat", "batch file"),
        (b"\r\n  REM remark", "a/b.CMD", "batch file"),
        (b":: remark", "x.cmd", "batch file"),
        (b"@echo off\r\n", "x.txt", None),
        (b"text", "x.bat", None),
        (b"text", "x.ps1", "PowerShell"),
        (b"text", "x.VBS", "VBScript"),
        (b"text", "x.hta", "HTML application"),
        (b"text", "x.sh", "shell script"),
        (b"", "x.sh", "shell script"),
        (b"text", "sh", None),
    ],
)
def test_scripts_are_told_by_their_first_line_or_their_name(data, name, kind):
    """A whole line with a path, or one of the usual names; Rust and headings begin alike and are none."""
    assert programs.script(BytesBlob(data), name) == kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x7fELF\x01\x02\x01" + bytes(13), "ELF"),
        (b"\x7fELF\x01\x02\x01" + bytes(12), None),
        (b"\x7fELF\x00\x01\x01" + bytes(60), None),
        (b"\x7fELF\x02\x03\x01" + bytes(60), None),
        (b"\x7fELF\x02\x01\x00" + bytes(60), None),
        (b"MZ" + bytes(58) + struct.pack("<I", 70) + bytes(6) + b"PE\0\0", "PE"),
        (b"MZ" + bytes(58) + struct.pack("<I", 0xFFFFFFFF) + b"PE\0\0", None),
        (b"MZ" + bytes(61), None),
        (b"\xfe\xed\xfa\xce" + bytes(24), "Mach-O"),
        (b"\xfe\xed\xfa\xce" + bytes(23), None),
        (b"\xca\xfe\xba\xbe\0\0\0\0" + bytes(40), "Java class"),
        (b"\xca\xfe\xba\xbe\0\0\0\x13" + bytes(40), "Mach-O"),
        (b"\xca\xfe\xba\xbe\0\0\0\x14" + bytes(40), "Java class"),
        (b"\xca\xfe\xba\xbe\0\0\0", None),
        (b"!<arch>\ndebian-binary", None),
        (b"!<arch>\n", "static library"),
        (b"\0asm\2\0\0\0", None),
    ],
)
def test_headers_of_programs_are_read_to_their_edges(data, kind):
    """Class, order and version of ELF, the place of PE's header, the count of architectures."""
    assert programs.binary(BytesBlob(data)) == kind


@pytest.mark.parametrize("suffix", sorted(programs.MODEL_SUFFIXES))
def test_a_program_with_a_models_suffix_is_an_attack(tmp_path, suffix):
    """Only suffixes that programs have as well are left."""
    expected = "clean" if suffix in (".bin", ".engine", ".plan", ".llamafile") else "attack"
    assert on_disk(tmp_path, ELF, f"model{suffix.upper()}").verdict == expected


def test_a_program_inside_an_archive_is_the_archives_finding():
    """It is told once, with its kind, by the archive."""
    found = scanned(archive(Member("m/data.pkl", b"K\1."), Member("m/x.pkl", ELF)))
    assert [(each.id, each.evidence) for each in own(found, ("archive.", "program."))] == [("archive.program", "ELF")]


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        (b"\xa7\x0d\r\n" + bytes(12) + b"\xe3", True),
        (b"\xa7\x0d\r\n\1\0\0\0" + bytes(8) + b"\x63", True),
        (b"\xa7\x0d\r\n\3\0\0\0" + bytes(8) + b"\xe3", True),
        (b"\xa7\x0d\r\n\2\0\0\0" + bytes(8) + b"\xe3", False),
        (b"\x33\x0d\r\n" + b"time" + b"size" + b"\xe3" + bytes(4), True),
        (b"\x03\xf3\r\n" + b"time" + b"\x63" + bytes(8), True),
        (b"\xa7\x0d\r\n" + bytes(13), False),
        (b"\xa7\x0d\r\n" + bytes(12), False),
        (b"\xa7\x0d\n\n" + bytes(12) + b"\xe3", False),
        (b"\xa7\x00\r\n" + bytes(12) + b"\xe3", False),
        (b"", False),
    ],
)
def test_bytecode_of_all_versions_is_told_by_its_header(head, is_one):
    """Sixteen bytes today, twelve before 3.7, eight in Python 2, then a code object."""
    assert bytecode.is_bytecode(BytesBlob(head)) == is_one


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (marshal.dumps("name"), {"name"}),
        (marshal.dumps("n" * 60), {"n" * 60}),
        (marshal.dumps("n" * 61), set()),
        (marshal.dumps("n"), set()),
        (marshal.dumps(("os.path", "b64decode")), {"os.path", "b64decode"}),
        (marshal.dumps("two words"), set()),
        (marshal.dumps("x" * 300), set()),
        (b"z\x05exec!", set()),
        (b"\xfa\x04exec", {"exec"}),
        (b"t\x04\0\0\0exec", {"exec"}),
        (b"exec", set()),
        (b"", set()),
    ],
)
def test_names_are_strings_with_their_length_before_them(data, found):
    """Short and long strings of every kind; text that only stands in the file is none."""
    assert bytecode.names(data) == found


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"exec", "b64decode"}, "runs what it decodes: exec, b64decode"),
        ({"eval", "decompress"}, "runs what it decodes"),
        ({"exec", "urlopen"}, "runs what it downloads"),
        ({"exec", "urllib.request"}, "runs what it downloads"),
        ({"dup2", "socket"}, "gives its input and output to a socket"),
        ({"pty", "socket"}, "gives a terminal to a socket"),
        ({"mprotect", "ctypes"}, "runs machine code"),
        ({"exec", "socket"}, None),
        ({"b64decode", "urlopen"}, None),
        ({"socket"}, None),
        (set(), None),
    ],
)
def test_names_do_harm_together(names, words):
    """One name alone is ordinary; two that make a dropper or a shell are told."""
    found = bytecode.hidden_code(frozenset(names))
    assert (found is None) == (words is None)
    assert words is None or words in found


def test_bytecode_of_a_cache_is_not_judged_beside_its_source():
    """What an interpreter made of a source lies beside it, and that is looked at."""
    data = b"\xa7\x0d\r\n" + bytes(12) + b"\xe3" + b"\xfa\x04exec\xfa\x09b64decode"
    assert scanned(data, "pkg/__pycache__/a.cpython-311.pyc").verdict == "clean"
    assert scanned(data, "pkg/a.pyc").verdict == "review"
    inside = archive(Member("m/data.pkl", b"K\1."), Member("m/__pycache__/a.pyc", data))
    assert "bytecode.runs-hidden-code" in ids(scanned(inside))


MAGICS = {
    "arj": b"\x60\xea\xff", "cab": b"MSCF\0\0\0\0", "compress": b"\x1f\x9d\xff", "cpio": b"070702",
    "InstallShield": b"ISc(", "lzop": b"\x89LZO\0\r\n\x1a\n", "old lz4": b"\x02\x21\x4c\x18",
    "snappy": b"\xff\x06\0\0sNaPpY", "iso or ace": b"???????**ACE**",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(MAGICS))
def test_archives_that_are_not_read_are_named(name):
    """Each is unread, with its name in the reason."""
    found = scanned(MAGICS[name] + bytes(200))
    assert found.verdict == "unread"
    assert any(f"{name} is not read here" in each.evidence for each in found.findings)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x60\xea" + b"a" * 40, "arj"),
        (b"\x60\xea", None),
        (b"07070", None),
        (bytes(0x8001) + b"CD001", "iso or ace"),
        (bytes(0x8001) + b"CD002", None),
        (b"xar", None),
        (b"", None),
    ],
)
def test_other_archives_are_told_by_enough_of_their_bytes(data, kind):
    """Two bytes alone are not enough; an image of a disk has its mark far inside."""
    assert unread.kind(BytesBlob(data)) == kind


@pytest.mark.parametrize(("size", "limit", "known"), [(9, 10, True), (10, 10, True), (11, 10, False), (0, 0, True)])
def test_a_content_is_read_whole_up_to_a_limit(size, limit, known):
    """Its size and checksum are known, or that it is larger."""
    found = members.whole(BytesBlob(b"x" * size), part(), limit)
    assert (found is not None) == known
    assert not known or found[0] == size


@given(st.binary(max_size=300), st.integers(0, 310))
@settings(max_examples=50)
def test_a_checksum_is_that_of_the_bytes(data, at):
    """Read in pieces or at once, it is the same."""
    import zlib

    window = Window(BytesBlob(b"?" * at + data), at, len(data))
    assert members.whole(window, part(), 1000) == (len(data), zlib.crc32(data))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a", []), ("a\0b", ["archive.name-with-nul"]), ("../a", ["archive.leaves-folder"]),
        ("../a\0b", ["archive.name-with-nul", "archive.leaves-folder"]), ("a\0/../../b", ["archive.name-with-nul"]),
        ("", []), (".", []), ("~/a", []),
    ],
)  # fmt: skip
def test_names_are_judged_as_they_end_for_the_careless(name, found):
    """A NUL ends the name for some; what leads out before it counts."""
    assert [each.id for each in members.name_findings(part(), name, 5)] == found


def test_evidence_of_names_is_shown_safely():
    """Control characters of a name reach no terminal, long names are cut."""
    (found,) = members.name_findings(part(), "../\x1b[2J" + "n" * 900, 5)
    assert "\x1b" not in found.evidence
    assert len(found.evidence) <= 300
    assert found.offset == 5


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_rules_have_words_for_people_and_ids_of_their_own(each):
    """Titles, reasons and advice are sentences, ids are unique within a format and of one form."""
    names = [rule.id for rule in each.rules]
    assert len(set(names)) == len(names)
    for rule in each.rules:
        area, _, what = rule.id.partition(".")
        assert area.replace("-", "").isalnum()
        assert what.replace("-", "").isalnum()
        assert rule.why.endswith(".")
        assert rule.mend.endswith(".")
        assert not rule.title.endswith(".")


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
@given(data=st.binary(max_size=80))
@settings(max_examples=30)
def test_no_format_fails_to_recognise_any_bytes(each, data):
    """Whatever bytes are asked for, the answer is yes or no."""
    assert each.recognise(part(data)) in (True, False)


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_nothing_is_of_no_format(each):
    """No bytes are no archive and no program."""
    assert not each.recognise(part(b""))
