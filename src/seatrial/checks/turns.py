"""Checks of single turns of a Dialogue, and Evidence of Dialogues for examples and notebooks."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from seatrial.checks.boundary import begin, settle_all
from seatrial.checks.evidence import evidence_of
from seatrial.core.check import Check, Evidence, Need
from seatrial.core.interaction import Answer, Money
from seatrial.core.request import Tool, ToolCall
from seatrial.core.score import Score

_OF_ONE_TURN = frozenset({Need.SESSION, Need.LOGPROBS})


def turns_of(evidence: Evidence) -> list[Evidence]:
    """Each answered turn as a judge of single answers sees it, with the turns before it."""
    dialogue = evidence.dialogue
    return [Evidence(each, evidence.case, dialogue[:at]) for at, each in enumerate(dialogue) if each.answer is not None]


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
        return _paid(combine(done), done)

    async def wait() -> Score:
        scores = await settle_all((check,) * len(begun), begun)
        return _paid(combine(scores), scores)

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


def _paid(score: Score, inner: Sequence[Score]) -> Score:
    """The Score with what the inner ones cost together, where that is one currency."""
    costs = [each.cost for each in inner if each.cost is not None]
    if not costs or len({cost.currency for cost in costs}) > 1:
        return score
    return msgspec.structs.replace(score, cost=Money(sum(cost.nanos for cost in costs), costs[0].currency))
