"""A scan from Python: `st.scan`, `st.safe_to_load`, lists of packages, keys, manifests."""

import json
from pathlib import Path
from typing import Any

import pytest
from app_support import put, refused
from scan_support import ATTACK, BUNDLE, HONEST, OWN, advisories, ids, put_bytes

import seatrial as st
from seatrial.core.errors import Mistake, UnsafeFile

PINNED = f"lodge==1.5 --hash=sha256:{'a' * 64}\n"
ALLOW = '[[allow]]\nglobal = "my.code.Ranker"\nreason = "ours"\nexpires = 2999-01-01\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_scan_gives_verdict_counts_and_findings(here: Path) -> None:
    """A caller in Python gets the same as one at a shell, as records."""
    found = st.scan(put_bytes(here / "m", bad_pkl=ATTACK, good_pkl=HONEST))
    assert found.verdict == "attack"
    assert found.counts == {"attack": 1, "review": 0, "unread": 0, "clean": 1}
    assert ids(found) == {"pickle.dangerous-call"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"allows": "x"}, "scan has no option `allows`"),
        ({"jobs": "2"}, "jobs is a whole number from 1 to 64, not `2`"),
        ({"jobs": 0}, "jobs is a whole number from 1 to 64, not `0`"),
        ({"allow": "none.toml"}, "none.toml"),
        ({"manifest": "none.json"}, "none.json"),
        ({"key": "none.pem"}, "none.pem"),
        ({"advisories": "db"}, "advisories are about packages"),
    ],
)
def test_options_of_a_scan_that_are_wrong(here: Path, options: dict[str, Any], said: str) -> None:
    """Each is one sentence, before anything is looked at."""
    put_bytes(here, good_pkl=HONEST)
    assert said in refused(lambda: st.scan("good.pkl", **options))


def test_nothing_to_scan_is_a_mistake() -> None:
    """Neither a path nor a list."""
    assert "nothing to scan" in refused(st.scan)


def test_a_clean_file_is_safe_to_load(here: Path) -> None:
    """A loader goes on, and gets nothing back."""
    put_bytes(here, good_pkl=HONEST)
    st.safe_to_load(here / "good.pkl")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bad.pkl", "verdict is attack: Calls something dangerous when it is loaded: os.system"),
        ("own.pkl", "verdict is review: Needs something that is not on the allow-list: my.code.Ranker"),
        ("cut.pkl", "verdict is unread: Could not be read"),
        ("none.pkl", "verdict is unread: Could not be read: No such file"),
    ],
)
def test_what_is_not_clean_is_not_loaded(here: Path, name: str, said: str) -> None:
    """The sentence names the file, the verdict and its worst reason; its exit code is 1."""
    put_bytes(here, bad_pkl=ATTACK, own_pkl=OWN, cut_pkl=HONEST[:-9])
    with pytest.raises(UnsafeFile, match="was not loaded") as error:
        st.safe_to_load(name)
    assert said in str(error.value)
    assert error.value.exit_code == 1


def test_a_loader_may_allow_its_own_classes(here: Path) -> None:
    """An allow-list that is named counts, and so does the one of the current folder."""
    put_bytes(here, own_pkl=OWN)
    st.safe_to_load("own.pkl", allow=put(here, ALLOW, "mine.toml"))
    put(here, ALLOW, "seatrial-allow.toml")
    st.safe_to_load("own.pkl")


def test_hostile_words_of_a_file_stay_on_one_line(here: Path) -> None:
    """What a loader says of a file moves no cursor and breaks no log."""
    put_bytes(here, x_pkl=b"cos\nsystem\n(V\\u001b[2Ja\\u000ab\ntR.")
    with pytest.raises(UnsafeFile) as error:
        st.safe_to_load("x.pkl")
    assert not set("\x1b\n") & set(str(error.value))


@pytest.mark.parametrize("key", ["requirements", "lock"])
def test_lists_are_held_to_advisories(here: Path, key: str) -> None:
    """A version with a known vulnerability is a review; without advisories the list was not checked."""
    path = put(here, PINNED, "requirements.txt")
    known: dict[str, Any] = {key: path, "advisories": advisories(here / "db")}
    assert ids(st.scan(**known)) == {"advisories.vulnerable"}
    assert ids(st.scan(**{key: [path]})) == {"advisories.not-checked"}


def test_an_environment_is_a_list_of_packages(here: Path) -> None:
    """What is installed is held to advisories as a lock is."""
    info = here / "env" / "lib" / "python3.11" / "site-packages" / "lodge-1.5.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: lodge\nVersion: 1.5\n")
    found = st.scan(environment=here / "env", advisories=advisories(here / "db"))
    assert "advisories.vulnerable" in ids(found)


