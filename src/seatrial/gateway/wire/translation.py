"""What stands between a client and a deployment of the other dialect."""

import time
from typing import Protocol

from seatrial.core.interaction import Usage
from seatrial.gateway.config import Deployment
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.wire.anthropic.answer import chat_error_of, chat_of, message_error_of, message_of
from seatrial.gateway.wire.anthropic.stream_to_anthropic import MessageStream
from seatrial.gateway.wire.anthropic.stream_to_openai import ChatStream
from seatrial.gateway.wire.operations import TRANSLATED


class Translator(Protocol):
    """A stream, fed with the provider's bytes."""

    @property
    def usage(self) -> Usage | None:
        """What the provider told so far."""
        ...

    def feed(self, chunk: bytes) -> bytes:
        """Whole events for the client.

        Raises:
            Untranslatable: An event is malformed.
        """
        ...

    def end(self) -> bytes:
        """The last events, when the provider's stream is over and the answer is whole."""
        ...


class Translation:
    """For one exchange."""

    __slots__ = ("_exchange",)

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def stream(self) -> Translator:
        """A stream's."""
        asked = self._exchange.asked
        if self._exchange.dialect == "anthropic":
            return MessageStream(asked.model if asked is not None else "")
        options = asked.stream_options if asked is not None else None
        return ChatStream(int(time.time()), usage=bool(options and options.include_usage))

    def whole(self, body: bytes) -> bytes:
        """An answer's.

        Raises:
            Untranslatable: It is none.
        """
        return message_of(body) if self._exchange.dialect == "anthropic" else chat_of(body, int(time.time()))

    def error(self, body: bytes, status: int) -> bytes:
        """An error's."""
        turned = message_error_of if self._exchange.dialect == "anthropic" else chat_error_of
        return turned(body, status)


def translation(exchange: Exchange, deployment: Deployment) -> Translation | None:
    """What is needed for the deployment that answered; None where it speaks the client's dialect."""
    operation = exchange.operation
    if operation is None or operation.dialect == deployment.dialect:
        return None
    return Translation(exchange) if operation.name in TRANSLATED else None
