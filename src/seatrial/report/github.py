"""Workflow commands that GitHub shows as annotations at the lines of cases.

Format: `::error file=,line=,title=::message`, escaped as GitHub's actions/toolkit does (packages/core, command.ts).
"""

from seatrial.core.verdict import GateResult, Outcome, Readiness
from seatrial.metrics.wording import count
from seatrial.report.model import CaseLine, Report
from seatrial.report.places import place_of
from seatrial.report.text import one_line, visible
from seatrial.report.words import READINESS, ordered, summary

MOST = 10
"""GitHub shows ten annotations of each level in a step."""
_LEVELS = {Outcome.MISSED: "error", Outcome.UNDECIDED: "warning"}


def render_github(report: Report) -> str:
    """At most ten errors and ten warnings, then a notice with the verdict."""
    commands = [_gate(result) for result in ordered(report.verdict.gates) if result.outcome is not Outcome.MET]
    commands += [_case(line) for line in report.cases.shown if line.ending != "passed"]
    errors = [each for each in commands if each.startswith("::error")]
    warnings = [each for each in commands if each.startswith("::warning")]
    level = "notice" if report.verdict.readiness is Readiness.READY else "warning"
    room = MOST - (level == "warning")
    left_out = len(errors[MOST:]) + len(warnings[room:]) + report.cases.not_passed_left_out
    more = f" {count(left_out, 'more place is', 'more places are')} in the report." if left_out else ""
    verdict = f"{READINESS[report.verdict.readiness]}. {summary(report)}{more}"
    last = command(level, verdict, title="Seatrial")
    return "\n".join([*errors[:MOST], *warnings[:room], last]) + "\n"


def command(level: str, message: str, **properties: str | int | None) -> str:
    """One workflow command, on one line whatever stands in its parts."""
    named = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None)
    return f"::{level} {named}::{_data(visible(message))}" if named else f"::{level}::{_data(visible(message))}"


def _gate(result: GateResult) -> str:
    title = f"Gate {result.outcome.value}: {one_line(result.gate.text)}"
    return command(_LEVELS[result.outcome], one_line(result.why or result.gate.text, 500), title=title)


def _case(line: CaseLine) -> str:
    place = place_of(line.origin)
    level = "error" if line.ending == "failed" else "warning"
    title = f"{line.ending}: {one_line(line.case, 100)}"
    return command(level, one_line(line.why or line.ending, 500), file=place.file, line=place.line, title=title)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
