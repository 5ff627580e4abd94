"""Checks of single turns of a Dialogue, and Evidence of Dialogues for examples and notebooks."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from seatrial.checks.boundary import begin, settle_all
from seatrial.checks.composed import paid
from seatrial.checks.evidence import evidence_of
from seatrial.core.check import Check, Evidence, Need
from seatrial.core.interaction import Answer, Interaction
from seatrial.core.request import Tool, ToolCall
from seatrial.core.score import Score

_OF_ONE_TURN = frozenset({Need.SESSION, Need.LOGPROBS})


def turns_of(evidence: Evidence) -> list[Evidence]:
    """Each answer to a user as a judge of single answers sees it, with what was answered before it.

    Answers that only called tools and were told the results are on the way to one.
    """
    dialogue = evidence.dialogue
    return [
        Evidence(each, evidence.case, dialogue[:at], evidence.original)
        for at, each in enumerate(dialogue)
        if each.answer is not None and not any(is_round(each, then) for then in dialogue[at + 1 : at + 2])
    ]


def is_round(interaction: Interaction, then: Interaction) -> bool:
    """Whether an answer called tools, and all that was said before the next one is what these gave back."""
    if interaction.answer is None or not interaction.answer.tool_calls:
        return False
    between = then.request.messages[len(interaction.request.messages) + 1 :]
    return bool(between) and all(message.role == "tool" for message in between)


def calls_of_turn(evidence: Evidence) -> tuple[ToolCall, ...]:
    """All calls on the way to the answer that is judged, and its own."""
    last, calls = evidence.interaction, list[ToolCall]()
    for each in reversed(evidence.dialogue):
        if each is not evidence.interaction and not is_round(each, last):
            break
        calls[:0] = each.answer.tool_calls if each.answer else ()
        last = each
    return tuple(calls)


def needs_of(check: Check) -> frozenset[Need]:
    """What a check of turns needs of the whole: what its inner one needs, but not what each turn has for itself."""
    return (check.needs - _OF_ONE_TURN) | {Need.ANSWER}


def judged_each(
    check: Check, turns: Sequence[Evidence], combine: Callable[[tuple[Score, ...]], Score]
) -> Score | Awaitable[Score]:
    """One Score of the same check on several turns: at once when it gives all its Scores at once."""
    begun = [begin(check, turn) for turn in turns]
    done = tuple([each for each in begun if isinstance(each, Score)])
    if len(done) == len(begun):
        return paid(combine(done), done)

    async def wait() -> Score:
        scores = await settle_all((check,) * len(begun), begun)
        return paid(combine(scores), scores)

    return wait()


def dialogue_of(*answers: str | Answer) -> Evidence:
    """Evidence of a Dialogue with these answers, all in one session."""
    turns = [evidence_of(answer, session="text", turn=at) for at, answer in enumerate(answers)]
    return msgspec.structs.replace(turns[-1], before=tuple(turn.interaction for turn in turns[:-1]))


def agent(*names: str) -> Evidence:
    """Evidence of a Dialogue in which these tools were called one after the other, and then a text was said."""
    calls = [Answer(tool_calls=(ToolCall(name),)) for name in names]
    return dialogue_of(*calls, "Done.")


def offered(tool: Tool, call: ToolCall) -> Evidence:
    """Evidence of one call where this tool was offered."""
    evidence = evidence_of(Answer(tool_calls=(call,)))
    request = msgspec.structs.replace(evidence.interaction.request, tools=(tool,))
    return msgspec.structs.replace(evidence, interaction=msgspec.structs.replace(evidence.interaction, request=request))
