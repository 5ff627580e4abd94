"""Advisories in a local folder, in OSV form."""

import json
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.dependencies import advisory, asked

from seatrial.core.errors import CannotRun, Mistake
from seatrial.scan.packages.advisories import advisory_findings, read_advisories
from seatrial.scan.packages.online import online_findings
from seatrial.scan.packages.osv import Affected, Event, Range, Subject

NOW = datetime(2026, 11, 10, tzinfo=UTC)


def found(folder, text, now=NOW, **options):
    """What advisories say of a requirements file."""
    packages = asked(text).packages
    advisories = read_advisories(str(folder), {each.key for each in packages})
    return list(advisory_findings(packages, advisories, "requirements.txt", now, **options))


def ids(folder, text, **options):
    """The ids of what advisories say."""
    return [each.id for each in found(folder, text, **options)]


def affected(*events, versions=(), kind="ECOSYSTEM"):
    """What an advisory affects, by its events as pairs."""
    turns = [Event(**{name: version}) for name, version in events]
    ranges = [Range(type=kind, events=turns)] if turns else []
    return Affected(Subject("thing", "PyPI"), ranges, list(versions))


@pytest.mark.parametrize(
    ("version", "is_affected"),
    [
        ("0.1", True),
        ("1.9.9", True),
        ("2.0rc1", True),
        ("2.0", False),
        ("2.0.post1", False),
        ("3.0", False),
        ("1!0", False),
    ],
)
def test_versions_before_the_fix_are_affected(version, is_affected):
    """`fixed` ends a range before itself, in the order of PEP 440."""
    assert affected(("introduced", "0"), ("fixed", "2.0")).has(version) is is_affected


@pytest.mark.parametrize(
    ("version", "is_affected"),
    [("0.9", False), ("1.0", True), ("1.5", True), ("1.6", False), ("2.0", True), ("2.2", True), ("2.2.1", False)],
)
def test_ranges_open_and_close_again(version, is_affected):
    """Several turns in one range, in any order, are put in order; `last_affected` belongs to the range."""
    events = [("last_affected", "2.2"), ("introduced", "1.0"), ("introduced", "2.0"), ("fixed", "1.6")]
    assert affected(*events).has(version) is is_affected


@pytest.mark.parametrize(
    ("one", "version", "is_affected"),
    [
        (affected(versions=["1.0"]), "1.0", True),
        (affected(versions=["1.0"]), "1.0.0", True),
        (affected(versions=["1.0"]), "1.1", False),
        (affected(versions=["odd-1"]), "odd-1", True),
        (affected(versions=["odd-1"]), "1.0", False),
        (affected(("introduced", "0"), ("fixed", "abc123"), kind="GIT"), "1.0", False),
        (affected(("introduced", "0")), "99", True),
        (affected(("introduced", "0")), "odd-1", False),
        (affected(("introduced", "odd"), ("fixed", "2")), "1", False),
        (affected(("introduced", "0"), ("limit", "2")), "1", True),
        (affected(("introduced", "0"), ("limit", "*")), "1", True),
        (affected(), "1", False),
    ],
)
def test_versions_are_listed_or_lie_in_a_range(one, version, is_affected):
    """Single versions count as they are written and as they compare; commits say nothing about versions."""
    assert one.has(version) is is_affected


@pytest.mark.parametrize(("ecosystem", "counts"), [("PyPI", True), ("PyPI:x", True), ("npm", False), ("", False)])
def test_other_ecosystems_do_not_count(ecosystem, counts):
    """A package of the same name elsewhere is another."""
    assert Affected(Subject("Some_Thing", ecosystem)).is_about("some-thing") is counts


def test_a_vulnerable_version_is_told_with_its_mend(tmp_path):
    """The finding names the package, the CVE first, and the version that mends it."""
    advisory(tmp_path, "thing", summary="runs anything")
    (finding,) = found(tmp_path, "numpy==1.0\nThing==1.5\n")
    assert (finding.id, finding.severity, finding.line) == ("advisories.vulnerable", "review", 2)
    assert finding.evidence == "Thing 1.5: CVE-2026-1 PYSEC-2026-1, mended in 2.0: runs anything"


