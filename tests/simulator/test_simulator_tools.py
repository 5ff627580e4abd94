"""Tools of the simulator over several requests: open calls are refused, calls follow each other, results are quoted."""

import json

import pytest
from simulator_support import persona_from, post, running

from seatrial.core.errors import Mistake

AGENT = """
name: clerk
languages: [en]
slots: {day: {words: {Monday: [monday], Friday: [friday]}}}
dialogues: {day: {en: Which day?}}
fallback: {en: Pardon?}
knowledge:
  - id: open
    keywords: {en: [open]}
    needs: [day]
    answers: {en: "Open on {day}."}
    tool:
      name: look_up
      arguments: {day: "{day}"}
      done: {en: "Seen: {result}"}
      then: {name: book, done: {en: "Booked: {result}"}}
"""


def tool(name):
    """An offered tool."""
    return {"type": "function", "function": {"name": name}}


@pytest.fixture
async def clerk(tmp_path):
    """A persona that looks something up and then books it."""
    async with running(persona_from(tmp_path, AGENT)) as pair:
        yield pair


def heard(*messages):
    """A request whose messages are these: a role's first letter with a text; `c7` is a call with the id 7."""
    listed = []
    for message in messages:
        role = {"u": "user", "t": "tool", "a": "assistant", "c": "assistant"}[message[0]]
        listed.append({"role": role, "content": message[1:]})
        if message[0] == "c":
            ids = message[1:].split("+")
            calls = [{"id": id, "type": "function", "function": {"name": "look_up", "arguments": "{}"}} for id in ids]
            listed[-1] |= {"content": None, "tool_calls": calls}
        if message[0] == "t":
            listed[-1]["tool_call_id"], _, listed[-1]["content"] = message[1:].partition(" ")
    return listed


@pytest.mark.parametrize(
    ("messages", "open_calls"),
    [
        (["uGo", "c1"], "1"),
        (["uGo", "c1", "uOpen on Monday?"], "1"),
        (["uGo", "c1+2", "t1 x", "uOpen?"], "2"),
        (["uGo", "c1", "t2 x", "uOpen?"], "1"),
        (["uGo", "c1", "aHm", "t1 x"], "1"),
    ],
)
async def test_calls_without_results_are_refused(clerk, messages, open_calls):
    """As OpenAI does, a conversation in which a call has no result directly behind it is a 400 that names the call."""
    status, _, raw = await post(clerk[1], clerk[0], {"model": "clerk", "messages": heard(*messages)})
    error = json.loads(raw)["error"]
    assert (status, error["param"]) == (400, "messages")
    assert error["message"].endswith(f"did not have response messages: {open_calls}")


@pytest.mark.parametrize("messages", [["uGo", "c1+2", "t2 x", "t1 y"], ["uGo", "c1", "t1 x", "aHm", "uGo"], ["t9 x"]])
async def test_calls_with_results_in_any_order_are_heard(clerk, messages):
    """Results may come in any order, and a result of no call is let pass."""
    assert (await post(clerk[1], clerk[0], {"model": "clerk", "messages": heard(*messages)}))[0] == 200


@pytest.mark.parametrize(
    ("messages", "offered", "said"),
    [
        (["uOpen on Monday?"], "look_up book", "look_up"),
        (["uOpen on Monday?", "c1", "t1 free"], "look_up book", "book"),
        (["uOpen on Monday?", "c1", "t1 free"], "look_up", "Seen: free"),
        (["uOpen on Monday?", "c1", "t1 free", "c2", "t2 {no}"], "look_up book", "Booked: {no}"),
        (["uOpen on Monday?", "c1", "t1 a", "c2", "t2 b", "c3", "t3 c"], "look_up book", "Booked: c"),
        (["uOpen on Monday?", "c1", "t1 free", "uOpen on Friday?"], "look_up book", "look_up"),
    ],
)
async def test_calls_follow_each_other(clerk, messages, offered, said):
    """Behind a result comes the next call that is offered, else what is to be said, with the result in it."""
    tools = [tool(name) for name in offered.split()]
    _, _, raw = await post(clerk[1], clerk[0], {"model": "clerk", "messages": heard(*messages), "tools": tools})
    message = json.loads(raw)["choices"][0]["message"]
    assert (message["content"] or message["tool_calls"][0]["function"]["name"]) == said


def test_a_later_call_is_held_to_the_rules_too(tmp_path):
    """A text of a following call that quotes what nobody knows is refused with its place."""
    with pytest.raises(Mistake, match=r"\{nothing\} names no fact"):
        persona_from(tmp_path, AGENT.replace("Booked: {result}", "Booked: {nothing}"))
