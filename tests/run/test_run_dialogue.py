"""Dialogues of fixed turns: where the live answer is put, and where it is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.case import Case, SimulatedUser
from seatrial.core.interaction import Answer, Interaction, Timing
from seatrial.core.request import Message, Request, Tool, ToolCall
from seatrial.run.dialogue import foreseen, pauses, spoken
from seatrial.run.talk import Talk

ROLES = {"s": "system", "u": "user", "a": "assistant", "t": "tool"}


def turns(roles: str) -> tuple[Message, ...]:
    return tuple(Message(ROLES[role], f"{role}{i}") for i, role in enumerate(roles))


def answered(text: str, **parts: object) -> Interaction:
    timing = Timing(due=0, started=0, ended=1)
    return Interaction(target="bot", request=Request(()), timing=timing, answer=Answer(text, **parts))


@pytest.mark.parametrize(
    ("roles", "stops"),
    [
        ("u", (1,)),
        ("su", (2,)),
        ("uau", (3,)),
        ("uu", (1, 2)),
        ("suuu", (2, 3, 4)),
        ("uauu", (3, 4)),
        ("uatu", (3, 4)),
        ("ua", (2,)),
        ("", (0,)),
    ],
)
def test_answers_are_asked_for_where_a_user_follows_a_user(roles: str, stops: tuple[int, ...]) -> None:
    """The Target speaks at the end and between two user turns, and never where an answer is written down."""
    assert pauses(turns(roles)) == stops


@given(st.text("suat", min_size=1, max_size=8))
def test_every_written_turn_is_asked_once_and_in_order(roles: str) -> None:
    """The last Request holds all written turns in their order and each live answer but the last."""
    stops = pauses(turns(roles))
    talk = Talk(Case(id="x", turns=turns(roles)), "chat", [answered(f"live{i}") for i in range(len(stops) - 1)])
    asked = [message.content for message in talk.next_request(0).messages]
    assert [text for text in asked if not text.startswith("live")] == [turn.content for turn in turns(roles)]
    assert [text for text in asked if text.startswith("live")] == [f"live{i}" for i in range(len(stops) - 1)]
    talk.answer(answered("last"))
    assert talk.speaker is None


def test_a_request_carries_what_the_case_has() -> None:
    """Parameters, variables, the case's id and the repeat go with every turn."""
    case = Case(id="x", turns=turns("uu"), params={"n": 1}, variables={"island": "Saltholm"})
    asked = Talk(case, "completion").next_request(3)
    assert (asked.params, asked.variables, asked.case) == ({"n": 1}, {"island": "Saltholm"}, "x")
    assert (asked.repeat, asked.kind, len(asked.messages)) == (3, "completion", 2)


def test_a_single_turn_is_passed_on_as_it_is() -> None:
    """No copy is made of a conversation that is asked in one go."""
    case = Case(id="x", turns=turns("su"))
    assert Talk(case, "chat").next_request(0).messages is case.turns


def test_a_refusal_and_tool_calls_are_spoken() -> None:
    """What the Target said goes into the conversation whole: a refusal is its text, tool calls stay."""
    call = ToolCall("book", "{}", "id1")
    assert spoken(answered("", refusal="I cannot")) == Message("assistant", "I cannot")
    assert spoken(answered("yes", tool_calls=(call,))) == Message("assistant", "yes", (call,))


@pytest.mark.parametrize(("patience", "returns", "requests"), [(0, None, 2), (0, "x", 4), (3, None, 5), (3, "x", 10)])
def test_what_is_foreseen(patience: int, returns: object, requests: int) -> None:
    """An estimate counts each written turn, each word of a patient user, and one round of calls for each of these."""
    user = SimulatedUser(target="customer", patience=patience) if patience else None
    case = Case(id="x", turns=turns("uu"), tools=(Tool("a"), Tool("b", returns=returns)), user=user)
    assert len(foreseen(case)) == requests
    assert foreseen(case, "completion") == (2,)
