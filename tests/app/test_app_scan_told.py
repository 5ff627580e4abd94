"""What loading files would do, line by line; lines for the allow-list; lists of packages."""

import pickle
import zipfile
from pathlib import Path

import pytest
from app_support import put, refused
from scan_support import ATTACK, HONEST, OWN, advisories, put_bytes

from seatrial.app.scan_explain import _LEGEND, MOST, explained, proposed
from seatrial.app.scan_listings import listed, packages_of, versions_of
from seatrial.core.errors import MissingExtra, Mistake
from seatrial.scan.baseline_reading import load_allowances

HASH = f"--hash=sha256:{'a' * 64}"
OTHER = OWN.replace(b"\x07my.code\x94\x8c\x06Ranker", b"\x07my.code\x94\x8c\x06Zanker")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(*paths: str, allow: str | None = None) -> list[str]:
    """The lines without the legend."""
    return [line for line in explained(paths, allow) if line not in _LEGEND]


@pytest.mark.parametrize(
    ("data", "verdict", "mark", "call"),
    [
        (ATTACK, "attack", "ATTACK", "system"),
        (OWN, "review", "REVIEW", "my.code.Ranker"),
        (HONEST, "clean", "", "OrderedDict"),
    ],
)
def test_each_call_has_its_mark(here: Path, data: bytes, verdict: str, mark: str, call: str) -> None:
    """The file's verdict and format first, then the call behind its mark and its byte."""
    put_bytes(here, a_pkl=data)
    first, second, *_ = told("a.pkl")
    assert first == f"a.pkl: {verdict}, pickle"
    assert second[2:8].strip() == mark
    assert second[8:19].strip().isdigit()
    assert call in second


def test_a_pickle_that_calls_nothing(here: Path) -> None:
    """Plain values need no code; then there is no legend either."""
    put_bytes(here, a_pkl=pickle.dumps([1, "two", {"three": 4.0}], 4))
    assert list(explained(["a.pkl"])) == ["a.pkl: clean, pickle", "    loading it calls nothing"]


def test_the_legend_stands_once_at_the_end(here: Path) -> None:
    """However many files make calls, and only when one does."""
    put_bytes(here, a_pkl=ATTACK, b_pkl=OWN, c_pkl=HONEST)
    lines = list(explained(["a.pkl", "b.pkl", "c.pkl"]))
    assert lines[-len(_LEGEND) - 1 :] == ["", *_LEGEND]
    assert sum(line in _LEGEND for line in lines) == len(_LEGEND)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"just words", "no pickle in it, and nothing else that loading it would call"),
        ("a.safetensors", b"\x02\x00\x00\x00\x00\x00\x00\x00{}", "no pickle in it"),
        ("a.bin", b"", ""),
    ],
)
def test_files_without_a_pickle(here: Path, name: str, data: bytes, said: str) -> None:
    """They are told with what else was found, or that nothing was."""
    (here / name).write_bytes(data)
    lines = told(name)
    assert lines[0].startswith(f"{name}: ")
    assert said in "\n".join(lines[1:])


def test_parts_of_an_archive_have_their_names(here: Path) -> None:
    """Each pickle inside is told under its way to it."""
    with zipfile.ZipFile(here / "m.zip", "w") as archive:
        archive.writestr("in/a.pkl", ATTACK)
        archive.writestr("in/b.pkl", HONEST)
    lines = told("m.zip")
    assert lines[0].startswith("m.zip: attack, zip")
    members = [line.strip() for line in lines if line.strip().startswith("in/")]
    assert members == ["in/a.pkl", "in/b.pkl"]


def test_more_calls_than_anybody_reads(here: Path) -> None:
    """The first ten thousand are shown, the others counted."""
    call = b"cmy.code\nRanker\n(tR0"
    put_bytes(here, a_pkl=call * (MOST + 3) + b"N.")
    lines = told("a.pkl")
    assert len(lines) == MOST + 3
    assert lines[-2:] == ["    and 3 more calls", ""]


def test_names_draw_nothing_on_the_terminal(here: Path) -> None:
    """Control characters of paths are shown as what they are."""
    (here / "a\x1b[31m\n.pkl").write_bytes(ATTACK)
    lines = told(".")
    assert not any(sign in line for line in lines for sign in "\x1b\n")


@pytest.mark.parametrize("call", [explained, proposed])
def test_files_that_are_not_there(here: Path, call: object) -> None:
    """Told by name, as everywhere."""
    assert "none.pkl" in refused(lambda: list(call(["none.pkl"])))  # type: ignore[operator]


@pytest.mark.parametrize("call", [explained, proposed])
def test_a_broken_allow_list_ends_it(here: Path, call: object) -> None:
    """Whether it is named or lies there."""
    put_bytes(here, a_pkl=HONEST)
    put(here, "[[alow]]\n", "seatrial-allow.toml")
    assert "seatrial-allow.toml:1" in refused(lambda: list(call(["a.pkl"])))  # type: ignore[operator]
    (here / "seatrial-allow.toml").rename(here / "mine.toml")
    assert "mine.toml:1" in refused(lambda: list(call(["a.pkl"], "mine.toml")))  # type: ignore[operator]


