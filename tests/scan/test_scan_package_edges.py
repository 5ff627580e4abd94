"""Names, imports, environments and start-up hooks: each branch, with its nearest honest neighbour."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.dependencies import asked, installed, record_line, said, site_of

from seatrial.core.errors import Mistake
from seatrial.scan.blob import BytesBlob
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.packages.addresses import address_findings, parts_of, without_password
from seatrial.scan.packages.environment import read_environment, sites_of
from seatrial.scan.packages.imports import import_findings, imported_in
from seatrial.scan.packages.installed import MOST_CHANGED
from seatrial.scan.packages.names import LEAST, MOST, resembles, well_known
from seatrial.scan.packages.package import Listing, Package, normal_name
from seatrial.scan.packages.start_up import MOST_BYTES, inspect_start_up, judge
from seatrial.scan.part import Part


def read(folder):
    """What an environment lists."""
    return read_environment(str(folder), Budget(Limits()))


def ids(folder):
    """The ids of what is wrong in an environment."""
    return [name for name, _ in said(read(folder))]


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("numpy", "numpy"),
        ("Ruamel.Yaml", "ruamel-yaml"),
        ("a__b..c", "a-b-c"),
        ("a-_.b", "a-b"),
        ("-a", "-a"),
        ("", ""),
    ],
)
def test_normal_names(name, normal):
    """Runs of separators are one dash, letters are small (PEP 503)."""
    assert normal_name(name) == normal


@given(st.text("aB0-_.", max_size=15))
def test_a_normal_name_is_its_own(name):
    """Normalising twice changes nothing more, and separators do not tell names apart."""
    once = normal_name(name)
    assert normal_name(once) == once == normal_name(name.upper().replace(".", "_"))


def test_a_listing_gives_the_versions_that_are_known():
    """What has no version gives none, and of two the last one counts."""
    versions = [("a", "1"), ("B_c", "2"), ("d", None), ("a", "3")]
    packages = tuple(Package(name=name, version=version, place="x") for name, version in versions)
    assert Listing(packages=packages).versions() == {"a": "3", "b-c": "2"}


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://u:p@h.example/x", "https://***@h.example/x"),
        ("https://token@h.example/x", "https://***@h.example/x"),
        ("https://h.example/x@1", "https://h.example/x@1"),
        ("git+ssh://git@h.example/x", "git+ssh://***@h.example/x"),
        ("see https://u:p@a.example and https://v:q@b.example", "see https://***@a.example and https://***@b.example"),
        ("u:p@h.example", "u:p@h.example"),
        ("", ""),
    ],
)
def test_addresses_are_shown_without_who_asks(address, shown):
    """Everything between `//` and `@` goes, and an `@` of a path stays."""
    assert without_password(address) == shown


@pytest.mark.parametrize("address", ["http://[1::", "http://h.example:99999/", "http://h.example:a/", "//[x"])
def test_addresses_that_are_none_have_no_parts(address):
    """A broken host or port is no address, and nothing is said of it."""
    assert parts_of(address) is None
    assert list(address_findings("x", 1, address)) == []


@pytest.mark.parametrize(
    ("scheme", "is_open"),
    [
        ("http", True),
        ("git", True),
        ("git+http", True),
        ("git+git", True),
        ("svn", True),
        ("svn+svn", True),
        ("svn+http", True),
        ("hg+http", True),
        ("bzr+http", True),
        ("ftp", True),
        ("https", False),
        ("git+https", False),
        ("git+ssh", False),
        ("ssh", False),
        ("svn+ssh", False),
        ("hg+https", False),
        ("file", False),
    ],
)
def test_schemes_without_encryption_are_told(scheme, is_open):
    """Whoever stands on the way can change what comes by these, and not what comes by the others."""
    found = [each.id for each in address_findings("x", 1, f"{scheme}://h.example/a")]
    assert found == ["requirements.insecure"] * is_open
    assert list(address_findings("x", 1, f"{scheme}://127.0.0.1/a")) == []


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("nump", None),
        ("numpyy", "numpy"),
        ("mumpy", "numpy"),
        ("unmpy", "numpy"),
        ("numpy", None),
        ("nummpyy", None),
        ("panda", "pandas"),
        ("padnas", "pandas"),
        ("sandap", None),
        ("py-yaml", "pyyaml"),
        ("requestsx", "requests"),
        ("trequests", "requests"),
        ("r-equests", "requests"),
        ("r" * (MOST + 1), None),
    ],
)
def test_one_keystroke_and_not_two(name, known):
    """Each kind of slip once, beside a name that is two of them away."""
    assert resembles(name) == known


@settings(max_examples=50)
@given(st.sampled_from(sorted(name for name in well_known() if LEAST < len(name) < MOST)), st.data())
def test_a_letter_left_out_or_put_in_is_always_seen(name, data):
    """Of no well-known name can a letter be lost or doubled unseen."""
    place = data.draw(st.integers(0, len(name) - 1))
    for slip in (name[:place] + name[place + 1 :], name[:place] + "x" + name[place:]):
        if LEAST <= len(slip) <= MOST and slip not in well_known():
            assert resembles(slip) is not None


def project(folder, **files):
    """Write a project's sources."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return str(folder)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import a.b.c\n", ["a"]),
        ("import a as b, c\n", ["a", "c"]),
        ("from a import *\n", ["a"]),
        ("from . import a\n", []),
        ("from .a import b\n", []),
        ("def f():\n    import a\n", ["a"]),
        ("'import a'\n# import b\n", []),
        ("__import__('a')\n", []),
        ("import os.path, sys, __future__\n", []),
        ("if 1:\n    import a\nelse:\n    import b\n", ["a", "b"]),
    ],
)
def test_imports_of_every_form_are_read(tmp_path, text, names):
    """Statements anywhere in a module count by their first name; texts, comments and relative ones do not."""
    assert [each.name for each in imported_in(project(tmp_path, main=text))] == names


