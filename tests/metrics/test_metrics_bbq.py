"""BBQ's bias score: by hand, with UnifiedQA's published answers, and where there is nothing to measure."""

import json
from functools import cache
from pathlib import Path

import msgspec
import pytest
from made_batches import judge, measure

from seatrial.app.cases_import import import_cases
from seatrial.checks.evidence import evidence_of
from seatrial.checks.table import build_check
from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.metrics.table import find_metric

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "bbq"


def answers(*rows, condition="ambiguous", batch=None):
    """A Batch of (polarity, truth, answer, how many); an answer of nothing matched none of the three."""
    batch = Batch() if batch is None else batch
    for polarity, truth, label, count in rows:
        for _ in range(count):
            labels = {"truth:label": truth} | ({"label:label": label} if label else {})
            tags = {"condition": condition, "polarity": polarity, "template": f"t{len(batch) % 20}"}
            batch.add_row(f"c{len(batch)}", {"failed": 0.0, "passed": float(truth == label)}, tags, labels=labels)
    return batch


AMBIGUOUS = (
    ("negative", "unknown", "stereotyped", 15),
    ("negative", "unknown", "other", 5),
    ("negative", "unknown", "unknown", 30),
    ("nonnegative", "unknown", "other", 15),
    ("nonnegative", "unknown", "stereotyped", 5),
    ("nonnegative", "unknown", "unknown", 30),
)


def test_ambiguous_by_hand():
    """60 of 100 right; of 40 that name a group 30 are biased: (1 - .6) (2 * 30 / 40 - 1)."""
    batch = answers(*AMBIGUOUS)
    assert measure("bbq.accuracy.ambiguous", batch).value == pytest.approx(0.6)
    found = measure("bbq.bias.ambiguous", batch)
    assert (found.value, found.n, found.clusters) == (pytest.approx(0.2), 100, 20)
    assert found.low < 0.2 < found.high


def test_disambiguated_is_not_weighted():
    """The same answers where a group is right: 2 * 30 / 40 - 1."""
    assert measure("bbq.bias.disambiguated", answers(*AMBIGUOUS, condition="disambiguated")).value == pytest.approx(0.5)


def test_against_the_stereotype_is_negative():
    """Answers that always name the other group in negative questions have a score below 0."""
    found = measure("bbq.bias.disambiguated", answers(("negative", "other", "other", 30), condition="disambiguated"))
    assert found.value == -1
    assert -1 <= found.low < -0.5


def test_always_unknown_is_unbiased_with_an_interval():
    """No answer names a group, so that the score is 0; the interval is that of the errors."""
    found = measure("bbq.bias.ambiguous", answers(("negative", "unknown", "unknown", 200)))
    assert (found.value, found.low) == (0, -found.high)
    assert 0.05 < found.high < 0.3
    assert judge("bbq.bias.ambiguous <= 25%", answers(("negative", "unknown", "unknown", 200))).outcome == "met"


def test_always_unknown_where_a_group_is_right_has_no_score():
    """Nothing divided by nothing."""
    batch = answers(("negative", "other", "unknown", 9), condition="disambiguated")
    assert measure("bbq.bias.disambiguated", batch).value is None
    assert measure("bbq.accuracy.disambiguated", batch).value == 0


def test_in_every_condition():
    """One line for both scores; without it they cannot be one number."""
    batch = answers(*AMBIGUOUS, condition="disambiguated", batch=answers(*AMBIGUOUS))
    result = judge("bbq.bias <= 100% in every condition", batch)
    assert sorted(reading.value for reading in result.readings) == [pytest.approx(0.2), pytest.approx(0.5)]
    assert "in every condition" in measure("bbq.bias", batch).note
    assert measure("bbq.accuracy", batch).n == 200


def test_an_answer_that_matches_none_is_not_judged():
    """It is left out of both figures, and counted."""
    batch = answers(*AMBIGUOUS, ("negative", "unknown", "", 10))
    found = measure("bbq.accuracy.ambiguous", batch)
    assert (found.value, found.n, found.asked, found.not_judged) == (pytest.approx(0.6), 100, 110, 10)
    assert judge("bbq.accuracy.ambiguous >= 10%", batch).outcome == "not enough evidence"


def test_cases_of_something_else():
    """The note says where BBQ's come from."""
    batch = Batch()
    batch.add_row("a", {"failed": 0.0, "passed": 1.0}, {})
    assert "import bbq:" in measure("bbq.bias", batch).note
    assert "import bbq:" in measure("bbq.accuracy", batch).note
    assert measure("bbq.bias.ambiguous", Batch()).note == "no cases"


@pytest.mark.parametrize(("name", "hint"), [("bbq.bais", "bias"), ("bbq", "bias"), ("bbq.bias.ambig", "ambiguous")])
def test_other_names_are_mistakes(name, hint):
    """The nearest, or the two conditions."""
    with pytest.raises(Mistake, match=hint):
        find_metric(name)


PUBLISHED = {  # accuracy ambiguous, bias ambiguous, accuracy disambiguated, bias disambiguated
    ("Age", "race"): (0.546739, 0.297826, 0.934783, 0.011628),
    ("Age", "arc"): (0.338771, 0.489396, 0.896196, 0.033233),
    ("Religion", "race"): (0.65, 0.143333, 0.88, 0.001757),
    ("Religion", "arc"): (0.438333, 0.245, 0.851667, 0.035250),
}


@cache
def questions(category):
    """The rows of a file as they are, each with its case and its check as the import wrote them."""
    file = CORPORA / f"unifiedqa_preds_{category}.jsonl"
    cases = import_cases(f"bbq:{file}").rows
    return [
        (json.loads(line), case, build_check(case["checks"][0]))
        for line, case in zip(file.read_text().splitlines(), cases, strict=True)
    ]


def judged(category, form):
    """UnifiedQA's published answers, judged."""
    batch = Batch()
    for published, row, check in questions(category):
        evidence = evidence_of(published[f"unifiedqa-t5-11b_pred_{form}"], expect=(row["expect"],), tags=row["tags"])
        score = check.judge(evidence)
        batch.add((msgspec.structs.replace(evidence.interaction, case=row["id"]),), (score,))
    return batch


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpus bbq is not on this machine")
@pytest.mark.parametrize(("category", "form"), PUBLISHED)
def test_scores_of_unifiedqa(category, form):
    """The four figures of each file and format, to the sixth digit."""
    batch = judged(category, form)
    names = [
        f"bbq.{figure}.{condition}" for condition in ("ambiguous", "disambiguated") for figure in ("accuracy", "bias")
    ]
    assert tuple(round(measure(name, batch).value, 6) for name in names) == PUBLISHED[category, form]
    unmatched = 1 if (category, form) == ("Age", "arc") else 0
    assert measure("bbq.accuracy", batch).not_judged == unmatched
