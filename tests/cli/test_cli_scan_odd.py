"""`seatrial scan` in an unfriendly world: interrupted, unread, with names and folders nobody would make."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_support import call, spawn
from scan_folders import HONEST, allowed, models

Capture = pytest.CaptureFixture[str]


def slow_folder(path: Path) -> Path:
    """Files that together take many seconds: the first an attack, the others long honest pickles."""
    models(path, "bad.pkl").joinpath("bad.pkl").rename(path / "a.pkl")
    long = b"\x80\x04]\x94(" + b"K\x01" * 600_000 + b"e."
    for i in range(60):
        (path / f"z{i:02}.pkl").write_bytes(long)
    return path


def wait_until_busy(pid: int) -> None:
    """Until a scan has a model open, or a process of its own that has."""
    about = Path(f"/proc/{pid}")
    for _ in range(600):
        with contextlib.suppress(OSError):  # what is listed may be closed by now
            if any("/m/z" in str(each.readlink()) for each in (about / "fd").iterdir()):
                break
            if any(each.read_text().strip() for each in about.glob("task/*/children")):
                break
        time.sleep(0.05)
    time.sleep(0.3)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_keeps_what_is_done(tmp_path: Path, jobs: str) -> None:
    """What was looked at is reported, the report says that it is not all, and an attack still ends with 1."""
    slow_folder(tmp_path / "m")
    command = ["scan", "m", "--format", "json", "--jobs", jobs]
    with spawn(*command, cwd=tmp_path) as process:
        wait_until_busy(process.pid)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    found = json.loads(out)
    assert found["summary"]["interrupted"] is True
    assert len(found["files"]) < 61
    assert process.returncode == (1 if found["files"] else 3)
    assert "Traceback" not in err


def test_an_interrupted_scan_records_no_manifest(tmp_path: Path) -> None:
    """Half a manifest would pass for a whole one."""
    slow_folder(tmp_path / "m")
    with spawn("scan", "m", "--write-manifest", "m.json", "--quiet", cwd=tmp_path) as process:
        wait_until_busy(process.pid)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert "not all was looked at" in out
    assert "m.json was not written" in err
    assert not (tmp_path / "m.json").exists()


def test_nobody_reads_the_output(tmp_path: Path) -> None:
    """`| head -1` changes neither the exit code nor stderr."""
    folder = models(tmp_path / "m", "bad.pkl")
    for i in range(300):
        (folder / f"{i}.pkl").write_bytes((folder / "bad.pkl").read_bytes())
    command = f"{sys.executable} -m seatrial scan m --format json | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["{", "1"]
    assert done.stderr == ""


@pytest.mark.parametrize("format", ["table", "json", "sarif", "html", "cyclonedx"])
@pytest.mark.parametrize("name", [b"caf\xe9.pkl", b"\x1b[2J\xe2\x80\xae.pkl", "模型.pkl".encode()])
def test_any_name_in_any_format(tmp_path: Path, capsys: Capture, format: str, name: bytes) -> None:
    """A name that is no UTF-8, or that would clear the screen, breaks no format and reaches no terminal."""
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / os.fsdecode(name)).write_bytes(HONEST)
    done = call(capsys, "scan", str(folder), "--format", format)
    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out
    assert ".pkl" in done.out


def test_hostile_names_in_explanations(tmp_path: Path, capsys: Capture) -> None:
    """Neither `--explain` nor `allow` lets a name or an argument move the cursor."""
    folder = models(tmp_path / "m", "own.pkl")
    (folder / "own.pkl").rename(folder / "\x1b[31mown.pkl")
    (folder / "x.pkl").write_bytes(b"cos\nsystem\n(V\\u001b[2Jrm\ntR.")
    for command in (("scan", str(folder), "--explain"), ("allow", str(folder)), ("scan", "no\x1b[2J", "--explain")):
        done = call(capsys, *command)
        assert "\x1b" not in done.out + done.err
    assert done.code == 2


def test_ten_thousand_files(tmp_path: Path, capsys: Capture) -> None:
    """A folder of ten thousand files is one verdict, and what is no model is counted aside."""
    for i in range(1_000):
        (tmp_path / f"{i}.pkl").write_bytes(b"\x80\x04}.")
        (tmp_path / f"{i}.unknown").write_bytes(b"\x01\x02\x03")
    for i in range(8_000):
        (tmp_path / f"{i}.empty").touch()
    done = call(capsys, "scan", str(tmp_path))
    assert done.code == 0
    assert "1,000 files: 1,000 clean (9,000 neither model, config nor data" in done.out
    assert len(done.out.splitlines()) < 10


def test_what_cannot_be_opened_is_told_and_the_rest_scanned(tmp_path: Path, capsys: Capture) -> None:
    """A FIFO, a link to nowhere, a loop of links and an empty file stop nothing."""
    folder = models(tmp_path / "m", "bad.pkl")
    os.mkfifo(folder / "pipe.pkl")
    (folder / "nowhere.pkl").symlink_to("gone")
    (folder / "loop").symlink_to("loop")
    (folder / "empty.pkl").touch()
    done = call(capsys, "scan", str(folder), "--format", "json")
    found = {Path(each["path"]).name: each["verdict"] for each in json.loads(done.out)["files"]}
    unread = dict.fromkeys(("empty.pkl", "loop", "nowhere.pkl", "pipe.pkl"), "unread")
    assert found == {**unread, "bad.pkl": "attack"}


def test_a_path_that_is_not_there(tmp_path: Path, capsys: Capture) -> None:
    """A name or a pattern without a file could not be read; what else was named is scanned."""
    folder = models(tmp_path / "m", "good.pkl")
    done = call(capsys, "scan", str(folder / "none.pkl"), str(folder / "*.onnx"), str(folder / "*.pkl"))
    assert done.code == 3
    assert "3 files: 2 could not read, 1 clean" in done.out


def test_nothing_to_look_at_is_not_clean(tmp_path: Path, capsys: Capture) -> None:
    """An empty folder exits with 3 and says why."""
    done = call(capsys, "scan", str(tmp_path))
    assert done.code == 3
    assert "nothing was scanned" in done.out


@pytest.mark.parametrize("option", ["--write-manifest", "--inventory"])
def test_a_file_that_cannot_be_written(tmp_path: Path, capsys: Capture, option: str) -> None:
    """The report is printed first; then one line says what could not be written."""
    models(tmp_path / "m", "bad.pkl")
    done = call(capsys, "scan", str(tmp_path / "m"), option, str(tmp_path / "m" / "bad.pkl" / "x.json"))
    assert done.code == 4
    assert "1 attack" in done.out
    assert "bad.pkl" in done.err


def test_allow_proposes_and_writes_nothing(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines for one's own class, without a reason: a person has to give it."""
    monkeypatch.chdir(models(tmp_path / "m", "own.pkl", "good.pkl"))
    done = call(capsys, "allow", ".")
    assert done.code == 0
    assert 'global = "my.code.Ranker"\nreason = ""' in done.out
    assert not Path("seatrial-allow.toml").exists()
    allowed(Path())
    assert "nothing to allow" in call(capsys, "allow", "own.pkl").err


