"""Core ML, OpenVINO, llamafile, TensorFlow Lite and ExecuTorch: each path and index beside an honest one."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.flat import Number, Numbers, executorch, flat, tflite
from making.looking import ids, seen
from making.native import coreml, field, network, openvino
from making.tensors import honest_gguf
from scanning import scanned

from seatrial.scan.limits import Limits
from seatrial.scan.part import Settings


def evidence(data, name="file"):
    """Ids with what they show."""
    return [(each.id, each.evidence) for each in seen(data, name).findings]


def manifest(*paths):
    """A package's manifest."""
    entries = {f"id{number}": {"path": path, "name": "x"} for number, path in enumerate(paths)}
    return json.dumps({"fileFormatVersion": "1.0.0", "itemInfoEntries": entries, "rootModelIdentifier": "id0"}).encode()


def custom(name):
    """A custom layer of a class."""
    return field(500, field(10, name))


@pytest.mark.parametrize(
    ("path", "leaves"),
    [
        ("com.apple.CoreML/model.mlmodel", False),
        ("com.apple.CoreML/weights", False),
        ("a..b/c", False),
        ("..weights", False),
        ("weights~", False),
        ("/etc/passwd", True),
        ("\\server\\x", True),
        ("~/x", True),
        ("..", True),
        ("../x", True),
        ("a/../../x", True),
        ("a\\..\\x", True),
    ],
)
def test_a_packages_paths_stay_within_it(path, leaves):
    """Absolute paths, home folders and steps upwards leave; dots within names do not."""
    assert evidence(manifest("ok", path)) == ([("coreml.leaves-package", path)] if leaves else [])


@pytest.mark.parametrize(
    ("whole", "reason"),
    [
        ({"rootModelIdentifier": "a"}, "its itemInfoEntries are missing"),
        ({"rootModelIdentifier": "a", "itemInfoEntries": []}, "its itemInfoEntries are missing"),
        ({"rootModelIdentifier": "a", "itemInfoEntries": {"a": {}}}, "an entry has no path: {}"),
        ({"rootModelIdentifier": "a", "itemInfoEntries": {"a": {"path": 1}}}, 'an entry has no path: {"path": 1}'),
        ({"rootModelIdentifier": "a", "itemInfoEntries": {"a": "x"}}, 'an entry has no path: "x"'),
    ],
)
def test_a_manifest_without_paths_could_not_be_read(whole, reason):
    """What says nothing of its files is no manifest."""
    assert evidence(json.dumps(whole).encode()) == [("file.unread", f"as mlpackage: {reason}")]


@pytest.mark.parametrize(
    ("kind", "body", "found"),
    [
        (500, network(field(140, b"")), []),
        (500, network(field(140, b""), custom("Evil")), [("coreml.custom-code", "Evil")]),
        (303, network(custom("R")), [("coreml.custom-code", "R")]),
        (403, network(custom("C")), [("coreml.custom-code", "C")]),
        (555, field(10, "Whole"), [("coreml.custom-code", "Whole")]),
        (555, b"", [("coreml.custom-code", "")]),
        (556, b"", [("coreml.linked-model", "")]),
        (300, field(10, "x"), []),
        (400, field(500, field(10, "x")), []),
        (502, field(1, b"@model_path/weights/weight.bin"), []),
        (502, field(1, b"@model_path/../weights/weight.bin"), [("coreml.leaves-package", "../weights/weight.bin")]),
        (502, field(1, b"@model_path//etc/passwd"), [("coreml.leaves-package", "/etc/passwd")]),
        (502, field(1, b"@model_path/" * 3), []),
    ],
)
def test_kinds_of_models_are_judged_by_what_they_need(kind, body, found):
    """Custom layers and models, links, and weights elsewhere are told; the same numbers in other kinds are data."""
    assert evidence(coreml(kind, body)) == found


@pytest.mark.parametrize(("kind", "between"), [(202, 0), (200, 1), (201, 1)])
def test_models_in_pipelines_are_judged(kind, between):
    """A pipeline of any kind leads to its models, and these to theirs."""
    inner = coreml(500, network(custom("Deep")))
    for _ in range(2):
        body = field(1, inner)
        inner = coreml(kind, field(1, body) if between else body)
    assert evidence(inner) == [("coreml.custom-code", "Deep")]


def test_pipelines_nest_to_a_depth():
    """Thirteen pipelines within each other are nobody's model."""
    inner = coreml(500, network(custom("x")))
    for _ in range(13):
        inner = coreml(202, field(1, inner))
    assert evidence(inner) == [("file.unread", "as coreml: its pipelines nest too deeply")]


