"""Where a judge's missing needs, crashes and nonsense become `not judged`: none of them is a pass or a fail."""

import asyncio
import inspect
import math
from collections.abc import Awaitable
from typing import Any

from seatrial.checks.wording import bounded, first_line
from seatrial.core.check import Check, Evidence, Need
from seatrial.core.score import Score, Source

TIMEOUT = 60.0
"""Seconds that a judge may take."""
MODEL_TIMEOUT = 1800.0
"""Seconds that a judge may take that asks a model: it may have to wait at a rate limit, behind many others."""
_LACKING = {
    Need.ANSWER: "There is no answer.",
    Need.EXPECTED: "The case says no expected answer, and the check has no `expect` of its own.",
    Need.REFERENCE: "The case has no reference answer.",
    Need.CONTEXT: "The case has no context.",
    Need.SESSION: "There are no earlier turns.",
    Need.ORIGINAL: "There is no answer to the case that a probe made this one of.",
    Need.LOGPROBS: "The answer has no log-probabilities.",
}


def begin(check: Check, evidence: Evidence) -> Score | Awaitable[Any]:
    """Judge at once where that can be done; else what to wait for. Never raises."""
    try:
        for need in check.needs:
            if evidence.lacks(need):
                return not_judged(check, _LACKING[need])
        made = check.judge(evidence)
    except Exception as error:  # noqa: BLE001  any judge may crash in any way; it must not end the run
        return not_judged(check, f"The check crashed: {first_line(error)}.")
    if not isinstance(made, Score) and inspect.isawaitable(made):
        return made
    return checked(check, made)


def time_for(check: Check) -> float | None:
    """Seconds that a Check may take; None for one that bounds each of its steps itself, as its `time_limit` says.

    Checks whose number of requests depends on what they judge do, and so do Checks made of others.
    """
    of_its_kind = MODEL_TIMEOUT if check.cost == "model" else TIMEOUT
    limit: float | None = getattr(check, "time_limit", of_its_kind)
    return limit


async def settle(check: Check, begun: Score | Awaitable[Any], timeout: float | None = None) -> Score:  # noqa: ASYNC109  a timeout is a Score here
    """The Score that was begun. Raises nothing but the cancellation of the caller.

    Without a `timeout` it may take as long as `time_for` says.
    """
    if isinstance(begun, Score):
        return begun
    limit: asyncio.Timeout | None = None
    try:
        seconds = time_for(check) if timeout is None else timeout
        async with asyncio.timeout(seconds) as limit:
            made = await begun
    except Exception as error:  # noqa: BLE001  any judge may crash in any way; it must not end the run
        if limit is not None and limit.expired():
            return not_judged(check, f"The check took longer than {seconds or 0:g} s.")
        return not_judged(check, f"The check crashed: {first_line(error)}.")
    return checked(check, made)


async def settle_all(
    checks: tuple[Check, ...],
    begun: list[Score | Awaitable[Any]],
    timeout: float | None = None,  # noqa: ASYNC109  a timeout is a Score here
) -> tuple[Score, ...]:
    """All Scores that were begun; those that have to wait wait together."""
    return tuple(await asyncio.gather(*[settle(*each, timeout) for each in zip(checks, begun, strict=True)]))


def checked(check: Check, made: Any) -> Score:
    """The Score of a judge if it is a whole one, else one that says what is wrong with it."""
    if not isinstance(made, Score):
        return not_judged(check, f"The check gave {type(made).__name__}, which is no Score.")
    if made.passed is not None and not isinstance(made.passed, bool):
        return not_judged(check, f"The check gave {type(made.passed).__name__} and neither true nor false.")
    if made.value is not None and not _measures(made.value):
        return not_judged(check, f"The check gave {str(made.value)[:40]} as its value.")
    return made


def _measures(value: Any) -> bool:
    """Whether a value is a number that a float can hold; nothing makes a judge's record true to its types."""
    try:
        return isinstance(value, int | float) and math.isfinite(value)
    except OverflowError:
        return False


def not_judged(check: Check, reason: str) -> Score:
    """A Score that says why there is none; a judge too broken to have a name gets that of its type."""
    try:
        name, version = str(check.name), str(check.version)
        source: Source = "model" if check.cost == "model" else "check"
    except Exception:  # noqa: BLE001  a broken judge may refuse even its name
        return Score.not_judged(type(check).__name__, bounded(reason))
    return Score.not_judged(name, bounded(reason), source=source, version=version)
