"""A Scan as JSON: all of it, for programs.

An object with `verdict`, `summary` (files by verdict, `skipped`, `accepted`, `interrupted`) and `files`, each with
`path`, `verdict`, `formats`, `size` in bytes and `findings` (`id`, `severity`, `title`, `member`, `offset`, `line`,
`evidence`, `why`, `mend`, `taxonomy`).
"""

from typing import Any, Literal

import msgspec

from seatrial.core.finding import Finding, Inspection

FORMAT: Literal["seatrial-scan/1"] = "seatrial-scan/1"
"""The format's name and version; the number goes up when a reader of the old one would be misled."""


def render_json(inspection: Inspection) -> bytes:
    """The Scan as indented JSON."""
    summary: dict[str, int | bool] = {str(verdict): number for verdict, number in inspection.counts.items()}
    summary |= {"skipped": inspection.skipped, "accepted": len(inspection.accepted)}
    whole = {
        "format": FORMAT,
        "verdict": inspection.verdict,
        "summary": {**summary, "interrupted": inspection.interrupted},
        "files": [
            {
                "path": _text(each.path),
                "verdict": each.verdict,
                "formats": each.formats,
                "size": each.size,
                "findings": [_finding(finding) for finding in each.findings],
            }
            for each in inspection.files
        ],
        "accepted": [{"path": _text(each.path), **_finding(each)} for each in inspection.accepted],
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"


def _finding(finding: Finding) -> dict[str, Any]:
    """All keys but the path, which stands at the file; those of its place are there even when they are null."""
    return {
        "id": finding.id,
        "severity": finding.severity,
        "title": finding.title,
        "member": None if finding.member is None else _text(finding.member),
        "offset": finding.offset,
        "line": finding.line,
        "evidence": _text(finding.evidence),
        "why": finding.why,
        "mend": finding.mend,
        "taxonomy": finding.taxonomy,
    }


def _text(text: str) -> str:
    """The text without half surrogates, which names of files may have and JSON may not."""
    return text.encode("utf-8", "backslashreplace").decode()