@pytest.mark.parametrize(
    ("text", "optional"),
    [
        ("try:\n    import a\nexcept:\n    pass\n", True),
        ("try:\n    import a\nexcept ImportError as e:\n    raise\n", True),
        ("try:\n    import a\nexcept (OSError, ImportError):\n    pass\n", True),
        ("try:\n    import a\nexcept ValueError:\n    pass\n", False),
        ("try:\n    pass\nexcept ImportError:\n    import a\n", False),
        ("try:\n    pass\nfinally:\n    import a\n", False),
        ("import typing\nif typing.TYPE_CHECKING:\n    import a\n", True),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import a\n", False),
        ("if DEBUG:\n    import a\n", False),
        ("try:\n    if 1:\n        import a\nexcept ImportError:\n    pass\n", True),
    ],
)
def test_imports_that_may_fail_are_told_from_those_that_must_not(tmp_path, text, optional):
    """What is tried for an ImportError, or seen by type checkers alone, may be missing."""
    (found,) = [each for each in imported_in(project(tmp_path, main=text)) if each.name == "a"]
    assert found.optional is optional


def test_the_first_place_of_an_import_is_told(tmp_path):
    """Of many files the first in order is named, unless only a later one needs it."""
    folder = project(tmp_path, a="\nimport x\n", b="import x\n", c="try:\n    import y\nexcept ImportError: 0\n")
    project(tmp_path, d="\n\nimport y\n")
    places = {each.name: (os.path.basename(each.path), each.line) for each in imported_in(folder)}  # noqa: PTH119
    assert places == {"x": ("a.py", 2), "y": ("d.py", 3)}


@pytest.mark.parametrize(
    ("declared", "imported", "ids"),
    [
        ("python-magic", "magic", []),
        ("python-magic", "python_magic", []),
        ("magic-python", "magic", []),
        ("protobuf", "google.protobuf", []),
        ("setuptools", "pkg_resources", []),
        ("Faiss_GPU", "faiss", []),
        ("opencv-python", "opencv", ["imports.undeclared", "imports.unused"]),
        ("some.thing", "some_thing", []),
        ("some-thing", "something", ["imports.undeclared", "imports.unused"]),
    ],
)
def test_a_distribution_is_held_to_its_import_names(tmp_path, declared, imported, ids):
    """Known names, the plain one, and the one without `python` cover an import; no other does."""
    folder = project(tmp_path, main=f"import {imported}\n")
    assert [each.id for each in import_findings(folder, asked(declared).packages)] == ids


