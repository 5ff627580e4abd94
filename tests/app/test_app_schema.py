"""The JSON Schema for editors."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from app_support import RECORDED, refused

from seatrial.app.check_list import check_lines, check_rows
from seatrial.app.json_schema import schema, schema_text
from seatrial.app.yaml_places import parse_yaml

ROOT = Path(__file__).resolve().parents[2]


def validate(text: str) -> list[Any]:
    return list(jsonschema.Draft202012Validator(schema()).iter_errors(parse_yaml(text, Path("x")).root.data))


def test_committed_schema_is_current() -> None:
    """`schema/seatrial.schema.json` is what `seatrial schema` prints; write it anew when this fails."""
    assert (ROOT / "schema/seatrial.schema.json").read_text() == schema_text()


def test_schema_is_a_schema() -> None:
    """What is printed is valid JSON Schema, and every reference in it leads somewhere."""
    made = schema()
    jsonschema.Draft202012Validator.check_schema(made)
    text = json.dumps(made)
    names = {part.split('"')[0] for part in text.split("#/$defs/")[1:]}
    assert names <= set(made["$defs"])


@pytest.mark.parametrize("path", [ROOT / "examples/harbour/seatrial.yaml"])
def test_example_suites_are_valid(path: Path) -> None:
    """The example that is shipped has nothing that an editor would mark."""
    assert validate(path.read_text()) == []


@pytest.mark.parametrize(
    "change",
    [
        ("target: bot", "traget: bot"),
        ("[contains]", "[contians]"),
        ("[contains]", "[{regex: a, contains: b}]"),
        ("cases: [{from: cases.jsonl}]", "cases: []"),
        ("cases: [{from: cases.jsonl}]", "cases: [{ask: a, expct: b}]"),
        ("{recorded: answers.jsonl}", "{recroded: answers.jsonl}"),
        ("suites:", "gateway: {}\nsuites:"),
    ],
)
def test_editors_mark_what_we_refuse(change: tuple[str, str]) -> None:
    """What a run refuses, the schema refuses as well."""
    assert validate(RECORDED) == []
    assert validate(RECORDED.replace(*change))


def test_checks_are_explained() -> None:
    """Every check has a line, one check has its needs and arguments, and a misspelt one its nearest."""
    lines = list(check_lines())
    assert any(line.startswith("  contains ") for line in lines)
    assert "needs: answer, expected; cost: free" in list(check_lines("contains"))
    assert "did you mean `contains`?" in refused(lambda: list(check_lines("contians")))


def test_the_list_of_checks_is_whole() -> None:
    """Each check stands once below its family with what it needs and costs, and a judge's prompt can be read."""
    lines = list(check_lines())
    for row in check_rows():
        [line] = [each for each in lines if each.startswith(f"  {row['name']} ")]
        assert row["cost"] in line
        assert ", ".join(row["needs"]) in line
    assert "    after Lin 2004; rouge-score 0.1.2" in "\n".join(lines)
    assert any("prompt (rubric-" in line for line in check_lines("rubric"))
    assert check_rows("contains")[0]["needs"] == ["answer", "expected"]
