"""What comes back from an OpenAI-compatible endpoint, as far as it is read; fields that are not named are skipped.

One shape serves whole answers (`message`), stream frames (`delta`) and completions (`text`).
"""

from typing import Any

import msgspec

from seatrial.core.interaction import TokenLogprob, Usage


class TextPart(msgspec.Struct):
    """A part of a content that comes in parts."""

    text: str | None = None


class FunctionPart(msgspec.Struct):
    """The function of a tool call, or a fragment of it; some servers send arguments as an object."""

    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class CallPart(msgspec.Struct):
    """A tool call, or a fragment of it."""

    index: int | None = None
    id: str | None = None
    function: FunctionPart | None = None


class Part(msgspec.Struct):
    """A message, or a fragment of it."""

    content: str | list[TextPart] | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: list[CallPart] | None = None

    @property
    def text(self) -> str:
        """The content as text."""
        if isinstance(self.content, list):
            return "".join(part.text or "" for part in self.content)
        return self.content or ""


class Alternative(msgspec.Struct):
    """A token that might have stood in the place of another."""

    token: str
    logprob: float


class TokenPart(Alternative):
    """A token with its log probability, and the likeliest in its place."""

    top_logprobs: list[Alternative] | None = None


class Logprobs(msgspec.Struct):
    """Log probabilities: `content` of chats, the two lists of completions."""

    content: list[TokenPart] | None = None
    tokens: list[str] | None = None
    token_logprobs: list[float | None] | None = None

    def each(self) -> list[TokenLogprob]:
        """All that have a number."""
        found = [TokenLogprob(part.token, part.logprob, _top(part)) for part in self.content or ()]
        pairs = zip(self.tokens or (), self.token_logprobs or (), strict=False)
        return found + [TokenLogprob(token, number) for token, number in pairs if number is not None]


def _top(part: TokenPart) -> tuple[TokenLogprob, ...]:
    return tuple(TokenLogprob(other.token, other.logprob) for other in part.top_logprobs or ())


class Choice(msgspec.Struct):
    """One of the answers; only the first is read."""

    index: int | None = 0
    message: Part | None = None
    delta: Part | None = None
    text: str | None = None
    finish_reason: str | None = None
    logprobs: Logprobs | None = None


class InputDetails(msgspec.Struct):
    """Parts of the input's tokens."""

    cached_tokens: int | None = None


class OutputDetails(msgspec.Struct):
    """Parts of the output's tokens."""

    reasoning_tokens: int | None = None


class WireUsage(msgspec.Struct):
    """Tokens as the endpoint counts them."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: InputDetails | None = None
    completion_tokens_details: OutputDetails | None = None

    def usage(self) -> Usage | None:
        """The record; None when the endpoint left the counts out."""
        if self.prompt_tokens is None and self.completion_tokens is None:
            return None
        asked, told = self.prompt_tokens_details, self.completion_tokens_details
        return Usage(
            input=_count(self.prompt_tokens),
            output=_count(self.completion_tokens),
            cached=_count(asked.cached_tokens if asked else None),
            reasoning=_count(told.reasoning_tokens if told else None),
        )


class Frame(msgspec.Struct):
    """A whole chat or completion, or a frame of its stream; or an error in the place of one."""

    choices: list[Choice] | None = None
    usage: WireUsage | None = None
    model: str | None = None
    error: Any = None
    object: str | None = None
    message: Any = None
    code: Any = None


class Vector(msgspec.Struct):
    """An embedding: numbers, or base64 of little-endian 32-bit floats."""

    embedding: list[float] | str
    index: int | None = None


class Vectors(msgspec.Struct):
    """The answer to an embeddings request."""

    data: list[Vector] | None = None
    usage: WireUsage | None = None
    model: str | None = None
    error: Any = None


def usage_of(usage: WireUsage | None) -> Usage | None:
    """The record of what an endpoint counted, if it did."""
    return None if usage is None else usage.usage()


def _count(number: int | None) -> int:
    return max(number or 0, 0)
