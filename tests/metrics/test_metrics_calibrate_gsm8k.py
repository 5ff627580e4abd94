"""A judge with known error rates on public answers: corrected pass rates hold the truth, its own do not."""

import json
import random
from pathlib import Path

import pytest

from seatrial.metrics.calibration.agreement import Pair
from seatrial.metrics.calibration.estimates import estimates
from seatrial.stats.intervals import wilson
from seatrial.stats.rogan_gladen import Tally

SOLUTIONS = Path(__file__).resolve().parents[3] / "shared/corpora/gsm8k/example_model_solutions.jsonl"
SYSTEMS = ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification")
DRAWS = 100


@pytest.fixture(scope="module")
def right():
    """Of each system, which of its 1,319 answers are right."""
    if not SOLUTIONS.exists():
        pytest.skip("../shared/corpora/gsm8k is not there (openai/grade-school-math)")
    rows = [json.loads(line) for line in SOLUTIONS.read_text(encoding="utf-8").splitlines()]
    return {system: [bool(row[system]["is_correct"]) for row in rows] for system in SYSTEMS}


def judged(rng, right, missed, passed):
    """What a judge says that fails right answers and passes wrong ones so often."""
    return [float(each ^ (rng.random() < (missed if each else passed))) for each in right]


@pytest.mark.parametrize(("missed", "passed"), [(0.15, 0.08), (0.08, 0.15)])
def test_corrected_rates_hold_the_truth(right, missed, passed):
    """With 50 labels of each system both intervals hold its truth in 90 of 100 draws; raw ones fail somewhere."""
    rng, held = random.Random(f"{missed}"), {}
    for _ in range(DRAWS):
        said = {system: judged(rng, right[system], missed, passed) for system in SYSTEMS}
        labels = {system: sorted(rng.sample(range(1319), 50)) for system in SYSTEMS}
        own = {s: [Pair(i, float(right[s][i]), said[s][i]) for i in labels[s]] for s in SYSTEMS}
        pooled = [pair for pairs in own.values() for pair in pairs]
        for system in SYSTEMS:
            truth, n = sum(right[system]) / 1319, Tally(sum(said[system]), 1319)
            chosen = set(labels[system])
            rest = [(i, each) for i, each in enumerate(said[system]) if i not in chosen]
            for found in estimates(own[system], rest, pooled, n, drawn="random").all:
                key = system, found.method
                held[key] = held.get(key, 0) + (found.reading.low <= truth <= found.reading.high)
            low, high = wilson(*n)
            held[system, "raw"] = held.get((system, "raw"), 0) + (low <= truth <= high)
    for (_, method), count in held.items():
        assert count >= 0.9 * DRAWS or method == "raw"
    assert sum(count < 0.9 * DRAWS for (_, method), count in held.items() if method == "raw") >= 2
