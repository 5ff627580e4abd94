"""`seatrial judge calibrate` as a person and as a script meets it."""

import json
from pathlib import Path

import pytest
from cli_support import call, folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A working directory with one run, and labels of every other answer that disagree with every tenth verdict."""
    monkeypatch.chdir(tmp_path)
    call(capsys, "check", str(folder(tmp_path, 120, 60) / "seatrial.yaml"), "--quiet")
    rows = [(i, (i < 120) ^ (i % 20 == 0)) for i in range(0, 180, 2)]
    text = "".join(f"c{i},{'pass' if good else 'fail'}\n" for i, good in rows)
    (tmp_path / "labels.csv").write_text(f"case,label\n{text}")
    return tmp_path


def test_it_says_what_the_judge_is_worth(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Agreement, errors, the corrected rate and which to take are on the screen."""
    done = call(capsys, "judge", "calibrate", "last", "--against", "labels.csv")
    assert (done.code, done.err) == (0, "")
    assert "contains: 90 labelled of 180 judged answers" in done.out
    for name in ["agreement", "Cohen's kappa", "Krippendorff's alpha", "sensitivity", "specificity", "rogan-gladen"]:
        assert name in done.out
    assert "<- take this one" in done.out
    assert "The judge's own figure is too " in done.out


def test_json_for_scripts(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same as data."""
    done = call(capsys, "judge", "calibrate", "last", "--against", "labels.csv", "--format", "json")
    found = json.loads(done.out)
    assert found["suites"][0]["raw"]["value"] == pytest.approx(2 / 3)


def test_too_few_labels_are_not_enough_evidence(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three labels end with exit code 3, and what is missing is said."""
    (here / "few.csv").write_text("case,label\nc1,pass\nc2,pass\nc150,fail\n")
    done = call(capsys, "judge", "calibrate", "last", "--against", "few.csv")
    assert done.code == 3
    assert "nothing can be recommended" in done.out
    assert "Careful: only 2 labelled cases of truly good answers" in done.out


def test_mistakes_end_with_2(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A label file that is none, and a run that is not there, are mistakes of whoever typed."""
    (here / "bad.csv").write_text("case,label\nc1,lovely\n")
    done = call(capsys, "judge", "calibrate", "last", "--against", "bad.csv")
    assert (done.code, "bad.csv:2: `label` is pass or fail" in done.err) == (2, True)
    assert call(capsys, "judge", "calibrate", "nope", "--against", "labels.csv").code == 2
    assert call(capsys, "judge", "calibrate", "last").code == 2


def test_many_problems_are_cut_short(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Forty labels that fit nothing are not forty lines."""
    with (here / "labels.csv").open("a") as file:
        file.write("".join(f"z{i},pass\n" for i in range(40)))
    out = call(capsys, "judge", "calibrate", "last", "--against", "labels.csv").out
    assert "Of the labels, 40 things to look at:" in out
    assert "line 92: the run has no answered case `z0`" in out
    assert "and 28 more; `--format json` has all" in out


def test_labels_drawn_by_verdict(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--drawn verdict` leaves one estimate, and says what it stands on."""
    done = call(capsys, "judge", "calibrate", "last", "--against", "labels.csv", "--drawn", "verdict")
    assert (done.code, "by verdict" in done.out, "rogan-gladen" in done.out) == (0, True, False)
    assert "Careful: agreement, kappa, alpha, sensitivity and specificity are of the labels as chosen" in done.out


def test_labels_drawn_by_class(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--drawn label` leaves the estimate by the judge's errors."""
    done = call(capsys, "judge", "calibrate", "last", "--against", "labels.csv", "--drawn", "label")
    assert (done.code, "prediction-powered" in done.out) == (0, False)
    assert "chosen by what people say" in done.out


def test_scores_have_lines_of_their_own(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Labels that are scores are held against the judge's scores, without kappa or sensitivity."""
    rows = "".join(f"c{i},{0.9 if i < 120 else 0.3}\n" for i in range(0, 180, 3))
    (here / "scores.csv").write_text(f"case,label\n{rows}")
    out = call(capsys, "judge", "calibrate", "last", "--against", "scores.csv").out
    assert "judge minus people" in out
    assert "kappa" not in out
    assert "points" not in out


def test_a_rate_that_is_too_high(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A judge that passes bad answers is too high, with how many points and an interval in the same direction."""
    rows = "".join(f"c{i},{'pass' if i < 120 and i % 3 else 'fail'}\n" for i in range(180))
    (here / "all.csv").write_text(f"case,label\n{rows}")
    out = call(capsys, "judge", "calibrate", "last", "--against", "all.csv").out
    assert "The judge's own figure is too high by 22.2 points (95 %: " in out


def test_several_annotators(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How far people agree with each other is printed beside the judge: it can hardly do better."""
    rows = "".join(
        f"c{i},{who},{'pass' if i < 120 or who == 'x' else 'fail'}\n" for i in range(0, 180, 5) for who in "xyz"
    )
    (here / "three.csv").write_text(f"case,annotator,label\n{rows}")
    out = call(capsys, "judge", "calibrate", "last", "--against", "three.csv").out
    assert "of people themselves" in out


def test_help_names_the_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """What the file must hold can be read without the docs."""
    out = " ".join(call(capsys, "judge", "calibrate", "--help").out.split())
    for word in ("`case`", "`label`", "`suite`", "`repeat`", "`annotator`", "at random"):
        assert word in out
