"""What every Target over HTTP shares: an address, a transport that opens at first use, prices, the Interaction."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from seatrial.core.interaction import Answer, Interaction
from seatrial.core.request import Request, ToolCall
from seatrial.targets.address import Address, Resolved
from seatrial.targets.options import Nature, Options
from seatrial.targets.prices import Found, cost, find_price
from seatrial.targets.result import Ended
from seatrial.targets.secret import Scrubber
from seatrial.targets.transport import Transport


class Opened(msgspec.Struct, frozen=True):
    """An endpoint in use."""

    address: Resolved
    transport: Transport
    price: Found


class Endpoint:
    """An address that is opened when it is first used, so that a Target that nobody asks needs no key.

    Args:
        address: Where it is.
        options: Time-outs, retries, size.
        model: The model that prices are looked up for.
        price: A price from the settings.
        nature: Chance and time.

    Raises:
        Mistake: The address cannot be used.
    """

    def __init__(
        self,
        address: Address,
        options: Options,
        *,
        model: str | None = None,
        price: Mapping[str, Any] | None = None,
        nature: Nature | None = None,
    ) -> None:
        address.check()
        self.address = address
        self.options = options
        self._model, self._price, self._nature = model, price, nature
        if price is not None:
            find_price(model, address.url, price)
        self._opened: Opened | None = None
        self._opening = asyncio.Lock()

    async def open(self) -> Opened:
        """The endpoint, opened if it was not.

        Raises:
            Mistake: A variable is not set.
        """
        if self._opened is not None:
            return self._opened
        async with self._opening:
            if self._opened is None:
                resolved = self.address.resolve()
                headers = {"Content-Type": "application/json", "User-Agent": "seatrial", **resolved.headers}
                resolved = msgspec.structs.replace(resolved, headers=headers)
                # Loading the price list takes a second, which would stop whatever else runs.
                price = await asyncio.to_thread(find_price, self._model, resolved.base, self._price)
                self._opened = Opened(resolved, Transport(resolved, self.options, self._nature), price)
        return self._opened

    async def aclose(self) -> None:
        """Close; it opens again when it is used again."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.transport.aclose()


def interaction(name: str, request: Request, ended: Ended, opened: Opened) -> Interaction:
    """The record of one exchange, without secrets."""
    result, scrubber = ended.result, opened.transport.scrubber
    answer = result.answer
    if scrubber and answer is not None:
        answer = _scrubbed(answer, scrubber)
    return Interaction(
        target=name,
        request=request,
        timing=ended.timing,
        answer=answer,
        failure=result.failure,
        model=result.model and scrubber.text(result.model),
        request_id=ended.request_id and scrubber.text(ended.request_id),
        usage=result.usage,
        cost=cost(result.usage, opened.price.price),
        attempts=ended.attempts,
    )


def _scrubbed(answer: Answer, scrubber: Scrubber) -> Answer:
    text = scrubber.text
    calls = [ToolCall(text(call.name), text(call.arguments), text(call.id)) for call in answer.tool_calls]
    return Answer(
        text=text(answer.text),
        tool_calls=tuple(calls),
        finish_reason=answer.finish_reason and text(answer.finish_reason),
        refusal=answer.refusal and text(answer.refusal),
        reasoning=answer.reasoning and text(answer.reasoning),
        logprobs=answer.logprobs,
        embeddings=answer.embeddings,
        data=scrubber.data(answer.data),
    )
