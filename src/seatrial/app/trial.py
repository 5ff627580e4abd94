"""A Trial: all that a suite file means, put together and ready to run."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seatrial.app.survey import Surveyed
from seatrial.app.yaml_places import Document
from seatrial.core.case import Case
from seatrial.core.gate import Gate
from seatrial.core.interaction import Money
from seatrial.core.run import RunInfo
from seatrial.core.target import Target
from seatrial.run.plan import SuitePlan
from seatrial.store.cache import CacheOnDemand

STORE = ".seatrial"
"""The folder for runs, beside the suite file."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be run.

    Attributes:
        path: The suite file.
        info: The head of the run.
        targets: All Targets of the file, by name; checks may ask others than the suites do.
        suites: The suites that are run.
        cases: The cases of each, with their checks.
        gates: What they are held to.
        suite_names: All suites of the file.
        cached: The suites that keep answers.
        max_cost: What the run may cost, by the file.
        settings: The Targets as written, with prompts and models in their place.
        asked: The names of the Targets that suites of the file ask, be they run or not.
        document: The suite file as read, for the lines of mistakes that show only when Targets are made ready.
        written: What models cost that wrote harder cases; None where they cost nothing.
        notes: What a reader of the report must know of how its cases came about.
        judgements: What judges answered before, so that the same question is not paid for twice.
    """

    path: Path
    info: RunInfo
    targets: dict[str, Target]
    suites: tuple[SuitePlan, ...]
    cases: dict[str, Surveyed]
    gates: tuple[Gate, ...]
    suite_names: tuple[str, ...]
    cached: frozenset[str] = frozenset()
    max_cost: Money | None = None
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    document: Document | None = None
    judgements: CacheOnDemand | None = None
    notes: tuple[str, ...] = ()
    written: Money | None = None

    @property
    def folder(self) -> Path:
        """Where relative paths begin."""
        return self.path.absolute().parent

    @property
    def store(self) -> Path:
        """Where its runs are kept."""
        return self.folder / STORE

    def each_case(self) -> Iterator[tuple[str, Case]]:
        """The selected cases with their suites."""
        for suite, cases in self.cases.items():
            for case in cases.cases():
                yield suite, case

    async def aclose(self) -> None:
        """Give back the connections of all Targets and the cache of judgements."""
        for target in self.targets.values():
            await target.aclose()
        if self.judgements is not None:
            self.judgements.close()
