"""How well a judge is calibrated against people: `python -m bench.judges [--draws N]`.

The answers of four systems to 1,319 problems (gsm8k, REFERENCE section 3), of which people's labels are all known, are
judged by a scripted judge that is wrong at known rates by class. 200 labels calibrate it. Over many draws of its errors
and of the labels: how often do the 95 % intervals hold the true pass rate of each system?

Labels are drawn in two ways: 200 of all 5,276 answers, or 50 of each system. Rogan-Gladen takes sensitivity and
specificity from all 200 labels, which is right as the judge errs by class alike in all systems; the prediction-powered
estimate of a system takes its own labels (about 50). The truth is the pass rate of these 1,319 answers.
"""

import argparse
import hashlib
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.figures import Failed, Figure

from seatrial.app.bridge import run_sync
from seatrial.app.check import Options, check
from seatrial.app.judge_calibrate import calibrate_run
from seatrial.app.suite import load
from seatrial.core.reading import Reading
from seatrial.metrics.calibration.agreement import Pair
from seatrial.metrics.calibration.estimates import estimates
from seatrial.stats.intervals import wilson
from seatrial.stats.rogan_gladen import Tally

CORPORA = Path(os.environ.get("SEATRIAL_CORPORA", Path(__file__).resolve().parents[2] / "shared" / "corpora"))
SOLUTIONS = CORPORA / "gsm8k" / "example_model_solutions.jsonl"
SYSTEMS = ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification")
LABELS = 200
JUDGE = '''
import hashlib, json, re

TRUTH = json.load(open("truth.json"))
MISSED, PASSED = {missed}, {passed}

def judge(messages):
    """Looks the answer up and errs as it was told to, always alike on the same answer."""
    mark = re.search(r"MARK is (\\w+)", messages[0]["content"])[1]
    text = messages[1]["content"]
    answer = text.partition(f"<ANSWER {{mark}}>\\n")[2].partition(f"\\n</ANSWER {{mark}}>")[0]
    question = text.partition(f"<QUESTION {{mark}}>\\n")[2].partition(f"\\n</QUESTION {{mark}}>")[0]
    digest = hashlib.sha256((question + "|" + answer).encode()).hexdigest()
    right = TRUTH[digest]
    wrong = int(hashlib.sha256(f"{{digest}}{{MISSED}}".encode()).hexdigest()[:8], 16) / 16**8
    return json.dumps({{"reason": "looked up", "passed": right ^ (wrong < (MISSED if right else PASSED))}})
'''


class Errors(NamedTuple):
    """How often the judge fails a right answer, and passes a wrong one."""

    missed: float
    passed: float


BOTH = (Errors(0.15, 0.08), Errors(0.08, 0.15))


def truths() -> dict[str, list[bool]]:
    """Of each system, which answers are right."""
    if not SOLUTIONS.exists():
        raise Failed(f"{SOLUTIONS} is not there")
    rows = [json.loads(line) for line in SOLUTIONS.read_text(encoding="utf-8").splitlines()]
    return {system: [bool(row[system]["is_correct"]) for row in rows] for system in SYSTEMS}


