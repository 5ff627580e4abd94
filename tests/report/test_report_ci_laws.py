"""Laws of the formats that CI systems read, for runs of any outcome."""

import json
import re
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_report import attempt, gate, info

from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.core.interaction import Failure, FailureKind
from seatrial.core.run import Attempt
from seatrial.core.score import Score
from seatrial.core.verdict import Outcome, Verdict
from seatrial.report.build import Circumstances, build_report
from seatrial.report.github import MOST, command, render_github
from seatrial.report.junit import render_junit
from seatrial.report.model import CaseLine, Report
from seatrial.report.places import place_of
from seatrial.report.sarif import render_sarif
from seatrial.report.text import visible

LETTERS = {
    "p": Score("contains", True, 1.0),
    "f": Score("contains", False, 0.0, "no 21:40 in it"),
    "g": Score("json_valid", False, 0.0, "no JSON"),
    "n": Score.not_judged("rubric", "the judge was silent"),
}
RUNS = st.dictionaries(
    st.from_regex(r"[a-z]{1,3}", fullmatch=True), st.text("ppfgnx", min_size=1, max_size=3), max_size=9
)
OUTCOMES = st.lists(st.sampled_from(Outcome), max_size=4)


def made(letter: str, case: str, repeat: int) -> Attempt:
    """An attempt of one letter: p passed, f and g failed a check, n not judged, x no answer."""
    if letter == "x":
        return attempt("", failure=Failure(FailureKind.TIMEOUT, "late"), case=case, repeat=repeat)
    return attempt("21:40", LETTERS[letter], case=case, repeat=repeat)


def run(words: dict[str, str], outcomes: list[Outcome] | None = None, origin: str = "cases/en.jsonl:17") -> Report:
    """A report of cases by their words, with a gate of each outcome."""
    attempts = [made(letter, case, number) for case, word in words.items() for number, letter in enumerate(word)]
    batch = Batch.of((each.dialogue, each.scores) for each in attempts)
    gates = [gate(f"g{number} >= 1", outcome) for number, outcome in enumerate(outcomes or [])]
    cases = [("behaviour", Case(id=case, turns=(), origin=origin)) for case in words]
    return build_report(info(), Verdict.of(gates), batch, attempts, cases)


def ending(word: str) -> str:
    """How a case of this word ends: failed before no answer before not judged before passed."""
    return (
        "failed" if set(word) & set("fg") else "no answer" if "x" in word else "not judged" if "n" in word else "passed"
    )


def results(report: Report) -> Any:
    """The results of the SARIF log."""
    return json.loads(render_sarif(report))["runs"][0]["results"]


@settings(max_examples=40)
@given(RUNS, OUTCOMES)
def test_every_case_and_gate_is_one_test(words: dict[str, str], outcomes: list[Outcome]) -> None:
    """Each stands once, ends as its worst attempt did, and the counts above are those of what stands below."""
    root = ElementTree.fromstring(render_junit(run(words, outcomes)))
    tags = {"failed": "failure", "no answer": "error", "not judged": "skipped"}
    cases = {case.get("name"): [child.tag for child in case] for case in root.iterfind("testsuite/testcase")}
    expected = {case: [tags[ending(word)]] if ending(word) in tags else [] for case, word in words.items()}
    marks = {Outcome.MET: [], Outcome.MISSED: ["failure"], Outcome.UNDECIDED: ["skipped"]}
    gates = {f"g{number} >= 1": marks[outcome] for number, outcome in enumerate(outcomes)}
    assert cases == expected | gates
    assert int(root.get("tests", "")) == len(cases)
    assert int(root.get("failures", "")) == sum(tags == ["failure"] for tags in cases.values())
    assert int(root.get("errors", "")) == sum(tags == ["error"] for tags in cases.values())


@settings(max_examples=40)
@given(RUNS)
def test_a_case_with_repeats_says_how_many_passed(words: dict[str, str]) -> None:
    """And that it is flaky when it both passed and failed."""
    root = ElementTree.fromstring(render_junit(run(words)))
    for case in root.iterfind("testsuite/testcase"):
        word = words[case.get("name", "")]
        for found in case:
            flaky = "p" in word and ending(word) == "failed"
            assert found.get("message", "").startswith("flaky: ") is flaky
            assert (f"{word.count('p')} of {len(word)} attempts passed" in (found.text or "")) is (len(word) > 1)


@settings(max_examples=40)
@given(RUNS, OUTCOMES)
def test_sarif_has_a_result_for_each_thing_that_is_wrong(words: dict[str, str], outcomes: list[Outcome]) -> None:
    """One for each check that failed in a case, each kind of failure and each open or missed gate; none twice."""
    found = results(run(words, outcomes))
    rules = {"f": "check/contains", "g": "check/json_valid", "x": "no_answer/timeout"}
    expected = [rules[letter] for word in words.values() for letter in sorted(set(word) & set("fgx"))]
    expected += [
        "gate/missed" if each is Outcome.MISSED else "gate/undecided" for each in outcomes if each is not Outcome.MET
    ]
    assert sorted(each["ruleId"] for each in found) == sorted(expected)
    prints = [each["partialFingerprints"]["seatrial/v1"] for each in found]
    assert len(set(prints)) == len(prints)


