"""The log-probability of a text that a model did not choose: a completion endpoint repeats it with its numbers.

The request is OpenAI's legacy completion with `echo`, `logprobs` and `max_tokens: 0` (also vLLM's): the prompt comes
back token by token, each with its log-probability, the first without one.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from seatrial.core.interaction import Answer, Money, TokenLogprob
from seatrial.core.request import Message, Request
from seatrial.core.target import Target

MOST_CHARACTERS = 1_000_000
_PARAMS: Mapping[str, Any] = {"echo": True, "logprobs": 1, "max_tokens": 0, "stream": None, "stream_options": None}
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})")
_WORD_START = "\u2581"


class NotScored(Exception):
    """The endpoint could not say how likely a text is; the text is the reason as a sentence."""


class Forced(NamedTuple):
    """How likely a text is: the sum of its tokens' log-probabilities in nats, over how many tokens, at what cost."""

    nats: float
    tokens: int
    cost: Money | None


async def score_text(target: Target, prompt: str, text: str, params: Mapping[str, Any]) -> Forced:
    """Ask how likely `text` is after `prompt`.

    Args:
        target: A Target of completions.
        prompt: What stands before; not empty.
        text: What is scored.
        params: Parameters that win over ours.

    Raises:
        NotScored: The endpoint failed, or gave no log-probabilities for the text.
    """
    whole = (prompt + text).encode("utf-8", "replace").decode()
    if len(whole) > MOST_CHARACTERS:
        raise NotScored(f"Context, question and answer have more than {MOST_CHARACTERS:,} characters.")
    interaction = await target.ask(Request((Message("user", whole),), params={**_PARAMS, **params}, kind="completion"))
    answer, failure = interaction.answer, interaction.failure
    if answer is None:
        why = f"{failure.kind}: {failure.message}" if failure else "no answer"
        raise NotScored(f"The target `{target.name}` did not score the text ({why}).")
    if not answer.text.startswith(whole):
        raise NotScored(f"The target `{target.name}` cannot score a text: it did not repeat it (`echo`).")
    numbers = within(answer, len(prompt.encode("utf-8", "replace")), len(whole.encode()))
    if numbers is None:
        raise NotScored(f"The target `{target.name}` gave no log-probabilities for the whole text that it repeated.")
    return Forced(sum(numbers), len(numbers), interaction.cost)


def within(answer: Answer, start: int, end: int) -> list[float] | None:
    """The log-probabilities of the tokens that lie, also in part, between two offsets of the answer's text in bytes.

    None when the tokens with numbers do not spell the end of the text, or begin after `start`.
    """
    text = answer.text.encode()
    for tokens in _spellings(answer.logprobs or ()):
        spelt = b"".join(tokens)
        if spelt and text.endswith(spelt) and len(text) - len(spelt) <= start:
            break
    else:
        return None
    found, place = [], len(text) - len(spelt)
    for token, number in zip(tokens, answer.logprobs or (), strict=True):
        if place < end and place + len(token) > start:
            found.append(number.logprob)
        place += len(token)
    return found or None


def _spellings(tokens: tuple[TokenLogprob, ...]) -> Iterator[list[bytes]]:
    r"""The tokens as bytes: as they are (`bytes:\xe2` as OpenAI writes parts of a character), or with `▁` as space."""
    plain = [_bytes(each.token) for each in tokens]
    yield plain
    yield [token.replace(_WORD_START.encode(), b" ") for token in plain]


def _bytes(token: str) -> bytes:
    if token.startswith("bytes:") and (parts := _ESCAPE.findall(token)):
        return bytes.fromhex("".join(parts))
    return token.encode("utf-8", "replace")
