"""The report as a comment of a pull request: the verdict, the gates, the worst slices; details are folded.

Every foreign text becomes an HTML `code` element in which each character with a meaning in Markdown is a numeric
reference, so that no mention, link, image or table cell comes of it.
"""

from seatrial.core.verdict import GateResult, Readiness
from seatrial.metrics.wording import basis, slice_name, value_with_interval
from seatrial.report.advice import next_steps
from seatrial.report.comparison_markdown import comparison_markdown
from seatrial.report.escapes import code, escaped
from seatrial.report.model import AttemptSection, Report
from seatrial.report.pattern_markdown import patterns_markdown
from seatrial.report.probes_markdown import probes_markdown
from seatrial.report.scans.words import VERDICTS, to_look_at
from seatrial.report.scans.words import summary as scan_summary
from seatrial.report.text import one_line
from seatrial.report.words import OUTCOMES, READINESS, SIGNS, counted, ordered, summary, worst_first, worst_of

MOST_CHARACTERS = 60_000
"""GitHub takes 65,536; the rest is for what a workflow adds."""
FAILING = 25
SLICES = 10
_ICONS = {Readiness.READY: "✅", Readiness.NOT_READY: "❌", Readiness.UNDECIDED: "❔"}


def render_markdown(report: Report) -> str:
    """The comment; parts at the end are left out, and said to be, where it would be longer than `MOST_CHARACTERS`."""
    parts = [_head(report), _gates(report), _scanned(report)]
    if report.explanation is not None:
        parts.append(patterns_markdown(report.explanation))
    parts += [probes_markdown(report.probes), _slices(report), _next(report)]
    if report.comparison is not None:
        parts.append(comparison_markdown(report.comparison))
    parts += [_failures(report), *_failing(report)]
    closing = f"\n<sub>Seatrial, run {code(report.run.id)} of {code(report.run.file)}</sub>\n"
    cut = "\n*The rest is left out; it is in the full report.*\n"
    room = MOST_CHARACTERS - len(closing) - len(cut)
    made = ""
    for part in parts:
        if len(made) + len(part) > room:
            return made + cut + closing
        made += part
    return made + closing


def _head(report: Report) -> str:
    readiness = report.verdict.readiness
    lines = [f"## {_ICONS[readiness]} {READINESS[readiness]}", "", summary(report), ""]
    if worst := worst_of(report):
        lines += [escaped(one_line(worst, 600)), ""]
    lines.append(", ".join(f"**{value:,}** {name}" for name, value in counted(report)))
    lines += [f"\n> {code(text, 400)}" for text in (*report.verdict.reasons, *report.warnings)]
    return "\n".join(lines) + "\n"


def _scanned(report: Report) -> str:
    inspection = report.run.inspection
    if inspection is None:
        return ""
    rows = [
        f"| {VERDICTS[each.verdict]} | {code(each.path)} | {escaped(finding.title)} {code(finding.evidence)} |"
        for each in to_look_at(inspection)[:FAILING]
        for finding in each.findings[:1]
    ]
    table = ["", "| | file | first finding |", "|---|---|---|", *rows] if rows else []
    return "\n".join(["", "### What is shipped", "", escaped(scan_summary(inspection)), *table]) + "\n"


def _gates(report: Report) -> str:
    gates = report.verdict.gates
    if not gates:
        return ""
    rows = [_gate(result) for result in ordered(gates)]
    return "\n".join(["", "| | gate | measured |", "|---|---|---|", *rows]) + "\n"


def _gate(result: GateResult) -> str:
    measured = "nothing measured"
    for worst in worst_first(result)[:1]:
        which = f" {code(slice_name(worst), 60)}" if len(result.readings) > 1 else ""
        measured = f"{escaped(value_with_interval(worst))}{which} {basis(worst)}".rstrip()
    why = f"<br><sub>{escaped(one_line(result.why, 400))}</sub>" if result.why else ""
    return f"| {SIGNS[result.outcome]} {OUTCOMES[result.outcome]} | {code(result.gate.text)} | {measured}{why} |"


def _slices(report: Report) -> str:
    worst = report.slices.worst[:SLICES]
    if not worst:
        return ""
    title = f"**Worst slices** by {code(report.slices.metric)}, {report.slices.compared:,} compared"
    rows = [
        f"| {code(slice_name(each), 100)} | {escaped(value_with_interval(each))} | {basis(each)} | "
        f"{'' if each.p is None else f'{each.p:.2g}'} |"
        for each in worst
    ]
    return "\n".join(["", title, "", "| slice | value | rows | p |", "|---|---|---|---|", *rows]) + "\n"


def _next(report: Report) -> str:
    steps = next_steps(report)
    return (
        "\n".join(["", "**Next**", "", *(f"- {escaped(one_line(step, 400))}" for step in steps)]) + "\n"
        if steps
        else ""
    )


def _failures(report: Report) -> str:
    if not report.failures:
        return ""
    rows = [f"- {each.count:,} {code(each.kind)} {code(each.example)}" for each in report.failures[:FAILING]]
    return "\n".join(["", "**Without an answer**", "", *rows]) + "\n"


def _failing(report: Report) -> list[str]:
    failing = [each for each in report.attempts.shown if each.ending == "failed"][:FAILING]
    return [_attempt(each) for each in failing]


def _attempt(attempt: AttemptSection) -> str:
    place = f" {code(attempt.origin, 120)}" if attempt.origin else ""
    lines = [f"\n<details><summary>✗ {code(attempt.case, 80)}{place}</summary>", ""]
    lines += [f"- {escaped(turn.role)}: {code(turn.text, 600)}" for turn in attempt.turns[-4:]]
    lines += [
        f"- ✗ {code(score.name, 80)} {code(score.reason, 300)}" for score in attempt.scores if score.passed is False
    ]
    return "\n".join([*lines, "", "</details>", ""])
