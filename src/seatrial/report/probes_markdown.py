"""Groups of Probes as a part of a comment in Markdown."""

from collections.abc import Sequence

from seatrial.report.escapes import code, escaped
from seatrial.report.probes_records import ProbeFamily, ProbeSection
from seatrial.report.probes_words import (
    PATTERNS,
    SHOWN,
    TITLES,
    broken_name,
    by_strength,
    first_example,
    healthy,
    pattern_words,
    question,
    told,
)


def probes_markdown(sections: Sequence[ProbeSection]) -> str:
    """A table of families for each group, the worst first, with one example each."""
    return "".join(map(_section, sections))


def _section(section: ProbeSection) -> str:
    lines = ["", f"**{escaped(TITLES[section.kind])}**", ""]
    lines += [f"{escaped(told(each))}<br>" for each in section.readings]
    weak = [family for family in section.families if family.broken][:SHOWN]
    if weak:
        lines += ["", "| family | rate | | for example |", "|---|---|---|---|"]
        lines += [_row(section, family) for family in weak]
    if rest := healthy(section, len(weak)):
        lines += ["", f"<sub>{escaped(rest)}</sub>"]
    if section.patterns:
        lines += ["", *(f"- breaks most where {escaped(pattern_words(each))}" for each in section.patterns[:PATTERNS])]
    return "\n".join(lines) + "\n"


def _row(section: ProbeSection, family: ProbeFamily) -> str:
    example = first_example(family)
    shown = f"{code(question(example), 120)} → {code(example.answered, 120)}" if example is not None else ""
    rate = escaped("; ".join(filter(None, (told(family.rate), by_strength(family)))))
    return f"| {code(family.name, 60)} | {rate} | {broken_name(section.kind, family)} | {shown} |"
