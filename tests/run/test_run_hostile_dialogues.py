"""Dialogues under bad luck: broken off anywhere, cut, refused, repeated, kept; with tools and a user at once."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_fakes import FakeTarget, Same, SlowJudge, go, suite

from seatrial.core.case import Case, SimulatedUser
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money, Timing
from seatrial.core.request import Message, Request, Tool, ToolCall
from seatrial.run.cached import CachedTarget
from seatrial.run.dialogue import spoken
from seatrial.run.journal import replay, state
from seatrial.run.plan import Repeat
from seatrial.run.talk import Talk
from seatrial.store.cache import AnswerCache

TOOLS = (Tool("find", returns="found"), Tool("cancel"))
USER = SimulatedUser(target="customer", patience=2)
CASE = Case(id="t", turns=(Message("user", "u0"), Message("user", "u1")), expect=("bye",), tools=TOOLS, user=USER)
SCRIPT = ("find", "find", "hm", "find", "cancel", "find", "so", "bye")
"""What the Target does: rounds in three turns, one of which ends with a call without a result, and a last answer."""
ANSWERS, ALL = len(SCRIPT), len(SCRIPT) + USER.patience


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


class Pair:
    """Target and user; `stop` is set when they were asked so often together."""

    def __init__(self, after: int = 99, cost: Money | None = None) -> None:
        self.stop = asyncio.Event()
        self.after = after
        self.bot = FakeTarget(self._act, cost=cost)
        self.user = FakeTarget(lambda r: self._counted(f"w{len(r.messages)}"), name="customer", cost=cost)

    def _act(self, request: Request) -> Any:
        word = SCRIPT[sum(message.role == "assistant" for message in request.messages)]
        return self._counted(Answer(tool_calls=(ToolCall(word),)) if word in ("find", "cancel") else word)

    def _counted(self, said: Any) -> Any:
        if self.asked >= self.after:
            self.stop.set()
        return said

    @property
    def asked(self) -> int:
        """Requests to both."""
        return len(self.bot.asked) + len(self.user.asked)

    def plan(self, **more: Any) -> Any:
        return suite([CASE], self.bot, users={"customer": self.user}, **more)

    async def go(self, path: Path, **more: Any) -> Any:
        return await go(path, self.plan(**more.pop("plan", {})), stop=self.stop, **more)


async def test_the_script_is_what_it_should_be(path: Path) -> None:
    """Undisturbed, the Dialogue has eight answers and two words, and its last request holds all of it."""
    pair = Pair()
    result = await pair.go(path)
    assert (len(pair.bot.asked), len(pair.user.asked), result.counts.passed) == (ANSWERS, 2, 1)
    assert "".join(message.role[0] for message in pair.bot.asked[-1].messages) == "uatatauatatuatau"


@pytest.mark.parametrize("after", range(1, ALL))
async def test_it_goes_on_behind_any_step(path: Path, after: int) -> None:
    """Stopped behind any round or word, the two processes together ask each once and hold the same Dialogue."""
    first, second, whole = Pair(after), Pair(), Pair()
    assert (await first.go(path)).counts.attempts == 0
    result = await second.go(path)
    await whole.go(path.with_name("whole"))
    assert first.asked + second.asked == whole.asked == ALL
    assert [*first.bot.asked, *second.bot.asked] == whole.bot.asked
    assert [*first.user.asked, *second.user.asked] == whole.user.asked
    assert (result.counts.passed, result.asked_again) == (1, 0)
    [attempt] = replay(path)
    assert len({each.session for each in attempt.dialogue}) == 1


async def test_it_goes_on_after_many_stops(path: Path) -> None:
    """Stopped behind every single step, ten processes ask once each."""
    asked = 0
    for _ in range(ALL - 1):
        pair = Pair(1)
        assert (await pair.go(path)).state == "interrupted"
        asked += pair.asked
    last = Pair()
    assert (await last.go(path)).counts.passed == 1
    assert asked + last.asked == ALL


@pytest.mark.parametrize("step", range(1, ALL + 1))
async def test_what_was_cut_off_is_asked_again_once(path: Path, step: int) -> None:
    """Cut off at once while any step is in flight, that one request is made again, and the result says so."""
    first, second, cut = Pair(), Pair(), asyncio.Event()

    async def slow(request: Request, reply: Any) -> Any:
        if first.asked == step:
            cut.set()
            await asyncio.sleep(3600)
        return reply(request)

    for target in (first.bot, first.user):
        target.reply = lambda request, reply=target.reply: slow(request, reply)
    await first.go(path, cut=cut)
    result = await second.go(path)
    assert (result.counts.passed, result.asked_again, first.asked + second.asked) == (1, 1, ALL + 1)


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


@given(lost=st.sets(st.integers(1, 18), max_size=3), torn=st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_damaged_journal_never_makes_up_a_dialogue(tmp_path_factory: Any, lost: set[int], torn: bool) -> None:
    """Whatever lines a stopped run has lost, the next process comes to the same Dialogue, if need be from its start."""

    async def both() -> None:
        path = tmp_path_factory.mktemp("lost") / "run.jsonl"
        await Pair(9).go(path)
        kept = [line for at, line in enumerate(lines(path)) if at not in lost]
        path.write_bytes(b"".join(kept)[: -5 if torn else None])
        second = Pair()
        result = await second.go(path)
        assert (result.counts.passed, result.counts.attempts) == (1, 1)
        attempt = list(replay(path))[-1]
        assert [each.turn for each in attempt.dialogue] == list(range(ANSWERS))
        assert attempt.dialogue[-1].request.messages[0].content == "u0"

    asyncio.run(both())


async def test_an_ended_dialogue_is_judged_without_asking(path: Path) -> None:
    """When only the judging was cut off, the next process judges all rounds and asks neither side."""
    judge, cut, first, second = SlowJudge(), asyncio.Event(), Pair(), Pair()
    asyncio.get_running_loop().call_later(0.2, cut.set)
    await first.go(path, cut=cut, plan={"checks": (judge,)})
    judge.gate.set()
    result = await second.go(path, plan={"checks": (judge,)})
    assert (result.judged_again, result.counts.passed, second.asked) == (1, 1, 0)


@pytest.mark.parametrize("concurrency", [1, 7])
async def test_repeats_are_dialogues_of_their_own(path: Path, concurrency: int) -> None:
    """Five repeats of one case are five whole Dialogues with five sessions, one after the other or all at once."""
    pair = Pair()
    result = await pair.go(path, plan={"repeat": Repeat(5), "concurrency": concurrency})
    assert (result.counts.passed, pair.asked) == (5, 5 * ALL)
    attempts = list(replay(path))
    assert len({attempt.dialogue[0].session for attempt in attempts}) == 5
    assert {tuple(each.turn for each in attempt.dialogue) for attempt in attempts} == {tuple(range(ANSWERS))}
    assert Counter(request.repeat for request in pair.user.asked) == dict.fromkeys(range(5), 2)


async def test_stopped_among_many_it_goes_on_with_each(path: Path) -> None:
    """Stopped while several Dialogues are in their middle, nobody is asked twice by the second process."""
    more = {"repeat": Repeat(6), "concurrency": 4}
    first, second = Pair(20), Pair()
    await first.go(path, plan=more)
    result = await second.go(path, plan=more)
    assert (result.counts.passed, first.asked + second.asked, result.asked_again) == (6, 6 * ALL, 0)
    keys = [(request.repeat, request.messages) for request in (*first.bot.asked, *second.bot.asked)]
    assert all(keys.count(key) == 1 for key in keys)


async def test_two_suites_may_share_a_user(path: Path) -> None:
    """One Target plays the users of two suites; each suite's cases of the same id keep their own words."""
    one, two = Pair(), Pair(4)
    two.user = one.user
    plans = [one.plan(name="first"), two.plan(name="second")]
    result = await go(path, *plans, stop=two.stop)
    assert (result.counts.attempts, result.state) == (1, "interrupted")
    fresh = Pair()
    again = await go(path, one.plan(name="first"), fresh.plan(name="second"))
    assert (again.counts.passed, again.resumed, again.asked_again) == (2, 1, 0)
    assert len(two.bot.asked) + len(fresh.bot.asked) == ANSWERS
    assert len(one.user.asked) + len(fresh.user.asked) == 4


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[AnswerCache]:
    kept = AnswerCache(tmp_path / "answers.db")
    yield kept
    kept.close()