def test_paths_out_of_a_program_are_told_twenty_times():
    """However many there are, the report stays short."""
    body = b"".join(field(1, b"@model_path/../%d" % number + bytes(256)) for number in range(30))
    assert len(evidence(coreml(502, body))) == 20


LAYER = '<layer id="1" name="a" type="{}" version="{}"><data {}/></layer>'


@pytest.mark.parametrize(
    ("version", "found"),
    [
        *(
            ("opset1", []),
            ("opset15", []),
            ("experimental", []),
            ("extension", []),
            ("ie_internal_opset", []),
            ("", []),
        ),
        ("opset", ["openvino.extension-operator"]),
        ("opset1234", ["openvino.extension-operator"]),
        ("opset1x", ["openvino.extension-operator"]),
        ("my_opset", ["openvino.extension-operator"]),
        ("Opset1", ["openvino.extension-operator"]),
    ],
)
def test_operators_are_openvinos_or_somebodys(version, found):
    """The published sets by their names; any other needs a library that somebody brings."""
    assert ids(openvino(LAYER.format("Op", version, 'x="1"'))) == found


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ('path="weights.bin"', []),
        ('path="sub/weights.bin"', []),
        ('text="/etc/passwd"', []),
        ('path="/etc/passwd"', ["openvino.leaves-folder"]),
        ('bin="../x.bin"', ["openvino.leaves-folder"]),
        ('file="a/../../x"', ["openvino.leaves-folder"]),
        ('library="C:\\x.dll"', ["openvino.leaves-folder"]),
        ('weights_path="~/x"', ["openvino.leaves-folder"]),
        ('model_path="\\\\host\\x"', ["openvino.leaves-folder"]),
        ('path="a..b/c"', []),
        ('offset="0" size="8"', []),
        ('offset="999999999999999"', []),
        ('offset="1000000000000000"', ["openvino.impossible-place"]),
        ('offset="-1"', ["openvino.impossible-place"]),
        ('offset="0" size="-8"', ["openvino.impossible-place"]),
        ('offset="0x10"', ["openvino.impossible-place"]),
        ('offset=""', ["openvino.impossible-place"]),
        ('size="-1"', []),
    ],
)
def test_attributes_of_layers_are_held_to_the_folder_and_the_file(attributes, found):
    """Paths stay beside the model, and weights at places that can be."""
    assert ids(openvino(LAYER.format("Const", "opset1", attributes))) == found


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (openvino()[:-9], "it is no XML"),
        (openvino(head="<!-- x -->"), None),
        (openvino(head="\ufeff<!-- a --> <!-- b -->\n"), None),
        (openvino().replace(b"<edges/>", b"<edges>&x;</edges>"), "it is no XML"),
    ],
)
def test_openvino_is_xml_to_its_end(data, reason):
    """Comments may stand before it; a cut file and unknown entities are unread."""
    assert "openvino" in seen(data).formats
    reasons = [each.evidence for each in seen(data).findings if each.evidence.startswith("as openvino")]
    assert [each.split(": ")[1] for each in reasons] == ([reason] if reason else [])


