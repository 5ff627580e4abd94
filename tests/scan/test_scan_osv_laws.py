"""Ranges of advisories by their laws, folders of advisories, and what a looker-up on the network may answer."""

import json
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.dependencies import advisory, asked
from packaging.version import Version

from seatrial.core.errors import CannotRun
from seatrial.scan.packages.advisories import MOST_BYTES, advisory_findings, read_advisories
from seatrial.scan.packages.online import online_findings
from seatrial.scan.packages.osv import Advisory, Affected, Event, Range, Subject

NOW = datetime(2026, 11, 10, tzinfo=UTC)
NUMBERS = st.integers(1, 30)


def affected(*events, kind="ECOSYSTEM", name="thing"):
    """What an advisory affects, by its events as pairs."""
    return Affected(Subject(name, "PyPI"), [Range(kind, [Event(**{turn: text}) for turn, text in events])])


def told(folder, text, **options):
    """Id and evidence of what a folder says of a requirements file."""
    packages = asked(text).packages
    found = read_advisories(str(folder), {each.key for each in packages})
    return [(each.id, each.evidence) for each in advisory_findings(packages, found, "r.txt", NOW, **options)]


@pytest.mark.parametrize(
    ("events", "inside", "outside"),
    [
        ([("introduced", "1")], ["1", "1.0", "1.0.post1", "2"], ["0.9", "1.dev1", "1rc1"]),
        ([("introduced", "0"), ("fixed", "1")], ["0", "0.dev0", "0.9", "1rc1"], ["1", "1.0.0", "1+local"]),
        ([("introduced", "0"), ("last_affected", "1")], ["0.9", "1", "1.0"], ["1.0.1", "1.post1", "2"]),
        ([("introduced", "0"), ("limit", "1")], ["0.9"], ["1", "2"]),
        ([("introduced", "0"), ("limit", "*")], ["99"], []),
        ([("fixed", "1")], [], ["0.9", "1", "2"]),
        ([("last_affected", "1")], [], ["0.9", "1"]),
        ([("introduced", "1"), ("fixed", "1")], [], ["0.9", "1", "2"]),
        ([("introduced", "1"), ("last_affected", "1")], ["1", "1.0"], ["0.9", "1.1"]),
        ([("introduced", "0"), ("fixed", "1"), ("introduced", "2"), ("fixed", "3")], ["0.5", "2"], ["1", "1.9", "3"]),
        ([("introduced", "1!0")], ["1!0", "1!2"], ["99"]),
        ([("introduced", "0"), ("fixed", "odd")], ["5"], []),
    ],
)
def test_ranges_hold_what_they_say(events, inside, outside):
    """Each turn's own version belongs to the side that the format gives it."""
    one = affected(*events)
    assert [text for text in inside if not one.has(text)] == []
    assert [text for text in outside if one.has(text)] == []


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_closed_range_is_the_half_open_interval(start, end, version):
    """From `introduced` to before `fixed`, and nothing when the end comes first."""
    one = affected(("introduced", str(start)), ("fixed", str(end)))
    assert one.has(str(version)) is (start <= version < end if start < end else version >= start and start > end)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_the_last_affected_version_belongs_to_the_range(start, more, version):
    """`last_affected` closes after itself, where `fixed` closes before."""
    one = affected(("introduced", str(start)), ("last_affected", str(start + more)))
    assert one.has(str(version)) is (start <= version <= start + more)


@given(st.lists(st.tuples(st.sampled_from(["introduced", "fixed", "last_affected"]), NUMBERS), max_size=6), st.data())
def test_the_order_of_events_does_not_matter(events, data):
    """Turns are put in order by their versions, however they were written down."""
    written = [(name, str(number)) for name, number in events]
    version = str(data.draw(NUMBERS))
    assert affected(*written).has(version) is affected(*data.draw(st.permutations(written))).has(version)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_two_ranges_are_either(one, other, version):
    """A version is affected when any range holds it."""
    ranges = [affected(("introduced", str(each)), ("fixed", str(each + 3))).ranges[0] for each in (one, other)]
    both = Affected(Subject("thing", "PyPI"), ranges)
    assert both.has(str(version)) is any(each <= version < each + 3 for each in (one, other))


@pytest.mark.parametrize(("kind", "counts"), [("ECOSYSTEM", True), ("SEMVER", True), ("GIT", False), ("", False)])
def test_only_ranges_of_versions_count(kind, counts):
    """Commits and unknown kinds say nothing of versions, and mend nothing."""
    one = affected(("introduced", "0"), ("fixed", "2"), kind=kind)
    assert (one.has("1"), list(one.fixes())) == (counts, ["2"] if counts else [])


