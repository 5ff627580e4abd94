"""What clients can ask for, by path.

Source: OpenAI's API reference (chat, completions, embeddings, moderations, responses) and Anthropic's (messages).
"""

from typing import Final, NamedTuple

from seatrial.gateway.config import Dialect


class Operation(NamedTuple):
    """One thing that can be asked for.

    `path` stands behind a deployment's base, `dialect` is whose shapes request and answer have, `most` names the field
    that bounds the answer's tokens (None: there is none), `stop` the one that holds stop sequences.
    """

    name: str
    path: bytes
    dialect: Dialect = "openai"
    most: str | None = None
    stop: str | None = None


CHAT: Final = Operation("chat", b"/chat/completions", most="max_tokens", stop="stop")
MESSAGES: Final = Operation("messages", b"/messages", "anthropic", most="max_tokens", stop="stop_sequences")
RESPONSES: Final = Operation("responses", b"/responses", most="max_output_tokens")
PASSED: Final = Operation("passed", b"")
"""Files, batches and kept responses: passed as they are."""
PASSED_ANTHROPIC: Final = Operation("passed", b"", "anthropic")
OPERATIONS: Final = {
    "/v1/chat/completions": CHAT,
    "/v1/completions": Operation("completions", b"/completions", most="max_tokens", stop="stop"),
    "/v1/embeddings": Operation("embeddings", b"/embeddings"),
    "/v1/moderations": Operation("moderations", b"/moderations"),
    "/v1/responses": RESPONSES,
    "/v1/messages": MESSAGES,
    "/v1/messages/count_tokens": Operation("count_tokens", b"/messages/count_tokens", "anthropic"),
}
TRANSLATED: Final = {CHAT.name: MESSAGES, MESSAGES.name: CHAT}
"""What a deployment of the other dialect is asked in the place of it."""
