"""An audit of cases as lines for the terminal, bounded, and as JSON, whole."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from seatrial.cases.audit_record import SEVERITIES, Audit, kind_of
from seatrial.core.finding import Severity

MOST = 8
"""Findings of a kind that the terminal shows."""
_LONGEST = 160


def as_lines(audit: Audit) -> Iterator[str]:
    """Each kind of Finding with what to do about it, and its first places."""
    counts = Counter(finding.severity for finding in audit.findings)
    told = ", ".join(f"{counts[each]:,} {each}" for each in SEVERITIES if counts[each])
    yield f"{audit.cases:,} case{'' if audit.cases == 1 else 's'}: {told or 'nothing found'}"
    kinds = dict.fromkeys(finding.id for finding in audit.findings)
    for kind in kinds:
        findings = [finding for finding in audit.findings if finding.id == kind]
        known = kind_of(findings[0])
        yield ""
        yield f"{known.severity.upper():<6}  {known.title} ({len(findings):,})"
        yield f"        {known.mend}"
        for finding in findings[:MOST]:
            yield f"        {_cut(f'{finding.path}  {finding.evidence}')}"
        if len(findings) > MOST:
            yield f"        and {len(findings) - MOST:,} more; --format json lists all"
    if audit.left_out:
        yield ""
        yield from (f"note: {line}" for line in audit.left_out)


def as_json(audit: Audit) -> str:
    """The whole audit: cases, findings (each with `mend`), what was left out."""
    findings = [{**msgspec.to_builtins(finding), "mend": kind_of(finding).mend} for finding in audit.findings]
    whole = {"cases": audit.cases, "findings": findings, "left_out": audit.left_out}
    return msgspec.json.format(msgspec.json.encode(whole)).decode()


def fails(audit: Audit, severity: str) -> bool:
    """Whether something is as bad as `severity` (`never`: nothing is)."""
    limit: dict[str, Severity] = {"high": "high", "medium": "medium", "low": "low"}
    return severity in limit and audit.at_least(limit[severity]) > 0


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
