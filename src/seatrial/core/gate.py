"""A Gate holds a Reading to a limit; its grammar is one line of text.

    gate    := [suite "."] metric op limit [scope]          behaviour.pass_rate >= 95%
             | "regression(" [suite "."] metric ")" op limit [scope]
    op      := ">=" | "<=" | ">" | "<" | "=="
    limit   := number [unit]                                95%   2s   300ms   3 USD   0.8
    scope   := "in every" tag | "where" tag "=" value       in every language

A suite's name comes first only when the suite file has one of that name, so `latency.p95` means all suites together.
"""

import math
import re
from typing import Literal, cast

import msgspec

from seatrial.core.errors import Mistake

Operator = Literal[">=", "<=", ">", "<", "=="]

# What parts a name is never in a part of it: else a line of `@` alone could be cut in endlessly many ways.
_NAME = r"\w[\w-]*(?:[.:@^][\w-]+)*"
_LINE = re.compile(
    rf"""\s*(?:(?P<function>[a-z]+)\(\s*(?P<inner>{_NAME})\s*\)|(?P<metric>{_NAME}))
    \s*(?P<op>>=|<=|==|=|>|<)
    \s*(?P<number>[-+]?(?:\d+(?:[_,]\d{{3}})*(?:\.\d+)?|\.\d+))\s*(?P<unit>%|(?!in\b|where\b)[A-Za-z]+)?
    (?:\s+in\s+every\s+(?P<every>[\w-]+)|\s+where\s+(?P<tag>[\w-]+)\s*=\s*(?P<value>"[^"]*"|[^\s"]+))?\s*""",
    re.VERBOSE,
)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_COUNTS = {"tokens", "cases", "turns"}
_EXAMPLE = "write e.g. `behaviour.pass_rate >= 95% in every language`"


class Gate(msgspec.Struct, frozen=True, omit_defaults=True):
    """A limit on a Metric.

    `limit` is a plain number (95% is 0.95, 300ms is 0.3); `unit` is `rate`, `s`, a currency or nothing. `metric` still
    has its suite's name in front until the suites are known. `by_point` judges the value and not its interval: the
    report says so.
    """

    text: str
    metric: str
    op: Operator
    limit: float
    unit: str = ""
    compare: Literal["regression"] | None = None
    every: str | None = None
    where: tuple[str, str] | None = None
    by_point: bool = False

    def holds(self, value: float) -> bool:
        """Whether a value is on the right side of the limit."""
        match self.op:
            case ">=":
                return value >= self.limit
            case "<=":
                return value <= self.limit
            case ">":
                return value > self.limit
            case "<":
                return value < self.limit
            case _:
                return value == self.limit


def parse_gate(text: str) -> Gate:
    """Read one gate line.

    Raises:
        Mistake: The line is no gate; the sentence says what was expected. The caller adds file and line.
    """
    if len(text) > 500:
        raise Mistake(f"a gate is one short line, this has {len(text)} characters; {_EXAMPLE}")
    found = _LINE.fullmatch(text)
    if found is None:
        raise Mistake(f"`{text}` is no gate; {_EXAMPLE}")
    part = found.groupdict()
    if part["function"] not in (None, "regression"):
        raise Mistake(f"`{part['function']}(...)` is not known in `{text}`; the one comparison is regression(...)")
    limit, unit = _limit(part["number"], part["unit"], text)
    return Gate(
        text=_one_space(text),
        metric=part["inner"] or part["metric"],
        op=cast("Operator", "==" if part["op"] == "=" else part["op"]),
        limit=limit,
        unit=unit,
        compare="regression" if part["function"] else None,
        every=part["every"],
        where=(part["tag"], part["value"].strip('"')) if part["tag"] else None,
    )


def _one_space(text: str) -> str:
    """The line with single spaces, but for those within quotes, which belong to a tag's value."""
    return re.sub(r'("[^"]*")|\s+', lambda found: found[1] or " ", text.strip())


def _limit(number: str, unit: str | None, text: str) -> tuple[float, str]:
    value = float(re.sub("[_,]", "", number))
    if not math.isfinite(value * _SECONDS["h"]):
        raise Mistake(f"the limit in `{text}` is too large to be one")
    if unit is None or unit in _COUNTS:
        return value, unit or ""
    if unit == "%":
        return value / 100, "rate"
    if unit in _SECONDS:
        return value * _SECONDS[unit], "s"
    if re.fullmatch("[A-Z]{3}", unit):
        return value, unit
    known = ", ".join(["%", *_SECONDS, *sorted(_COUNTS), "USD and other currency codes"])
    raise Mistake(f"the unit `{unit}` in `{text}` is not known; known are {known}")