def chosen(rng: random.Random, n: int, *, pooled: bool) -> dict[str, set[int]]:
    """The problems whose answers get a label, by system."""
    if not pooled:
        return {system: set(rng.sample(range(n), LABELS // len(SYSTEMS))) for system in SYSTEMS}
    drawn = rng.sample(range(n * len(SYSTEMS)), LABELS)
    return {system: {each % n for each in drawn if each // n == i} for i, system in enumerate(SYSTEMS)}


def one_draw(rng: random.Random, right: dict[str, list[bool]], errors: Errors, *, pooled: bool) -> dict[str, set[str]]:
    """Judge and calibrate once: of each system, the methods whose intervals hold its true pass rate."""
    said = {
        system: [float(each ^ (rng.random() < (errors.missed if each else errors.passed))) for each in of_system]
        for system, of_system in right.items()
    }
    labels = chosen(rng, len(right[SYSTEMS[0]]), pooled=pooled)
    own = {s: [Pair(i, float(right[s][i]), said[s][i]) for i in sorted(labels[s])] for s in SYSTEMS}
    every = [pair for pairs in own.values() for pair in pairs]
    held = {}
    for system, of_system in right.items():
        truth = sum(of_system) / len(of_system)
        passed = sum(said[system])
        rest = [(i, each) for i, each in enumerate(said[system]) if i not in labels[system]]
        found = estimates(own[system], rest, every, Tally(passed, len(of_system)), drawn="random")
        intervals = {each.method: (each.reading.low, each.reading.high) for each in found.all}
        if found.recommended is not None:
            reading = found.recommended.reading
            intervals["recommended"] = (reading.low, reading.high)
        low, high = wilson(passed, len(of_system))
        intervals["raw"] = (low, high)
        held[system] = {m for m, (a, b) in intervals.items() if a is not None and b is not None and a <= truth <= b}
    return held


def coverage(draws: int, errors: Errors, *, pooled: bool) -> dict[str, dict[str, float]]:
    """System -> method -> the share of draws whose interval holds the truth."""
    right, rng = truths(), random.Random(f"{errors}{pooled}")
    counts = {system: dict.fromkeys(METHODS, 0) for system in SYSTEMS}
    for _ in range(draws):
        for system, methods in one_draw(rng, right, errors, pooled=pooled).items():
            for method in methods:
                counts[system][method] += 1
    return {system: {method: n / draws for method, n in of.items()} for system, of in counts.items()}


METHODS = ("raw", "rogan-gladen", "prediction-powered", "recommended")


def in_the_least(draws: int) -> Iterator[Figure]:
    """The share of draws that miss the truth, of the system that is missed most often."""
    for errors in BOTH:
        for pooled in (True, False):
            began = time.perf_counter()
            found = coverage(draws, errors, pooled=pooled)
            took = time.perf_counter() - began
            print(f"\nmissed {errors.missed:.0%}, passed {errors.passed:.0%}; ", end="")
            print(
                f"{'200 labels of all answers' if pooled else '50 labels of each system'}; {draws} draws, {took:.0f} s"
            )
            for method in METHODS:
                print(f"  {method:20}" + "".join(f"{system} {found[system][method]:6.1%}   " for system in SYSTEMS))
            worst = {method: min(of[method] for of in found.values()) for method in METHODS}
            for method in METHODS[1:]:
                yield Figure(f"missed, {method}", f"{1 - worst[method]:.3f}", "", 1 - worst[method], 0.1)
            yield Figure("held by raw, worst system", f"{worst['raw']:.3f}", "", worst["raw"], 0.9)


def end_to_end(errors: Errors) -> Iterator[Figure]:
    """One draw through the command line's own path: a suite of four recorded systems, a Python judge, a label file."""
    with TemporaryDirectory() as name:
        folder, began = Path(name), time.perf_counter()
        write(folder, errors)
        here = Path.cwd()
        os.chdir(folder)
        try:
            run_sync(lambda: check(load(folder / "seatrial.yaml"), Options()))
            judged = time.perf_counter() - began
            found = calibrate_run(folder, "last", folder / "labels.csv", check="rubric")
        finally:
            os.chdir(here)
    took = time.perf_counter() - began - judged
    print(f"\none run of {found.judged:,} judged answers: {judged:.0f} s, calibrated in {took:.1f} s")
    for suite in found.suites:
        shown = (f"{each.method} {each.reading.value:.3f} ({_between(each.reading)})" for each in suite.estimates)
        truth = sum(truths()[suite.target]) / 1319
        print(f"  {suite.suite:20} truth {truth:.3f}  raw {suite.raw.value:.3f}  {'  '.join(shown)}")
    yield Figure("suites without an estimate", "", "", sum(not each.recommended for each in found.suites), 0)


def _between(reading: Reading) -> str:
    return f"{reading.low:.3f} to {reading.high:.3f}"


def write(folder: Path, errors: Errors) -> None:
    """The suite file, what it reads, and 50 labels of each system."""
    rows = [json.loads(line) for line in SOLUTIONS.read_text(encoding="utf-8").splitlines()]
    truth, rng = {}, random.Random(1)
    with (folder / "cases.jsonl").open("w") as cases, (folder / "labels.csv").open("w") as labels:
        labels.write("suite,case,label\n")
        for i, row in enumerate(rows):
            cases.write(json.dumps({"id": f"p{i}", "ask": row["question"]}) + "\n")
        for system in SYSTEMS:
            for i in rng.sample(range(len(rows)), LABELS // len(SYSTEMS)):
                labels.write(f"of_{system},p{i},{'pass' if rows[i][system]['is_correct'] else 'fail'}\n")
            with (folder / f"{system}.jsonl").open("w") as answers:
                for i, row in enumerate(rows):
                    text = row[system]["solution"]
                    answers.write(json.dumps({"id": f"p{i}", "answer": text}) + "\n")
                    digest = hashlib.sha256(f"{row['question']}|{text}".encode()).hexdigest()
                    truth[digest] = bool(row[system]["is_correct"])
    (folder / "truth.json").write_text(json.dumps(truth))
    (folder / "judging.py").write_text(JUDGE.format(missed=errors.missed, passed=errors.passed))
    targets = "".join(f"  {system}: {{recorded: {system}.jsonl}}\n" for system in SYSTEMS)
    suites = "".join(
        f"  of_{system}:\n    target: {system}\n"
        "    cases: [{from: cases.jsonl}]\n    checks: [{rubric: Is right.}]\n"
        for system in SYSTEMS
    )
    judge = '  judge: {python: "judging:judge"}\n'
    (folder / "seatrial.yaml").write_text(f"targets:\n{targets}{judge}suites:\n{suites}")


def main() -> int:
    """Measure and print; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.judges", description=__doc__)
    parser.add_argument("--draws", type=int, default=500)
    asked = parser.parse_args()
    missed = 0
    for part in (end_to_end(BOTH[0]), in_the_least(asked.draws)):
        for figure in part:
            print(f"    {figure.what:32}{figure.ours:>8}  bar {figure.bar:g}{'' if figure.holds else '  MISSED'}")
            missed += not figure.holds
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
