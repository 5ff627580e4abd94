"""What an agent did over a whole Dialogue: its calls in order, against a wanted trajectory, and in circles."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Literal, NamedTuple

import msgspec

from seatrial.checks.schemas import validator
from seatrial.checks.tool_calls import Made, Want, Wanted, first_difference, paired, read_arguments
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.request import ToolCall

Trajectory = Literal["exact", "in_order", "any_order", "subset"]
Tools = tuple[str | Wanted, ...]
"""Wanted calls: the name of a function, or a call with its arguments."""
MOST_CALLS = 2_000
"""Calls of one Dialogue that are compared or searched for circles."""
MOST_WANTED = 200
MOST_VALIDATIONS = 20_000
"""Pairs of a call and a wanted schema."""
TOO_MANY = f"The dialogue has more than {MOST_CALLS:,} tool calls."
_canonical = msgspec.json.Encoder(order="deterministic").encode


class Demand(NamedTuple):
    """Wanted calls."""

    wants: tuple[Want, ...]

    @classmethod
    def of(cls, title: str, tools: Tools) -> "Demand":
        """Wanted calls as a user wrote them.

        Raises:
            Mistake: There are none or too many, or a schema is none.
        """
        if not 0 < len(tools) <= MOST_WANTED:
            raise Mistake(f"`{title}` takes 1 to {MOST_WANTED} wanted calls, not {len(tools)}")
        wanted = [Wanted(each) if isinstance(each, str) else each for each in tools]
        return cls(tuple([Want(each, None if each.schema is None else validator(each.schema)) for each in wanted]))

    @classmethod
    def named(cls, names: Sequence[str]) -> "Demand":
        """Wanted calls of which only the names count."""
        return cls(tuple([Want(Wanted(name), None) for name in names]))

    def too_many(self, calls: Sequence[ToolCall]) -> str | None:
        """Why nobody can wait for the comparison with these calls; None where it is quick enough."""
        if len(calls) > MOST_CALLS:
            return TOO_MANY
        if len(self.wants) > MOST_WANTED:
            return f"The case expects more than {MOST_WANTED} tool calls."
        if sum(want.ready is not None for want in self.wants) * len(calls) > MOST_VALIDATIONS:
            return f"Too many calls ({len(calls):,}) are to be compared with too many schemas."
        return None


def calls_of(evidence: Evidence) -> tuple[ToolCall, ...]:
    """All tool calls of the Dialogue, in the order in which they were made."""
    answers = [each.answer for each in evidence.dialogue if each.answer is not None]
    return tuple([call for answer in answers for call in answer.tool_calls])


def called(calls: Sequence[ToolCall], most: int = 8) -> str:
    """`It called a, b.`, or that it called nothing."""
    if not calls:
        return "It called nothing."
    more = f" and {len(calls) - most:,} more" if len(calls) > most else ""
    return f"It called {', '.join(f'`{call.name[:60]}`' for call in calls[:most])}{more}."


def unlike(demand: Demand, calls: Sequence[ToolCall], match: Trajectory) -> str | None:
    """Why the calls are not the wanted trajectory, in one sentence; None when they are.

    `exact`: these calls in this order and no others. `in_order`: these in this order, others may stand between.
    `any_order`: these in any order, and others. `subset`: nothing but these, each at most as often as it is wanted.
    """
    match match:
        case "exact":
            return _not_exact(demand, calls)
        case "subset":
            return _not_subset(demand, calls)
        case _:
            wrong, _ = first_difference(demand.wants, calls, match == "in_order")
            return None if wrong is None else f"{wrong[:1].upper()}{wrong[1:]}."


def agreed(demand: Demand, calls: Sequence[ToolCall]) -> int:
    """How many calls are wanted ones, each wanted one counting once: the size of the largest pairing."""
    return len(paired(demand.wants, [Made(call) for call in calls]))


def identity(call: ToolCall) -> tuple[str, bytes]:
    """What makes two calls the same: the function and its arguments, however these are spaced and ordered."""
    given, unreadable = read_arguments(call)
    if unreadable is None:
        with suppress(RecursionError):  # then the text has to do
            return call.name, _canonical(_whole(given))
    return call.name, call.arguments.encode("utf-8", "surrogatepass")


def most_repeated(calls: Sequence[ToolCall]) -> tuple[ToolCall, int] | None:
    """The call that was made most often with the same arguments, and how often; None where there is no call."""
    keys = [identity(call) for call in calls]
    if not keys:
        return None
    key, times = Counter(keys).most_common(1)[0]
    return calls[keys.index(key)], times


def circle(calls: Sequence[ToolCall], times: int) -> Sequence[ToolCall] | None:
    """The first shortest run of different calls that follows itself `times` times (at least 2); None without one."""
    numbers = _numbered(calls)
    since = _since(numbers)
    for period in range(2, len(numbers) // times + 1):
        run = 0
        for at in range(len(numbers) - period):
            run = run + 1 if numbers[at] == numbers[at + period] else 0
            start = at + 1 - run
            if run >= period * (times - 1) and since[start + period - 1] > start:
                return calls[start : start + period]
    return None


def _since(numbers: Sequence[int]) -> list[int]:
    """For each place where the run of the same number begins that it stands in."""
    found: list[int] = []
    for at, number in enumerate(numbers):
        found.append(found[-1] if at and number == numbers[at - 1] else at)
    return found


def _numbered(calls: Sequence[ToolCall]) -> list[int]:
    known: dict[tuple[str, bytes], int] = {}
    return [known.setdefault(identity(call), len(known)) for call in calls]


def _not_exact(demand: Demand, calls: Sequence[ToolCall]) -> str | None:
    for number, (want, call) in enumerate(zip(demand.wants, calls, strict=False), 1):
        if reason := want.why_not(Made(call)):
            return f"Call {number}: {reason}."
    if len(calls) < len(demand.wants):
        return f"`{demand.wants[len(calls)].call.name}` was not called as call {len(calls) + 1}."
    further = calls[len(demand.wants) :]
    return called(further).replace("It called", "It also called", 1) if further else None


def _not_subset(demand: Demand, calls: Sequence[ToolCall]) -> str | None:
    taken = paired(demand.wants, [Made(call) for call in calls])
    further = [call for at, call in enumerate(calls) if at not in taken]
    return called(further).replace("It called", "It also called", 1) if further else None


def _whole(value: Any) -> Any:
    """The value with 2.0 as 2: JSON does not tell them apart."""
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
