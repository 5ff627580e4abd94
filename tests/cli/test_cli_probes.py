"""`seatrial probes` lists and explains probes."""

import json

import pytest
from cli_support import call


def test_probes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """By kind, with examples before and after."""
    done = call(capsys, "probes")
    assert done.code == 0
    assert "Robustness: the same question, worded worse" in done.out
    assert "When does the last ferry leave for Saltholm? -> " in done.out


@pytest.mark.parametrize("arguments", [("typos",), ("--explain", "typos")])
def test_one_is_explained(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    """By its name, as an argument or an option."""
    done = call(capsys, "probes", *arguments)
    assert done.out.startswith("typos (robustness): letters of longer words")
    assert done.out.count("becomes: ") == 3


def test_programs_read_json(capsys: pytest.CaptureFixture[str]) -> None:
    """All of them, or one."""
    rows = json.loads(call(capsys, "probes", "--format", "json").out)
    assert len(rows) > 40
    [row] = json.loads(call(capsys, "probes", "--explain", "kana", "--format", "json").out)
    assert (row["kind"], row["expects"]) == ("robustness", "same_answer")


def test_a_wrong_name_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with 2 and names the nearest."""
    done = call(capsys, "probes", "keybord")
    assert done.code == 2
    assert "did you mean `keyboard`?" in done.err
