"""Audits of files: which cases are looked at together, and how they are told."""

import json
from pathlib import Path

import pytest

from seatrial.app.cases_audit import audit_cases
from seatrial.app.cases_audit_text import as_json, as_lines, fails
from seatrial.cases.audit_record import Audit, at
from seatrial.core.errors import MissingExtra, Mistake


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(name, *values):
    """A file of rows."""
    Path(name).write_text("".join(json.dumps(value) + "\n" for value in values))


def kinds(*sources, **how):
    """What is found, sorted."""
    return sorted(finding.id.removeprefix("cases.") for finding in audit_cases(sources, **how).findings)


def test_turns_and_context_are_read():
    """A conversation is one case, and its last turn is quoted."""
    turns = [{"user": "I need a refund"}, {"assistant": "Which booking?"}, {"user": "XK-17"}]
    rows("cases.jsonl", {"ask": turns, "expect": "a"}, {"ask": turns, "expect": "b"}, {"ask": turns[2:]})
    (finding,) = audit_cases(["cases.jsonl"]).findings
    assert finding.id == "cases.contradiction"
    assert finding.evidence.endswith('"XK-17"')


def test_templates_of_a_case_file_are_left_as_they_are():
    """They are filled where a suite reads them; `{{ name }}` is no damage."""
    rows("cases.jsonl", {"ask": "Is {{ pier }} open?", "variables": {"pier": "two"}})
    assert kinds("cases.jsonl") == []


def test_templates_of_a_suite_are_filled():
    """Two that come out the same are the same."""
    Path("seatrial.yaml").write_text(
        "targets: {bot: {recorded: a.jsonl}}\nsuites:\n  s:\n    target: bot\n    variables: {pier: two}\n    cases:\n"
        "      - {ask: 'Is {{ pier }} open?', expect: 'yes'}\n      - {ask: Is two open?, expect: 'no'}\n"
    )
    assert kinds("seatrial.yaml") == ["contradiction"]


def test_tags_of_a_suite_are_those_of_its_cases():
    """A tag that holds for all rows is missing in none."""
    rows("cases.jsonl", {"ask": "a?", "tags": {"use": "x"}}, {"ask": "b?"})
    Path("seatrial.yaml").write_text(
        "targets: {bot: {recorded: a.jsonl}}\n"
        "suites: {s: {target: bot, tags: {use: y}, cases: [{from: cases.jsonl}]}}\n"
    )
    assert kinds("seatrial.yaml") == []
    assert kinds("cases.jsonl") == ["untagged"]


def test_foreign_rows_are_read_through_their_suite():
    """With the fields that it names."""
    rows("foreign.jsonl", {"q": "Who?", "a": "A"}, {"q": "who", "a": "B"}, {"a": "no question"})
    Path("seatrial.yaml").write_text(
        "targets: {bot: {recorded: a.jsonl}}\n"
        "suites: {s: {target: bot, cases: [{from: foreign.jsonl, ask: q, expect: a}]}}\n"
    )
    assert kinds("seatrial.yaml") == ["broken", "contradiction"]


def test_a_suite_and_a_file_are_told_once_where_they_agree():
    """The same finding of the same place is one."""
    rows("cases.jsonl", {"id": "a", "ask": "Lost \ufffd"})
    Path("seatrial.yaml").write_text(
        "targets: {bot: {recorded: a.jsonl}}\nsuites: {s: {target: bot, cases: [{from: cases.jsonl}]}}\n"
    )
    assert kinds("cases.jsonl", "seatrial.yaml") == ["damage"]


def test_a_line_that_is_too_long_is_a_finding():
    """What stands before it is audited, too."""
    with Path("cases.jsonl").open("wb") as file:
        file.write(b'{"ask": "When?"}\n{"ask": "' + b"x" * 16_000_001 + b'"}\n')
    found = audit_cases(["cases.jsonl"])
    assert found.cases == 1
    assert "longer than" in found.findings[0].evidence
    assert found.findings[0].path == "cases.jsonl:2"


def test_a_missing_reader_is_a_mistake(monkeypatch):
    """Parquet without polars says what to install, and is no finding."""
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    Path("cases.parquet").write_bytes(b"PAR1")
    with pytest.raises(MissingExtra, match=r"seatrial\[parquet\]"):
        audit_cases(["cases.parquet"])


@pytest.mark.parametrize("similar", [0, -1, 1.01, float("nan")])
def test_similarity_is_a_share(similar):
    """Above 0 and at most 1."""
    rows("cases.jsonl", {"ask": "When?"})
    with pytest.raises(Mistake, match="no share"):
        audit_cases(["cases.jsonl"], similar=similar)


def test_a_suite_file_with_mistakes_is_a_mistake():
    """It cannot be audited before it can be read."""
    Path("seatrial.yaml").write_text("suites: {s: {target: bot, casse: []}}\n")
    with pytest.raises(Mistake, match="casse"):
        audit_cases(["seatrial.yaml"])


def test_lines_count_each_severity():
    """Worst first, and one case is no cases."""
    found = Audit(cases=1, findings=(at("damage", "a:1", "x"), at("near", "a:2", "y"), at("few", "a:3", "z")))
    lines = list(as_lines(found))
    assert lines[0] == "1 case: 1 high, 2 low"
    assert lines[2].startswith("HIGH    Characters were lost")


def test_notes_stand_at_the_end():
    """What was left out, and why."""
    assert list(as_lines(Audit(cases=2, left_out=("languages are left out",))))[-1] == "note: languages are left out"


def test_long_lines_are_cut():
    """In the terminal; JSON has all of it."""
    found = Audit(cases=1, findings=(at("damage", "a:1", "x" * 1_000),))
    assert max(map(len, as_lines(found))) <= 170
    assert json.loads(as_json(found))["findings"][0]["evidence"] == "x" * 1_000


@pytest.mark.parametrize(("kind", "limits"), [("damage", "high medium low"), ("leak", "medium low"), ("near", "low")])
def test_it_fails_at_its_severity_and_below(kind, limits):
    """And never when told so."""
    found = Audit(cases=1, findings=(at(kind, "a:1", "x"),))
    failing = [limit for limit in ("high", "medium", "low", "never") if fails(found, limit)]
    assert failing == limits.split(" ")
