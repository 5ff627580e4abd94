"""What an agent did over a whole dialogue: trajectories, forbidden tools, steps, loops, F1, arguments."""

from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge
from seatrial.checks.table import build_check
from seatrial.checks.trajectories import MOST_CALLS, MOST_WANTED
from seatrial.checks.turns import agent, dialogue_of
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer
from seatrial.core.request import Tool, ToolCall

NAMES = st.lists(st.sampled_from("abc"), max_size=5)
WANTED = st.lists(st.sampled_from("abc"), min_size=1, max_size=4)


def call(name, **arguments):
    """A call with these arguments as JSON."""
    return ToolCall(name, msgspec.json.encode(arguments).decode())


def did(*calls):
    """Evidence of a dialogue with one call in each turn, and a text at the end."""
    return dialogue_of(*[Answer(tool_calls=(each,)) for each in calls], "Done.")


def score(spec, evidence):
    """The Score of a check that is free."""
    return build_check(spec).judge(evidence)


def matches(match, wanted, made):
    """Whether these names are the wanted trajectory."""
    return score({"tools_used": {"tools": wanted, "match": match}}, agent(*made)).passed


@given(WANTED, NAMES)
@settings(max_examples=120)
def test_the_four_matches_are_what_they_say(wanted, made):
    """Exact is equality, in order a subsequence, any order and subset inclusion of multisets either way round."""
    left = iter(made)
    assert matches("exact", wanted, made) is (made == wanted)
    assert matches("in_order", wanted, made) is all(name in left for name in wanted)
    assert matches("any_order", wanted, made) is (Counter(wanted) <= Counter(made))
    assert matches("subset", wanted, made) is (Counter(made) <= Counter(wanted))


@given(WANTED, NAMES)
@settings(max_examples=60)
def test_f1_is_that_of_multisets(wanted, made):
    """2 x both / (made + wanted), whatever the order; its parts add up to the F1 of a whole Batch."""
    found = score({"tool_f1": {"limit": ">= 0.5", "tools": wanted}}, agent(*made))
    both = (Counter(made) & Counter(wanted)).total()
    assert found.value == pytest.approx(2 * both / (len(made) + len(wanted)))
    assert found.parts == {"right": both, "made": len(made), "wanted": len(wanted)}
    assert found.passed is (found.value >= 0.5)


@pytest.mark.parametrize(
    ("match", "made", "said"),
    [
        ("exact", "ab", "It called `a`, `b`."),
        ("exact", "ba", "Call 1: `b` was called and not `a`."),
        ("exact", "a", "`b` was not called as call 2."),
        ("exact", "abc", "It also called `c`."),
        ("in_order", "acb", "It called `a`, `c`, `b`."),
        ("in_order", "ba", "`b` was not called."),
        ("any_order", "a", "`b` was not called."),
        ("subset", "bcc", "It also called `c`, `c`."),
        ("subset", "", "It called nothing."),
    ],
)
def test_the_reason_says_where_it_went_wrong(match, made, said):
    """The reason names the call that is wrong, missing or too much."""
    assert score({"tools_used": {"tools": ["a", "b"], "match": match}}, agent(*made)).reason == said


def test_calls_of_all_turns_count():
    """Two calls in one answer and one in a later turn are one trajectory."""
    evidence = dialogue_of(Answer(tool_calls=(call("a"), call("b"))), Answer("and", tool_calls=(call("c"),)), "Done.")
    assert score({"tools_used": ["a", "b", "c"]}, evidence).passed
    assert score("steps == 3", evidence).passed


def test_wanted_calls_may_have_arguments():
    """An item of a trajectory may say its arguments, by value or by schema, as `tool_call` does."""
    book = {"name": "book", "arguments": {"n": 2}, "match": "subset"}
    spec = {"tools_used": {"tools": ["find", book], "match": "exact"}}
    assert score(spec, did(call("find", to="x"), call("book", n=2, day=3))).passed
    assert "got" in score(spec, did(call("find"), call("book", n=3))).reason
    by_schema = {"tools_used": [{"name": "book", "schema": {"required": ["n"]}}]}
    assert score(by_schema, did(call("book", n=1))).passed
    assert not score(by_schema, did(call("book"))).passed


def test_a_vague_item_leaves_the_strict_one_its_call():
    """Of two wanted calls of one name, the one with arguments gets the call that only it can have."""
    strict = {"name": "a", "arguments": {"n": 1}}
    for tools in (["a", strict], [strict, "a"]):
        evidence = did(call("a", n=1), call("a", n=2))
        assert score({"tools_used": {"tools": tools, "match": "any_order"}}, evidence).passed
        assert score({"tool_f1": {"limit": ">= 1", "tools": tools}}, evidence).passed


def test_without_tools_the_case_names_them():
    """`tools_used` and `tool_f1` by name take all expected answers of the case as wanted calls, and need them."""
    evidence = evidence_of(Answer(tool_calls=(call("a"), call("b"))), expect=("a", "b"))
    assert score("tools_used", evidence).passed
    assert score("tool_f1 >= 1", evidence).passed
    for spec in ("tools_used", "tool_f1 >= 1"):
        assert Need.EXPECTED in build_check(spec).needs
    assert Need.EXPECTED not in build_check({"tools_used": "a"}).needs


