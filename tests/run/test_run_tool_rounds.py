"""Agents whose tools return something: rounds of calls within a turn, their bound, and what stands between turns."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_fakes import FakeTarget, Told, go, suite

from seatrial.core.case import Case, SimulatedUser
from seatrial.core.interaction import Answer, Failure, FailureKind, Money
from seatrial.core.request import Message, Request, Tool, ToolCall
from seatrial.core.run import Attempt
from seatrial.run.journal import replay
from seatrial.run.plan import Repeat
from seatrial.run.tool_rounds import MOST_CHARACTERS, MOST_ROUNDS, NO_RESULT, Toolbox, answerable
from seatrial.store.record import summarise

FIND = Tool("find", "finds", {"type": "object"}, returns={"booking": "XK-17", "fare": 12.5})
PAY = Tool("pay", returns="paid: ✓")
CANCEL = Tool("cancel")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


def calls(*names: str, text: str = "") -> Answer:
    """An answer that calls these; `find#7` has the id 7, the others have none."""
    split = [name.partition("#") for name in names]
    return Answer(text, tool_calls=tuple(ToolCall(name, "{}", id) for name, _, id in split))


def agent(*replies: Any, **facts: Any) -> FakeTarget:
    """A Target that answers so, one after the other, and the last for ever."""

    def reply(request: Request) -> Any:
        said = sum(message.role == "assistant" for message in request.messages)
        return replies[min(said, len(replies) - 1)]

    return FakeTarget(reply, **facts)


def talk(*asks: str, tools: tuple[Tool, ...] = (FIND, PAY, CANCEL), **more: Any) -> Case:
    turns = tuple(Message("user", ask) for ask in asks or ("Pay XK-17",))
    return Case(id="t", turns=turns, tools=tools, expect=more.pop("expect", ("Done.",)), **more)


async def hold(path: Path, case: Case, bot: FakeTarget, **settings: Any) -> Attempt:
    """Hold the Dialogue of this case."""
    told = Told()
    await go(path, suite([case], bot, **settings), progress=told)
    [attempt] = told.attempts
    assert [attempt] == list(replay(path))
    return attempt


def roles(request: Request) -> str:
    """The roles of a Request's messages by their first letter."""
    return "".join(message.role[0] for message in request.messages)


async def test_results_are_given_back_until_it_answers(path: Path) -> None:
    """Two rounds of calls and an answer are one turn of three Interactions; the last one is judged."""
    bot = agent(calls("find#1"), calls("pay#2"), "Done.")
    attempt = await hold(path, talk(), bot)
    assert [roles(request) for request in bot.asked] == ["u", "uat", "uatat"]
    assert [each.turn for each in attempt.dialogue] == [0, 1, 2]
    assert len({each.session for each in attempt.dialogue}) == 1
    assert [score.passed for score in attempt.scores] == [True]


async def test_each_call_gets_its_own_result(path: Path) -> None:
    """Every call of an answer is followed by a message with its id; JSON is told as JSON, a text as it is."""
    bot = agent(calls("pay#b", "find#a"), "Done.")
    await hold(path, talk(), bot)
    assert bot.asked[1].messages[2:] == (
        Message("tool", "paid: ✓", tool_call_id="b"),
        Message("tool", '{"booking":"XK-17","fare":12.5}', tool_call_id="a"),
    )


async def test_results_are_never_sent_with_the_tools(path: Path) -> None:
    """A Target is offered name, description and parameters; what a tool returns is not in any Request nor journal."""
    bot = agent("Done.")
    attempt = await hold(path, talk(), bot)
    assert bot.asked[0].tools == (Tool("find", "finds", {"type": "object"}), Tool("pay"), CANCEL)
    assert attempt.dialogue[0].request == bot.asked[0]
    assert '"returns"' not in path.read_text()  # noqa: ASYNC240  the run is over


@pytest.mark.parametrize("names", [("cancel",), ("find", "cancel"), ("invented",), ("",)])
async def test_a_call_without_a_result_ends_the_turn(path: Path, names: tuple[str, ...]) -> None:
    """When a called tool has no result, or there is no such tool, that answer is the last and is judged."""
    bot = agent(calls(*names), "Done.")
    attempt = await hold(path, talk(), bot)
    assert len(bot.asked) == 1
    assert [call.name for call in attempt.dialogue[-1].answer.tool_calls] == [*names]


