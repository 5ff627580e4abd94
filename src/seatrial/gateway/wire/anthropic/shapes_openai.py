"""OpenAI's chat, as far as it can be said in Anthropic's dialect.

Source: OpenAI's API reference, "Create chat completion" and "The chat completion object".
"""

from typing import Any, Literal

import msgspec


class _Shape(msgspec.Struct, omit_defaults=True):
    """What is not given is not written."""


class TextPart(_Shape, tag_field="type", tag="text"):
    """A piece of text."""

    text: str


class ImageUrl(_Shape):
    """Where an image is: an address, or `data:` with the image in it."""

    url: str


class ImagePart(_Shape, tag_field="type", tag="image_url"):
    """An image."""

    image_url: ImageUrl


class FileData(_Shape):
    """A file within the request: `data:application/pdf;base64,...`."""

    file_data: str
    filename: str | None = None


class FilePart(_Shape, tag_field="type", tag="file"):
    """A file."""

    file: FileData


class RefusalPart(_Shape, tag_field="type", tag="refusal"):
    """What a model said when it would not answer."""

    refusal: str


class FunctionCall(_Shape):
    """Which function, with arguments as JSON in a text."""

    name: str
    arguments: str = ""


class ToolCall(_Shape, tag_field="type", tag="function"):
    """A call that the model asks for."""

    id: str
    function: FunctionCall


class System(_Shape, tag_field="role", tag="system"):
    """What holds for the whole chat."""

    content: str | list[TextPart]


class Developer(_Shape, tag_field="role", tag="developer"):
    """The newer name of it."""

    content: str | list[TextPart]


class User(_Shape, tag_field="role", tag="user"):
    """What the user says."""

    content: str | list[TextPart | ImagePart | FilePart]


class Assistant(_Shape, tag_field="role", tag="assistant"):
    """What the model said."""

    content: str | list[TextPart | RefusalPart] | None = None
    tool_calls: list[ToolCall] | None = None
    refusal: str | None = None


class Tool(_Shape, tag_field="role", tag="tool"):
    """What a call came to."""

    tool_call_id: str
    content: str | list[TextPart]


class Function(_Shape):
    """A function that the model may call; `parameters` is a JSON schema."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class FunctionTool(_Shape, tag_field="type", tag="function"):
    """A tool."""

    function: Function


class Named(_Shape):
    """A function by its name."""

    name: str


class ToolChoice(_Shape, tag_field="type", tag="function"):
    """The tool that must be called."""

    function: Named


class JsonSchema(_Shape):
    """The schema of the answer."""

    name: str
    schema: dict[str, Any] | None = None
    strict: bool | None = None


class SchemaFormat(_Shape, tag_field="type", tag="json_schema"):
    """The answer is JSON of this schema."""

    json_schema: JsonSchema


class ObjectFormat(_Shape, tag_field="type", tag="json_object"):
    """The answer is JSON."""


class TextFormat(_Shape, tag_field="type", tag="text"):
    """The answer is text."""


class StreamOptions(_Shape):
    """Whether a stream tells its usage."""

    include_usage: bool | None = None


class ChatRequest(_Shape, kw_only=True):
    """A request."""

    model: str
    messages: list[System | Developer | User | Assistant | Tool]
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    stop: str | list[str] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: float | None = None
    top_p: float | None = None
    tools: list[FunctionTool] | None = None
    tool_choice: Literal["auto", "none", "required"] | ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    response_format: SchemaFormat | ObjectFormat | TextFormat | None = None
    reasoning_effort: str | None = None
    user: str | None = None
    n: int | None = None
    logprobs: bool | None = None
    functions: list[Any] | None = None


class PromptDetails(_Shape):
    """Of the tokens that were given, those that came from a cache."""

    cached_tokens: int | None = 0


class CompletionDetails(_Shape):
    """Of the tokens that were written, those that nobody sees."""

    reasoning_tokens: int | None = 0


class ChatUsage(_Shape):
    """Tokens."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None


class AnswerMessage(msgspec.Struct):
    """What the model says."""

    content: str | None = None
    refusal: str | None = None
    tool_calls: list[ToolCall] | None = None
    reasoning_content: str | None = None


class AnswerChoice(msgspec.Struct):
    """An answer; `stop_reason` is vLLM's: which of the stop sequences it was."""

    message: AnswerMessage
    finish_reason: str | None = None
    stop_reason: str | int | None = None


class ChatAnswer(msgspec.Struct):
    """A whole answer."""

    choices: list[AnswerChoice]
    id: str = ""
    model: str = ""
    usage: ChatUsage | None = None


class CallPart(msgspec.Struct):
    """A piece of a function's name and arguments."""

    name: str | None = None
    arguments: str | None = None


class ToolCallPart(msgspec.Struct):
    """A piece of a call; the first one of each index has the id."""

    index: int = 0
    id: str | None = None
    function: CallPart | None = None


class Delta(msgspec.Struct):
    """A piece of an answer."""

    content: str | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: list[ToolCallPart] | None = None


class ChunkChoice(msgspec.Struct):
    """A piece of one of the answers."""

    delta: Delta = msgspec.field(default_factory=Delta)
    finish_reason: str | None = None
    stop_reason: str | int | None = None


class Chunk(msgspec.Struct):
    """An event of a streamed answer."""

    choices: list[ChunkChoice] | None = None
    id: str = ""
    model: str = ""
    usage: ChatUsage | None = None
    error: Any = None
