"""Cases from templates and from models, through the doors that commands use."""

import json
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.cases_generate import Generated, Given, counted, generate_cases
from seatrial.app.cases_propose import Accepted, Wanted, as_row, proposals
from seatrial.app.rows import read
from seatrial.app.sources import own_case
from seatrial.cases.propose import Proposal
from seatrial.core.errors import CannotRun, Mistake

SLOTS = "animal: [dog, cat]\nprice: ['1.50', 2, 3.5]\n"
WRITER = """
import json, pathlib

def writer(prompt):
    {body}

def shown(prompt):
    pathlib.Path("prompt.txt").write_text(prompt)
    return json.dumps({{"cases": [{{"ask": "Anything new?"}}]}})
"""
SUITE = """
targets:
  writer: {{python: "{module}:writer"}}
  shown: {{python: "{module}:shown"}}
  off: {{openai: "http://127.0.0.1:9/v1", model: m, retries: 1}}
suites: {{s: {{target: writer, cases: [{{from: cases.jsonl}}], checks: [contains]}}}}
"""
ROWS = [
    {"ask": "May a dog come?", "expect": "yes", "tags": {"use": "pets"}},
    {"ask": [{"user": "Hi"}, {"assistant": "Hello"}, {"user": "Fare?"}], "expect": "4.50", "tags": {"use": "pets"}},
    {"ask": "When?", "tags": {"use": "time"}},
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Slots and cases in a folder to work in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slots.yaml").write_text(SLOTS)
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return tmp_path


def made(template: str, **more: Any) -> Generated:
    return generate_cases(Given([template], Path("slots.yaml"), **more))


def writing(folder: Path, body: str = "return json.dumps({'cases': [{'ask': 'New?'}]})") -> Path:
    """A suite file whose target is a function with this body."""
    module = "writing_" + "".join(sign for sign in folder.name if sign.isalnum())
    (folder / f"{module}.py").write_text(WRITER.format(body=body))
    (folder / "seatrial.yaml").write_text(SUITE.format(module=module))
    return folder / "seatrial.yaml"


def wanted(folder: Path, **more: Any) -> Wanted:
    given: dict[str, Any] = {"source": "cases.jsonl", "like": [], "model": "writer", "most": 5}
    return Wanted(**{**given, "suite": folder / "seatrial.yaml", **more})


def test_what_is_generated_can_be_read_again(folder: Path) -> None:
    """Every row is a case of its own, with what was asked for."""
    found = made("{a:animal} for {price}?", expect="{price}", checks=["length <= 9"], tags=["use=pets"])
    (folder / "made.jsonl").write_text("".join(json.dumps(row) + "\n" for row in found.made.rows))
    cases = [own_case(row) for row in read(folder / "made.jsonl")]
    assert [case.turns[0].content for case in cases][:3] == ["A dog for 1.50?", "A dog for 2?", "A dog for 3.5?"]
    assert {case.id for case in cases} == {row["id"] for row in found.made.rows}
    assert cases[0].expect == ("1.50",)
    assert cases[0].tags["use"] == "pets"
    assert found.notes == ()


def test_notes_say_what_a_person_would_want_to_know(folder: Path) -> None:
    """Slots that nothing uses, what is no slot, what the limit left out, and cases that nothing judges."""
    notes = made("{animal} {colour }", limit=1).notes
    assert "the slot `price` is used by no template" in notes
    assert "`{colour }` is no slot and stays as it is" in notes
    assert "1 of 2 possible cases were made" in notes
    assert "1 case without an expected answer and without a check: their suite must judge them" in notes
    assert counted(1_234) == "1,234 cases"


def test_ids_stay_when_other_values_come(folder: Path) -> None:
    """A case is the same case as long as its question is, so that runs can be compared."""
    before = {row["ask"]: row["id"] for row in made("{animal}?").made.rows}
    (folder / "slots.yaml").write_text("animal: [horse, cat, dog]\n")
    after = {row["ask"]: row["id"] for row in made("{animal}?").made.rows}
    assert {ask: after[ask] for ask in before} == before
    assert len(set(after.values())) == 3


@pytest.mark.parametrize("falling", [False, True])
def test_directions_reach_the_tags(folder: Path, falling: bool) -> None:
    """`--falling` turns the way in which a value must go."""
    rows = made("{price}", kind="direction", vary="price", falling=falling).made.rows
    assert [row["tags"]["direction"] for row in rows] == ["down" if falling else "up"] * 3
    assert [row["tags"]["step"] for row in rows] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"checks": ["{regex: '('}"]}, "--check {regex: '('}"),
        ({"checks": ["a: b: c"]}, "--check"),
        ({"checks": [""]}, "--check"),
        ({"checks": ["similar >= 3"]}, "--check similar >= 3"),
        ({"tags": ["=x"]}, "NAME=VALUE"),
        ({"expect": "{colour}"}, "`{colour}`"),
        ({"expect": " "}, "the template is empty"),
        ({"kind": "invariance", "vary": "colour"}, "`colour`"),
        ({"slots": Path("none.yaml")}, "none.yaml"),
        ({"slots": Path()}, "cannot be read"),
    ],
)
def test_wishes_that_cannot_be_met(folder: Path, more: dict[str, Any], why: str) -> None:
    """Told with the option or the slot that is meant."""
    given = {"templates": ["{animal}"], "slots": Path("slots.yaml"), **more}
    with pytest.raises(Mistake) as found:
        generate_cases(Given(**given))
    assert why in str(found.value)


