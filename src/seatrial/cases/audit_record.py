"""What an audit of cases says: Findings of known kinds, each with what to do about it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from seatrial.core.case import Case
from seatrial.core.finding import Finding, Severity

SEVERITIES: tuple[Severity, ...] = ("attack", "high", "medium", "low")
"""The worst first."""


class Kind(NamedTuple):
    """A kind of Finding: how bad it is, what it is called, and how it is mended."""

    severity: Severity
    title: str
    mend: str


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "broken": Kind("high", "The row is no case", "Mend the row; until then no suite that reads the file runs."),
        "contradiction": Kind(
            "high",
            "The same question expects something else elsewhere",
            "Keep the right one, or list all right answers in one `expect`.",
        ),
        "damage": Kind("high", "Characters were lost or are wrong", "Write the text anew from its source, as UTF-8."),
        "empty": Kind("high", "A text that judges or is asked is empty", "Fill it in, or leave the key out."),
        "duplicate": Kind(
            "medium",
            "The same case stands here twice",
            "Delete one: it counts twice in every rate and makes intervals too narrow.",
        ),
        "language": Kind("medium", "The text is not in the language of its tag", "Correct the tag, or the text."),
        "leak": Kind(
            "medium",
            "The expected answer stands in the question",
            "Ask without giving it away; ignore this where the task is to find it in the text.",
        ),
        "length": Kind("medium", "Much longer or shorter than the others", "See whether it was cut, pasted or merged."),
        "untagged": Kind("medium", "A tag that most cases have is missing", "Add it: a slice without them misleads."),
        "hopeless": Kind(
            "medium",
            "Every system failed it every time",
            "See whether the expectation is right; if it is, the case says nothing about which system is better.",
        ),
        "near": Kind("low", "Nearly the same as another case", "Keep both only if the difference is what you test."),
        "few": Kind("low", "Too few cases for a rate of their own", "Add cases, or leave these values out of gates."),
        "lopsided": Kind("low", "One value has nearly all cases", "Add cases of the others, or drop the tag."),
        "gap": Kind("low", "Two tags never meet", "Add cases of both, so that neither stands for the other."),
        "easy": Kind(
            "low", "Every system passed them every time", "Keep a few to guard against regressions; add harder ones."
        ),
    }
)


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """How many cases were looked at, what was found, the worst first, and what was not looked at, and why."""

    cases: int
    findings: tuple[Finding, ...] = ()
    left_out: tuple[str, ...] = ()

    def at_least(self, severity: Severity) -> int:
        """How many Findings are as bad as this, or worse."""
        worst = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return sum(finding.severity in worst for finding in self.findings)


def found(kind: str, case: Case, evidence: str) -> Finding:
    """A Finding about one case; its path is `file:line`, its member the case's id."""
    return at(kind, case.origin, evidence, case.id)


def at(kind: str, place: str, evidence: str, member: str | None = None) -> Finding:
    """A Finding at a place."""
    known = KINDS[kind]
    return Finding(f"cases.{kind}", known.severity, known.title, place, member, evidence=evidence)


def kind_of(finding: Finding) -> Kind:
    """The kind of a Finding of an audit."""
    return KINDS[finding.id.removeprefix("cases.")]


def quoted(text: str, limit: int = 60) -> str:
    """The beginning of a text in quotation marks, on one line; what cannot be printed is escaped."""
    start = text if len(text) <= limit else text[:limit] + "…"
    if not start.isprintable():
        start = "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode("ascii") for c in start)
    return f'"{start}"'


def listed(names: Sequence[str], most: int = 5) -> str:
    """Some names: `a, b and 3 more`."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown
