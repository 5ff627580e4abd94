"""Data sets in the odder of the forms that their tools write, and broken ones."""

import json
from pathlib import Path
from typing import Any

import pytest
from importing_support import about, imported, put, refused, said

from seatrial.cases.importing.notes import Level

CHAT = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Which pier?"}]
LANGCHAIN = [{"type": "human", "data": {"content": "Which pier?"}}]
SERIALISED = [
    {
        "lc": 1,
        "type": "constructor",
        "id": ["langchain", "schema", "SystemMessage"],
        "kwargs": {"content": "Be brief."},
    },
    {
        "lc": 1,
        "type": "constructor",
        "id": ["langchain", "schema", "HumanMessage"],
        "kwargs": {"content": "Which pier?"},
    },
]


@pytest.mark.parametrize(
    ("inputs", "ask"),
    [
        ({"question": "Which pier?"}, "Which pier?"),
        ({"messages": CHAT}, [{"system": "Be brief."}, {"user": "Which pier?"}]),
        ({"messages": [LANGCHAIN]}, [{"user": "Which pier?"}]),
        ({"messages": LANGCHAIN}, [{"user": "Which pier?"}]),
        ({"messages": SERIALISED}, [{"system": "Be brief."}, {"user": "Which pier?"}]),
        ({"anything": "Which pier?"}, "Which pier?"),
        ("Which pier?", "Which pier?"),
    ],
)
def test_langsmith_writes_questions_in_many_forms(tmp_path: Path, inputs: Any, ask: Any) -> None:
    """Texts, chats and LangChain's messages are asked as they were."""
    put(tmp_path, {"set.jsonl": [{"inputs": inputs, "outputs": {"answer": "Seven."}}]})
    assert imported(tmp_path, "langsmith:set.jsonl").rows[0]["ask"] == ask


@pytest.mark.parametrize(
    "outputs",
    [
        {"answer": "Seven."},
        "Seven.",
        {"messages": [{"role": "assistant", "content": "Seven."}]},
        {"messages": [{"type": "ai", "data": {"content": "Seven."}}]},
        {"output": {"role": "assistant", "content": "Seven."}},
    ],
)
def test_langsmith_writes_answers_in_many_forms(tmp_path: Path, outputs: Any) -> None:
    """Whatever the form, the text is what is expected."""
    put(tmp_path, {"set.jsonl": [{"inputs": {"question": "Which?"}, "outputs": outputs}]})
    assert imported(tmp_path, "langsmith:set.jsonl").rows[0]["expect"] == "Seven."


def test_a_conversation_that_ends_with_an_answer_asks_nothing(tmp_path: Path) -> None:
    """A whole dialogue is named, with its line, and not asked as a text."""
    chat = [*CHAT, {"role": "assistant", "content": "Seven."}]
    put(tmp_path, {"set.jsonl": [{"inputs": {"question": "a"}}, {"inputs": {"messages": chat}}]})
    found = imported(tmp_path, "langsmith:set.jsonl", lenient=True)
    assert said(found, Level.NOT_IMPORTED)[0].place.line == 2


@pytest.mark.parametrize("nothing", [None, "", "  ", [], {}])
def test_a_row_of_an_eval_that_asks_nothing_is_named(tmp_path: Path, nothing: Any) -> None:
    """An empty list of messages is no question, and no text `[]` either."""
    rows = [{"input": "one", "ideal": "1"}, {"input": nothing, "ideal": "2"}]
    put(tmp_path, {"reg/evals/a.yaml": EVAL.format(kind="match:Match"), "reg/data/a/s.jsonl": rows})
    found = imported(tmp_path, "openai-evals:reg/a", lenient=True)
    assert [row["ask"] for row in found.rows] == ["one"]
    assert str(said(found, Level.NOT_IMPORTED)[0].place).endswith("s.jsonl:2")


EVAL = """\
a:
  class: evals.elsuite.basic.{kind}
  args: {{samples_jsonl: a/s.jsonl}}
"""


