"""Tables of every layout and odd content, through the door of an import."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from importing_support import imported, put, refused

from seatrial.cases.importing.files import MOST_BYTES, Files, csv_trees, decoded, json_tree, jsonl_trees
from seatrial.cases.importing.notes import Place
from seatrial.cases.importing.rows import Row, with_ids
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake


def no_yaml(text, path):
    """No YAML is read by these tests."""
    raise Mistake("no YAML", path=path)


FILES = Files(no_yaml, lambda path: path.name)


def asks(found):
    """The questions of an import."""
    return [row["ask"] for row in found.rows]


def notes(found):
    """What an import says, without the places."""
    return [(str(note.level), note.what) for note in found.notes]


@pytest.mark.parametrize(
    ("name", "content", "questions"),
    [
        ("t.csv", "question\na\nb\n", ["a", "b"]),
        ("t.csv", b"\xef\xbb\xbfquestion\r\na\r\n", ["a"]),
        ("t.csv", '"question"\n"a ""b"", c"\n', ['a "b", c']),
        ("t.csv", " question ,id\na,1\n", ["a"]),
        ("t.jsonl", '{"question": "a"}\n\n{"question": "b"}', ["a", "b"]),
        ("t.json", '[{"question": "a"}]', ["a"]),
        ("t.json", '{\n"rows": [{"question": "a"}], "n": 1}', ["a"]),
        ("t.json", '{"rows": [{"question": "a"}], "n": 1}', ["a"]),
        ("t.json", '{"question": "a", "documents": [{"text": "b"}]}', ["a"]),
        ("t.json", '{"input": [{"role": "user", "content": "a"}]}', [[{"user": "a"}]]),
        ("t.json", '{"question": "a"}\n{"question": "b"}\n', ["a", "b"]),
        ("t.json", '\n\n[\n{"question":\n"a"}]\n', ["a"]),
    ],
)
def test_tables_of_every_layout(tmp_path, name, content, questions):
    """A header line, an object a line, a list, or the one list of an object."""
    put(tmp_path, {name: content})
    form = "csv" if name.endswith("csv") else "jsonl"
    assert asks(imported(tmp_path, f"{form}:{name}")) == questions


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("t.csv", "", "the table has no rows"),
        ("t.csv", "question\n", "the table has no rows"),
        ("t.csv", "question,question\na,b\n", "t.csv:1: two columns have the name `question`"),
        ("t.csv", "q1,q2\na,b\n", "no field looks like a question; name it by --ask FIELD, there are q1, q2"),
        ("t.csv", b"question\n\xff\n", "the file is no UTF-8 (byte 9)"),
        ("t.jsonl", "", "the table has no rows"),
        ("t.json", '{\n"a": [{"question": "x"}], "b": []}', "a list of objects, or an object a line, is expected"),
        ("t.json", "3", "a list of objects, or an object a line, is expected"),
        ("t.json", "[", "not JSON"),
    ],
)
def test_tables_that_are_none(tmp_path, name, content, why):
    """One sentence, with the file."""
    put(tmp_path, {name: content})
    said = refused(tmp_path, f"{'csv' if name.endswith('csv') else 'jsonl'}:{name}")
    assert why in said
    assert said.startswith("t.")


@pytest.mark.parametrize(
    ("row", "case"),
    [
        ({"question": "q", "answer": "a"}, {"ask": "q", "expect": "a"}),
        ({"question": "q", "answers": ["a", "b"]}, {"ask": "q", "expect": ["a", "b"]}),
        ({"prompt": "p", "question": "q"}, {"ask": "q"}),
        ({"Prompt": "p", "Ideal": "a", "ID": "x"}, {"id": "x", "ask": "p", "expect": "a"}),
        ({"question": "q", "answer": "a", "reference": "r"}, {"ask": "q", "expect": "a", "reference": "r"}),
        ({"question": "q", "context": ["c", "d"]}, {"ask": "q", "context": ["c", "d"]}),
        ({"text": "q", "label": 1}, {"ask": "q", "expect": "1"}),
        ({"question": 7, "answer": False}, {"ask": "7", "expect": "false"}),
        ({"question": "q", "answer": None}, {"ask": "q"}),
        ({"question": "q {{ x }}"}, {"ask": "q {{ '{' }}{ x }}"}),
    ],
)
def test_fields_are_guessed_by_their_names(tmp_path, row, case):
    """What looks like a question, an answer or an id is taken as that; what is empty is left out."""
    put(tmp_path, {"t.jsonl": [row]})
    (found,) = imported(tmp_path, "jsonl:t.jsonl").rows
    assert found == {"id": "t-1", **case}


def test_guesses_and_what_is_left_are_noted(tmp_path):
    """A user sees which field was taken as what, and which was not read."""
    put(tmp_path, {"t.jsonl": [{"question": "q", "answer": "a", "source": "s"}]})
    assert notes(imported(tmp_path, "jsonl:t.jsonl")) == [
        ("changed", "field `question`"),
        ("changed", "field `answer`"),
        ("left out", "field `source`"),
    ]
    said = imported(tmp_path, "jsonl:t.jsonl", ask="question", expect="answer", tags=("source",))
    assert notes(said) == []
    assert said.rows[0]["tags"] == {"source": "s"}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"ask": "gone"}, "there is no field `gone` (--ask); there are question, deep"),
        ({"expect": "gone"}, "there is no field `gone` (--expect)"),
        ({"tags": ("gone",)}, "there is no field `gone` (--tag)"),
        ({"id": "gone.x"}, "there is no field `gone.x` (--id)"),
    ],
)
def test_fields_that_are_not_there_are_told(tmp_path, said, why):
    """By the option that names them, with those that there are."""
    put(tmp_path, {"t.jsonl": [{"question": "q", "deep": {"a": "b"}}]})
    assert why in refused(tmp_path, "jsonl:t.jsonl", **said)


def test_fields_may_lie_deeper(tmp_path):
    """A way with dots leads into a structure, for tags as well."""
    put(tmp_path, {"t.jsonl": [{"a": {"b": "q", "c": ["x", "y"]}}]})
    (row,) = imported(tmp_path, "jsonl:t.jsonl", ask="a.b", expect="a.c.1", tags=("a.c.0",)).rows
    assert (row["ask"], row["expect"], row["tags"]) == ("q", "y", {"a.c.0": "x"})


def test_broken_rows_are_named_and_the_others_kept(tmp_path):
    """Each at its line, whatever is wrong with it."""
    lines = ['{"question": "a"}', "{", "3", '{"question": ""}', '{"other": 1}', '{"question": "b"}']
    put(tmp_path, {"t.jsonl": "\n".join(lines)})
    found = imported(tmp_path, "jsonl:t.jsonl", lenient=True)
    assert asks(found) == ["a", "b"]
    lost = [note.place.line for note in found.notes if note.level == "not imported"]
    assert lost == [2, 3, 4, 5]


@pytest.mark.parametrize(("limit", "questions"), [(1, ["a"]), (2, ["a", "b"]), (9, ["a", "b", "c"])])
def test_a_limit_counts_cases(tmp_path, limit, questions):
    """The first ones, in their order."""
    put(tmp_path, {"t.csv": "question\na\nb\nc\n"})
    assert asks(imported(tmp_path, "csv:t.csv", limit=limit)) == questions


def test_choices_of_a_table_are_asked_for(tmp_path):
    """The right one by its number, with the check that judges a choice."""
    put(tmp_path, {"t.jsonl": [{"question": "Which?", "choices": ["red", "blue"], "answer": 1}]})
    (row,) = imported(tmp_path, "jsonl:t.jsonl").rows
    assert row["ask"].startswith("Which?\n\nA) red\nB) blue\n")
    assert (row["expect"], row["checks"]) == (["B"], ["choice"])


@pytest.mark.parametrize(
    ("text", "rows", "wrong"),
    [
        ("a,b\n1,2,3\n4,5\n", [{"a": "4", "b": "5"}], [2]),
        ("a,b\n1\n", [{"a": "1", "b": ""}], []),
        ('a\n"1\n2"\n"3\n', [{"a": "1\n2"}], [4]),
        ('a\n"1"x\n', [], [2]),
        ("a\n\n\n1\n", [{"a": "1"}], []),
        ("a,b\n,\n", [], []),
        ("", [], []),
    ],
)
def test_rows_of_csv(tmp_path, text, rows, wrong):
    """Cells too many and quotes that do not close are told at their line; from a broken quote on nothing is read."""
    put(tmp_path, {"t.csv": text.encode()})
    found = list(csv_trees(tmp_path / "t.csv", FILES))
    assert [each.data for each in found if isinstance(each, Tree)] == rows
    assert [each.line for each in found if isinstance(each, Mistake)] == wrong


def test_a_table_that_is_too_large_is_refused(tmp_path):
    """The size is looked at before the content."""
    with (tmp_path / "t.jsonl").open("wb") as opened:
        opened.truncate(MOST_BYTES + 1)
    with pytest.raises(Mistake, match="larger than 64,000,000 bytes"):
        list(jsonl_trees(tmp_path / "t.jsonl", FILES))


@pytest.mark.parametrize(("deep", "fine"), [(59, True), (60, False)])
def test_json_is_nested_only_so_deep(deep, fine):
    """The deepest that is allowed is read, one more is refused."""
    text = "[" * deep + "1" + "]" * deep
    if fine:
        assert json.dumps(decoded(text, Place("x", 0))) == text
        return
    with pytest.raises(Mistake, match="nested more than 60 deep"):
        decoded(text, Place("x", 0))


@pytest.mark.parametrize("line", [0, 7])
def test_json_without_lines_stands_on_one(tmp_path, line):
    """Where no reader tells lines, all of a text is where it was found, or on the first line."""
    tree = json_tree('{"a": [1, {"b": 2}]}', tmp_path / "t.json", FILES, line)
    assert tree.parts["a"].parts[1].parts["b"].place.line == (line or 1)


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (["a", "a", "a"], ["a", "a #2", "a #3"]),
        (["a", "a #2", "a"], ["a", "a #2", "a #3"]),
        ([None, None], ["t-1", "t-2"]),
        (["t-2", None], ["t-2", "t-2 #2"]),
        (["x" * 150, "x" * 150], ["x" * 100, "x" * 100 + " #2"]),
        (["a\nb"], ["a b"]),
    ],
)
def test_ids_of_rows(names, ids):
    """Names stay, numbered where they are the same; rows without one are counted."""
    rows = with_ids([Row({"id": name, "ask": "q"}, (), Place("x", 1)) for name in names], "t")
    assert [row.case["id"] for row in rows] == ids


@settings(max_examples=40)
@given(st.lists(st.dictionaries(st.sampled_from(["a", "b"]), st.text(max_size=6), min_size=1), max_size=4))
def test_json_lines_are_read_as_they_were_written(tmp_path_factory, rows):
    """Each row comes back, at its line."""
    path = tmp_path_factory.mktemp("t") / "t.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = list(jsonl_trees(path, FILES))
    assert [each.data for each in found] == rows
    assert [each.place.line for each in found] == list(range(1, len(rows) + 1))
