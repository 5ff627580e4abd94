"""Keys from files and secret managers."""

import importlib
from pathlib import Path

import pytest

from seatrial.core.errors import CannotRun, Mistake
from seatrial.targets.address import Address
from seatrial.targets.secret import from_environment
from seatrial.targets.secret_sources import GROUP


class Vault:
    """A package that adds a secret manager, as its metadata are found on the path."""

    def __call__(self, reference: str) -> str:
        if reference == "gone":
            raise RuntimeError("hunter2")
        return f"key of {reference}"


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The manager `vault` is installed."""
    info = tmp_path / "vaulted-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: vaulted\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nvault = vaulted:read\n")
    (tmp_path / "vaulted.py").write_text("from test_targets_secret_sources import Vault\nread = Vault()\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()


def test_a_file_holds_a_key(tmp_path: Path) -> None:
    """The key is what the file holds, without the end of its line."""
    (tmp_path / "key").write_text("sk-upstream\n")
    assert from_environment(f"file:{tmp_path}/key").reveal() == "sk-upstream"


@pytest.mark.parametrize("text", ["", "\n\n", "two\nlines", "nul\0"])
def test_what_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    """A file that could not go into a header is a mistake, and what it holds is not shown."""
    (tmp_path / "key").write_text(text)
    with pytest.raises(Mistake, match="one line with a key") as caught:
        from_environment(f"file:{tmp_path}/key")
    assert "two" not in str(caught.value)


@pytest.mark.parametrize("path", ["/nowhere/at/all", "relative/key"])
def test_a_file_that_is_not_there_is_a_mistake(path: str) -> None:
    """The sentence names the file."""
    with pytest.raises(Mistake, match=path):
        from_environment(f"file:{path}")


def test_a_package_adds_a_secret_manager(vault: None) -> None:
    """What stands before the colon is the manager, what stands behind it its reference."""
    assert from_environment("vault:team/openai").reveal() == "key of team/openai"
    Address("http://127.0.0.1:1/v1", key="vault:team/openai").check()


def test_a_manager_that_fails_shows_nothing(vault: None) -> None:
    """The sentence has the reference and the kind of the error, and not its text, which may hold a secret."""
    with pytest.raises(CannotRun, match=r"`gone` \(RuntimeError\)") as caught:
        from_environment("vault:gone")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("text", ["sk-live:abcdef", "unknown:reference", "file:", "plain"])
def test_what_names_no_source_is_a_key_and_refused(text: str) -> None:
    """A key that happens to hold a colon is still a key that must not be written down."""
    with pytest.raises(Mistake, match="must not be written"):
        from_environment(text)


def test_a_header_is_no_place_for_a_source() -> None:
    """Only `api_key` may name a source: a header would go out as it is written."""
    with pytest.raises(Mistake, match="must not be written"):
        Address("http://127.0.0.1:1/v1", {"Authorization": "file:/run/key"}).check()
