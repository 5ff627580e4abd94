"""Checks that need no model beside the labels that people gave, on the 5,276 answers of GSM8K's example solutions.

python -m bench.which_judge [QUESTIONS]: prints the table of docs/explanation/judges.md. The data is public
(openai/grade-school-math) and looked for in ../shared/corpora/gsm8k.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from bench.process import ROOT

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge
from seatrial.checks.table import build_check
from seatrial.stats.classification import roc_auc

SOLUTIONS = ROOT.parent / "shared" / "corpora" / "gsm8k" / "example_model_solutions.jsonl"
SYSTEMS = ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification")
CHECKS = {
    "number": "result",
    "contains": "result",
    "rouge_l >= 0.4": "solution",
    "bleu >= 0.4": "solution",
    "lexical_similarity >= 0.8": "solution",
    "edit_similarity >= 0.8": "solution",
    "f1 >= 0.8": "solution",
    "similar >= 0.8": "solution",
}
"""A check -> what it compares the answer with: the number at the end, or the whole solution that a person wrote."""


class Held(NamedTuple):
    """A check held against people: share of agreement, area under the ROC curve, milliseconds an answer."""

    answers: int
    agreement: float
    auc: float
    milliseconds: float


async def held(spec: str, against: str, rows: Sequence[dict[str, Any]]) -> Held:
    """Judge all answers to these questions."""
    check = build_check(spec)
    values: list[float] = []
    labels: list[bool] = []
    agreed = 0
    began = time.process_time()
    for row, answer in _answers(rows):
        truth = row["ground_truth"]
        expected = truth.rpartition("A:")[2].strip() if against == "result" else truth
        score = await judge(check, evidence_of(answer["solution"], expect=[expected], question=row["question"]))
        if score.value is not None:
            values.append(score.value)
            labels.append(answer["is_correct"])
            agreed += score.passed is answer["is_correct"]
    took = time.process_time() - began
    return Held(len(values), agreed / len(values), roc_auc(values, labels), 1000 * took / len(values))


def _answers(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    return ((row, row[system]) for row in rows for system in SYSTEMS)


def main(questions: int) -> None:
    """Print a line for each check."""
    rows = [json.loads(line) for line in SOLUTIONS.read_text("utf-8").splitlines()]
    some = random.Random(1).sample(rows, min(questions, len(rows)))
    print("| check | compared with | answers | agrees with people | ROC area | CPU of an answer |")
    for spec, against in CHECKS.items():
        found = asyncio.run(held(spec, against, some))
        shares = f"{found.agreement:.1%} | {found.auc:.2f} | {found.milliseconds:.2f} ms"
        print(f"| `{spec}` | {against} | {found.answers:,} | {shares} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
