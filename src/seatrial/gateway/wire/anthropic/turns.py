"""What was said so far, in the other dialect.

Anthropic wants what holds for the whole apart from the turns, results of tools in the user's next turn, and user and
assistant by turns; OpenAI has a message for each result.
"""

from typing import Any

import msgspec

from seatrial.gateway.wire.anthropic import shapes_anthropic as a
from seatrial.gateway.wire.anthropic import shapes_openai as o
from seatrial.gateway.wire.errors import bad_request

Parts = list[o.TextPart | o.ImagePart | o.FilePart]
Message = o.System | o.Developer | o.User | o.Assistant | o.Tool


class Conversation:
    """OpenAI's messages, put together to Anthropic's turns.

    Attributes:
        turns: User and assistant by turns.
    """

    def __init__(self) -> None:
        self.turns: list[a.Turn] = []
        self._system: list[str] = []

    @property
    def system(self) -> str | list[a.TextBlock] | None:
        """What holds for the whole."""
        if len(self._system) > 1:
            return [a.TextBlock(text) for text in self._system]
        return self._system[0] if self._system else None

    def add(self, message: Message) -> None:
        """Take the next message.

        Raises:
            Refusal: It cannot be said.
        """
        if isinstance(message, o.System | o.Developer):
            self._system += [text for text in _texts(message.content) if text]
        elif isinstance(message, o.User):
            self._put("user", _user_blocks(message))
        elif isinstance(message, o.Assistant):
            self._put("assistant", _assistant_blocks(message))
        else:
            content = message.content
            result = a.ToolResult(message.tool_call_id, content if isinstance(content, str) else None)
            if not isinstance(content, str):
                result.content = [a.TextBlock(part.text) for part in content if part.text]
            self._put("user", [result])

    def _put(self, role: Any, blocks: str | list[Any]) -> None:
        if not blocks:
            return
        if self.turns and self.turns[-1].role == role:
            last = self.turns[-1]
            before = [a.TextBlock(last.content)] if isinstance(last.content, str) else last.content
            last.content = [*before, *([a.TextBlock(blocks)] if isinstance(blocks, str) else blocks)]
        else:
            self.turns.append(a.Turn(role, blocks))


def _texts(content: str | list[o.TextPart]) -> list[str]:
    return [content] if isinstance(content, str) else [part.text for part in content]


def _user_blocks(message: o.User) -> str | list[Any]:
    if isinstance(message.content, str):
        return message.content
    return [_block(part) for part in message.content if not isinstance(part, o.TextPart) or part.text]


def _block(part: o.TextPart | o.ImagePart | o.FilePart) -> a.TextBlock | a.ImageBlock | a.DocumentBlock:
    if isinstance(part, o.TextPart):
        return a.TextBlock(part.text)
    if isinstance(part, o.FilePart):
        source = _source(part.file.file_data)
        if not isinstance(source, a.Base64Source):
            raise bad_request("A file is expected as `data:TYPE;base64,...`.", "unsupported", "messages")
        return a.DocumentBlock(source, part.file.filename)
    return a.ImageBlock(_source(part.image_url.url))


def _source(url: str) -> a.Base64Source | a.UrlSource:
    """`data:image/png;base64,...` is taken apart (RFC 2397)."""
    if not url.startswith("data:"):
        return a.UrlSource(url)
    kind, comma, data = url[5:].partition(",")
    media, _, coding = kind.rpartition(";")
    if not comma or coding != "base64":
        raise bad_request("`data:` is expected with its type and base64.", "unsupported", "messages")
    return a.Base64Source(media.partition(";")[0], data)


def _assistant_blocks(message: o.Assistant) -> str | list[Any]:
    content = message.content
    if isinstance(content, str):
        texts = [content]
    else:
        texts = [part.text if isinstance(part, o.TextPart) else part.refusal for part in content or ()]
    texts = [text for text in [*texts, message.refusal] if text]
    if not message.tool_calls:
        return texts[0] if len(texts) == 1 else [a.TextBlock(text) for text in texts]
    return [*(a.TextBlock(text) for text in texts), *(_call(call) for call in message.tool_calls)]


def _call(call: o.ToolCall) -> a.ToolUse:
    try:
        given = msgspec.json.decode(call.function.arguments or "{}", type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        message = f"The arguments of the call {call.id[:100]} are no JSON object."
        raise bad_request(message, "unsupported", "messages") from None
    return a.ToolUse(call.id, call.function.name, given)


def messages_of(asked: a.MessagesRequest) -> list[Message]:
    """Anthropic's turns as OpenAI's messages."""
    found: list[Message] = []
    if isinstance(asked.system, str):
        found.append(o.System(asked.system))
    elif asked.system:
        parts = [o.TextPart(block.text) for block in asked.system]
        found.append(o.System(parts if len(parts) > 1 else parts[0].text))
    for turn in asked.messages:
        if turn.role == "assistant":
            found.append(_said(turn.content))
        elif isinstance(turn.content, str):
            found.append(o.User(turn.content))
        else:
            found += _asked(turn.content)
    return found


def _said(content: str | list[a.Block]) -> o.Assistant:
    if isinstance(content, str):
        return o.Assistant(content)
    text = "".join(block.text for block in content if isinstance(block, a.TextBlock))
    calls = [
        o.ToolCall(block.id, o.FunctionCall(block.name, msgspec.json.encode(block.input).decode()))
        for block in content
        if isinstance(block, a.ToolUse)
    ]
    return o.Assistant(text or (None if calls else ""), calls or None)


def _asked(blocks: list[a.Block]) -> list[Message]:
    """Results of tools first, each a message of its own; images in them go into what the user says."""
    results: list[Message] = []
    parts: Parts = []
    for block in blocks:
        if isinstance(block, a.ToolResult):
            inner = [a.TextBlock(block.content)] if isinstance(block.content, str) else block.content or []
            texts = [each.text for each in inner if isinstance(each, a.TextBlock)]
            results.append(o.Tool(block.tool_use_id, "\n".join(texts)))
            parts += [_part(each) for each in inner if not isinstance(each, a.TextBlock)]
        elif isinstance(block, a.TextBlock | a.ImageBlock | a.DocumentBlock):
            parts.append(_part(block))
    if not parts:
        return results
    only = parts[0] if len(parts) == 1 else None
    return [*results, o.User(only.text if isinstance(only, o.TextPart) else parts)]


def _part(block: a.TextBlock | a.ImageBlock | a.DocumentBlock) -> o.TextPart | o.ImagePart | o.FilePart:
    if isinstance(block, a.TextBlock):
        return o.TextPart(block.text)
    source = block.source
    if isinstance(block, a.ImageBlock):
        url = source.url if isinstance(source, a.UrlSource) else f"data:{source.media_type};base64,{source.data}"
        return o.ImagePart(o.ImageUrl(url))
    if isinstance(source, a.TextSource):
        return o.TextPart(source.data)
    if isinstance(source, a.UrlSource):
        raise bad_request("The deployment behind this model takes no documents by address.", "unsupported", "messages")
    return o.FilePart(o.FileData(f"data:{source.media_type};base64,{source.data}", block.title or "document"))
