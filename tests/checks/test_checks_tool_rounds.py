"""Turns of an agent whose tools return results, and calls that are hostile to whoever judges them."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.evidence import NOT_TIMED, evidence_of
from seatrial.checks.judge import judge
from seatrial.checks.table import build_check
from seatrial.checks.trajectories import MOST_CALLS, MOST_WANTED
from seatrial.checks.turns import agent, calls_of_turn, dialogue_of, turns_of
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction
from seatrial.core.request import Message, Request, Tool, ToolCall


def rounds(*steps):
    """Evidence of a dialogue: `user: ...` is a user's turn, `a+b` calls these, `no a` calls it without a result.

    Anything else is said.
    """
    messages, dialogue = (), []
    for step in steps:
        if step.startswith("user: "):
            messages = (*messages, Message("user", step.removeprefix("user: ")))
            continue
        names = step.removeprefix("no ").split("+") if step[0].islower() else []
        calls = tuple(ToolCall(name, "{}", f"{len(messages)}{name}") for name in names)
        answer = Answer("" if names else step, tool_calls=calls)
        request = Request(messages)
        dialogue.append(Interaction(target="t", request=request, answer=answer, turn=len(dialogue), timing=NOT_TIMED))
        messages = (*messages, Message("assistant", answer.text, calls))
        messages = (*messages, *(Message("tool", "known", tool_call_id=call.id) for call in calls))
    return Evidence(dialogue[-1], None, tuple(dialogue[:-1]))


TWO_TURNS = ("user: Pay", "find+look", "pay", "Paid.", "user: Thanks", "You're welcome.")


def score(spec, evidence):
    """The Score of a check that is free."""
    return build_check(spec).judge(evidence)


def test_rounds_are_on_the_way_to_an_answer():
    """Of five answers the two that a user got are turns; each is judged with all that was before it."""
    evidence = rounds(*TWO_TURNS)
    turns = turns_of(evidence)
    assert [turn.text for turn in turns] == ["Paid.", "You're welcome."]
    assert [len(turn.before) for turn in turns] == [2, 3]


def test_checks_of_turns_judge_answers_to_a_user():
    """`turn`, `every_turn` and `steps.turns` know two turns, not four."""
    evidence = rounds(*TWO_TURNS)
    assert score({"turn": {"number": 1, "check": {"contains": "Paid"}}}, evidence).passed
    assert score({"turn": {"number": 3, "check": {"contains": "x"}}}, evidence).passed is None
    assert score({"every_turn": "length >= 2"}, evidence).passed
    assert score("steps.turns == 2", evidence).passed


def test_checks_of_calls_see_all_rounds():
    """Calls are counted, matched and searched for circles over all rounds of all turns."""
    evidence = rounds(*TWO_TURNS)
    assert score("steps == 3", evidence).passed
    assert score({"tools_used": ["find", "look", "pay"]}, evidence).passed
    assert score({"forbidden_tools": "look"}, evidence).passed is False
    looping = rounds("user: Pay", "find", "find", "find", "Paid.")
    assert score("tool_loop", looping).passed is False


def test_one_turns_calls_are_those_on_the_way_to_its_answer():
    """`tool_call` judges the whole turn that the answer ends, so giving a tool a result changes nothing."""
    evidence = rounds(*TWO_TURNS)
    assert score({"tool_call": {"none": True}}, evidence).passed
    first = {"number": 1, "check": {"tool_call": ["find", "look", "pay"]}}
    assert score({"turn": first}, evidence).passed
    assert [call.name for call in calls_of_turn(rounds("user: Pay", "find", "Hm."))] == ["find"]


def test_calls_without_a_result_are_an_answer():
    """An answer whose calls nobody answered before the user spoke is a turn, and so is the last one."""
    evidence = rounds("user: Pay", "no pay", "user: Well?", "no pay")
    assert len(turns_of(evidence)) == 2
    assert score({"every_turn": {"tool_call": "pay"}}, evidence).passed


def test_a_failed_answer_is_no_turn():
    """A dialogue that failed behind a round has no answer to a user."""
    evidence = rounds("user: Pay", "pay", "Paid.")
    failure = Failure(FailureKind.TIMEOUT, "late")
    broken = msgspec.structs.replace(evidence.interaction, answer=None, failure=failure)
    assert turns_of(Evidence(broken, None, evidence.before)) == []


@given(st.lists(st.sampled_from(["user: u", "find", "no pay", "Said."]), min_size=1, max_size=12))
@settings(max_examples=100)
def test_every_turn_ends_what_its_calls_began(steps):
    """The calls of all turns together are the calls of the dialogue, each once, in order."""
    if all(step.startswith("user") for step in steps):
        return
    evidence = rounds(*steps)
    per_turn = [call.id for turn in turns_of(evidence) for call in calls_of_turn(turn)]
    assert per_turn == [call.id for each in evidence.dialogue for call in each.answer.tool_calls]


def made(*arguments, name="a"):
    """Evidence of one answer with a call for each of these arguments."""
    return evidence_of(Answer(tool_calls=tuple(ToolCall(name, each) for each in arguments)))


@pytest.mark.parametrize("depth", [450, 600, 900, 990, 100_000])
async def test_deep_arguments_hide_no_loop(depth):
    """Three calls with arguments nested to the edge of what can be read are still the same call."""
    found = await judge(build_check("tool_loop"), made(*['{"a":' + "[" * depth + "]" * depth + "}"] * 3))
    assert (found.passed, found.reason) == (False, "`a` was called 3 times with the same arguments.")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('{"a": null}', "{}", False),
        ("null", "{}", False),
        ("", "{}", True),
        ('{"a": {"b": [1, {"c": 2}]}}', '{"a":{"b":[1.0,{"c":2}]}}', True),
        ('{"a": 1, "a": 2}', '{"a": 2}', True),
        ('{"a": [1, 2]}', '{"a": [2, 1]}', False),
        ('{"ü": "é"}', '{"\\u00fc": "\\u00e9"}', True),
        ('{"a": true}', '{"a": 1}', False),
    ],
)
def test_what_makes_two_calls_the_same(one, other, same):
    """Nulls count, repeated keys are read as the last, spelling and order of JSON do not matter, types do."""
    assert score({"tool_loop": 2}, made(one, other)).passed is not same


@pytest.mark.parametrize("name", ["", " ", "ärger_メモ", "a" * 5_000, "find ", "*", "\n`x`"])
def test_odd_names_are_compared_as_they_are(name):
    """A name that no tool should have is wanted, forbidden and counted like any other, in a readable reason."""
    evidence = made("{}", "{}", name=name)
    assert score({"tools_used": [name, name]}, evidence).passed
    assert score("steps == 2", evidence).passed
    found = score({"tools_used": ["find"]}, evidence)
    assert found.passed is False
    assert len(found.reason) < 6_000
    unknown = score(
        "tool_arguments", Evidence(evidence.interaction, msgspec.structs.replace(evidence.case, tools=(Tool("find"),)))
    )
    assert unknown.passed is False


@pytest.mark.parametrize(
    ("calls", "found"), [("abcabc", 3), ("xabcabcx", 3), ("abcdabcd", 4), ("abcab", 0), ("aabaab", 3)]
)
def test_circles_of_any_length(calls, found):
    """A circle of three or four calls that is gone through twice is found, with its length."""
    reason = score({"tool_loop": 5}, agent(*calls)).reason
    assert (f"a circle of {found} calls" in reason) is bool(found)


def test_the_order_of_the_same_tools_counts_where_it_is_asked_for():
    """Two calls of one tool with different arguments are told apart in order, and not in any order."""
    wanted = [{"name": "a", "arguments": {"n": n}} for n in (1, 2)]
    swapped = made('{"n": 2}', '{"n": 1}')
    results = {match: score({"tools_used": {"tools": wanted, "match": match}}, swapped).passed for match in
               ("exact", "in_order", "any_order", "subset")}  # fmt: skip
    assert results == {"exact": False, "in_order": False, "any_order": True, "subset": True}


@pytest.mark.parametrize("match", ["in_order", "any_order", "subset"])
def test_large_arguments_are_read_once(match):
    """2,000 calls with 8 kB of arguments each against 200 wanted ones come to the right end."""
    large = msgspec.json.encode({"text": "y" * 4_000, "list": list(range(800))}).decode()[:-1]
    evidence = made(*[f'{large},"n":{n}}}' for n in range(MOST_CALLS)])
    wanted = [{"name": "a", "arguments": {"n": n}, "match": "subset"} for n in range(MOST_WANTED)]
    found = score({"tools_used": {"tools": wanted, "match": match}}, evidence)
    assert found.passed is (match != "subset")


def test_the_same_call_two_thousand_times_is_no_circle():
    """Where as many repetitions are allowed, one call over and over is no circle of several."""
    spec = {"tool_loop": {"times": MOST_CALLS, "circles": 2}}
    assert score(spec, agent(*["a"] * (MOST_CALLS - 1))).passed
    assert not score(spec, agent(*["a"] * 900, "b", *["a"] * 900, "b")).passed


@pytest.mark.parametrize(
    ("spec", "expect", "calls", "said"),
    [
        ("tools_used", ["a"] * (MOST_WANTED + 1), 1, "The case expects more than 200 tool calls."),
        ("tool_f1 >= 1", ["a"] * (MOST_WANTED + 1), 1, "The case expects more than 200 tool calls."),
        ({"tools_used": [{"name": "a", "schema": {}}] * 11}, [], MOST_CALLS, "Too many calls (2,000)"),
        ({"tool_call": {"name": "a", "schema": {}, "others": True}}, [], MOST_CALLS + 1, "more than 2,000 tool calls"),
    ],
)
def test_what_nobody_can_wait_for_is_not_judged(spec, expect, calls, said):
    """Comparisons that would take minutes are not judged, and the reason says why."""
    evidence = evidence_of(Answer(tool_calls=(ToolCall("a"),) * calls), expect=expect)
    found = score(spec, evidence)
    assert found.passed is None
    assert said in found.reason


def test_too_many_wanted_calls_are_refused():
    """`tool_call` takes as many wanted calls as `tools_used`."""
    with pytest.raises(Mistake, match="1 to 200 wanted calls, not 201"):
        build_check({"tool_call": ["a"] * (MOST_WANTED + 1)})


def test_dialogues_of_examples_have_no_rounds():
    """Evidence that was made of texts has no requests that grow; each answer is a turn, as it always was."""
    assert len(turns_of(dialogue_of(Answer(tool_calls=(ToolCall("a"),)), "Done."))) == 2


def test_turns_keep_what_they_are_compared_with():
    """A check of turns may be one that compares with the answer to the case that a probe began with."""
    original = evidence_of("Before.").interaction
    evidence = msgspec.structs.replace(rounds(*TWO_TURNS), original=original)
    assert [turn.original for turn in turns_of(evidence)] == [original, original]
