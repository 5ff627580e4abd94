"""Accepted findings and allowed globals."""

import tomllib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.errors import Mistake
from seatrial.core.finding import Finding, Scanned
from seatrial.scan.baseline import Allowances, propose
from seatrial.scan.baseline_reading import load_allowances

TODAY = date(2026, 11, 21)
HONEST = """# what we looked at
[[allow]]
global = "mypkg.model.Ranker"
reason = "our own class, read by Ada"
expires = 2027-01-01

[[accept]]
id = "requirements.extra-index"
path = "requirements/*.txt"
reason = "our own mirror"
expires = 2027-01-01
"""


def loaded(folder, text, today=TODAY):
    """What a file of acceptances says."""
    path = folder / "seatrial-allow.toml"
    path.write_text(text)
    return load_allowances(str(path), today)


def mistake(folder, text):
    """The mistake that a file is refused with, without its folder."""
    with pytest.raises(Mistake) as caught:
        loaded(folder, text)
    return str(caught.value).replace(f"{folder}/", "")


def finding(id="requirements.extra-index", path="requirements/dev.txt", severity="review", member=None):
    """A finding somewhere."""
    return Finding(id, severity, "x", path, member)


def accept(**fields):
    """An entry that accepts findings."""
    made = {"id": '"a.b"', "path": '"*.pkl"', "reason": '"seen"', "expires": "2027-01-01", **fields}
    return "[[accept]]\n" + "".join(f"{key} = {value}\n" for key, value in made.items() if value is not None)


def test_globals_and_findings_are_read(tmp_path):
    """Both kinds of entries stand in one file, with their lines."""
    read = loaded(tmp_path, HONEST)
    assert read.globals == {"mypkg.model.Ranker"}
    assert [(each.line, each.reason) for each in (*read.allowed, *read.accepted)] == [
        (2, "our own class, read by Ada"),
        (7, "our own mirror"),
    ]


def test_an_accepted_finding_leaves_the_verdict(tmp_path):
    """What is accepted does not count, but is given back with its reason."""
    scanned = Scanned.of(
        "requirements/dev.txt", (finding(), finding("requirements.unpinned", severity="low")), ("x",), 3
    )
    judged = loaded(tmp_path, HONEST).apply(scanned)
    assert (judged.scanned.verdict, judged.scanned.formats, judged.scanned.size) == ("clean", ("x",), 3)
    assert [each.id for each in judged.scanned.findings] == ["requirements.unpinned"]
    assert [(found.id, by.reason) for found, by in judged.accepted] == [("requirements.extra-index", "our own mirror")]


@pytest.mark.parametrize(
    ("entry", "found", "covers"),
    [
        ({}, finding("a.b", "x.pkl"), True),
        ({}, finding("a.b", "models/sub/x.pkl"), True),
        ({}, finding("a.b", "./x.pkl"), True),
        ({}, finding("a.b", "models\\x.pkl"), True),
        ({}, finding("a.c", "x.pkl"), False),
        ({}, finding("a.b", "x.pt"), False),
        ({"id": '"a.*"'}, finding("a.c", "x.pkl"), True),
        ({"path": '"models/*.pkl"'}, finding("a.b", "models/x.pkl"), True),
        ({"path": '"models/*.pkl"'}, finding("a.b", "/srv/models/x.pkl"), True),
        ({"path": '"models/*.pkl"'}, finding("a.b", "other/x.pkl"), False),
        ({"path": '"models/*.pkl"'}, finding("a.b", "othermodels/x.pkl"), False),
        ({"member": '"*/data.pkl"'}, finding("a.b", "x.pkl", member="archive/data.pkl"), True),
        ({"member": '"*/data.pkl"'}, finding("a.b", "x.pkl", member="data.pk"), False),
        ({"member": '"*/data.pkl"'}, finding("a.b", "x.pkl"), False),
        ({}, finding("a.b", "x.pkl", member="archive/data.pkl"), True),
        ({}, finding("A.B", "x.pkl"), False),
    ],
)
def test_entries_cover_what_they_name(tmp_path, entry, found, covers):
    """Ids, paths and members are globs; a path counts from any folder on."""
    judged = loaded(tmp_path, accept(**entry)).apply(Scanned.of(found.path, (found,)))
    assert (judged.scanned.verdict == "clean") is covers


