"""Core ML, OpenVINO and llamafile."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.looking import ids, mutated, seen
from making.native import coreml, field, network, openvino
from making.tensors import honest_gguf

CUSTOM = field(500, field(10, "MyLayer"))
PLAIN = field(160, field(1, b""))
HONEST = coreml(500, network(PLAIN, PLAIN))


def manifest(path):
    """A package's manifest with one entry."""
    entries = {"A-1": {"author": "com.apple.CoreML", "name": "m", "path": path}}
    return json.dumps({"fileFormatVersion": "1.0.0", "itemInfoEntries": entries, "rootModelIdentifier": "A-1"}).encode()


@pytest.mark.parametrize(
    "data",
    [
        HONEST,
        coreml(403, network(PLAIN)),
        coreml(402, field(1, b"")),
        coreml(202, field(1, HONEST) + field(1, HONEST)),
        coreml(200, field(1, field(1, HONEST))),
        coreml(502, field(2, "@model_path/weights/weight.bin")),
    ],
)
def test_honest_core_ml_models_are_clean(data):
    """Networks, trees, pipelines and programs without code of others are clean."""
    assert (seen(data).verdict, seen(data).formats) == ("clean", ("coreml",))


@pytest.mark.parametrize(
    ("verdict", "rule", "data"),
    [
        ("review", "coreml.custom-code", coreml(500, network(PLAIN, CUSTOM))),
        ("review", "coreml.custom-code", coreml(303, network(CUSTOM))),
        ("review", "coreml.custom-code", coreml(555, field(10, "MyModel"))),
        ("review", "coreml.custom-code", coreml(201, field(1, field(1, coreml(500, network(CUSTOM)))))),
        ("review", "coreml.linked-model", coreml(556, field(1, b""))),
        ("attack", "coreml.leaves-package", coreml(502, field(2, "@model_path/../../x.bin"))),
        ("attack", "coreml.leaves-package", coreml(502, field(2, "@model_path//etc/passwd"))),
        ("attack", "coreml.leaves-package", manifest("../../other.mlmodel")),
        ("attack", "coreml.leaves-package", manifest("/etc/passwd")),
        ("unread", "file.unread", HONEST + b"\xff"),
        ("unread", "file.unread", b'{"rootModelIdentifier": "A", "itemInfoEntries": {"A": {}}}'),
    ],
)
def test_core_ml_models_that_need_more_than_the_file_are_told(verdict, rule, data):
    """Classes of an application, other models and paths are told."""
    assert (seen(data).verdict, rule in ids(data)) == (verdict, True)


def test_pipelines_nested_beyond_use_could_not_be_read():
    """Pipelines within pipelines are followed to a depth."""
    data = HONEST
    for _ in range(30):
        data = coreml(202, field(1, data))
    assert seen(data).verdict == "unread"


def test_a_manifest_within_its_package_is_clean():
    """Paths below the package are what manifests hold."""
    assert seen(manifest("com.apple.CoreML/model.mlmodel")).formats == ("mlpackage",)


@pytest.mark.parametrize(
    ("verdict", "rule", "data"),
    [
        ("clean", None, openvino()),
        ("clean", None, openvino(version="opset13", head="")),
        ("clean", None, openvino(version="experimental", head="<!-- made -->\n")),
        ("review", "openvino.extension-operator", openvino(version="my_extension")),
        ("attack", "openvino.leaves-folder", openvino('<layer version="opset1"><data path="/etc/passwd"/></layer>')),
        ("attack", "openvino.leaves-folder", openvino('<layer version="opset1" weights_path="..\\..\\x.bin"/>')),
        ("attack", "openvino.impossible-place", openvino('<layer version="opset1"><data offset="-8"/></layer>')),
        (
            "attack",
            "openvino.impossible-place",
            openvino('<layer version="opset1"><data offset="0" size="9e99"/></layer>'),
        ),
        ("unread", "file.unread", openvino()[:-20]),
    ],
)
def test_openvino_models_are_judged_by_their_layers(verdict, rule, data):
    """Operators of extensions, and paths and places that lead away, are told."""
    assert (seen(data).verdict, seen(data).formats[:1]) == (verdict, ("openvino",))
    assert rule is None or rule in ids(data)


def test_entities_are_never_resolved():
    """A model that declares entities is not clean."""
    head = '<?xml version="1.0"?><!DOCTYPE net [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert seen(openvino(head=head)).verdict != "clean"


@pytest.mark.parametrize("head", [b"MZqFpD='\n", b"\x7fELF\x02\x01\x01" + b"\x00" * 57])
def test_a_program_with_a_model_is_for_a_person(head):
    """A llamafile is a program; the model in it is looked at all the same."""
    found = seen(head + b"\x90" * 5000 + honest_gguf())
    assert (found.verdict, {"llamafile", "gguf"} <= set(found.formats)) == ("review", True)


def test_a_program_without_a_model_is_no_llamafile():
    """Other programs are judged elsewhere."""
    data = b"\x7fELF" + b"\x00" * 60 + b"GGUF" + struct.pack("<I", 77)
    assert "llamafile" not in seen(data, "tool").formats


@given(st.sampled_from([HONEST, openvino(), manifest("a")]), st.integers(0), st.integers(0, 255), st.integers(0, 200))
def test_any_change_still_gives_a_verdict(data, place, byte, cut):
    """Whatever is changed, no reader fails."""
    assert "file.reader-failed" not in ids(mutated(data, place, byte, cut))
