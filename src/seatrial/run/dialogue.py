"""A Case's written turns: where the live answer belongs, it is asked for and put between."""

from collections.abc import Sequence

from seatrial.core.case import Case
from seatrial.core.interaction import Interaction
from seatrial.core.request import Kind, Message
from seatrial.run.tool_rounds import answerable


def pauses(turns: Sequence[Message]) -> tuple[int, ...]:
    """How many of the written turns stand before each answer that is to be asked for.

    The Target speaks at the end, and wherever a user speaks directly behind a user or a tool.
    """
    between = [i for i in range(1, len(turns)) if turns[i].role == "user" and turns[i - 1].role in ("user", "tool")]
    return (*between, len(turns))


def stops_of(case: Case, kind: Kind = "chat") -> tuple[int, ...]:
    """`pauses` of a Case's written turns; what is no conversation is asked in one go."""
    return pauses(case.turns) if kind == "chat" else (len(case.turns),)


def foreseen(case: Case, kind: Kind = "chat") -> tuple[int, ...]:
    """As `stops_of`, with a stop for each further request that is likely at the most.

    These are one for each time that a simulated user may speak, and one more for each turn in which a tool may be
    called that gives something back.
    """
    patience = case.user.patience if case.user is not None and kind == "chat" else 0
    stops = (*stops_of(case, kind), *[len(case.turns)] * patience)
    returning = kind == "chat" and any(tool.returns is not None for tool in case.tools)
    return tuple([stop for stop in stops for _ in range(1 + returning)])


def spoken(interaction: Interaction) -> Message:
    """The Target's answer as a turn of the conversation."""
    answer = interaction.answer
    if answer is None:
        return Message("assistant")
    calls = answerable(answer.tool_calls, interaction.turn)
    return Message("assistant", answer.text or answer.refusal or "", calls)
