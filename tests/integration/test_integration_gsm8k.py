"""The recorded answers of four published systems to 1,319 problems, with labels that people checked."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[3] / "shared/corpora/gsm8k/example_model_solutions.jsonl"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the public GSM8K solutions are not on this machine")
RIGHT = {"6b_finetuning": 286, "6b_verification": 515, "175b_finetuning": 458, "175b_verification": 742}
"""How many of 1,319 the labels call right (openai/grade-school-math)."""


def lines(path: Path) -> list[str]:
    """The lines of a JSONL file (only a line feed ends one)."""
    return path.read_text().rstrip("\n").split("\n")


def suite(system: str) -> str:
    """A suite that judges one system's recorded solutions by their last number."""
    return f"""
targets:
  system: {{recorded: "{FILE}", answer: {system}.solution}}
suites:
  maths:
    target: system
    cases:
      - from: "{FILE}"
        ask: question
        expect: {{field: ground_truth, regex: 'A: ([-\\d,.]+)'}}
    checks: [number]
gates: [maths.pass_rate >= 99%]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run of each system."""
    folder = tmp_path_factory.mktemp("gsm8k")
    for system in RIGHT:
        (folder / f"{system}.yaml").write_text(suite(system))
        done = seatrial(folder, "check", f"{system}.yaml", "--format", "json", "--out", system)
        assert done.returncode == 1, done.stderr
    return folder


def seatrial(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command in a folder."""
    command = [sys.executable, "-m", "seatrial", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("system", RIGHT)
def test_every_label_is_met(folder: Path, system: str) -> None:
    """The last-number check agrees with each of the labels of a system."""
    labels = [json.loads(line)[system]["is_correct"] for line in lines(FILE)]
    run = json.loads((folder / system / "report.json").read_bytes())["run"]["id"]
    journal = folder / f".seatrial/runs/{run}.jsonl"
    entries = [json.loads(line) for line in lines(journal)]
    asked = {
        e["interaction"]["id"]: e["interaction"]["request"]["messages"][0]["content"]
        for e in entries
        if "interaction" in e
    }
    passed = {asked[e["id"]]: e["scores"][0]["passed"] for e in entries if e["entry"] == "judged"}
    questions = [json.loads(line)["question"] for line in lines(FILE)]
    assert [passed[question] for question in questions] == labels
    assert sum(labels) == RIGHT[system]


def test_systems_are_compared_case_by_case(folder: Path) -> None:
    """The paired figures of two systems are those that were computed from the labels."""
    runs = {json.loads((folder / s / "report.json").read_bytes())["run"]["file"]: s for s in RIGHT}
    ids = {s: json.loads((folder / s / "report.json").read_bytes())["run"]["id"] for s in runs.values()}
    done = seatrial(folder, "compare", ids["175b_verification"], ids["175b_finetuning"], "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    (change,) = [change for change in found["changes"] if change["name"] == "pass_rate"]
    assert change["difference"]["value"] == pytest.approx(0.215315, abs=1e-6)
    assert change["se"] == pytest.approx(0.014684, abs=1e-6)
    assert (found["new_failures"]["count"], found["fixed"]["count"]) == (76, 360)
    assert found["p"] == pytest.approx(2.9e-45, rel=0.05)
