"""Dialogues with a simulated user: who says what, when it ends, and whose fault a failure is."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_fakes import FakeTarget, Told, case, go, suite

from seatrial.core.case import Case, SimulatedUser
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, Failure, FailureKind, Money
from seatrial.core.request import Message, Request, ToolCall
from seatrial.run.journal import replay
from seatrial.run.result import RunResult
from seatrial.run.simulated_user import MOST_CHARACTERS, is_last_word, prompt, request
from seatrial.store.record import summarise

USER = SimulatedUser(target="customer", persona="An impatient commuter", goal="A refund for XK-17", patience=3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


def talk(*asks: str, expect: str = "", id: str = "t", **changes: Any) -> Case:
    """A Case whose user is simulated; `changes` are to the user."""
    made = case(id, *(asks or ("I want my money back",)), expect=expect)
    user = SimulatedUser(**{each: getattr(USER, each) for each in USER.__struct_fields__} | changes)
    return Case(id=made.id, turns=made.turns, expect=made.expect, user=user)


def customer(*lines: Any, **facts: Any) -> FakeTarget:
    """A user that says these lines, one for each answer it was given, and the last one for ever."""
    spoken = [*lines]

    def reply(asked: Request) -> Any:
        heard = sum(each.role == "user" for each in asked.messages)
        return spoken[min(heard, len(spoken)) - 1]

    return FakeTarget(reply, name="customer", **facts)


async def hold(path: Path, case: Case, bot: FakeTarget, user: FakeTarget, **settings: Any) -> RunResult:
    """Hold one Dialogue."""
    return await go(path, suite([case], bot, users={"customer": user}), **settings)


def asked(target: FakeTarget) -> list[list[str]]:
    """What a Target was shown, request by request."""
    return [[each.content for each in request.messages if each.role != "system"] for request in target.asked]


async def test_the_two_speak_in_turn_until_the_phrase(path: Path) -> None:
    """The user hears each answer and speaks next; with its ending phrase the Dialogue is over."""
    bot, user = FakeTarget(lambda r: f"<{r.question}>"), customer("XK-17", "[DONE]")
    result = await hold(path, talk("Refund", expect="<XK-17>"), bot, user)
    assert asked(bot) == [["Refund"], ["Refund", "<Refund>", "XK-17"]]
    assert asked(user) == [["Refund", "<Refund>"], ["Refund", "<Refund>", "XK-17", "<XK-17>"]]
    assert (result.counts.passed, result.counts.attempts, result.state) == (1, 1, "done")


async def test_the_user_hears_the_roles_exchanged(path: Path) -> None:
    """The user Target is told persona, goal and ending; it sees its own words as the assistant's and no tools."""
    call = Answer("", tool_calls=(ToolCall("find_booking"),))
    bot, user = FakeTarget(lambda r: call), customer("[DONE]")
    await hold(path, talk(), bot, user)
    [request] = user.asked
    assert [each.role for each in request.messages] == ["system", "assistant", "user"]
    assert all(part in request.messages[0].content for part in (USER.persona, USER.goal, "[DONE]"))
    assert request.messages[2] == Message("user", "(The assistant said nothing.)")
    assert request.tools == ()


@pytest.mark.parametrize(
    ("lines", "answers"),
    [
        (["one", "two", "three", "four"], 4),
        (["one", ""], 2),
        (["one", " \n"], 2),
        (["one", "One  "], 2),
        (["I want my money back"], 1),
        (["Thanks a lot! [done]"], 1),
        (["one", "two", "one"], 4),
    ],
)
async def test_what_ends_a_dialogue(path: Path, lines: list[str], answers: int) -> None:
    """Patience, an empty turn, the same turn twice in a row, an ending phrase in any case; nothing else does."""
    bot = FakeTarget(lambda r: "hm")
    result = await hold(path, talk(expect="hm"), bot, customer(*lines))
    assert len(bot.asked) == answers
    assert (result.counts.passed, result.batch.column("turns")[0]) == (1, answers)


async def test_written_turns_come_first(path: Path) -> None:
    """Where a Case has several written turns, all are asked before the simulated user speaks, counted apart."""
    bot = FakeTarget(lambda r: f"<{r.question}>")
    result = await hold(path, talk("one", "two", expect="<three>"), bot, customer("-", "three", "[DONE]"))
    assert [request[-1] for request in asked(bot)] == ["one", "two", "three"]
    assert result.counts.passed == 1