def test_an_environment_without_the_package_leaves_the_table(tmp_path):
    """What is not installed is looked up as if no environment were given; a wrong one is a mistake."""
    installed(tmp_path / "env", "other", "1.0")
    folder = project(tmp_path / "src", main="import yaml\n")
    assert list(import_findings(folder, asked("PyYAML").packages, str(tmp_path / "env"))) == []
    with pytest.raises(Mistake, match="no such folder"):
        list(import_findings(folder, [], str(tmp_path / "gone")))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("pack/__init__.py,,", "pack"),
        ("pack/deep/x.pyi,,", "pack"),
        ("pack/x.pyd,,", "pack"),
        ("single.py,,", "single"),
        ("single.cpython-311-x86_64-linux-gnu.so,,", "single"),
        ("pack/data.json,,", None),
        ("../../bin/tool.py,,", None),
        ("a-b.libs/x.so,,", None),
        ("notes.txt,,", None),
    ],
)
def test_records_say_what_can_be_imported(tmp_path, line, name):
    """Modules and packages of a RECORD are names; data, commands and bundled libraries are not."""
    info = installed(tmp_path / "env", "thing", "1.0", record=False)
    (info / "RECORD").write_text(line + "\n")
    folder = project(tmp_path / "src", main=f"import {name or 'thing'}\n")
    assert list(import_findings(folder, asked("thing").packages, str(tmp_path / "env"))) == []


@pytest.mark.parametrize(("changed", "told"), [(1, 1), (MOST_CHANGED, MOST_CHANGED), (MOST_CHANGED + 1, MOST_CHANGED)])
def test_changes_are_told_to_their_limit(tmp_path, changed, told):
    """Each changed file up to the limit, and no more."""
    names = [f"thing/{number}.py" for number in range(changed)]
    info = installed(tmp_path, files=dict.fromkeys(names, b"x"))
    for name in names:
        (info.parent / name).write_text("y")
    assert ids(tmp_path) == ["environment.file-differs"] * told


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("thing/__init__.py,,", []),
        ("thing/__init__.py", []),
        ("gone.pyc,sha256=a,1", []),
        ("gone.py,sha256=a,1", ["environment.file-missing"]),
        ("thing,sha256=a,1", ["environment.file-missing"]),
        ("thing/__init__.py,sha256=,1", ["environment.file-differs"]),
        ("thing/__init__.py,SHA256=a,1", ["environment.file-differs"]),
        (record_line("thing/__init__.py", b"x = 1\n").replace(",6", ",7"), []),
    ],
)
def test_rows_of_a_record(tmp_path, row, expected):
    """A row without a digest promises nothing; the digest decides, whatever size stands beside it."""
    info = installed(tmp_path, record=False)
    (info / "RECORD").write_text(row + "\n")
    assert ids(tmp_path) == expected


@pytest.mark.parametrize(
    ("head", "version"),
    [
        (b"Name: thing\nVersion: 1.0\n", "1.0"),
        (b"NAME:thing\r\nversion:\t1.0 \r\n\r\nVersion: 2.0\r\n", "1.0"),
        (b"Summary: caf\xe9\nName: thing\nVersion: 1.0\n", "1.0"),
        (b"Version: 1.0\nName: thing\n", "1.0"),
    ],
)
def test_headers_are_read_as_mail_is(tmp_path, head, version):
    """Order, case, line ends and blanks do not matter, and the body does not count."""
    info = installed(tmp_path, record=False)
    (info / "METADATA").write_bytes(head)
    assert read(tmp_path).versions() == {"thing": version}


@pytest.mark.parametrize("direct", [b"", b"{", b"[]", b'{"dir_info": 3}', b"\xff"])
def test_a_broken_note_of_origin_is_as_none(tmp_path, direct):
    """What cannot be read says nothing of where a package came from."""
    info = installed(tmp_path, record=False)
    (info / "direct_url.json").write_bytes(direct)
    assert read(tmp_path).packages[0].source == "index"


