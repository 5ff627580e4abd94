"""Programs are recognised by their bytes, bytecode is read for names, names of entries are understood."""

import base64
import marshal
import struct
import sys

import pytest
from making.zips import Member, archive
from scanning import ids, on_disk, own, scanned

from seatrial.scan.blob import BytesBlob
from seatrial.scan.containers.bytecode import names
from seatrial.scan.containers.names import as_unpacked, leaving, target_leaving
from seatrial.scan.containers.programs import binary, suffix

ELF = b"\x7fELF\x02\x01\x01" + bytes(60)
PE = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (ELF, "ELF"),
        (PE, "PE"),
        (b"MZ" + bytes(100), None),
        (b"\xcf\xfa\xed\xfe" + bytes(40), "Mach-O"),
        (b"\xca\xfe\xba\xbe\0\0\0\2" + bytes(40), "Mach-O"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(40), "Java class"),
        (b"\0asm\1\0\0\0", "WebAssembly"),
        (b"!<arch>\nlib.o/", "static library"),
        (b"\x7fELF", None),
        (b"MZ is a text", None),
        (b"", None),
    ],
)
def test_programs_are_recognised(data, kind):
    """A magic number needs the rest of its header."""
    assert binary(BytesBlob(data)) == kind


@pytest.mark.parametrize("data", [ELF, PE])
def test_a_program_named_like_a_model_is_an_attack(tmp_path, data):
    """The same bytes under an honest name are only recognised."""
    assert on_disk(tmp_path, data, "model.pkl").verdict == "attack"
    assert on_disk(tmp_path, data, "library.so").verdict == "clean"
    assert on_disk(tmp_path, data, "firmware.bin").verdict == "clean"


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("a/b", None), ("a/../b", None), ("./a", None), ("", None), ("..", "climbs"), ("a/../..", "climbs"),
        ("a\\..\\..\\b", "climbs"), ("/a", "absolute"), ("\\a", "absolute"), ("c:a", "drive"), ("..a/b", None),
    ],
)  # fmt: skip
def test_names_that_lead_out_are_told(name, way):
    """Steps are counted; dots in a name are no step."""
    found = leaving(name)
    assert (way is None and found is None) or (way is not None and found is not None and way in found)


@pytest.mark.parametrize(
    ("name", "target", "out"),
    [
        ("a/l", "../b", False),
        ("l", "../b", True),
        ("a/b/l", "../../c", False),
        ("l", "/b", True),
        ("l", "a/../b", False),
    ],
)
def test_links_are_followed_from_where_they_are(name, target, out):
    """A link's target starts at the link's folder."""
    assert (target_leaving(name, target) is not None) == out


@pytest.mark.parametrize(
    ("one", "other"), [("a/b", "A\\B"), ("a", "a\0.txt"), ("./a", "a"), ("a//b", "a/b"), ("ﬁ", "fi"), ("a", "a. .")]
)
def test_names_that_careless_readers_mix_up_are_one(one, other):
    """Case, slashes, NUL, forms of Unicode, and what Windows drops."""
    assert as_unpacked(one) == as_unpacked(other)


@pytest.mark.parametrize(("name", "end"), [("a/b.TAR.gz", ".gz"), ("b", ""), (".hidden", ".hidden"), ("a.d/b", "")])
def test_suffixes_are_of_the_last_part(name, end):
    """Folders have none."""
    assert suffix(name) == end


def bytecode(source):
    """A `.pyc` of this interpreter."""
    import importlib.util

    return importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(compile(source, "x.py", "exec"))


DROPPER = "import base64\nexec(base64.b64decode('" + base64.b64encode(b"print()").decode() + "'))"
SHELL = "import socket, os\ns = socket.socket()\nos.dup2(s.fileno(), 0)"
HANDLER = "import torch\nclass Handler:\n def run(self, model):\n  model.eval()\n  return torch.load('x')"


@pytest.mark.parametrize("source", [DROPPER, SHELL])
def test_bytecode_that_runs_what_it_hides_is_an_attack(source):
    """Names that only do harm together are found without unmarshalling."""
    found = scanned(archive(Member("m/data.pkl", b"K\1."), Member("m/x.pyc", bytecode(source))))
    assert {"bytecode.runs-hidden-code", "archive.program"} <= set(ids(found))
    assert scanned(bytecode(source), "x.pyc").verdict == "review"


def test_ordinary_bytecode_is_for_review_in_a_model_and_clean_elsewhere():
    """Code in a model is looked at by a person; a package is full of it."""
    code = bytecode(HANDLER)
    in_model = scanned(archive(Member("m/data.pkl", b"K\1."), Member("m/x.pyc", code)))
    assert [each.id for each in own(in_model, ("bytecode.", "archive."))] == ["archive.program"]
    in_wheel = scanned(archive(Member("p-1.dist-info/WHEEL", b"x"), Member("p/x.pyc", code)))
    assert own(in_wheel, ("bytecode.", "archive.")) == []
    assert scanned(code, "x.pyc").verdict == "clean"


def test_names_are_those_that_the_interpreter_sees():
    """Every name of a code object is among those that are read."""
    code = compile(HANDLER, "x.py", "exec")
    assert {"torch", "Handler"} <= names(marshal.dumps(code))
    handler = next(each for each in code.co_consts if hasattr(each, "co_consts"))
    run = next(each for each in handler.co_consts if hasattr(each, "co_names"))
    assert set(run.co_names) <= names(marshal.dumps(code))


def test_all_of_this_interpreter_is_no_attack():
    """The standard library's own bytecode may be for review, never an attack."""
    import importlib.util
    from pathlib import Path

    files = sorted(Path(importlib.util.cache_from_source(sys.modules["os"].__file__)).parent.glob("*.pyc"))[:60]
    assert not [each.name for each in files if scanned(each.read_bytes(), str(each)).verdict == "attack"]
