"""Guards that judge a text as a whole: its length, its language, its JSON, or any Check that is free or cheap."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from seatrial.checks.boundary import begin, settle
from seatrial.checks.json_texts import MOST_CHARACTERS, NotJson, read_json
from seatrial.checks.schemas import Validator, first_error
from seatrial.core.check import Check, Evidence
from seatrial.core.interaction import Answer, Interaction, Timing
from seatrial.core.request import Message, Request
from seatrial.gateway.guards.guard import Said
from seatrial.text.languages import language_of

CHECK_TIME: Final = 2.0
"""Seconds that a cheap Check may take."""


@dataclass(frozen=True, slots=True)
class Length:
    """So many characters at the least and at the most."""

    least: int = 0
    most: int | None = None

    async def judge(self, said: Said) -> bool:
        """Whether it is so long."""
        return self.least <= len(said.text) and (self.most is None or len(said.text) <= self.most)


@dataclass(frozen=True, slots=True)
class InLanguage:
    """One of these languages; a text of which it cannot be told passes."""

    allowed: frozenset[str]

    async def judge(self, said: Said) -> bool:
        """Whether it is in one of them."""
        code = (await asyncio.to_thread(language_of, said.text)).code
        return not code or code in self.allowed


@dataclass(frozen=True, slots=True)
class OfSchema:
    """JSON that fits a schema."""

    validator: Validator

    async def judge(self, said: Said) -> bool:
        """Whether it is."""
        return self.fits(said.text)

    def fits(self, text: str) -> bool:
        """Whether it is; what refers to a schema that is not inside it does not fit."""
        if len(text) > MOST_CHARACTERS:
            return False
        try:
            return first_error(self.validator, read_json(text)) is None
        except (NotJson, LookupError, RecursionError):
            return False

    def mended(self, text: str) -> str | None:
        """The JSON inside the text, between ``` or from the first bracket to the last; None if it does not fit."""
        for candidate in _inside(text):
            if self.fits(candidate):
                return candidate
        return None


@dataclass(frozen=True, slots=True)
class ByCheck:
    """A Check. On a request it judges the question as if that were an answer; what it cannot judge passes."""

    check: Check
    limit: float = CHECK_TIME

    async def judge(self, said: Said) -> bool:
        """Whether it does not fail."""
        evidence = Evidence(interaction_of(said))
        return (await settle(self.check, begin(self.check, evidence), self.limit)).passed is not False


def interaction_of(said: Said) -> Interaction:
    """What is said, as an Interaction that Checks can judge."""
    exchange = said.exchange
    roles: dict[str, Any] = {"system": "system", "assistant": "assistant", "tool": "tool"}
    messages = tuple(Message(roles.get(role, "user"), text) for role, text in said.messages)
    ended = max(exchange.ended, exchange.started)
    return Interaction(
        target=exchange.route.name if exchange.route is not None else "",
        request=Request(messages or (Message("user", ""),)),
        timing=Timing(due=exchange.started, started=exchange.started, ended=ended, first_token=exchange.first),
        answer=Answer(text=said.text),
        id=exchange.id,
        usage=exchange.usage,
    )


def _inside(text: str) -> list[str]:
    found: list[str] = []
    fence = text.find("```")
    if fence >= 0:
        begin_ = text.find("\n", fence) + 1
        end = text.find("```", begin_)
        if begin_ and end > 0:
            found.append(text[begin_:end].strip())
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    end = max(text.rfind("}"), text.rfind("]"))
    if starts and end > min(starts):
        found.append(text[min(starts) : end + 1])
    return found
