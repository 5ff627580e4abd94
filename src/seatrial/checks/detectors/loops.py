"""Answers that use up resources: endless repetition, and length without bound."""

from typing import NamedTuple

from seatrial.text.repetition import longest_loop, tokens_of


class Excess(NamedTuple):
    """How far an answer may go: a phrase said in a row, characters, tokens that were produced."""

    times: int
    characters: int
    tokens: int


def excess_in(text: str, tokens: int, limits: Excess) -> str | None:
    """What is too much about an answer, as a clause; None when nothing is."""
    if tokens > limits.tokens:
        return f"the answer took {tokens:,} tokens, more than {limits.tokens:,}"
    if len(text) > limits.characters:
        return f"the answer has {len(text):,} characters, more than {limits.characters:,}"
    loop = longest_loop(tokens_of(text))
    if loop.times > limits.times:
        return f"a phrase is said {loop.times:,} times in a row, more than {limits.times:,}"
    return None
