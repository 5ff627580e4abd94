"""A Case's turns as Requests: where the live answer belongs, it is asked for and put between."""

from collections.abc import Sequence

from seatrial.core.case import Case
from seatrial.core.interaction import Interaction
from seatrial.core.request import Kind, Message, Request


def pauses(turns: Sequence[Message]) -> tuple[int, ...]:
    """How many of the written turns stand before each answer that is to be asked for.

    The Target speaks at the end, and wherever a user speaks directly behind a user or a tool.
    """
    between = [i for i in range(1, len(turns)) if turns[i].role == "user" and turns[i - 1].role in ("user", "tool")]
    return (*between, len(turns))


def stops_of(case: Case, kind: Kind = "chat") -> tuple[int, ...]:
    """`pauses` of a Case's written turns; what is no conversation is asked in one go."""
    return pauses(case.turns) if kind == "chat" else (len(case.turns),)


def asked_at_most(case: Case, kind: Kind = "chat") -> tuple[int, ...]:
    """As `stops_of`, with a stop for each time that a simulated user may speak: what is asked at the most."""
    patience = case.user.patience if case.user is not None and kind == "chat" else 0
    return (*stops_of(case, kind), *[len(case.turns)] * patience)


def request(
    case: Case, stops: tuple[int, ...], before: Sequence[Interaction], repeat: int, kind: Kind = "chat"
) -> Request:
    """The next Request of a Dialogue: `stops` as `pauses` gives them, `before` what has been asked and answered."""
    return Request(
        messages=conversation(case, stops, before) if before else case.turns[: stops[0]],
        tools=case.tools,
        params=case.params,
        kind=kind,
        variables=case.variables,
        case=case.id,
        repeat=repeat,
    )


def spoken(interaction: Interaction) -> Message:
    """The Target's answer as a turn of the conversation."""
    answer = interaction.answer
    if answer is None:
        return Message("assistant")
    return Message("assistant", answer.text or answer.refusal or "", answer.tool_calls)


def conversation(case: Case, stops: tuple[int, ...], before: Sequence[Interaction]) -> tuple[Message, ...]:
    """All that was said up to the last of these answers, and what is written behind it before the next."""
    messages: list[Message] = []
    begin = 0
    for stop, interaction in zip(stops, before, strict=False):
        messages += [*case.turns[begin:stop], spoken(interaction)]
        begin = stop
    return (*messages, *case.turns[begin : stops[len(before)]]) if len(before) < len(stops) else tuple(messages)
