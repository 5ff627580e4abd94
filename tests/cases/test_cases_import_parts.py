"""The parts that all formats share: places, files, messages, ids, literal texts."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from importing_support import imported, put, refused

from seatrial.app.cases_import import check_written, import_cases
from seatrial.app.templates import fill, fill_all
from seatrial.cases.importing.files import Files, csv_trees, decoded, jsonl_trees, read_text
from seatrial.cases.importing.literal import all_literal, literal
from seatrial.cases.importing.messages import is_messages, turns_of
from seatrial.cases.importing.notes import Level, Notes, Place
from seatrial.cases.importing.rows import Row, with_ids
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

HERE = Path("x.yaml")
PLACE = Place("x.yaml", 7)


def no_yaml(text: str, path: Path) -> Tree:
    """No YAML is read by these tests."""
    raise Mistake("no YAML", path=path)


FILES = Files(no_yaml, lambda path: path.name)


@given(st.text(alphabet="{}%#'\"\\ axyz\n", max_size=40))
@settings(max_examples=200)
def test_a_literal_text_comes_back_as_it_was(text: str) -> None:
    """The loader's templates give back each sign of it, in cases and in checks."""
    assert fill(literal(text), {}) == text
    assert fill_all(all_literal({"a": [text]}), {}) == {"a": [text]}


def test_a_text_without_braces_stays_readable() -> None:
    """Only what would be a template is veiled."""
    assert literal("a {b} %} }} #}") == "a {b} %} }} #}"
    assert all_literal((1, None, {"k{{": "v"})) == [1, None, {"k{{": "v"}]


def test_a_tree_knows_its_places() -> None:
    """Data all of which stands on one line has that place throughout; nothing is behind a null."""
    tree = Tree.plain({"a": [1, {"b": None}], "c": None}, HERE, PLACE)
    assert tree.parts["a"].parts[1].place == PLACE
    assert tree.get("c") is None
    assert tree.value("c", "else") == "else"
    assert tree.value("gone") is None
    assert [part.data for part in tree.parts["a"].each()] == [1, {"b": None}]
    assert [part.data for part in tree.each()] == [tree.data]
    assert dict(tree.parts["a"].items()) == {}


def test_trees_are_put_together() -> None:
    """Parts of several places in one mapping or list keep their own places."""
    one, other = Tree.plain(1, HERE, PLACE), Tree.plain(2, Path("y"), Place("y", 1))
    both = Tree.mapping({"a": one, "b": other}, one)
    assert (both.data, both.place, both.parts["b"].place) == ({"a": 1, "b": 2}, PLACE, Place("y", 1))
    assert Tree.listing([one, other], other).data == [1, 2]
    assert both.folder == Path()


def test_notes_keep_their_order_and_level() -> None:
    """Each level apart, in the order in which they were made, the same one once."""
    notes = Notes()
    notes.not_imported(PLACE, "b", "w")
    notes.changed(Place("x", 0), "a", "v")
    notes.not_imported(PLACE, "a", "w")
    notes.not_imported(PLACE, "b", "w")
    assert [note.what for note in notes.of(Level.NOT_IMPORTED)] == ["b", "a"]
    assert str(notes.of(Level.CHANGED)[0]) == "x: changed: a: v"
    assert notes.of(Level.LEFT_OUT) == []


@given(st.lists(st.sampled_from(["a", "b", "a #2", "", None]), max_size=12))
@settings(max_examples=150)
def test_ids_are_all_different(names: list[str | None]) -> None:
    """Whatever names there are; the first of each keeps its name."""
    rows = with_ids([Row({"id": name, "ask": "q"}, (), PLACE) for name in names], "t")
    found = [row.case["id"] for row in rows]
    assert len(set(found)) == len(names)
    for name in {name for name in names if name}:
        assert found[names.index(name)] == name or name == "a #2"


@pytest.mark.parametrize(
    ("messages", "turns"),
    [
        ([{"role": "user", "content": "a"}], [{"user": "a"}]),
        ([{"type": "human", "content": "a"}], [{"user": "a"}]),
        ([{"role": "System", "content": 7}, {"role": "user", "content": None}], [{"system": "7"}, {"user": ""}]),
        ([{"role": "developer", "content": [{"text": "a"}, "b"]}], [{"developer": "a\nb"}]),
        ([{"role": "user", "content": {"type": "input_text", "text": "a"}}], [{"user": "a"}]),
        ([{"role": "user", "content": True, "name": "x"}], [{"user": "True"}]),
    ],
)
def test_messages_become_turns(messages: Any, turns: Any) -> None:
    """Roles by all their names, contents in all their forms."""
    assert is_messages(messages)
    assert turns_of(messages) == turns


