"""What a report says to do next must work where the person stands."""

import shlex
from pathlib import Path

import pytest
from app_support import recorded

from seatrial.app.evaluate import evaluate
from seatrial.app.front import check
from seatrial.app.outcome import Outcome
from seatrial.app.runs import read_run, show
from seatrial.report.advice import next_steps


def commands(outcome: Outcome) -> list[list[str]]:
    """The commands of the next steps, as a shell splits them."""
    return [
        shlex.split(step.split(": seatrial ", 1)[1]) for step in next_steps(outcome.report) if ": seatrial " in step
    ]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A suite in a folder below the working directory, whose name a shell would take apart."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my suites").mkdir()
    return Path("my suites")


@pytest.mark.parametrize(("right", "wrong"), [(40, 3), (0, 40)])
def test_runs_of_another_folder_are_found_by_the_advice(elsewhere: Path, right: int, wrong: int) -> None:
    """Each command names the folder of the suite file, and the run is found there."""
    found = commands(check(recorded(elsewhere, right, wrong)))
    assert len(found) == 2
    for name, run, *rest in found:
        assert name in ("show", "compare", "bless")
        assert rest[rest.index("--in") + 1] == "my suites"
        assert read_run(Path(rest[rest.index("--in") + 1]), run).info.id == run


def test_the_working_directory_need_not_be_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the suite file lies here, `--in` would be noise; given by its absolute path, too."""
    monkeypatch.chdir(tmp_path)
    outcome = check(recorded(tmp_path, 40, 1).absolute())
    assert commands(outcome)
    assert all("--in" not in command for command in commands(outcome))


def test_a_run_that_is_shown_elsewhere_is_advised_from_there(
    elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`show` speaks of the place where the reader stands, not of that where the run was made."""
    check(recorded(elsewhere, 40, 1))
    monkeypatch.chdir(elsewhere)
    assert all("--in" not in command for command in commands(show(Path(), "last")))
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    shown = commands(show(tmp_path / elsewhere, "last"))
    assert {command[command.index("--in") + 1] for command in shown} == {str(tmp_path / elsewhere)}


@pytest.mark.parametrize("gates", [[], ["pass_rate >= 99%"], ["pass_rate >= 1%"]])
def test_nothing_is_looked_for_that_is_not_kept(gates: list[str]) -> None:
    """After `evaluate` there is no run to show, compare or bless, whatever the verdict."""
    cases = [{"ask": f"q{i}", "expect": "yes"} for i in range(20)]
    outcome = evaluate(lambda question: "yes" if question != "q3" else "no", cases, ["contains"], gates=gates)
    assert not [step for step in next_steps(outcome.report) if "seatrial " in step]


def test_an_unfinished_run_goes_on_by_its_own_file(elsewhere: Path) -> None:
    """The command that goes on with a run names the file so that a shell reads it as one."""
    made = check(recorded(elsewhere, 4, 1))
    assert made.journal is not None
    lines = made.journal.read_bytes().splitlines(keepends=True)
    made.journal.write_bytes(b"".join(lines[:-4]))
    go_on = next(command for command in commands(show(elsewhere, "last")) if command[0] == "check")
    assert go_on == ["check", "my suites/seatrial.yaml"]
