"""How fast and how true `seatrial explain` is: `python -m bench.explain [--peer PYTHON]`.

Rows with 30 features in which patterns of one, two and three parts are planted; the same rows with shuffled outcomes;
cases asked five times whose outcomes depend on the case and on nothing else. Beside it, in the same run: a loop over
rows that counts single conditions only, and pysubgroup (a beam search of the same depth, without any test) when
`--peer` names a Python that has it.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

from bench.figures import Figure

from seatrial.metrics.patterns.find import find_patterns
from seatrial.metrics.patterns.records import Explanation, Pattern
from seatrial.metrics.patterns.rows import Columns, Feature, Row

BASE = 0.05
PLANTED = {
    ("flag1",): 0.25,
    ("flag3", "label2"): 0.55,
    ("flag5", "label4", "number6"): 0.85,
}
"""The features of each planted pattern, and the failure rate of the rows that fit."""
RUNS = 100
PEER = """
import json, sys, time
import pandas, pysubgroup
data = pandas.DataFrame(json.load(sys.stdin))
began = time.process_time()
target = pysubgroup.BinaryTarget("failed", True)
space = pysubgroup.create_selectors(data, ignore=["failed"])
task = pysubgroup.SubgroupDiscoveryTask(data, target, space, result_set_size=20, depth=3, qf=pysubgroup.WRAccQF())
pysubgroup.BeamSearch(beam_width=150).execute(task)
print(time.process_time() - began)
"""


class Made(NamedTuple):
    """Rows, which of them failed, and the case of each."""

    rows: list[Row]
    failed: list[bool]
    cases: list[int]


def feature(name: str) -> Feature:
    """What a column means."""
    return Feature(name, "case", f"have {name}" if name.startswith("flag") else f"have {name}={{}}")


def made(n: int, seed: int, repeats: int = 1) -> Made:
    """Rows of 12 flags, 10 labels of four values and 8 numbers, with the planted patterns."""
    rng = random.Random(seed)
    rows = [
        Row(
            {f"flag{i}": rng.random() < 0.3 for i in range(12)},
            {f"label{i}": rng.choice("abcd") for i in range(10)},
            {f"number{i}": rng.gauss(0, 1) for i in range(8)},
        )
        for _ in range(n // repeats)
    ]
    found = [row for row in rows for _ in range(repeats)]
    return Made(found, [rng.random() < rate(row) for row in found], [i // repeats for i in range(n)])


def rate(row: Row) -> float:
    """The failure rate of a row."""
    return max([BASE, *(each for names, each in PLANTED.items() if all(fits(row, name) for name in names))])


def fits(row: Row, name: str) -> bool:
    """Whether one part of a planted pattern holds."""
    if name.startswith("flag"):
        return row.flags[name]
    return row.labels[name] == "b" if name.startswith("label") else row.numbers[name] > 0.6745


def explained(of: Made) -> Explanation:
    """What is found in these rows."""
    columns = Columns(feature)
    for row, failed, case in zip(of.rows, of.failed, of.cases, strict=True):
        columns.add(row, failed=failed, suite="bench", case=str(case))
    return find_patterns(columns)


def speed(of: Made, peer: str | None) -> Iterator[Figure]:
    """CPU of the whole, beside a loop over rows and beside pysubgroup."""
    took, _ = timed(of)
    loop = counted_by_hand(of)
    yield Figure("CPU, 100,000 rows x 30", f"{took:.1f} s", f"single loop {loop:.1f} s", took, 20, "s")
    if peer is not None:
        theirs = asked(peer, of)
        yield Figure("CPU beside pysubgroup", f"{took:.1f} s", f"pysubgroup {theirs:.1f} s", took / theirs, 1, "x")


def timed(of: Made) -> tuple[float, Explanation]:
    """CPU seconds, and what was found."""
    began = time.process_time()
    found = explained(of)
    return time.process_time() - began, found


def counted_by_hand(of: Made) -> float:
    """CPU seconds of the least that anybody would write: failures by value of each feature, one row after another."""
    began = time.process_time()
    counts: dict[tuple[str, object], list[int]] = {}
    for row, failed in zip(of.rows, of.failed, strict=True):
        for name, value in (*row.flags.items(), *row.labels.items(), *((k, v > 0) for k, v in row.numbers.items())):
            cell = counts.setdefault((name, value), [0, 0])
            cell[0] += 1
            cell[1] += failed
    return time.process_time() - began


def asked(peer: str, of: Made) -> float:
    """CPU seconds of pysubgroup on the same rows, numbers cut at their quartiles by itself."""
    columns: dict[str, list[object]] = {"failed": list(of.failed)}
    for part in ("flags", "labels", "numbers"):
        for name in getattr(of.rows[0], part):
            columns[name] = [getattr(row, part)[name] for row in of.rows]
    done = subprocess.run([peer, "-W", "ignore", "-c", PEER], input=json.dumps(columns), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"pysubgroup could not be measured: {done.stderr[-400:]}")
    return float(done.stdout)


def truth(of: Made, found: Explanation) -> Iterator[Figure]:
    """Each planted pattern: is it there, and how far is its rate from that of the rows that fit it?"""
    for names in PLANTED:
        fitting = [failed for row, failed in zip(of.rows, of.failed, strict=True) if all(fits(row, n) for n in names)]
        right = sum(fitting) / len(fitting)
        match = next((each for each in found.patterns if of_features(each) == names), None)
        shown = "not found" if match is None else f"{match.inside.rate:.1%}"
        off = 1.0 if match is None else abs(match.inside.rate - right)
        yield Figure(f"planted, {len(names)} part(s)", shown, f"truth {right:.1%}", off, 0.02)


def of_features(pattern: Pattern) -> tuple[str, ...]:
    """The features of a pattern, sorted."""
    return tuple(sorted(condition.name for condition in pattern.conditions))


def false_alarms(runs: int = RUNS) -> Iterator[Figure]:
    """In how many runs anything is reported although the outcome has nothing to do with the features."""
    alarms = sum(bool(explained(shuffled(seed)).patterns) for seed in range(runs))
    yield Figure("patterns in shuffled rows", f"{alarms} of {runs}", "none is there", alarms / runs, 0.05)
    alarms = sum(bool(explained(of_the_case(seed)).patterns) for seed in range(runs))
    yield Figure("patterns, outcome by case", f"{alarms} of {runs}", "none is there", alarms / runs, 0.05)


def shuffled(seed: int) -> Made:
    """2,000 rows whose outcomes are shuffled."""
    of = made(2_000, seed)
    random.Random(seed).shuffle(of.failed)
    return of


def of_the_case(seed: int) -> Made:
    """400 cases asked five times; a case nearly always fails, or nearly never, whatever its features are."""
    of, rng = made(2_000, seed, repeats=5), random.Random(seed)
    bad = [rng.random() < 0.2 for _ in range(400)]
    return Made(of.rows, [rng.random() < (0.9 if bad[case] else 0.02) for case in of.cases], of.cases)


def figures(peer: str | None = None) -> Iterator[Figure]:
    """All of them."""
    of = made(100_000, 1)
    yield from speed(of, peer)
    yield from truth(of, explained(of))
    few = made(100_000, 2, repeats=5)
    took, _ = timed(few)
    yield Figure("CPU, 20,000 cases x 5", f"{took:.1f} s", "", took, 20, "s")
    yield from false_alarms()


def main() -> int:
    """Measure and print; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.explain", description=__doc__)
    parser.add_argument("--peer", help="a Python in which pysubgroup is installed")
    missed = 0
    for figure in figures(parser.parse_args().peer):
        value, bar = f"{figure.value:.2f} {figure.unit}", f"{figure.bar:g} {figure.unit}"
        mark = "" if figure.holds else "  MISSED"
        print(f"{figure.what:32}{figure.ours:>10}  {figure.beside:24}{value:>10}{bar:>10}{mark}", flush=True)
        missed += not figure.holds
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
