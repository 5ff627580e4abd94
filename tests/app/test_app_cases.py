"""Cases: inline, from files, mapped, with templates."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from app_support import put, put_rows, refused

from seatrial.app.cases import Shared, make_case
from seatrial.app.schema_cases import CaseModel
from seatrial.app.suite import load
from seatrial.app.templates import LONGEST, fill
from seatrial.core.case import Case
from seatrial.core.errors import Mistake

SUITE = """
targets: {{bot: {{python: "nowhere:nothing"}}}}
suites:
  s:
    target: bot
    tags: {{team: red}}
    variables: {{island: Saltholm}}
    checks: [{{length: {{min: 1}}}}]
    cases: [{cases}]
gates: [pass_rate >= 1%]
"""


def cases(folder: Path, written: str) -> list[Case]:
    trial = load(put(folder, SUITE.format(cases=written)))
    return list(trial.cases["s"].cases())


def test_inline_cases_take_what_the_suite_adds(tmp_path: Path) -> None:
    """A case has its own tags over the suite's, the suite's checks behind its own, and its place."""
    (case,) = cases(tmp_path, '{ask: "To {{ island }}?", expect: [7, true], tags: {team: blue}, checks: [contains]}')
    assert case.turns[0].content == "To Saltholm?"
    assert case.expect == ("7", "true")
    assert case.tags == {"team": "blue"}
    assert case.checks == ("contains", {"length": {"min": 1}})
    assert case.origin.endswith("seatrial.yaml:9")


def test_dialogues_are_turns_by_role(tmp_path: Path) -> None:
    """A conversation is a list of roles with their texts, short or as the API writes it."""
    (case,) = cases(tmp_path, "{ask: [{user: a}, {assistant: b}, {role: user, content: c}]}")
    assert [(turn.role, turn.content) for turn in case.turns] == [("user", "a"), ("assistant", "b"), ("user", "c")]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{ask: [{user: a}, {assistant: b}]}", "the last turn of `ask` is the assistant's"),
        ("{ask: [{wizard: a}]}", "turn 1 of `ask` is of the role `wizard`; allowed are"),
        ("{ask: [{user: a, assistant: b}]}", "turn 1 of `ask` must be one role with its text"),
        ("{ask: [{user: [1]}]}", "turn 1 of `ask` must be a text, a list was found"),
        ('{ask: "  "}', "`ask` is empty"),
        ('{ask: "{{ wind }}"}', "the template cannot be filled: 'wind' is undefined; known are island"),
        ('{ask: "{{ island "}', "the template is broken"),
        ("{ask: a, checks: [contains]}", "the check `contains` needs `expect`, which the case does not have"),
        (
            "{ask: a, checks: [bleu >= 0.4]}",
            "the check `bleu` needs `reference` or `expect`, neither",
        ),
        ("{ask: a, checks: [{not: list_match}]}", "needs `reference` or `expect`"),
        ("{from: none/*.jsonl}", "there is no file `none/*.jsonl`"),
        ("{from: seatrial.yaml}", "is of no known kind; known are .jsonl"),
        ("{from: seatrial.yaml, expect: a}", "is of no known kind"),
    ],
)
def test_wrong_cases_are_told_with_their_line(tmp_path: Path, written: str, said: str) -> None:
    """What is wrong with a case is said at the line on which it stands."""
    text = refused(cases, tmp_path, written)
    assert said in text
    assert "seatrial.yaml:9" in text


def test_ids_without_a_name_are_digests() -> None:
    """The id of a case that was given none changes with its question and its expected answer, and with nothing else."""
    first = make_case(CaseModel(ask="a", expect="b"), "x:1", Shared())
    same = make_case(CaseModel(ask="a", expect="b", tags={"t": 1}), "y:9", Shared())
    other = make_case(CaseModel(ask="a", expect="c"), "x:1", Shared())
    assert first.id == same.id != other.id
    assert len(first.id) == 10


def test_duplicate_ids_name_both_places(tmp_path: Path) -> None:
    """An id that is taken is told with the place where it was first."""
    put_rows(tmp_path, [{"id": "a", "ask": "x"}, {"id": "b", "ask": "y"}, {"id": "a", "ask": "z"}])
    said = refused(cases, tmp_path, "{from: cases.jsonl}")
    assert "cases.jsonl:3: the id `a` is taken already, at" in said
    assert said.endswith("cases.jsonl:1")


def test_a_bad_line_far_down_is_named(tmp_path: Path) -> None:
    """Line 1,734 that is no JSON is told by its number, and so are unknown keys beside it."""
    rows = [json.dumps({"ask": f"q{i}"}) for i in range(1_800)]
    rows[1_733] = '{"ask": '
    rows[1_740] = '{"ask": "a", "expct": 1}'
    put(tmp_path, "\n".join(rows), "cases.jsonl")
    said = refused(cases, tmp_path, "{from: cases.jsonl}")
    assert "cases.jsonl:1734: not JSON: " in said
    assert "cases.jsonl:1741: expct: this key is not known; did you mean `expect`?" in said


@pytest.mark.parametrize("line", [b"[1]", b"3", b'{"ask": "\xff"}', b"{}", b'{"ask": 3}', b"[" * 5_000])
def test_lines_that_are_no_case_are_mistakes(tmp_path: Path, line: bytes) -> None:
    """A line of the wrong kind, with half a character or nested without end is a Mistake with its place."""
    (tmp_path / "cases.jsonl").write_bytes(b'\xef\xbb\xbf{"ask": "fine"}\n\n' + line + b"\n")
    assert "cases.jsonl:3: " in refused(cases, tmp_path, "{from: cases.jsonl}")


def test_csv_columns_are_keys(tmp_path: Path) -> None:
    """Columns are keys, `tags.language` a tag, cells of `checks` JSON or one name, empty cells nothing."""
    with (tmp_path / "cases.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "ask", "expect", "tags.language", "checks", "reference"])
        writer.writerow(["a", "line one\nline two", "7", "es", '["contains", "number"]', ""])
        writer.writerow(["b", "x", '["1", "2"]', "", "contains", "r"])
    first, second = cases(tmp_path, "{from: cases.csv}")
    assert first.tags == {"team": "red", "language": "es"}
    assert first.checks[:2] == ("contains", "number")
    assert (second.expect, second.reference) == (("1", "2"), "r")
    assert (first.origin[-5:], second.origin[-5:]) == ("csv:2", "csv:4")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ask,ask\na,b", "csv:1: two columns have the same name"),
        ("ask\na,b", "csv:2: 2 cells in a table of 1 columns"),
        ('ask\n"a', "no CSV"),
        ("ask,tgas.x\na,b", "csv:2: tgas.x: this key is not known"),
    ],
)
def test_broken_csv_is_told(tmp_path: Path, text: str, said: str) -> None:
    """A table that is none is told with its line."""
    put(tmp_path, text, "cases.csv")
    assert said in refused(cases, tmp_path, "{from: cases.csv}")


def test_parquet_rows_are_cases(tmp_path: Path) -> None:
    """Columns of a Parquet file are keys, structs are mappings, nulls are nothing."""
    polars = pytest.importorskip("polars", reason="reading Parquet needs the extra `parquet`")
    rows = [{"ask": "a", "tags": {"l": "es", "x": None}}, {"ask": "b", "tags": {"l": "de", "x": "1"}}]
    polars.DataFrame(rows).write_parquet(tmp_path / "cases.parquet")
    first, second = cases(tmp_path, "{from: cases.parquet}")
    assert (first.tags, second.tags["x"]) == ({"team": "red", "l": "es"}, "1")


def test_globs_are_read_in_the_order_of_names(tmp_path: Path) -> None:
    """A glob takes all files below the suite file's folder, sorted."""
    for name in ("b", "a", "c"):
        put_rows(tmp_path, [{"id": name, "ask": name}], f"cases/{name}.jsonl")
    assert [case.id for case in cases(tmp_path, "{from: cases/*.jsonl}")] == ["a", "b", "c"]


