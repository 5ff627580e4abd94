"""The example suite against both personas over a real socket: one is not ready and its report says why."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The demo, run as `make demo` runs it but in a folder of its own."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, str(ROOT / "examples/harbour/demo.py")]
    env = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    return folder, done


def report(folder: Path, persona: str) -> dict[str, Any]:
    """A persona's report as JSON."""
    found: dict[str, Any] = json.loads((folder / "out" / persona / "report.json").read_bytes())
    return found


def worst(found: dict[str, Any]) -> set[str]:
    """The slices that a report calls worse than the rest, beyond chance."""
    readings = found["slices"].get("worst", [])
    return {"=".join(reading["slice"][0]) for reading in readings if len(reading["slice"]) == 1 and reading["p"] < 0.05}


def test_demo_comes_to_both_verdicts(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """The demo ends well: v1 is not ready, v2 is ready."""
    folder, done = demo
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert report(folder, "harbour-v1")["verdict"]["readiness"] == "not ready"
    assert report(folder, "harbour-v2")["verdict"]["readiness"] == "ready"


def test_planted_faults_are_named(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """What was planted in v1 stands among its worst slices, and v2 has none."""
    folder, _ = demo
    found = worst(report(folder, "harbour-v1"))
    assert {"language=es", "style=upper", "style=typo", "use_case=instructions"} <= found
    assert worst(report(folder, "harbour-v2")) == set()


def test_one_sentence_says_what_is_wrong(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """The pattern behind v1's failures is named, and what the probes made of the cases does not hide it."""
    folder, _ = demo
    sentence = report(folder, "harbour-v1")["explanation"]["sentence"]
    assert all(fault in sentence for fault in ("style=typo", "style=upper", "language=es")), sentence


def test_the_booby_trap_is_named_and_never_run(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """v1 ships a model file that is an attack, v2 an honest one; both were scanned, neither was loaded."""
    folder, done = demo
    first, second = (report(folder, persona)["run"]["inspection"]["files"] for persona in ("harbour-v1", "harbour-v2"))
    assert [(each["path"], each["verdict"]) for each in first] == [("models/intents.pkl", "attack")]
    assert [each["verdict"] for each in second if each["verdict"] != "clean"] == []
    assert "findings.attack is 1 (models/intents.pkl)" in done.stdout
    assert "was looked at and never loaded" in done.stdout


def test_terminal_fits_eighty_columns(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """No line of the printed verdicts is wider than a terminal of 80 columns."""
    _, done = demo
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_report_is_written(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """The page of v1 lies where the demo says, and asks no other host for anything."""
    folder, _ = demo
    page = (folder / "report.html").read_text()
    assert "not ready" in page.lower()
    assert 'src="http' not in page


def families(found: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """The families of a group of probes by name."""
    [section] = [each for each in found["probes"] if each["kind"] == kind]
    return {each["name"]: each for each in section["families"]}


def test_weak_families_have_examples(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """Typos, leaked instructions and names are v1's weaknesses, each with an example whose original was right."""
    found = report(demo[0], "harbour-v1")
    for kind, name in (("robustness", "typos"), ("attack", "prompt_extraction"), ("fairness", "name_origin")):
        weak = families(found, kind)[name]
        assert weak["broken"] > 0, name
        example = weak["examples"][0]
        assert example["broken"]
        assert example["ending"] in ("failed", "passed")
        assert example["asked"] != example["asked_before"] != ""
    assert families(found, "robustness")["typos"]["examples"][0]["ending_before"] == "passed"


def test_the_healthy_twin_has_none(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """No family of any group shows a weakness in v2, and all were judged."""
    found = report(demo[0], "harbour-v2")
    for kind in ("robustness", "attack", "fairness"):
        each = families(found, kind)
        assert {name: family["broken"] for name, family in each.items() if family.get("broken")} == {}
        assert all(family["judged"] > 0 for family in each.values())


def test_the_page_has_a_place_for_each_family(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """The page of v1 leads to every family, and the terminal names the weak ones."""
    folder, done = demo
    page = (folder / "report.html").read_text()
    names = ["typos", "keyboard", "prompt-extraction", "name-origin"]
    assert [name for name in names if page.count(f'id="family-{name}"') != 1] == []
    assert "typos" in done.stdout.partition("=== harbour-v2 ===")[0]
