"""Requests, said in the other dialect.

What one side does not know is left out (`seed`, `logit_bias`, `top_k`, thinking); what would make another answer of it
is refused (several answers, log-probabilities, tools that run at the provider's).
"""

from typing import Final, Literal, TypeVar

import msgspec

from seatrial.gateway.wire.anthropic import shapes_anthropic as a
from seatrial.gateway.wire.anthropic import shapes_openai as o
from seatrial.gateway.wire.anthropic.turns import Conversation, messages_of
from seatrial.gateway.wire.errors import bad_request

MOST_TOKENS: Final = 4096
"""The bound of an answer where an OpenAI client gave none: Anthropic needs one, and its models can all write it."""
EFFORTS: Final = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "high", "max": "high"}
"""Of one side for the other: the three that both have known from the start."""

Choice = o.ToolChoice | Literal["auto", "none", "required"] | None
T = TypeVar("T")
_chat = msgspec.json.Decoder(o.ChatRequest)
_messages = msgspec.json.Decoder(a.MessagesRequest)


def to_anthropic(body: bytes) -> bytes:
    """A chat as a request for messages.

    Raises:
        Refusal: It asks for what cannot be said.
    """
    chat = _decoded(_chat, body)
    if (chat.n or 1) > 1:
        raise _unsupported("more than one answer", "n")
    if chat.logprobs:
        raise _unsupported("log-probabilities", "logprobs")
    if chat.functions:
        raise _unsupported("functions, the old kind of tools,", "functions")
    conversation = Conversation()
    for message in chat.messages:
        conversation.add(message)
    stop = [chat.stop] if isinstance(chat.stop, str) else chat.stop
    made = a.MessagesRequest(
        model=chat.model,
        messages=conversation.turns,
        max_tokens=chat.max_completion_tokens or chat.max_tokens or MOST_TOKENS,
        system=conversation.system,
        stop_sequences=stop or None,
        stream=chat.stream,
        temperature=None if chat.temperature is None else min(chat.temperature, 1.0),
        top_p=chat.top_p,
        tools=[_tool_out(tool.function) for tool in chat.tools] if chat.tools else None,
        tool_choice=_choice_out(chat),
        metadata=a.Metadata(chat.user) if chat.user else None,
        output_config=_output_config(chat),
    )
    return msgspec.json.encode(made)


def to_openai(body: bytes, bound: str = "max_tokens") -> bytes:
    """A request for messages as a chat.

    Args:
        body: The request.
        bound: The field that bounds the answer.

    Raises:
        Refusal: It asks for what cannot be said.
    """
    asked = _decoded(_messages, body)
    if asked.mcp_servers:
        raise _unsupported("servers of tools", "mcp_servers")
    choice, serial = _choice_in(asked)
    streamed = bool(asked.stream)
    new = bound == "max_completion_tokens"
    config = asked.output_config or a.OutputConfig()
    form = config.format
    made = o.ChatRequest(
        model=asked.model,
        messages=messages_of(asked),
        max_tokens=None if new else asked.max_tokens,
        max_completion_tokens=asked.max_tokens if new else None,
        stop=asked.stop_sequences or None,
        stream=asked.stream,
        stream_options=o.StreamOptions(True) if streamed else None,
        temperature=asked.temperature,
        top_p=asked.top_p,
        tools=[_tool_in(tool) for tool in asked.tools] if asked.tools else None,
        tool_choice=choice,
        parallel_tool_calls=False if serial else None,
        response_format=None if form is None else o.SchemaFormat(o.JsonSchema("answer", form.schema, True)),
        reasoning_effort=EFFORTS.get(config.effort or ""),
        user=asked.metadata.user_id if asked.metadata else None,
    )
    return msgspec.json.encode(made)


def _decoded(decoder: "msgspec.json.Decoder[T]", body: bytes) -> T:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        what = f"The request cannot be put into the dialect of the deployment: {error}."
        raise bad_request(what, "unsupported") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_request(f"The request's body is no JSON: {error}.", "invalid_json") from None


def _tool_out(function: o.Function) -> a.Tool:
    schema = function.parameters or {"type": "object", "properties": {}}
    return a.Tool(function.name, schema, function.description)


def _tool_in(tool: a.Tool) -> o.FunctionTool:
    return o.FunctionTool(o.Function(tool.name, tool.description, tool.input_schema))


def _choice_out(chat: o.ChatRequest) -> a.Auto | a.AnyTool | a.OneTool | a.NoTool | None:
    if not chat.tools:
        return None
    serial = True if chat.parallel_tool_calls is False else None
    choice = chat.tool_choice
    if isinstance(choice, o.ToolChoice):
        return a.OneTool(choice.function.name, serial)
    if choice == "none":
        return a.NoTool()
    if choice == "required":
        return a.AnyTool(serial)
    return a.Auto(serial) if choice == "auto" or serial else None


def _choice_in(asked: a.MessagesRequest) -> "tuple[Choice, bool]":
    """The choice, and whether calls must come one at a time."""
    choice = asked.tool_choice
    if choice is None:
        return None, False
    if isinstance(choice, a.NoTool):
        return "none", False
    serial = bool(choice.disable_parallel_tool_use)
    if isinstance(choice, a.OneTool):
        return o.ToolChoice(o.Named(choice.name)), serial
    return ("required" if isinstance(choice, a.AnyTool) else "auto"), serial


def _output_config(chat: o.ChatRequest) -> a.OutputConfig | None:
    form, effort = chat.response_format, EFFORTS.get(chat.reasoning_effort or "")
    schema = form.json_schema.schema if isinstance(form, o.SchemaFormat) else None
    if schema is None and effort is None:
        return None
    return a.OutputConfig(a.Format(schema) if schema is not None else None, effort)


def _unsupported(what: str, param: str) -> Exception:
    return bad_request(f"The deployment behind this model does not give {what}.", "unsupported", param)
