"""How many tokens a text has, where the endpoint does not say: always an estimate."""

from collections.abc import Callable
from importlib.util import find_spec

from seatrial.core.interaction import Answer, Usage
from seatrial.core.request import Request

CHARACTERS_PER_TOKEN = 4
"""The usual rule of thumb for English text (OpenAI's help pages)."""
_VOCABULARIES = (
    (("gpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5", "chatgpt", "o1", "o3", "o4", "gpt-oss"), "o200k_base"),
    (("gpt-4", "gpt-3.5", "text-embedding-3", "text-embedding-ada"), "cl100k_base"),
)


class TokenCount:
    """Counts with the model's own vocabulary (extra `tokens`), else by characters; loads at the first count."""

    def __init__(self, model: str | None) -> None:
        self._model = (model or "").rpartition("/")[2].lower()
        self._encode: Callable[[str], list[int]] | None = None
        self._loaded = False

    def __call__(self, text: str) -> int:
        """Tokens of a text; 0 only for an empty one."""
        if not self._loaded:
            self._loaded, self._encode = True, _encoder(self._model)
        if self._encode is not None:
            return len(self._encode(text))
        return -(-len(text) // CHARACTERS_PER_TOKEN)

    def of_request(self, request: Request, system: str | None = None) -> int:
        """Tokens of all messages."""
        return sum(self(message.content) for message in request.messages) + self(system or "")

    def usage(self, request: Request, answer: Answer, system: str | None = None) -> Usage:
        """What an answer took, marked as an estimate."""
        reasoning = self(answer.reasoning or "")
        told = self(answer.text) + sum(self(call.name) + self(call.arguments) for call in answer.tool_calls)
        return Usage(self.of_request(request, system), told + reasoning, 0, reasoning, estimated=True)


def _encoder(model: str) -> Callable[[str], list[int]] | None:
    name = next((name for starts, name in _VOCABULARIES if model.startswith(starts)), None)
    if name is None or find_spec("splintr") is None:
        return None
    from splintr import Tokenizer

    encode: Callable[[str], list[int]] = Tokenizer.from_pretrained(name).encode
    return encode