async def test_a_kept_dialogue_is_held_again_without_asking(path: Path, cache: AnswerCache) -> None:
    """A second run over kept answers asks neither side; another result of a tool asks from the first call on."""
    pair = Pair(cost=Money(1))
    users = {"customer": CachedTarget(pair.user, cache)}
    for name in ("one", "two"):
        plan = suite([CASE], CachedTarget(pair.bot, cache), users=users)
        result = await go(path.with_name(name), plan, max_cost=Money(50))
        assert (result.counts.passed, pair.asked) == (1, ALL)
    changed = Case(id="t", turns=CASE.turns, expect=("bye",), tools=(Tool("find", returns="lost"), TOOLS[1]), user=USER)
    await go(path.with_name("three"), suite([changed], CachedTarget(pair.bot, cache), users=users))
    assert len(pair.bot.asked) == ANSWERS + ANSWERS - 1


async def test_a_dialogue_in_flight_is_held_to_the_limit(path: Path) -> None:
    """A Dialogue that alone passes the limit is broken off; started again it asks nothing until the limit is raised."""
    first, second, third = (Pair(cost=Money(10)) for _ in range(3))
    result = await first.go(path, max_cost=Money(45))
    assert (result.state, result.counts.attempts, first.asked) == ("interrupted", 0, 5)
    assert result.reasons[0].startswith("the cost limit of 0 USD is passed, ")
    assert ((await second.go(path, max_cost=Money(45))).state, second.asked) == ("interrupted", 0)
    assert ((await third.go(path, max_cost=Money(100))).counts.passed, third.asked) == (1, 5)