def test_allow_proposes_nothing_of_an_attack(tmp_path: Path, capsys: Capture) -> None:
    """Names that stand beside an attack are there to look honest."""
    attack = b"cmy.code\nRanker\n)\x81cos\nsystem\n(S'id'\ntR."
    (tmp_path / "bad.pkl").write_bytes(attack)
    done = call(capsys, "allow", str(tmp_path / "bad.pkl"))
    assert (done.code, done.out) == (1, "")
    assert "is an attack" in done.err


def test_proposed_lines_are_taken_once_they_have_a_reason(tmp_path: Path, capsys: Capture) -> None:
    """What `allow` prints is refused as it is, and lets the file pass with a reason."""
    model, lines = models(tmp_path / "m", "own.pkl") / "own.pkl", tmp_path / "allow.toml"
    lines.write_text(call(capsys, "allow", str(model)).out)
    refused = call(capsys, "scan", str(model), "--allow", str(lines))
    assert refused.code == 2
    assert "a reason that says why" in refused.err
    lines.write_text(lines.read_text().replace('""', '"ours, read by Ada"'))
    assert call(capsys, "scan", str(model), "--allow", str(lines)).code == 0


def test_progress_is_for_people(tmp_path: Path) -> None:
    """At a terminal a line counts files and is wiped in the end; it lets no name move the cursor."""
    folder = models(tmp_path / "m", "good.pkl")
    (folder / "good.pkl").rename(folder / "\x1b[31mgood.pkl")
    main, other = os.openpty()
    command = [sys.executable, "-m", "seatrial", "scan", "m"]
    done = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=other, timeout=60)
    os.close(other)
    seen = os.read(main, 10_000).decode()
    os.close(main)
    assert done.returncode == 0
    assert "1 files" in seen
    assert "\x1b[31m" not in seen
    assert seen.endswith("\r\x1b[K")
