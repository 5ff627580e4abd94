"""What the tests of fairness share: a case of one question, and the children of a swap."""

from collections.abc import Iterable

from seatrial.core.case import Case
from seatrial.core.probe import Dose
from seatrial.core.request import Message
from seatrial.probes.fairness.given import swaps


def case_of(text: str, **more: object) -> Case:
    """A case that asks one thing."""
    return Case(id="c", turns=(Message("user", text),), **more)  # type: ignore[arg-type]


def children(text: str | Case, swap: object, *, introduce: bool = False, count: int = 1, seed: int = 0) -> list[Case]:
    """The children of a text (or a case) by what a suite file writes under `swap`."""
    case = case_of(text) if isinstance(text, str) else text
    dose = Dose(count, 1.0, seed)
    return [child for probe in swaps(swap, introduce=introduce) for child in probe.children(case, dose)]


def asked(found: Iterable[Case]) -> dict[str, str]:
    """The question of each group."""
    return {child.tags["group"]: child.turns[0].content for child in found}


def swapped(text: str, swap: object, group: str) -> str | None:
    """The question with a group put in; None when there is no such child."""
    return asked(children(text, swap)).get(group)