@pytest.mark.parametrize(
    ("spec", "made", "passed"),
    [
        ("cancel", "find cancel", False),
        (["cancel", "pay"], "find", True),
        (["cancel", "pay"], "", True),
        ("delete_*", "find delete_user", False),
        ("delete_*", "undelete_user", True),
        ({"only": ["find", "book_?"]}, "find book_1", True),
        ({"only": ["find"]}, "find book", False),
        ({"only": ["find"]}, "", True),
        ("cancel", "Cancel", True),
    ],
)
def test_forbidden_tools(spec, made, passed):
    """A forbidden name or pattern fails, and with `only` everything else does; case counts."""
    assert score({"forbidden_tools": spec}, agent(*made.split())).passed is passed


def test_a_forbidden_call_is_named_with_its_place():
    """The reason says which call of the dialogue it was."""
    reason = score({"forbidden_tools": "cancel"}, agent("find", "find", "cancel")).reason
    assert reason == "Call 3, `cancel`, is forbidden."


@pytest.mark.parametrize(
    ("line", "passed", "value"),
    [("steps <= 2", True, 2), ("steps < 2", False, 2), ("steps == 2 calls", True, 2), ("steps.turns <= 2", False, 3)],
)
def test_steps_are_counted(line, passed, value):
    """Calls over the whole dialogue, or answered turns, are held to a limit."""
    found = score(line, agent("a", "b"))
    assert (found.passed, found.value) == (passed, value)
    assert found.unit == ("turns" if "turns" in line else "calls")


@pytest.mark.parametrize(
    ("made", "passed"),
    [("aab", True), ("aaa", False), ("abcab", True), ("abab", False), ("abaca", False), ("xabcabc", False), ("", True)],
)
def test_loops(made, passed):
    """Three times the same call, or a circle that is gone through twice, is a loop."""
    assert score("tool_loop", agent(*made)).passed is passed


def test_arguments_make_a_call_another():
    """Paging through results is no loop; the same page three times is, however the arguments are spaced."""
    pages = [call("find", page=page) for page in range(5)]
    assert score("tool_loop", did(*pages)).passed
    same = [
        ToolCall("find", '{"a": 1, "b": 2}'),
        ToolCall("find", '{"b":2.0,"a":1}'),
        ToolCall("find", '{"b": 2, "a": 1}'),
    ]
    assert score("tool_loop", did(*same)).reason == "`find` was called 3 times with the same arguments."


def test_patience_with_loops_can_be_given():
    """An agent that polls passes with higher numbers; a circle needs two different calls."""
    assert score({"tool_loop": 5}, agent(*"aaaa")).passed
    assert score({"tool_loop": {"times": 5, "circles": 3}}, agent(*"abab")).passed
    assert not score({"tool_loop": {"times": 5, "circles": 3}}, agent(*"ababab")).passed


@given(st.lists(st.sampled_from("abcd"), max_size=12))
@settings(max_examples=100)
def test_a_circle_is_a_square_of_different_calls(made):
    """With repetitions allowed, what is left as a loop is a run that follows itself, by its plain definition."""
    text = "".join(made)
    squares = [
        text[i : i + p] for p in range(2, 7) for i in range(len(text)) if text[i : i + p] == text[i + p : i + 2 * p]
    ]
    circle = any(len(set(each)) > 1 for each in squares)
    assert score({"tool_loop": {"times": 100}}, agent(*made)).passed is not circle


@pytest.mark.parametrize("arguments", ["{", "nonsense", "[" * 100_000, "\ud800", "1e999", '{"n": 1'])
def test_broken_arguments_are_compared_as_they_are(arguments):
    """Arguments that are no JSON crash nothing: three times the same text is a loop, and no tool takes them."""
    evidence = did(*[ToolCall("a", arguments)] * 3)
    assert score("tool_loop", evidence).passed is False
    assert score({"tools_used": ["a", "a", "a"]}, evidence).passed
    assert score({"tool_f1": {"limit": ">= 1", "tools": [{"name": "a", "arguments": {}}]}}, evidence).value == 0


@pytest.mark.parametrize(
    "spec", ["tool_loop", "tool_arguments", {"tools_used": "a"}, {"tool_f1": {"limit": ">= 0.1", "tools": ["a"]}}]
)
async def test_thousands_of_calls_are_not_judged(spec):
    """Nobody waits for the comparison of thousands of calls; the reason says how many are looked at."""
    many = evidence_of(Answer(tool_calls=(call("a"),) * (MOST_CALLS + 1)))
    found = await judge(build_check(spec), many)
    assert (found.passed, found.reason) == (None, "The dialogue has more than 2,000 tool calls.")
    assert score("steps <= 5", many).passed is False
    assert score({"forbidden_tools": "a"}, many).passed is False


