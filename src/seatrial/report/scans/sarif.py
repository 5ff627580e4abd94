"""A Scan as SARIF 2.1.0: a rule for each kind of Finding, a result for each Finding, for code hosts to show.

Source: OASIS Standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", sections 3.13 to 3.52.
"""

import hashlib
from typing import Any, Final

import msgspec

from seatrial.core.finding import Finding, Inspection, Severity
from seatrial.report.places import ROOT, SCHEMA, Place
from seatrial.report.scans.words import place, summary
from seatrial.report.text import one_line

_LEVELS: Final[dict[Severity, str]] = {"attack": "error", "review": "warning", "unread": "warning"}
_SECURITY: Final[dict[Severity, str]] = {"attack": "9.5", "review": "6.0", "unread": "4.0"}
"""GitHub sorts by `security-severity`, from 0 to 10 as CVSS counts."""


def render_sarif(inspection: Inspection) -> bytes:
    """The SARIF log, indented JSON."""
    rules, results = rules_and_results(inspection)
    order = {name: index for index, name in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "Seatrial", "rules": list(rules.values())}},
        "invocations": [{"executionSuccessful": not inspection.interrupted}],
        "automationDetails": {"id": "seatrial-scan/"},
        "columnKind": "unicodeCodePoints",
        "results": [{**result, "ruleIndex": order[result["ruleId"]]} for result in results],
        "properties": {"verdict": inspection.verdict, "summary": summary(inspection)},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=1) + b"\n"


def rules_and_results(inspection: Inspection) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """The rules by id, and the results without their rule's index: for this log, or for that of a run."""
    rules: dict[str, dict[str, Any]] = {}
    for finding in inspection.findings:
        rules.setdefault(finding.id, _rule(finding))
    return rules, [_result(finding) for finding in inspection.findings]


def _rule(finding: Finding) -> dict[str, Any]:
    words = {"shortDescription": {"text": finding.title}}
    words |= {"fullDescription": {"text": finding.why}} if finding.why else {}
    words |= {"help": {"text": finding.mend}} if finding.mend else {}
    score = {"security-severity": _SECURITY[finding.severity]} if finding.severity in _SECURITY else {}
    return {
        "id": finding.id,
        **words,
        "defaultConfiguration": {"level": _LEVELS.get(finding.severity, "note")},
        "properties": {"tags": sorted({"security", *finding.taxonomy}), **score},
    }


def _result(finding: Finding) -> dict[str, Any]:
    """A result; its fingerprint holds no offset, so that it is the same one when the file has grown."""
    where, shown = place(finding), one_line(finding.evidence, 1000)
    told = ": ".join(part for part in (where, shown) if part)
    identity = "\0".join((finding.id, finding.path, finding.member or "", finding.evidence))
    made: dict[str, Any] = {
        "ruleId": finding.id,
        "level": _LEVELS.get(finding.severity, "note"),
        "message": {"text": one_line(f"{finding.title}. {told}" if told else finding.title, 1500)},
        "partialFingerprints": {
            "seatrial/v1": hashlib.sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()
        },
    }
    uri = Place(finding.path).uri
    if uri is not None:
        artifact = {"uri": uri} | ({} if uri.startswith("file:") else {"uriBaseId": ROOT})
        made["locations"] = [{"physicalLocation": {"artifactLocation": artifact, "region": _region(finding)}}]
    return made


def _region(finding: Finding) -> dict[str, int]:
    """A line of a text; bytes of a file only where they are the file's own, not those of a member."""
    if finding.line is not None:
        return {"startLine": finding.line}
    if finding.offset is not None and finding.member is None:
        return {"byteOffset": finding.offset, "byteLength": 0}
    return {"startLine": 1}
