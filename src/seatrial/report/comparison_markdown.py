"""A comparison in Markdown."""

from seatrial.metrics.compare import Change, Comparison
from seatrial.metrics.wording import number
from seatrial.report.comparison_words import SIGNS, case_name, difference, kinds, passes, title
from seatrial.report.escapes import code, escaped
from seatrial.report.text import one_line

LISTED = 20


def comparison_markdown(comparison: Comparison) -> str:
    """The comparison as a part of a comment; single cases are folded."""
    lines = ["", f"**{escaped(one_line(title(comparison)))}**", "", escaped(one_line(comparison.summary, 400))]
    if comparison.changes:
        lines += ["", "| | metric | before | now | difference |", "|---|---|---|---|---|"]
        lines += [_change(change) for change in comparison.changes]
    for kind in kinds(comparison):
        shown = kind.cases.cases[:LISTED]
        lines += ["", f"<details><summary>{kind.cases.count:,} {kind.title}</summary>", ""]
        lines += [f"- {code(case_name(case), 120)} {passes(case)}" for case in shown]
        if kind.cases.count > len(shown):
            lines.append(f"- and {kind.cases.count - len(shown):,} more")
        lines += ["", "</details>"]
    lines += [f"\n{escaped(one_line(note, 400))}" for note in comparison.notes]
    return "\n".join(lines) + "\n"


def _change(change: Change) -> str:
    before, now = number(change.before.value, change.before.unit), number(change.now.value, change.now.unit)
    verdict = f"{SIGNS[change.significance]} {change.significance}"
    return f"| {verdict} | {code(change.name)} | {escaped(before)} | {escaped(now)} | {escaped(difference(change))} |"