async def test_dialogues_of_which_one_fails_in_the_middle(path: Path) -> None:
    """A failure behind a round is that attempt's; the others are whole and the counts add up, also when resumed."""
    pair = Pair()
    act = pair.bot.reply

    def reply(request: Request) -> Any:
        if request.repeat == 1 and len(request.messages) > 3:
            return Failure(FailureKind.SERVER_ERROR, "500")
        return act(request)

    pair.bot.reply = reply
    for _ in range(2):
        result = await pair.go(path, plan={"repeat": Repeat(3)})
        assert (result.counts.passed, result.counts.failed) == (2, 1)
        assert pair.asked == ALL + ALL + 3
    failed = next(each for each in replay(path) if each.dialogue[-1].failure)
    assert len(failed.dialogue) == 3
    assert state(path).partial == {}


async def test_a_user_that_fails_behind_rounds(path: Path) -> None:
    """When the user fails after an answer with rounds, the attempt is not judged and nothing is asked again."""
    pair = Pair()
    pair.user.reply = lambda request: RuntimeError("gone")
    result = await pair.go(path)
    assert (result.counts.not_judged, len(pair.bot.asked)) == (1, 5)
    again = Pair()
    assert ((await again.go(path)).counts.not_judged, again.asked) == (1, 0)


@pytest.mark.parametrize(
    ("words", "patience", "answers"),
    [
        (["[DONE] thanks"], 8, 1),
        (["one", "two"], 1, 2),
        (["one", " ONE "], 8, 2),
        (["Hello"], 8, 1),
        (["a", "b", "a", "b"], 3, 4),
        (["x[done]y"], 1, 1),
    ],
)
async def test_users_that_end_early_or_repeat(path: Path, words: list[str], patience: int, answers: int) -> None:
    """The phrase in the first word, patience of 1, the same word again, the same as the opening; two in turn go on."""
    said = iter([*words, *["more"] * 9])
    user = FakeTarget(lambda request: next(said), name="customer")
    case = Case(
        id="t", turns=(Message("user", "Hello"),), user=SimulatedUser(target="customer", patience=patience), tools=TOOLS
    )
    bot = FakeTarget(lambda request: "hm")
    await go(path, suite([case], bot, users={"customer": user}, checks=(Same(),)))
    assert len(bot.asked) == answers


def interaction(word: str, turn: int) -> Interaction:
    answer = Answer(tool_calls=(ToolCall(word),)) if word in ("find", "cancel") else Answer(word)
    return Interaction(target="t", request=Request(()), timing=Timing(0, 0, 0), answer=answer, turn=turn)


@given(st.lists(st.sampled_from(["find", "cancel", "hm", "", "[DONE]"]), max_size=30), st.integers(0, 30))
@settings(max_examples=150)
def test_a_dialogue_read_back_stands_where_it_was(words: list[str], cut: int) -> None:
    """For any course of answers and words, reading back what was said gives the same next speaker and request."""
    talk = Talk(CASE, "chat")
    for number, word in enumerate(words[:cut]):
        if (speaker := talk.speaker) is None:
            break
        if speaker == "target":
            more = talk.goes_on(interaction(word, talk.turn))
            talk.answer(interaction(word, talk.turn))
            assert more is (talk.speaker is not None)
        else:
            talk.hear(interaction(f"{word}{number}", talk.turn))
    again = Talk(CASE, "chat", talk.answers, talk.said)
    assert (again.speaker, again.turn, again.steps) == (talk.speaker, talk.turn, 0)
    assert (again.answers, again.said) == (talk.answers, talk.said)
    assert talk.speaker is None or again.next_request(0) == talk.next_request(0)


@given(st.lists(st.sampled_from(["find", "cancel", "hm", "both"]), max_size=30))
@settings(max_examples=100)
def test_every_request_is_one_that_endpoints_take(words: list[str]) -> None:
    """Whatever is called, each assistant message with calls is followed by just the results of these calls."""
    talk = Talk(CASE, "chat")
    for word in words:
        if talk.speaker == "user":
            talk.hear(interaction(f"w{talk.turn}", talk.turn))
        elif talk.speaker == "target":
            messages = talk.next_request(0).messages
            for at, message in enumerate(messages):
                ids = [call.id for call in message.tool_calls]
                told = [each.tool_call_id for each in messages[at + 1 : at + 1 + len(ids)]]
                assert ids == told
            assert messages[-1].role in ("user", "tool")
            talk.answer(interaction(word, talk.turn))


def test_a_call_that_has_an_id_keeps_it() -> None:
    """Ids are made up only where they are missing, and are the same each time."""
    word = Answer(tool_calls=(ToolCall("a", "{}", "x"), ToolCall("b")))
    made = Interaction(target="t", request=Request(()), timing=Timing(0, 0, 0), answer=word, turn=3)
    assert [call.id for call in spoken(made).tool_calls] == ["x", "call_3_1"]
