"""What happens rarely in archives and pickles: missing packages, long arguments, odd headers, bounds of memory."""

import io
import struct
import sys
from dataclasses import replace

import pytest
from making.layouts import global_, text
from making.zips import DESCRIBED, Header, Member, archive, central_record, end_record, local_record
from scanning import ids, own, scanned

from seatrial.scan.blob import BytesBlob
from seatrial.scan.containers.zip_compare import Held, described
from seatrial.scan.containers.zip_directory import directories, ends, is_plausible
from seatrial.scan.containers.zip_records import central_entry, local_entry
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.part import Settings
from seatrial.scan.pickles import machine

HEAD = b"\x80\x04"
LONG = b"X" + struct.pack("<I", 70_000) + b"x" * 70_000
SYSTEM = global_("os", "system")
EVIL = b"\x80\x02cos\nsystem\n(S'id'\ntR."


def seven(**files):
    """A 7z archive."""
    library = pytest.importorskip("py7zr")
    buffer = io.BytesIO()
    with library.SevenZipFile(buffer, "w") as made:
        for name, data in files.items():
            made.writestr(data, name)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("package", "data", "name"),
    [
        ("zstandard", b"\x28\xb5\x2f\xfd" + bytes(20), "zstd"),
        ("lz4", b"\x04\x22\x4d\x18" + bytes(20), "lz4"),
        ("py7zr", b"7z\xbc\xaf\x27\x1c" + bytes(40), "7z"),
    ],
)
def test_without_a_package_its_archives_are_unread(monkeypatch, package, data, name):
    """The verdict says what to install, and is never clean."""
    monkeypatch.setitem(sys.modules, package, None)
    found = scanned(data)
    assert found.verdict == "unread"
    assert f"as {name}: it needs `pip install 'seatrial[scan]'`" in [each.evidence for each in found.findings]


@pytest.mark.parametrize(
    ("limits", "over"),
    [
        (Limits(), False),
        (Limits(members=3), True),
        (Limits(unpacked=1000), True),
    ],
)
def test_what_a_7z_holds_is_paid_for(limits, over):
    """Entries and unpacked bytes count as those of other archives."""
    data = seven(a=b"x" * 3000, b=b"y" * 3000, c=b"z", d=b"w")
    assert ("file.over-budget" in ids(scanned(data, settings=Settings(limits)))) == over


def test_a_command_in_a_7z_is_an_attack():
    """Members are looked at, empty ones have nothing to look at."""
    assert scanned(seven(**{"empty": b"", "m.pkl": EVIL})).verdict == "attack"


def test_a_broken_member_of_a_7z_is_unread():
    """The headers are whole and the data is not."""
    data = bytearray(seven(a=bytes(range(256)) * 40))
    data[60:90] = bytes(30)
    found = scanned(bytes(data))
    assert {"seven-zip.broken-member", "file.unread"} & set(ids(found))
    assert found.verdict != "clean"


@pytest.mark.parametrize("packed", [b"\x09\x04\x06\0]\0\0\1\0data", b"", b"\x09\x04\x05\1]\0\0\1\0data"])
def test_lzma_in_a_zip_needs_its_five_properties(packed):
    """Another count of them, or too few bytes, is a packing that is not read."""
    found = scanned(archive(Member("a.txt", b"text", 14, packed=packed)))
    assert "zip.packing-unread" in ids(found)


def test_a_wrong_size_in_a_descriptor_of_four_bytes_cannot_be():
    """Sizes of more than four gigabytes only fit into eight bytes."""
    header = Header(b"a", DESCRIBED, 0, 7, 4, 4)
    entry = replace(central_entry(BytesBlob(central_record(header, 0)), 0), packed=1 << 33, size=1 << 33)
    local = local_entry(BytesBlob(local_record(header)), 0)
    tail = b"PK\7\x08" + struct.pack("<IQQ", 7, 1 << 33, 1 << 33)
    assert described(BytesBlob(tail), Held(entry, local, 0, 0)) == 24
    assert described(BytesBlob(tail[:20]), Held(entry, local, 0, 0)) == 0


def test_a_header_of_the_directory_without_its_name_is_none():
    """The fixed part alone is not enough."""
    assert central_entry(BytesBlob(central_record(Member("name").header(), 0)[:48]), 0) is None


def test_an_end_that_counts_back_to_nothing_is_not_plausible():
    """Before the start there is no directory, nor where something else stands."""
    for size, offset in ((500, 500), (10, 3), (0, 900)):
        blob = BytesBlob(b"text " * 5 + end_record(1, size, offset))
        assert not is_plausible(blob, ends(blob)[0])


def test_a_directory_of_which_only_a_part_is_there_is_told():
    """What stands in it that is no header ends it."""
    data = archive(Member("a", b"x"), Member("b", b"y"))
    second = data.rindex(b"PK\1\2")
    blob = BytesBlob(data[:second] + b"??" + data[second + 2 :])
    (found,) = directories(blob, ends(blob)[0], Budget(Limits()))
    assert [each.name for each in found.entries] == ["a"]
    assert any("2 entries are told, 1 are there" in each for each in found.odd)


def test_a_directory_that_starts_behind_its_place_is_told():
    """Offsets that lead beyond the end move everything forwards: no honest reader is meant."""
    data = archive(Member("a", b"x"), base=5)
    assert "zip.directory-differs" in ids(scanned(data))


