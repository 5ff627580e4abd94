"""Formats that CI systems read: JUnit XML, SARIF and GitHub's workflow commands."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema
from made_report import HOSTILE, attempt, info, make_report, verdict
from sarif_parts import LOG

from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.core.interaction import Failure, FailureKind
from seatrial.core.run import Attempt
from seatrial.core.score import Score
from seatrial.core.verdict import Verdict
from seatrial.report.build import Circumstances, build_report
from seatrial.report.github import MOST, command, render_github
from seatrial.report.junit import render_junit
from seatrial.report.model import Report
from seatrial.report.sarif import render_sarif

RIGHT, WRONG = Score("contains", True), Score("contains", False, 0.0, "no 21:40 in it")
TIMEOUT = Failure(FailureKind.TIMEOUT, "no answer within 30 s")


@pytest.fixture(scope="module")
def report() -> Report:
    """The made-up report."""
    return make_report()


@pytest.fixture(scope="module")
def junit_schema() -> xmlschema.XMLSchema:
    """The strict form of the JUnit format."""
    return xmlschema.XMLSchema(str(Path(__file__).with_name("junit.xsd")))


def of(*made: Attempt, origin: str = "cases/en.jsonl:17") -> Report:
    """A report of these attempts alone, whose cases stand at one place."""
    cases = [("behaviour", Case(id=each.dialogue[-1].case or "", turns=(), origin=origin)) for each in made]
    rows = Batch.of((each.dialogue, each.scores) for each in made)
    return build_report(info(), verdict(), rows, made, cases)


def hostile(text: str) -> Report:
    """A report whose case, reason, failure and place hold a hostile text."""
    wrong = attempt(text, Score(text or "x", False, 0.0, text), case=text)
    failed = attempt("", failure=Failure(FailureKind.CRASHED, text), case=f"{text} 2")
    return of(wrong, failed, origin=text)


def cases_of(report: Report) -> dict[str, ElementTree.Element]:
    """The test cases of the JUnit file by name."""
    root = ElementTree.fromstring(render_junit(report))
    return {case.get("name", ""): case for case in root.iter("testcase")}


def sarif(report: Report) -> Any:
    """The one run of the SARIF log."""
    return json.loads(render_sarif(report))["runs"][0]


def test_junit_is_valid(report: Report, junit_schema: xmlschema.XMLSchema) -> None:
    """The file fits the strictest common reader's schema, an empty run's too."""
    junit_schema.validate(render_junit(report).decode())
    junit_schema.validate(render_junit(build_report(info(), Verdict.of([]), Batch(), [])).decode())


def test_junit_has_a_suite_a_suite_and_a_case_a_case(report: Report) -> None:
    """Suites and gates are suites; the numbers at the top are those of what stands below."""
    root = ElementTree.fromstring(render_junit(report))
    assert [suite.get("name") for suite in root] == ["behaviour", "safety", "gates"]
    assert [suite.get("tests") for suite in root] == ["40", "20", "6"]
    for suite in root:
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("errors", "")) == len(suite.findall("testcase/error"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))


def test_junit_folds_repeats() -> None:
    """A case fails if any attempt failed; when others passed the message says that it is flaky."""
    case = cases_of(of(attempt("a", RIGHT), attempt("b", WRONG, repeat=1)))["c"]
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "flaky: contains: no 21:40 in it"
    assert (failure.text or "").split("\n") == [
        "cases/en.jsonl:17",
        "contains: no 21:40 in it",
        "1 of 2 attempts passed",
    ]


def test_junit_tells_apart_wrong_silent_and_not_judged() -> None:
    """A failed check is a failure, no answer an error, not judged a skipped case, passed none of these."""
    made = [
        attempt("a", RIGHT, case="right"),
        attempt("b", WRONG, case="wrong"),
        attempt("", failure=TIMEOUT, case="late"),
        attempt("c", Score.not_judged("rubric", "nonsense"), case="open"),
    ]
    found = {name: [child.tag for child in case] for name, case in cases_of(of(*made)).items()}
    expected = {"right": [], "wrong": ["failure"], "late": ["error"], "open": ["skipped"]}
    assert {name: found[name] for name in expected} == expected


def test_junit_says_what_is_left_out() -> None:
    """A file that does not hold all cases says so in the suite's output."""
    rows = Batch()
    for number in range(10_002):
        rows.add_row(f"c{number}", {"passed": 1.0, "failed": 0.0}, {"suite": "behaviour"})
    text = render_junit(build_report(info(), verdict(), rows, [])).decode()
    assert "<system-out>0 cases that did not pass and 2 that passed are left out of this file" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_junit_holds_hostile_text(text: str, junit_schema: xmlschema.XMLSchema) -> None:
    """The file stays valid whatever a text holds, characters that XML forbids included."""
    junit_schema.validate(render_junit(hostile(text)).decode("utf-8"))


