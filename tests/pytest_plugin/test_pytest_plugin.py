"""Suite files as test items, through pytest itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = """\
targets: {bot: {recorded: answers.jsonl}}
suites:
  behaviour:
    target: bot
    repeat: 2
    cases: [{from: cases.jsonl}]
    checks: [contains]
gates: [behaviour.pass_rate >= 20%]
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with a suite of twelve cases, c3 of which fails."""
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    write(pytester.path, {"c3": "no"})
    (pytester.path / "seatrial.yaml").write_text(SUITE)
    return pytester


def write(folder: Path, answers: dict[str, str], count: int = 12) -> None:
    names = [f"c{i}" for i in range(count)]
    rows = [{"id": name, "ask": f"question {name}", "expect": "yes"} for name in names]
    recorded = [{"id": name, "answer": answers.get(name, "yes")} for name in names]
    (folder / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in recorded))


def run(suite: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return suite.runpytest_inprocess("-p", "no:cacheprovider", *arguments)


def test_each_case_is_an_item(suite: pytest.Pytester) -> None:
    """The items of a suite file are its cases, by suite and id."""
    found = run(suite, "--collect-only", "-q")
    found.stdout.fnmatch_lines(["seatrial.yaml::behaviour::c0", "seatrial.yaml::behaviour::c11"])


def test_a_failure_shows_question_answer_score_and_place(suite: pytest.Pytester) -> None:
    """A failed case shows all that a person needs and no traceback."""
    found = run(suite)
    found.assert_outcomes(passed=11, failed=1)
    told = ["cases.jsonl:4: 2 of 2 attempts did not pass", "  asked:    question c3", "  answered: no"]
    found.stdout.fnmatch_lines([*told, "  failed: contains: *", "FAILED *::behaviour::c3*"])
    found.stdout.no_fnmatch_line("*Traceback*")
    found.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_a_case_is_picked_by_its_name(suite: pytest.Pytester) -> None:
    """`-k` and a node id run one case; the gates then fail nothing."""
    run(suite, "-k", "c7").assert_outcomes(passed=1, deselected=11)
    found = run(suite, "seatrial.yaml::behaviour::c7")
    found.assert_outcomes(passed=1)
    found.stdout.fnmatch_lines(["*1 of 12 cases ran, so gates do not fail the session*"])


def test_last_failed_runs_again(suite: pytest.Pytester) -> None:
    """`--lf` asks the failed case only, and passes when it is mended."""
    suite.runpytest_subprocess().assert_outcomes(passed=11, failed=1)
    write(suite.path, {})
    suite.runpytest_subprocess("--lf").assert_outcomes(passed=1)


def test_gates_are_judged_over_all_workers(suite: pytest.Pytester) -> None:
    """With pytest-xdist the numbers of all processes come together before a gate is judged."""
    found = run(suite, "-n", "2")
    found.assert_outcomes(passed=11, failed=1)
    found.stdout.fnmatch_lines(["met: behaviour.pass_rate >= 20%", "seatrial.yaml: ready"])
    alone = run(suite)
    assert gates(found) == gates(alone)


def gates(found: pytest.RunResult) -> list[str]:
    lines = found.stdout.lines
    start = next(i for i, line in enumerate(lines) if "seatrial: seatrial.yaml" in line)
    return [line for line in lines[start + 1 :] if line.startswith(("met", "missed", "not enough", "seatrial.yaml: "))]


MISSED = SUITE.replace("[contains]", "[{length: {min: 1}}]").replace(">= 20%", "<= 20%")


def test_a_missed_gate_fails_the_session(suite: pytest.Pytester) -> None:
    """When every case passes but a gate is missed, pytest ends with a failure; unless gates are off."""
    (suite.path / "seatrial.yaml").write_text(MISSED)
    found = run(suite)
    found.assert_outcomes(passed=12)
    assert found.ret == pytest.ExitCode.TESTS_FAILED
    found.stdout.fnmatch_lines(["missed: behaviour.pass_rate <= 20%", "seatrial.yaml: not ready"])
    off = run(suite, "--seatrial-gates=off")
    assert off.ret == pytest.ExitCode.OK
    off.stdout.no_fnmatch_line("*seatrial.yaml: not ready*")


def test_a_missed_gate_fails_a_session_of_workers(suite: pytest.Pytester) -> None:
    """The same holds under pytest-xdist."""
    (suite.path / "seatrial.yaml").write_text(MISSED)
    assert run(suite, "-n", "2").ret == pytest.ExitCode.TESTS_FAILED


def test_mistakes_are_told_without_a_traceback(suite: pytest.Pytester) -> None:
    """A broken suite file is an error of collection with file and line."""
    (suite.path / "seatrial.yaml").write_text(SUITE.replace("repeat", "repaet"))
    found = run(suite)
    found.assert_outcomes(errors=1)
    found.stdout.fnmatch_lines(["seatrial.yaml:5: suites.behaviour.repaet: this key is not known*"])
    found.stdout.no_fnmatch_line("*Traceback*")


def test_a_missing_key_is_one_error(suite: pytest.Pytester) -> None:
    """When a target cannot be asked, one item says why and the others are skipped."""
    target = '{openai: "http://127.0.0.1:9/v1", model: m, api_key: ${NO_SUCH_KEY}}'
    (suite.path / "seatrial.yaml").write_text(SUITE.replace("{recorded: answers.jsonl}", target))
    found = run(suite)
    found.assert_outcomes(failed=1, skipped=11)
    found.stdout.fnmatch_lines(["*NO_SUCH_KEY is not set*"])


def test_an_answer_that_was_not_recorded_fails(suite: pytest.Pytester) -> None:
    """A case without an answer fails with the failure's name."""
    (suite.path / "answers.jsonl").write_text('{"id": "c0", "answer": "yes"}\n')
    found = run(suite)
    found.assert_outcomes(passed=1, failed=11)
    found.stdout.fnmatch_lines(["  no answer (not_recorded): *"])


def test_what_cannot_be_judged_is_skipped(suite: pytest.Pytester) -> None:
    """A case that no check could judge is neither a pass nor a failure."""
    text = SUITE.replace("[contains]", "[{python: 'judges:broken'}]")
    (suite.path / "seatrial.yaml").write_text(text)
    (suite.path / "judges.py").write_text("def broken(answer):\n    raise ValueError('no wind')\n")
    found = run(suite, "-rs")
    found.assert_outcomes(skipped=12)
    found.stdout.fnmatch_lines(["*no wind*"])


def test_other_files_are_left_alone(suite: pytest.Pytester) -> None:
    """A YAML file of that name without suites, and other YAML files, are not collected."""
    (suite.path / "seatrial.yaml").write_text("name: something else\n")
    (suite.path / "other.yaml").write_text(SUITE)
    (suite.path / "fast.seatrial.yaml").write_text(SUITE)
    run(suite).assert_outcomes(passed=11, failed=1)


def test_projects_that_do_not_use_it_pay_nothing(tmp_path: Path) -> None:
    """Loading the plugin imports nothing of Seatrial but itself."""
    code = """
import sys, pytest
before = set(sys.modules)
import seatrial.pytest_plugin
print(sorted(name for name in set(sys.modules) - before if not name.startswith("seatrial.pytest_plugin")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.strip() == "['seatrial']"
