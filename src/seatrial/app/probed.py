"""Groups of probes as suites: the children of other suites' cases."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from seatrial.app.config import ProbesConfig
from seatrial.app.mistakes import did_you_mean
from seatrial.app.schema_probes import RobustnessModel
from seatrial.app.selection import Selection
from seatrial.app.sources import Cases
from seatrial.core.case import Case
from seatrial.core.errors import Mistake
from seatrial.core.probe import Dose, Probe


@dataclass(frozen=True, slots=True)
class Original:
    """A suite whose cases are made harder."""

    suite: str
    cases: "Cases | Children"


class Children:
    """The children of cases, in the order of the cases; the same each time they are iterated.

    Args:
        group: The group as written.
        probes: Its families.
        originals: The suites that it is of.
        selection: Which of their cases are asked: others have no children.
        seed: Of the whole file.
    """

    def __init__(
        self,
        group: ProbesConfig,
        probes: Sequence[Probe],
        originals: Sequence[Original],
        selection: Selection,
        seed: int,
    ) -> None:
        self._group, self._originals, self._selection, self._seed = group, originals, selection, seed
        self.probes = tuple(probes)

    def __iter__(self) -> Iterator[Case]:
        """The children."""
        for case in self.each():
            if isinstance(case, Mistake):
                raise case
            yield case

    def each(self) -> Iterator[Case | Mistake]:
        """The children; a case that cannot be read is its own suite's mistake and has none."""
        for original in self._originals:
            for case in self._chosen(original.cases):
                yield from self._of_case(original.suite, case)

    def _chosen(self, cases: "Cases | Children") -> Iterator[Case]:
        readable = self._selection.of_cases(case for case in cases.each() if isinstance(case, Case))
        wanted = self._group.model.cases
        if wanted is None:
            yield from readable
            return
        kept: list[tuple[float, int, Case]] = []
        for number, case in enumerate(readable):
            # A draw of each case's own: another case in the file changes nothing for the others.
            kept.append((random.Random(f"{self._seed}/{case.id}").random(), number, case))  # noqa: S311  no secret
            if len(kept) > 2 * wanted:
                kept = sorted(kept)[:wanted]
        for _, _, case in sorted(sorted(kept)[:wanted], key=lambda each: each[1]):
            yield case

    def _of_case(self, suite: str, case: Case) -> Iterator[Case]:
        more, doses, seen = tuple(self._group.model.checks), tuple(self._doses()), set[str]()
        for probe in self.probes:
            for dose in doses:
                for child in probe.children(case, dose):
                    if child.id in seen:  # a weaker strength made the same text, which would then count twice
                        continue
                    seen.add(child.id)
                    # So that a gate can say `in every family_strength`: of a single strength the family says it all.
                    both = {"family_strength": f"{probe.name} {dose.strength:g}"} if len(doses) > 1 else {}
                    yield msgspec.structs.replace(
                        child,
                        # Cases of two suites may have one id, and so may what was made of them.
                        id=f"{suite}/{child.id}",
                        original=f"{suite}/{case.id}",
                        checks=(*child.checks, *more) if more else child.checks,
                        tags={**child.tags, **both},
                    )

    def _doses(self) -> Iterator[Dose]:
        model = self._group.model
        given: Any = model.strength if isinstance(model, RobustnessModel) else 1.0
        for strength in dict.fromkeys(given) if isinstance(given, list) else [given]:
            yield Dose(model.per_case, strength, self._seed)


def originals_of(group: ProbesConfig, suites: Mapping[str, Cases | Children]) -> list[Original]:
    """The suites that a group is of.

    Raises:
        Mistake: One is not there.
    """
    for name in group.model.of:
        if name not in suites:
            raise Mistake(f"there is no suite `{name}`; {did_you_mean(name, suites)}")
    return [Original(name, cases) for name, cases in suites.items() if not group.model.of or name in group.model.of]