@pytest.mark.parametrize(("day", "counts"), [("2026-11-20", False), ("2026-11-21", True), ("2026-11-22", True)])
def test_an_entry_counts_until_its_day(tmp_path, day, counts):
    """On the day after, it no longer counts and is a finding itself, at its line."""
    read = loaded(tmp_path, "\n" + accept(expires=day))
    judged = read.apply(Scanned.of("x.pkl", (finding("a.b", "x.pkl"),)))
    assert (judged.scanned.verdict == "clean") is counts
    own = [(each.id, each.severity, each.line) for each in read.own_findings()]
    assert own == ([] if counts else [("baseline.expired", "low", 2)])


def test_an_expired_global_is_not_allowed(tmp_path):
    """Globals expire as findings do."""
    read = loaded(tmp_path, HONEST, date(2027, 1, 2))
    assert read.globals == frozenset()
    assert [each.evidence for each in read.own_findings()] == [
        "mypkg.model.Ranker, since 2027-01-01",
        "requirements.extra-index in requirements/*.txt, since 2027-01-01",
    ]


def test_what_nothing_needs_is_told(tmp_path):
    """Given those that were used, the others are notes."""
    read = loaded(tmp_path, accept() + accept(id='"c.d"'))
    assert [each.evidence for each in read.own_findings(read.accepted[:1])] == ["c.d in *.pkl"]
    assert list(read.own_findings(read.accepted)) == []


def test_an_expiry_cannot_be_accepted(tmp_path):
    """The reminder cannot be switched off by what it reminds of."""
    found = finding("baseline.expired", "seatrial-allow.toml", "low")
    judged = loaded(tmp_path, accept(id='"baseline.*"', path='"*.toml"')).apply(Scanned.of(found.path, (found,)))
    assert judged.scanned.findings == (found,)


def test_without_a_file_everything_counts():
    """No acceptances change nothing."""
    scanned = Scanned.of("x", (finding(),))
    assert Allowances().apply(scanned).scanned == scanned
    assert Allowances().globals == frozenset()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[alow]]\n", "seatrial-allow.toml:1: the key `alow` is unknown: did you mean `allow`?"),
        ("\n\nother = 3\n", "seatrial-allow.toml:3: the key `other` is unknown: allowed are allow, accept"),
        ("allow = 3\n", "seatrial-allow.toml:1: write each entry as a table `[[allow]]`"),
        ("[allow]\n", "seatrial-allow.toml:1: write each entry as a table `[[allow]]`"),
        (accept(pth='"x"'), "seatrial-allow.toml:6: accept: the key `pth` is unknown: did you mean `path`?"),
        (accept(path=None), "seatrial-allow.toml:1: accept: `path` is missing"),
        (accept(expires=None), "seatrial-allow.toml:1: accept: `expires` is missing"),
        (accept(reason=None), "seatrial-allow.toml:1: accept: `reason` is missing"),
        (
            accept(reason='" "'),
            "seatrial-allow.toml:4: accept.reason: a reason that says why, and who looked, is expected",
        ),
        (accept(expires='"soon"'), "seatrial-allow.toml:5: accept.expires: a date is expected: 2027-01-31"),
        (accept(expires="3"), "seatrial-allow.toml:5: accept.expires: a date is expected: 2027-01-31"),
        (accept(path="3"), "seatrial-allow.toml:3: accept.path: a text is expected"),
        (accept(path='"*"'), "seatrial-allow.toml:3: accept.path: this would accept everything: name what is accepted"),
        (
            accept(path='"**/*"'),
            "seatrial-allow.toml:3: accept.path: this would accept everything: name what is accepted",
        ),
        (accept(id='"*.*"'), "seatrial-allow.toml:2: accept.id: this would accept everything: name what is accepted"),
        (accept(member="[]"), "seatrial-allow.toml:6: accept.member: a text is expected"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path, text, message):
    """File, line, key, what is wrong and how to mend it, in one sentence."""
    assert mistake(tmp_path, text) == message


