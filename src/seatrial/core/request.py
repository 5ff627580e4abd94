"""What is asked: messages, tools and parameters, in the shape that every Target understands."""

from typing import Any, Literal

import msgspec

Role = Literal["system", "developer", "user", "assistant", "tool"]
Kind = Literal["chat", "completion", "embedding"]


class ToolCall(msgspec.Struct, frozen=True, omit_defaults=True):
    """A call that a model asks for; `arguments` is the JSON text exactly as it came."""

    name: str
    arguments: str = "{}"
    id: str = ""


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One turn of a conversation."""

    role: Role
    content: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


class Tool(msgspec.Struct, frozen=True, omit_defaults=True):
    """A function that the model may call; `parameters` is its JSON Schema.

    `returns` is what every call of it gives back in a trial: a text, or any JSON value; None when no result is known.
    It is never sent.
    """

    name: str
    description: str = ""
    parameters: dict[str, Any] = {}
    returns: Any = None


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a Target is asked.

    `kind` says how to read `messages`: a conversation (chat), one prompt (completion: the last message's content) or
    the texts to embed (embedding: each message's content). `params` go to the endpoint as they are (temperature,
    max_tokens, response_format, logprobs, ...). `variables` fill an HTTP Target's template. `case` and `repeat` are
    never sent: a Target with recorded answers looks them up by these.
    """

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    params: dict[str, Any] = {}
    kind: Kind = "chat"
    variables: dict[str, Any] = {}
    case: str | None = None
    repeat: int = 0

    @property
    def question(self) -> str:
        """The last user message's text, or the last message's when no user speaks."""
        for message in reversed(self.messages):
            if message.role == "user":
                return message.content
        return self.messages[-1].content if self.messages else ""