async def test_what_follows_a_call_without_a_result_is_a_valid_request(path: Path) -> None:
    """Before the next user turn every open call has a message: its result, or that none is known."""
    bot = agent(calls("find#1", "cancel#2", text="Wait"), "Done.")
    await hold(path, talk("one", "two"), bot)
    assert roles(bot.asked[1]) == "uattu"
    told = [(message.content, message.tool_call_id) for message in bot.asked[1].messages[2:4]]
    assert told == [('{"booking":"XK-17","fare":12.5}', "1"), (NO_RESULT, "2")]


async def test_calls_before_a_simulated_user_are_closed_too(path: Path) -> None:
    """The user hears only what is said, each side in turn; the Target's next request holds results first."""
    user = agent("no matter", "And now?", "[DONE]", name="customer")
    user.reply = lambda r: "And now?" if len(r.messages) == 3 else "[DONE]"
    bot = agent(calls("cancel", text="Let me see."), calls("find", text="Hm."), "Found.")
    case = talk(user=SimulatedUser(target="customer"), expect=("Found.",))
    attempt = await hold(path, case, bot, users={"customer": user})
    assert [roles(request) for request in bot.asked] == ["u", "uatu", "uatuat"]
    assert [message.content for message in user.asked[1].messages[1:]] == [
        "Pay XK-17", "Let me see.", "And now?", "Hm.\nFound."
    ]  # fmt: skip
    assert attempt.scores[0].passed


async def test_a_call_and_nothing_said_is_shown_alike_in_every_request(path: Path) -> None:
    """A user that heard nothing sees the same conversation when it is asked again: roles stay in turn."""
    user = FakeTarget(lambda r: "And?" if len(r.messages) == 3 else "[DONE]", name="customer")
    case = talk(user=SimulatedUser(target="customer"), tools=(CANCEL,))
    await hold(path, case, agent(calls("cancel"), "Done."), users={"customer": user})
    assert [message.role[0] for message in user.asked[1].messages] == ["s", "a", "u", "a", "u"]
    assert user.asked[1].messages[: len(user.asked[0].messages)] == user.asked[0].messages


async def test_rounds_have_an_end(path: Path) -> None:
    """A Target that calls for ever is told results ten times in a turn; then the Dialogue is over, and says so."""
    bot = agent(calls("find"))
    attempt = await hold(path, talk("one", "two"), bot)
    assert len(bot.asked) == len(attempt.dialogue) == MOST_ROUNDS + 1
    assert attempt.dialogue[-1].tags == {"ended": "after 10 rounds of tool calls without an answer"}
    assert [each.tags for each in attempt.dialogue[:-1]] == [{}] * MOST_ROUNDS
    assert attempt.scores[0].passed is False


async def test_each_turn_has_its_own_rounds(path: Path) -> None:
    """Ten rounds in each of two turns are allowed: the count begins anew with what the user says."""
    turn = [calls("find")] * MOST_ROUNDS
    attempt = await hold(path, talk("one", "two"), agent(*turn, "Well.", *turn, "Done."))
    assert len(attempt.dialogue) == 2 * (MOST_ROUNDS + 1)
    assert attempt.scores[0].passed
    assert attempt.dialogue[-1].tags == {}


async def test_a_users_own_tag_stays(path: Path) -> None:
    """A tag of the case that has the same name is not overwritten."""
    attempt = await hold(path, talk(tags={"ended": "mine"}), agent(calls("find")))
    assert attempt.dialogue[-1].tags == {"ended": "mine"}


