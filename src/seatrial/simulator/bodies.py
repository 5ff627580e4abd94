"""The wire shapes of answers: chat completions and legacy completions, whole and as the events of a stream."""

import itertools
import math
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from seatrial.simulator.faults import draw

Finish = Literal["stop", "length", "tool_calls"]
_ENCODE = msgspec.json.Encoder().encode


class Event(NamedTuple):
    """One event of a stream: its JSON, and the token (counted from 0) that it waits for."""

    kind: Literal["role", "token", "finish", "usage"]
    data: bytes
    token: int


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """A finished answer with all that the wire needs to know of it.

    `pieces` are the tokens of the text, or of the arguments when `tool` is set; the first `echoed` of them repeat the
    prompt. `top` is how many alternatives each token's log-probability has, None for no log-probabilities.
    """

    id: str
    created: int
    model: str
    fingerprint: str
    pieces: list[str]
    finish: Finish
    prompt_tokens: int
    echoed: int = 0
    choices: int = 1
    tool: str | None = None
    top: int | None = None
    usage_factor: int = 1
    with_usage: bool = True
    stream_usage: bool = False
    seed: int = 0

    @property
    def text(self) -> str:
        """The pieces joined."""
        return "".join(self.pieces)

    @property
    def tokens(self) -> int:
        """Tokens of one choice without those of the prompt; a call's name counts as one."""
        return len(self.pieces) - self.echoed + (self.tool is not None)

    def usage(self) -> dict[str, Any]:
        """The usage object."""
        prompt, answer = self.prompt_tokens * self.usage_factor, self.tokens * self.choices * self.usage_factor
        return {
            "prompt_tokens": prompt,
            "completion_tokens": answer,
            "total_tokens": prompt + answer,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0},
        }

    def call_id(self) -> str:
        """The id of the tool call."""
        return f"call_{self.id[-20:]}"


def chat_body(spoken: Spoken) -> bytes:
    """The body of a chat completion."""
    message: dict[str, Any] = {"role": "assistant", "content": spoken.text, "refusal": None}
    if spoken.tool is not None:
        call = {"name": spoken.tool, "arguments": spoken.text}
        message["content"] = None
        message["tool_calls"] = [{"id": spoken.call_id(), "type": "function", "function": call}]
    logprobs = (
        None if spoken.top is None else {"content": chat_logprobs(spoken, 0, len(spoken.pieces)), "refusal": None}
    )
    return _whole(spoken, "chat.completion", {"message": message, "logprobs": logprobs})


def completion_body(spoken: Spoken) -> bytes:
    """The body of a legacy completion."""
    logprobs = None if spoken.top is None else _legacy_logprobs(spoken)
    return _whole(spoken, "text_completion", {"text": spoken.text, "logprobs": logprobs})


def chat_events(spoken: Spoken) -> Iterator[Event]:
    """A chat stream: role, tokens, finish, usage if asked for. The final [DONE] is not among them."""
    start = {"role": "assistant", "content": ""} if spoken.tool is None else _call_start(spoken, spoken.tool)
    for choice in _all(spoken):
        yield _chat_event(spoken, "role", choice, start, 0)
    for index, piece in enumerate(spoken.pieces):
        delta: dict[str, Any] = {"content": piece}
        if spoken.tool is not None:
            delta = {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}
        for choice in _all(spoken):
            yield _chat_event(spoken, "token", choice, delta, index)
    last = max(0, len(spoken.pieces) - 1)
    for choice in _all(spoken):
        yield _chat_event(spoken, "finish", choice, {}, last, spoken.finish)
    if spoken.stream_usage and spoken.with_usage:
        yield Event("usage", _frame(spoken, "chat.completion.chunk", [], spoken.usage()), last)


def completion_events(spoken: Spoken) -> Iterator[Event]:
    """A legacy stream: tokens, finish, usage if asked for."""
    numbers = None if spoken.top is None else _legacy_logprobs(spoken)
    for index, piece in enumerate(spoken.pieces):
        logprobs = None if numbers is None else {name: [found[index]] for name, found in numbers.items()}
        for choice in _all(spoken):
            inner = {"text": piece, "index": choice, "logprobs": logprobs, "finish_reason": None}
            yield Event("token", _frame(spoken, "text_completion", [inner]), max(0, index - spoken.echoed))
    last = max(0, len(spoken.pieces) - spoken.echoed - 1)
    for choice in _all(spoken):
        inner = {"text": "", "index": choice, "logprobs": None, "finish_reason": spoken.finish}
        yield Event("finish", _frame(spoken, "text_completion", [inner]), last)
    if spoken.stream_usage and spoken.with_usage:
        yield Event("usage", _frame(spoken, "text_completion", [], spoken.usage()), last)


