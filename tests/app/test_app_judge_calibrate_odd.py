"""Calibration of odd runs and odd files: dialogues, tool calls, silent judges, names that look like patterns."""

from pathlib import Path

import pytest
from app_support import put, put_rows, recorded, refused

from seatrial.app.bridge import run_sync
from seatrial.app.check import Options, check
from seatrial.app.judge_calibrate import calibrate_run, read_labels
from seatrial.app.suite import load

TALKS = """
targets: {bot: {recorded: answers.jsonl, repeat: repeat}}
suites: {s: {target: bot, repeat: 2, cases: [{from: cases.jsonl}], checks: [{length: ">= 1"}]}}
gates: [s.pass_rate >= 20%]
"""
JUDGED = """
targets: {bot: {recorded: answers.jsonl}, judge: {python: "MODULE:judge"}}
suites: {s: {target: bot, cases: [{from: cases.jsonl}], checks: [CHECKS]}}
gates: [s.pass_rate >= 0%]
"""


def ran(path: Path) -> Path:
    """The folder of a suite file, with a run of it."""
    run_sync(lambda: check(load(path), Options()))
    return path.parent


def judged_by(folder: Path, body: str, checks: str = "{rubric: Says yes.}") -> Path:
    """A folder with a run of ten right and ten wrong answers, judged by a function with this body."""
    module = f"odd_{folder.name}".replace("-", "_")
    put(folder, f"import json\n\ndef judge(prompt):\n    {body}\n", f"{module}.py")
    return ran(recorded(folder, 10, 10, JUDGED.replace("MODULE", module).replace("CHECKS", checks)))


def labels(folder: Path, text: str, name: str = "labels.csv") -> Path:
    """A file of labels."""
    return put(folder, text, name)


def repeated(folder: Path, rows: list[dict[str, object]], **case: object) -> Path:
    """A folder with a run in which one case was asked twice, and answered by these rows."""
    put_rows(folder, [{"id": "c", **({"ask": "When?"} | case)}])
    put_rows(folder, rows, "answers.jsonl")
    return ran(put(folder, TALKS))


def test_repeats_that_say_the_same_share_a_label(tmp_path: Path) -> None:
    """Two equal answers to one case are one answer to a person."""
    folder = repeated(tmp_path, [{"id": "c", "repeat": r, "answer": "At ten."} for r in (0, 1)])
    assert calibrate_run(folder, "last", labels(folder, "case,label\nc,pass\n")).labelled == 2


def test_tool_calls_tell_answers_apart(tmp_path: Path) -> None:
    """Equal words beside another call are another answer, which needs a label of its own."""
    function = "seatrial_odd_calls"
    put(
        tmp_path,
        """
        from seatrial.core.interaction import Answer
        from seatrial.core.request import ToolCall

        def answer(request):
            return Answer("Done.", tool_calls=(ToolCall("book", str(request.repeat)),))
        """,
        f"{function}.py",
    )
    put_rows(tmp_path, [{"id": "c", "ask": "Book it."}])
    path = put(tmp_path, TALKS.replace("recorded: answers.jsonl, repeat: repeat", f'python: "{function}:answer"'))
    said = refused(calibrate_run, ran(path), "last", labels(tmp_path, "case,label\nc,pass\n"))
    assert "fits 2 answers to the case `c` that differ; add a column `repeat`" in said


def test_a_judge_that_never_judges(tmp_path: Path) -> None:
    """Nonsense on every answer leaves nothing to calibrate: not enough evidence, and no crash."""
    folder = judged_by(tmp_path, 'return "Lovely weather."')
    text = "case,label\n" + "".join(f"c{i},{'pass' if i < 10 else 'fail'}\n" for i in range(20))
    found = calibrate_run(folder, "last", labels(folder, text))
    assert (found.is_enough, found.judged, found.unjudged) == (False, 0, 20)
    assert "the judge said nothing of 20 of 20 answers" in found.warnings[0]


def test_a_run_that_nothing_was_judged_in(tmp_path: Path) -> None:
    """When every answer failed there is no judge to speak of, and that is said plainly."""
    path = recorded(tmp_path, 3)
    put_rows(tmp_path, [{"id": "other", "answer": "yes"}], "answers.jsonl")
    said = refused(calibrate_run, ran(path), "last", labels(tmp_path, "case,label\nc1,pass\n"))
    assert said == "the run has no answer that a check has judged"


def test_a_check_that_is_turned_round(tmp_path: Path) -> None:
    """A judge inside `not` is calibrated under the name that its Scores have."""
    folder = judged_by(tmp_path, 'return json.dumps({"passed": True})', "{not: {rubric: Says yes.}}")
    found = calibrate_run(folder, "last", labels(folder, "case,label\nc1,pass\nc12,fail\n"))
    assert (found.check, found.agreement.share.value) == ("not rubric", 0.5)


@pytest.mark.parametrize("name", ["labels [1].csv", "labels*.csv", "what?.csv"])
def test_names_that_look_like_patterns(tmp_path: Path, name: str) -> None:
    """A path is a path: brackets and stars in a folder or a file mean themselves."""
    folder = tmp_path / "runs [old]"
    folder.mkdir()
    labels(folder, "case,label\nwrong,fail\n", "labels 1.csv")
    assert [each.case for each in read_labels(labels(folder, "case,label\nc1,pass\n", name))] == ["c1"]


@pytest.mark.parametrize("repeat", ["9" * 5000, "-1", "1.5", "²", "one"])
def test_repeats_that_are_none(tmp_path: Path, repeat: str) -> None:
    """Whatever stands there, it is a mistake with its line."""
    said = refused(read_labels, labels(tmp_path, f"case,label,repeat\nc1,pass,{repeat}\n"))
    assert "labels.csv:2: `repeat` is a whole number from 0" in said


@pytest.mark.parametrize("label", ["10/10", "passt", "1e400", "-inf", "NaN", "1,0", "9" * 5000 + "x"])
def test_labels_that_are_none(tmp_path: Path, label: str) -> None:
    """Words that nobody agreed on and numbers without end are told with their line, in short."""
    said = refused(read_labels, labels(tmp_path, f'case,label\nc1,"{label}"\n'))
    assert "labels.csv:2: `label` is pass or fail" in said
    assert len(said) < 500


def test_broken_rows_among_good_ones(tmp_path: Path) -> None:
    """Every broken row of a JSONL file is named; none is skipped, none stands for another."""
    rows = ['{"case": "a", "label": 1}', "{broken", '{"label": 1}', "[]", "\ud83d".encode("utf-8", "replace").decode()]
    said = refused(read_labels, labels(tmp_path, "\n".join(rows) + "\n", "l.jsonl")).splitlines()
    assert [line.partition("l.jsonl:")[2].partition(":")[0] for line in said] == ["2", "3", "4", "5"]


def test_a_thousand_broken_rows_are_not_a_thousand_lines(tmp_path: Path) -> None:
    """After so many mistakes the rest helps nobody."""
    said = refused(read_labels, labels(tmp_path, "case,label\n" + "c,lovely\n" * 1000))
    assert len(said.splitlines()) <= 51


def test_a_run_that_is_not_there(tmp_path: Path) -> None:
    """An unknown run is a mistake that names it."""
    folder = judged_by(tmp_path, 'return json.dumps({"passed": True})')
    assert "zzz" in refused(calibrate_run, folder, "zzz", labels(folder, "case,label\nc1,pass\n"))
