"""A comparison in words, the same in every format."""

from typing import NamedTuple

from seatrial.metrics.case_changes import CaseChange, CaseSet
from seatrial.metrics.compare import Change, Comparison, Significance
from seatrial.metrics.wording import count, number, value_with_interval

SIGNS: dict[Significance, str] = {"worse": "▼", "better": "▲", "no change shown": "="}
ASCII_SIGNS: dict[Significance, str] = {"worse": "v", "better": "^", "no change shown": "="}


class Kind(NamedTuple):
    """Cases of one kind, and how a reader should take them."""

    title: str
    cases: CaseSet
    listed: bool
    """Whether single cases are worth naming where there is little room."""


def title(comparison: Comparison) -> str:
    """What is held against what."""
    return f"Against {comparison.before or 'the run before'} ({count(comparison.cases, 'case')} judged in both)"


def kinds(comparison: Comparison) -> list[Kind]:
    """The kinds of cases that there are, those that matter most first."""
    found = (
        Kind("new failures", comparison.new_failures, True),
        Kind("fixed", comparison.fixed, True),
        Kind("flaky in either run", comparison.flaky, False),
        Kind("still failing", comparison.still_failing, False),
        Kind("only in the run before", comparison.only_before, False),
        Kind("only in this run", comparison.only_now, False),
    )
    return [kind for kind in found if kind.cases.count]


def difference(change: Change) -> str:
    """Now minus before with its interval and its direction, e.g. `+1.2 % (-0.4 to 2.8 %)`."""
    value, unit = change.difference.value or 0.0, change.difference.unit
    sign = "+" if value > 0 and number(value, unit) != number(0.0, unit) else ""
    return sign + value_with_interval(change.difference)


def passes(case: CaseChange) -> str:
    """How often a case passed before and now, e.g. `3 of 3, now 0 of 3`."""
    before = f"{case.before_passed} of {case.before_judged}" if case.before_judged else "not judged"
    now = f"{case.now_passed} of {case.now_judged}" if case.now_judged else "not judged"
    return f"{before}, now {now}"


def case_name(case: CaseChange) -> str:
    """A case with its suite."""
    return f"{case.suite}/{case.case}" if case.suite else case.case