def test_two_folders_of_packages_are_both_read(tmp_path):
    """An environment may keep plain and compiled packages apart."""
    installed(tmp_path, "thing", "1.0")
    other = tmp_path / "lib64" / "python3.11" / "site-packages" / "other-2.0.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Name: other\nVersion: 2.0\n")
    assert read(tmp_path).versions() == {"thing": "1.0", "other": "2.0"}
    assert sites_of(str(tmp_path)) == (site_of(tmp_path).resolve(), other.parent.resolve())


def test_a_hook_beyond_any_size_is_unread(tmp_path):
    """A start-up file that is too large is named, and the others are still judged."""
    installed(tmp_path)
    (site_of(tmp_path) / "a.pth").write_bytes(b"#" * (MOST_BYTES + 1))
    (site_of(tmp_path) / "b.pth").write_text("import os; os.system('id')\n")
    assert ids(tmp_path) == ["environment.no-metadata", "start-up.attack"]


@pytest.mark.parametrize(
    ("source", "strict", "judgement"),
    [
        ("import os", True, "known"),
        ("import os, socket", True, "attack"),
        ("import os, socket", False, "unknown"),
        ("from urllib.request import urlopen", True, "attack"),
        ("from os import system; system('id')", True, "attack"),
        ("from os import system; system('id')", False, "unknown"),
        ("import os; os.getenv('X')", True, "known"),
        ("import os; os.remove('x')", True, "unknown"),
        ("import os; os.environ.get('socket')", True, "attack"),
        ("import os; os.environ.get('socket')", False, "known"),
        ("import os; x = 'system'", True, "attack"),
        ("import os; x = 'systems'", True, "known"),
        ("import sys; sys.modules['os'].execv", True, "attack"),
        ("import sys; exec('import os')", True, "known"),
        ("import sys; exec(b'import socket')", True, "attack"),
        ("import sys; exec(x)", True, "attack"),
        ("import sys; exec(x)", False, "attack"),
        ("import builtins as b; b.exec(x)", False, "attack"),
        ("import sys; 'x'.format(1)", True, "known"),
        ("import sys; 'x'.join(y)", True, "unknown"),
        ("import sys; sys.stderr.write('x')", True, "known"),
        ("from . import x", True, "unknown"),
        ("__import__('_distutils_hack').add_shim()", True, "known"),
        ("__import__('thing').add_shim()", True, "unknown"),
        ("__import__('base64')", False, "unknown"),
        ("import __editable___x_finder", True, "known"),
        ("import __editable___x_finder_evil", True, "unknown"),
        ("import _virtualenv_evil", True, "unknown"),
        ("", True, "known"),
    ],
)
def test_code_that_runs_at_the_start_is_judged(source, strict, judgement):
    """Each step of the ladder beside the nearest source that stands on another one."""
    assert judge(source, strict=strict)[0] == judgement


@pytest.mark.parametrize(("depth", "judgement"), [(3, "known"), (9, "attack")])
def test_code_in_code_is_opened_only_so_deep(depth, judgement):
    """Nobody honest writes a text in a text in a text; below the limit it counts as computed."""
    source = "import os"
    for _ in range(depth):
        source = f"exec({source!r})"
    assert judge(source, strict=True)[0] == judgement


@settings(max_examples=50)
@given(st.lists(st.sampled_from(["import os", "import thing", "import socket", "/tmp/x", "/srv/x", "# x"]), max_size=8))
def test_lines_of_a_hook_do_not_change_each_other(lines):
    """What is found in a file is what is found in each line alone."""

    def found(text):
        part = Part(BytesBlob(text.encode()), "x.pth", lambda part: iter(()), Budget(Limits()))
        return [(each.id, each.line) for each in inspect_start_up(part)]

    alone = [(name, number) for number, line in enumerate(lines, 1) for name, _ in found(line)]
    assert found("\n".join(lines)) == alone
