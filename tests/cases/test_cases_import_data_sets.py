"""Data sets of DeepEval, Inspect, LangSmith and Langfuse, and folders of Hugging Face, become cases."""

from pathlib import Path
from typing import Any

import pytest
from importing_support import about, imported, put, refused, said

from seatrial.cases.importing.notes import Level


def rows(folder: Path, source: str, content: Any, **more: Any) -> list[dict[str, Any]]:
    """The rows of one file."""
    name = source.partition(":")[2]
    put(folder, {name: content})
    return imported(folder, source, **more).rows


GOLDEN = {
    "input": "Where?",
    "actual_output": "There",
    "expected_output": "Here",
    "context": ["D1", "D2"],
    "retrieval_context": ["R"],
    "additional_metadata": {"team": "pier", "deep": {"a": 1}},
    "name": "first",
    "expected_tools": [{"name": "find", "input_parameters": {"a": 1}}],
    "source_file": "x.md",
}


@pytest.mark.parametrize("outer", [None, "goldens", "test_cases"])
def test_goldens_of_deepeval_become_cases(tmp_path: Path, outer: str | None) -> None:
    """A list, or the list behind a key; what belongs to an answer is named."""
    put(tmp_path, {"g.json": [GOLDEN] if outer is None else {outer: [GOLDEN]}})
    found = imported(tmp_path, "deepeval:g.json")
    [row] = found.rows
    assert row["id"] == "first"
    assert (row["ask"], row["expect"], row["context"]) == ("Where?", "Here", ["D1", "D2"])
    assert row["tags"] == {"team": "pier"}
    assert row["checks"] == [{"tools_used": {"tools": ["find"], "match": "any_order"}}]
    assert "target `recorded`" in about(found, "`actual_output`").why
    assert about(found, "metadata `deep`").level is Level.LEFT_OUT
    assert "belongs to its answers" in about(found, "`retrieval_context`").why


def test_goldens_in_camel_case_and_jsonl(tmp_path: Path) -> None:
    """As older versions wrote them; what was retrieved is the context where there is no other."""
    content = [{"input": "Where?", "expectedOutput": "Here", "retrievalContext": ["R"]}]
    [row] = rows(tmp_path, "deepeval:g.jsonl", content)
    assert (row["expect"], row["context"]) == ("Here", ["R"])


def test_goldens_in_a_table(tmp_path: Path) -> None:
    """Documents and tools stand between semicolons or bars."""
    text = "input,expected_output,context,expected_tools\nWhere?,Here,D1; D2|D3,find;book\n"
    [row] = rows(tmp_path, "deepeval:g.csv", text)
    assert row["context"] == ["D1", "D2", "D3"]
    assert row["checks"][0]["tools_used"]["tools"] == ["find", "book"]


def test_conversations_of_deepeval_are_asked_up_to_the_last_question(tmp_path: Path) -> None:
    """The assistant's last turn is what is asked for; a scenario alone needs a simulated user."""
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    spoken = {"scenario": "s", "turns": [*turns, {"role": "user", "content": "c"}, turns[1]]}
    put(tmp_path, {"g.json": {"conversational_goldens": [spoken, {"scenario": "s"}, {"turns": [{"x": 1}]}]}})
    found = imported(tmp_path, "deepeval:g.json", lenient=True)
    assert [row["ask"] for row in found.rows] == [[{"user": "a"}, {"assistant": "b"}, {"user": "c"}]]
    whys = [note.why for note in said(found, Level.NOT_IMPORTED)]
    assert "simulated `user`" in whys[0]
    assert "no messages" in whys[1]


def test_samples_of_inspect_become_cases(tmp_path: Path) -> None:
    """Texts, messages, several targets, choices; metadata become tags."""
    content = [
        {"input": "1+1?", "target": "2", "id": 7, "metadata": {"level": 1, "deep": []}},
        {"input": [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}], "target": ["a", "b"]},
        {"input": "Which?", "choices": ["x", "y"], "target": "B"},
        {"input": "Which?", "choices": ["x", "y"], "target": ["A", "B"]},
    ]
    found = rows(tmp_path, "inspect:s.jsonl", content)
    assert found[0] == {"id": "7", "ask": "1+1?", "expect": "2", "tags": {"level": 1}}
    assert found[1]["ask"] == [{"system": "S"}, {"user": "U"}]
    assert (found[2]["expect"], found[2]["checks"]) == (["B"], ["choice"])
    assert found[3]["expect"] == ["A", "B"]


