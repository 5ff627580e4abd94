"""`seatrial interactions`, as a shell calls it."""

import json
import sys
import time
from pathlib import Path

import pytest
from cli_support import call, spawn

sys.path.insert(0, str(Path(__file__).parent.parent / "store"))
from live_entries import entry

from seatrial.store.live import LiveStore

FILE = "gateway: {store: kept, models: {}}\n"
HOUR = 3600 * 10**9


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose gateway has answered twice and failed once."""
    (tmp_path / "seatrial.yaml").write_text(FILE)
    store = LiveStore(tmp_path / "kept")
    store.add(
        [entry("first"), entry("second", text="\x1b[31mred\nline"), entry("third", status=504, failure="timeout")]
    )
    store.close()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ([], "first second third"),
        (["--limit", "2"], "second third"),
        (["--limit", "0"], ""),
        (["--failed"], "third"),
        (["--where", "status = 200"], "first second"),
        (["--where", "status = 200", "--failed"], ""),
    ],
)
def test_those_that_were_asked_for_are_shown(
    folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], ids: str
) -> None:
    """A line for each, the newest last."""
    done = call(capsys, "interactions", *options)
    assert done.code == 0
    lines = done.out.splitlines()
    shown = [line.split()[2] for line in lines[1:]]
    assert shown == ids.split()


def test_since_leaves_out_what_is_older(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Time is read from the ids."""
    store = LiveStore(folder / "kept")
    store.add([entry("0190-old", at=time.time_ns() - 5 * HOUR)])
    store.close()
    done = call(capsys, "interactions", "--since", "1h")
    assert "0190-old" not in done.out


def test_what_was_said_is_shown_made_visible(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No control character of an answer reaches the terminal, and each text stands on one line."""
    done = call(capsys, "interactions", "--body")
    assert "\x1b" not in done.out
    assert "red line" in done.out
    assert "user: Hi" in done.out
    assert "-> timeout: it did not work" in done.out


def test_json_is_one_object_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With bodies the whole Interaction stands in each object."""
    done = call(capsys, "interactions", "--format", "json", "--body", "--limit", "2")
    second, third = map(json.loads, done.out.splitlines())
    assert (second["id"], second["status"], second["interaction"]["answer"]["text"]) == (
        "second",
        200,
        "\x1b[31mred\nline",
    )
    assert third["interaction"]["failure"]["kind"] == "timeout"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--where", "statis = 5"], "did you mean `status`"),
        (["--since", "yesterday"], "15m, 1h or 7d"),
        (["--config", "other.yaml"], "other.yaml"),
    ],
)
def test_a_mistake_is_told(folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str) -> None:
    """One sentence that says how to mend it, and exit code 2."""
    done = call(capsys, "interactions", *options)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("text", [FILE.replace("kept", "elsewhere"), "targets: {}\n"])
def test_where_nothing_is_kept_it_says_so(folder: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Asking makes no store."""
    (folder / "seatrial.yaml").write_text(text)
    done = call(capsys, "interactions")
    assert done.code == 2
    assert "seatrial serve" in done.err
    assert not (folder / "elsewhere").exists()


def test_following_shows_what_comes(folder: Path) -> None:
    """What is kept while it follows is shown once, if it is asked for; it ends when nobody reads on."""
    with spawn("interactions", "--follow", "--limit", "1", "--where", "status < 500", cwd=folder) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("when")
        assert "second" in process.stdout.readline()
        store = LiveStore(folder / "kept")
        store.add([entry("fourth", status=500), entry("fifth")])
        assert "fifth" in process.stdout.readline()
        process.stdout.close()
        store.add([entry("sixth")])
        store.close()
        assert process.wait(10) == 0
