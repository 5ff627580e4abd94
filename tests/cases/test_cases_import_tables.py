"""Tables become cases: fields are named by the user or guessed by their names, and the guess is told."""

from pathlib import Path
from typing import Any

import pytest
from importing_support import about, imported, put, refused, said

from seatrial.cases.importing import shapes
from seatrial.cases.importing.notes import Level
from seatrial.core.errors import Mistake


def case(folder: Path, name: str, content: Any, **more: Any) -> Any:
    """The only row of a table."""
    put(folder, {name: content})
    [row] = imported(folder, f"{name.rpartition('.')[2]}:{name}", **more).rows
    return row


@pytest.mark.parametrize("ask", ["question", "Prompt", "input", "user_input", "Query", "instruction", "problem"])
@pytest.mark.parametrize("expect", ["answer", "Expected Output", "target", "ideal", "ground-truth", "label"])
def test_fields_are_guessed_by_their_names(tmp_path: Path, ask: str, expect: str) -> None:
    """Case, spaces, hyphens and underscores do not matter."""
    row = case(tmp_path, "t.csv", f"{ask},{expect},id\nWhere?,Here,7\n")
    assert row == {"id": "7", "ask": "Where?", "expect": "Here"}


def test_guesses_are_told_and_other_fields_named(tmp_path: Path) -> None:
    """A reader sees which field was taken for what, and what was left."""
    put(tmp_path, {"t.csv": "question,answer,colour\nWhere?,Here,red\n"})
    found = imported(tmp_path, "csv:t.csv")
    assert about(found, "`question`").why == "taken as `ask`; --ask FIELD says another"
    assert about(found, "`colour`").why == "--tag keeps it as a tag"


def test_the_user_names_fields(tmp_path: Path) -> None:
    """Named fields win over guesses, may be paths into objects, and may become tags."""
    content = [{"q": {"text": "Where?"}, "answer": "no", "gold": ["a", "b"], "ref": "R", "docs": ["D", "E"], "team": 3}]
    row = case(
        tmp_path, "t.jsonl", content, ask="q.text", expect="gold", reference="ref", context="docs", tags=("team",)
    )
    assert row == {
        "id": "t-1",
        "ask": "Where?",
        "expect": ["a", "b"],
        "reference": "R",
        "context": ["D", "E"],
        "tags": {"team": "3"},
    }


@pytest.mark.parametrize("name", ["ask", "expect", "context", "id", "reference"])
def test_a_field_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    """With the fields that there are."""
    put(tmp_path, {"t.csv": "question,answer\nWhere?,Here\n"})
    message = refused(tmp_path, "csv:t.csv", **{name: "colour"})
    assert message == f"t.csv: there is no field `colour` (--{name}); there are question, answer"


def test_a_table_without_a_question_says_so(tmp_path: Path) -> None:
    """Nothing is guessed out of thin air."""
    put(tmp_path, {"t.csv": "colour,size\nred,3\n"})
    assert "name it by --ask FIELD, there are colour, size" in refused(tmp_path, "csv:t.csv")
    assert "(--tag)" in refused(tmp_path, "csv:t.csv", ask="colour", tags=("weight",))


def test_a_check_is_given_to_every_case(tmp_path: Path) -> None:
    """A line, a name or a mapping, as a suite file writes it."""
    assert case(tmp_path, "t.csv", "question,answer\nq,a\n", check="f1 >= 0.6")["checks"] == ["f1 >= 0.6"]
    assert case(tmp_path, "t.csv", "question\nq\n", check="{contains: a}")["checks"] == [{"contains": "a"}]


def test_a_check_that_cannot_be_is_told(tmp_path: Path) -> None:
    """An unknown check, and one that lacks what the cases do not have."""
    put(tmp_path, {"t.csv": "question\nq\n"})
    assert "did you mean `contains`" in refused(tmp_path, "csv:t.csv", check="contain")
    assert "needs an expected answer" in refused(tmp_path, "csv:t.csv", check="contains")


def test_messages_become_turns(tmp_path: Path) -> None:
    """A conversation in a field, as objects or as JSON in a cell."""
    chat = [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]
    turns = [{"system": "S"}, {"user": "U"}]
    assert case(tmp_path, "t.jsonl", [{"prompt": chat}])["ask"] == turns
    assert case(tmp_path, "t.jsonl", [{"input": {"messages": chat}}])["ask"] == turns
    cell = '"[{""role"": ""user"", ""content"": ""U""}]"'
    assert case(tmp_path, "t.csv", f"prompt\n{cell}\n")["ask"] == [{"user": "U"}]


def test_choices_are_asked_by_letter(tmp_path: Path) -> None:
    """Question, choices and the number of the right one, as MMLU has them; the check is `choice`."""
    row = case(tmp_path, "t.jsonl", [{"question": "Which?", "choices": ["red", "blue"], "answer": 1}])
    assert row["ask"] == "Which?\n\nA) red\nB) blue\n\nAnswer with the letter of the right choice."
    assert (row["expect"], row["checks"]) == (["B"], ["choice"])


@pytest.mark.parametrize(
    ("choices", "right", "letter"),
    [
        (["a", "b"], 0, "A"),
        (["x", "y"], "B", "B"),
        (["x", "y"], "y", "B"),
        (["x", "y"], "1", "B"),
        ({"text": ["x", "y"], "label": ["1", "2"]}, "2", "B"),
        ({"p": "x", "q": "y"}, "q", "B"),
        ('["x", "y"]', "x", "A"),
    ],
)
def test_the_right_choice_is_named_in_many_ways(choices: Any, right: Any, letter: str) -> None:
    """By number, letter, label or text."""
    assert shapes.multiple_choice("Q", choices, right)[1] == [letter]


