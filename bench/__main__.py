"""What Seatrial costs, beside a loop written by hand: `python -m bench [--long] [--install] [--only NAME]`."""

import argparse
import itertools
import sys
from collections.abc import Callable, Iterator

from bench.explain import figures as explain
from bench.figures import Failed, Figure, cpu_and_memory, memory, start_up, wall
from bench.install import install
from bench.planted import planted
from bench.probes import probes
from bench.scan_large import scan_large
from bench.text_metrics import text_metrics


def main() -> int:
    """Measure and print one table; 1 when a bar is missed or something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--long", action="store_true", help="memory with 100,000 cases instead of 20,000")
    parser.add_argument(
        "--install", action="store_true", help="also weigh the bare install (asks the package registry)"
    )
    parser.add_argument(
        "--only",
        choices=["cpu", "wall", "memory", "start", "install", "text", "explain", "probes", "scan-large"],
        help="measure only this",
    )
    asked = parser.parse_args()
    parts: dict[str, Callable[[], Iterator[Figure]]] = {
        "start": start_up,
        "cpu": cpu_and_memory,
        "wall": wall,
        "memory": lambda: memory(100_000 if asked.long else 20_000),
        "text": text_metrics,
        "probes": lambda: itertools.chain(probes(), planted()),
        "explain": explain,
        "scan-large": scan_large,
    }
    if asked.install or asked.only == "install":
        parts["install"] = install
    print(f"{'':32}{'ours':>10}  {'beside it':24}{'measure':>10}{'bar':>10}")
    missed = 0
    for name, part in parts.items():
        if asked.only in (None, name):
            missed += show(part)
    return 1 if missed else 0


def show(part: Callable[[], Iterator[Figure]]) -> int:
    """Print the lines of one part as they come, and count those that miss their bar."""
    missed = 0
    try:
        for figure in part():
            value, bar = f"{figure.value:.2f} {figure.unit}", f"{figure.bar:g} {figure.unit}"
            mark = "" if figure.holds else "  MISSED"
            print(f"{figure.what:32}{figure.ours:>10}  {figure.beside:24}{value:>10}{bar:>10}{mark}", flush=True)
            missed += not figure.holds
    except Failed as failure:
        print(f"could not be measured: {failure}", flush=True)
        missed += 1
    return missed


if __name__ == "__main__":
    sys.exit(main())