def test_a_mended_version_is_well(tmp_path):
    """Nothing is said of a version that holds."""
    advisory(tmp_path, "thing")
    assert ids(tmp_path, "thing==2.0\n") == []


def test_the_same_weakness_is_told_once(tmp_path):
    """Two advisories with a common alias are one weakness."""
    advisory(tmp_path, "thing", "PYSEC-2026-1")
    advisory(tmp_path, "thing", "GHSA-aaaa", aliases=["CVE-2026-1"])
    advisory(tmp_path, "thing", "PYSEC-2026-2", aliases=["CVE-2026-2"])
    assert ids(tmp_path, "thing==1.0\n") == ["advisories.vulnerable"] * 2


def test_malware_is_an_attack(tmp_path):
    """Advisories about malicious packages have ids of their own."""
    advisory(tmp_path, "thing", "MAL-2026-1", aliases=[])
    (finding,) = found(tmp_path, "thing==1.0\n")
    assert (finding.id, finding.severity) == ("advisories.malicious", "attack")


def test_withdrawn_advisories_do_not_count(tmp_path):
    """What was taken back is not held against anybody."""
    advisory(tmp_path, "thing", withdrawn="2026-10-01T00:00:00Z")
    assert ids(tmp_path, "thing==1.0\n") == []


def test_nothing_given_is_never_green():
    """Without a folder, a finding says that nothing was checked."""
    (finding,) = advisory_findings(asked("thing==1\n").packages, None, "requirements.txt", NOW)
    assert (finding.id, finding.severity, finding.path) == ("advisories.not-checked", "unread", "requirements.txt")


def test_an_empty_folder_is_never_green(tmp_path):
    """A folder without advisories checks nothing."""
    (tmp_path / "README.md").write_text("modified: 2026-11-01")
    assert ids(tmp_path, "thing==1.0\n") == ["advisories.not-checked"]


@pytest.mark.parametrize(("day", "days", "old"), [(1, 30, False), (1, 9, False), (1, 8, True)])
def test_old_advisories_are_told(tmp_path, day, days, old):
    """The newest of all advisories, about whatever package, says how old the folder is."""
    advisory(tmp_path, "other", modified=f"2026-11-{day:02}T00:00:00Z")
    advisory(tmp_path, "thing", modified="2020-01-01T00:00:00Z")
    assert ("advisories.old" in ids(tmp_path, "thing==3.0\n", days=days)) is old


def test_an_old_folder_says_from_when(tmp_path):
    """A person sees the date, and still what is known."""
    advisory(tmp_path, "thing", modified="2020-01-02T00:00:00Z")
    old, known = found(tmp_path, "thing==1.0\n")
    assert (old.id, old.severity, known.id) == ("advisories.old", "unread", "advisories.vulnerable")
    assert "is of 2020-01-02" in old.evidence


def test_ranges_cannot_be_checked(tmp_path):
    """Where no version is known and advisories are, this is said; where none are, nothing."""
    advisory(tmp_path, "thing")
    (finding,) = found(tmp_path, "thing>=1\nnumpy\n")
    assert (finding.id, finding.severity, finding.line) == ("advisories.no-version", "unread", 1)


def test_the_databases_own_form_is_read(tmp_path):
    """Plain YAML with dates that are no texts, as the PyPA database has them, and JSON as osv.dev gives it."""
    (tmp_path / "a.yaml").write_text(
        "id: PYSEC-2026-1\nmodified: 2026-11-01T00:00:00Z\naliases:\n- CVE-2026-1\naffected:\n- package:\n"
        "    name: thing\n    ecosystem: PyPI\n  ranges:\n  - type: GIT\n    repo: x\n    events:\n"
        "    - introduced: '0'\n"
        "    - fixed: abc\n  - type: ECOSYSTEM\n    events:\n    - introduced: '0'\n"
        "    - fixed: 2.0.1\n  versions:\n  - 1.0.1\n"
    )
    made = json.loads(advisory(tmp_path, "other").read_text())
    (tmp_path / "b.json").write_text(json.dumps(made, indent=2))
    assert ids(tmp_path, "thing==2.0.0\nother==1.0\n") == ["advisories.vulnerable"] * 2


