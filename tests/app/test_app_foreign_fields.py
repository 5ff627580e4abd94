"""Fields of rows that were written for something else, read one by one."""

import json
from pathlib import Path
from typing import Any

import pytest
from app_support import mistake_of, put, put_rows, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.app.foreign import reader
from seatrial.app.rows import Row
from seatrial.app.schema_cases import CaseModel, FieldModel, FromModel
from seatrial.app.sources import own_case
from seatrial.app.suite import load
from seatrial.core.errors import Mistake

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab{}$.", max_size=4),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text("abq.", max_size=3), part, max_size=3),
    max_leaves=6,
)


def read(row: dict[str, Any], **fields: Any) -> CaseModel:
    """The case of a row; the question stands in `q`."""
    return reader(FromModel(source="x.jsonl", **{"ask": "q", **fields}))({"q": "hello", **row})


@pytest.mark.parametrize(
    ("row", "path", "found"),
    [
        ({"a": "x"}, "a", "x"),
        ({"a": {"b": "x"}}, "a.b", "x"),
        ({"a": {"b": {"c": "x"}}}, "a.b.c", "x"),
        ({"a.b": "x", "a": {"b": "y"}}, "a.b", "x"),
        ({"a": {"b.c": "y"}}, "a.b.c", None),
        ({"a": ["x"]}, "a.0", None),
        ({"a": "x"}, "a.b", None),
        ({"a": None}, "a", None),
        ({"a": None}, "a.b", None),
        ({"": "x"}, "", "x"),
        ({"a": "x"}, "A", None),
        ({"a": ["x", "y"]}, "$.a[0]", "x"),
        ({"a": ["x", "y"]}, "$.a[-1]", "y"),
        ({"a": [{"b": "x"}, {"b": "y"}]}, "$..b", "x"),
        ({"a": []}, "$.a[*]", None),
        ({"a": "x"}, "$.b", None),
        ({"a b": "x"}, "$['a b']", "x"),
    ],
)
def test_where_a_field_may_stand(row: dict[str, Any], path: str, found: str | None) -> None:
    """A name as it stands, a dotted way through mappings, or a JSONPath; what is not there is none."""
    assert read(row, reference=path).reference == found


@pytest.mark.parametrize(
    ("regex", "value", "found"),
    [
        ("b+", "a bb a bbb", "bbb"),
        ("(a)(b)", "ab", "a"),
        ("(?:a)(b)", "ab", "b"),
        ("(?i)ANSWER: (.*)", "answer: 7", "7"),
        ("", "ab", ""),
        ("^", "ab", ""),
        ("7", 1709, "7"),
        ("t", True, "None"),
        ("rue", True, "rue"),
        ("(?s)a.*z", "a\nz", "a\nz"),
        ("é", "café", "é"),
    ],
)
def test_what_a_regular_expression_takes(regex: str, value: Any, found: str) -> None:
    """Of the last match the first group, else all of it; numbers and truth are looked at as texts."""
    if found == "None":
        assert "finds nothing in the field `a`" in refused(
            lambda: read({"a": value}, expect=FieldModel(field="a", regex=regex))
        )
    else:
        assert read({"a": value}, expect=FieldModel(field="a", regex=regex)).expect == found


@pytest.mark.parametrize("row", [{}, {"a": None}, {"a": "none"}, {"a": ""}])
def test_a_regular_expression_must_find_something(row: dict[str, Any]) -> None:
    """A missing field, an empty one and one without a match are told alike, with field and expression's place."""
    said = refused(lambda: read(row, expect=FieldModel(field="a", regex="\\d")))
    assert said == "the regular expression of `expect` finds nothing in the field `a`"


@pytest.mark.parametrize(
    "regex",
    [
        "(",
        "[",
        "*",
        "(?P<n>a",
        "a{2,1}",
        "a{99999999999}",
        "\\",
        "(?<=a+)b",
        pytest.param("(" * 5_000 + ")" * 5_000, id="deep"),
    ],
)
def test_broken_regular_expressions_are_told_at_once(regex: str) -> None:
    """Whatever Python's engine cannot take is one sentence, before a row is read."""
    said = refused(reader, FromModel(source="x", ask=FieldModel(field="q", regex=regex)))
    assert said.startswith("the regular expression of `ask` is broken: ")


@pytest.mark.parametrize("path", ["$.[", "$[", "$.a[", "$.a[?", "$$", "$.a..", "$['a"])
@pytest.mark.parametrize("field", ["ask", "reference"])
def test_broken_paths_are_told_at_once(path: str, field: str) -> None:
    """With the field that they are of."""
    said = refused(reader, FromModel(source="x", **{"ask": "q", field: path}))
    assert said.startswith(f"the JSONPath of `{field}` is broken: ")


def test_a_broken_path_of_a_tag_names_the_tag() -> None:
    """So that it is found among many."""
    assert "the JSONPath of `tags.kind` is broken" in refused(
        reader, FromModel(source="x", ask="q", tags={"kind": "$.["})
    )


@pytest.mark.parametrize(
    ("tag", "row", "found"),
    [
        ("$.a", {"a": "x"}, {"t": "x"}),
        ("$.a", {}, {}),
        ("$.a", {"a": None}, {}),
        ("$.a", {"a": 7}, {"t": 7}),
        ("$.a", {"a": False}, {"t": False}),
        ("$a", {"a": "x"}, {"t": "$a"}),
        ("a", {"a": "x"}, {"t": "a"}),
        ("5 $.a", {"a": "x"}, {"t": "5 $.a"}),
        (7, {"a": "x"}, {"t": 7}),
        ("", {"a": "x"}, {"t": ""}),
    ],
)
def test_tags_are_words_or_fields(tag: Any, row: dict[str, Any], found: dict[str, Any]) -> None:
    """Only what begins with `$.` is read from the row; a row without that field has no such tag."""
    assert read(row, tags={"t": tag}).tags == found


