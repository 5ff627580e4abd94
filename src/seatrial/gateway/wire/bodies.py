"""The few fields of requests and replies that the gateway looks at; what is not named here is never decoded.

Shapes after OpenAI's API reference (chat completions, completions, embeddings, responses, moderations).
"""

from typing import Any

import msgspec

from seatrial.core.interaction import Usage
from seatrial.gateway.wire.errors import bad_request


class StreamOptions(msgspec.Struct):
    """Whether the stream tells the usage at its end."""

    include_usage: bool | None = None


class Asked(msgspec.Struct):
    """What a request says that decides where it goes and what it may cost."""

    model: str
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    max_output_tokens: int | None = None
    n: int | None = None
    temperature: float | None = None
    user: str | None = None

    @property
    def most_output(self) -> int | None:
        """The most tokens that it lets the model write, of each answer."""
        return self.max_completion_tokens or self.max_tokens or self.max_output_tokens


class _Cached(msgspec.Struct):
    cached_tokens: int | None = None


class _Reasoning(msgspec.Struct):
    reasoning_tokens: int | None = None


class WireUsage(msgspec.Struct):
    """Tokens: of chats and completions, or of responses and Anthropic's messages (`input_tokens`)."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    prompt_tokens_details: _Cached | None = None
    input_tokens_details: _Cached | None = None
    completion_tokens_details: _Reasoning | None = None
    output_tokens_details: _Reasoning | None = None
    cache_read_input_tokens: int | None = None

    def usage(self) -> Usage | None:
        """The record; None where nothing was counted."""
        given = self.prompt_tokens if self.prompt_tokens is not None else self.input_tokens
        written = self.completion_tokens if self.completion_tokens is not None else self.output_tokens
        if given is None and written is None:
            return None
        cached, reasoning = self.prompt_tokens_details or self.input_tokens_details, self.completion_tokens_details
        reasoning = reasoning or self.output_tokens_details
        return Usage(
            input=max(given or 0, 0),
            output=max(written or 0, 0),
            cached=max((cached.cached_tokens if cached else self.cache_read_input_tokens) or 0, 0),
            reasoning=max((reasoning.reasoning_tokens if reasoning else 0) or 0, 0),
        )


class Told(msgspec.Struct):
    """What a whole reply says of itself."""

    usage: WireUsage | None = None
    model: str | None = None


_asked = msgspec.json.Decoder(Asked)
_told = msgspec.json.Decoder(Told)
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read_request(body: bytes) -> Asked:
    """The fields of a request.

    Raises:
        Refusal: It is no JSON, no object, or a field is not of its type.
    """
    try:
        return _asked.decode(body)
    except msgspec.ValidationError as error:
        raise bad_request(f"The request's body is not as it should be: {error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_request(f"The request's body is no JSON: {error}.", "invalid_json") from None


def usage_in(body: bytes) -> Usage | None:
    """The usage that a whole reply tells; None when it tells none or is no JSON."""
    try:
        told = _told.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return None if told.usage is None else told.usage.usage()


def changed(body: bytes, changes: dict[str, Any]) -> bytes:
    """The request with some top-level fields set (None takes one out); all other values keep their bytes and order."""
    fields: dict[str, Any] = _fields.decode(body)
    for name, value in changes.items():
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = value
    return msgspec.json.encode(fields)
