"""A Scan as SARIF: valid by the standard's own validator, with places, levels and fingerprints that stay."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from made_scan import ATTACK, HOSTILE, NOTE, REVIEW, SECRET, UNREAD, make_inspection, many
from test_report_sarif_official import errors, tool

from seatrial.core.finding import Finding, Inspection, Scanned
from seatrial.report.scans.table import render

__all__ = ["tool"]


def run_of(inspection: Inspection) -> Any:
    """The one run of the log."""
    log = json.loads(render(inspection, "sarif"))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    return log["runs"][0]


def result_of(finding: Finding) -> Any:
    """The result that is made of one Finding."""
    return run_of(Inspection(files=(Scanned.of(finding.path, (finding,)),)))["results"][0]


@pytest.mark.parametrize("inspection", [make_inspection(), Inspection(), many(200), make_inspection(interrupted=True)])
def test_the_official_validator_finds_no_error_in_a_scan(tool: Path, tmp_path: Path, inspection: Inspection) -> None:
    """Hostile names and evidence, no findings, many findings: SARIF 2.1.0 without an error."""
    assert errors(tool, tmp_path, render(inspection, "sarif").decode()) == []


@pytest.mark.parametrize(
    ("finding", "level"), [(ATTACK, "error"), (REVIEW, "warning"), (UNREAD, "warning"), (NOTE, "note")]
)
def test_levels_follow_severities(finding: Finding, level: str) -> None:
    """What is an attack is an error, what a person should look at a warning, the rest a note."""
    assert result_of(finding)["level"] == level


def test_rules_are_listed_once_and_in_reach() -> None:
    """Each result names its rule by id and by index, and no rule stands twice."""
    run = run_of(make_inspection(files=(*make_inspection().files, *many(3).files)))
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) == 6
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_rules_carry_what_code_hosts_sort_by() -> None:
    """A rule has a security severity, its tags, why it matters and how to mend it."""
    rule = run_of(make_inspection())["tool"]["driver"]["rules"][0]
    assert float(rule["properties"]["security-severity"]) > 9
    assert {"security", "CWE-502"} <= set(rule["properties"]["tags"])
    assert rule["help"]["text"] == "Do not load it."


def test_a_line_is_a_line_and_a_byte_is_a_byte() -> None:
    """The region is a line of a text, or an offset into the file itself."""
    of_line = result_of(SECRET)["locations"][0]["physicalLocation"]["region"]
    of_byte = result_of(REVIEW)["locations"][0]["physicalLocation"]["region"]
    assert of_line == {"startLine": 7}
    assert of_byte == {"byteOffset": 31, "byteLength": 0}


def test_an_offset_into_a_member_is_no_offset_into_the_file() -> None:
    """Bytes of what a zip file holds are told in the message alone."""
    made = result_of(ATTACK)
    assert made["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert "byte 1,234" in made["message"]["text"]


def test_addresses_are_relative_and_quoted() -> None:
    """A hostile name is an address of a file below the checkout and of no host."""
    uri = result_of(ATTACK)["locations"][0]["physicalLocation"]["artifactLocation"]
    assert uri["uriBaseId"] == "%SRCROOT%"
    assert uri["uri"].startswith("models/%3Cimg")
    assert not set("<> \x1b") & set(uri["uri"])


@pytest.mark.parametrize("path", ["./a.pkl", "a.pkl"])
def test_the_folder_that_is_scanned_leaves_no_dot(path: str) -> None:
    """`seatrial scan .` names files as code hosts do."""
    found = result_of(msgspec.structs.replace(REVIEW, path=path))
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a.pkl"


def test_a_fingerprint_stays_when_the_file_grows() -> None:
    """The same finding elsewhere in the file is the same alert; other evidence is another one."""
    moved = msgspec.structs.replace(REVIEW, offset=99)
    other = msgspec.structs.replace(REVIEW, evidence="my.Other")
    prints = [result_of(each)["partialFingerprints"] for each in (REVIEW, moved, other)]
    assert prints[0] == prints[1] != prints[2]


def test_messages_are_one_line() -> None:
    """What a file holds does not break out of its line, and moves no cursor."""
    text = result_of(ATTACK)["message"]["text"]
    assert "\n" not in text
    assert "\x1b" not in text
    assert "Calls something dangerous" in text


def test_an_interrupted_scan_did_not_succeed() -> None:
    """A code host is told that not all was looked at."""
    assert run_of(make_inspection(interrupted=True))["invocations"][0]["executionSuccessful"] is False
    assert run_of(make_inspection())["invocations"][0]["executionSuccessful"] is True


def test_the_verdict_is_in_the_log() -> None:
    """Whoever keeps the log finds the verdict and the numbers in it."""
    told = run_of(make_inspection())["properties"]
    assert told["verdict"] == "attack"
    assert "1 attack" in told["summary"]
    assert HOSTILE not in told["summary"]
