"""A Dialogue with a simulated user that was broken off goes on where it was; nobody is asked twice."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from run_fakes import FakeTarget, SlowJudge, go, suite

from seatrial.core.case import Case, SimulatedUser
from seatrial.core.interaction import Money
from seatrial.core.request import Message, Request
from seatrial.run.journal import replay, state

USER = SimulatedUser(target="customer", patience=4)
CASE = Case(id="t", turns=(Message("user", "Refund"),), expect=("4",), user=USER)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


def heard(request: Request) -> int:
    return sum(message.role == "user" for message in request.messages)


class Two:
    """Target and user that count what they were asked; `stop` is set when one of them has been asked so often."""

    def __init__(self, bot_until: int = 99, user_until: int = 99, words: int = 3) -> None:
        self.stop = asyncio.Event()
        self.bot = FakeTarget(lambda r: self._after(str(heard(r)), len(self.bot.asked) >= bot_until))
        self.user = FakeTarget(
            lambda r: self._after(
                f"w{heard(r)}" if heard(r) <= words else "[DONE]", len(self.user.asked) >= user_until
            ),
            name="customer",
            cost=Money(5),
        )

    def _after(self, said: str, stopping: bool) -> str:
        if stopping:
            self.stop.set()
        return said

    async def go(self, path: Path, **settings: Any) -> Any:
        plan = suite([CASE], self.bot, users={"customer": self.user}, **settings.pop("plan", {}))
        return await go(path, plan, stop=self.stop, **settings)


@pytest.mark.parametrize(("bot_until", "user_until"), [(1, 99), (2, 99), (3, 99), (99, 1), (99, 2), (99, 3)])
async def test_it_goes_on_behind_whoever_spoke_last(path: Path, bot_until: int, user_until: int) -> None:
    """Stopped behind any turn of either side, the two halves together ask each turn once and come to one Dialogue."""
    first, second = Two(bot_until, user_until), Two()
    broken_off = await first.go(path)
    assert (broken_off.counts.attempts, broken_off.state) == (0, "interrupted")
    result = await second.go(path)
    assert len(first.bot.asked) + len(second.bot.asked) == 4
    assert len(first.user.asked) + len(second.user.asked) == 4
    assert (result.counts.passed, result.asked_again) == (1, 0)
    [attempt] = replay(path)
    assert [each.text for each in attempt.dialogue] == ["1", "2", "3", "4"]
    assert len({each.session for each in attempt.dialogue}) == 1


async def test_an_ended_dialogue_is_judged_without_asking_anybody(path: Path) -> None:
    """When only the judging was cut off, the next process judges and asks neither side."""
    first, second, judge = Two(), Two(), SlowJudge()
    cut = asyncio.Event()
    asyncio.get_running_loop().call_later(0.2, cut.set)
    await first.go(path, cut=cut, plan={"checks": (judge,)})
    judge.gate.set()
    result = await second.go(path, plan={"checks": (judge,)})
    assert (result.judged_again, result.counts.passed) == (1, 1)
    assert (second.bot.asked, second.user.asked) == ([], [])


async def test_a_failure_of_the_user_is_not_asked_again(path: Path) -> None:
    """An attempt that broke off for the user's failure is over: a second process has nothing to do."""
    first, second = Two(), Two()
    first.user.reply = lambda request: RuntimeError("lost")
    result = await first.go(path)
    again = await second.go(path)
    assert (result.counts.not_judged, again.counts.not_judged, again.resumed) == (1, 1, 1)
    assert second.bot.asked == []


async def test_words_in_flight_are_counted(path: Path) -> None:
    """A request to the user that was cut off is asked again, and the result says how many."""
    cut, first, second = asyncio.Event(), Two(), Two()

    async def never(request: Request) -> str:
        cut.set()
        await asyncio.sleep(3600)
        return ""

    first.user.reply = never
    await first.go(path, cut=cut)
    result = await second.go(path)
    assert (result.asked_again, result.counts.passed) == (1, 1)
    assert (len(first.bot.asked), len(second.bot.asked)) == (1, 3)


async def test_what_users_cost_is_remembered(path: Path) -> None:
    """The budget of a resumed run knows what simulated users have cost in Dialogues that are over."""
    first, second = Two(), Two()
    await first.go(path)
    assert state(path).users == {"USD": 20}
    [attempt] = replay(path)
    assert [each.cost for each in attempt.dialogue] == [None] * 4
    assert second.user.asked == []


def lose_a_word(path: Path, number: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    spoken = [at for at, line in enumerate(lines) if b'"entry":"spoken"' in line]
    del lines[spoken[number]]
    path.write_bytes(b"".join(lines))


def entries(path: Path) -> list[Any]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("lost", [0, 1])
async def test_a_lost_word_begins_the_dialogue_anew(path: Path, lost: int) -> None:
    """Where a damaged journal has lost a word of the user, no Dialogue is pieced together from the rest."""
    await Two(bot_until=3).go(path)
    lose_a_word(path, lost)
    second = Two()
    result = await second.go(path)
    assert (result.counts.passed, len(second.bot.asked)) == (1, 4)


async def test_the_journal_says_whose_word_it_is(path: Path) -> None:
    """The user's Interactions are entries of their own: target, suite, case, turn, and whether it goes on."""
    await Two().go(path)
    spoken = [each for each in entries(path) if each["entry"] == "spoken"]
    assert [each["interaction"]["turn"] for each in spoken] == [1, 2, 3, 4]
    assert {each["interaction"]["target"] for each in spoken} == {"customer"}
    assert [each.get("more", False) for each in spoken] == [True, True, True, False]
