"""`seatrial cases generate` and `seatrial cases propose`, as they are typed."""

import json
import sys
from io import StringIO
from pathlib import Path

import pytest
from cli_support import call

from seatrial.app.front import check

SLOTS = "animal: [dog, cat]\ntime: [first, last]\n"
SUITE = """
targets:
  bot: {{python: "{module}:bot"}}
  writer: {{python: "{module}:writer"}}
suites:
  pets: {{target: bot, cases: [{{from: cases.jsonl}}], checks: [contains]}}
"""
MODULE = """
import json

def bot(question):
    return "yes" if "dog" in question else "no"

def writer(question):
    cases = [{"ask": f"May a {animal} come?", "expect": "no", "why": "size"} for animal in ("cow", "horse", "hen")]
    return json.dumps({"cases": cases})
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Slots, a suite, two targets that are functions."""
    module = "pets_" + "".join(sign for sign in tmp_path.name if sign.isalnum())
    (tmp_path / "slots.yaml").write_text(SLOTS)
    (tmp_path / "seatrial.yaml").write_text(SUITE.format(module=module))
    (tmp_path / f"{module}.py").write_text(MODULE)
    (tmp_path / "cases.jsonl").write_text('{"ask": "A rat?", "expect": "no", "tags": {"use_case": "pets"}}\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_generated_cases_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed is a file of cases; the invariance of its groups is a metric."""
    asked = ["--template", "Does the {animal} pay on the {time} ferry?", "--slots", "slots.yaml", "--expect", "yes"]
    done = call(capsys, "cases", "generate", *asked, "--kind", "invariance", "--vary", "animal")
    assert (done.code, done.err) == (0, "seatrial: 4 cases\n")
    (folder / "cases.jsonl").write_text(done.out)
    gates = "gates: [pets.groups.consistent >= 90%]\n"
    (folder / "seatrial.yaml").write_text((folder / "seatrial.yaml").read_text() + gates)
    outcome = check(folder / "seatrial.yaml")
    [gate] = [each for each in outcome.gates if "groups" in each.gate.text]
    assert gate.readings[0].value == 0
    assert (outcome.report.counts.passed, outcome.report.counts.asked) == (2, 4)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--template", "{anmal}", "--slots", "slots.yaml"], "`{anmal}`"),
        (["--template", "{animal}", "--slots", "none.yaml"], "none.yaml"),
        (["--template", "{animal}", "--slots", "slots.yaml", "--check", "contans"], "did you mean `contains`?"),
        (["--template", "{animal}", "--slots", "slots.yaml", "--tag", "x"], "write NAME=VALUE"),
        (["--slots", "slots.yaml"], "Missing option '--template'"),
    ],
)
def test_mistakes_are_told(folder: Path, capsys: pytest.CaptureFixture[str], arguments, why) -> None:
    """One sentence and exit code 2."""
    done = call(capsys, "cases", "generate", *arguments)
    assert (done.code, done.out) == (2, "")
    assert why in done.err


def test_a_slot_file_with_a_mistake_names_the_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """File, line and key."""
    (folder / "slots.yaml").write_text("animal:\n  - dog\n  - {txt: cat}\n")
    done = call(capsys, "cases", "generate", "--template", "{animal}", "--slots", "slots.yaml")
    assert "slots.yaml:3: animal[1]" in done.err


def test_proposals_go_to_standard_output(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the tags of the shown cases and the name of who proposed."""
    done = call(capsys, "cases", "propose", "--from", "cases.jsonl", "--like", "use_case=pets", "--with", "writer")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [row["ask"] for row in rows] == ["May a cow come?", "May a horse come?", "May a hen come?"]
    assert rows[0]["tags"] == {"use_case": "pets", "proposed_by": "writer"}
    assert "nobody has looked at them yet" in done.err


def decide(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, keys: str):
    monkeypatch.setattr(sys, "stdin", StringIO(keys))
    asked = ["--from", "cases.jsonl", "--with", "writer", "--accept", "--out", "new.jsonl"]
    return call(capsys, "cases", "propose", *asked)


def test_a_person_accepts_edits_and_rejects(folder: Path, capsys, monkeypatch) -> None:
    """Only what was accepted is in the file, as it was edited."""
    done = decide(capsys, monkeypatch, "a\nr\ne\nMay two hens come?\nyes\n")
    rows = [json.loads(line) for line in (folder / "new.jsonl").read_text().splitlines()]
    assert [(row["ask"], row["expect"]) for row in rows] == [("May a cow come?", "no"), ("May two hens come?", "yes")]
    assert "2 of 3 proposals accepted, in new.jsonl" in done.err


def test_what_was_accepted_stays_when_the_person_leaves(folder: Path, capsys, monkeypatch) -> None:
    """By `q`, or by an end of input; nothing is asked twice into the file."""
    assert decide(capsys, monkeypatch, "a\nq\n").code == 0
    assert decide(capsys, monkeypatch, "a\na\n").code == 0
    asks = [json.loads(line)["ask"] for line in (folder / "new.jsonl").read_text().splitlines()]
    assert asks == ["May a cow come?", "May a horse come?"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--with", "wrter"], "did you mean `writer`?"),
        (["--with", "writer", "--like", "use_case=fish"], "no case of one question with use_case=fish"),
        (["--with", "writer", "--accept"], "belong together"),
        (["--with", "writer", "--like", "pets"], "is no tag"),
        (["--with", "writer", "--suite", "none.yaml"], "none.yaml"),
        (["--with", "bot"], "also when asked again"),
    ],
)
def test_what_cannot_be_proposed(folder: Path, capsys: pytest.CaptureFixture[str], arguments, why) -> None:
    """Told in one sentence; a model that does not do it is exit code 4."""
    done = call(capsys, "cases", "propose", "--from", "cases.jsonl", *arguments)
    assert done.code == (4 if "again" in why else 2)
    assert why in done.err
