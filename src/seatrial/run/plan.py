"""What a run is to do: suites of Cases with their Checks, how often, how fast, for how much money."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.core.check import Check
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Money
from seatrial.core.request import Kind
from seatrial.core.run import RunInfo
from seatrial.core.target import Target
from seatrial.run.schedule import ClosedLoop, Schedule


class Planned(NamedTuple):
    """A Case with the Checks that judge its answer."""

    case: Case
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Ask every case so many times; the first time of all comes before the second time of any."""

    times: int = 1

    def __post_init__(self) -> None:
        if self.times < 1:
            raise Mistake(f"repeat is at least 1, not {self.times}")

    @property
    def at_most(self) -> int:
        """How often a case is asked at the most."""
        return self.times

    def rounds(self) -> tuple[range, ...]:
        """The repeats between which the engine waits for all answers: one round holds them all."""
        return (range(self.times),)


@dataclass(frozen=True, slots=True)
class UntilDecided:
    """Ask every case once more until the gates are decided, at most so many times."""

    at_most: int = 10

    def __post_init__(self) -> None:
        if self.at_most < 1:
            raise Mistake(f"`until decided` needs at least 1 repeat, not {self.at_most}")

    def rounds(self) -> tuple[range, ...]:
        """Each repeat is a round of its own: its answers decide whether there is another."""
        return tuple(range(i, i + 1) for i in range(self.at_most))


@dataclass(frozen=True, slots=True)
class SuitePlan:
    """One suite.

    Attributes:
        name: The suite's name.
        target: Who is asked.
        cases: Gives the Cases from the first to the last, the same each time; they are iterated and never held.
        total: How many Cases there are.
        repeat: How often each is asked.
        concurrency: Requests in flight at once, at the most.
        schedule: When requests are due.
        decided: For `UntilDecided`: whether the Batch so far decides the gates.
        cost_each: What one attempt is expected to cost, until answers have shown it.
        kind: How the Target is to read the messages.
        remembered: Whether its answers are kept until the run is over, for the cases that Probes made of its own.
        users: The Targets that play the users of Dialogues, by name.
    """

    name: str
    target: Target
    cases: Callable[[], Iterator[Planned]]
    total: int
    repeat: Repeat | UntilDecided = field(default_factory=Repeat)
    concurrency: int = 10
    schedule: Schedule = field(default_factory=ClosedLoop)
    decided: Callable[[Batch], bool] | None = None
    cost_each: Money | None = None
    kind: Kind = "chat"
    remembered: bool = False
    users: Mapping[str, Target] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.concurrency < 1:
            raise Mistake(f"concurrency is at least 1, not {self.concurrency}")


@dataclass(frozen=True, slots=True)
class Plan:
    """A run: its head, its suites one after the other, and what it may cost."""

    info: RunInfo
    suites: tuple[SuitePlan, ...]
    max_cost: Money | None = None
