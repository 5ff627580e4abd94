"""promptfoo's tables: columns are variables, and those with two underscores say how a row is tested."""

from pathlib import Path
from typing import Any

import pytest
from importing_support import about, imported, put, refused, said, suite

from seatrial.cases.importing.notes import Level
from seatrial.cases.importing.promptfoo.kinds import KINDS
from seatrial.cases.importing.promptfoo.table import assertion_of, comma_separated

SUITE = "prompts: ['{{q}}']\ntests: file://t.csv\n"


def table(folder: Path, text: str, *, lenient: bool = False) -> Any:
    """A suite with this table of tests."""
    return suite(folder, SUITE, lenient=lenient, t__csv=text)


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("Paris", {"type": "equals", "value": "Paris"}),
        ("contains:Paris", {"type": "contains", "value": "Paris"}),
        ("contains: Paris ", {"type": "contains", "value": "Paris"}),
        ("contains-any:a, b", {"type": "contains-any", "value": ["a", "b"]}),
        ('icontains-all: <b>,"x, y"', {"type": "icontains-all", "value": ["<b>", "x, y"]}),
        ("not-contains:error", {"type": "not-contains", "value": "error"}),
        ("similar(0.6):Hi there", {"type": "similar", "value": "Hi there", "threshold": 0.6}),
        ("similar:Hi", {"type": "similar", "value": "Hi", "threshold": 0.8}),
        ("levenshtein(5):abc", {"type": "levenshtein", "value": "abc", "threshold": 5.0}),
        ("is-json", {"type": "is-json"}),
        ("fn:output.length < 9", {"type": "javascript", "value": "output.length < 9"}),
        ("eval:true", {"type": "javascript", "value": "true"}),
        ("grade:is kind", {"type": "llm-rubric", "value": "is kind"}),
        ("python:len(output) > 3", {"type": "python", "value": "len(output) > 3"}),
        ("file://judge.js", {"type": "javascript", "value": "file://judge.js"}),
        ("file://judge.py:good", {"type": "python", "value": "file://judge.py:good"}),
        ("regex:^a:b$", {"type": "regex", "value": "^a:b$"}),
        ("Note: this is a sentence", {"type": "equals", "value": "Note: this is a sentence"}),
        ("note: lower", {"type": "equals", "value": "note: lower"}),
        ("similar:cosine(0.9):x", {"type": "similar:cosine", "value": "x", "threshold": 0.9}),
    ],
)
def test_assertions_have_a_short_form(text: str, assertion: Any) -> None:
    """`type(threshold):value`; without a type that is known it is the text to equal."""
    assert assertion_of(text, KINDS) == assertion


def test_values_between_commas_may_be_quoted() -> None:
    """A comma inside quotes does not part."""
    assert comma_separated('a, "b, c" ,,d') == ["a", "b, c", "d"]


def test_columns_become_variables_and_checks(tmp_path: Path) -> None:
    """Several `__expected` columns, a description, a metric; empty cells give nothing."""
    text = "q,n,__expected1,__expected2,__description,__metric\nHi,1,contains:a,is-json,first,m\nHo,2,b,,second,\n"
    first, second = table(tmp_path, text).rows
    assert first["checks"] == [{"contains": {"expect": "a", "name": "m"}}, {"json_valid": {"name": "m"}}]
    assert (first["id"], first["variables"]) == ("first", {"q": "Hi", "n": "1"})
    assert second["checks"] == [{"equals": {"expect": "b", "strip": False}}]


def test_metadata_become_tags(tmp_path: Path) -> None:
    """A list between commas, in which a comma may be escaped; a column without a key is named."""
    text = 'q,__metadata:team,__metadata:tags[],__metadata\nHi,pier,"a,b\\,c",x\n'
    found = table(tmp_path, text)
    assert found.rows[0]["tags"] == {"team": "pier", "tags": "a, b,c"}
    assert "no such column" in about(found, "`__metadata`").why


