"""Texts split into claims by a judge, so that each can be held against documents on its own."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from seatrial.checks.graded.juror import Juror, NoVerdict
from seatrial.checks.wording import quoted

MOST_CLAIMS = 200
"""A judge may list this many; a longer list is nonsense or cannot be judged anyway."""


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge replies."""

    claims: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_CLAIMS)]


async def split(juror: Juror, parts: dict[str, str], calls: int) -> tuple[str, ...]:
    """The claims of a text, each once.

    Args:
        juror: Asked by the stage `claims` of its prompt.
        parts: The text with its question.
        calls: How many requests there may be altogether; each claim takes one.

    Raises:
        NoVerdict: It claims nothing, or more than can be judged.
    """
    listed = (await juror.ask(parts, Claims, "claims")).claims
    claims = tuple(dict.fromkeys(text for each in listed if (text := " ".join(each.split()))))
    if not claims:
        raise NoVerdict("The judge found no claim to judge.")
    if len(claims) >= calls:
        raise NoVerdict(f"Judging {len(claims)} claims takes more than {calls} requests (`max_calls`).")
    return claims


def joined(documents: Sequence[str]) -> str:
    """Documents as one text.

    Raises:
        NoVerdict: There is nothing in them: whether there should be something is for another check.
    """
    text = "\n\n".join(documents)
    if not text.strip():
        raise NoVerdict("The context is empty.")
    return text


def all_but(claims: Sequence[str], missing: Sequence[tuple[str, str]]) -> str:
    """How many claims hold, and the first that does not: `3 of 4 claims are backed; not mentioned: "..."`."""
    if not missing:
        return "The one claim is backed." if len(claims) == 1 else f"All {len(claims)} claims are backed."
    how, first = missing[0]
    return f"{len(claims) - len(missing)} of {len(claims)} claims are backed; {how}: {quoted(first, 110)}."
