"""The first pass over a suite's cases: every mistake is found, ids are told apart, and what is asked gets a digest."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from seatrial.app.mistakes import Mistakes, brief
from seatrial.app.probed import Children
from seatrial.app.selection import Selection
from seatrial.app.sources import Cases
from seatrial.app.templates import fill_all, has_templates
from seatrial.checks.asking import asked_by
from seatrial.checks.graded.desk import Desks
from seatrial.checks.table import build_check
from seatrial.core.case import Case
from seatrial.core.check import Check, Need
from seatrial.core.errors import Mistake
from seatrial.core.target import Target
from seatrial.run.plan import Planned

_MOST_REMEMBERED = 10_000
"""Different checks that are kept built; a file in which every case has its own must not grow the run."""


def spec_key(spec: Any) -> Any:
    """A check as written, in a form that msgspec can encode."""
    if isinstance(spec, str | int | float | bool | dict | list | None):
        return spec
    name = getattr(spec, "name", None) or getattr(spec, "__qualname__", type(spec).__qualname__)
    return [str(name), str(getattr(spec, "version", ""))]


_encode = msgspec.json.Encoder(order="deterministic", enc_hook=spec_key).encode


class Checks:
    """Builds the checks of cases, each spec once."""

    def __init__(self, targets: dict[str, Target], folder: Path) -> None:
        self._targets, self._folder, self._desks = targets, folder, Desks()
        self._built: dict[bytes, Check] = {}

    def of(self, specs: Iterable[Any]) -> tuple[Check, ...]:
        """The Checks that these specs mean.

        Raises:
            Mistake: One cannot be built.
        """
        return tuple([self._check(spec) for spec in specs])

    def of_case(self, case: Case) -> tuple[Check, ...]:
        """The Checks of a case, with its variables in their templates.

        Raises:
            Mistake: One cannot be filled or built.
        """
        return tuple([self._check(_filled(spec, case)) for spec in case.checks])

    def _check(self, spec: Any) -> Check:
        if not isinstance(spec, str | dict):
            return build_check(spec, self._targets, folder=self._folder, desks=self._desks)
        key = spec.encode() if isinstance(spec, str) else _encode(spec)
        built = self._built.get(key)
        if built is None:
            built = build_check(spec, self._targets, folder=self._folder, desks=self._desks)
            if len(self._built) < _MOST_REMEMBERED:
                self._built[key] = built
        return built


class Surveyed:
    """A suite's cases after the first pass: how many there are, their digest, and each with its checks.

    Attributes:
        total: How many are selected.
        digest: Of everything that is asked and of how it is judged.
        written: How many there are without a selection.
        users: The names of the Targets that play users, each with the place of the first case that names it.
        judges: The names of the Targets that checks ask.
    """

    def __init__(self, cases: Cases | Children, checks: Checks, selection: Selection) -> None:
        self._cases, self._checks, self._selection = cases, checks, selection
        self.total = self.written = 0
        self.digest = ""
        self.users: dict[str, str] = {}
        self.judges: set[str] = set()
        self._families: set[str] = set()

    def __iter__(self) -> Iterator[Planned]:
        """The selected cases with their checks."""
        for case in self._selection.of_cases(self._cases):
            yield Planned(case, self._checks.of_case(case))

    @property
    def written_cases(self) -> Cases | Children:
        """All cases, as they are written."""
        return self._cases

    def cases(self) -> Iterator[Case]:
        """The selected cases."""
        return self._selection.of_cases(self._cases)

    def without_child(self, families: Iterable[str]) -> list[str]:
        """Those of some families of Probes that made no case."""
        return [family for family in dict.fromkeys(families) if family not in self._families]

    def read(self, mistakes: Mistakes) -> None:
        """Go through all cases once."""
        digest, seen = hashlib.blake2b(digest_size=16), set[int]()
        selected = self._selection.filter()
        try:
            for case in self._cases.each():
                if mistakes.full:
                    return
                if isinstance(case, Mistake):
                    mistakes.add(case)
                    continue
                self._judge(case, seen, mistakes)
                self.written += 1
                if case.original is not None:
                    self._families.add(case.tags.get("family", ""))
                if case.user is not None:
                    self.users.setdefault(case.user.target, case.origin)
                if selected(case):
                    self.total += 1
                    digest.update(_encode(_essence(case)))
        except Mistake as mistake:
            mistakes.add(mistake)
        self.digest = digest.hexdigest()

    def _judge(self, case: Case, seen: set[int], mistakes: Mistakes) -> None:
        key = hash(case.id)
        if key in seen:
            first = next((each.origin for each in self._valid() if each.id == case.id), "")
            if first != case.origin:
                mistakes.add(_at(case, f"the id {brief(case.id)} is taken already, at {first}"))
        seen.add(key)
        if not case.checks:
            mistakes.add(_at(case, f"nothing checks the case {brief(case.id)}; give it `checks:`, or the suite"))
        for spec in case.checks:
            try:
                self._fits(self._checks.of((_filled(spec, case),))[0], case, mistakes)
            except Mistake as mistake:
                mistakes.add(_at(case, mistake.what))

    def _fits(self, check: Check, case: Case, mistakes: Mistakes) -> None:
        if check.cost == "model":
            self.judges |= asked_by(check)
        if Need.EXPECTED in check.needs and not case.expect:
            mistakes.add(_at(case, f"the check `{check.name}` needs `expect`, which the case does not have"))
        elif Need.REFERENCE in check.needs and case.reference is None and not case.expect:
            lacks = "needs `reference` or `expect`, neither of which the case has"
            mistakes.add(_at(case, f"the check `{check.name}` {lacks}"))

    def _valid(self) -> Iterator[Case]:
        return (case for case in self._cases.each() if isinstance(case, Case))


def _filled(spec: Any, case: Case) -> Any:
    return fill_all(spec, case.variables) if has_templates(spec) else spec


def _essence(case: Case) -> tuple[Any, ...]:
    asked = (case.id, case.turns, case.tools, case.params, case.variables)
    return (
        *asked,
        case.expect,
        case.reference,
        case.context,
        case.checks,
        case.tags,
        *([case.user] if case.user else []),
    )


def _at(case: Case, what: str) -> Mistake:
    return at_origin(case.origin, what)


def at_origin(origin: str, what: str) -> Mistake:
    """A Mistake at the place of a case."""
    path, _, line = origin.rpartition(":")
    return Mistake(what, path=path, line=int(line)) if path and line.isdigit() else Mistake(what)
