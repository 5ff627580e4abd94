"""`seatrial scan`: verdicts, exit codes and formats, as a shell sees them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cli_support import Done, call, run
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from scan_folders import allowed, models, nested

Capture = pytest.CaptureFixture[str]
ALL = ("bad.pkl", "broken.pkl", "good.pkl", "own.pkl", "plain.safetensors")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which the commands are typed."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scan(capsys: Capture, *arguments: str) -> Done:
    """The command in this process."""
    return call(capsys, "scan", *arguments)


def verdicts(done: Done) -> dict[str, str]:
    """The verdict on each file, from JSON on stdout."""
    return {Path(each["path"]).name: each["verdict"] for each in json.loads(done.out)["files"]}


def test_each_file_comes_to_its_verdict(here: Path, capsys: Capture) -> None:
    """An attack, one's own class, a stream that is cut, two honest files: each is told for what it is."""
    models(here / "m")
    found = verdicts(scan(capsys, "m", "--format", "json"))
    assert found == dict(zip(ALL, ("attack", "unread", "clean", "review", "clean"), strict=True))


@pytest.mark.parametrize(
    ("names", "options", "code"),
    [
        (("good.pkl", "plain.safetensors"), (), 0),
        (("bad.pkl",), (), 1),
        (("own.pkl",), (), 1),
        (("own.pkl",), ("--fail-on", "attack"), 0),
        (("bad.pkl",), ("--fail-on", "attack"), 1),
        (("bad.pkl",), ("--fail-on", "never"), 0),
        (("broken.pkl",), (), 3),
        (("broken.pkl",), ("--unread", "ignore"), 0),
        (("broken.pkl",), ("--fail-on", "never"), 0),
        (("broken.pkl", "own.pkl"), (), 1),
        (("broken.pkl", "own.pkl"), ("--fail-on", "attack"), 3),
    ],
)
def test_exit_codes(here: Path, capsys: Capture, names: tuple[str, ...], options: tuple[str, ...], code: int) -> None:
    """0 nothing as bad as asked for, 1 something is, 3 something could not be read."""
    models(here / "m", *names)
    assert scan(capsys, "m", *options).code == code


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "nothing to scan"),
        (("m", "--format", "pdf"), "table, json, sarif, html, cyclonedx"),
        (("m", "--fail-on", "all"), "attack"),
        (("m", "--jobs", "0"), "1<=x<=64"),
        (("m", "--allow", "none.toml"), "none.toml"),
        (("m", "--manifest", "none.json"), "none.json"),
        (("m", "--key", "none.pem"), "none.pem"),
        (("m", "--advisories", "db"), "--requirements"),
        (("m", "--online"), "--requirements"),
        (("--lock", "a.lock", "--advisories", "none"), "no such folder of advisories"),
        (("--environment", "m"), "no installed packages"),
        (("--explain",), "--explain needs a file"),
        (("none.pkl", "--explain"), "No such file"),
        (("m", "--nonsense"), "--nonsense"),
    ],
)
def test_mistakes(here: Path, capsys: Capture, arguments: tuple[str, ...], told: str) -> None:
    """A mistake ends with 2 and a sentence that names it, before anything is looked at."""
    models(here / "m", "bad.pkl")
    done = scan(capsys, *arguments)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_the_table_teaches(here: Path, capsys: Capture) -> None:
    """At a terminal a file has its verdict, the evidence with its place, why it matters and what to do."""
    models(here / "m", "bad.pkl", "good.pkl")
    done = scan(capsys, "m")
    for told in ("ATTACK  m/bad.pkl", "byte 27", "os.system('echo never')", "Do not load it", "1 attack, 1 clean"):
        assert told in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize("format", ["json", "sarif", "html", "cyclonedx"])
def test_one_format_goes_to_stdout(here: Path, capsys: Capture, format: str) -> None:
    """A single format without a folder is piped, and leaves no file."""
    models(here / "m", "bad.pkl")
    done = scan(capsys, "m", "--format", format)
    assert done.code == 1
    assert "bad.pkl" in done.out
    assert [each.name for each in here.iterdir()] == ["m"]


