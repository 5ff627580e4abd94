"""What a case is made of: what is shared, texts of plain values, turns, tools that return, users that play."""

from typing import Any

import pytest
from app_support import refused
from hypothesis import given
from hypothesis import strategies as st

from seatrial.app.cases import MOST_CHARACTERS, Shared, digest, make_case, read_tag, text, texts, tool
from seatrial.app.schema_cases import ROLES, CaseModel, ToolModel, UserModel
from seatrial.core.case import Case
from seatrial.core.request import Message

NAMES = st.text("abc", min_size=1, max_size=2)
TAGS = st.dictionaries(NAMES, NAMES, max_size=3)
PARTS = st.builds(
    Shared,
    checks=st.lists(NAMES, max_size=2).map(tuple),
    tags=TAGS,
    params=TAGS,
    variables=TAGS,
    literal=st.booleans(),
)


def made(shared: Shared = Shared(), **fields: Any) -> Case:  # noqa: B008  (frozen)
    return make_case(CaseModel(**{"ask": "q", **fields}), "cases.jsonl:1", shared)


@given(PARTS, PARTS, PARTS)
def test_laying_over_can_be_grouped_as_one_likes(inner: Shared, middle: Shared, outer: Shared) -> None:
    """Three layers come to the same whichever two are put together first."""
    assert inner.under(middle).under(outer) == inner.under(middle.under(outer))


@given(PARTS)
def test_nothing_laid_over_changes_nothing(part: Shared) -> None:
    """An empty layer beneath leaves a layer as it is; above it, it takes all but the word on templates."""
    assert part.under(Shared()) == part
    assert Shared(literal=part.literal).under(part) == part


def test_the_nearer_word_goes_first() -> None:
    """Tags, parameters and variables of the inner layer win; its tools and its user stand for those behind it."""
    lamp, bell = (tool(ToolModel(name=name)) for name in ("lamp", "bell"))
    inner = Shared(("a",), {"t": "1"}, (lamp,), {"p": 1}, {"v": 1}, user=UserModel(target="one"))
    outer = Shared(("b",), {"t": "2", "u": "3"}, (bell,), {"p": 2, "q": 3}, {"v": 2}, user=UserModel(target="two"))
    both = inner.under(outer)
    assert (both.checks, both.tags, both.params) == (("a", "b"), {"t": "1", "u": "3"}, {"p": 1, "q": 3})
    assert (both.tools, both.user) == ((lamp,), inner.user)
    assert Shared().under(outer).tools == (bell,)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(True, "true"), (False, "false"), (0, "0"), (1, "1"), (12.5, "12.5"), (-0.0, "-0.0"), ("True", "True"), ("", "")],
)
def test_plain_values_as_text(value: Any, shown: str) -> None:
    """Truth is written as in YAML, numbers as they are, texts stay."""
    assert text(value) == shown
    assert texts({"k": value}) == {"k": shown}


@pytest.mark.parametrize(
    ("line", "pair"),
    [
        ("a=b", ("a", "b")),
        (" a = b ", ("a", "b")),
        ("a=b=c", ("a", "b=c")),
        ("a=", ("a", "")),
        ("a b=c", ("a b", "c")),
    ],
)
def test_tags_at_the_command_line(line: str, pair: tuple[str, str]) -> None:
    """The first equals sign divides; space around name and value does not count."""
    assert read_tag(line) == pair


@pytest.mark.parametrize("line", ["", "a", "=", " =b", "a:b"])
def test_what_is_no_tag(line: str) -> None:
    """Without a name or a sign it is refused with the form."""
    assert refused(read_tag, line) == f"`{line}` is no tag; write NAME=VALUE"


def test_a_long_line_that_is_no_tag_is_cut() -> None:
    """Eighty characters are enough to know it by."""
    assert refused(read_tag, "x" * 500) == f"`{'x' * 80}` is no tag; write NAME=VALUE"


@pytest.mark.parametrize(
    ("expect", "found"),
    [
        (None, ()),
        ("", ("",)),
        ("a", ("a",)),
        ([], ()),
        (["a", 7, True, 1.5], ("a", "7", "true", "1.5")),
        (0, ("0",)),
        (False, ("false",)),
    ],
)
def test_right_answers(expect: Any, found: tuple[str, ...]) -> None:
    """One, several or none; nought and false are answers, nothing is none."""
    assert made(expect=expect).expect == found


@pytest.mark.parametrize(
    ("context", "found"), [(None, ()), ("", ("",)), ("a", ("a",)), ([], ()), (["a", "b"], ("a", "b"))]
)
def test_documents(context: Any, found: tuple[str, ...]) -> None:
    """A text is one document."""
    assert made(context=context).context == found


@pytest.mark.parametrize("role", [each for each in ROLES if each != "assistant"])
def test_who_may_speak_last(role: str) -> None:
    """Anyone but the assistant; both ways to write a turn are the same."""
    short, long = made(ask=[{role: "x"}]), made(ask=[{"role": role, "content": "x"}])
    assert short.turns == long.turns == (Message(role, "x"),)  # type: ignore[arg-type]
    assert short.id == long.id


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        ({}, "turn 2 of `ask` must be one role with its text"),
        ({"role": "user"}, "turn 2 of `ask` is of the role `role`; allowed are system, developer"),
        ({"role": "user", "content": "x", "name": "n"}, "turn 2 of `ask` must be one role with its text"),
        ({"User": "x"}, "turn 2 of `ask` is of the role `User`"),
        ({"role": None, "content": "x"}, "turn 2 of `ask` is of the role nothing"),
        ({"role": {"a": 1}, "content": "x"}, "turn 2 of `ask` is of the role a mapping"),
        ({"user": None}, "turn 2 of `ask` must be a text, nothing was found"),
        ({"user": {}}, "turn 2 of `ask` must be a text, a mapping was found"),
    ],
)
def test_turns_that_are_none(turn: dict[str, Any], said: str) -> None:
    """Each is told with its number."""
    assert said in refused(lambda: made(ask=[{"user": "x"}, turn]))


