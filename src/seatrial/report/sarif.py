"""SARIF 2.1.0: a rule for each check, kind of failure and gate; a result for each case that failed and gate missed.

Source: OASIS Standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", sections 3.13 to 3.52.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec

from seatrial.core.verdict import GateResult, Outcome
from seatrial.report.model import AttemptSection, Report
from seatrial.report.places import ROOT, SCHEMA, place_of
from seatrial.report.scans.sarif import rules_and_results
from seatrial.report.text import one_line
from seatrial.report.words import READINESS, summary

_GATE_RULES = {
    Outcome.MISSED: ("gate/missed", "A gate was missed", "error"),
    Outcome.UNDECIDED: ("gate/undecided", "A gate has not enough evidence", "warning"),
}

Rules = dict[str, dict[str, Any]]


def render_sarif(report: Report) -> bytes:
    """The SARIF log, indented JSON."""
    rules: Rules = {}
    results = [_gate(result, report, rules) for result in report.verdict.gates if result.outcome is not Outcome.MET]
    seen: set[tuple[str, str, str]] = set()
    for attempt in report.attempts.shown:
        for rule, message, level in _wrong(attempt):
            key = (attempt.suite, attempt.case, rule)
            if key not in seen:
                seen.add(key)
                results.append(_case(attempt, _rule(rules, rule, message[0], level), message[1], level))
    if report.run.inspection is not None:
        of_scan, found = rules_and_results(report.run.inspection)
        rules |= of_scan
        results += found
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, rules, results)]}
    return msgspec.json.format(msgspec.json.encode(log), indent=1) + b"\n"


def _run(report: Report, rules: Rules, results: list[dict[str, Any]]) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "Seatrial", "rules": list(rules.values())}
    if report.run.seatrial:
        driver["version"] = report.run.seatrial
    order = {rule: index for index, rule in enumerate(rules)}
    at = datetime.fromtimestamp(report.run.at // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": report.state == "done", "startTimeUtc": at}],
        "automationDetails": {"id": f"seatrial/{one_line(report.run.id)}"},
        "columnKind": "unicodeCodePoints",
        "results": [{**result, "ruleIndex": order[result["ruleId"]]} for result in results],
        "properties": {"verdict": READINESS[report.verdict.readiness].lower(), "summary": summary(report)},
    }


def _wrong(attempt: AttemptSection) -> list[tuple[str, tuple[str, str], str]]:
    """Rule, the rule's description with the message, and level, for all that is wrong with an attempt."""
    if attempt.ending == "no answer":
        told = f"No answer: {attempt.failure_kind}"
        return [(f"no_answer/{attempt.failure_kind}", (told, f"{told}. {attempt.failure}"), "warning")]
    return [
        (f"check/{score.name}", (f"The check {score.name} failed", score.reason or "failed"), "error")
        for score in attempt.scores
        if score.passed is False
    ]


def _rule(rules: Rules, name: str, description: str, level: str) -> str:
    identity = one_line(name)
    rules.setdefault(
        identity,
        {
            "id": identity,
            "shortDescription": {"text": one_line(description)},
            "defaultConfiguration": {"level": level},
        },
    )
    return identity


def _case(attempt: AttemptSection, rule: str, message: str, level: str) -> dict[str, Any]:
    text = f"{one_line(attempt.case)}: {one_line(message, 1000)}"
    return _result(rule, level, text, attempt.origin, f"{attempt.suite}/{attempt.case}/{rule}", attempt.tags)


def _gate(result: GateResult, report: Report, rules: Rules) -> dict[str, Any]:
    name, description, level = _GATE_RULES[result.outcome]
    text = f"{one_line(result.gate.text)}: {one_line(result.why or result.outcome.value, 1000)}"
    rule = _rule(rules, name, description, level)
    return _result(rule, level, text, report.run.file, f"gate/{result.gate.text}", {})


def _result(rule: str, level: str, text: str, origin: str, identity: str, tags: dict[str, str]) -> dict[str, Any]:
    """A result; `identity` is what makes it the same one in the next run, `origin` may be empty."""
    digest = hashlib.sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()
    made: dict[str, Any] = {
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "partialFingerprints": {"seatrial/v1": digest},
    }
    place = place_of(origin)
    if place.uri is not None:
        artifact = {"uri": place.uri} | ({} if place.uri.startswith("file:") else {"uriBaseId": ROOT})
        region = {"startLine": place.line} if place.line is not None else None
        physical: dict[str, Any] = {"artifactLocation": artifact} | ({"region": region} if region else {})
        made["locations"] = [{"physicalLocation": physical}]
    if tags:
        made["properties"] = {"tags": sorted({one_line(f"{tag}={value}") for tag, value in tags.items()})}
    return made