@pytest.mark.parametrize(
    ("number", "aliases", "names"),
    [
        ("PYSEC-1", [], ("PYSEC-1",)),
        ("PYSEC-1", ["GHSA-a", "CVE-1"], ("CVE-1", "GHSA-a", "PYSEC-1")),
        ("CVE-1", ["CVE-1"], ("CVE-1",)),
        ("GHSA-a", ["PYSEC-1"], ("GHSA-a", "PYSEC-1")),
    ],
)
def test_names_begin_with_the_one_that_is_known_best(number, aliases, names):
    """CVE numbers come first, the others in order, each once."""
    assert Advisory(id=number, aliases=aliases).names == names


def test_fixes_rise_as_versions_do():
    """`10.0` is later than `9.0`; what is no version comes first; other packages' do not count."""
    ones = [affected(("introduced", "0"), ("fixed", text)) for text in ("10.0", "9.0", "odd", "9.0")]
    other = affected(("introduced", "0"), ("fixed", "1.0"), name="other")
    assert Advisory(affected=[*ones, other]).fixes("thing") == ("odd", "9.0", "10.0")


@pytest.mark.parametrize("subject", [None, Subject(), Subject("thing", "Maven"), Subject("things", "PyPI")])
def test_what_is_about_another_package_does_not_affect(subject):
    """A range counts for its own package of this index alone."""
    one = Affected(subject, [Range("ECOSYSTEM", [Event(introduced="0")])])
    assert not Advisory(affected=[one]).affects("thing", "1.0")


@pytest.mark.parametrize(
    ("fields", "evidence"),
    [
        ({}, "thing 1.0: CVE-2026-1 PYSEC-2026-1, mended in 2.0"),
        ({"summary": "reads files"}, "thing 1.0: CVE-2026-1 PYSEC-2026-1, mended in 2.0: reads files"),
        ({"aliases": []}, "thing 1.0: PYSEC-2026-1, mended in 2.0"),
        ({"id": "MAL-1", "aliases": [], "summary": "steals"}, "thing 1.0: MAL-1: steals"),
    ],
)
def test_evidence_says_who_what_and_where_it_is_mended(tmp_path, fields, evidence):
    """Package, names, mend and summary stand in this order; malware is not mended by a version."""
    advisory(tmp_path, "thing", **fields)
    assert [said for _, said in told(tmp_path, "thing==1.0\n")] == [evidence]


def test_what_no_version_mends_is_said(tmp_path):
    """A person need not look for an upgrade that is not there."""
    turns = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]
    advisory(tmp_path, "thing", affected=[{"package": {"name": "thing", "ecosystem": "PyPI"}, "ranges": turns}])
    assert told(tmp_path, "thing==1.0\n")[0][1].endswith(", not mended by any version")


def test_without_a_version_the_first_three_are_named(tmp_path):
    """A range with many advisories says how many, and names a few."""
    for number in range(5):
        advisory(tmp_path, "thing", f"PYSEC-{number}", aliases=[])
    ((name, evidence),) = told(tmp_path, "thing>=1\n")
    assert (name, evidence) == ("advisories.no-version", "thing>=1: 5 known, PYSEC-0, PYSEC-1, PYSEC-2 first")


@pytest.mark.parametrize(("hours", "old"), [(0, False), (24 * 30, False), (24 * 30 + 1, True)])
def test_age_is_counted_to_the_hour(tmp_path, hours, old):
    """Thirty days are not old, one hour more is."""
    advisory(tmp_path, "thing")
    found = read_advisories(str(tmp_path), {"thing"})
    now = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=hours)
    assert [each.id for each in advisory_findings([], found, "r.txt", now)] == ["advisories.old"] * old


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a.yml", "deep/er/a.json"])
def test_advisories_are_found_at_any_depth(tmp_path, name):
    """Each suffix of the format counts, in any folder."""
    path = tmp_path / "db" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(advisory(tmp_path / "made", "thing").read_bytes())
    assert [each for each, _ in told(tmp_path / "db", "thing==1.0\n")] == ["advisories.vulnerable"]


@pytest.mark.parametrize("name", ["a.txt", "a.json.bak", "yaml"])
def test_other_files_of_the_folder_are_left(tmp_path, name):
    """What is no advisory by its suffix is not opened, and counts for no age."""
    (tmp_path / name).write_bytes(advisory(tmp_path / "made", "thing").read_bytes())
    (tmp_path / "made" / "vulns" / "thing" / "PYSEC-2026-1.yaml").unlink()
    assert read_advisories(str(tmp_path), {"thing"}).newest is None


def test_folders_and_broken_links_among_advisories_are_passed_over(tmp_path):
    """A folder that is called like a file, and a link to nothing, are no errors."""
    advisory(tmp_path, "thing")
    (tmp_path / "x.json").mkdir()
    (tmp_path / "y.json").symlink_to(tmp_path / "gone")
    assert [each for each, _ in told(tmp_path, "thing==1.0\n")] == ["advisories.vulnerable"]


