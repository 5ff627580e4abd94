"""The key of a request: equal for requests that ask the same, whatever the order of their fields and their spaces.

Every field counts but those that only say who asks and how it is booked. A stream and a whole answer are kept apart:
each is given again byte for byte as the provider gave it.
"""

import hashlib
from typing import Any, Final

import msgspec

from seatrial.gateway.cache.rule import Rule
from seatrial.gateway.cache.wish import Wish
from seatrial.gateway.exchange import Exchange

KEPT: Final = frozenset({"chat", "completions", "embeddings", "moderations", "messages"})
"""Operations whose answers are kept. Responses are not: the provider holds them for later requests to build on."""
BESIDE: Final = ("user", "metadata", "safety_identifier", "prompt_cache_key", "prompt_cache_retention")
"""Fields that change nothing in the answer."""
LONGEST: Final = 512 * 1024
"""Bytes of a request; longer ones are seldom asked again, and reading them would hold up others."""
USUAL_TEMPERATURE: Final = 1.0
"""Of requests that name none, as OpenAI's and Anthropic's references say."""

_read = msgspec.json.Decoder(dict[str, Any])
_write = msgspec.json.Encoder(order="sorted")


def key_of(exchange: Exchange, rule: Rule, wish: Wish) -> bytes | None:
    """The key; None for what is never kept.

    Args:
        exchange: As the guards have left it.
        rule: Of its name.
        wish: The client's.
    """
    asked, operation, route = exchange.asked, exchange.operation, exchange.route
    if asked is None or operation is None or route is None or operation.name not in KEPT:
        return None
    temperature = USUAL_TEMPERATURE if asked.temperature is None else asked.temperature
    if temperature > rule.temperature or len(exchange.body) > LONGEST or exchange.withheld:
        return None
    try:
        fields = _read.decode(exchange.body)
        if fields.get("store"):
            return None
        for name in BESIDE:
            fields.pop(name, None)
        if not asked.stream:
            fields.pop("stream", None)
            fields.pop("stream_options", None)
        written = _write.encode((_whose(exchange, rule), operation.name, route.name, rule.stamp, wish.varied, fields))
    except (msgspec.MsgspecError, UnicodeError, RecursionError, OverflowError):
        return None
    return hashlib.sha256(written).digest()


def _whose(exchange: Exchange, rule: Rule) -> tuple[str, ...]:
    """Who shares it: never two environments, which may not reach the same deployments."""
    caller = exchange.caller
    if caller is None:
        return ("nobody", exchange.id)
    if rule.scope == "everyone":
        return ("everyone", caller.environment)
    if rule.scope == "key":
        return ("key", caller.environment, caller.project, caller.key)
    return ("project", caller.environment, caller.project)
