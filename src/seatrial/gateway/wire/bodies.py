"""The few fields of requests and replies that the gateway looks at; what is not named here is never decoded.

Shapes after OpenAI's API reference (chat completions, completions, embeddings, responses, moderations).
"""

from typing import Any

import msgspec

from seatrial.gateway.wire.errors import bad_request
from seatrial.gateway.wire.failures import WireError


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
        """The most tokens that it lets the model write, of each answer; -1 is no bound, as some servers have it."""
        told = (self.max_completion_tokens, self.max_tokens, self.max_output_tokens)
        return max((each for each in told if each is not None and each > 0), default=None)


class Told(msgspec.Struct):
    """What a whole reply says of itself; some servers send errors with status 200."""

    usage: msgspec.Raw = msgspec.Raw()
    error: WireError | str | None = None


_asked = msgspec.json.Decoder(Asked)
_told = msgspec.json.Decoder(Told)
_stops = msgspec.json.Decoder(str | list[str] | None)
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read_request(body: bytes) -> Asked:
    """The fields of a request.

    Raises:
        Refusal: It is no JSON, no object, or a field is not of its type.
    """
    try:
        asked = _asked.decode(body)
    except msgspec.ValidationError as error:
        raise bad_request(f"The request's body is not as it should be: {error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_request(f"The request's body is no JSON: {error}.", "invalid_json") from None
    if asked.n is not None and asked.n < 1:
        asked.n = None  # providers refuse it; a limit that counted it would give tokens back
    return asked


def read_reply(body: bytes) -> Told | None:
    """What a whole reply tells; None when it is no JSON object."""
    try:
        return _told.decode(body)
    except msgspec.ValidationError:
        return Told() if body.lstrip()[:1] == b"{" else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def stops_in(body: bytes, name: str) -> list[str]:
    """The stop sequences under a name: one, or a list.

    Raises:
        Refusal: They are something else.
    """
    raw = _fields.decode(body).get(name)
    try:
        found = _stops.decode(raw) if raw is not None else None
    except msgspec.MsgspecError:
        raise bad_request(f"`{name}` is neither a text nor a list of texts.", param=name) from None
    return [found] if isinstance(found, str) else found or []


def changed(body: bytes, changes: dict[str, Any]) -> bytes:
    """The request with some top-level fields set (None takes one out); all other values keep their bytes and order."""
    fields: dict[str, Any] = _fields.decode(body)
    for name, value in changes.items():
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = value
    return msgspec.json.encode(fields)