@pytest.mark.parametrize("text", ["", *HOSTILE])
def test_sarif_is_valid(text: str, report: Report) -> None:
    """The log has the parts of the standard and nothing else, whatever a text holds."""
    log = json.loads(render_sarif(hostile(text) if text else report))
    jsonschema.Draft202012Validator(LOG).validate(log)


def test_sarif_results_point_to_their_rules(report: Report) -> None:
    """Each result's rule is the one at its index, and each rule has a result."""
    run = sarif(report)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    assert set(rules) == {result["ruleId"] for result in run["results"]}
    assert {"gate/missed", "gate/undecided", "check/contains", "no_answer/timeout"} <= set(rules)


def test_sarif_names_the_line_of_the_case() -> None:
    """A failing case is one result at its file and line, however often it failed."""
    run = sarif(of(attempt("a", WRONG), attempt("b", WRONG, repeat=1)))
    (result,) = [each for each in run["results"] if each["ruleId"] == "check/contains"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "cases/en.jsonl", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 17}
    assert result["message"]["text"] == "c: no 21:40 in it"


@pytest.mark.parametrize(
    ("origin", "uri"),
    [
        ("cases/a b%.jsonl:3", "cases/a%20b%25.jsonl"),
        ("/srv/été.yaml:3", "file:///srv/%C3%A9t%C3%A9.yaml"),
        ("./seatrial.yaml", "seatrial.yaml"),
        ("C:\\x\\s.yaml:3", "file:///C:/x/s.yaml"),
    ],
)
def test_sarif_addresses_are_uris(origin: str, uri: str) -> None:
    """Files are URI references: escaped, relative where the file is, `file:` where it is absolute."""
    (result,) = [each for each in sarif(of(attempt("a", WRONG), origin=origin))["results"] if "check" in each["ruleId"]]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_sarif_knows_a_result_again() -> None:
    """The fingerprint of a case's failure is the same in the next run, and not that of another case."""
    first, again = (sarif(of(attempt(text, WRONG)))["results"][-1] for text in ("a", "b"))
    other = sarif(of(attempt("a", WRONG, case="d")))["results"][-1]
    assert first["partialFingerprints"] == again["partialFingerprints"] != other["partialFingerprints"]


def test_sarif_says_when_a_run_was_interrupted() -> None:
    """An interrupted run is no successful execution."""
    report = make_report(circumstances=Circumstances(state="interrupted"))
    assert sarif(report)["invocations"][0]["executionSuccessful"] is False


def test_annotations_stand_at_their_lines() -> None:
    """A failing case is an error at its file and line; a case without an answer is a warning."""
    lines = render_github(of(attempt("a", WRONG, case="x"), attempt("", failure=TIMEOUT, case="y"))).splitlines()
    assert "::error file=cases/en.jsonl,line=17,title=failed%3A x::contains: no 21:40 in it" in lines
    assert any(line.startswith("::warning file=cases/en.jsonl,line=17,title=no answer%3A y") for line in lines)


def test_annotations_are_capped(report: Report) -> None:
    """At most ten errors and ten warnings come out; the last line is the verdict and counts the rest."""
    lines = render_github(report).splitlines()
    assert sum(line.startswith("::error") for line in lines) == MOST
    assert sum(line.startswith("::warning") for line in lines) == MOST
    assert re.fullmatch(r"::warning title=Seatrial::Not ready\. Of 6 gates: .* \d+ more places are in .*", lines[-1])


def test_a_ready_run_is_a_notice() -> None:
    """When all is well there is one notice."""
    met = Verdict.of(result for result in verdict().gates if result.outcome.value == "met")
    report = build_report(info(), met, Batch(), [])
    assert render_github(report) == "::notice title=Seatrial::Ready. All 3 gates are met.\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_command(text: str) -> None:
    """Every line is a command of ours, whatever a text holds."""
    for line in render_github(hostile(text)).splitlines():
        assert re.match(r"::(error|warning|notice) (file=[^,:]*,)?(line=\d+,)?title=[^,:]*::", line)


def test_commands_are_escaped() -> None:
    """Percent signs and line ends are escaped in a message; colons and commas in a property, too."""
    assert command("error", "100%\nfailed: x", file="a,b:c", line=None) == "::error file=a%2Cb%3Ac::100%25%0Afailed: x"
    assert command("notice", "done") == "::notice::done"
