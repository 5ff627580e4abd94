"""Comparing the calls of a model with the calls that were wanted."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from seatrial.checks.json_texts import same_value, shown
from seatrial.checks.schemas import Validator, first_error
from seatrial.core.request import ToolCall

Match = Literal["exact", "subset"]
MOST_CHARACTERS = 200_000


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call that is wanted: its function, and its arguments as values or as a JSON Schema.

    `match: subset` lets the call have further arguments, at the top and in nested objects.
    """

    name: str
    arguments: dict[str, Any] | None = None
    match: Match = "exact"
    schema: dict[str, Any] | None = None


def read_arguments(call: ToolCall) -> tuple[Any, str | None]:
    """The arguments of a call as a value; where they cannot be read, why not, in a few words."""
    if len(call.arguments) > MOST_CHARACTERS:
        return None, f"the arguments of `{call.name}` are longer than 200,000 characters"
    try:
        return msgspec.json.decode(call.arguments or "{}"), None
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None, f"the arguments of `{call.name}` are no JSON: {call.arguments[:60]}"


def why_not(wanted: Wanted, ready: Validator | None, call: ToolCall) -> str | None:
    """Why a call is not the wanted one, in a few words; None when it is."""
    if call.name != wanted.name:
        return f"`{call.name}` was called and not `{wanted.name}`"
    if wanted.arguments is None and ready is None:
        return None
    given, unreadable = read_arguments(call)
    if unreadable is not None:
        return unreadable
    if ready is not None and (wrong := first_error(ready, given)):
        return f"the arguments of `{call.name}` do not fit at {wrong}"
    if wanted.arguments is not None and not _alike(given, wanted):
        return f"`{call.name}` got {shown(given)[:70]} and not {shown(wanted.arguments)[:70]}"
    return None


def first_difference(
    wanted: Sequence[Wanted], ready: Sequence[Validator | None], calls: Sequence[ToolCall], order: bool
) -> tuple[str | None, list[ToolCall]]:
    """What is wrong with the calls (None when each wanted one was made) and the calls that nobody wanted."""
    if not order:
        return _any_order(wanted, ready, calls)
    left = list(calls)
    start = 0
    for want, validator in zip(wanted, ready, strict=True):
        reasons = [why_not(want, validator, call) for call in left[start:]]
        if None not in reasons:
            return _why(want, reasons, left[start:]), left
        start += reasons.index(None)
        del left[start]
    return None, left


def paired(reasons: Sequence[Sequence[str | None]]) -> dict[int, int]:
    """As many calls as possible, each with the wanted one that it is, both by number; no wanted one is given twice.

    `reasons` has, for each wanted call, why each call is not that one (None where it is). One call may be what two
    want, so places are exchanged until each has one (augmenting paths, Kuhn 1955).
    """
    taken: dict[int, int] = {}

    def place(want: int, seen: set[int]) -> bool:
        for call, reason in enumerate(reasons[want]):
            if reason is None and call not in seen:
                seen.add(call)
                if call not in taken or place(taken[call], seen):
                    taken[call] = want
                    return True
        return False

    for want in range(len(reasons)):
        place(want, set())
    return taken


def _any_order(
    wanted: Sequence[Wanted], ready: Sequence[Validator | None], calls: Sequence[ToolCall]
) -> tuple[str | None, list[ToolCall]]:
    """As `first_difference`, whatever the order."""
    reasons = [[why_not(*pair, call) for call in calls] for pair in zip(wanted, ready, strict=True)]
    taken = paired(reasons)
    placed = set(taken.values())
    missed = next((want for want in range(len(wanted)) if want not in placed), None)
    left = [call for at, call in enumerate(calls) if at not in taken]
    if missed is None:
        return None, left
    free = [reason for at, reason in enumerate(reasons[missed]) if at not in taken]
    return _why(wanted[missed], free, left), left


def _why(want: Wanted, reasons: Sequence[str | None], calls: Sequence[ToolCall]) -> str:
    """The reason that helps most: that of a call of the right name, else the first."""
    named = [reason for reason, call in zip(reasons, calls, strict=True) if call.name == want.name]
    return next((reason for reason in (*named, *reasons) if reason), f"`{want.name}` was not called")


def _alike(given: Any, wanted: Wanted) -> bool:
    if wanted.match == "exact":
        return same_value(given, wanted.arguments, 0.0)
    return _holds(given, wanted.arguments)


def _holds(given: Any, wanted: Any) -> bool:
    if isinstance(given, dict) and isinstance(wanted, dict):
        return all(key in given and _holds(given[key], value) for key, value in wanted.items())
    return same_value(given, wanted, 0.0)