def test_only_cases_with_all_tags_and_one_question_are_shown(folder: Path) -> None:
    """A conversation cannot be proposed in this form, so none is shown; the expected answer is."""
    writing(folder)
    [found] = proposals(wanted(folder, model="shown", like=["use=pets"]))
    prompt = (folder / "prompt.txt").read_text()
    assert found.ask == "Anything new?"
    assert '{"ask":"May a dog come?","expect":"yes"}' in prompt
    assert "Fare?" not in prompt
    assert "When?" not in prompt


def test_a_row_says_who_proposed_it(folder: Path) -> None:
    """Its id is that of its question; the tags of the shown cases are its own."""
    row = as_row(Proposal("New?", "yes", "why"), wanted(folder, like=["use=pets", "tone=kind"]))
    assert row["tags"] == {"use": "pets", "tone": "kind", "proposed_by": "writer"}
    assert (
        row["id"]
        == as_row(Proposal("New?", "no"), wanted(folder))["id"]
        != as_row(Proposal("Old?"), wanted(folder))["id"]
    )
    assert "expect" not in as_row(Proposal("New?"), wanted(folder))


@pytest.mark.parametrize(
    ("more", "error", "why"),
    [
        ({"model": "off"}, CannotRun, "cannot be reached|refused"),
        ({"model": "nobody"}, Mistake, "there is no target `nobody`"),
        ({"like": ["use=fish"]}, Mistake, "no case of one question with use=fish"),
        ({"like": ["use"]}, Mistake, "NAME=VALUE"),
        ({"source": "none.jsonl"}, Mistake, "there is no file `none.jsonl`"),
        ({"source": "seatrial.yaml"}, Mistake, "of no known kind"),
        ({"suite": Path("none.yaml")}, Mistake, "none.yaml"),
    ],
)
def test_what_cannot_be_proposed_is_named(folder: Path, more: dict[str, Any], error: type, why: str) -> None:
    """The target, the tag or the file that is meant."""
    writing(folder)
    with pytest.raises(error, match=why):
        proposals(wanted(folder, **more))


def test_a_broken_row_among_the_shown_is_named(folder: Path) -> None:
    """With its line: what is shown to a model is looked at first."""
    writing(folder)
    (folder / "cases.jsonl").write_text('{"ask": "a"}\n{"ask": \n')
    with pytest.raises(Mistake, match=r"cases\.jsonl:2"):
        proposals(wanted(folder))


@pytest.mark.parametrize("body", ["raise RuntimeError('no')", "return ''", "return None", "return '{}'", "return 7"])
def test_a_model_that_breaks_is_told_by_name(folder: Path, body: str) -> None:
    """Whatever its function does, the error is one sentence and no traceback."""
    writing(folder, body)
    with pytest.raises(CannotRun, match="`writer`"):
        proposals(wanted(folder))


def test_accepted_rows_are_added_once(folder: Path) -> None:
    """What has an id that is there is not added again, also after the file was opened anew."""
    row = as_row(Proposal("New?"), wanted(folder))
    file = Accepted(folder / "new.jsonl")
    assert (file.add(row), file.add(row)) == (True, False)
    assert Accepted(folder / "new.jsonl").add(row) is False
    assert (folder / "new.jsonl").read_text().count("\n") == 1


def test_a_file_that_vanishes_is_a_named_failure(folder: Path) -> None:
    """Its folder is gone when a row is to be added."""
    (folder / "deep").mkdir()
    file = Accepted(folder / "deep" / "new.jsonl")
    (folder / "deep" / "new.jsonl").unlink()
    (folder / "deep").rmdir()
    with pytest.raises(CannotRun, match="No such file"):
        file.add({"id": "a", "ask": "b"})
