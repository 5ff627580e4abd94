"""A Probe turns a Case into harder Cases."""

from collections.abc import Iterator
from typing import Literal, Protocol, runtime_checkable

import msgspec

from seatrial.core.case import Case

Expectation = Literal["same_answer", "refusal", "asks_back", "no_crash", "no_leak"]


class Dose(msgspec.Struct, frozen=True):
    """How many children of a Case, how much harder, and by which chance.

    `strength` is 0 to 1: about the share of what could be changed that is changed.
    """

    count: int = 1
    strength: float = 0.2
    seed: int = 0


@runtime_checkable
class Probe(Protocol):
    """Makes children of a Case, the same ones from the same dose, and says what it expects of them."""

    @property
    def name(self) -> str:
        """The family, e.g. `typos`."""
        ...

    @property
    def expects(self) -> Expectation:
        """What must hold of a child's answer."""
        ...

    def children(self, case: Case, dose: Dose) -> Iterator[Case]:
        """Harder Cases with ids that stay the same across runs; none where the Case gives nothing to change."""
        ...