@pytest.mark.parametrize("name", ["Ranker", "mypkg.*", "*", "", "my pkg.X", "mypkg.", ".X", "1a.b", "os.system;x"])
def test_only_whole_names_are_allowed(tmp_path, name):
    """A wildcard would allow what nobody looked at."""
    assert "allow.global: " in mistake(tmp_path, HONEST.replace("mypkg.model.Ranker", name))


@pytest.mark.parametrize("id", ["extra-index", "Requirements.Extra", "a b", "a.", ".b"])
def test_ids_are_those_of_findings(tmp_path, id):
    """An id that no finding can have is a slip."""
    assert "accept.id: a finding's id is expected" in mistake(tmp_path, accept(id=f'"{id}"'))


def test_all_mistakes_are_told_at_once(tmp_path):
    """Whoever mends a file sees all that is wrong with it, each at its own entry."""
    lines = mistake(tmp_path, accept() + accept(reason='""') + accept(pth="1", path=None)).splitlines()
    assert [line.split(":")[1] for line in lines] == ["9", "15", "11"]


@pytest.mark.parametrize("text", ["[[allow]\n", "a = \n", "\n\n=", "x = " + "[" * 5000])
def test_broken_toml_is_a_mistake(tmp_path, text):
    """What is no TOML is told, with its line where the parser knows it."""
    assert "it is no valid TOML" in mistake(tmp_path, text)


@pytest.mark.parametrize("what", ["gone", "folder", "latin", "large"])
def test_files_that_cannot_be_read_are_mistakes(tmp_path, what):
    """No acceptances by accident: a file that was named is read or refused."""
    path = tmp_path / "seatrial-allow.toml"
    if what == "folder":
        path.mkdir()
    elif what == "latin":
        path.write_bytes(b"# x\n# caf\xe9\n")
    elif what == "large":
        path.write_bytes(b"#" * (5 << 20))
    with pytest.raises(Mistake, match=r"seatrial-allow\.toml"):
        load_allowances(str(path))


def test_files_of_windows_are_read(tmp_path):
    """A byte order mark and CRLF do no harm."""
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf" + HONEST.replace("\n", "\r\n").encode())
    assert [each.line for each in load_allowances(str(path), TODAY).accepted] == [7]


def test_proposals_are_for_a_person_to_finish(tmp_path):
    """Proposed entries are refused until a person gives the reason."""
    text = propose({"mypkg.model.Ranker": "models/own.pkl", "a.B": ""}, TODAY)
    assert "# found in models/own.pkl\n" in text
    assert [each["global"] for each in tomllib.loads(text)["allow"]] == ["a.B", "mypkg.model.Ranker"]
    assert "a reason that says why" in mistake(tmp_path, text)
    read = loaded(tmp_path, text.replace('reason = ""', 'reason = "seen by Ada"'))
    assert read.globals == {"mypkg.model.Ranker", "a.B"}
    assert {each.expires for each in read.allowed} == {date(2027, 5, 22)}


@settings(max_examples=100)
@given(st.dictionaries(st.text(min_size=1, max_size=30), st.text(max_size=30), max_size=3))
def test_any_proposal_is_toml(names):
    """Whatever a pickle calls its globals, the text is TOML of just those entries."""
    entries = tomllib.loads(propose(names, TODAY)).get("allow", [])
    assert sorted(each["global"] for each in entries) == sorted(names)


@settings(max_examples=100)
@given(st.lists(st.sampled_from([*HONEST.splitlines(), "[[accept]]", "x = 1", "[allow]", "path = 3", '"'])))
def test_any_file_is_read_or_a_mistake(tmp_path_factory, lines):
    """Lines in any order are read, or refused with a sentence."""
    folder = tmp_path_factory.mktemp("a")
    try:
        read = loaded(folder, "\n".join(lines))
    except Mistake as error:
        read = Allowances()
        assert str(error)  # noqa: PT017  either way is right
    assert read.globals <= {"mypkg.model.Ranker"}