async def test_only_the_targets_interactions_are_judged(path: Path) -> None:
    """The attempt holds the Target's turns alone, in one session; the user's words are in the next request."""
    told = Told()
    await hold(path, talk(), FakeTarget(lambda r: "hm"), customer("XK-17", "[DONE]"), progress=told)
    [attempt] = told.attempts
    assert [(each.target, each.turn) for each in attempt.dialogue] == [("bot", 0), ("bot", 1)]
    assert len({each.session for each in attempt.dialogue}) == 1
    assert attempt.dialogue[1].request.question == "XK-17"
    assert list(replay(path)) == [attempt]


@pytest.mark.parametrize("reply", [Failure(FailureKind.TIMEOUT, "no answer in 30 s"), RuntimeError("lost my voice")])
async def test_a_failing_user_is_not_the_targets_fault(path: Path, reply: Any) -> None:
    """When the user Target fails, the attempt is not judged, with the reason; the Target's failure rate stays zero."""
    told = Told()
    result = await hold(path, talk(), FakeTarget(lambda r: "hm"), customer("XK-17", reply), progress=told)
    [attempt] = told.attempts
    [score] = attempt.scores
    assert score.passed is None
    assert score.reason.startswith("The simulated user `customer` failed (")
    assert (result.counts.failed, result.counts.not_judged, result.batch.column("failed")[0]) == (0, 1, 0.0)
    assert summarise(path).counts == result.counts


async def test_a_failing_target_is_a_failure_as_ever(path: Path) -> None:
    """The Target's own failure in the middle ends the attempt as its failure, and nobody speaks after it."""
    replies = iter(["hm", Failure(FailureKind.SERVER_ERROR, "500")])
    user = customer("XK-17")
    result = await hold(path, talk(), FakeTarget(lambda r: next(replies)), user)
    assert (result.counts.failed, len(user.asked)) == (1, 1)
    assert summarise(path).counts == result.counts


async def test_what_the_user_costs_counts_for_the_budget(path: Path) -> None:
    """The run stops when Target and user together have spent the limit, though the Target alone has not."""
    cases = [talk(id=f"t{i}") for i in range(10)]
    user = customer("XK-17", "[DONE]", cost=Money(10))
    plan = suite(cases, FakeTarget(lambda r: "hm", cost=Money(1)), users={"customer": user}, concurrency=1)
    result = await go(path, plan, max_cost=Money(70))
    assert result.counts.attempts == 3
    assert "cost limit" in result.reasons[0]


async def test_a_user_that_nobody_plays_stops_the_run(path: Path) -> None:
    """A Target that the plan does not have is told by name, and no Dialogue is made up."""
    result = await go(path, suite([talk()], FakeTarget()))
    assert isinstance(result.error, Mistake)
    assert "`customer`, which is no target here" in str(result.error)


async def test_a_word_that_cannot_be_kept_is_the_users_failure(path: Path) -> None:
    """A user turn that no JSON can hold is not judged and does not end the run."""
    result = await hold(path, talk(), FakeTarget(lambda r: "hm"), customer("\ud800"))
    assert (result.counts.not_judged, result.state) == (1, "done")


async def test_a_long_word_is_cut(path: Path) -> None:
    """A user that never stops is cut before the Target hears it."""
    bot = FakeTarget(lambda r: "hm")
    await hold(path, talk(patience=1), bot, customer("x" * 1_000_000))
    assert len(bot.asked[1].question) == MOST_CHARACTERS


def test_the_prompt_says_only_what_is_known() -> None:
    """Without persona, goal or ending phrase nothing is said of them."""
    bare = prompt(SimulatedUser(target="customer", until=()))
    assert "person:" not in bare
    assert "wants" not in bare
    assert "nothing else" not in bare


@given(st.lists(st.sampled_from("suat"), min_size=1, max_size=8))
def test_the_exchange_keeps_every_spoken_word(roles: list[str]) -> None:
    """Whatever the roles, each word of user and assistant comes once, in order, from the other side."""
    names = {"s": "system", "u": "user", "a": "assistant", "t": "tool"}
    turns = [Message(names[role], f"{role}{at}") for at, role in enumerate(roles)]
    shown = request(USER, turns, Case(id="x", turns=()), 0).messages[1:]
    words = [word for each in shown for word in each.content.split()]
    assert words == [each.content for each in turns if each.role in ("user", "assistant")]
    assert all((each.role == "user") is each.content.startswith("a") for each in shown)
    assert "user" not in [each.role for each, before in pairwise(shown) if each.role == before.role]


@given(st.text(max_size=30))
def test_a_phrase_ends_wherever_it_stands(text: str) -> None:
    """Any text with the ending phrase in it is the last word; empty phrases never end anything."""
    assert is_last_word(USER, f"{text}[Done]", ())
    silent = SimulatedUser(target="customer", until=("", " "))
    assert is_last_word(silent, text, ()) is (not text.strip())
