"""Digests, and a manifest of them."""

import hashlib
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.errors import CannotRun, Mistake
from seatrial.scan.integrity import compare_manifest, digest_of, read_manifest, write_manifest


@pytest.fixture
def model(tmp_path):
    """A folder with two files and their manifest."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.bin").write_bytes(b"weights")
    (tmp_path / "sub" / "b.json").write_bytes(b"{}")
    write_manifest(files(tmp_path), str(tmp_path / "manifest.json"))
    return tmp_path


def files(folder):
    """All files of a folder."""
    return [str(path) for path in sorted(folder.rglob("*")) if path.is_file()]


def said(folder):
    """Id and evidence of all differences."""
    return [(each.id, each.evidence) for each in compare_manifest(str(folder / "manifest.json"), files(folder))]


def test_a_digest_is_that_of_the_bytes(tmp_path):
    """Size and SHA-256 are those that other tools give."""
    data = bytes(range(256)) * 9000
    (tmp_path / "x").write_bytes(data)
    made = digest_of(str(tmp_path / "x"))
    assert (made.size, made.sha256) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("what", ["gone", "folder", "fifo"])
def test_what_is_no_file_has_no_digest(tmp_path, what):
    """Folders, FIFOs and what is not there are told, and never waited for."""
    path = tmp_path / "x"
    if what == "folder":
        path.mkdir()
    elif what == "fifo":
        os.mkfifo(path)
    with pytest.raises(OSError, match=r"no such file|not a regular file"):
        digest_of(str(path))


def test_nothing_changed_says_nothing(model):
    """The manifest itself is not one of the files."""
    assert said(model) == []


def test_a_manifest_is_sorted_and_moves_with_its_folder(model, tmp_path_factory):
    """Paths are taken from the manifest's folder, in order, with slashes."""
    made = json.loads((model / "manifest.json").read_text())
    assert [each["path"] for each in made["files"]] == ["a.bin", "sub/b.json"]
    moved = tmp_path_factory.mktemp("other") / "moved"
    model.rename(moved)
    assert said(moved) == []


def test_the_same_files_give_the_same_manifest(model):
    """Two runs write the same bytes."""
    before = (model / "manifest.json").read_bytes()
    write_manifest(reversed(files(model)), str(model / "manifest.json"))
    assert (model / "manifest.json").read_bytes() == before


def test_changed_added_and_missing_are_told(model):
    """Each difference stands at its file."""
    (model / "a.bin").write_bytes(b"weighty")
    (model / "sub" / "b.json").unlink()
    (model / "new.py").write_bytes(b"import os")
    found = list(compare_manifest(str(model / "manifest.json"), files(model)))
    assert [(each.id, each.severity, os.path.relpath(each.path, model)) for each in found] == [
        ("integrity.changed", "review", "a.bin"),
        ("integrity.added", "review", "new.py"),
        ("integrity.missing", "review", "sub/b.json"),
    ]


def test_a_change_says_sizes_and_digests(model):
    """A person sees what differs; the same size is not told."""
    (model / "a.bin").write_bytes(b"weighty!")
    assert said(model)[0][1].startswith("8 bytes instead of 7, SHA-256 ")
    (model / "a.bin").write_bytes(b"weightz")
    assert said(model)[0][1].startswith("SHA-256 ")


def test_files_of_elsewhere_are_compared_by_their_way(model, tmp_path_factory):
    """Who names files outside the folder gets them told as added."""
    other = tmp_path_factory.mktemp("other") / "x"
    other.write_bytes(b"1")
    found = list(compare_manifest(str(model / "manifest.json"), [*files(model), str(other)]))
    assert [each.id for each in found] == ["integrity.added"]


def test_a_file_that_cannot_be_recorded_stops_the_manifest(model):
    """No manifest is better than one that leaves a file out, and the old one stays."""
    before = (model / "manifest.json").read_bytes()
    with pytest.raises(CannotRun, match="gone"):
        write_manifest([str(model / "gone")], str(model / "manifest.json"))
    assert (model / "manifest.json").read_bytes() == before
    assert [path.name for path in model.iterdir() if path.name.startswith(".")] == []


def test_a_manifest_that_cannot_be_written_is_told(model):
    """A folder that is not there is told in one sentence."""
    with pytest.raises(CannotRun, match="cannot be written"):
        write_manifest(files(model), str(model / "gone" / "manifest.json"))


ENTRY = {"path": "a", "size": 1, "sha256": "0" * 64}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no manifest"),
        (b"[]", "no manifest"),
        (b"{}", "no manifest"),
        (b'{"seatrial_manifest": 1, "files": [], "more": 1}', "more"),
        (b'{"seatrial_manifest": 2, "files": []}', "newer"),
        (json.dumps({"seatrial_manifest": 1, "files": [{**ENTRY, "path": "/etc/passwd"}]}).encode(), "/etc/passwd"),
        (json.dumps({"seatrial_manifest": 1, "files": [{**ENTRY, "sha256": "abc"}]}).encode(), "`a`"),
        (json.dumps({"seatrial_manifest": 1, "files": [{**ENTRY, "path": "a\0b"}]}).encode(), "no entry"),
        (json.dumps({"seatrial_manifest": 1, "files": [{**ENTRY, "size": "x"}]}).encode(), "no manifest"),
        (b"[" * 100_000, "no manifest"),
    ],
)
def test_what_is_no_manifest_is_a_mistake(tmp_path, data, message):
    """A manifest is read strictly, and the mistake names the file."""
    path = tmp_path / "m.json"
    path.write_bytes(data)
    with pytest.raises(Mistake, match=message) as caught:
        read_manifest(str(path))
    assert str(path) in str(caught.value)


def test_a_missing_manifest_is_a_mistake(tmp_path):
    """Comparing with nothing is never clean."""
    with pytest.raises(Mistake, match="cannot be read"):
        list(compare_manifest(str(tmp_path / "gone.json"), []))


@given(st.binary(max_size=100))
def test_any_bytes_are_a_manifest_or_a_mistake(tmp_path_factory, data):
    """Reading a manifest never fails otherwise."""
    path = tmp_path_factory.mktemp("m") / "m.json"
    path.write_bytes(data)
    with pytest.raises(Mistake):
        read_manifest(str(path))
