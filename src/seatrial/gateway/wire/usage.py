"""Tokens, as providers tell them.

Shapes after OpenAI's API reference (chats and completions: `prompt_tokens`; responses: `input_tokens`) and Anthropic's
(messages: `input_tokens` are those that no cache had to do with).
"""

import msgspec

from seatrial.core.interaction import Usage


class _Cached(msgspec.Struct):
    cached_tokens: int | None = None


class _Reasoning(msgspec.Struct):
    reasoning_tokens: int | None = None


class WireUsage(msgspec.Struct, frozen=True):
    """Usage of any dialect; what is not told is None."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    prompt_tokens_details: _Cached | None = None
    input_tokens_details: _Cached | None = None
    completion_tokens_details: _Reasoning | None = None
    output_tokens_details: _Reasoning | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None

    def usage(self) -> Usage | None:
        """The record; None where nothing was counted. Numbers below zero count as none."""
        given = self.prompt_tokens if self.prompt_tokens is not None else self.input_tokens
        written = self.completion_tokens if self.completion_tokens is not None else self.output_tokens
        if given is None and written is None:
            return None
        cached = self.prompt_tokens_details or self.input_tokens_details
        reasoning = self.completion_tokens_details or self.output_tokens_details
        read, created = _number(self.cache_read_input_tokens), _number(self.cache_creation_input_tokens)
        return Usage(
            input=_number(given) + read + created,
            output=_number(written),
            cached=_number(cached.cached_tokens) if cached else read,
            reasoning=_number(reasoning.reasoning_tokens) if reasoning else 0,
        )

    def over(self, earlier: "WireUsage") -> "WireUsage":
        """This, and what was told earlier where this says nothing."""
        if earlier is NOTHING:
            return self
        if self is NOTHING:
            return earlier
        mine, theirs = msgspec.structs.asdict(self), msgspec.structs.asdict(earlier)
        return WireUsage(**{name: theirs[name] if value is None else value for name, value in mine.items()})


NOTHING = WireUsage()
_usage = msgspec.json.Decoder(WireUsage | None)


def read_usage(raw: "bytes | msgspec.Raw") -> WireUsage:
    """The usage in its JSON; nothing where it is none."""
    if not raw:
        return NOTHING
    try:
        return _usage.decode(raw) or NOTHING
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return NOTHING


def _number(told: int | None) -> int:
    return max(told or 0, 0)