def test_an_advisory_that_is_too_long_is_told(tmp_path):
    """What is cut cannot be read, so its package is unchecked and never clean."""
    path = advisory(tmp_path, "thing", details="x" * MOST_BYTES)
    assert told(tmp_path, "thing==1.0\n") == [("advisories.bad-file", path.name)]


@pytest.mark.parametrize("text", ["b: !!python/object/apply:os.system [id]\nname: thing", "name: thing\n\0"])
def test_yaml_that_would_make_objects_is_unreadable(tmp_path, text):
    """Advisories are data: nothing in them is called."""
    advisory(tmp_path, "other")
    (tmp_path / "x.yaml").write_text(text)
    assert [each for each, _ in told(tmp_path, "thing==1.0\n")] == ["advisories.bad-file"]


def test_one_advisory_about_two_packages_stands_at_both(tmp_path):
    """Each package that is named gets its own finding."""
    subjects = [{"package": {"name": name, "ecosystem": "PyPI"}, "versions": ["1.0"]} for name in ("Thing", "o_ther")]
    advisory(tmp_path, "thing", affected=subjects)
    assert [said.split()[0] for _, said in told(tmp_path, "thing==1.0\nO.ther==1.0\nthird==1.0\n")] == [
        "thing",
        "O.ther",
    ]


@settings(max_examples=30)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=6, unique=True), st.integers(0, 9))
def test_listed_versions_are_affected_and_no_others(tmp_path_factory, listed, asked_for):
    """What a folder says of a version is what its list says."""
    folder = tmp_path_factory.mktemp("db")
    subject = {"package": {"name": "thing", "ecosystem": "PyPI"}, "versions": [f"1.{each}" for each in listed]}
    advisory(folder, "thing", affected=[subject])
    assert bool(told(folder, f"thing==1.{asked_for}\n")) is (asked_for in listed)


def answered(tmp_path, text, packages):
    """Id and evidence of what comes of an answer of pip-audit's."""
    path = tmp_path / "stand_in.py"
    path.write_text(f"import sys\nsys.stdout.write({text!r})\n")
    found = online_findings(asked(packages).packages, (sys.executable, str(path)))
    return [(each.id, each.evidence) for each in found]


@pytest.mark.parametrize(
    ("vulnerability", "evidence"),
    [
        ({"id": "PYSEC-1"}, "thing 1.0: PYSEC-1"),
        ({"id": "PYSEC-1", "aliases": ["PYSEC-1", "CVE-1"]}, "thing 1.0: PYSEC-1 CVE-1"),
        ({"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]}, "thing 1.0: PYSEC-1, mended in 1.1, 2.0"),
    ],
)
def test_answers_from_the_network_are_told_in_our_words(tmp_path, vulnerability, evidence):
    """Names stand once each, and the mends behind them."""
    text = json.dumps({"dependencies": [{"name": "Thing", "version": "1.0", "vulns": [vulnerability]}]})
    assert answered(tmp_path, text, "thing==1.0\n") == [("advisories.vulnerable", evidence)]


def test_two_versions_of_one_name_are_told_apart(tmp_path):
    """A lock for two platforms has both; each answer stands at its own."""
    dependencies = [{"name": "thing", "version": "2.0", "vulns": [{"id": "X"}]}]
    found = answered(tmp_path, json.dumps({"dependencies": dependencies}), "thing==1.0\nthing==2.0\n")
    assert found == [("advisories.vulnerable", "thing 2.0: X")]


@pytest.mark.parametrize("text", ['{"dependencies": 3}', '{"dependencies": [{}]}', "[]", '{"dependencies": ['])
def test_answers_of_another_shape_are_refused(tmp_path, text):
    """What is not understood is no clean answer."""
    with pytest.raises(CannotRun, match="gave no answer"):
        answered(tmp_path, text, "thing==1.0\n")


def test_silence_names_the_exit_code(tmp_path):
    """A program that fails without a word is told by its code."""
    path = tmp_path / "stand_in.py"
    path.write_text("import sys\nsys.exit(7)\n")
    with pytest.raises(CannotRun, match="pip-audit failed: exit code 7"):
        list(online_findings(asked("thing==1.0\n").packages, (sys.executable, str(path))))


@given(st.lists(st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}", fullmatch=True), max_size=5))
def test_fixes_are_sorted_and_different(texts):
    """However fixes are written down, they come in rising order and each text once."""
    found = Advisory(affected=[affected(("fixed", text)) for text in texts]).fixes("thing")
    assert sorted(found) == sorted(set(texts))
    assert [Version(each) for each in found] == sorted(map(Version, found))
