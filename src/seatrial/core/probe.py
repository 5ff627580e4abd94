"""A Probe turns a Case into harder Cases."""

from collections.abc import Iterator
from typing import Literal, Protocol

from seatrial.core.case import Case

Expectation = Literal["same_answer", "refusal", "asks_back", "no_crash", "no_leak"]


class Probe(Protocol):
    """Makes children of a Case, the same ones from the same seed, and says what it expects of them."""

    @property
    def name(self) -> str:
        """The family, e.g. `typos`."""
        ...

    @property
    def expects(self) -> Expectation:
        """What must hold of a child's answer."""
        ...

    def children(self, case: Case, seed: int) -> Iterator[Case]:
        """Harder Cases with ids that stay the same across runs."""
        ...
