"""What is to be asked next: repeat 0 of all cases, then repeat 1, ...; what a resumed run already has is left out."""

from collections.abc import Generator
from typing import NamedTuple

from seatrial.core.interaction import Interaction
from seatrial.run.plan import Planned, SuitePlan
from seatrial.run.replay import JournalState, Key


class Job(NamedTuple):
    """One attempt to make: `before` holds turns that are answered already, all of them when `answered`.

    `said` holds what the simulated user has said already.
    """

    planned: Planned
    repeat: int
    before: tuple[Interaction, ...] = ()
    answered: bool = False
    said: tuple[Interaction, ...] = ()


def jobs(suite: SuitePlan, repeats: range, resumed: JournalState | None) -> Generator[Job, None, None]:
    """The attempts of these repeats that are still to be made, one at a time."""
    for repeat in repeats:
        for planned in suite.cases():
            if resumed is None:
                yield Job(planned, repeat)
                continue
            key = Key(suite.name, planned.case.id, repeat)
            if hash(key) in resumed.done:
                continue
            unjudged, said = resumed.unjudged.pop(key, None), resumed.said.pop(key, ())
            if unjudged is not None:
                yield Job(planned, repeat, unjudged, answered=True, said=said)
            else:
                yield Job(planned, repeat, resumed.partial.pop(key, ()), said=said)
