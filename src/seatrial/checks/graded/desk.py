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
"""Replies of one judge that one Check keeps; the oldest go first."""
_PLAIN = 2
_encode = msgspec.json.Encoder(order="deterministic").encode


class Asked(msgspec.Struct, frozen=True):
    """How one request to a judge ended; `cost` is None when nobody knows it, and zero when it was known before."""

    answer: Answer | None
    failure: Failure | None = None
    cost: Money | None = None


class Desk:
    """Asks one judge for one Check.

    An endpoint that refuses a JSON schema is asked for a JSON object, one that refuses this is asked without either;
    what it takes is remembered here. Equal requests are asked once, also when they come at the same time; a failure is
    not remembered.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self._step = 0
        self._known: OrderedDict[str, Asked] = OrderedDict()
        self._under_way: dict[str, asyncio.Future[None]] = {}

    async def ask(
        self, messages: tuple[Message, ...], params: Mapping[str, Any], record: type[msgspec.Struct]
    ) -> tuple[Asked, ...]:
        """Ask, and ask again where the endpoint refuses the format; the last one counts, all of them cost."""
        asked: list[Asked] = []
        while True:
            step = self._step
            asked.append(await self._once(Request(messages, params=_formatted(params, record, step))))
            failure = asked[-1].failure
            settled = failure is None or failure.kind is not FailureKind.BAD_REQUEST or step >= _PLAIN
            if settled or "response_format" in params:
                return tuple(asked)
            self._step = max(self._step, step + 1)

    async def _once(self, request: Request) -> Asked:
        key = sha256(_encode([request.messages, request.params])).hexdigest()
        loop = asyncio.get_running_loop()
        while (other := self._under_way.get(key)) is not None and other.get_loop() is loop:
            await asyncio.wait([other])
        if (known := self._known.get(key)) is not None:
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


def _formatted(params: Mapping[str, Any], record: type[msgspec.Struct], step: int) -> dict[str, Any]:
    """The parameters with the format of this step; a format of the user's own stays, a null takes one away."""
    wanted: dict[str, Any] = {"response_format": _FORMATS[step](record)} if step < _PLAIN else {}
    return {key: value for key, value in {**wanted, **params}.items() if value is not None}


def _by_schema(record: type[msgspec.Struct]) -> dict[str, Any]:
    schema = {"name": record.__name__.lower(), "strict": True, "schema": reply_schema(record)}
    return {"type": "json_schema", "json_schema": schema}


def _any_object(record: type[msgspec.Struct]) -> dict[str, Any]:
    return {"type": "json_object"}


_FORMATS = (_by_schema, _any_object)
