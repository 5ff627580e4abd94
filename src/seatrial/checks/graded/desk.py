"""Where a judge is asked: each request once, with structured output as far as its endpoint takes it."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

from seatrial.checks.graded.replies import reply_schema
from seatrial.core.interaction import Answer, Failure, FailureKind, Money
from seatrial.core.request import Message, Request
from seatrial.core.target import Target

REMEMBERED = 1000
"""Replies of one Target that one Check keeps; those not used for longest go first."""


class Asked(msgspec.Struct, frozen=True):
    """How one request ended; `cost` is None when nobody knows it, and zero when the reply was known before."""

    answer: Answer | None
    failure: Failure | None = None
    cost: Money | None = None


class Desk:
    """Asks one Target for one Check.

    An endpoint that refuses a JSON schema is asked for a JSON object, one that refuses this is asked without either;
    what it takes is remembered here. Equal requests are asked once, also when they come at the same time; a failure is
    not remembered.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self._taken: dict[bool, int] = {}
        self._known: OrderedDict[str, Asked] = OrderedDict()
        self._under_way: dict[str, asyncio.Future[None]] = {}

    async def judged(
        self,
        messages: tuple[Message, ...],
        params: Mapping[str, Any],
        record: type[msgspec.Struct],
        wishes: Mapping[str, Any],
    ) -> tuple[Asked, ...]:
        """Ask for a record, and again where the endpoint refuses the format; the last one counts, all of them cost.

        Args:
            messages: The prompt.
            params: The user's parameters: a format among them stays, a null takes one away.
            record: What the reply must be.
            wishes: Parameters that the endpoint may refuse (`logprobs`); they are given up last.
        """
        ways = _ways(params, record, wishes)
        asked: list[Asked] = []
        for way in range(min(self._taken.get(bool(wishes), 0), len(ways) - 1), len(ways)):
            asked.append(await self.ask(Request(messages, params=ways[way])))
            failure = asked[-1].failure
            if failure is None or failure.kind is not FailureKind.BAD_REQUEST:
                self._taken[bool(wishes)] = way
                break
        return tuple(asked)

    async def ask(self, request: Request) -> Asked:
        """Ask once; the reply to an equal request is used again."""
        key = sha256(repr(request).encode("utf-8", "backslashreplace")).hexdigest()
        loop = asyncio.get_running_loop()
        while (other := self._under_way.get(key)) is not None and other.get_loop() is loop:
            await asyncio.wait([other])
        if (known := self._known.get(key)) is not None:
            self._known.move_to_end(key)
            return msgspec.structs.replace(known, cost=_nothing(known.cost))
        done = self._under_way[key] = loop.create_future()
        try:
            interaction = await self.target.ask(request)
        finally:
            done.set_result(None)
            if self._under_way.get(key) is done:
                del self._under_way[key]
        asked = Asked(interaction.answer, interaction.failure, interaction.cost)
        if asked.answer is not None:
            self._known[key] = asked
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return asked


def _nothing(cost: Money | None) -> Money | None:
    return None if cost is None else Money(0, cost.currency)


def _ways(params: Mapping[str, Any], record: type[msgspec.Struct], wishes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parameters to try in turn: formats from strict to none, with the wishes and then without."""
    schema = {"name": record.__name__.lower(), "strict": True, "schema": reply_schema(record)}
    formats = [{"type": "json_schema", "json_schema": schema}, {"type": "json_object"}, None]
    if "response_format" in params:
        formats = [params["response_format"]]
    tried = [
        {**wished, **params, "response_format": each}
        for wished in ([wishes, {}] if wishes else [{}])
        for each in formats
    ]
    return [{key: value for key, value in way.items() if value is not None} for way in tried]
