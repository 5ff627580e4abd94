"""Labels are read from files, the judge is found in the run, and mistakes are named with their line."""

import json
from pathlib import Path

import pytest
from app_support import put, put_rows, recorded, refused

from seatrial.app.bridge import run_sync
from seatrial.app.check import Options, check
from seatrial.app.judge_calibrate import calibrate_run, read_labels
from seatrial.app.suite import load


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with one run of sixty answers, twenty of which are wrong."""
    path = recorded(tmp_path, 40, 20)
    run_sync(lambda: check(load(path), Options()))
    return tmp_path


def labels(folder: Path, rows: list[tuple[str, str]], head: str = "case,label") -> Path:
    """A CSV of labels."""
    return put(folder, "".join(f"{','.join(row)}\n" for row in [tuple(head.split(",")), *rows]), "labels.csv")


def test_a_run_is_calibrated(here: Path) -> None:
    """People who agree with the check entirely leave its pass rate as it is."""
    path = labels(here, [(f"c{i}", "pass" if i < 40 else "fail") for i in range(0, 60, 2)])
    found = calibrate_run(here, "last", path)
    assert (found.check, found.kind, found.labelled, found.judged) == ("contains", "verdicts", 30, 60)
    assert found.agreement.share.value == 1.0
    assert found.suites[0].off.value == pytest.approx(0.0, abs=1e-9)


def test_latest_is_last(here: Path) -> None:
    """Both words mean the newest run."""
    path = labels(here, [("c1", "pass"), ("c50", "fail")])
    assert calibrate_run(here, "latest", path) == calibrate_run(here, "last", path)


@pytest.mark.parametrize("word", ["pass", "PASS", "true", "True", "1", "1.0", "yes", " pass "])
def test_words_for_good(tmp_path: Path, word: str) -> None:
    """However a person writes it, it is the same label."""
    (label,) = read_labels(labels(tmp_path, [("c1", word)]))
    assert (label.case, label.value, label.line) == ("c1", 1.0, 2)


def test_all_columns_are_read(tmp_path: Path) -> None:
    """Suite, repeat and annotator are taken; what else a sheet holds does not matter."""
    path = labels(tmp_path, [("c1", "why not", "s", "2", "ann", "0")], "case,answer,suite,repeat,annotator,label")
    (label,) = read_labels(path)
    assert label[1:] == ("c1", 0.0, "s", 2, "ann")


def test_jsonl_is_read_too(tmp_path: Path) -> None:
    """A label may be true or false, and a case a number."""
    path = put_rows(tmp_path, [{"case": 7, "label": True}, {"case": "c", "label": False}], "labels.jsonl")
    assert [(each.case, each.value) for each in read_labels(path)] == [("7", 1.0), ("c", 0.0)]


def test_numbers_are_scores(here: Path) -> None:
    """One label that is neither 0 nor 1 makes all of them scores."""
    path = labels(here, [(f"c{i}", "0.9" if i < 40 else "0.2") for i in range(0, 60, 2)])
    found = calibrate_run(here, "last", path)
    assert found.kind == "scores"
    assert found.suites[0].raw.value == pytest.approx(40 / 60)


def test_wrong_rows_are_all_named(tmp_path: Path) -> None:
    """Each row that is no label is told with its line and what is allowed."""
    path = labels(tmp_path, [("c1", "good"), ("", "pass"), ("c3", ""), ("c4", "nan"), ("c5", "pass")])
    said = refused(read_labels, path).splitlines()
    assert [line.partition("labels.csv:")[2].partition(": ")[0] for line in said] == ["2", "3", "4", "5"]
    assert "pass or fail, true or false, 1 or 0, or a score; `good` was found" in said[0]
    assert "no `case`" in said[1]
    assert "no `label`" in said[2]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("case,label\n", "l.csv", "holds no labels"),
        ("", "l.csv", "holds no labels"),
        ("case,label,repeat\nc1,pass,first\n", "l.csv", "`repeat` is a whole number from 0"),
        ("case,label\nc1,pass,x,y\n", "l.csv", "4 cells in a table of 2 columns"),
        ("[1]\n", "l.jsonl", "must be a JSON object"),
        ("{\n", "l.jsonl", "must be a JSON object"),
        ("x", "l.txt", "of no known kind"),
    ],
)
def test_files_that_hold_no_labels(tmp_path: Path, text: str, name: str, said: str) -> None:
    """An empty, broken or unknown file is one clear sentence."""
    assert said in refused(read_labels, put(tmp_path, text, name))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A misspelt file is no traceback."""
    assert "there is no file" in refused(read_labels, tmp_path / "labels.csv")