@pytest.mark.parametrize(
    ("ideal", "expect"),
    [
        ('{"fare": 1}', '{"fare": 1}'),
        (['{"fare": 1}', '{"fare": 2}'], ['{"fare": 1}', '{"fare": 2}']),
        ("[1, 2]", "[1, 2]"),
        (7, "7"),
    ],
)
def test_what_an_eval_expects_is_its_text(tmp_path: Path, ideal: Any, expect: Any) -> None:
    """JSON that is expected stays the JSON that it is."""
    put(tmp_path, {"reg/evals/a.yaml": EVAL.format(kind="json_match:JsonMatch")})
    put(tmp_path, {"reg/data/a/s.jsonl": [{"input": "Q", "ideal": ideal}]})
    assert imported(tmp_path, "openai-evals:reg/a").rows[0]["expect"] == expect


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("a: {id: b}\nb: {id: a}\n", "names no class"),
        ("a: {id: a}\n", "names no class"),
        ("a: {id: gone.v0}\n", "there is no eval `gone.v0`"),
        ("a: [1]\n", "there is no eval `a`"),
        ("a: {class: x.y:Match}\n", "names no `samples_jsonl`"),
        ("a: {class: x.y:Match, args: {samples_jsonl: ../../../etc/none}}\n", "there is no file"),
        ("a: {class: x.y:Translate, args: {samples_jsonl: s.jsonl}}\n", "whose program decides"),
        ("a: {class: x.y:Match\n", "this is no YAML"),
    ],
)
def test_a_registry_that_leads_nowhere_is_told_in_a_sentence(tmp_path: Path, written: str, why: str) -> None:
    """Circles, lists, missing files and unknown classes are mistakes with their place."""
    put(tmp_path, {"reg/evals/a.yaml": written, "reg/data/x.jsonl": "{}\n"})
    assert why in refused(tmp_path, "openai-evals:reg/a")


@pytest.mark.parametrize("asked", ["Which pier?", CHAT])
def test_choices_stand_behind_the_last_question(tmp_path: Path, asked: Any) -> None:
    """A chat is given its choices as well as a text."""
    put(tmp_path, {"set.json": [{"input": asked, "choices": ["Six", "Seven"], "target": "B"}]})
    [row] = imported(tmp_path, "inspect:set.json").rows
    text = row["ask"] if isinstance(row["ask"], str) else row["ask"][-1]["user"]
    assert text.startswith("Which pier?\n\nA) Six\nB) Seven\n")
    assert (row["expect"], row["checks"]) == (["B"], ["choice"])


ROWS = [{"question": "a", "answer": "1"}, {"question": "b", "answer": "2"}]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        "\n".join(map(json.dumps, ROWS)),
        json.dumps({"version": "1", "data": ROWS}, indent=1),
        json.dumps({"version": "1", "data": ROWS}, indent=None).replace("{", "{\n", 1),
        "\n\n" + json.dumps(ROWS),
    ],
)
def test_json_on_the_hub_is_a_list_or_an_object_a_line(tmp_path: Path, text: str) -> None:
    """All forms give the same cases."""
    put(tmp_path, {"hub/train.json": text})
    assert [row["ask"] for row in imported(tmp_path, "huggingface:hub").rows] == ["a", "b"]


@pytest.mark.parametrize("text", ['{\n"a": 1\n}', '{\n"a": [], "b": []\n}', '"text"', "7", "[", "{\n"])
def test_json_of_another_form_is_one_mistake(tmp_path: Path, text: str) -> None:
    """A file that holds no rows is told once."""
    put(tmp_path, {"hub/train.json": text})
    assert len(refused(tmp_path, "huggingface:hub").splitlines()) <= 2