def called(module, name, *args):
    """A file that makes one call."""
    return HEAD + global_(module, name) + b"(" + b"".join(args) + b"tR."


@pytest.mark.parametrize(
    ("file", "verdict"),
    [
        (called("_codecs", "encode", LONG, text("latin1")), "clean"),
        (called("_codecs", "encode", LONG, text("rot13")), "attack"),
        (called("builtins", "bytearray", LONG), "clean"),
        (called("builtins", "bytearray", b"B" + LONG[1:]), "clean"),
        (called("torch.storage", "_load_from_bytes", b"B" + LONG[1:5] + EVIL + LONG[5 + len(EVIL) :]), "attack"),
        (called("builtins", "getattr", global_("dill._dill", "x"), text("_create_code")), "attack"),
        (called("builtins", "getattr", global_("re", "RegexFlag"), text("IGNORECASE")), "clean"),
        (called("builtins", "getattr", global_("re", "RegexFlag"), text("__init__")), "attack"),
        (called("torch._tensor", "_rebuild_from_type_v2", global_("torch._utils", "_rebuild_tensor_v2"),
                global_("torch", "Tensor"), b")", b"}"), "clean"),
        (called("torch._tensor", "_rebuild_from_type_v2", global_("torch._utils", "_rebuild_tensor_v2"),
                global_("torch", "Tensor"), b")", b"}" + text("__class__") + b"Ns"), "attack"),
        (called("some.library", "fetch", LONG), "review"),
        (called("some.library", "fetch", LONG.replace(b"x" * 20, b"import os; " + b"x" * 9, 1)), "attack"),
    ],
)  # fmt: skip
def test_arguments_that_stay_in_the_file_are_judged_as_others(file, verdict):
    """Texts and bytes that are too long to keep, members of enums, functions that torch calls."""
    assert scanned(file).verdict == verdict


def test_a_class_that_the_file_brings_as_code_is_for_review():
    """An object of it is made by the file's own code."""
    made = global_("cloudpickle.cloudpickle", "_make_skeleton_class") + b"(" + text("A") + b"tR"
    found = scanned(HEAD + made + b")\x81.")
    assert found.verdict == "review"
    assert "pickle.code-inside" in ids(found)


def test_many_names_of_a_long_source_are_read():
    """A source that stays in the file is read as far as its bound."""
    code = "import torch\n" + "# a remark\n" * 8000
    body = b"}" + text("_code") + b"X" + struct.pack("<I", len(code)) + code.encode() + b"s"
    for behind, verdict in ((b"", "review"), (text("    eval(x)"), "attack")):
        file = called("torch.fx.graph_module", "reduce_graph_module", body, behind or text(""))
        assert scanned(file).verdict == verdict


@pytest.mark.parametrize("body", [b"\x98", b"N0\x98", b"(\x98"])
def test_a_buffer_that_is_made_read_only_must_be_there(body):
    """On an empty stack the opcode breaks the stream."""
    assert ids(scanned(HEAD + body + b".")) == ["pickle.malformed", "file.unread"]


@pytest.mark.parametrize(("many", "over"), [(3000, False), (20_000, True)])
def test_marks_and_values_on_the_stack_are_held_too(monkeypatch, many, over):
    """What a stream leaves on the stack costs memory as what it makes does."""
    monkeypatch.setattr(machine, "MOST_HELD", 10_000)
    for opcode in (b"N", b"(", b"]", b"K\1"):
        assert ("file.over-budget" in ids(scanned(HEAD + opcode * many + b"N."))) == over


@pytest.mark.parametrize(
    "data",
    [
        b"cos\nsystem",
        b"\x80\x02cos\nsystem",
        b"\x80\x02csubprocess\n",
        b"\x80\x02csubprocess\nPo",
    ],
)
def test_a_dangerous_module_in_the_last_line_is_seen(data):
    """Python imports it before it finds that the file has ended."""
    assert scanned(data).verdict in ("attack", "unread")
    assert not data.startswith(b"\x80") or "pickle.dangerous-reference" in ids(scanned(data))


def test_methods_of_listed_classes_are_not_called_as_functions():
    """Nothing writes that, and what it does depends on the class."""
    assert scanned(called("numpy", "ndarray.tofile", b"K\1")).verdict == "attack"
    assert scanned(HEAD + global_("collections", "OrderedDict.fromkeys") + b".").verdict in ("clean", "review")


def test_pickles_within_pickles_are_bounded():
    """Hundreds of bytes that look like pickles are looked at, no more."""
    inner = b"C\4\x80\2N."
    found = scanned(called("mypkg", "Thing", inner * 450))
    assert found.verdict == "review"
    assert "file.reader-failed" not in ids(found)
    attack = b"C" + bytes([len(EVIL)]) + EVIL
    assert scanned(called("mypkg", "Thing", inner * 50, attack)).verdict == "attack"


def test_a_tensor_that_is_a_link_or_a_folder_is_no_tensor():
    """Directories have no bytes; the place of a tensor is only its place."""
    data = archive(Member("m/data.pkl", b"K\1."), Member("m/data/"), Member("m/data/0", b"\0" * 8))
    assert own(scanned(data), ("zip.", "archive.")) == []
    assert scanned(data).verdict == "clean"
