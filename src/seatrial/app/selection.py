"""What of a suite file is run: `--only`, `--slice`, `--limit`, and what goes before the file's own words."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from seatrial.app.mistakes import did_you_mean
from seatrial.core.case import Case
from seatrial.core.errors import Mistake


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which suites and cases, and how often and how fast they are asked; None is as the file says.

    `slices` are tags with the values that are wanted (`{"language": ("es", "de")}`), `limit` the number of cases of
    each suite, the first ones.
    """

    only: tuple[str, ...] = ()
    slices: dict[str, tuple[str, ...]] = {}
    limit: int | None = None
    repeat: int | None = None
    concurrency: int | None = None
    seed: int | None = None

    @classmethod
    def of(cls, slices: Iterable[str] = (), **rest: Any) -> "Selection":
        """A Selection whose slices are written `language=es`.

        Raises:
            Mistake: A slice is not written so, or a number is too small.
        """
        found: dict[str, tuple[str, ...]] = {}
        for text in slices:
            tag, sign, value = text.partition("=")
            if not sign or not tag.strip():
                raise Mistake(f"a slice is written `language=es`, not `{text}`")
            found[tag.strip()] = (*found.get(tag.strip(), ()), value.strip())
        for name in ("limit", "repeat", "concurrency"):
            if rest.get(name) is not None and rest[name] < 1:
                raise Mistake(f"{name} is at least 1, not {rest[name]}")
        return cls(slices=found, **rest)

    def suites(self, known: Iterable[str]) -> tuple[str, ...]:
        """The names of the suites that are run, in the file's order.

        Raises:
            Mistake: One is not in the file.
        """
        known = tuple(known)
        for name in self.only:
            if name not in known:
                raise Mistake(f"there is no suite `{name}`; {did_you_mean(name, known)}")
        return tuple(name for name in known if not self.only or name in self.only)

    def filter(self) -> Callable[[Case], bool]:
        """A function that is given the cases of one suite in their order, and says which are selected."""
        left = self.limit

        def selected(case: Case) -> bool:
            nonlocal left
            if left == 0 or any(case.tags.get(tag) not in wanted for tag, wanted in self.slices.items()):
                return False
            left = None if left is None else left - 1
            return True

        return selected

    def of_cases(self, cases: Iterable[Case]) -> Iterator[Case]:
        """The selected ones."""
        selected, count = self.filter(), 0
        for case in cases:
            if selected(case):
                count += 1
                yield case
                if count == self.limit:
                    return

    def shown(self) -> dict[str, Any]:
        """What is not as the file says, for the head of a run."""
        slices = {tag: list(wanted) for tag, wanted in self.slices.items()}
        given: dict[str, Any] = {"only": list(self.only), "slice": slices, "limit": self.limit, "repeat": self.repeat}
        return {name: value for name, value in given.items() if value}