@pytest.mark.parametrize(
    ("files", "splits"),
    [
        ("{train: data/one.csv, test: data/two.csv}", {"train": 1, "test": 2}),
        ("[{split: train, path: data/one.csv}, {split: test, path: [data/two.csv]}]", {"train": 1, "test": 2}),
        ("data/*.csv", {"train": 3}),
        ("[data/one.csv, data/two.csv]", {"train": 3}),
    ],
)
def test_the_header_of_a_data_set_names_its_splits(tmp_path: Path, files: str, splits: dict[str, int]) -> None:
    """Every form of `data_files` that the Hub documents is read."""
    readme = f"---\nconfigs:\n- config_name: default\n  data_files: {files}\n---\nText.\n"
    one, two = "question,answer\na,1\n", "question,answer\nb,2\nc,3\n"
    put(tmp_path, {"hub/README.md": readme, "hub/data/one.csv": one, "hub/data/two.csv": two})
    found = {name: len(imported(tmp_path, f"huggingface:hub#{name}").rows) for name in splits}
    assert found == splits


def test_the_key_of_an_answer_names_a_choice(tmp_path: Path) -> None:
    """ARC's rows call the right choice `answerKey`, and its labels may be numbers."""
    row = {"question": "Which?", "choices": {"text": ["Six", "Seven"], "label": ["1", "2"]}, "answerKey": "2"}
    put(tmp_path, {"hub/test.jsonl": [row]})
    assert imported(tmp_path, "huggingface:hub").rows[0]["expect"] == ["B"]


@pytest.mark.parametrize(
    ("row", "ask"),
    [
        ({"input": "Q", "expectedOutput": "A"}, "Q"),
        ({"input": {"question": "Q", "island": "Graynes"}, "expectedOutput": {"answer": "A"}}, "Q"),
        ({"input": [{"role": "user", "content": "Q"}], "expectedOutput": {"role": "assistant", "content": "A"}}, None),
        ({"input": '"Q"', "expectedOutput": '"A"'}, "Q"),
    ],
)
def test_langfuse_items_hold_texts_objects_or_chats(tmp_path: Path, row: dict[str, Any], ask: str | None) -> None:
    """An item becomes the same case whatever form it has."""
    put(tmp_path, {"set.json": [row]})
    [case] = imported(tmp_path, "langfuse:set.json").rows
    assert case["ask"] == (ask or [{"user": "Q"}])
    assert case["expect"] == "A"


@pytest.mark.parametrize(
    "row",
    [
        {"input": "Q", "expected_output": "A", "retrieval_context": ["c"]},
        {"input": "Q", "expectedOutput": "A", "retrievalContext": ["c"]},
        {"input": "Q", "expected_output": "A", "context": ["c"], "retrieval_context": None},
    ],
)
@pytest.mark.parametrize("form", ["json", "jsonl", "goldens"])
def test_goldens_have_one_meaning_in_every_form(tmp_path: Path, row: dict[str, Any], form: str) -> None:
    """Snake case and camel case, a list, lines or an object make no difference."""
    content = {"json": [row], "jsonl": [row], "goldens": {"goldens": [row]}}[form]
    name = "set.jsonl" if form == "jsonl" else "set.json"
    put(tmp_path, {name: content})
    [case] = imported(tmp_path, f"deepeval:{name}").rows
    assert (case["ask"], case["expect"], case["context"]) == ("Q", "A", ["c"])


@pytest.mark.parametrize("form", ["deepeval", "inspect", "langsmith", "langfuse", "csv"])
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00a", b"question;answer\nq;a\n", b"input,input\na,b\n", b'input\n"open', b"\x00"],
)
def test_a_broken_table_is_a_mistake_in_every_format(tmp_path: Path, form: str, content: bytes) -> None:
    """Nothing that a table may hold is worse than a sentence."""
    put(tmp_path, {"set.csv": content})
    assert refused(tmp_path, f"{form}:set.csv")


def test_a_megabyte_in_a_cell_is_a_case(tmp_path: Path) -> None:
    """The bound of Python's reader for one cell is not that of a document."""
    put(tmp_path, {"set.csv": f"question,answer\n{'x' * 1_000_000},a\n"})
    found = imported(tmp_path, "csv:set.csv")
    assert len(found.rows[0]["ask"]) == 1_000_000
    assert about(found, "field `question`").level is Level.CHANGED
