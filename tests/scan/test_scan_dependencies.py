"""The one door to dependencies, and lists of packages as Formats of a scan."""

import os
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.dependencies import HASH, advisory, installed
from making.locks import LOCKS, UV

from seatrial.core.errors import Mistake
from seatrial.scan.blob import BytesBlob
from seatrial.scan.format import Unreadable
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.packages.dependencies import Dependencies, read_listing, scan_dependencies
from seatrial.scan.packages.format import LOCK, REQUIREMENTS
from seatrial.scan.part import Part

NOW = datetime(2026, 11, 10, tzinfo=UTC)


def part_of(data, name):
    """A Part with bytes and a name."""
    return Part(BytesBlob(data), name, lambda part: iter(()), Budget(Limits()))


def found(form, data, name):
    """Id and line of what a Format finds; None when it does not recognise the bytes."""
    part = part_of(data, name)
    return [(each.id, each.line) for each in form.inspect(part)] if form.recognise(part) else None


def scanned(path, folder=None):
    """The verdict on a list, held to advisories."""
    return scan_dependencies(str(path), Dependencies(advisories=folder and str(folder), now=NOW))


@pytest.fixture
def advisories(tmp_path):
    """A folder of fresh advisories about `thing`."""
    advisory(tmp_path / "db", "thing")
    return tmp_path / "db"


def test_a_clean_list_is_clean(tmp_path, advisories):
    """Pinned, hashed, and known to nobody's advisories: clean."""
    path = tmp_path / "list"
    path.write_text(f"numpy==1.26.4 --hash={HASH}\n")
    found = scanned(path, advisories)
    assert (found.verdict, found.formats, found.size) == ("clean", ("requirements",), path.stat().st_size)


def test_no_advisories_are_never_green(tmp_path):
    """A list that nothing was held to could not be judged."""
    path = tmp_path / "requirements.txt"
    path.write_text("numpy==1.26.4\n")
    assert scanned(path).verdict == "unread"


@pytest.mark.parametrize("kind", sorted(LOCKS))
def test_locks_are_read_whatever_they_are_called(tmp_path, advisories, kind):
    """A lock is known by its content."""
    path = tmp_path / "whatever"
    path.write_text(LOCKS[kind])
    assert scanned(path, advisories).formats == (kind,)


def test_a_vulnerable_environment_is_told(tmp_path, advisories):
    """What is installed is held to advisories as what is locked."""
    installed(tmp_path / "env", "thing", "1.0")
    found = scanned(tmp_path / "env", advisories)
    assert (found.verdict, found.formats) == ("review", ("environment",))
    assert [each.id for each in found.findings] == ["advisories.vulnerable"]


def test_findings_of_included_files_stand_there(tmp_path, advisories):
    """A finding's path is the file that its line is in."""
    (tmp_path / "a.txt").write_text("-r b.txt\n")
    (tmp_path / "b.txt").write_text("\nnumpy\n")
    (finding,) = scanned(tmp_path / "a.txt", advisories).findings
    assert (finding.path, finding.line) == (str(tmp_path / "b.txt"), 2)


@pytest.mark.parametrize("what", ["gone", "fifo", "broken", "large"])
def test_what_cannot_be_read_is_unread(tmp_path, what):
    """A list that is not there, no file, broken or too large gives a verdict with the reason."""
    path = tmp_path / "list"
    if what == "fifo":
        os.mkfifo(path)
    elif what == "broken":
        path.write_text(UV[:300])
    elif what == "large":
        path.touch()
        os.truncate(path, 20 << 20)
    found = scanned(path)
    assert (found.verdict, [each.id for each in found.findings]) == ("unread", ["file.unread"])


def test_a_folder_that_is_no_environment_is_a_mistake(tmp_path):
    """A wrong folder is the user's mistake."""
    with pytest.raises(Mistake):
        scanned(tmp_path)


def test_an_environment_over_its_limits_is_unread(tmp_path):
    """An environment with more files than allowed is not judged."""
    installed(tmp_path, files={f"thing/{number}.py": b"" for number in range(9)})
    how = Dependencies(limits=Limits(members=3))
    assert [each.id for each in scan_dependencies(str(tmp_path), how).findings] == ["file.unread"]


def test_versions_for_loaders_come_from_any_list(tmp_path):
    """Every kind of list gives versions by name."""
    path = tmp_path / "x"
    path.write_text(UV)
    assert read_listing(str(path)).versions()["numpy"] == "1.26.4"


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("requirements.txt", True),
        ("requirements-dev.txt", True),
        ("dev-requirements.txt", True),
        ("requirements.in", True),
        ("a/b/requirements_test.txt", True),
        ("constraints.txt", True),
        ("requirements-dev.lock", True),
        ("requirements.py", False),
        ("notes.txt", False),
        ("requirements.json", False),
    ],
)
def test_requirements_are_known_by_name(name, is_one):
    """No content tells a list of words from a list of packages, so the name decides."""
    assert (found(REQUIREMENTS, b"numpy\n", name) is not None) is is_one


def test_requirements_as_a_format_are_judged_without_their_includes():
    """In a scan of files each list is looked at by itself, and places stay those of the Part."""
    part = part_of(b"-r more.txt\nnumpy\n", "x.zip").inside("requirements.txt", BytesBlob(b"-r more.txt\nnumpy\n"))
    (finding,) = REQUIREMENTS.inspect(part)
    assert (finding.id, finding.path, finding.member, finding.line) == (
        "requirements.unpinned",
        "x.zip",
        "requirements.txt",
        2,
    )


@pytest.mark.parametrize("kind", sorted(LOCKS))
def test_locks_as_a_format_are_known_by_content(kind):
    """A lock in a scan is recognised under any name, and honest ones are clean."""
    found_ = found(LOCK, LOCKS[kind].encode(), "whatever.bin")
    assert found_ is not None
    assert {name for name, _ in found_} <= {each.id for each in LOCK.rules if each.severity == "low"}


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[package]\n", b"\x80\x02}.", b"[[package]]\n", b'{"_meta": {}}', b"numpy\n"]
)
def test_other_bytes_are_no_locks(data):
    """What is not a lock is left to other Formats."""
    assert found(LOCK, data, "x.toml") is None


def test_declarations_are_known_by_name_and_content():
    """Only pyproject.toml declares, and an index without safety in it does not stand there."""
    data = b'[project]\ndependencies = ["reqeusts"]\n'
    assert found(LOCK, data, "pyproject.toml") == [("requirements.lookalike", 2)]
    assert found(LOCK, data, "other.toml") is None


def test_a_list_that_is_too_large_cannot_be_read():
    """The size is looked at before anything is parsed."""
    with pytest.raises(Unreadable, match="6 MB"):
        found(REQUIREMENTS, b"# x\n" * (3 << 20), "requirements.txt")


@settings(max_examples=80)
@given(st.sampled_from(sorted(LOCKS)), st.integers(0, 5000), st.binary(max_size=3), st.integers(0, 50))
def test_any_change_of_a_list_gives_findings_or_a_reason(kind, place, put, cut):
    """However a lock or list is changed, it is judged or unreadable."""
    data = LOCKS[kind].encode()
    place %= len(data)
    data = data[:place] + put + data[place + cut :]
    for form, name in ((LOCK, "x"), (REQUIREMENTS, "requirements.txt")):
        with suppress(Unreadable):
            assert found(form, data, name) is None or form.recognise(part_of(data, name))
