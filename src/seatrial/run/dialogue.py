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


def request(
    case: Case, stops: tuple[int, ...], before: Sequence[Interaction], repeat: int, kind: Kind = "chat"
) -> Request:
    """The next Request of a Dialogue: `stops` as `pauses` gives them, `before` what has been asked and answered."""
    return Request(
        messages=_so_far(case, stops, before) if before else case.turns[: stops[0]],
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


def _so_far(case: Case, stops: tuple[int, ...], before: Sequence[Interaction]) -> tuple[Message, ...]:
    messages: list[Message] = []
    begin = 0
    for stop, interaction in zip(stops, before, strict=False):
        messages += [*case.turns[begin:stop], spoken(interaction)]
        begin = stop
    return (*messages, *case.turns[begin : stops[len(before)]])
