"""Evidence from a plain text: for notebooks, for the examples of Checks, for tests."""

from collections.abc import Sequence
from typing import Any

import msgspec

from seatrial.core.case import Case
from seatrial.core.check import Evidence
from seatrial.core.interaction import Answer, Interaction, Timing
from seatrial.core.request import Message, Request

NOT_TIMED = Timing(due=0, started=0, ended=0)
"""The timing of an answer that nobody waited for: Checks of time cannot judge it."""


class Example(msgspec.Struct, frozen=True):
    """How a Check is written in a suite file, with Evidence that passes and Evidence that fails."""

    spec: Any
    passing: Evidence
    failing: Evidence


def evidence_of(
    answer: str | Answer, *, expect: Sequence[str] = (), context: Sequence[str] = (), question: str = "", **facts: Any
) -> Evidence:
    """Evidence of one answer.

    Args:
        answer: Its text, or the whole Answer.
        expect: The right answers; with `context` and `question` they make the Case.
        context: The documents that the answer must stand on.
        question: What was asked.
        facts: Other fields of the Interaction (`timing`, `usage`, `cost`, ...).
    """
    turns = (Message("user", question),)
    whole = Answer(answer) if isinstance(answer, str) else answer
    given = {"timing": NOT_TIMED, **facts}
    interaction = Interaction(target="text", request=Request(turns), answer=whole, case="text", **given)
    return Evidence(interaction, Case(id="text", turns=turns, expect=tuple(expect), context=tuple(context)))


def examples_of(spec: Any, passing: str, failing: str, *expect: str) -> Example:
    """An Example of two texts that are judged against the same right answers."""
    return Example(spec, evidence_of(passing, expect=expect), evidence_of(failing, expect=expect))
