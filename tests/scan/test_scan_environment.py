"""Installed environments, read as files."""

import csv
import os

import pytest
from making.dependencies import COMMIT, installed, record_line, said, site_of

from seatrial.core.errors import Mistake
from seatrial.scan.limits import Budget, Limits, OverBudget
from seatrial.scan.packages.environment import read_environment, sites_of


def read(folder, **options):
    """What an environment lists."""
    return read_environment(str(folder), Budget(Limits()), **options)


def ids(folder):
    """The ids of what is wrong in an environment."""
    return [name for name, _ in said(read(folder))]


def test_distributions_are_listed_with_their_versions(tmp_path):
    """Each folder of metadata is a package; what follows the headers does not count."""
    installed(tmp_path, "thing", "1.0")
    installed(tmp_path, "Other_Thing", "2.0rc1")
    listing = read(tmp_path)
    assert listing.versions() == {"thing": "1.0", "other-thing": "2.0rc1"}
    assert (listing.format, listing.exact, listing.findings) == ("environment", True, ())


@pytest.mark.parametrize(
    "layout", ["lib/python3.12/site-packages", "Lib/site-packages", "lib64/python3.11/site-packages"]
)
def test_folders_of_packages_are_found(tmp_path, layout):
    """Environments of POSIX and of Windows keep packages in different places."""
    (tmp_path / layout).mkdir(parents=True)
    assert sites_of(str(tmp_path)) == ((tmp_path / layout).resolve(),)


def test_a_folder_of_packages_is_an_environment_itself(tmp_path):
    """Who names site-packages means that."""
    installed(tmp_path)
    assert sites_of(str(site_of(tmp_path))) == (site_of(tmp_path).resolve(),)


def test_a_link_to_the_same_folder_counts_once(tmp_path):
    """`lib64` is a link to `lib` in most environments."""
    installed(tmp_path)
    (tmp_path / "lib64").symlink_to("lib")
    assert len(sites_of(str(tmp_path))) == 1


@pytest.mark.parametrize("make", ["nothing", "empty", "file"])
def test_what_is_no_environment_is_a_mistake(tmp_path, make):
    """A folder without packages is told, with what to name instead."""
    path = tmp_path / "env"
    if make == "empty":
        path.mkdir()
    elif make == "file":
        path.write_text("x")
    with pytest.raises(Mistake, match=str(path)):
        read(path)


def test_a_changed_file_is_told(tmp_path):
    """A file that differs from RECORD stands in a finding of its own."""
    installed(tmp_path, files={"thing/code.py": b"safe = 1\n"})
    (site_of(tmp_path) / "thing" / "code.py").write_text("import evil\n")
    (finding,) = read(tmp_path).findings
    assert (finding.id, finding.severity) == ("environment.file-differs", "review")
    assert finding.path.endswith("thing/code.py")
    assert finding.evidence == "thing/code.py of thing 1.0"


def test_missing_files_are_one_note(tmp_path):
    """Files that are gone are counted, not listed; bytecode may come and go."""
    info = installed(tmp_path, files={"thing/a.py": b"1", "thing/b.py": b"2"})
    for name in ("a.py", "b.py"):
        (info.parent / "thing" / name).unlink()
    (finding,) = read(tmp_path).findings
    assert (finding.id, finding.severity) == ("environment.file-missing", "low")
    assert "2 of 6, thing/a.py first" in finding.evidence


def test_only_so_many_changes_are_told(tmp_path):
    """A package that was rebuilt is not told file by file."""
    names = [f"thing/{number}.py" for number in range(50)]
    info = installed(tmp_path, files=dict.fromkeys(names, b"x"))
    for name in names:
        (info.parent / name).write_text("y")
    assert len(read(tmp_path).findings) == 20


def test_files_need_not_be_verified(tmp_path):
    """Who only wants versions reads no files."""
    installed(tmp_path, files={"thing/code.py": b"x"})
    (site_of(tmp_path) / "thing" / "code.py").write_text("y")
    assert read(tmp_path, verify=False).findings == ()


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "crc32", ""])
def test_digests_that_can_be_forged_do_not_count(tmp_path, algorithm):
    """A RECORD with a weak digest proves nothing."""
    info = installed(tmp_path)
    (info / "RECORD").write_text(f"thing/__init__.py,{algorithm}=abc,6\n")
    assert ids(tmp_path) == ["environment.file-differs"]