def test_thresholds_prefix_and_suffix_have_columns(tmp_path: Path) -> None:
    """`__threshold` weighs the checks of the row; `__prefix` and `__suffix` surround what is asked."""
    text = "q,__expected1,__expected2,__threshold,__prefix,__suffix\nHi,contains:a,contains:b,0.5,Say ,!\n"
    [row] = table(tmp_path, text).rows
    assert row["ask"] == "Say Hi!"
    assert row["checks"][0]["weighted"]["threshold"] == 0.5


def test_thresholds_of_assertions_have_columns(tmp_path: Path) -> None:
    """`__config:__expected:threshold` is for all of them, `__config:__expected2:threshold` for one."""
    text = "q,__expected1,__expected2,__config:__expected2:threshold\nHi,similar:a,similar:b,0.3\n"
    limits = [check["similar"]["limit"] for check in table(tmp_path, text).rows[0]["checks"]]
    assert limits == [">= 0.8", ">= 0.3"]
    text = "q,__expected,__config:__expected:threshold,__config:__expected:model\nHi,similar:a,0.4,x\n"
    found = table(tmp_path, text, lenient=True)
    assert found.rows[0]["checks"][0]["similar"]["limit"] == ">= 0.4"
    assert "only a `threshold`" in about(found, "`__config:__expected:model`").why


def test_one_underscore_is_warned_of(tmp_path: Path) -> None:
    """`_expected` is a variable, which is rarely meant."""
    found = table(tmp_path, "q,_expected\nHi,contains:a\n")
    assert "did you mean `__expected`" in about(found, "`_expected`").why


def test_an_answer_in_the_table_is_named(tmp_path: Path) -> None:
    """`__providerOutput` is an answer that is there already; here answers are asked for."""
    found = table(tmp_path, "q,__expected,__providerOutput\nHi,contains:a,Hello\n")
    assert "target `recorded`" in about(found, "`providerOutput`").why


def test_json_in_cells_is_read_by_load(tmp_path: Path) -> None:
    """A cell is a text; the template's `load` makes a structure of it."""
    text = "prompts: ['{{(c | load).tone}}: {{q}}']\ntests: t.csv\n"
    found = suite(tmp_path, text, t__csv='q,c\nHi,"{""tone"": ""warm""}"\n')
    assert found.rows[0]["ask"] == "warm: Hi"


def test_broken_rows_are_named_with_their_lines(tmp_path: Path) -> None:
    """Too many cells and an unclosed quote; a cell over two lines is fine."""
    text = 'q,n\n"two\nlines",1\na,b,c\ngood,2\n"open,3\n'
    found = table(tmp_path, text, lenient=True)
    assert [row["ask"] for row in found.rows] == ["two\nlines", "good"]
    assert [note.place.line for note in said(found, Level.NOT_IMPORTED)] == [4, 6]


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    """Spreadsheets write one."""
    put(tmp_path, {"promptfooconfig.yaml": SUITE, "t.csv": b"\xef\xbb\xbfq\nHi\n"})
    assert imported(tmp_path, "promptfoo:promptfooconfig.yaml").rows[0]["ask"] == "Hi"


def test_a_table_alone_is_a_suite(tmp_path: Path) -> None:
    """`promptfoo:tests.csv` asks the variable `prompt`, or the one that `--ask` names."""
    put(tmp_path, {"t.csv": "question,__expected\nHi,contains:H\n"})
    found = imported(tmp_path, "promptfoo:t.csv", ask="question")
    assert found.rows[0]["ask"] == "Hi"
    assert found.rows[0]["checks"] == [{"contains": {"expect": "H"}}]
    assert "`prompt` has no value" in refused(tmp_path, "promptfoo:t.csv")


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    """Which is meant cannot be known."""
    put(tmp_path, {"promptfooconfig.yaml": SUITE, "t.csv": "q,q\n1,2\n"})
    assert "t.csv:1: not imported: tests: two columns have the name `q`" in refused(
        tmp_path, "promptfoo:promptfooconfig.yaml"
    )
