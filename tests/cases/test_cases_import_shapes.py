"""Values of foreign rows as the parts of a case: every shape with its nearest neighbour of another meaning."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.cases.importing import shapes
from seatrial.cases.importing.exchanges import nested
from seatrial.cases.importing.messages import ROLES, is_messages, turns_of, unwrapped
from seatrial.cases.importing.notes import LONGEST, Level, Notes, Place, brief
from seatrial.core.errors import Mistake

USER = {"role": "user", "content": "q"}
BOT = {"role": "assistant", "content": "a"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("value", "ask", "beside"),
    [
        ("Where?", "Where?", {}),
        (" Where? ", " Where? ", {}),
        (7, "7", {}),
        (True, "true", {}),
        ("{not json", "{not json", {}),
        ('{"question": "q"}', "q", {}),
        ('["a", "b"]', '["a", "b"]', {}),
        ([USER], [{"user": "q"}], {}),
        ([[USER]], [{"user": "q"}], {}),
        (json.dumps([USER]), [{"user": "q"}], {}),
        (USER, [{"user": "q"}], {}),
        ({"messages": [USER]}, [{"user": "q"}], {}),
        ({"messages": [USER], "style": "brief"}, [{"user": "q"}], {"style": "brief"}),
        ({"messages": [], "question": "q"}, "q", {"messages": []}),
        ({"question": "q", "text": "t"}, "q", {"text": "t"}),
        ({"User Query": "q", "n": 1}, "q", {"n": 1}),
        ({"anything": "q"}, "q", {}),
        ({"input": {"question": "q", "a": 1}, "b": 2}, "q", {"a": 1, "b": 2}),
        ([{"type": "human", "data": {"content": "q"}}], [{"user": "q"}], {}),
        ([{"id": ["lc", "HumanMessageChunk"], "kwargs": {"content": "q"}}], [{"user": "q"}], {}),
    ],
)
def test_questions_of_every_shape(value, ask, beside):
    """A text, messages, JSON of either, or a mapping that holds one; what stands beside it is kept."""
    found = shapes.asked(value)
    assert (found.ask, found.beside) == (ask, beside)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "there is no question"),
        ("", "there is no question"),
        (" \n", "there is no question"),
        ([], "there is no question"),
        ({"question": None}, "there is no question"),
        ({"question": ""}, "there is no question"),
        ({}, "none of its fields is known as a question"),
        ({"a": "q", "b": "r"}, "none of its fields is known as a question: a, b"),
        ([USER, BOT], "its last message is the assistant's"),
        ([{"role": "critic", "content": "q"}], "role `critic`"),
    ],
)
def test_rows_without_a_question_say_so(value, why):
    """Nothing is asked in the place of a question that is not there."""
    with pytest.raises(Mistake, match=why):
        shapes.asked(value)


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("21:40", "21:40"),
        (0, "0"),
        (False, "false"),
        (2.5, "2.5"),
        (None, None),
        ("", None),
        ("  ", None),
        ([], None),
        (["", None], None),
        (["a", 1, True, None], ["a", "1", "true"]),
        ('["a", "b"]', ["a", "b"]),
        ([BOT], "a"),
        ([USER, BOT], "a"),
        (BOT, "a"),
        ({"messages": [USER, BOT]}, "a"),
        ({"answer": "a", "why": "b"}, "a"),
        ({"text": "a", "why": "b"}, "a"),
        ({"value": ["a", "b"], "why": "c"}, ["a", "b"]),
        ({"anything": "a"}, "a"),
        ({"a": "1", "b": "2"}, '{"a": "1", "b": "2"}'),
        ({"output": {"answer": "a"}}, "a"),
        ({}, None),
        ([{"a": 1}], '[{"a": 1}]'),
        ([["a"]], '[["a"]]'),
        ("{broken", "{broken"),
    ],
)
def test_right_answers_of_every_shape(value, texts):
    """The text that is right, all of several, or what a structure is as JSON; nothing is never an empty answer."""
    assert shapes.expected(value) == texts


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, []),
        ("", []),
        ("doc", ["doc"]),
        (["a", " ", None, "b"], ["a", "b"]),
        ('["a", "b"]', ["a", "b"]),
        ({"page_content": "a", "metadata": {}}, ["a"]),
        ([{"text": "a"}, {"content": "b"}, {"title": "c"}], ["a", "b", '{"title": "c"}']),
        ([["a", "b"], "c"], ["a\nb", "c"]),
        (7, ["7"]),
        ([{"text": None}], []),
    ],
)
def test_documents_of_every_shape(value, found):
    """A text, several, or mappings by the text that they hold; empty ones are left out."""
    assert shapes.documents(value) == found


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("a", 1),
        ("b.c", 2),
        ("d.e", 3),
        ("f.0", "x"),
        ("f.1.g", "y"),
        ("f.2", None),
        ("f.-1", None),
        ("gone", None),
        ("a.b", None),
        ("b.c.d", None),
        ("", None),
    ],
)
def test_fields_are_found_by_their_way(field, value):
    """A name that is there as it is written wins; else dots lead into mappings, and numbers into lists."""
    row = {"a": 1, "b": {"c": 2}, "d.e": 3, "d": {"e": 4}, "f": ["x", {"g": "y"}]}
    assert shapes.value_at(row, field) == value


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["Question"], "Question"),
        (["prompt", "question"], "question"),
        (["USER-INPUT"], "USER-INPUT"),
        (["user input"], "user input"),
        (["questions"], None),
        (["question", "Question"], "question"),
        ([], None),
    ],
)
def test_names_are_compared_by_letters_and_digits(names, found):
    """The likeliest name wins, the first of two that are the same but for case and signs."""
    assert shapes.find(dict.fromkeys(names), shapes.ASKED) == found


def test_tags_are_short_plain_values():
    """Lists are joined, what is empty vanishes, and structures and novels are named."""
    values = {"a": "x", "b": 1, "c": False, "d": ["x", 2], "e": {"k": 1}, "f": "y" * 201, "g": None, "h": "", "i": [[]]}
    assert shapes.tags_of(values) == ({"a": "x", "b": 1, "c": False, "d": "x, 2"}, ["e", "f", "i"])


@pytest.mark.parametrize(("length", "kept"), [(200, True), (201, False)])
def test_a_tag_has_a_longest(length, kept):
    """A text of the longest length is a tag, one more is not; a list is cut there."""
    tags, left = shapes.tags_of({"a": "x" * length})
    assert (bool(tags), bool(left)) == (kept, not kept)
    assert len(shapes.tags_of({"a": ["x" * length]})[0]["a"]) == 200


@pytest.mark.parametrize(
    ("choices", "right", "letters"),
    [
        (["red", "blue"], "blue", ["B"]),
        (["red", "blue"], 0, ["A"]),
        (["red", "blue"], "1", ["B"]),
        (["red", "blue"], "b", ["B"]),
        (["red", "blue"], " A ", ["A"]),
        (["red", "blue"], ["A", "blue"], ["A", "B"]),
        (["b", "a"], "a", ["B"]),
        (["1", "2", "3"], "1", ["A"]),
        (["1", "2", "3"], 1, ["B"]),
        ({"x": "red", "y": "blue"}, "y", ["B"]),
        ({"text": ["red", "blue"], "label": ["1", "2"]}, "2", ["B"]),
        ({"text": ["red", "blue"]}, "blue", ["B"]),
        ('["red", "blue"]', "red", ["A"]),
        ([1, 2], 2, ["B"]),
        (["red", "blue"], "green", None),
        (["red", "blue"], "C", None),
        (["red", "blue"], -1, None),
        (["red", "blue"], True, None),
        (["red", "blue"], "2", None),
        (["red", "blue"], None, None),
    ],
)
def test_the_right_choice_is_found_however_it_is_named(choices, right, letters):
    """By number from 0, label, letter or text, in this order of trust; one that is none of them is told."""
    if letters is not None:
        assert shapes.multiple_choice("Which?", choices, right)[1] == letters
        return
    with pytest.raises(Mistake, match="is not among the choices"):
        shapes.multiple_choice("Which?", choices, right)


@pytest.mark.parametrize(("many", "fine"), [(0, False), (1, False), (2, True), (10, True), (11, False)])
def test_as_many_choices_as_there_are_letters(many, fine):
    """Two to ten can be asked for."""
    choices = [f"c{number}" for number in range(many)]
    if fine:
        ask, letters = shapes.multiple_choice("Which?\n", choices, many - 1)
        assert (ask.count(") c"), letters) == (many, ["ABCDEFGHIJ"[many - 1]])
        return
    with pytest.raises(Mistake, match=f"it has {many} choices; 2 to 10 can be asked for"):
        shapes.multiple_choice("Which?", choices, 0)


def test_choices_are_written_below_the_question():
    """The last turn of a conversation is given them, and the others stay."""
    asked, letters = shapes.with_choices([{"system": "s"}, {"user": "Which? "}], ["red", "blue"], "red")
    assert asked == [
        {"system": "s"},
        {"user": "Which?\n\nA) red\nB) blue\n\nAnswer with the letter of the right choice."},
    ]
    assert letters == ["A"]
    with pytest.raises(Mistake, match="its choices are no list"):
        shapes.with_choices("Which?", "red or blue", "red")


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"inputs.question": "q"}, {"inputs": {"question": "q"}}),
        ({"inputs_question": "q", "outputs_answer": "a"}, {"inputs": {"question": "q"}, "outputs": {"answer": "a"}}),
        ({"metadata_a.b": "x"}, {"metadata_a": {"b": "x"}}),
        ({"inputs_a": '{"b": 1}'}, {"inputs": {"a": {"b": 1}}}),
        ({"inputs_a": "", "inputs_b": None}, {"inputs": {}}),
        ({"input_a": "q"}, {"input_a": "q"}),
        ({"a.": 1}, {"a.": 1}),
        ({"a": 1, "a.b": 2}, {"a": 1, "a.b": 2}),
        ({}, {}),
    ],
)
def test_flat_columns_are_put_back(row, found):
    """What an export flattened is nested again; what was never nested stays."""
    assert nested(row) == found


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_of_a_message_is_a_turn(role):
    """Roles of cases come through, in any case."""
    turns = turns_of([{"role": role.upper(), "content": "x"}, USER])
    assert turns[0] == {ROLES[role]: "x"}


@pytest.mark.parametrize(("name", "role"), [("human", "user"), ("model", "assistant"), ("ai", "assistant")])
def test_other_names_of_roles_are_known(name, role):
    """Other makers' words for the same two."""
    assert turns_of([{"type": name, "content": "x"}, USER])[0] == {role: "x"}