@pytest.mark.parametrize(
    "text", ["{name: thing", "name: thing\n- x", "affected: 3\nname: thing", "a: &a [name: thing, *b]"]
)
def test_a_broken_advisory_is_told(tmp_path, text):
    """An advisory about a package that cannot be read leaves that package unchecked."""
    advisory(tmp_path, "other")
    (tmp_path / "x.yaml").write_text(text)
    (finding,) = found(tmp_path, "thing==1.0\n")
    assert (finding.id, finding.severity) == ("advisories.bad-file", "unread")


def test_a_missing_folder_is_a_mistake(tmp_path):
    """A wrong path is the user's mistake, not a clean verdict."""
    with pytest.raises(Mistake, match="no such folder of advisories"):
        read_advisories(str(tmp_path / "gone"), {"thing"})


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["introduced", "fixed", "last_affected", "limit"]), max_size=6), st.data())
def test_any_turns_give_an_answer(names, data):
    """Events of any kind and order say whether a version is affected."""
    versions = st.sampled_from(["0", "1", "1.5", "2", "x", "*", ""])
    events = [(name, data.draw(versions)) for name in names]
    assert affected(*events).has("1.5") in (True, False)


def stand_in(tmp_path, text, code=0, error=""):
    """A program that answers as pip-audit does."""
    path = tmp_path / "stand_in.py"
    path.write_text(
        f"import sys\nsys.stdout.write({text!r})\nsys.stderr.write({error!r})\n"
        "open(sys.argv[0] + '.asked', 'w').write(open(sys.argv[sys.argv.index('--requirement') + 1]).read())\n"
        f"sys.exit({code})\n"
    )
    return (sys.executable, str(path))


ANSWER = json.dumps(
    {
        "dependencies": [
            {
                "name": "thing",
                "version": "1.0",
                "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.0"], "aliases": ["CVE-1"]}],
            },
            {"name": "numpy", "skip_reason": "not found"},
            {"name": "stranger", "version": "1", "vulns": [{"id": "X"}]},
        ],
        "fixes": [],
    }
)


def test_pip_audit_is_asked_for_exact_versions(tmp_path):
    """Names with versions go out, nothing else; what comes back stands at its line."""
    packages = asked("Thing==1.0\nnumpy==2.0\npandas>=1\n./own-1.0.tar.gz\n").packages
    vulnerable, skipped = online_findings(packages, stand_in(tmp_path, ANSWER, 1))
    assert (tmp_path / "stand_in.py.asked").read_text() == "thing==1.0\nnumpy==2.0\n"
    assert (vulnerable.id, vulnerable.line) == ("advisories.vulnerable", 1)
    assert vulnerable.evidence == "Thing 1.0: PYSEC-1 CVE-1, mended in 2.0"
    assert (skipped.id, skipped.severity) == ("advisories.no-version", "unread")


@pytest.mark.parametrize(
    ("text", "code", "error", "said"),
    [
        ("", 2, "no network\n", "no network"),
        ("", 0, "", "gave no answer"),
        ("{}", 0, "", "gave no answer"),
        ("not json", 1, "boom", "boom"),
    ],
)
def test_a_failed_look_up_is_no_clean_answer(tmp_path, text, code, error, said):
    """When pip-audit cannot answer, this is told and nothing is green."""
    with pytest.raises(CannotRun, match=said):
        list(online_findings(asked("thing==1.0\n").packages, stand_in(tmp_path, text, code, error)))


def test_a_program_that_is_not_there_is_told(tmp_path):
    """A command that cannot be started is told in one sentence."""
    with pytest.raises(CannotRun, match="could not be run"):
        list(online_findings(asked("thing==1.0\n").packages, (str(tmp_path / "gone"),)))


def test_nothing_to_ask_asks_nobody(tmp_path):
    """Without an exact version no program is started."""
    assert list(online_findings(asked("thing\n").packages, (str(tmp_path / "gone"),))) == []