def test_labels_of_another_run(here: Path) -> None:
    """When no label fits, nothing is computed, and the first one says why."""
    said = refused(calibrate_run, here, "last", labels(here, [("z1", "pass"), ("z2", "fail")]))
    assert "none of 2 labels counts for an answer of the run: line 2: the run has no answered case `z1`" in said


def test_the_check_must_be_there(here: Path) -> None:
    """A check that the run does not have is told with those that it has."""
    path = labels(here, [("c1", "pass")])
    said = refused(lambda: calibrate_run(here, "last", path, check="rubric"))
    assert said == "the run has no check `rubric`; it has `contains`"


def test_several_checks_need_a_name(tmp_path: Path) -> None:
    """With two checks and no judge among them, which is meant must be said."""
    two = """
        targets: {bot: {recorded: answers.jsonl}}
        suites: {s: {target: bot, cases: [{from: cases.jsonl}], checks: [contains, {length: ">= 1"}]}}
        gates: [s.pass_rate >= 20%]
        """
    path = recorded(tmp_path, 4, 2, two)
    run_sync(lambda: check(load(path), Options()))
    given = labels(tmp_path, [("c1", "pass")])
    said = refused(lambda: calibrate_run(tmp_path, "last", given))
    assert said == "say which check is meant with --check; the run has `contains`, `length`"
    assert calibrate_run(tmp_path, "last", given, check="contains").labelled == 1


def test_a_judge_comes_before_other_checks(tmp_path: Path) -> None:
    """Where one check asks a model, it is the one that is meant."""
    put(tmp_path, 'def judge(prompt):\n    return \'{"passed": true, "reason": "fine"}\'\n', "judging.py")
    judged = """
        targets: {bot: {recorded: answers.jsonl}, judge: {python: "judging:judge"}}
        suites: {s: {target: bot, cases: [{from: cases.jsonl}], checks: [contains, {rubric: Says yes.}]}}
        gates: [s.pass_rate >= 20%]
        """
    path = recorded(tmp_path, 4, 2, judged)
    run_sync(lambda: check(load(path), Options()))
    found = calibrate_run(tmp_path, "last", labels(tmp_path, [("c1", "pass"), ("c5", "fail")]))
    assert (found.check, found.agreement.share.value) == ("rubric", 0.5)


def test_no_run_yet(tmp_path: Path) -> None:
    """Without a run there is nothing to calibrate."""
    recorded(tmp_path, 2)
    said = refused(calibrate_run, tmp_path, "last", labels(tmp_path, [("c1", "pass")]))
    assert "there is no run yet" in said


def test_the_result_is_json(here: Path) -> None:
    """Scripts read every figure by its name."""
    import msgspec

    path = labels(here, [(f"c{i}", "pass" if i < 36 else "fail") for i in range(0, 60, 2)])
    found = json.loads(msgspec.json.encode(calibrate_run(here, "last", path)))
    assert found["suites"][0]["recommended"] == "prediction-powered"
    assert {"share", "kappa", "alpha", "sensitivity", "specificity"} <= set(found["agreement"])


def test_other_columns_are_told_once(tmp_path: Path) -> None:
    """A table cut by semicolons, or of another kind, is one sentence and not one for each row."""
    said = refused(read_labels, put(tmp_path, "case;label\nc1;pass\nc2;fail\n", "l.csv"))
    assert said.endswith("the columns `case` and `label` are needed (commas between them); there are `case;label`")


