"""Suite files as test items in odd projects: several files, names, workers, broken parts."""

import json
from pathlib import Path
from typing import Any

import pytest

SUITE = """\
targets: {bot: {recorded: answers.jsonl}}
suites:
  behaviour: {target: bot, cases: [{from: cases.jsonl}], checks: [contains]}
gates: [behaviour.pass_rate >= 20%]
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with a suite of six cases that all pass."""
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    put(pytester.path, [f"c{i}" for i in range(6)])
    (pytester.path / "seatrial.yaml").write_text(SUITE)
    return pytester


def put(folder: Path, names: list[Any], wrong: tuple[Any, ...] = ()) -> None:
    rows = [{"id": name, "ask": f"question {i}", "expect": "yes"} for i, name in enumerate(names)]
    answers = [{"id": str(name), "answer": "no" if name in wrong else "yes"} for name in names]
    for file, lines in (("cases.jsonl", rows), ("answers.jsonl", answers)):
        (folder / file).write_text("".join(json.dumps(line) + "\n" for line in lines))


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_inprocess("-p", "no:cacheprovider", *arguments)


def test_any_id_is_a_test(project: pytest.Pytester) -> None:
    """Ids with signs that mean something to pytest, a shell or a format are run and told all the same."""
    names = ["with space", "a::b", "a/b", "[x]", "ünïcode", "-x", "n\nl", "%s", "{{ x }}", 7]
    put(project.path, [*names, "other"], wrong=tuple(names))
    found = run(project)
    found.assert_outcomes(passed=1, failed=len(names))
    found.stdout.fnmatch_lines(["  answered: no"])
    found.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_each_file_is_judged_by_its_own_gates(project: pytest.Pytester) -> None:
    """Two suite files of one project have a verdict each, and one missed gate is enough to fail."""
    (project.path / "strict.seatrial.yml").write_text(SUITE.replace(">= 20%", "<= 1%"))
    found = run(project)
    found.assert_outcomes(passed=12)
    found.stdout.fnmatch_lines(["strict.seatrial.yml: not ready"])
    found.stdout.fnmatch_lines(["seatrial.yaml: ready"])
    assert found.ret == pytest.ExitCode.TESTS_FAILED


def test_stopping_early_judges_no_gate_as_a_whole(project: pytest.Pytester) -> None:
    """With `-x` the gates are told over what ran, and said to be about a part."""
    put(project.path, [f"c{i}" for i in range(6)], wrong=("c0",))
    found = run(project, "-x")
    found.stdout.fnmatch_lines(["*(1 of 6 cases ran, so gates do not fail the session)*"])


def test_tests_beside_a_suite_are_left_alone(project: pytest.Pytester) -> None:
    """Plain tests of the same folder run as ever, and a session of those alone says nothing of gates."""
    project.makepyfile(test_plain="def test_plain():\n    assert True\n")
    run(project).assert_outcomes(passed=7)
    found = run(project, "test_plain.py")
    found.assert_outcomes(passed=1)
    found.stdout.no_fnmatch_line("*seatrial: *")


def test_too_little_evidence_does_not_fail(project: pytest.Pytester) -> None:
    """A gate that six cases cannot decide is told with its reason, and the session passes."""
    (project.path / "seatrial.yaml").write_text(SUITE.replace(">= 20%", ">= 95%"))
    found = run(project)
    assert found.ret == pytest.ExitCode.OK
    found.stdout.fnmatch_lines(["seatrial.yaml: not enough evidence"])


def test_broken_files_are_errors_of_collection(project: pytest.Pytester) -> None:
    """A file that means to be a suite and is none is one error; one that does not mean to is nothing."""
    broken = ("suites:\n", "suites: {}\ntargets: {}\n", "suites: [\n")
    for i, text in enumerate((*broken, "# suites: in a comment\n", "x: 1", "")):
        (project.path / f"s{i}.seatrial.yaml").write_text(text)
    found = run(project)
    found.assert_outcomes(errors=len(broken))
    found.stdout.no_fnmatch_line("*Traceback*")
    assert found.ret == pytest.ExitCode.INTERRUPTED


def test_a_broken_baseline_is_told_at_the_end(project: pytest.Pytester) -> None:
    """Cases pass or fail by themselves; what the gates cannot be held against is a line of the summary."""
    (project.path / "seatrial-baseline.json").write_text("{")
    found = run(project)
    found.assert_outcomes(passed=6)
    found.stdout.fnmatch_lines(["*seatrial-baseline.json*"])
    found.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_workers_and_last_failed_work_together(project: pytest.Pytester) -> None:
    """`--lf` in a worker asks the one case that failed in a session without workers."""
    put(project.path, [f"c{i}" for i in range(6)], wrong=("c2",))
    project.runpytest_subprocess().assert_outcomes(passed=5, failed=1)
    again = project.runpytest_subprocess("-n", "1", "--lf")
    again.assert_outcomes(failed=1)
    again.stdout.fnmatch_lines(["*question 2*"])


def test_gates_that_are_off_print_nothing_under_workers(project: pytest.Pytester) -> None:
    """`--seatrial-gates=off` holds in all processes; another word is refused."""
    found = project.runpytest_subprocess("-n", "1", "--seatrial-gates=off", "-p", "no:cacheprovider")
    found.assert_outcomes(passed=6)
    found.stdout.no_fnmatch_line("*seatrial.yaml: *")
    assert run(project, "--seatrial-gates=maybe").ret == pytest.ExitCode.USAGE_ERROR


def test_tags_are_properties_of_the_report(project: pytest.Pytester) -> None:
    """A case's tags stand in JUnit files of pytest, so that a CI can filter by them."""
    (project.path / "cases.jsonl").write_text('{"id": "c0", "ask": "q", "expect": "yes", "tags": {"language": "es"}}\n')
    run(project, "--junitxml=out.xml").assert_outcomes(passed=1)
    assert '<property name="language" value="es"' in (project.path / "out.xml").read_text()