def chat_logprobs(spoken: Spoken, start: int, end: int) -> list[dict[str, Any]]:
    """Log-probabilities of some tokens: made up, but fixed by seed and text, and summing to less than 1."""
    found = []
    for index in range(start, end):
        piece = spoken.pieces[index]
        found.append(_with_others(spoken, piece, 0.55 + 0.44 * draw(spoken.seed, "logprob", piece, index)))
    return found


def echo_logprobs(spoken: Spoken) -> list[dict[str, Any] | None]:
    """Log-probabilities of the tokens that repeat the prompt: as made up as the others.

    A token that stood in the prompt before, in any case, is likely (0.55 to 0.99), a new one is not (0.02 to 0.12),
    wherever it stands; so a context makes a text likelier as far as it has its words. The first has none, as nothing is
    before it.
    """
    found: list[dict[str, Any] | None] = []
    seen: set[str] = set()
    for piece in spoken.pieces[: spoken.echoed]:
        word, chance = piece.strip().lower(), draw(spoken.seed, "echo", piece)
        share = 0.55 + 0.44 * chance if word in seen else 0.02 + 0.1 * chance
        found.append(_with_others(spoken, piece, share) if seen else None)
        seen.add(word)
    return found


def _with_others(spoken: Spoken, piece: str, share: float) -> dict[str, Any]:
    others = (_token(f"{piece}{'~' * rank}", (1 - share) * 0.5**rank) for rank in range(1, spoken.top or 0))
    top = [_token(piece, share), *others]
    return {**_token(piece, share), "top_logprobs": top[: spoken.top or 0]}


def _token(piece: str, share: float) -> dict[str, Any]:
    return {"token": piece, "logprob": round(math.log(share), 6), "bytes": list(piece.encode())}


def _legacy_logprobs(spoken: Spoken) -> dict[str, list[Any]]:
    tokens = [*echo_logprobs(spoken), *chat_logprobs(spoken, spoken.echoed, len(spoken.pieces))]
    offsets = itertools.accumulate((len(piece) for piece in spoken.pieces[:-1]), initial=0)
    return {
        "tokens": spoken.pieces,
        "token_logprobs": [token and token["logprob"] for token in tokens],
        "top_logprobs": [token and {top["token"]: top["logprob"] for top in token["top_logprobs"]} for token in tokens],
        "text_offset": list(offsets)[: len(tokens)],
    }


def _all(spoken: Spoken) -> range:
    return range(spoken.choices)


def _whole(spoken: Spoken, kind: str, inner: dict[str, Any]) -> bytes:
    body = {
        "id": spoken.id,
        "object": kind,
        "created": spoken.created,
        "model": spoken.model,
        "choices": [{"index": choice, **inner, "finish_reason": spoken.finish} for choice in _all(spoken)],
        "usage": spoken.usage(),
        "system_fingerprint": spoken.fingerprint,
    }
    if not spoken.with_usage:
        del body["usage"]
    return _ENCODE(body)


def _frame(spoken: Spoken, kind: str, choices: list[dict[str, Any]], usage: dict[str, Any] | None = None) -> bytes:
    frame = {
        "id": spoken.id,
        "object": kind,
        "created": spoken.created,
        "model": spoken.model,
        "system_fingerprint": spoken.fingerprint,
        "choices": choices,
    }
    if spoken.stream_usage:
        frame["usage"] = usage
    return _ENCODE(frame)


def _chat_event(
    spoken: Spoken,
    kind: Literal["role", "token", "finish"],
    choice: int,
    delta: dict[str, Any],
    token: int,
    finish: Finish | None = None,
) -> Event:
    logprobs = None
    if spoken.top is not None and kind == "token":
        logprobs = {"content": chat_logprobs(spoken, token, token + 1), "refusal": None}
    inner = {"index": choice, "delta": delta, "logprobs": logprobs, "finish_reason": finish}
    return Event(kind, _frame(spoken, "chat.completion.chunk", [inner]), token)


def _call_start(spoken: Spoken, name: str) -> dict[str, Any]:
    call = {"index": 0, "id": spoken.call_id(), "type": "function", "function": {"name": name, "arguments": ""}}
    return {"role": "assistant", "content": None, "tool_calls": [call]}