@pytest.mark.parametrize(
    ("choices", "right"), [(["a"], 0), (["a"] * 11, 0), (["a", "b"], "c"), ("red", 0), (["a", "b"], 7)]
)
def test_choices_that_cannot_be_asked_are_told(choices: Any, right: Any) -> None:
    """Too few, too many, the right one missing, no list at all."""
    with pytest.raises(Mistake, match="choice"):
        shapes.multiple_choice("Q", choices, right)


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("a", "a"),
        (7, "7"),
        (True, "true"),
        (["a", 2], ["a", "2"]),
        ({"text": ["a", "b"], "answer_start": [1, 2]}, ["a", "b"]),
        ({"answer": "a", "score": 2}, "a"),
        ({"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}, "a"),
        ({"role": "assistant", "content": "a"}, "a"),
        ({"x": 1, "y": 2}, '{"x": 1, "y": 2}'),
        ([{"x": 1}], '[{"x": 1}]'),
        ("", None),
        (None, None),
        ([], None),
        ("[not json", "[not json"),
    ],
)
def test_right_answers_are_found_in_many_forms(value: Any, texts: Any) -> None:
    """Texts, lists, SQuAD's answers, messages; any other structure is JSON."""
    assert shapes.expected(value) == texts


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("d", ["d"]),
        (["d", "", "e"], ["d", "e"]),
        ([{"page_content": "d", "metadata": {}}, {"title": "t"}], ["d", '{"title": "t"}']),
        ([["a", "b"]], ["a\nb"]),
        ('["d"]', ["d"]),
        (None, []),
    ],
)
def test_documents_are_found_in_many_forms(value: Any, texts: Any) -> None:
    """Texts, lists, LangChain's documents."""
    assert shapes.documents(value) == texts


def test_broken_rows_are_named_and_the_others_kept(tmp_path: Path) -> None:
    """Broken JSON, no object, no question: each with its line."""
    text = '{"question": "a"}\n{"question": \nnull\n[1]\n{"question": ""}\n\n{"question": "b", "x": "\\ud800"}\n'
    put(tmp_path, {"t.jsonl": text})
    found = imported(tmp_path, "jsonl:t.jsonl", lenient=True)
    assert [row["ask"] for row in found.rows] == ["a", "b"]
    assert [note.place.line for note in said(found, Level.NOT_IMPORTED)] == [2, 3, 4, 5]
    assert "t.jsonl:2: not imported: row: not JSON" in refused(tmp_path, "jsonl:t.jsonl")


def test_templates_in_a_table_are_plain_text(tmp_path: Path) -> None:
    """Braces in foreign rows are no templates; the loader asks them letter by letter."""
    row = case(tmp_path, "t.jsonl", [{"question": "What is {{ x }} and {% y %}?", "answer": "{{ z }}"}])
    assert row["ask"] == "What is {{ '{' }}{ x }} and {{ '{' }}% y %}?"
    assert row["expect"] == "{{ '{' }}{ z }}"


def test_ids_are_kept_apart(tmp_path: Path) -> None:
    """The same id twice gets a number, without taking another's."""
    put(tmp_path, {"t.jsonl": [{"id": i, "question": "q"} for i in ("a", "a", "a #2", "a", None)]})
    assert [row["id"] for row in imported(tmp_path, "jsonl:t.jsonl").rows] == ["a", "a #3", "a #2", "a #4", "t-5"]


def test_a_limit_bounds_the_rows(tmp_path: Path) -> None:
    """Rows behind it are not even read."""
    put(tmp_path, {"t.jsonl": '{"question": "a"}\n{"question": "b"}\nbroken\n'})
    assert len(imported(tmp_path, "jsonl:t.jsonl", limit=2).rows) == 2


def test_parquet_is_read(tmp_path: Path) -> None:
    """With its types, where the extra is installed."""
    polars = pytest.importorskip("polars")
    rows = {"question": ["a", "b"], "answers": [{"text": ["x"]}, {"text": ["y", "z"]}], "n": [1, None]}
    polars.DataFrame(rows).write_parquet(tmp_path / "t.parquet")
    assert [row["expect"] for row in imported(tmp_path, "parquet:t.parquet").rows] == [["x"], ["y", "z"]]
    put(tmp_path, {"b.parquet": "no parquet"})
    assert "no Parquet file" in refused(tmp_path, "parquet:b.parquet")
    assert "no such file" in refused(tmp_path, "parquet:c.parquet")


@pytest.mark.parametrize("source", ["csv:gone.csv", "jsonl:gone.jsonl", "promptfoo:gone.yaml", "deepeval:gone.json"])
def test_a_missing_file_is_one_sentence(tmp_path: Path, source: str) -> None:
    """With its name."""
    assert "there is no such file" in refused(tmp_path, source)


@pytest.mark.parametrize("text", ["", "question\n", "question,question\na,b\n", '"question\n'])
def test_a_table_without_rows_is_one_sentence(tmp_path: Path, text: str) -> None:
    """Empty, only a head, two columns of one name, an unclosed quote."""
    put(tmp_path, {"t.csv": text})
    assert "t.csv" in refused(tmp_path, "csv:t.csv")