@pytest.mark.parametrize("needs", ["files", "sandbox", "setup"])
def test_samples_that_need_a_machine_are_named(tmp_path: Path, needs: str) -> None:
    """Nothing is run for a case."""
    put(tmp_path, {"s.jsonl": [{"input": "a"}, {"input": "b", needs: "docker"}]})
    found = imported(tmp_path, "inspect:s.jsonl", lenient=True)
    [note] = said(found, Level.NOT_IMPORTED)
    assert (note.place.line, note.why) == (2, f"it needs `{needs}`, and nothing is run for a case")


def test_inspect_takes_tables_with_fields_of_other_names(tmp_path: Path) -> None:
    """Named by the user, or guessed; the rest is named."""
    put(tmp_path, {"s.csv": "question,answer,colour\nWhere?,Here,red\n"})
    for more in ({}, {"ask": "question", "expect": "answer"}):
        found = imported(tmp_path, "inspect:s.csv", **more)
        assert (found.rows[0]["ask"], found.rows[0]["expect"]) == ("Where?", "Here")
        assert any("`colour`" in note.what for note in found.notes)
    put(tmp_path, {"c.csv": "colour\nred\n"})
    assert "no field looks like a question" in refused(tmp_path, "inspect:c.csv")


LANGSMITH = {
    "id": "e1",
    "inputs": {"question": "Where?", "context": ["D"], "style": "brief"},
    "outputs": {"answer": "Here"},
    "metadata": {"split": "base", "dataset_split": ["a", "b"]},
    "created_at": "2025-01-01",
}


def test_examples_of_langsmith_become_cases(tmp_path: Path) -> None:
    """Question, context and other inputs apart; outputs are what is expected."""
    [row] = rows(tmp_path, "langsmith:e.jsonl", [LANGSMITH])
    assert row == {
        "id": "e1",
        "ask": "Where?",
        "expect": "Here",
        "context": ["D"],
        "variables": {"style": "brief"},
        "tags": {"split": "base", "dataset_split": "a, b"},
    }


@pytest.mark.parametrize(
    "text",
    [
        'inputs,outputs\n"{""question"": ""Where?""}","{""answer"": ""Here""}"\n',
        "inputs.question,outputs.answer\nWhere?,Here\n",
        "inputs_question,outputs_answer,created_at\nWhere?,Here,now\n",
        "input,output\nWhere?,Here\n",
    ],
)
def test_tables_of_langsmith_are_read_in_all_forms(tmp_path: Path, text: str) -> None:
    """JSON in cells, or a column for each input."""
    [row] = rows(tmp_path, "langsmith:e.csv", text)
    assert (row["ask"], row["expect"]) == ("Where?", "Here")


def test_conversations_of_langsmith_become_turns(tmp_path: Path) -> None:
    """Messages in the inputs, a message in the outputs."""
    content = {
        "inputs": {"messages": [{"type": "human", "content": "Q"}]},
        "outputs": {"messages": [{"role": "ai", "content": "A"}]},
    }
    [row] = rows(tmp_path, "langsmith:e.jsonl", [content])
    assert (row["ask"], row["expect"]) == ([{"user": "Q"}], "A")


def test_inputs_without_a_known_question_are_named(tmp_path: Path) -> None:
    """Of several inputs none of which is known, the user says which is asked."""
    content = [{"inputs": {"colour": "red", "size": 3}, "outputs": {}}]
    put(tmp_path, {"e.jsonl": content})
    assert "none of its fields is known as a question: colour, size" in refused(tmp_path, "langsmith:e.jsonl")
    assert rows(tmp_path, "langsmith:e.jsonl", content, ask="inputs.colour")[0]["ask"] == "red"


@pytest.mark.parametrize("outer", [None, "data", "items"])
def test_items_of_langfuse_become_cases(tmp_path: Path, outer: str | None) -> None:
    """In JSON with a key around them or without; archived ones are left out, and named."""
    items = [
        {"id": "i1", "input": {"query": "Where?"}, "expectedOutput": "Here", "metadata": {"a": 1}, "status": "ACTIVE"},
        {"id": "i2", "input": "Old", "status": "ARCHIVED"},
        {"id": "i3", "input": "New", "expectedOutput": None, "mood": "good"},
    ]
    put(tmp_path, {"l.json": items if outer is None else {outer: items}})
    found = imported(tmp_path, "langfuse:l.json")
    assert [row["id"] for row in found.rows] == ["i1", "i3"]
    assert found.rows[0] == {"id": "i1", "ask": "Where?", "expect": "Here", "tags": {"a": 1}}
    assert about(found, "row").why == "its status is ARCHIVED"
    assert about(found, "field `mood`").level is Level.LEFT_OUT