def test_parts_of_a_message_are_lines():
    """Texts in parts are put together; Gemini calls them `parts`."""
    parts = ["a", {"text": "b"}, {"type": "output_text", "text": "c"}]
    assert turns_of([{"role": "user", "parts": parts}]) == [{"user": "a\nb\nc"}]


@settings(max_examples=150)
@given(JSON)
def test_any_value_is_a_question_or_a_mistake(value):
    """Whatever stands in a field, a question comes of it or one sentence."""
    try:
        found = shapes.asked(value)
    except Mistake as mistake:
        assert mistake.what  # noqa: PT017  either way is right
    else:
        assert isinstance(found.ask, list) or found.ask.strip()


@settings(max_examples=150)
@given(JSON)
def test_any_value_is_texts_or_nothing(value):
    """Right answers and documents are texts that are not empty, whatever they were."""
    found = shapes.expected(value)
    assert found is None or isinstance(found, str) or all(isinstance(each, str) and each for each in found)
    assert all(isinstance(each, str) and each.strip() for each in shapes.documents(value))
    assert isinstance(shapes.plain(value), str | None)


@settings(max_examples=100)
@given(JSON)
def test_json_in_a_text_is_what_it_holds(value):
    """A structure that was written into a cell comes back; a plain value stays the text that it is."""
    text = json.dumps(value)
    assert shapes.unpacked(text) == (value if isinstance(value, dict | list) else text)
    assert unwrapped(value) == value or is_messages(unwrapped(value)) or isinstance(value, list)


@given(st.text(max_size=700))
def test_any_text_is_brief_on_one_line(text):
    """Notes are short, printable, and the same when shortened again."""
    short = brief(text)
    assert len(short) <= LONGEST
    assert short.isprintable()
    assert brief(short) == short


@pytest.mark.parametrize(("length", "cut"), [(LONGEST, False), (LONGEST + 1, True)])
def test_a_note_is_cut_behind_its_longest(length, cut):
    """One character too many is an ellipsis."""
    assert brief("x" * length).endswith("…") is cut


def test_a_note_is_one_by_place_and_words():
    """The same words at another line, or of another level, are another note."""
    notes = Notes()
    for line in (1, 2, 1):
        notes.left_out(Place("x", line), "a\x1b[31m b", "w")
    notes.changed(Place("x", 1), "a", "w")
    assert [str(note) for note in notes] == [
        "x:1: left out: a [31m b: w",
        "x:2: left out: a [31m b: w",
        "x:1: changed: a: w",
    ]
    assert len(notes.of(Level.LEFT_OUT)) == 2
