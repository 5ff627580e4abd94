"""JUnit XML as CI systems read it: one `testsuite` a suite, one `testcase` a case with its repeats folded.

Only what the strictest common reader takes is written (Jenkins' xunit plugin, junit-10.xsd): no attributes of newer
dialects. A case fails if any attempt at it failed; a flaky one says so. A gate is a `testcase` of the suite `gates`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from seatrial.core.verdict import GateResult, Outcome
from seatrial.metrics.wording import count
from seatrial.report.model import CaseLine, Report
from seatrial.report.text import one_line, shorten, visible
from seatrial.report.words import READINESS, counted, summary

BODY = 4_000
_KINDS = {"failed": "failure", "no answer": "error", "not judged": "skipped"}


def render_junit(report: Report) -> bytes:
    """The XML file, UTF-8."""
    suites = [_suite(report, suite.name) for suite in report.suites]
    if report.verdict.gates:
        suites.append(_gates(report))
    root = Element("testsuites", name="seatrial")
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in suites)))
    root.set("time", _seconds(sum(float(suite.get("time", "0")) for suite in suites)))
    root.extend(suites)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _suite(report: Report, name: str) -> Element:
    lines = [line for line in report.cases.shown if line.suite == name]
    element = _element(name, report, [_case(line) for line in lines], sum(line.seconds for line in lines))
    left_out = report.cases.not_passed_left_out + report.cases.passed_left_out
    if left_out:
        note = f"{report.cases.not_passed_left_out:,} cases that did not pass and {report.cases.passed_left_out:,} "
        SubElement(element, "system-out").text = note + "that passed are left out of this file (all suites)."
    return element


def _element(name: str, report: Report, tests: Sequence[Element], seconds: float) -> Element:
    found = {kind: sum(test.find(kind) is not None for test in tests) for kind in _KINDS.values()}
    element = Element("testsuite", name=one_line(name))
    element.set("tests", str(len(tests)))
    element.set("failures", str(found["failure"]))
    element.set("errors", str(found["error"]))
    element.set("skipped", str(found["skipped"]))
    element.set("time", _seconds(seconds))
    element.set("timestamp", datetime.fromtimestamp(report.run.at // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    properties = SubElement(element, "properties")
    for key, value in _properties(report):
        SubElement(properties, "property", name=key, value=one_line(value, 500))
    element.extend(tests)
    return element


def _properties(report: Report) -> list[tuple[str, str]]:
    run = report.run
    facts = [("verdict", READINESS[report.verdict.readiness].lower()), ("summary", summary(report))]
    facts += [("run", run.id), ("file", run.file), ("plan", run.plan), ("seed", str(run.seed)), ("state", report.state)]
    return facts + [(name, str(value)) for name, value in counted(report)]


def _case(line: CaseLine) -> Element:
    element = Element("testcase", name=one_line(line.case), classname=one_line(line.suite or "seatrial"))
    element.set("time", _seconds(line.seconds))
    if line.ending == "passed":
        return element
    attempts = line.passed + line.failed + line.no_answer + line.not_judged
    flaky = "flaky: " if line.flaky else ""
    message = f"{flaky}{one_line(line.why or line.ending, 500)}"
    ending = SubElement(element, _KINDS[line.ending], message=message, type=line.ending.replace(" ", "_"))
    parts = [line.origin, line.why]
    if attempts > 1:
        parts.append(f"{line.passed} of {count(attempts, 'attempt')} passed")
    ending.text = shorten("\n".join(visible(part) for part in parts if part), BODY)
    return element


def _gates(report: Report) -> Element:
    return _element("gates", report, [_gate(result) for result in report.verdict.gates], 0.0)


def _gate(result: GateResult) -> Element:
    element = Element("testcase", name=one_line(result.gate.text), classname="gates", time="0.000")
    if result.outcome is not Outcome.MET:
        tag = "failure" if result.outcome is Outcome.MISSED else "skipped"
        why = one_line(result.why or result.outcome.value, 500)
        SubElement(element, tag, message=why, type=result.outcome.value.replace(" ", "_"))
    return element


def _seconds(value: float) -> str:
    return f"{value:.3f}"