def test_several_formats_go_into_a_folder(here: Path, capsys: Capture) -> None:
    """Each format becomes a file, and the table is still printed."""
    models(here / "m", "good.pkl")
    done = scan(capsys, "m", "--format", "table,json,sarif,html,cyclonedx", "--out", "deep/reports")
    assert sorted(each.name for each in Path("deep/reports").iterdir()) == [
        "scan.cdx.json",
        "scan.html",
        "scan.json",
        "scan.sarif",
    ]
    assert "CLEAN" in done.out
    assert done.err.count("wrote ") == 4


def test_quiet_is_one_line(here: Path, capsys: Capture) -> None:
    """A script gets the verdict and the numbers."""
    models(here / "m", "good.pkl", "own.pkl")
    done = scan(capsys, "m", "--quiet")
    assert done.out == "review: 2 files: 1 review, 1 clean (2 notes)\n"


@pytest.mark.parametrize("options", [("--inventory", "bom/out.cdx.json"), ("--format", "cyclonedx")])
def test_the_inventory_is_valid(here: Path, capsys: Capture, options: tuple[str, ...]) -> None:
    """The standard's own validator accepts it; models stand in it with digest and verdict."""
    models(here / "m", "bad.pkl", "good.pkl")
    done = scan(capsys, "m", *options)
    text = Path(options[1]).read_text() if "/" in options[1] else done.out
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    found = {each["name"]: each for each in json.loads(text)["components"]}
    assert found["m/bad.pkl"]["type"] == "machine-learning-model"
    assert len(found["m/bad.pkl"]["hashes"][0]["content"]) == 64


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_processes_change_no_verdict(here: Path, capsys: Capture, jobs: str) -> None:
    """What several processes find is told in the order of the files."""
    models(here / "m")
    found = verdicts(scan(capsys, "m", "--format", "json", "--jobs", jobs))
    assert list(found) == list(ALL)
    assert found["bad.pkl"] == "attack"


def test_an_allow_list_is_found(here: Path, capsys: Capture) -> None:
    """`seatrial-allow.toml` of the folder counts without being named; another file counts when it is."""
    models(here / "m", "own.pkl")
    allowed(here)
    assert scan(capsys, "m").code == 0
    (here / "seatrial-allow.toml").rename(here / "mine.toml")
    assert scan(capsys, "m").code == 1
    assert scan(capsys, "m", "--allow", "mine.toml").code == 0


def test_an_expired_line_no_longer_counts(here: Path, capsys: Capture) -> None:
    """The file is *review* again, and a note says since when."""
    models(here / "m", "own.pkl")
    allowed(here, until="2020-01-01")
    done = scan(capsys, "m", "--format", "json")
    assert done.code == 1
    assert "my.code.Ranker, since 2020-01-01" in done.out


def test_an_unknown_key_of_the_allow_list(here: Path, capsys: Capture) -> None:
    """The sentence names the line, the key, and the one that is near."""
    models(here / "m", "own.pkl")
    allowed(here).write_text('[[allow]]\nglobel = "a.B"\nreason = "r"\nexpires = 2999-01-01\n')
    done = scan(capsys, "m")
    assert done.code == 2
    assert "seatrial-allow.toml:2" in done.err
    assert "did you mean `global`?" in done.err


def test_an_accepted_finding_is_counted_aside(here: Path, capsys: Capture) -> None:
    """What a person has accepted changes no verdict, and is listed as accepted."""
    models(here / "m", "own.pkl")
    text = '[[accept]]\nid = "pickle.unlisted-global"\npath = "m/own.pkl"\nreason = "r"\nexpires = 2999-01-01\n'
    (here / "seatrial-allow.toml").write_text(text)
    done = scan(capsys, "m")
    assert done.code == 0
    assert "1 finding accepted before" in done.out


