"""Conversations as evidence: how many turns there are, and how to make one for an example."""

from seatrial.checks.evidence import NOT_TIMED
from seatrial.core.case import Case
from seatrial.core.check import Evidence
from seatrial.core.interaction import Answer, Interaction
from seatrial.core.request import Message, Request


def turns_of(evidence: Evidence) -> int:
    """How often the user speaks."""
    return sum(message.role == "user" for message in evidence.interaction.request.messages)


def talk(*said: str, system: str = "") -> Evidence:
    """Evidence of a conversation: user and assistant speak in turn, the assistant last."""
    first = (Message("system", system),) if system else ()
    turns = tuple(Message("assistant" if place % 2 else "user", text) for place, text in enumerate(said))
    request = Request((*first, *turns[:-1]))
    interaction = Interaction(target="text", request=request, answer=Answer(said[-1]), case="text", timing=NOT_TIMED)
    return Evidence(interaction, Case(id="text", turns=(*first, *turns[:-1])))
