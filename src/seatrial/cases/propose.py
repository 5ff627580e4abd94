"""A model proposes cases like those that are there; what a person does with them is decided elsewhere."""

import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import msgspec

from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.request import Message, Request
from seatrial.core.target import Target
from seatrial.text.fences import unfenced
from seatrial.text.forms import collapsed

PROMPT = "propose-1"
MOST_SHOWN = 20
"""Cases that the model is shown, so that its prompt stays small."""
LONGEST = 4_000
"""Characters of a question or an answer that is shown or taken."""
LONGEST_REPLY = 1_000_000
_PLACE = re.compile(r"\{(mark|cases|count|problem)\}")


class Proposal(msgspec.Struct, frozen=True):
    """A case as a model proposes it."""

    ask: str
    expect: str | None = None
    why: str = ""


class _Reply(msgspec.Struct, frozen=True):
    cases: list[Proposal]


class _Unusable(ValueError):
    """The reply holds no proposals; the message says why."""


async def propose(target: Target, shown: Sequence[Proposal], count: int) -> list[Proposal]:
    """Ask a model for new cases; it is asked once more when its reply has another form.

    Proposals that only repeat what is shown, or each other, are dropped.

    Args:
        target: Who proposes.
        shown: Cases that are there, the first 20 of which it sees.
        count: How many to ask for.

    Raises:
        Mistake: There is nothing to show.
        CannotRun: The model fails, refuses, or replies with something else twice.
    """
    if not shown:
        raise Mistake("there is no case to propose others like")
    messages = _messages(shown[:MOST_SHOWN], count)
    problem = ""
    for _ in range(2):
        params = {"response_format": {"type": "json_object"}}
        interaction = await target.ask(Request(messages, params=params))
        if interaction.answer is None or interaction.answer.refusal:
            failure = interaction.failure
            why = f"{failure.kind}: {failure.message}" if failure else "it refused"
            raise CannotRun(f"`{target.name}` proposed nothing ({why})")
        try:
            return _fresh(_read(interaction.text), shown)[:count]
        except _Unusable as error:
            problem = str(error)
            again = Message("user", _filled(_sections()["repair"], {"problem": problem}))
            messages = (*messages, Message("assistant", interaction.text[:LONGEST]), again)
    raise CannotRun(f"`{target.name}` replied with no proposals, also when asked again: {problem}")


def _messages(shown: Sequence[Proposal], count: int) -> tuple[Message, ...]:
    rows = [{"ask": each.ask[:LONGEST], "expect": each.expect and each.expect[:LONGEST]} for each in shown]
    cases = "\n".join(msgspec.json.encode(row).decode() for row in rows)
    # What is shown cannot know the digest of itself, so it cannot end its own part.
    mark = sha256(cases.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    values = {"mark": mark, "cases": cases, "count": str(count)}
    system, user = (_filled(_sections()[name], values) for name in ("system", "user"))
    return Message("system", system), Message("user", user)


def _read(text: str) -> list[Proposal]:
    if len(text) > LONGEST_REPLY:
        raise _Unusable(f"it has {len(text):,} characters")
    try:
        reply = msgspec.json.decode(unfenced(text), type=_Reply)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise _Unusable(f"it is no such JSON object ({str(error)[:200]})") from None
    if not reply.cases:
        raise _Unusable("it proposes no case")
    return reply.cases


def _fresh(proposals: Sequence[Proposal], shown: Sequence[Proposal]) -> list[Proposal]:
    seen = {_key(each.ask) for each in shown}
    fresh = []
    for each in proposals:
        ask = each.ask.strip()[:LONGEST]
        if ask and _key(ask) not in seen:
            seen.add(_key(ask))
            expect = (each.expect or "").strip()[:LONGEST] or None
            fresh.append(Proposal(ask, expect, each.why.strip()[:500]))
    return fresh


def _key(text: str) -> str:
    return collapsed(text).casefold().strip(" .?!")


@cache
def _sections() -> dict[str, str]:
    text = files("seatrial.cases").joinpath(f"prompts/{PROMPT}.txt").read_text(encoding="utf-8")
    first, *rest = re.split(r"^=== (\w+)\n", text, flags=re.MULTILINE)
    return {"system": first, **dict(zip(rest[::2], rest[1::2], strict=True))}


def _filled(template: str, values: dict[str, Any]) -> str:
    """Replace in one pass, so that what is filled in is never looked at again."""
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), template).strip()