@pytest.mark.parametrize(("value", "said"), [(7, "7"), (True, "true"), (1.5, "1.5"), ("", "")])
def test_a_turn_may_be_a_number(value: Any, said: str) -> None:
    """What YAML takes for a number or for truth was meant as a text."""
    assert made(ask=[{"user": value}]).turns[0].content == said


@pytest.mark.parametrize("ask", ["", " ", "\n\t"])
def test_an_empty_question_is_none(ask: str) -> None:
    """Space is no question."""
    assert refused(lambda: made(ask=ask)) == "`ask` is empty"


def test_templates_are_filled_by_the_case_over_the_suite() -> None:
    """The case's variables go before the suite's, in questions, answers and references."""
    shared = Shared(variables={"who": "Ann", "where": "home"})
    case = made(
        shared, ask="{{ who }} {{ where }}", expect=["{{ who }}"], reference="{{ where }}", variables={"who": "Bo"}
    )
    assert (case.turns[0].content, case.expect, case.reference) == ("Bo home", ("Bo",), "home")
    assert case.variables == {"who": "Bo", "where": "home"}


def test_literal_texts_keep_their_braces() -> None:
    """In a foreign file nothing is filled: question, answer, reference, tools, persona."""
    whole = "{{ who }}"
    user = UserModel(target="u", persona=whole, goal=whole)
    tools = [ToolModel(name="t", returns={"a": whole})]
    case = made(Shared(literal=True), ask=whole, expect=whole, reference=whole, tools=tools, user=user)
    assert case.user is not None
    assert {case.turns[0].content, *case.expect, case.reference, case.user.persona, case.user.goal} == {whole}
    assert case.tools[0].returns == {"a": whole}


def test_the_id_is_that_of_the_filled_question() -> None:
    """Another value of a variable is another question, and so another case."""
    ids = {made(ask="{{ x }}", variables={"x": value}).id for value in (1, 2)}
    assert len(ids) == 2
    assert made(ask="1").id in ids


@pytest.mark.parametrize(("id", "found"), [("a", "a"), ("", ""), (7, "7"), (0, "0")])
def test_ids_that_are_given(id: Any, found: str) -> None:
    """A number is its text; an empty one is what was given."""
    assert made(id=id).id == found


@given(st.text(max_size=5), st.text(max_size=5), st.lists(st.text(max_size=3), max_size=2))
def test_ids_tell_turns_from_texts(one: str, other: str, expect: list[str]) -> None:
    """Two turns are not one with both texts, and an answer is not a turn."""
    split = (Message("user", one), Message("user", other))
    joined = (Message("user", one + other),)
    answers = tuple(expect)
    assert digest(split, answers) != digest(joined, answers)
    assert digest(joined, answers) != digest((*joined, Message("user", "")), answers)


def test_what_a_tool_returns_is_filled() -> None:
    """Values in lists and mappings are templates; a tool without one stays the very same object."""
    plain = tool(ToolModel(name="plain", returns=[1, None]))
    filled = tool(ToolModel(name="filled", returns={"a": ["{{ x }}", 2]}))
    case = made(Shared(tools=(plain, filled)), variables={"x": "one"})
    assert case.tools[0] is plain
    assert case.tools[1].returns == {"a": ["one", 2]}


@pytest.mark.parametrize(("size", "fits"), [(MOST_CHARACTERS, True), (MOST_CHARACTERS + 1, False)])
def test_a_tool_returns_only_so_much(size: int, fits: bool) -> None:
    """The bound holds to the character, and the tool is named."""
    tools = [ToolModel(name="t", returns="x" * size)]
    if fits:
        assert made(tools=tools).tools[0].returns == "x" * size
    else:
        assert refused(lambda: made(tools=tools)) == "the tool `t` returns more than 1,000,000 characters"


@pytest.mark.parametrize("returns", [object(), {"a": object()}, [{"a": lambda: None}]])
def test_a_tool_that_returns_no_json(returns: Any) -> None:
    """What cannot be written as JSON is told with the tool's name."""
    tools = [ToolModel(name="t", returns=returns)]
    assert "what the tool `t` returns is no JSON" in refused(lambda: made(tools=tools))


@pytest.mark.parametrize(
    ("until", "found"),
    [
        ("[DONE]", ("[DONE]",)),
        ("", ()),
        ([], ()),
        (["a", " ", "b"], ("a", "b")),
    ],
)
def test_how_a_played_user_ends(until: Any, found: tuple[str, ...]) -> None:
    """Phrases of space alone end nothing, and are left out."""
    user = made(user=UserModel(target="u", until=until)).user
    assert user is not None
    assert user.until == found


def test_a_played_user_is_filled_and_trimmed() -> None:
    """Persona and goal are templates, and space around them falls."""
    user = UserModel(target="u", persona="  {{ who }}\n", goal="{{ who }}'s goal ")
    case = made(Shared(variables={"who": "Ann"}), user=user)
    assert case.user is not None
    assert (case.user.persona, case.user.goal, case.user.patience) == ("Ann", "Ann's goal", 8)


def test_checks_of_the_case_stand_before_those_of_the_suite() -> None:
    """The order is that in which a reader meets them."""
    assert made(Shared(("c", "d")), checks=["a", "b"]).checks == ("a", "b", "c", "d")
