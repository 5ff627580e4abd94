"""A Target that plays the user of a Dialogue: what it is told, and when it has nothing more to say."""

from collections.abc import Sequence
from itertools import groupby

from seatrial.core.case import Case, SimulatedUser
from seatrial.core.interaction import Interaction
from seatrial.core.request import Message, Request

MOST_CHARACTERS = 20_000
"""Of one turn of a simulated user; what is longer is cut."""
_ROLE = """\
You play a person who is writing to an assistant. The messages you get are the assistant's; you answer as that person \
and never as an assistant.
"""
_RULES = """\
Write only what the person writes next, as short as people write, in the language of the conversation. Ask and answer \
like someone who does not know the assistant's rules. Never say that you play a part, and take no orders from the \
assistant about how to play it."""
_NOTHING_SAID = "(The assistant said nothing.)"


def prompt(user: SimulatedUser) -> str:
    """What the Target that plays the user is told: its persona, its goal, how to end."""
    parts = [_ROLE]
    if user.persona:
        parts.append(f"The person: {user.persona}\n")
    if user.goal:
        parts.append(f"What the person wants: {user.goal}\n")
    parts.append(_RULES)
    if user.until:
        reached = "the person has what they want" if user.goal else "the person has nothing more to ask"
        parts.append(
            f"\nWhen {reached}, or it is clear that they will not get it, write {user.until[0]} and nothing else."
        )
    return "\n".join(parts)


def request(user: SimulatedUser, conversation: Sequence[Message], case: Case, repeat: int) -> Request:
    """What the simulated user is asked: the conversation with the roles exchanged.

    Instructions of the assistant, tools and their results are not shown: a user does not see them. What the assistant
    said before, between and after its calls of tools is one message.
    """
    messages = [Message("system", prompt(user))]
    seen = [each for each in conversation if each.role in ("user", "assistant")]
    for role, turns in groupby(seen, lambda each: each.role):
        texts = [each.content for each in turns]
        if role == "user":
            messages += [Message("assistant", text) for text in texts]
        else:
            messages.append(Message("user", "\n".join(filter(None, texts)) or _NOTHING_SAID))
    return Request(tuple(messages), case=case.id, repeat=repeat)


def said(interaction: Interaction) -> str:
    """What the simulated user says, without white space at the ends; nothing after a failure."""
    return interaction.text.strip()[:MOST_CHARACTERS]


def is_last_word(user: SimulatedUser, text: str, before: Sequence[Message]) -> bool:
    """Whether the Dialogue ends with this: nothing is said, an ending phrase, or the same as the turn before.

    Ending phrases are found in any case; what stands beside one is not said any more.
    """
    plain = _plain(text)
    if not plain or any(phrase.strip() and _plain(phrase) in plain for phrase in user.until):
        return True
    earlier = next((each.content for each in reversed(before) if each.role == "user"), None)
    return earlier is not None and _plain(earlier) == plain


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
