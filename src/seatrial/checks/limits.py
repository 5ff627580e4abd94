"""The one grammar of all measuring Checks: `latency <= 3s`, `f1 >= 0.8`, `cost <= 0.01 USD`.

A line is `name ["." part] limit` (`tokens.output <= 300`), a limit is `op number [unit]` (`<= 800ms`), op is one of
`<=`, `>=`, `<`, `>` and `==`.
"""

import operator
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import ClassVar, NamedTuple

from seatrial.checks.built_in import BuiltIn
from seatrial.core.errors import Mistake
from seatrial.core.score import Score

_LIMIT = re.compile(
    r"\s*(?P<op><=|>=|==|=|<|>)\s*(?P<number>[-+]?(?:\d+(?:[_,]\d{3})*(?:\.\d+)?|\.\d+))\s*(?P<unit>%|[A-Za-z]+)?\s*"
)
_LINE = re.compile(r"\s*(?P<name>[A-Za-z_][\w-]*)(?:\.(?P<part>\w+))?\s*(?P<limit>[<>=].*?)\s*")
_HOLDS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "==": operator.eq,
}
_LONGEST = 200


class Line(NamedTuple):
    """A comparison line in its parts."""

    name: str
    part: str | None
    limit: str


class Units(NamedTuple):
    """The units that a limit may have, each with its factor; "" is a limit without one.

    `measure` is the unit of what is measured, nothing for a share.
    """

    factors: Mapping[str, float]
    example: str
    measure: str = ""


SECONDS = Units({"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0}, "<= 800ms", "s")
SHARE = Units({"": 1.0, "%": 0.01}, ">= 0.8")
TOKENS = Units({"": 1.0, "token": 1.0, "tokens": 1.0}, "<= 300", "tokens")


class Limit(NamedTuple):
    """A limit: `<= 3s` has the bound 3 and the unit s."""

    op: str
    bound: float
    unit: str

    def holds(self, value: float) -> bool:
        """Whether a value is on the right side; the tiny errors of floating point do not count."""
        if abs(value - self.bound) <= 1e-12 * abs(self.bound):
            return "=" in self.op
        return _HOLDS[self.op](value, self.bound)


def parse_line(text: str) -> Line | None:
    """The parts of a comparison line; None when the text is none."""
    found = _LINE.fullmatch(text) if len(text) <= _LONGEST else None
    return Line(*found.group("name", "part", "limit")) if found else None


def parse_limit(text: str) -> Limit:
    """Read a limit as it is written; its unit may be anything.

    Raises:
        Mistake: It is none.
    """
    found = _LIMIT.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise Mistake(f"`{text[:_LONGEST]}` is no limit; write e.g. `<= 3s` or `>= 0.8`")
    op, number, unit = found.groups()
    return Limit("==" if op == "=" else op, float(re.sub("[_,]", "", number)), unit or "")


def limit_in(text: str, units: Units) -> Limit:
    """Read a limit in these units; its bound comes back in the unit whose factor is 1.

    Raises:
        Mistake: It is no limit, or its unit is not among these.
    """
    limit = parse_limit(text)
    factor = units.factors.get(limit.unit)
    if factor is None:
        known = ", ".join(f"`{unit}`" for unit in units.factors if unit)
        what = f"the unit `{limit.unit}` is not known here" if limit.unit else "a unit is missing"
        raise Mistake(f"{what} in `{text.strip()}`; known are {known}, write e.g. `{units.example}`")
    return limit._replace(bound=limit.bound * factor)


class Measuring(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A Check that holds a measure to a limit; `units` says which the limit may have."""

    limit: str

    short: ClassVar[str | None] = "limit"
    units: ClassVar[Units]

    @cached_property
    def bounds(self) -> Limit:
        """The limit, read once."""
        return limit_in(self.limit, self.units)

    def prepare(self) -> None:
        """Read the limit, so that a wrong one is refused before anything is asked."""
        _ = self.bounds

    @property
    def measure(self) -> str:
        """The unit of what is measured."""
        return self.units.measure

    def measured(self, value: float, shown: str) -> Score:
        """The Score of a measure; `shown` says what it is (`It took 2.1 s`)."""
        passed = self.bounds.holds(value)
        reason = f"{shown}, {'within' if passed else 'outside'} {self.limit.strip()}."
        return self.says(passed, reason, value, self.measure)