@pytest.mark.parametrize(
    "value", [None, [], "user", [{"role": "user"}], [{"content": "a"}], [{"role": 1, "content": "a"}], [7]]
)
def test_what_has_no_roles_is_no_conversation(value: Any) -> None:
    """Such a value is a text or a structure."""
    assert not is_messages(value)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"role": "critic", "content": "a"}, "role `critic`"),
        ({"role": "user", "content": [{"type": "audio", "data": "x"}]}, "holds `audio`"),
        ({"role": "user", "content": [7]}, "holds `int`"),
        ({"role": "user", "content": [{}]}, "holds ``"),
        ({"role": "user", "content": "a", "function_call": {"name": "f"}}, "tool calls"),
        ({"role": "bot", "content": "a"}, "nothing is asked"),
    ],
)
def test_messages_that_are_no_turns_are_told(message: Any, reason: str) -> None:
    """With the number of the message."""
    with pytest.raises(Mistake, match=reason):
        turns_of([message])


def test_rows_of_a_table_know_their_lines(tmp_path: Path) -> None:
    """Quoted line breaks count, short rows are filled up, empty ones skipped."""
    put(tmp_path, {"t.csv": 'a , b\n"1\n2",3\n\n,\n4\n'})
    trees = list(csv_trees(tmp_path / "t.csv", FILES))
    assert [tree.data for tree in trees if isinstance(tree, Tree)] == [{"a": "1\n2", "b": "3"}, {"a": "4", "b": ""}]
    assert [tree.place.line for tree in trees if isinstance(tree, Tree)] == [2, 6]


def test_a_cell_of_a_megabyte_is_read(tmp_path: Path) -> None:
    """Python's own bound for cells is far below a document."""
    put(tmp_path, {"t.csv": f"a\n{'x' * 1_000_000}\n"})
    [tree] = csv_trees(tmp_path / "t.csv", FILES)
    assert isinstance(tree, Tree)
    assert len(tree.data["a"]) == 1_000_000


def test_lines_of_jsonl_are_counted_with_the_empty_ones(tmp_path: Path) -> None:
    """And with Windows' line ends."""
    put(tmp_path, {"t.jsonl": b'\xef\xbb\xbf{"a": 1}\r\n\r\n{"a": 2}\r\n{"a"\r\n'})
    found = list(jsonl_trees(tmp_path / "t.jsonl", FILES))
    assert [tree.place.line for tree in found if isinstance(tree, Tree)] == [1, 3]
    assert [mistake.line for mistake in found if isinstance(mistake, Mistake)] == [4]


@pytest.mark.parametrize(
    ("content", "reason"), [(b"\xff\xfe", "no UTF-8"), (b"x" * 11, "larger than 10 bytes"), (None, "no such file")]
)
def test_texts_that_cannot_be_read_are_told(tmp_path: Path, content: bytes | None, reason: str) -> None:
    """With the file's name."""
    if content is not None:
        put(tmp_path, {"t.txt": content})
    with pytest.raises(Mistake, match=f"t.txt: .*{reason}"):
        read_text(tmp_path / "t.txt", FILES, 10)


def test_a_path_that_is_none_is_told() -> None:
    """A null character is in no path."""
    with pytest.raises(Mistake, match="cannot be read"):
        read_text(Path("a\0b"), FILES)


@pytest.mark.parametrize(
    ("text", "reason"), [("{", "column 2"), ("[" * 100_000, "nested too deeply"), ("[" * 70 + "]" * 70, "60 deep")]
)
def test_json_that_is_none_is_told(text: str, reason: str) -> None:
    """With its place."""
    with pytest.raises(Mistake, match=reason) as found:
        decoded(text, PLACE)
    assert (found.value.path, found.value.line) == ("x.yaml", 7)


@pytest.mark.parametrize(
    ("text", "spec"),
    [("f1 >= 0.6", "f1 >= 0.6"), ("contains", "contains"), ("{contains_any: [a, b]}", {"contains_any": ["a", "b"]})],
)
def test_checks_are_typed_as_suites_write_them(text: str, spec: Any) -> None:
    """A line, a name, a mapping."""
    assert check_written(text) == spec


def test_a_check_of_an_import_may_take_variables(tmp_path: Path) -> None:
    """A template of the user's own stays one, and is filled when the suite is read."""
    put(tmp_path, {"e.jsonl": [{"inputs": {"question": "q", "style": "brief"}, "outputs": {"answer": "a"}}]})
    [row] = imported(tmp_path, "langsmith:e.jsonl", check='{rubric: "Is it {{ style }}?"}').rows
    assert row["checks"] == [{"rubric": "Is it {{ style }}?"}]
    assert "cannot be filled" in refused(tmp_path, "langsmith:e.jsonl", check='{rubric: "{{ gone }}"}')


def test_an_import_without_options_needs_none(tmp_path: Path) -> None:
    """The source alone is enough."""
    put(tmp_path, {"t.csv": "question\nq\n"})
    assert import_cases(f"csv:{tmp_path / 't.csv'}").rows == [{"id": "t-1", "ask": "q"}]


def test_the_report_of_cases_without_checks_says_so(tmp_path: Path) -> None:
    """Then the suite's checks judge them."""
    put(tmp_path, {"t.csv": "question\nq\n"})
    last = list(import_cases(f"csv:{tmp_path / 't.csv'}").report())[-1]
    assert last == "1 cases, without checks of their own; 1 changed"