@settings(max_examples=40)
@given(RUNS, OUTCOMES)
def test_annotations_show_or_count_all_that_is_wrong(words: dict[str, str], outcomes: list[Outcome]) -> None:
    """What is not shown is in the number at the end; never more than ten of a level."""
    lines = render_github(run(words, outcomes)).splitlines()
    wrong = sum(ending(word) != "passed" for word in words.values()) + sum(each is not Outcome.MET for each in outcomes)
    left_out = re.search(r"(\d+) more places? (is|are) in the report", lines[-1])
    assert len(lines) - 1 + (int(left_out[1]) if left_out else 0) == wrong
    for level in ("error", "warning", "notice"):
        assert sum(line.startswith(f"::{level}") for line in lines) <= MOST


@pytest.mark.parametrize(("silent", "left_out"), [(9, 0), (10, 1), (11, 2)])
def test_the_verdict_takes_the_place_of_a_warning(silent: int, left_out: int) -> None:
    """Ten warnings and a verdict that is a warning, too, are eleven: one is left out and counted."""
    lines = render_github(run({f"c{number}": "n" for number in range(silent)})).splitlines()
    assert len(lines) == min(silent, 9) + 1
    assert (f"{left_out} more place" in lines[-1]) is (left_out > 0)


def test_a_case_without_a_place_has_no_file() -> None:
    """An annotation without a line stands at the commit."""
    lines = render_github(run({"a": "f", "b": "x"}, origin="")).splitlines()
    assert lines[0].startswith("::error title=failed%3A a::")
    assert lines[1].startswith("::warning title=no answer%3A b::")
    assert all("locations" not in each for each in results(run({"a": "f"}, origin="")) if each["level"] == "error")


PATHS = st.text("abé 漢%?#&:\\./\u202e\x07", min_size=1, max_size=12)


@given(PATHS, st.one_of(st.none(), st.integers(1, 10**8)))
@example("./a:/", None)
@example("./a:\\", 7)
@example(":a:./", 10**8)
def test_a_place_is_an_address_that_leads_back(path: str, line: int | None) -> None:
    """Whatever a file is called, its address has no query, no fragment and no host, and unquoted is the file."""
    place = place_of(path if line is None else f"{path}:{line}")
    if line is not None:
        assert (place.file, place.line) == (path, line)
    uri = place.uri or ""
    parts = urlsplit(uri)
    assert uri.isascii()
    assert (parts.query, parts.fragment, parts.netloc) == ("", "", "")
    file = place.file or ""
    if not file.startswith("/"):
        assert unquote(uri).removeprefix("file:///") == file.replace("\\", "/").removeprefix("./").lstrip("/")


@pytest.mark.parametrize(
    ("origin", "file", "line"),
    [
        ("a.jsonl:0", "a.jsonl", None),
        ("a.jsonl:17:4", "a.jsonl", 17),
        (":17", ":17", None),
        ("a:b:3", "a:b", 3),
        ("a\nb:3", "a\nb", 3),
        ("\\\\host\\share:3", "\\\\host\\share", 3),
    ],
)
def test_only_a_line_is_read_as_a_line(origin: str, file: str, line: int | None) -> None:
    """Lines count from one, and a column behind one is not the line."""
    found = place_of(origin)
    assert (found.file, found.line) == (file, line)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_command_is_undone_by_its_reader(message: str, title: str) -> None:
    """What GitHub unescapes is what was to be said, made visible; it is one line with one title."""
    line = command("error", message, title=title)
    found = re.fullmatch(r"::error title=([^:,\n]*)::(.*)", line)
    assert found is not None
    unescaped = found[2].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
    assert unescaped == visible(message)
    assert len(line.splitlines()) == 1


ENDINGS = st.tuples(*[st.integers(0, 3)] * 4)


@given(ENDINGS)
def test_a_case_ends_as_its_worst_attempt(counts: tuple[int, int, int, int]) -> None:
    """Failed, then no answer, then not judged; passed only if all passed and there is one."""
    passed, failed, no_answer, not_judged = counts
    line = CaseLine("s", "c", *counts)
    assert (line.ending == "failed") is (failed > 0)
    assert (line.ending == "passed") is (passed > 0 and not failed + no_answer + not_judged)
    assert (line.ending == "no answer") is (no_answer > 0 and not failed)
    assert line.flaky is (passed > 0 and failed > 0)


@pytest.mark.parametrize(("state", "done"), [("done", True), ("interrupted", False), ("running", False)])
def test_only_a_finished_run_was_successful(state: Any, done: bool) -> None:
    """SARIF's `executionSuccessful` is about the run and not about what it found."""
    report = build_report(info(), Verdict.of([]), Batch(), [], circumstances=Circumstances(state=state))
    log = json.loads(render_sarif(report))["runs"][0]
    assert log["invocations"][0]["executionSuccessful"] is done
    assert log["properties"]["verdict"] == "not enough evidence"