def test_a_manifest_holds_files_to_their_digests(here: Path, capsys: Capture) -> None:
    """What was recorded is clean; a change, a loss and an addition are each told at the file."""
    models(here / "m", "good.pkl", "plain.safetensors")
    assert scan(capsys, "m", "--write-manifest", "m.json").code == 0
    assert scan(capsys, "m", "--manifest", "m.json").code == 0
    models(here / "m", "own.pkl").joinpath("good.pkl").write_bytes(b"\x80\x04}.")
    (here / "m" / "plain.safetensors").unlink()
    done = scan(capsys, "m", "--manifest", "m.json", "--format", "json")
    found = {Path(each["path"]).name: {one["id"] for one in each["findings"]} for each in json.loads(done.out)["files"]}
    assert found["good.pkl"] > {"integrity.changed"}
    assert found["plain.safetensors"] == {"integrity.missing"}
    assert found["own.pkl"] >= {"integrity.added", "pickle.unlisted-global"}


def test_findings_of_a_manifest_can_be_accepted(here: Path, capsys: Capture) -> None:
    """An acceptance covers whatever is found, by whomever."""
    models(here / "m", "good.pkl")
    scan(capsys, "m", "--write-manifest", "m.json")
    models(here / "m", "plain.safetensors")
    assert scan(capsys, "m", "--manifest", "m.json").code == 1
    (here / "seatrial-allow.toml").write_text(
        '[[accept]]\nid = "integrity.added"\npath = "m/*"\nreason = "new"\nexpires = 2999-01-01\n'
    )
    assert scan(capsys, "m", "--manifest", "m.json").code == 0


def test_explain_tells_each_call(here: Path, capsys: Capture) -> None:
    """Nested members, their calls with bytes and arguments, and what each mark means."""
    nested(here / "model.pt")
    done = scan(capsys, "model.pt", "--explain")
    assert done.code == 0
    assert re.search(r"model/data\.pkl\n +42  collections\.OrderedDict\(\)", done.out)
    assert re.search(r"model/extra\.zip!deep/data\.pkl\n  ATTACK +27  os\.system\('echo never'\)", done.out)
    assert "ATTACK  known to harm" in done.out


def test_explain_says_when_there_is_nothing(here: Path, capsys: Capture) -> None:
    """A format that calls nothing, and a file that cannot be read, are told apart."""
    models(here / "m", "plain.safetensors").joinpath("odd.bin").write_bytes(b"\x01\x02\x03\x04" * 9)
    done = scan(capsys, "m/plain.safetensors", "m/odd.bin", "--explain")
    assert "nothing else that loading it would call" in done.out
    assert "UNREAD Of no format that is known" in done.out


def test_explain_knows_the_allow_list(here: Path, capsys: Capture) -> None:
    """One's own class has no mark once it is allowed."""
    models(here / "m", "own.pkl")
    assert "REVIEW" in scan(capsys, "m/own.pkl", "--explain").out.partition("\n\n")[0]
    allowed(here)
    assert "REVIEW" not in scan(capsys, "m/own.pkl", "--explain").out.partition("\n\n")[0]


def test_a_scan_of_one_model_starts_fast(here: Path) -> None:
    """Nothing is imported that only suites, lists of packages, pages or other formats need."""
    models(here / "m", "good.pkl")
    heavy = ("aiohttp", "asyncio", "email", "importlib.metadata", "jinja2", "packaging.requirements", "rich", "yaml")
    code = f"""
import sys
from seatrial.cli.ending import ended
assert ended(["scan", "m"]) == 0
print([name for name in sys.modules if name in {heavy!r} or name.startswith(("seatrial.run", "seatrial.metrics"))])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=here, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr


def test_help_teaches() -> None:
    """The four verdicts, examples and exit codes stand in the help, which needs none of the scan's modules."""
    done = run("scan", "--help", cwd=Path())
    for told in ("attack ", "review ", "could not read", "clean ", "seatrial scan model.pt --explain", "Exit codes"):
        assert told in done.out
