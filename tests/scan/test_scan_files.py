"""Folders, patterns and links: every file once, in order, none outside, none that would block."""

import contextlib
import os
import socket
import tempfile
from pathlib import Path

import pytest

from seatrial.scan.files import Files
from seatrial.scan.many import scan_many


def made(folder, *names, text="x"):
    """Files below a folder."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def below(folder, *paths):
    """The files that are found, by their way from the folder, with what refuses them."""
    found = Files([str(folder / path) if path else str(folder) for path in paths or ("",)])
    return [(os.path.relpath(each.path, folder), each.refusal) for each in found]


def names(folder, *paths):
    """The files that are found and not refused."""
    return [name for name, refusal in below(folder, *paths) if not refusal]


def test_folders_are_walked_in_order(tmp_path):
    """Files come sorted by their paths."""
    made(tmp_path, "b/z", "a", "b/a/c", "c")
    assert names(tmp_path) == ["a", "b/a/c", "b/z", "c"]


def test_patterns_mean_what_they_match(tmp_path):
    """Stars stay in a folder, two stars go down; what matches nothing could not be read."""
    made(tmp_path, "a.pkl", "sub/b.pkl", "sub/c.txt", ".hidden/d.pkl")
    assert names(tmp_path, "*.pkl") == ["a.pkl"]
    assert names(tmp_path, "**/*.pkl") == [".hidden/d.pkl", "a.pkl", "sub/b.pkl"]
    assert [bool(refusal) for _, refusal in below(tmp_path, "*.onnx")] == [True]


def test_a_file_whose_name_is_a_pattern_is_that_file(tmp_path):
    """What is there is taken as it is."""
    made(tmp_path, "[ab]", "a")
    assert names(tmp_path, "[ab]") == ["[ab]"]


def test_a_file_named_twice_comes_once(tmp_path):
    """Files that are named, matched and walked come once."""
    made(tmp_path, "a", "b")
    assert names(tmp_path, "b", "", "*") == ["b", "a"]


def test_hidden_folders_are_left_out_and_told_unless_named(tmp_path):
    """Folders of tools are counted, not entered; named ones are."""
    made(tmp_path, ".git/config", "__pycache__/a.pyc", "node_modules/m.bin", ".cache/model.pkl")
    files = Files([str(tmp_path)])
    assert [Path(each.path).name for each in files] == ["model.pkl"]
    assert sorted(Path(each).name for each in files.left_out) == [".git", "__pycache__", "node_modules"]
    assert names(tmp_path, ".git") == [".git/config"]


def test_links_within_come_once_and_lend_their_names(tmp_path):
    """A link to a file of the folder is an alias of it."""
    made(tmp_path, "blobs/0123")
    (tmp_path / "model.pkl").symlink_to("blobs/0123")
    assert names(tmp_path) == ["blobs/0123"]
    (found,) = Files([str(tmp_path)])
    assert [Path(each).name for each in found.aliases] == ["model.pkl"]


def test_links_that_lead_out_are_refused(tmp_path):
    """A link out of the folder is not followed, and said to be."""
    made(tmp_path, "outside/secret", "root/a")
    (tmp_path / "root/link").symlink_to("../outside/secret")
    (tmp_path / "root/folder").symlink_to("../outside")
    (tmp_path / "root/nowhere").symlink_to("missing")
    found = dict(below(tmp_path, "root"))
    assert [name for name, refusal in found.items() if not refusal] == ["root/a"]
    assert "leads out" in found["root/link"]
    assert "leads out" in found["root/folder"]
    assert "nowhere" in found["root/nowhere"]


def test_a_named_link_is_followed(tmp_path):
    """The user said so."""
    made(tmp_path, "outside/secret", "root/a")
    (tmp_path / "root/link").symlink_to("../outside/secret")
    assert names(tmp_path, "root/link") == ["root/link"]


def test_loops_of_links_end(tmp_path):
    """Links to folders above and to each other do not go round."""
    made(tmp_path, "root/a")
    (tmp_path / "root/up").symlink_to("..")
    (tmp_path / "root/self").symlink_to(".")
    (tmp_path / "root/one").symlink_to("two")
    (tmp_path / "root/two").symlink_to("one")
    assert names(tmp_path, "root") == ["root/a"]


def test_snapshots_of_a_cache_reach_their_blobs(tmp_path):
    """In the cache of Hugging Face, snapshots are links to the blobs beside them."""
    made(tmp_path, "models--a/blobs/0123")
    snapshot = tmp_path / "models--a/snapshots/rev"
    snapshot.mkdir(parents=True)
    (snapshot / "model.pkl").symlink_to("../../blobs/0123")
    assert names(tmp_path, "models--a/snapshots/rev") == ["models--a/snapshots/rev/model.pkl"]
    assert names(tmp_path, "models--a") == ["models--a/blobs/0123"]


def test_what_would_block_or_act_is_not_opened(tmp_path):
    """A FIFO, a socket and a device are refused, named or walked."""
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket"))
        found = dict(below(tmp_path)) | dict(below(tmp_path, "fifo"))
    assert found == {"fifo": "it is a FIFO, not a regular file", "socket": "it is a socket, not a regular file"}
    assert [each.refusal for each in Files(["/dev/null"])] == ["it is a device, not a regular file"]


@pytest.mark.parametrize("path", ["", "missing", "nul\0byte", "x" * 5000])
def test_paths_that_cannot_be_are_refused(path):
    """No path makes the walk fail."""
    (found,) = Files([path])
    assert found.refusal


def test_names_in_any_encoding_are_found(tmp_path):
    """Names need not be text."""
    try:
        Path(os.fsdecode(bytes(tmp_path) + b"/\xff\xfe.pkl")).write_text("x")
    except OSError:
        pytest.skip("this file system takes only text as names")
    assert names(tmp_path) == ["\udcff\udcfe.pkl"]


@contextlib.contextmanager
def somebody():
    """Whoever runs the tests, or somebody without rights when that is root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_no_permission_is_could_not_read():
    """Files and folders that may not be read are said to be, and the rest is looked at."""
    with tempfile.TemporaryDirectory() as name:
        folder = made(Path(name), "locked/a", "closed.pkl", "open.txt")
        folder.chmod(0o755)
        for each in ("closed.pkl", "locked"):
            (folder / each).chmod(0)
        list(scan_many(Files([str(folder / "open.txt")])))  # imports the formats
        with somebody():
            found = {Path(each.found.path).name: each.scanned for each in scan_many(Files([name]))}
        (folder / "locked").chmod(0o755)
    reasons = {key: [each.evidence for each in value.findings] for key, value in found.items()}
    assert reasons["closed.pkl"] == reasons["locked"] == ["Permission denied"]
    assert "open.txt" in found
