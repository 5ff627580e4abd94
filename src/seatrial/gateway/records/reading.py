"""From an Exchange that is over to what is kept of it: an Interaction, complete as far as it can be known."""

from collections.abc import Callable
from typing import Final

import msgspec

from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money, Timing, Usage
from seatrial.core.request import Request
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.records.answers import Heard, figures, hear
from seatrial.gateway.records.asked import fields_of, request_of, user_of
from seatrial.gateway.records.redacting import Redact, redacted
from seatrial.gateway.wire.operations import OPERATIONS, PASSED
from seatrial.store.live_entry import LogEntry
from seatrial.targets.prices import cost
from seatrial.targets.tokens import TokenCount

LONGEST_PARTIAL: Final = 20_000
LONGEST_NAME: Final = 200
MOST_TOKENS: Final = 1 << 53
MOST_MODELS: Final = 64
"""Models whose vocabularies are kept ready."""
VECTORS: Final = "embeddings"
_NOT_READ: Final = ("", PASSED.name)
NOBODY: Final = Request(())


class Reader:
    """Reads Exchanges, for one thread.

    Args:
        hash_user: What stands for a user's name in the record.
        redact: What each text is put through before it is kept.
    """

    def __init__(self, hash_user: Callable[[str], str], redact: Redact | None = None) -> None:
        self._hash, self._redact = hash_user, redact
        self._counts: dict[str | None, TokenCount] = {}

    def entry(self, exchange: Exchange) -> LogEntry:
        """All that is known of it."""
        operation = operation_of(exchange)
        fields = fields_of(exchange.body) if exchange.body else {}
        user = user_of(fields)
        request = request_of(operation, fields)
        heard = _heard(operation, exchange)
        interaction = self._interaction(exchange, request, heard, user)
        if self._redact is not None:
            interaction = redacted(interaction, self._redact)
        return _entry(exchange, interaction, operation)

    def bare(self, exchange: Exchange) -> LogEntry:
        """What is known without reading what was said: for an Exchange that cannot be read."""
        exchange.tags["record"] = "unreadable"
        interaction = self._interaction(exchange, NOBODY, Heard(Answer()), None)
        return _entry(exchange, interaction, operation_of(exchange))

    def _interaction(self, exchange: Exchange, request: Request, heard: Heard, user: str | None) -> Interaction:
        failure = _failure(exchange, heard)
        deployment, tags = exchange.deployment, exchange.tags
        if heard.malformed and "record" not in tags:
            tags["record"] = "malformed"
        usage = self._usage(exchange, request, heard)
        begun = exchange.started + exchange.waited
        return Interaction(
            id=exchange.id,
            target=_name(exchange),
            request=request,
            timing=_timing(exchange, heard, begun),
            answer=heard.answer if failure is None else None,
            failure=failure,
            session=None if exchange.session is None else exchange.session[:LONGEST_NAME],
            user=None if user is None else self._hash(user),
            model=_bounded(heard.model or (None if deployment is None else deployment.model)),
            deployment=None if deployment is None else deployment.name,
            request_id=_bounded(exchange.request_id),
            usage=usage,
            cost=_cost(exchange, usage),
            attempts=exchange.attempts,
            served_by="cache" if exchange.served_by == "cache" else "upstream",
            tags=tags,
        )

    def _usage(self, exchange: Exchange, request: Request, heard: Heard) -> Usage | None:
        """What the provider told, else an estimate of what it will charge; none where it gave no answer."""
        told = heard.usage
        if told is not None:
            return told if max(told.input, told.output) < MOST_TOKENS else None
        if (
            not exchange.chunks
            or not exchange.attempts
            or exchange.status >= 400
            or operation_of(exchange) in _NOT_READ
        ):
            return None
        model = heard.model
        count = self._counts.get(model)
        if count is None:
            if len(self._counts) >= MOST_MODELS:
                self._counts.clear()
            count = self._counts[model] = TokenCount(model)
        return count.usage(request, heard.answer)


def operation_of(exchange: Exchange) -> str:
    """`chat`, `completions`, ...; empty for a path that is none of them."""
    operation = exchange.operation or OPERATIONS.get(exchange.path)
    return "" if operation is None else operation.name


def _heard(operation: str, exchange: Exchange) -> Heard:
    """What came back, as far as it is kept: files and batches are not."""
    if operation in _NOT_READ:
        return Heard(Answer(), exchange.usage)
    listen = figures if operation == VECTORS and exchange.status < 400 else hear
    return listen(exchange.chunks, exchange.moments, exchange.usage)


def _timing(exchange: Exchange, heard: Heard, begun: int) -> Timing:
    ended = exchange.ended if exchange.ended > begun else begun
    return Timing(exchange.started, begun, ended, heard.first_token, heard.gap_mean, heard.gap_max)


def _entry(exchange: Exchange, interaction: Interaction, operation: str) -> LogEntry:
    caller = exchange.caller
    return LogEntry(
        interaction=interaction,
        status=exchange.status,
        operation=operation,
        key=None if caller is None else caller.key or None,
        project=None if caller is None else caller.project or None,
        environment=None if caller is None else caller.environment or None,
    )


def _name(exchange: Exchange) -> str:
    """What the client asked for, as it called it."""
    if exchange.asked is not None:
        return exchange.asked.model[:LONGEST_NAME]
    return "" if exchange.route is None else exchange.route.name


def _failure(exchange: Exchange, heard: Heard) -> Failure | None:
    failure = exchange.failure
    if failure is None:
        if not exchange.status:
            return Failure(FailureKind.CANCELLED, "it ended before there was a reply")
        if exchange.status >= 400:
            return Failure(FailureKind.BAD_REQUEST, f"it ended with status {exchange.status}", exchange.status)
        return None
    text = heard.answer.text
    return msgspec.structs.replace(failure, partial=text[:LONGEST_PARTIAL]) if text else failure


def _cost(exchange: Exchange, usage: Usage | None) -> Money | None:
    if exchange.cost is not None or exchange.deployment is None or exchange.served_by == "cache":
        return exchange.cost
    return cost(usage, exchange.deployment.price)


def _bounded(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST_NAME else text[:LONGEST_NAME]
