"""`seatrial keys` at the terminal."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from gateway_support import config

from seatrial.app.keys import row
from seatrial.cli.ending import ended
from seatrial.cli.keys import keys_command
from seatrial.core.errors import Mistake
from seatrial.gateway.admin.audit import read_acts
from seatrial.gateway.config import Terms
from seatrial.gateway.keys.key import Hasher, KeyRecord
from seatrial.gateway.keys.ring import Ring
from seatrial.gateway.keys.server_secret import server_secret
from seatrial.gateway.keys.store import KeyStore

KEY = re.compile(r"sk-st-[a-z0-9]{8}-[a-z0-9]{40}\n")
TERMS = ("--rpm", "600", "--tpm", "200k", "--budget", "200 USD/month", "--concurrency", "8", "--priority", "high")
WHO = ("--project", "support", "--env", "staging", "--name", "the app", "--models", "support")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file, where the command is run."""
    (tmp_path / "seatrial.yaml").write_text(config("http://127.0.0.1:9"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def keys(*arguments: str) -> Result:
    """Run `seatrial keys`."""
    return CliRunner().invoke(keys_command, arguments)


def ring(folder: Path) -> Ring:
    """What a gateway would know now."""
    store = folder / ".seatrial"
    hasher = Hasher(server_secret(store))
    with KeyStore(store, hasher) as opened:
        return Ring(hasher, opened.entrances())


def test_a_key_is_created_with_all_that_was_said(folder: Path) -> None:
    """Stdout holds the key alone, so that a script can take it; it opens for what was said."""
    made = keys("create", *WHO, *TERMS, "--expires", "90d", "--allow-ip", "10.0.0.0/8", "--allow-ip", "::1")
    assert KEY.fullmatch(made.stdout)
    holder = ring(folder).find(made.stdout.strip().encode())
    assert holder is not None
    assert holder.terms == Terms(rpm=600, tpm=200_000, concurrency=8, budget="200 USD/month", priority="high")
    assert (holder.project, holder.environment, holder.models) == ("support", "staging", frozenset({"support"}))
    assert list(map(str, holder.networks or ())) == ["10.0.0.0/8", "::1/128"]


def test_keys_are_listed_without_what_they_open_with(folder: Path) -> None:
    """The table and the JSON name each key by what may be known of it."""
    made = keys("create", *WHO, *TERMS).stdout.strip()
    keys("create", "--admin")
    table, data = keys("list").stdout, keys("list", "--format", "json").stdout
    assert "600 rpm; 200000 tpm; 8 at once; 200 USD/month; high priority" in table
    assert [each.get("admin", False) for each in json.loads(data)] == [False, True]
    assert made not in table + data


def test_a_key_is_rotated_and_revoked_by_its_id_or_itself(folder: Path) -> None:
    """With an overlap both secrets open, after revoking none; the audit knows who did it, and no secret."""
    first = keys("create").stdout.strip()
    second = keys("rotate", first, "--overlap", "1h").stdout.strip()
    assert all(not ring(folder).find(key.encode()).revoked for key in (first, second))  # type: ignore[union-attr]
    assert keys("revoke", second[:14]).exit_code == 0
    assert all(ring(folder).find(key.encode()).revoked for key in (first, second))  # type: ignore[union-attr]
    acts = read_acts(folder / ".seatrial")
    assert [act.what for act in acts] == ["keys.revoke", "keys.rotate", "keys.create"]
    assert all(act.who.startswith("cli:") for act in acts)
    assert not any(key.rpartition("-")[2] in str(acts) for key in (first, second))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("create", "--models", "suport"), "did you mean `support`"),
        (("create", "--rpm", "many"), "rpm: a number such as"),
        (("create", "--budget", "200"), "200 USD/month"),
        (("create", "--expires", "tomorrow"), "expires: a duration"),
        (("create", "--allow-ip", "localhost"), "10.0.0.0/8"),
        (("create", "--project", ""), "project: letters"),
        (("rotate", "sk-st-nobody-secret", "--overlap", "1h"), "there is no key sk-st-nobody-..."),
        (("rotate", "x", "--overlap", "long"), "overlap: a duration"),
        (("revoke", "sk-st-nobody-secret"), "there is no key"),
    ],
)
def test_mistakes_teach(folder: Path, arguments: tuple[str, ...], says: str) -> None:
    """What cannot be is one sentence that says what can, and nothing is done."""
    result = keys(*arguments)
    assert isinstance(result.exception, Mistake)
    assert says in str(result.exception)
    assert "secret" not in str(result.exception)
    assert read_acts(folder / ".seatrial") == []


def test_a_file_without_a_gateway_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence names the file, and the exit code is 2."""
    (folder / "seatrial.yaml").write_text("targets: {}")
    assert ended(["keys", "list"]) == 2
    assert capsys.readouterr().err == "seatrial: seatrial.yaml: there is no `gateway:` in it\n"


def test_the_environment_of_the_server_is_not_needed(folder: Path) -> None:
    """Keys are made where the providers' keys are not known: only the store and the models are read."""
    text = config("http://127.0.0.1:9").replace("api_key: dummy", "api_key: ${NOWHERE_SET}")
    (folder / "seatrial.yaml").write_text(text)
    assert keys("create").exit_code == 0


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (KeyRecord(id="a"), "good"),
        (KeyRecord(id="a", expires=2 * 10**18), "until 2033-05-18 03:33"),
        (KeyRecord(id="a", expires=10**18), "expired 2001-09-09 01:46"),
        (KeyRecord(id="a", expires=10**18, revoked=10**17), "revoked 1973-03-03 09:46"),
    ],
)
def test_the_state_of_a_key_is_told(record: KeyRecord, state: str) -> None:
    """Good, until when, since when not."""
    assert row(record, now=15 * 10**17)[-1] == state
