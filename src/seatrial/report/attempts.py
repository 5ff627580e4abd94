"""Attempts as a report shows them: bounded in number and size, what did not pass first."""

from collections.abc import Sequence
from typing import Any

import msgspec

from seatrial.core.case import Case
from seatrial.core.interaction import Interaction
from seatrial.core.request import Message, ToolCall
from seatrial.core.run import Attempt
from seatrial.core.score import Score, combined
from seatrial.report.model import AttemptList, AttemptSection, Ending, Turn
from seatrial.report.text import shorten

NOT_PASSED = 500
TOTAL = 1000
TEXT = 20_000
"""Characters of one turn."""
TEXT_WHEN_FULL = 500
"""Characters of one turn when the report already holds `ALL_TEXT` of them."""
ALL_TEXT = 20_000_000
TURNS = 60
REASON = 2_000
EXPECTED = 50


def ending(attempt: Attempt) -> Ending:
    """How an attempt ended."""
    if attempt.dialogue[-1].failure is not None:
        return "no answer"
    passed = combined(attempt.scores)
    return "not judged" if passed is None else "passed" if passed else "failed"


def section(attempt: Attempt, limit: int = TEXT) -> AttemptSection:
    """An attempt as a report shows it; `limit` is the characters of one turn."""
    last = attempt.dialogue[-1]
    turns, left_out = _turns(attempt.dialogue, limit)
    usages = [each.usage for each in attempt.dialogue if each.usage is not None]
    costs = [each.cost for each in attempt.dialogue if each.cost is not None]
    complete = len(costs) == len(attempt.dialogue)
    return AttemptSection(
        suite=last.suite or "",
        case=last.case or last.id,
        ending=ending(attempt),
        repeat=last.repeat,
        tags=last.tags,
        turns=turns,
        turns_left_out=left_out,
        scores=tuple(_bounded(score) for score in attempt.scores),
        failure_kind=last.failure.kind.value if last.failure else "",
        failure=shorten(last.failure.message, REASON) if last.failure else "",
        latency=last.timing.latency if last.answer is not None else None,
        first_token=last.timing.to_first_token,
        tokens=(sum(u.input for u in usages), sum(u.output for u in usages)) if usages else None,
        cost=sum(cost.amount for cost in costs) if complete else None,
        currency=costs[0].currency if complete else "",
        model=last.model or "",
        interaction=last.id,
        request_id=last.request_id or "",
        cached=last.served_by == "cache",
    )


class Kept:
    """The attempts that a report shows, picked while all of them go by.

    Of those that did not pass, every cause (a failure's kind, the checks that failed) keeps its share, so that a
    frequent one does not crowd out a rare one.
    """

    def __init__(self) -> None:
        self._causes: dict[tuple[str, ...], list[tuple[int, AttemptSection]]] = {}
        self._passed: list[tuple[int, AttemptSection]] = []
        self._seen = 0
        self._seen_passed = 0
        self._held = 0
        self._characters = 0

    def put(self, attempt: Attempt) -> None:
        """Look at one attempt."""
        number = self._seen
        self._seen += 1
        if ending(attempt) == "passed":
            self._seen_passed += 1
            if len(self._passed) < TOTAL:
                self._passed.append((number, self._section(attempt)))
            return
        mates = self._causes.setdefault(_cause(attempt), [])
        if self._held < NOT_PASSED:
            self._held += 1
        else:
            crowd = max(self._causes.values(), key=len)
            if len(crowd) <= len(mates) + 1:
                return
            crowd.pop()
        mates.append((number, self._section(attempt)))

    def wanted(self) -> set[tuple[str, str]]:
        """The suite and case of every attempt that is kept."""
        return {(each.suite, each.case) for _, each in self._kept()}

    def listed(self, cases: dict[tuple[str, str], Case]) -> AttemptList:
        """The attempts in the order they were made, with what their cases say."""
        kept = self._kept()
        shown = tuple(_with_case(each, cases.get((each.suite, each.case))) for _, each in kept)
        passed = sum(each.ending == "passed" for each in shown)
        not_passed = self._seen - self._seen_passed - (len(shown) - passed)
        return AttemptList(shown, not_passed_left_out=not_passed, passed_left_out=self._seen_passed - passed)

    def _kept(self) -> list[tuple[int, AttemptSection]]:
        not_passed = [each for mates in self._causes.values() for each in mates]
        return sorted([*not_passed, *self._passed[: TOTAL - len(not_passed)]], key=lambda pair: pair[0])

    def _section(self, attempt: Attempt) -> AttemptSection:
        made = section(attempt, TEXT if self._characters < ALL_TEXT else TEXT_WHEN_FULL)
        self._characters += sum(len(turn.text) for turn in made.turns)
        return made


def _cause(attempt: Attempt) -> tuple[str, ...]:
    failure = attempt.dialogue[-1].failure
    if failure is not None:
        return ("no answer", failure.kind)
    return tuple(score.name for score in attempt.scores if score.passed is not True)


def _turns(dialogue: Sequence[Interaction], limit: int) -> tuple[tuple[Turn, ...], int]:
    messages = [_turn(message, limit) for message in dialogue[-1].request.messages]
    last = dialogue[-1]
    if last.answer is not None:
        messages.append(_answer(last, limit))
    elif last.failure is not None and last.failure.partial:
        text, cut = _cut(last.failure.partial, limit)
        messages.append(Turn("assistant (cut off)", text, cut=cut))
    if len(messages) <= TURNS:
        return tuple(messages), 0
    head = TURNS // 4
    return (*messages[:head], *messages[head - TURNS :]), len(messages) - TURNS


def _answer(interaction: Interaction, limit: int) -> Turn:
    answer = interaction.answer
    assert answer is not None  # noqa: S101  (the caller looked)
    text = answer.text or answer.refusal or ""
    if not text and answer.data is not None and not answer.tool_calls:
        text = _json(answer.data)
    return _made("assistant", text, answer.tool_calls, limit)


def _turn(message: Message, limit: int) -> Turn:
    return _made(message.role, message.content, message.tool_calls, limit)


def _made(role: str, text: str, calls: Sequence[ToolCall], limit: int) -> Turn:
    kept, cut = _cut(text, limit)
    bounded = tuple(
        ToolCall(shorten(call.name, 200), shorten(call.arguments, limit), shorten(call.id, 200)) for call in calls[:20]
    )
    return Turn(role, kept, bounded, cut)


def _cut(text: str, limit: int) -> tuple[str, int]:
    return text[:limit], max(0, len(text) - limit)


def _json(data: Any) -> str:
    return msgspec.json.encode(data).decode()


def _bounded(score: Score) -> Score:
    return (
        score if len(score.reason) <= REASON else msgspec.structs.replace(score, reason=shorten(score.reason, REASON))
    )


def _with_case(attempt: AttemptSection, case: Case | None) -> AttemptSection:
    if case is None:
        return attempt
    expected = tuple(shorten(text, REASON) for text in case.expect[:EXPECTED])
    return msgspec.structs.replace(attempt, origin=case.origin, expected=expected)
