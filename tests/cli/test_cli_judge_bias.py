"""`seatrial judge bias` as a person and as a script meets it, Ctrl-C included."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_support import call, folder, spawn

JUDGES = """
import json, pathlib, re, time

def answer_of(messages):
    return re.search(r"<ANSWER (\\w+)>\\n(.*?)\\n</ANSWER", messages[1]["content"], re.S)[2]

def fond(messages):
    answer = answer_of(messages)
    good = answer[:3] == "yes" or len(answer) > 60
    return json.dumps({"reason": "r", "score": min(1, len(answer) / 500), "passed": good})

def slow(messages):
    if len(answer_of(messages)) > 60:
        time.sleep(0.4)
        with pathlib.Path("asked.txt").open("a") as file:
            file.write("one more\\n")
    return fond(messages)

def first(messages):
    return json.dumps({"reason": "r", "better": "first"})
"""


def prepared(path: Path, judge: str, spec: str = "{rubric: Says yes.}", each: int = 15) -> Path:
    """A working directory with one run of so many right and wrong answers, judged by one of the judges above."""
    folder(path, each, each)
    module = f"cli_judging_{path.name}".replace("-", "_")
    (path / f"{module}.py").write_text(JUDGES)
    suite = (path / "seatrial.yaml").read_text()
    suite = suite.replace("targets: {", f'targets: {{judge: {{python: "{module}:{judge}"}}, ')
    (path / "seatrial.yaml").write_text(suite.replace("[contains]", f"[contains, {spec}]"))
    with spawn("check", "--quiet", cwd=path) as process:
        process.communicate(timeout=60)
    return path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a run whose judge is fond of length."""
    monkeypatch.chdir(prepared(tmp_path, "fond"))
    return tmp_path


def test_it_says_what_padding_does(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rates, the change with its interval and the finding are on the screen; what it takes is told first."""
    done = call(capsys, "judge", "bias", "last", "--yes")
    assert done.code == 0
    assert done.err == "seatrial: 30 padded answers will be judged by `rubric` at a price that is not known\n"
    assert "rubric: what padding and order do to its judge" in done.out
    assert "pass rate 50.0 % -> 100 %" in done.out
    assert "change +50.0 points (95 %: +" in done.out
    assert "15 gained, 0 lost" in done.out
    assert "It prefers longer answers." in done.out


def test_json_for_scripts(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same as data, and nothing else on standard output."""
    found = json.loads(call(capsys, "judge", "bias", "last", "--limit", "9", "--format", "json").out)
    assert (found["check"], found["verbosity"]["answers"]) == ("rubric", 9)
    assert {"value", "low", "high"} <= set(found["verbosity"]["passes"])


def test_the_order_is_read_from_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A judge that always takes the first of two is found out."""
    monkeypatch.chdir(prepared(tmp_path, "first", "{preferred: reference}"))
    done = call(capsys, "judge", "bias", "last", "--check", "preferred")
    assert done.code == 0
    assert "the first was picked in 100 %" in done.out
    assert "It prefers the first answer." in done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("zzz",), "zzz"),
        (("last", "--check", "rubrik"), "the run has no check `rubrik`; it has `contains`, `rubric`"),
        (("last", "--check", "contains"), "the check `contains` asks no model"),
        (("last", "--limit", "0"), "--limit"),
        ((), "Missing argument"),
    ],
)
def test_mistakes_end_with_2(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    """Each is one sentence, and nothing is judged."""
    done = call(capsys, "judge", "bias", *arguments)
    assert (done.code, said in done.err, done.out) == (2, True, "")


def test_a_case_file_without_the_cases(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """When no case of the run is left there is nothing to judge again."""
    (here / "cases.jsonl").write_text('{"id": "new", "ask": "q", "expect": "yes"}\n')
    done = call(capsys, "judge", "bias", "last")
    assert (done.code, "in the suite file any more" in done.err) == (2, True)


def wait_for(path: Path, lines: int) -> None:
    """Until a file has so many lines."""
    ends = time.monotonic() + 60
    while not path.exists() or len(path.read_text().splitlines()) < lines:
        assert time.monotonic() < ends, "the judge was not asked"
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_keeps_what_is_known(tmp_path: Path, times: int) -> None:
    """One lets what is in flight come to its end, two cut it off; what is known is shown, with what is left."""
    prepared(tmp_path, "slow", each=60)
    with spawn("judge", "bias", "last", "--yes", "--format", "json", cwd=tmp_path) as process:
        wait_for(tmp_path / "asked.txt", 8)
        for _ in range(times):
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        out, err = process.communicate(timeout=60)
    found = json.loads(out)
    assert process.returncode == 0, err
    assert 8 <= found["verbosity"]["answers"] < 120
    assert found["verbosity"]["answers"] + found["left"] == 120
    assert "Traceback" not in err
    assert isinstance(process, subprocess.Popen)
