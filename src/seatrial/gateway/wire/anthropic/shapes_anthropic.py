"""Anthropic's messages, as far as they can be said in OpenAI's dialect.

Source: Anthropic's API reference, "Create a message", and its guide "Streaming messages".
"""

from typing import Any, Literal

import msgspec


class _Shape(msgspec.Struct, omit_defaults=True):
    """What is not given is not written."""


class Base64Source(_Shape, tag_field="type", tag="base64"):
    """The thing itself."""

    media_type: str
    data: str


class UrlSource(_Shape, tag_field="type", tag="url"):
    """Where it is."""

    url: str


class TextSource(_Shape, tag_field="type", tag="text"):
    """A document that is text."""

    media_type: str
    data: str


class TextBlock(_Shape, tag_field="type", tag="text"):
    """A piece of text."""

    text: str


class ImageBlock(_Shape, tag_field="type", tag="image"):
    """An image."""

    source: Base64Source | UrlSource


class DocumentBlock(_Shape, tag_field="type", tag="document"):
    """A document."""

    source: Base64Source | TextSource | UrlSource
    title: str | None = None


class ToolUse(_Shape, tag_field="type", tag="tool_use"):
    """A call that the model asks for."""

    id: str
    name: str
    input: dict[str, Any]


class ToolResult(_Shape, tag_field="type", tag="tool_result"):
    """What a call came to."""

    tool_use_id: str
    content: str | list[TextBlock | ImageBlock | DocumentBlock] | None = None
    is_error: bool | None = None


class Thinking(_Shape, tag_field="type", tag="thinking"):
    """What the model thought; only its own provider can read the signature."""

    thinking: str
    signature: str = ""


class RedactedThinking(_Shape, tag_field="type", tag="redacted_thinking"):
    """What the model thought, sealed."""

    data: str = ""


Block = TextBlock | ImageBlock | DocumentBlock | ToolUse | ToolResult | Thinking | RedactedThinking


class Turn(_Shape):
    """What one side says."""

    role: Literal["user", "assistant"]
    content: str | list[Block]


class Tool(_Shape):
    """A tool; those that run at the provider's have a type and no schema."""

    name: str
    input_schema: dict[str, Any]
    description: str | None = None
    type: Literal["custom"] | None = None


class Auto(_Shape, tag_field="type", tag="auto"):
    """The model decides."""

    disable_parallel_tool_use: bool | None = None


class AnyTool(_Shape, tag_field="type", tag="any"):
    """Some tool must be called."""

    disable_parallel_tool_use: bool | None = None


class OneTool(_Shape, tag_field="type", tag="tool"):
    """This tool must be called."""

    name: str
    disable_parallel_tool_use: bool | None = None


class NoTool(_Shape, tag_field="type", tag="none"):
    """No tool may be called."""


class Metadata(_Shape):
    """Who is behind it."""

    user_id: str | None = None


class Format(_Shape, tag_field="type", tag="json_schema"):
    """The answer is JSON of this schema."""

    schema: dict[str, Any]


class OutputConfig(_Shape):
    """How the answer should be."""

    format: Format | None = None
    effort: str | None = None


class MessagesRequest(_Shape, kw_only=True):
    """A request."""

    model: str
    messages: list[Turn]
    max_tokens: int
    system: str | list[TextBlock] | None = None
    stop_sequences: list[str] | None = None
    stream: bool | None = None
    temperature: float | None = None
    top_p: float | None = None
    tools: list[Tool] | None = None
    tool_choice: Auto | AnyTool | OneTool | NoTool | None = None
    metadata: Metadata | None = None
    output_config: OutputConfig | None = None
    mcp_servers: list[Any] | None = None


class MessageUsage(msgspec.Struct):
    """Tokens; those that a cache had to do with are counted apart."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class AnswerBlock(msgspec.Struct):
    """A block of any type."""

    type: str
    text: str | None = None
    thinking: str | None = None
    id: str = ""
    name: str = ""
    input: dict[str, Any] | None = None


class MessageAnswer(msgspec.Struct):
    """A whole answer."""

    content: list[AnswerBlock]
    id: str = ""
    model: str = ""
    stop_reason: str | None = None
    usage: MessageUsage | None = None


class StartedMessage(msgspec.Struct):
    """What is known at the start."""

    id: str = ""
    model: str = ""
    usage: MessageUsage | None = None


class EventDelta(msgspec.Struct):
    """A piece of a block, or how the message ended."""

    type: str | None = None
    text: str | None = None
    partial_json: str | None = None
    thinking: str | None = None
    stop_reason: str | None = None


class StreamEvent(msgspec.Struct):
    """Any event of a stream."""

    type: str
    index: int = 0
    message: StartedMessage | None = None
    content_block: AnswerBlock | None = None
    delta: EventDelta | None = None
    usage: MessageUsage | None = None
    error: Any = None