FOREIGN: list[dict[str, Any]] = [
    {"question": "1+1? {{ not a template }}", "truth": {"text": "So 1 + 1 = 2\nA: 2"}, "lang": "en", "n": 7},
    {"question": "2+2?", "truth": {"text": "A: 4"}, "lang": "de", "n": 8},
]


def test_foreign_rows_are_read_by_their_fields(tmp_path: Path) -> None:
    """Fields are named plainly, by dots or by JSONPath, a regular expression takes part of one, tags may be read."""
    put_rows(tmp_path, FOREIGN, "foreign.jsonl")
    written = (
        "{from: foreign.jsonl, ask: question, id: $.n, tags: {language: $.lang, set: x}, checks: [number],"
        " expect: {field: truth.text, regex: 'A: (.+)'}}"
    )
    first, second = cases(tmp_path, written)
    assert (first.turns[0].content, first.id, first.expect) == ("1+1? {{ not a template }}", "7", ("2",))
    assert second.tags == {"team": "red", "language": "de", "set": "x"}
    assert second.checks[0] == "number"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{from: foreign.jsonl, ask: qestion}", "foreign.jsonl:1: the row has no question in the field `qestion`"),
        ("{from: foreign.jsonl, ask: $.[}", "the JSONPath of `ask` is broken"),
        ("{from: foreign.jsonl, ask: question, expect: {field: n, regex: '('}}", "expression of `expect` is broken"),
        (
            "{from: foreign.jsonl, ask: question, expect: {field: n, regex: x}}",
            "of `expect` finds nothing in the field",
        ),
        ("{from: foreign.jsonl, expect: n}", "then `ask` must name one, too"),
    ],
)
def test_foreign_rows_that_do_not_fit_are_told(tmp_path: Path, written: str, said: str) -> None:
    """A field that is not there, a broken path and a broken expression are each one sentence."""
    put_rows(tmp_path, FOREIGN, "foreign.jsonl")
    assert said in refused(cases, tmp_path, written.replace("$.[", '"$.["'))


