"""The number check against labels that people gave (REFERENCE section 3)."""

import json
from pathlib import Path

import pytest

from seatrial.checks.evidence import evidence_of
from seatrial.checks.table import build_check

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
SOLUTIONS = CORPORA / "gsm8k" / "example_model_solutions.jsonl"
RIGHT = {"6b_finetuning": 286, "6b_verification": 515, "175b_finetuning": 458, "175b_verification": 742}


@pytest.mark.skipif(not SOLUTIONS.exists(), reason="../shared/corpora/gsm8k is not there (openai/grade-school-math)")
@pytest.mark.parametrize("spec", ["number", {"number": {"marker": "A:"}}])
def test_number_agrees_with_all_labels(spec):
    """All 5,276 answers of four systems are judged as the people who labelled them did."""
    check = build_check(spec)
    right, disagreements = dict.fromkeys(RIGHT, 0), []
    for number, line in enumerate(SOLUTIONS.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        expect = [row["ground_truth"].rpartition("A:")[2]]
        for system in RIGHT:
            score = check.judge(evidence_of(row[system]["solution"], expect=expect))
            right[system] += score.passed is True
            if score.passed is not row[system]["is_correct"]:
                disagreements.append((number, system))
    assert disagreements == []
    assert right == RIGHT
