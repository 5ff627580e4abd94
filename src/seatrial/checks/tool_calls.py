"""Comparing the calls of a model with the calls that were wanted."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple

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


class Made:
    """A call that was made; its arguments are read once, and only when somebody looks at them."""

    def __init__(self, call: ToolCall) -> None:
        self.call, self.name = call, call.name

    @cached_property
    def read(self) -> tuple[Any, str | None]:
        """As `read_arguments`."""
        return read_arguments(self.call)


class Want(NamedTuple):
    """A wanted call with the validator of its schema."""

    call: Wanted
    ready: Validator | None

    def is_met(self, made: Made) -> bool:
        """Whether a call is this one."""
        return self.why_not(made, _unshown) is None

    def why_not(self, made: Made, show: Callable[[Any], str] = shown) -> str | None:
        """Why a call is not this one, in a few words; None when it is."""
        wanted, ready = self
        if made.name != wanted.name:
            return f"`{made.name}` was called and not `{wanted.name}`"
        if wanted.arguments is None and ready is None:
            return None
        given, unreadable = made.read
        if unreadable is not None:
            return unreadable
        if ready is not None and (wrong := first_error(ready, given)):
            return f"the arguments of `{made.name}` do not fit at {wrong}"
        if wanted.arguments is not None and not _alike(given, wanted):
            return f"`{made.name}` got {show(given)[:70]} and not {show(wanted.arguments)[:70]}"
        return None


def first_difference(
    wants: Sequence[Want], calls: Sequence[ToolCall], order: bool
) -> tuple[str | None, list[ToolCall]]:
    """What is wrong with the calls (None when each wanted one was made) and the calls that nobody wanted."""
    made = [Made(call) for call in calls]
    wrong, left = _in_order(wants, made) if order else _any_order(wants, made)
    return wrong, [each.call for each in left]


def paired(wants: Sequence[Want], made: Sequence[Made]) -> dict[int, int]:
    """As many calls as possible, each with the wanted one that it is, both by number; no wanted one is given twice.

    One call may be what two want, so places are exchanged until each has one (augmenting paths, Kuhn 1955).
    """
    choices = [[at for at, call in enumerate(made) if want.is_met(call)] for want in wants]
    taken: dict[int, int] = {}

    def place(want: int, seen: set[int]) -> bool:
        for call in choices[want]:
            if call not in seen:
                seen.add(call)
                if call not in taken or place(taken[call], seen):
                    taken[call] = want
                    return True
        return False

    for want in range(len(wants)):
        place(want, set())
    return taken


def _in_order(wants: Sequence[Want], made: Sequence[Made]) -> tuple[str | None, list[Made]]:
    left = list(made)
    start = 0
    for want in wants:
        at = next((at for at in range(start, len(left)) if want.is_met(left[at])), None)
        if at is None:
            return _why(want, left[start:]), left
        start = at
        del left[at]
    return None, left


def _any_order(wants: Sequence[Want], made: Sequence[Made]) -> tuple[str | None, list[Made]]:
    taken = paired(wants, made)
    placed = set(taken.values())
    missed = next((want for at, want in enumerate(wants) if at not in placed), None)
    left = [call for at, call in enumerate(made) if at not in taken]
    return None if missed is None else _why(missed, left), left


def _why(want: Want, calls: Sequence[Made]) -> str:
    """The reason that helps most: that of a call of the right name, else the first."""
    named = (reason for call in calls if call.name == want.call.name and (reason := want.why_not(call)))
    first = next((reason for call in calls if (reason := want.why_not(call))), None)
    return next(named, first) or f"`{want.call.name}` was not called"


def _unshown(value: Any) -> str:
    return ""


def _alike(given: Any, wanted: Wanted) -> bool:
    if wanted.match == "exact":
        return same_value(given, wanted.arguments, 0.0)
    return _holds(given, wanted.arguments)


def _holds(given: Any, wanted: Any) -> bool:
    if isinstance(given, dict) and isinstance(wanted, dict):
        return all(key in given and _holds(given[key], value) for key, value in wanted.items())
    return same_value(given, wanted, 0.0)