def test_a_case_that_nothing_checks_is_a_mistake(tmp_path: Path) -> None:
    """Without a check of the suite or of its own, a case is refused."""
    text = SUITE.format(cases="{ask: a}").replace("    checks: [{length: {min: 1}}]\n", "")
    assert "nothing checks the case" in refused(load, put(tmp_path, text))


@pytest.mark.parametrize("text", ["{{ ''.__class__ }}", "{% for i in range(9**9) %}x{% endfor %}", "{{ 1 / 0 }}"])
def test_templates_cannot_break_out(text: str) -> None:
    """The sandbox keeps templates from Python's insides and from using up the machine."""
    with pytest.raises(Mistake):
        fill(text, {})


def test_templates_are_bounded() -> None:
    """A template that grows past the limit is a Mistake."""
    part = "x" * 1_000
    loop = "{% for i in range(9999) %}{{ part }}{% endfor %}"
    assert f"more than {LONGEST:,} characters" in refused(fill, loop, {"part": part})


@pytest.mark.parametrize(
    "case",
    [
        "{ask: a, reference: b, checks: [bleu >= 0.4]}",
        "{ask: a, expect: b, checks: [bleu >= 0.4]}",
        "{ask: a, checks: [{bleu: {limit: '>= 0.4', reference: b}}]}",
        "{ask: a, checks: [{list_match: [b, c]}]}",
    ],
)
def test_a_reference_may_stand_in_three_places(tmp_path: Path, case: str) -> None:
    """The case's reference, its expected answer, or the check's own: with any of them the case is sound."""
    assert len(cases(tmp_path, case)) == 1