def test_what_is_allowed_is_no_review(here: Path) -> None:
    """A name of the allow-list is called without a mark."""
    put_bytes(here, a_pkl=OWN)
    put(here, '[[allow]]\nglobal = "my.code.Ranker"\nreason = "r"\nexpires = 2999-01-01\n', "seatrial-allow.toml")
    first, second, *_ = told("a.pkl")
    assert first == "a.pkl: clean, pickle"
    assert second[2:8] == "      "


def test_a_proposal_can_be_read_back(here: Path) -> None:
    """The lines are an allow-list of the names that are unknown, each once, under which the files are clean."""
    put_bytes(here, a_pkl=OWN, b_pkl=OWN, c_pkl=OTHER)
    made = proposed(["a.pkl", "b.pkl", "c.pkl"])
    assert made.attacks == ()
    path = put(here, made.lines.replace('reason = ""', 'reason = "ours"'), "mine.toml")
    assert load_allowances(str(path)).globals == {"my.code.Ranker", "my.code.Zanker"}
    assert [line for line in told("a.pkl", "c.pkl", allow="mine.toml") if "clean" in line] == [
        "a.pkl: clean, pickle",
        "c.pkl: clean, pickle",
    ]


def test_of_an_attack_nothing_is_proposed(here: Path) -> None:
    """Its other names are there to look honest; the file is named."""
    put_bytes(here, a_pkl=OWN[:-1] + b"0" + ATTACK, b_pkl=OTHER)
    made = proposed(["a.pkl", "b.pkl"])
    assert made.attacks == ("a.pkl",)
    assert "Ranker" not in made.lines
    assert "my.code.Zanker" in made.lines


@pytest.mark.parametrize("data", [HONEST, b"just words", pickle.dumps(1)])
def test_where_nothing_is_unknown_nothing_is_proposed(here: Path, data: bytes) -> None:
    """Neither lines nor attacks."""
    put_bytes(here, a_pkl=data)
    assert proposed(["a.pkl"]) == ("", ())


def test_what_is_allowed_already_is_not_proposed(here: Path) -> None:
    """Only what is missing from the allow-list that is there."""
    put_bytes(here, a_pkl=OWN, b_pkl=OTHER)
    put(here, '[[allow]]\nglobal = "my.code.Ranker"\nreason = "r"\nexpires = 2999-01-01\n', "seatrial-allow.toml")
    made = proposed(["."])
    assert "my.code.Zanker" in made.lines
    assert "my.code.Ranker" not in made.lines


LISTS = [
    (f"lodge==1.5 {HASH}\n", {"lodge": "1.5"}),
    ("Lodge_Pole==1.5\n", {"lodge-pole": "1.5"}),
    ("lodge>=1.5\n", {}),
    ("lodge\n", {}),
    ("# nothing\n\n", {}),
    ("lodge==1.5\nother==2\n", {"lodge": "1.5", "other": "2"}),
]


@pytest.mark.parametrize(("text", "found"), LISTS)
def test_locked_versions(here: Path, text: str, found: dict[str, str]) -> None:
    """Only what is pinned to one version has one; names are compared as packages' names are."""
    put(here, text, "requirements.txt")
    assert versions_of(["requirements.txt"]) == found


def test_versions_of_several_lists(here: Path) -> None:
    """The last list that names a package says its version; no list, no version."""
    put(here, "lodge==1\nother==1\n", "a.txt")
    put(here, "lodge==2\n", "b.txt")
    assert versions_of(["a.txt", "b.txt"]) == {"lodge": "2", "other": "1"}
    assert versions_of([]) == {}


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", None])
def test_a_list_that_cannot_be_read_names_nothing(here: Path, data: bytes | None) -> None:
    """It is told of where it is scanned, as unread."""
    if data is not None:
        (here / "requirements.txt").write_bytes(data)
    assert list(packages_of("requirements.txt")) == []
    (scanned,) = listed(["requirements.txt"], None, online=False)
    assert scanned.verdict == "unread"


def test_a_folder_that_is_no_environment(here: Path) -> None:
    """A mistake, wherever it is met."""
    (here / "env").mkdir()
    assert "env" in refused(packages_of, "env")
    assert "env" in refused(lambda: list(listed(["env"], None, online=False)))


def test_advisories_that_are_not_there_are_told_at_once(here: Path) -> None:
    """Before a list is read, and with the folder's name; a file is no folder of advisories."""
    put(here, "", "db")
    for name in ("none", "db"):
        said = refused(lambda name=name: listed([], name, online=False))
        assert said == f"{name}: there is no such folder of advisories"


@pytest.mark.parametrize(
    ("version", "verdict"), [("1.5", "review"), ("1.9.9", "review"), ("2.0", "clean"), ("3", "clean")]
)
def test_versions_are_held_to_advisories(here: Path, version: str, verdict: str) -> None:
    """Known to be vulnerable up to the version that mends it, which is not."""
    put(here, f"lodge=={version} {HASH}\n", "requirements.txt")
    (scanned,) = listed(["requirements.txt"], str(advisories(here / "db")), online=False)
    assert scanned.verdict == verdict


def test_asking_online_needs_its_extra(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pip-audit the sentence says what to install, before a list is read."""
    monkeypatch.setattr("seatrial.app.scan_listings.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match="audit"):
        listed(["none.txt"], None, online=True)
    assert issubclass(MissingExtra, Mistake)