@pytest.mark.parametrize("start", [b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!"])
@pytest.mark.parametrize("gap", [0, 100, (1 << 20) - 3, (1 << 20) + 5])
def test_a_program_that_carries_a_model_is_known_wherever_it_stands(start, gap):
    """Any kind of program with GGUF inside, across the borders of what is read at once."""
    found = seen(start.ljust(8, b"\0") + bytes(gap) + honest_gguf())
    assert {"llamafile", "gguf"} <= set(found.formats)
    assert [each.evidence for each in found.findings if each.id == "llamafile.program"] != []


@pytest.mark.parametrize("version", [0, 4, 99])
def test_the_word_alone_is_no_model(version):
    """A program that only names GGUF carries none."""
    data = b"\x7fELF" + bytes(100) + b"GGUF" + struct.pack("<I", version) + bytes(50)
    assert "llamafile" not in seen(data).formats


@pytest.mark.parametrize("magic", [b"MZqFpD='", b"jartsr='", b"APEDBG='"])
def test_portable_programs_are_named_without_a_model(magic):
    """Each magic number of portable executables is for a person."""
    assert "llamafile.program" in ids(magic + bytes(100))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        *(("TFLite_Detection_PostProcess", []), ("Mfcc", []), ("tftext:Ngrams", []), ("", [])),
        *((f"Flex{each}", ["tflite.dangerous-operator"]) for each in ("ReadFile", "WriteFile", "PyFunc", "SaveV2")),
        *((f"Flex{each}", ["tflite.dangerous-operator"]) for each in ("MatchingFiles", "EagerPyFunc", "LoadLibrary")),
        *((f"Flex{each}", ["tflite.flex-operator"]) for each in ("Erf", "", "StringJoin", "ReadFileX")),
        *((each, ["tflite.custom-operator"]) for each in ("mfcc", "flexReadFile", "ReadFile", "My")),
    ],
)
def test_custom_operators_are_told_apart_by_their_exact_names(name, found):
    """Known ones are clean, those of full TensorFlow reviewed, those that reach files attacks, others reviewed."""
    assert ids(tflite([name])) == found


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"ends": (0, 1)}, None),
        ({"ends": (1, 0)}, None),
        ({"ends": (0, 2)}, "inputs and outputs [0, 2] of 2 tensors"),
        ({"ends": (-1, 1)}, "inputs and outputs [-1, 1] of 2 tensors"),
        ({"tensor": {2: Number(1)}}, None),
        ({"tensor": {2: Number(2)}}, "buffer 2 of 2"),
        ({"tensor": {0: Numbers(0, 0)}}, None),
        ({"tensor": {0: Numbers(1, -1)}}, "a dimension below nought"),
        ({"call": {0: Number(1)}}, "operator 1 of 1"),
        ({"call": {0: Number(0), 1: Numbers(-1, 1)}}, None),
        ({"call": {0: Number(0), 1: Numbers(-2)}}, "tensor -2 of 2"),
        ({"call": {0: Number(0), 2: Numbers(2)}}, "tensor 2 of 2"),
        ({"extra": {1: Number(1, "<Q"), 2: Number(2**60, "<Q")}}, None),
        ({"extra": {1: Number(2**60, "<Q"), 2: Number(0, "<Q")}}, None),
    ],
)
def test_indices_are_held_against_what_they_count(changes, shown):
    """The last that exists is clean, the next one an attack; -1 means an optional tensor for a call only."""
    assert evidence(tflite(**changes)) == ([] if shown is None else [("tflite.out-of-bounds", shown)])


@pytest.mark.parametrize(
    ("operator", "found"),
    [
        *(("aten::add", []), ("quantized_decomposed::quantize", []), ("llama::sdpa", []), ("prims::x", [])),
        *(("", ["executorch.custom-operator"]), ("aten", []), ("Aten::add", ["executorch.custom-operator"])),
        *(("atenx::add", ["executorch.custom-operator"]), ("my::aten::add", ["executorch.custom-operator"])),
    ],
)
def test_operators_of_executorch_are_known_by_their_library(operator, found):
    """The name before the colons decides, exactly."""
    assert ids(executorch(operator)) == found


@pytest.mark.parametrize(
    ("segment", "found"), [((0, 16), []), ((16, 0), []), ((0, 17), ["file.unread"]), ((17, 0), ["file.unread"])]
)
def test_segments_end_with_the_file(segment, found):
    """The last byte belongs to it; one more was cut off."""
    assert ids(executorch(segment=segment)) == found


def test_a_program_without_the_extended_header_has_no_segments_behind_it():
    """Older programs keep everything in the table; a place behind the file is a cut."""
    old = flat({4: [{0: Number(0, "<Q"), 1: Number(8, "<Q")}]}, b"ET12")
    assert evidence(old)[0][1].startswith("as executorch: a segment reaches to byte")


@pytest.mark.parametrize("identifier", [b"ET12", b"ET00", b"ET99"])
@pytest.mark.parametrize("other", [b"ET1", b"ETxx", b"et12", b"E112"])
def test_identifiers_are_two_letters_and_two_digits(identifier, other):
    """Each version's identifier is known, nothing that only resembles one."""
    assert "executorch" in seen(flat({0: Number(0)}, identifier)).formats
    assert "executorch" not in seen(flat({0: Number(0)}, other.ljust(4, b"\0"))).formats


@given(st.lists(st.integers(-3, 4), min_size=1, max_size=5))
def test_a_call_is_clean_exactly_when_every_tensor_exists(numbers):
    """Of two tensors only -1, 0 and 1 may be named."""
    found = ids(tflite(call={0: Number(0), 1: Numbers(*numbers)}))
    assert (found == []) is all(-1 <= each < 2 for each in numbers)


def test_layers_beyond_the_limit_are_not_parsed():
    """A description larger than a header may be is unread."""
    found = scanned(openvino(), settings=Settings(Limits(header=100)))
    assert "as openvino: it has more than 100 bytes" in [each.evidence for each in found.findings]