def test_the_most_calls_are_judged_in_time():
    """As many different calls as are looked at, with wanted arguments, are compared without a stall."""
    evidence = evidence_of(Answer(tool_calls=tuple(call("a", n=n) for n in range(MOST_CALLS))))
    wanted = [{"name": "a", "arguments": {"n": n}} for n in range(20)]
    assert score({"tool_f1": {"limit": ">= 0.001", "tools": wanted}}, evidence).parts["right"] == 20
    assert score("tool_loop", evidence).passed


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"tools_used": []}, "takes 1 to 200 wanted calls, not 0"),
        ({"tools_used": ["a"] * (MOST_WANTED + 1)}, "not 201"),
        ({"tools_used": {"tools": ["a"], "match": "some_order"}}, "some_order"),
        ({"tools_used": [{"name": "a", "schema": {"type": 3}}]}, "no JSON Schema"),
        ({"tools_used": [{"nam": "a"}]}, "nam"),
        ({"tool_f1": {"limit": ">= 2", "tools": ["a"]}}, "a share from 0 to 1"),
        ({"forbidden_tools": []}, "has no name, or an empty one"),
        ({"forbidden_tools": {"tools": "a", "only": "b"}}, "takes one of `tools` and `only`"),
        ({"forbidden_tools": None}, "takes one of `tools` and `only`"),
        ({"forbidden_tools": [""]}, "or an empty one"),
        ({"tool_loop": 1}, ">= 2"),
        ("steps <= 5s", "the unit `s` is not known here"),
        ({"steps": {"limit": "<= 5", "of": "words"}}, "words"),
    ],
)
def test_what_makes_no_sense_is_refused(spec, said):
    """Wrong arguments are mistakes of the suite, told before anything is asked."""
    with pytest.raises(Mistake) as found:
        build_check(spec)
    assert said in str(found.value)


TOOLS = (
    Tool("book", parameters={"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}),
    Tool("find"),
)


def offered(*calls, tools=TOOLS, case_tools=()):
    """Evidence of these calls, one a turn, where these tools were offered."""
    evidence = did(*calls)
    request = msgspec.structs.replace(evidence.interaction.request, tools=tools)
    turns = [msgspec.structs.replace(each, request=request) for each in evidence.dialogue]
    case = msgspec.structs.replace(evidence.case, tools=case_tools)
    return Evidence(turns[-1], case, tuple(turns[:-1]))


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([call("book", n=1)], "The arguments of the call fit."),
        ([call("book", n=1), call("find", x=1)], "The arguments of all 2 calls fit."),
        ([call("book", n="two")], "The arguments of `book` do not fit at `$.n`"),
        ([call("find"), call("book")], "'n' is a required property"),
        ([call("boook", n=1)], 'There is no tool "boook" (did you mean `book`?).'),
        ([ToolCall("find", "[1]")], "The arguments of `find` are no JSON object: [1]."),
        ([ToolCall("find", "{'a': 1}")], "The arguments of `find` are no JSON: {'a': 1}."),
        ([ToolCall("find", "")], "The arguments of the call fit."),
        ([], "It called nothing."),
    ],
)
def test_arguments_are_held_to_the_offered_tools(made, said):
    """Every call must be of an offered tool and fit its schema; invented tools and broken JSON fail with the reason."""
    found = score("tool_arguments", offered(*made))
    assert said in found.reason
    assert found.passed is (said.startswith(("The arguments of the", "The arguments of all", "It called")))


def test_the_share_of_calls_that_fit_is_the_value():
    """One wrong call of four is three quarters, and a fail."""
    found = score("tool_arguments", offered(*[call("find")] * 3, call("pay")))
    assert (found.passed, found.value) == (False, 0.75)


def test_tools_of_the_case_do_where_the_request_has_none():
    """Recorded answers have no tools in their requests; then those of the case are meant."""
    assert score("tool_arguments", offered(call("find"), tools=(), case_tools=TOOLS)).passed
    assert score("tool_arguments", offered(call("find"), tools=())).passed is None


@pytest.mark.parametrize("parameters", [{"type": 3}, {"$ref": "https://example.org/x.json"}])
async def test_a_broken_schema_of_a_tool_is_not_the_models_fault(parameters):
    """Where the tool's own schema cannot be used, nothing is judged, and nothing is fetched."""
    found = await judge(build_check("tool_arguments"), offered(call("x"), tools=(Tool("x", parameters=parameters),)))
    assert found.passed is None
    assert found.reason


@given(name=st.text(max_size=20), arguments=st.text(max_size=40))
@settings(max_examples=60)
def test_any_call_can_be_judged(name, arguments):
    """Whatever a model calls with whatever text, every check of tools gives a Score with a printable reason."""
    evidence = offered(ToolCall(name, arguments))
    for spec in ("tool_arguments", "tool_loop", "steps <= 1", {"forbidden_tools": "x"}, {"tools_used": ["find"]}):
        found = score(spec, evidence)
        assert found.passed in (True, False)
        assert found.reason.isprintable()
