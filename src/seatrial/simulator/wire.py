"""The wire shapes of requests and errors, as the OpenAI API reference of 2024 describes them.

Unknown keys of a request are ignored, as vendors add their own.
"""

import re
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

MAX_CHOICES = 16
_Body = TypeVar("_Body")
_PATH = re.compile(r"^(.*) - at `\$\.?(.*)`$", re.DOTALL)


class ApiError(Exception):
    """An answer that is an error object.

    Args:
        status: The HTTP status.
        message: The sentence for people.
        kind: The `type` of the error object.
        param: The request's key that is wrong.
        code: The `code` of the error object.
        headers: Headers to send with it.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.kind, self.param, self.code = status, kind, param, code
        self.headers = headers or {}

    def body(self) -> bytes:
        """The error object as JSON."""
        return error_body(str(self), self.kind, self.param, self.code)


def error_body(message: str, kind: str, param: str | None = None, code: str | None = None) -> bytes:
    """`{"error": {"message", "type", "param", "code"}}`."""
    return msgspec.json.encode({"error": {"message": message, "type": kind, "param": param, "code": code}})


class Part(msgspec.Struct):
    """A part of a message; only text is read."""

    type: str
    text: str = ""


class WireCall(msgspec.Struct):
    """A tool call of an earlier answer."""

    id: str


class WireMessage(msgspec.Struct):
    """One message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None
    tool_calls: list[WireCall] | None = None
    tool_call_id: str | None = None

    @property
    def text(self) -> str:
        """The message's text, parts joined."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class WireFunction(msgspec.Struct):
    """A function that may be called."""

    name: str
    parameters: dict[str, Any] = {}


class WireTool(msgspec.Struct):
    """An offered tool."""

    function: WireFunction
    type: Literal["function"] = "function"


class NamedFunction(msgspec.Struct):
    """The name in a `tool_choice`."""

    name: str


class ToolChoice(msgspec.Struct):
    """A tool that must be called."""

    function: NamedFunction


class SchemaFormat(msgspec.Struct):
    """What stands under `response_format.json_schema`."""

    name: str = ""
    schema: dict[str, Any] = {}


class ResponseFormat(msgspec.Struct):
    """The form of the answer."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: SchemaFormat | None = None


class StreamOptions(msgspec.Struct):
    """What a stream should carry besides the answer."""

    include_usage: bool = False


class Generation(msgspec.Struct, kw_only=True):
    """What chat and legacy completions have in common."""

    model: str
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Annotated[int, Meta(ge=1, le=MAX_CHOICES)] | None = None
    stop: str | Annotated[list[str], Meta(max_length=4)] | None = None
    max_tokens: Annotated[int, Meta(ge=0)] | None = None
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    seed: int | None = None

    @property
    def stops(self) -> list[str]:
        """The texts at which the answer ends."""
        texts = [self.stop] if isinstance(self.stop, str) else self.stop or ()
        return [text for text in texts if text]

    @property
    def wants_usage(self) -> bool:
        """Whether the stream should end with a frame of usage."""
        return self.stream_options is not None and self.stream_options.include_usage


class ChatRequest(Generation, kw_only=True):
    """The body of POST /v1/chat/completions."""

    messages: Annotated[list[WireMessage], Meta(min_length=1)]
    max_completion_tokens: Annotated[int, Meta(ge=0)] | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    tools: list[WireTool] | None = None
    tool_choice: Literal["none", "auto", "required"] | ToolChoice | None = None
    response_format: ResponseFormat | None = None


class CompletionRequest(Generation, kw_only=True):
    """The body of POST /v1/completions."""

    prompt: str | Annotated[list[str], Meta(min_length=1, max_length=MAX_CHOICES)]
    echo: bool = False
    logprobs: Annotated[int, Meta(ge=0, le=5)] | None = None


class EmbeddingRequest(msgspec.Struct):
    """The body of POST /v1/embeddings; token ids are embedded as words."""

    model: str
    input: str | Annotated[list[str | int | list[int]], Meta(min_length=1, max_length=2048)]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: Annotated[int, Meta(ge=1, le=4096)] = 256


class ModerationRequest(msgspec.Struct):
    """The body of POST /v1/moderations."""

    input: str | Annotated[list[str], Meta(max_length=2048)]
    model: str = ""


class _Readers:
    """One msgspec decoder per body, made once."""

    def __init__(self) -> None:
        bodies = (ChatRequest, CompletionRequest, EmbeddingRequest, ModerationRequest)
        self._decoders: dict[type, msgspec.json.Decoder[Any]] = {body: msgspec.json.Decoder(body) for body in bodies}

    def decode(self, raw: bytes, body: type[_Body]) -> _Body:
        found: _Body = self._decoders[body].decode(raw)
        return found


_READERS = _Readers()


def read_body(raw: bytes, body: type[_Body]) -> _Body:
    """Read a request's body.

    Raises:
        ApiError: 400, with the key that is wrong as `param`.
    """
    try:
        return _READERS.decode(raw, body)
    except msgspec.ValidationError as error:
        found = _PATH.match(str(error))
        what, param = (found[1], found[2] or None) if found else (str(error), None)
        if missing := re.search(r"missing required field `(.+)`", what):
            param = f"{param}.{missing[1]}" if param else missing[1]
            raise ApiError(400, f"Missing required parameter: '{param}'.", param=param) from None
        raise ApiError(400, f"Invalid value for '{param or 'body'}': {what.replace('`', '')}.", param=param) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ApiError(
            400, "We could not parse the JSON body of your request. The API expects a JSON payload, but what was sent "
            "is not valid JSON."
        ) from None  # fmt: skip