@pytest.mark.parametrize(
    "text", ["\ufeffcase,label\nc1,pass\n", "case,label\r\nc1,pass\r\n", 'label,case\npass,"c1"\n\n']
)
def test_files_as_spreadsheets_write_them(tmp_path: Path, text: str) -> None:
    """A byte order mark, other line ends, quotes, another order of columns and empty lines make no difference."""
    path = tmp_path / "l.csv"
    path.write_bytes(text.encode())
    assert [(each.case, each.value) for each in read_labels(path)] == [("c1", 1.0)]


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    """What is no UTF-8 is refused with its place, not guessed at."""
    path = tmp_path / "l.csv"
    path.write_bytes("case,label\nfähre,pass\n".encode("latin-1"))
    assert "no UTF-8" in refused(read_labels, path)


def test_names_from_a_file_cannot_move_the_cursor(here: Path) -> None:
    """A case of control characters is shown without them."""
    path = labels(here, [("c1", "pass"), ("\x1b[2Jgone", "pass")])
    (problem,) = calibrate_run(here, "last", path).problems
    assert problem.isprintable()
    assert "gone" in problem


def two_systems(folder: Path) -> Path:
    """A folder with one run of two suites on the same cases: one system mostly right, one mostly wrong."""
    two = """
        targets: {good: {recorded: answers.jsonl}, bad: {recorded: others.jsonl}}
        suites:
          one: {target: good, cases: [{from: cases.jsonl}], checks: [contains]}
          two: {target: bad, cases: [{from: cases.jsonl}], checks: [contains]}
        gates: [one.pass_rate >= 20%]
        """
    path = recorded(folder, 50, 10, two)
    rows = [{"id": f"c{i}", "answer": f"yes {i}" if i < 15 else f"no {i}"} for i in range(60)]
    put_rows(folder, rows, "others.jsonl")
    run_sync(lambda: check(load(path), Options()))
    return folder


def test_systems_are_put_right_one_by_one(tmp_path: Path) -> None:
    """Two suites of a run have an estimate each, from labels that name their suite."""
    folder = two_systems(tmp_path)
    rows = [
        (f"c{i}", "pass" if i < limit else "fail", suite)
        for suite, limit in (("one", 50), ("two", 15))
        for i in range(60)
    ]
    found = calibrate_run(folder, "last", labels(folder, rows, "case,label,suite"))
    assert [(each.suite, each.target) for each in found.suites] == [("one", "good"), ("two", "bad")]
    assert [each.estimates[0].reading.value for each in found.suites] == pytest.approx([50 / 60, 0.25])


def test_labels_without_their_suite_are_named(tmp_path: Path) -> None:
    """Where two systems answered differently, a label must say whose answer it is of."""
    folder = two_systems(tmp_path)
    said = refused(calibrate_run, folder, "last", labels(folder, [("c1", "pass")]))
    assert "line 2: fits 2 answers to the case `c1` that differ; add a column `suite`" in said


def test_repeats_are_told_apart(tmp_path: Path) -> None:
    """Answers of a case that was asked twice have labels of their own."""
    repeated = """
        targets: {bot: {recorded: answers.jsonl, repeat: repeat}}
        suites: {s: {target: bot, repeat: 2, cases: [{from: cases.jsonl}], checks: [contains]}}
        gates: [s.pass_rate >= 20%]
        """
    path = recorded(tmp_path, 3, 0, repeated)
    rows = [{"id": f"c{i}", "repeat": r, "answer": f"yes {r}"} for i in range(3) for r in (0, 1)]
    put_rows(tmp_path, rows, "answers.jsonl")
    run_sync(lambda: check(load(path), Options()))
    given = labels(tmp_path, [("c1", "0", "pass"), ("c1", "1", "fail"), ("c2", "7", "pass")], "case,repeat,label")
    found = calibrate_run(tmp_path, "last", given)
    assert (found.labelled, found.agreement.share.value) == (2, 0.5)
    assert found.problems == ("line 4: the case `c2` has no answer in repeat 7",)


def test_parquet_is_read_too(tmp_path: Path) -> None:
    """A table with types needs no words."""
    polars = pytest.importorskip("polars")
    path = tmp_path / "labels.parquet"
    polars.DataFrame({"case": ["a", "b"], "label": [True, False], "repeat": [0, 1]}).write_parquet(path)
    assert [(each.case, each.value, each.repeat) for each in read_labels(path)] == [("a", 1.0, 0), ("b", 0.0, 1)]
