"""Judging: one Check or several on one Interaction, and a Check on a plain text."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from seatrial.checks.boundary import begin, settle, settle_all
from seatrial.checks.evidence import evidence_of
from seatrial.checks.table import build_check
from seatrial.core.check import Check, Evidence
from seatrial.core.score import Score
from seatrial.core.target import Target


async def judge(check: Check, evidence: Evidence, timeout: float | None = None) -> Score:  # noqa: ASYNC109  a timeout is a Score here
    """Judge one Interaction.

    Whatever goes wrong in the judge gives a Score that is not judged, with the reason; nothing is raised but the
    cancellation of the caller. `timeout` (seconds) bounds judges that wait, as long as `boundary.time_for` says without
    one; a judge that computes cannot be interrupted.
    """
    return await settle(check, begin(check, evidence), timeout)


async def judge_all(
    checks: tuple[Check, ...],
    evidence: Evidence,
    timeout: float | None = None,  # noqa: ASYNC109  a timeout is a Score here
) -> tuple[Score, ...]:
    """Judge one Interaction by several Checks, in their order; those that have to wait wait together."""
    begun = [begin(check, evidence) for check in checks]
    done = tuple([each for each in begun if isinstance(each, Score)])
    return done if len(done) == len(begun) else await settle_all(checks, begun, timeout)


def judge_text(
    check: Any,
    text: str,
    *,
    expect: str | Sequence[str] = (),
    context: str | Sequence[str] = (),
    question: str = "",
    targets: Mapping[str, Target] = {},
) -> Score:
    """Judge a plain text: `judge_text("contains", "It leaves at 21:40.", expect="21:40")`.

    For notebooks and quick looks; it works where an event loop is running already, too.

    Args:
        check: A Check, or how one is written in a suite file.
        text: The answer.
        expect: The right answer, or several of which any will do.
        context: The documents that the answer must stand on.
        question: What was asked.
        targets: The Targets by name, for Checks that ask a model.

    Raises:
        Mistake: There is no such Check, or its arguments are wrong.
    """
    built = build_check(check, targets)
    evidence = evidence_of(text, expect=_several(expect), context=_several(context), question=question)
    begun = begin(built, evidence)
    return begun if isinstance(begun, Score) else _waited_for(built, begun)


def _several(texts: str | Sequence[str]) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)


def _waited_for(check: Check, begun: Awaitable[Any]) -> Score:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(settle(check, begun))
    with ThreadPoolExecutor(1) as thread:  # a notebook's loop is running: it cannot be run a second time
        return thread.submit(asyncio.run, settle(check, begun)).result()
