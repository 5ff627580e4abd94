"""One judge on one answer: asks, repairs once, counts calls and costs."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from seatrial.checks.graded.desk import Asked, Desk
from seatrial.checks.graded.prompts import Prompt
from seatrial.checks.graded.replies import Reply, Unusable, read_reply
from seatrial.checks.wording import quoted
from seatrial.core.interaction import Answer, Money
from seatrial.core.request import Message

_DEMANDS = frozenset({"CRITERION", "RUBRIC", "STEPS"})
"""Parts that the user wrote: a reply may look like an example in one of them."""
_SHOWN_AGAIN = 4000
"""Characters of a useless reply that the judge is shown when it is asked again."""


T = TypeVar("T")


class NoVerdict(Exception):
    """A judge could not judge; the message is the reason as a sentence."""


class Bounds(msgspec.Struct, frozen=True):
    """How much one judge may be asked about one answer: requests, and characters of material in each."""

    calls: int
    characters: int


class Juror:
    """One judge at work on one answer; it is made for that and thrown away.

    `number` tells the repeats of one judge in a jury apart.

    Attributes:
        costs: What each request cost, None where nobody knows.
    """

    def __init__(self, desk: Desk, prompt: Prompt, params: Mapping[str, Any], bounds: Bounds, number: int = 0) -> None:
        self._desk, self._prompt, self._params, self._bounds = desk, prompt, params, bounds
        self._number = number
        self._calls = 0
        self.costs: list[Money | None] = []

    async def ask(self, parts: Mapping[str, str], record: type[Reply], stage: str = "") -> Reply:
        """What the judge replies about these parts.

        Args:
            parts: Texts by the names of their places in the prompt (`ANSWER`); each comes between its fences.
            record: The shape of the reply.
            stage: Which sections of the prompt to use, where there are several.

        Raises:
            NoVerdict: The judge failed, refused, was cut off or twice replied with nonsense; or there is too much.
        """
        reply, _ = await self.ask_whole(parts, record, stage)
        return reply

    async def ask_each(
        self, several: Iterable[Mapping[str, str]], record: type[Reply], stage: str = ""
    ) -> tuple[Reply, ...]:
        """The same about several things at the same time, in their order.

        Raises:
            NoVerdict: As in `ask`, about any of them, when all are over: what they cost is known then.
        """
        return tuple(await all_of(self.ask(parts, record, stage) for parts in several))

    async def ask_whole(
        self, parts: Mapping[str, str], record: type[Reply], stage: str = "", wishes: Mapping[str, Any] = {}
    ) -> tuple[Reply, Answer]:
        """The same with the judge's whole Answer; `wishes` are parameters that its endpoint may refuse (`logprobs`).

        Raises:
            NoVerdict: As in `ask`.
        """
        if sum(map(len, parts.values())) > self._bounds.characters:
            raise NoVerdict(f"There is too much to judge: more than {self._bounds.characters:,} characters.")
        messages = self._prompt.messages(parts, stage)
        judged = [text for name, text in parts.items() if name not in _DEMANDS]
        problem = ""
        for _ in range(2):
            answer = await self._answered(messages, record, wishes)
            try:
                return read_reply(answer.text, record, judged), answer
            except Unusable as error:
                problem = str(error)
                again = self._prompt.repair(problem, stage)
                messages = (*messages, Message("assistant", answer.text[:_SHOWN_AGAIN]), again)
        raise NoVerdict(f"The judge's reply was no judgement, also when asked again: {problem}.")

    async def _answered(
        self, messages: tuple[Message, ...], record: type[msgspec.Struct], wishes: Mapping[str, Any]
    ) -> Answer:
        self._calls += 1
        if self._calls > self._bounds.calls:
            raise NoVerdict(f"Judging takes more than {self._bounds.calls} requests (`max_calls`).")
        asked = await self._desk.judged(messages, self._params, record, wishes, self._number)
        self.costs += [each.cost for each in asked if each.failure is None or each.cost is not None]
        return _usable(asked[-1])


async def all_of(several: Iterable[Awaitable[T]]) -> list[T]:
    """Wait for all at the same time; the first that raised is heard when all are over, so that none is left behind."""
    tasks = [asyncio.ensure_future(each) for each in several]
    await asyncio.gather(*tasks, return_exceptions=True)
    return [task.result() for task in tasks]


def _usable(asked: Asked) -> Answer:
    """The judge's Answer if it is a whole one.

    Raises:
        NoVerdict: It failed, refused, was filtered or was cut off.
    """
    answer, failure = asked.answer, asked.failure
    if answer is None:
        why = f"{failure.kind}: {failure.message}" if failure else "no answer"
        raise NoVerdict(f"The judge gave no answer ({why}).")
    if answer.refusal:
        raise NoVerdict(f"The judge refused: {quoted(answer.refusal, 120)}.")
    if answer.finish_reason == "content_filter":
        raise NoVerdict("The judge's reply was withheld by its endpoint's content filter.")
    if answer.finish_reason == "length":
        raise NoVerdict(f"The judge's reply was cut off by its limit of tokens: {quoted(answer.text, 40)}.")
    return answer