def test_a_list_and_a_file_of_one_path_are_told_once(here: Path) -> None:
    """A folder that holds the lock, and the lock: one file with the findings of both."""
    put(here, PINNED, "m/requirements.txt")
    found = st.scan("m", requirements="./m/requirements.txt")
    assert [Path(each.path).name for each in found.files] == ["requirements.txt"]
    assert "advisories.not-checked" in ids(found)


def test_loaders_are_held_to_the_lock(here: Path) -> None:
    """A file that is only safe with a recent loader is a review when the lock has an old one."""
    put_bytes(here, good_pkl=HONEST)
    old = put(here, "joblib==0.13\n", "requirements.txt")
    notes = {each.id for each in st.scan("good.pkl").findings}
    assert notes <= {"loader.unknown-version"}
    assert "loader.too-old" in ids(st.scan("good.pkl", requirements=old)) or not notes


def stub_of_pip_audit(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A program in the place of pip-audit."""
    put(folder, body, "stub/pip_audit/__main__.py")
    put(folder, "", "stub/pip_audit/__init__.py")
    monkeypatch.syspath_prepend(str(folder / "stub"))
    monkeypatch.setenv("PYTHONPATH", str(folder / "stub"))


def online(here: Path) -> Any:
    """A scan of one list that asks pip-audit."""
    from seatrial.app.scanning import ScanPlan, inspect

    return inspect(ScanPlan(listings=(str(put(here, PINNED, "requirements.txt")),), online=True))


def test_who_asks_online_has_checked(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pip-audit knows is a finding; that no folder of advisories was given is none then."""
    answer = {"dependencies": [{"name": "lodge", "version": "1.5", "vulns": [{"id": "PYSEC-9"}]}]}
    stub_of_pip_audit(here, monkeypatch, f"import sys\nprint({json.dumps(json.dumps(answer))})\nsys.exit(1)\n")
    found = online(here)
    assert ids(found) == {"advisories.vulnerable"}
    assert "PYSEC-9" in found.findings[0].evidence
    assert len(found.files) == 1


def test_no_network_is_not_checked(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When pip-audit fails the rest is still told, and the list was not checked."""
    stub_of_pip_audit(here, monkeypatch, "import sys\nsys.exit('no route to host')\n")
    found = online(here)
    assert found.verdict == "unread"
    assert any("no route to host" in each.evidence for each in found.findings)


def test_a_key_needs_something_signed(here: Path) -> None:
    """Whoever can change a model can take its signature away: that is a review, and a bad key a mistake."""
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    ec = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ec")
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    put_bytes(here, good_pkl=HONEST, key_pem=public.public_bytes(serialization.Encoding.PEM, form), no_pem=b"x")
    assert ids(st.scan("good.pkl", key="key.pem")) == {"signature.missing"}
    with pytest.raises(Mistake, match="no public key"):
        st.scan("good.pkl", key="no.pem")


@pytest.mark.parametrize(("place", "found"), [("", {"signature.not-checked"}), ("below", set())])
def test_signatures_are_looked_for_beside_a_file(here: Path, place: str, found: set[str]) -> None:
    """Beside a file that was named, and not in all folders below its own."""
    put_bytes(here, good_pkl=HONEST)
    put_bytes(here / place, model_sig=BUNDLE)
    notes = {each.id for each in st.scan("good.pkl").findings if each.id.startswith("signature")}
    assert notes == found


def test_signatures_of_a_folder_are_found_once(here: Path) -> None:
    """However many files and folders there are."""
    put_bytes(here / "m" / "sub", good_pkl=HONEST, other_pkl=HONEST)
    put_bytes(here / "m", model_sig=BUNDLE, good_pkl=HONEST)
    assert [each.id for each in st.scan("m").findings].count("signature.not-checked") == 1


def test_folders_are_no_entries_of_a_manifest(here: Path) -> None:
    """An environment, and a path that is not there, are not told to have been added."""
    from seatrial.app.scan_files import record_manifest

    put_bytes(here / "m", good_pkl=HONEST)
    record_manifest(st.scan("m"), "m.json")
    (here / "env" / "lib" / "python3.11" / "site-packages" / "a-1.dist-info").mkdir(parents=True)
    found = st.scan("m", "none.pkl", manifest="m.json", environment="env")
    assert not any(each.id.startswith("integrity") for each in found.findings)