@pytest.mark.parametrize(
    ("value", "found"),
    [(7, "7"), (1.5, "1.5"), ("x", "x"), (None, None), (0, "0"), ("", "")],
)
def test_plain_values_become_texts(value: Any, found: str | None) -> None:
    """Ids, references and documents of rows may be numbers."""
    case = read({"v": value}, id="v", reference="v", context="v")
    assert (case.id, case.reference, case.context) == (found, found, found)


@pytest.mark.parametrize("question", [None, "", [], 0, 7, True, {}, {"a": 1}])
def test_a_row_without_a_question(question: Any) -> None:
    """Only a text or turns are a question; the field is named as it was written."""
    assert refused(read, {"q": question}) == "the row has no question in the field `q`"
    said = refused(lambda: read({"q": question}, ask=FieldModel(field="q")))
    assert said == "the row has no question in the field `q`"


@given(JSON, JSON, st.sampled_from(["a", "a.b", "$.a", "$..b", "$.a[0]", "q"]))
@settings(max_examples=120, deadline=None)
def test_any_row_is_a_case_or_a_mistake(value: Any, question: Any, path: str) -> None:
    """Whatever stands in a row, it is read or refused in one sentence, and never crashes."""
    take = reader(FromModel(source="x", ask="q", expect=path, id=path, context=path, tags={"t": "$.a"}))
    asked = list[Any]()
    said = mistake_of(lambda: asked.append(take({"q": question, "a": value}).ask))
    assert asked == ([question] if said is None else [])
    assert "\n" not in (said or "")


@given(st.text(max_size=12), st.text(max_size=12))
@settings(max_examples=60)
def test_texts_come_through_as_they_are(question: str, answer: str) -> None:
    """No sign of a question or an answer is lost or read as something else."""
    if not question:
        return
    case = read({"q": question, "a": answer}, expect="a")
    assert (case.ask, case.expect) == (question, answer)


SUITE = "targets: {bot: {recorded: a.jsonl}}\nsuites: {s: {target: bot, checks: [refusal], cases: [%s]}}\n"


@pytest.mark.parametrize("name", ["context", "expect", "id", "reference"])
def test_fields_without_a_question_are_refused(tmp_path: Path, name: str) -> None:
    """Each of the four is named; without any, rows have our own keys."""
    put_rows(tmp_path, [{"ask": "x"}])
    said = refused(load, put(tmp_path, SUITE % f"{{from: cases.jsonl, {name}: f}}"))
    assert f"`{name}` names a field of foreign rows; then `ask` must name one, too" in said
    assert mistake_of(load, put(tmp_path, SUITE % "{from: cases.jsonl}")) is None


@pytest.mark.parametrize("regex", ["a{99999999999}", "("])
def test_a_broken_expression_is_told_with_its_place(tmp_path: Path, regex: str) -> None:
    """In a suite file it has the line and the key of its source."""
    put_rows(tmp_path, [{"q": "x"}])
    said = refused(load, put(tmp_path, SUITE % f"{{from: cases.jsonl, ask: {{field: q, regex: '{regex}'}}}}"))
    assert "seatrial.yaml:2: suites.s.cases[0].from: the regular expression of `ask` is broken" in said


ROWS: list[tuple[Any, str]] = [
    (b"{", "not JSON: "),
    (b"", "not JSON: "),
    (b"\xff", "not JSON: "),
    (b"[1]", "a mapping is expected, "),
    (b'{"ask": 3}', "ask: a text or a list is expected, `3` was found"),
    (b'{"ask": "x", "checks": "contains"}', "checks: a list is expected, `contains` was found"),
    (b'{"ask": "x", "tags": {"a": {}}}', "tags.a: "),
    (b'{"ask": "x", "tools": [{"nam": 1}]}', "tools[0].nam: this key is not known; did you mean `name`?"),
    (b'{"ask": "x", "user": {"target": "t", "patience": 0}}', "user.patience: "),
    ({"ask": " "}, "`ask` is empty"),
    ({"ask": []}, "must not be empty"),
    ({"ask": "x", "exp": 1}, "this key is not known"),
    (Mistake("broken before"), "broken before"),
]


@pytest.mark.parametrize(("raw", "said"), ROWS)
def test_rows_with_our_own_keys_that_are_wrong(raw: Any, said: str) -> None:
    """Bytes of a line or a row of a table: the sentence says what and where."""
    text = refused(own_case, Row("cases.jsonl", 7, raw))
    assert said in text
    assert text.startswith("cases.jsonl:7: ") or isinstance(raw, Mistake)


@given(JSON)
@settings(max_examples=100, deadline=None)
def test_any_line_of_json_is_a_case_or_a_mistake(value: Any) -> None:
    """One row from bytes and as it stands in a table come to the same."""
    raw = json.dumps({"ask": "x", "expect": value}).encode()
    found = []
    for each in (raw, {"ask": "x", "expect": value}):
        try:
            found.append(own_case(Row("c", 1, each)).expect)
        except Mistake as mistake:
            found.append(str(mistake))
    assert found[0] == found[1]
