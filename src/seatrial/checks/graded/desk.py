"""Where a judge is asked: each request once, with structured output as far as its endpoint takes it."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

from seatrial.checks.graded.replies import reply_schema
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money
from seatrial.core.request import Message, Request
from seatrial.core.target import Target

REMEMBERED = 1000
"""Replies of one Target that are kept; those not used for longest go first."""
QUIET = 1800.0
"""Seconds in which a Target may answer nothing at all before a request is given up. A request may wait for long behind
others at a rate limit; as long as these come to their end, its turn will come."""

_GRACE = 1.0
"""Seconds in which a request that is given up may put away its connection."""


class Asked(msgspec.Struct, frozen=True):
    """How one request ended; `cost` is None when nobody knows it, and zero when the reply was known before."""

    answer: Answer | None
    failure: Failure | None = None
    cost: Money | None = None


class Desk:
    """Asks one Target, for all Checks of one suite file.

    An endpoint that refuses a JSON schema is asked for a JSON object, one that refuses this is asked without either;
    what it takes is remembered here. Equal requests are asked once, also when they come at the same time; a failure is
    not remembered.

    Args:
        target: Who is asked.
        quiet: Seconds without any reply from it after which a request is given up.
    """

    def __init__(self, target: Target, quiet: float = QUIET) -> None:
        self.target = target
        self._quiet, self._heard_at = quiet, 0.0
        self._taken: dict[tuple[bool, int], int] = {}
        self._known: OrderedDict[str, Asked] = OrderedDict()
        self._under_way: dict[str, asyncio.Future[None]] = {}

    async def judged(
        self,
        messages: tuple[Message, ...],
        params: Mapping[str, Any],
        record: type[msgspec.Struct],
        wishes: Mapping[str, Any],
        number: int = 0,
    ) -> tuple[Asked, ...]:
        """Ask for a record, and again where the endpoint refuses the format; the last one counts, all of them cost.

        Args:
            messages: The prompt.
            params: The user's parameters: a format among them stays, a null takes one away.
            record: What the reply must be.
            wishes: Parameters that the endpoint may refuse (`logprobs`); they are given up last.
            number: Which of several equal judges asks: what one was told is not taken for the word of another.
        """
        ways = _ways(params, record, wishes)
        kind = bool(wishes), len(ways)
        asked: list[Asked] = []
        for way in range(self._taken.get(kind, 0), len(ways)):
            asked.append(await self.ask(Request(messages, params=ways[way], repeat=number)))
            failure = asked[-1].failure
            if failure is None:
                self._taken[kind] = way
            if failure is None or failure.kind is not FailureKind.BAD_REQUEST:
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
            interaction = await self._reply(request)
        finally:
            done.set_result(None)
            if self._under_way.get(key) is done:
                del self._under_way[key]
        if interaction is None:
            return Asked(None, Failure(FailureKind.TIMEOUT, f"nothing came within {self._quiet:g} s, for any request"))
        asked = Asked(interaction.answer, interaction.failure, interaction.cost)
        if asked.answer is not None:
            self._known[key] = asked
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return asked

    async def _reply(self, request: Request) -> Interaction | None:
        """Ask the Target, and wait as long as it answers anything; None when it has fallen silent."""
        began = time.monotonic()
        asking = asyncio.ensure_future(self.target.ask(request))
        try:
            while (left := max(began, self._heard_at) + self._quiet - time.monotonic()) > 0:
                await asyncio.wait([asking], timeout=left)
                if asking.done():
                    self._heard_at = time.monotonic()
                    return asking.result()
            return None
        finally:
            if not asking.done():
                asking.add_done_callback(lambda task: task.cancelled() or task.exception())
                asking.cancel()
                await asyncio.wait([asking], timeout=_GRACE)


class Desks:
    """The desks of all Targets that the Checks of one suite file ask: what one Check learns of one, all know."""

    def __init__(self) -> None:
        self._desks: dict[str, Desk] = {}

    def of(self, target: Target) -> Desk:
        """The desk of a Target."""
        desk = self._desks.get(target.name)
        if desk is None or desk.target is not target:
            desk = self._desks[target.name] = Desk(target)
        return desk


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