def test_tables_of_langfuse_hold_json(tmp_path: Path) -> None:
    """In snake case, too."""
    [row] = rows(tmp_path, "langfuse:l.csv", 'id,input,expected_output\n1,"{""question"": ""Q""}","""A"""\n')
    assert (row["ask"], row["id"], row["expect"]) == ("Q", "1", "A")


@pytest.mark.parametrize("source", ["deepeval:x.json", "langfuse:x.json", "inspect:x.json", "langsmith:x.json"])
@pytest.mark.parametrize(
    ("text", "reason"),
    [("{", "not JSON"), ('{"a": 1}', "a list of objects"), ("[7]", "a row is an object"), ("[]", "no cases")],
)
def test_files_of_another_form_are_told(tmp_path: Path, source: str, text: str, reason: str) -> None:
    """Broken JSON, no list, rows that are none, nothing at all."""
    put(tmp_path, {"x.json": text})
    assert reason in refused(tmp_path, source)


def test_files_of_another_kind_are_told(tmp_path: Path) -> None:
    """With the kinds that are known."""
    put(tmp_path, {"x.xlsx": "x"})
    assert "known are .json, .jsonl and .csv" in refused(tmp_path, "inspect:x.xlsx")


README = """\
---
license: mit
configs:
- config_name: default
  data_files:
  - split: train
    path: data/a-*.jsonl
  - split: test
    path: [data/b.jsonl]
- config_name: hard
  data_files: hard/*.csv
---
# Ferries
"""


def hub(folder: Path) -> None:
    """A folder as it is downloaded."""
    put(
        folder,
        {
            "d/README.md": README,
            "d/data/a-1.jsonl": [{"question": "train?"}],
            "d/data/b.jsonl": [{"question": "test?"}],
        },
    )
    put(
        folder,
        {
            "d/hard/h.csv": "question\nhard?\n",
            "d/.cache/x.jsonl": [{"question": "hidden?"}],
            "d/dataset_infos.json": {},
        },
    )


@pytest.mark.parametrize(
    ("behind", "asked", "split"),
    [("", "test?", "test"), ("#train", "train?", "train"), ("#hard/train", "hard?", "train")],
)
def test_the_header_of_a_data_set_names_its_splits(tmp_path: Path, behind: str, asked: str, split: str) -> None:
    """Without a word it is the test split; the others are named."""
    hub(tmp_path)
    found = imported(tmp_path, f"huggingface:d{behind}")
    assert [(row["ask"], row["tags"]) for row in found.rows] == [(asked, {"split": split})]
    assert len([note for note in found.notes if note.what.startswith("split")]) == 2


def test_a_split_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With those that are."""
    hub(tmp_path)
    assert "there are hard/train, test, train" in refused(tmp_path, "huggingface:d#valid")


@pytest.mark.parametrize("name", ["validation.csv", "val/x.csv", "x-dev.csv", "data/validation-00000-of-00001.csv"])
def test_without_a_header_names_tell_the_split(tmp_path: Path, name: str) -> None:
    """File names and folders have the usual words."""
    put(tmp_path, {f"d/{name}": "question\nq\n", "d/train.csv": "question\nt\n"})
    found = imported(tmp_path, "huggingface:d")
    assert [(row["ask"], row["tags"]["split"]) for row in found.rows] == [("q", "validation")]


def test_parquet_of_a_data_set_is_read(tmp_path: Path) -> None:
    """The usual kind of the Hub."""
    polars = pytest.importorskip("polars")
    (tmp_path / "d" / "data").mkdir(parents=True)
    frame = polars.DataFrame({"question": ["a"], "choices": [["x", "y"]], "answer": [1]})
    frame.write_parquet(tmp_path / "d" / "data" / "test-00000-of-00001.parquet")
    [row] = imported(tmp_path, "huggingface:d").rows
    assert (row["expect"], row["checks"]) == (["B"], ["choice"])


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "no folder"),
        ({"d/x.txt": "x"}, "no data files"),
        ({"d/test.csv": "version https://git-lfs.github.com/spec/v1\noid x\n"}, "git lfs pull"),
        ({"d/test.csv": "colour\nred\n"}, "--ask FIELD"),
        ({"d/README.md": "---\nconfigs: [\n---\n", "d/test.csv": "question\nq\n"}, "no YAML"),
    ],
)
def test_folders_that_are_no_data_sets_are_told(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    """Missing, empty, pointers instead of data, fields without a question, a broken header."""
    put(tmp_path, files)
    assert reason in refused(tmp_path, "huggingface:d")