async def test_too_much_to_tell_ends_it(path: Path) -> None:
    """Hundreds of calls of a tool that returns much would come to gigabytes; the Dialogue ends, and says why."""
    long = Tool("read", returns="x" * (MOST_CHARACTERS // 4))
    assert len((await hold(path, talk(tools=(long,)), agent(calls(*["read"] * 4), "Done."))).dialogue) == 2
    attempt = await hold(path.with_name("more"), talk(tools=(long,)), agent(calls(*["read"] * 5), "Done."))
    assert attempt.dialogue[-1].tags == {"ended": "the results of the called tools are too long"}


async def test_hundreds_of_calls_in_one_answer_are_answered(path: Path) -> None:
    """2,000 calls get 2,000 results with ids of their own, though the model gave all calls the same id."""
    bot = agent(calls(*["pay#same"] * 2_000), "Done.")
    await hold(path, talk(), bot)
    _, said, *results = bot.asked[1].messages
    assert len(results) == 2_000
    assert [call.id for call in said.tool_calls] == [message.tool_call_id for message in results]
    assert len({message.tool_call_id for message in results}) == 2_000


@given(st.lists(st.tuples(st.text(max_size=3), st.sampled_from(["", "a", "b", "call_0_1"])), max_size=6))
def test_every_call_can_be_answered(pairs: list[tuple[str, str]]) -> None:
    """Whatever ids a model gives, calls go back in their order, named as they were, none without an id."""
    named = answerable([ToolCall(name, "", id) for name, id in pairs], 0)
    assert [call.name for call in named] == [name for name, _ in pairs]
    assert all(call.id and call.arguments == "{}" for call in named)
    given = [id for _, id in pairs if id]
    if len(set(given)) == len(given) == len(pairs):
        assert [call.id for call in named] == given


@pytest.mark.parametrize("arguments", ["", "{", "null", "[" * 10_000, "not JSON"])
async def test_broken_arguments_are_sent_back_as_they_came(path: Path, arguments: str) -> None:
    """A call with arguments that are no JSON gets its result like any other; only empty ones become an object."""
    bot = agent(Answer(tool_calls=(ToolCall("pay", arguments, "1"),)), "Done.")
    attempt = await hold(path, talk(), bot)
    assert bot.asked[1].messages[1].tool_calls[0].arguments == (arguments or "{}")
    assert attempt.dialogue[0].answer.tool_calls[0].arguments == arguments


async def test_a_failure_between_rounds_is_the_attempts_failure(path: Path) -> None:
    """When the Target fails behind a result, the attempt failed, nothing is judged and nothing more is asked."""
    bot = agent(calls("find"), Failure(FailureKind.SERVER_ERROR, "500"), "Done.")
    attempt = await hold(path, talk("one", "two"), bot)
    assert (len(bot.asked), attempt.scores) == (2, ())
    assert attempt.dialogue[-1].failure is not None
    assert summarise(path).counts.failed == 1


async def test_an_answer_with_text_and_calls_goes_on(path: Path) -> None:
    """A text beside the calls does not end the turn; it stays in the conversation."""
    bot = agent(calls("find", text="One moment."), "Done.")
    await hold(path, talk(), bot)
    assert bot.asked[1].messages[1].content == "One moment."


async def test_money_tokens_and_attempts_are_those_of_all_rounds(path: Path) -> None:
    """A turn of three requests costs three times as much, in the Batch and against the limit."""
    bot = agent(calls("find"), calls("pay"), "Done.", cost=Money(10))
    plan = suite([talk()], bot, repeat=Repeat(9), concurrency=1)
    result = await go(path, plan, max_cost=Money(65))
    assert (result.counts.attempts, result.state) == (2, "interrupted")
    batch = result.batch
    assert [batch.column(name)[0] for name in ("attempts", "tokens_in", "tokens_out")] == [3, 9, 6]
    assert batch.column("cost")[0] == pytest.approx(30e-9)


@pytest.mark.parametrize("kind", ["completion", "embedding"])
async def test_only_a_chat_has_rounds(path: Path, kind: str) -> None:
    """What is no conversation is asked once, whatever the answer calls."""
    bot = agent(calls("find"))
    await hold(path, talk("one", "two"), bot, kind=kind)
    assert len(bot.asked) == 1


async def test_a_written_result_still_ends_a_case(path: Path) -> None:
    """A case whose last message is a tool's result is asked once, as it is written."""
    turns = (Message("user", "Pay"), Message("assistant", "", (ToolCall("pay", "{}", "1"),)), Message("tool", "ok"))
    bot = agent("Done.")
    bot.reply = lambda request: "Done."
    await hold(path, Case(id="t", turns=turns, tools=(PAY,), expect=("Done.",)), bot)
    assert [request.messages for request in bot.asked] == [turns]


@pytest.mark.parametrize("returns", ["", 0, False, [], {}, "x", [None]])
def test_any_value_but_null_is_a_result(returns: Any) -> None:
    """Empty texts, zero and false are results; null is none."""
    box = Toolbox([Tool("a", returns=returns), Tool("b", returns=None)])
    assert box
    assert box.knows([ToolCall("a")])
    assert not box.knows([ToolCall("a"), ToolCall("b")])
    assert not box.knows([])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(JSON)
@settings(max_examples=50)
def test_results_are_told_as_written(returns: Any) -> None:
    """A text comes as it is, anything else as JSON that reads back to the same."""
    import msgspec

    [message] = Toolbox([Tool("a", returns=returns)]).results([ToolCall("a", "{}", "1")])
    if returns is None:
        assert message.content == NO_RESULT
    elif isinstance(returns, str):
        assert message.content == returns
    else:
        assert msgspec.json.decode(message.content) == returns