def test_padding_of_digests_does_not_matter(tmp_path):
    """Some installers keep the `=` at the end of a digest."""
    info = installed(tmp_path)
    line = record_line("thing/__init__.py", b"x = 1\n").rsplit(",", 1)
    (info / "RECORD").write_text(f"{line[0]}=,{line[1]}\n")
    assert ids(tmp_path) == []


def test_without_a_record_nothing_is_known(tmp_path):
    """Debian and conda install without RECORD, which is a note."""
    installed(tmp_path, record=False)
    assert ids(tmp_path) == ["environment.no-record"]


@pytest.mark.parametrize("data", [b"\xff\xfe", b'"a\nb' + b"x" * (csv.field_size_limit() + 1)])
def test_a_broken_record_is_unread(tmp_path, data):
    """A list that cannot be read is not judged."""
    info = installed(tmp_path)
    (info / "RECORD").write_bytes(data)
    (finding,) = read(tmp_path).findings
    assert (finding.id, finding.severity) == ("environment.bad-record", "unread")


@pytest.mark.parametrize(
    "row", ["\0,sha256=x,1", "a,b,c,d", ",,", "x", "/etc/passwd,sha256=x,", "../../../../x,sha256=x,"]
)
def test_odd_rows_of_a_record_are_no_errors(tmp_path, row):
    """Rows that name nothing, or something elsewhere, are judged like others."""
    info = installed(tmp_path)
    (info / "RECORD").write_text(row + "\n")
    assert {each.id for each in read(tmp_path).findings} <= {
        "environment.file-missing",
        "environment.file-differs",
        "environment.bad-record",
    }


@pytest.mark.parametrize("text", [None, b"", b"Name: x\n", b"Version: 1\n", b"\xff\xff", b"\n\nName: x\nVersion: 1\n"])
def test_metadata_without_a_name_is_unread(tmp_path, text):
    """A distribution that does not say what it is cannot be checked."""
    info = installed(tmp_path)
    (info / "METADATA").unlink()
    if text is not None:
        (info / "METADATA").write_bytes(text)
    assert ids(tmp_path) == ["environment.no-metadata"]


@pytest.mark.parametrize(
    ("direct", "source", "expected"),
    [
        ({"url": "file:///srv/x", "dir_info": {"editable": True}}, "editable", []),
        ({"url": "file:///srv/x", "dir_info": {}}, "path", []),
        ({"url": "file:///srv/x-1.0.whl", "archive_info": {}}, "path", []),
        (
            {"url": "https://h.example/x.whl", "archive_info": {"hash": "sha256=0"}},
            "url",
            ["requirements.pinned-address"],
        ),
        (
            {"url": "https://h.example/x", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            "vcs",
            ["requirements.pinned-repository"],
        ),
        (
            {"url": "git://h.example/x", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            "vcs",
            ["requirements.pinned-repository", "requirements.insecure"],
        ),
        ({"url": 3}, "index", []),
    ],
)
def test_where_a_package_came_from_is_read(tmp_path, direct, source, expected):
    """direct_url.json says what did not come from an index."""
    installed(tmp_path, direct=direct)
    listing = read(tmp_path)
    assert listing.packages[0].source == source
    assert [name for name, _ in said(listing)] == expected


def test_start_up_hooks_are_judged_where_they_lie(tmp_path):
    """Hooks in the folder of packages run; a .pth elsewhere does not."""
    installed(tmp_path, files={"thing/inner.pth": b"import os; os.system('id')\n"})
    site = site_of(tmp_path)
    (site / "a.pth").write_text("import _virtualenv\n")
    (site / "b.pth").write_text("import os; os.system('id')\n")
    (site / "c.pth").write_bytes(b"\xff\xfe")
    (site / "e.pth").write_bytes(b"# \xe9\n/srv/x\n")
    (site / "d.pth").mkdir()
    assert [(each.id, os.path.basename(each.path)) for each in read(tmp_path).findings] == [  # noqa: PTH119
        ("start-up.known-code", "a.pth"),
        ("start-up.attack", "b.pth"),
    ]


def test_look_alike_names_are_told(tmp_path):
    """What is installed under a name one keystroke from a well-known one is worth a look."""
    installed(tmp_path, "reqeusts", "1.0")
    assert ids(tmp_path) == ["requirements.lookalike"]


def test_an_environment_costs_no_more_than_allowed(tmp_path):
    """Files are paid for before they are read."""
    installed(tmp_path, files={f"thing/{number}.py": b"" for number in range(20)})
    with pytest.raises(OverBudget):
        read_environment(str(tmp_path), Budget(Limits(members=10)))
