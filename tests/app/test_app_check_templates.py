"""Templates in checks: filled from each case's variables, whichever place the check was written in."""

from pathlib import Path
from typing import Any

import pytest
from app_support import put, put_rows, refused

from seatrial.app.evaluate import evaluate
from seatrial.app.front import check
from seatrial.app.templates import fill_all, has_templates
from seatrial.core.errors import Mistake

VALUES: dict[str, Any] = {"x": "v", "docs": ["one", "two"], "n": 3, "row": {"key": [1.5]}}


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("{{ docs }}", ["one", "two"]),
        (" {{ n }} ", 3),
        ("{{ row.key }}", [1.5]),
        ("{{ docs[1] }}", "two"),
        ("{{ n }} of {{ x }}", "3 of v"),
        ({"contains": "{{ x }}", "n": 7}, {"contains": "v", "n": 7}),
        ([{"{{ x }}": ["{{ docs }}", None, True]}], [{"{{ x }}": [["one", "two"], None, True]}]),
        ("plain", "plain"),
    ],
)
def test_a_structure_is_filled_and_one_expression_keeps_its_type(value: Any, filled: Any) -> None:
    """Texts inside lists and mappings are filled, keys and other values stay."""
    assert fill_all(value, VALUES) == filled


@pytest.mark.parametrize("value", ["{{ y }}", "{{ x.z }}", "{{ x", "{{ 1 / 0 }}", "{{ ''.__class__ }}", ["{{ y }}"]])
def test_what_cannot_be_filled_is_a_mistake(value: Any) -> None:
    """An unknown variable, a broken template and an error inside one are told, never passed on."""
    with pytest.raises(Mistake, match="template"):
        fill_all(value, VALUES)


@pytest.mark.parametrize(
    ("value", "found"), [("{{ x }}", True), ({"a": ["{% if x %}"]}, True), ({"{{ a }}": "b"}, False), (3, False)]
)
def test_templates_are_found_at_any_depth(value: Any, found: bool) -> None:
    """Only values count: a key is no template."""
    assert has_templates(value) is found


SUITE = """
targets:
  bot: {recorded: answers.jsonl}
suites:
  behaviour:
    target: bot
    cases: [{from: cases.jsonl}]
    checks: ["{{ how }}", {contains: "{{ word }}"}]
"""


def test_checks_of_a_suite_take_the_variables_of_each_case(tmp_path: Path) -> None:
    """One line in the suite means another check for each case."""
    rows = [
        {"id": "a", "ask": "q", "variables": {"word": "tea", "how": "length <= 9"}},
        {"id": "b", "ask": "r", "variables": {"word": "milk", "how": "length <= 2"}},
    ]
    put_rows(tmp_path, rows)
    put_rows(tmp_path, [{"id": "a", "answer": "tea"}, {"id": "b", "answer": "milk"}], "answers.jsonl")
    report = check(put(tmp_path, SUITE)).report
    assert {line.case: line.passed for line in report.cases.shown} == {"a": 1, "b": 0}


def test_a_check_that_cannot_be_filled_is_told_with_its_case(tmp_path: Path) -> None:
    """The sentence names the row and what is known there."""
    put_rows(tmp_path, [{"id": "a", "ask": "q", "variables": {"word": "tea"}}])
    put_rows(tmp_path, [{"id": "a", "answer": "tea"}], "answers.jsonl")
    said = refused(check, put(tmp_path, SUITE))
    assert "cases.jsonl:1" in said
    assert "'how' is undefined; known are word" in said


def test_a_notebook_fills_them_too() -> None:
    """`evaluate` gives checks the variables of its cases."""
    cases = [{"ask": "q", "variables": {"word": "q"}}]
    assert evaluate(str, cases, [{"equals": "{{ word }}"}]).report.counts.passed == 1
