"""Pickle opcodes a second, beside picklescan and fickling: `python -m bench.scan [--beside PYTHON] [--rounds N]`.

The same files, one process each, opcode-bound: dicts, lists and objects and hardly any bytes. `--beside` is a Python
that has the peers, where this one has not.
"""

import argparse
import datetime
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

OURS = """
import sys, time
from seatrial.scan.file import scan_file
from seatrial.scan.table import formats
formats()
for path in sys.argv[1:]:
    start = time.process_time()
    verdict = scan_file(path).verdict
    print(path, time.process_time() - start, verdict)
"""
PICKLESCAN = """
import sys, time
from picklescan.scanner import scan_file_path
for path in sys.argv[1:]:
    start = time.process_time()
    found = scan_file_path(path)
    print(path, time.process_time() - start, found.issues_count)
"""
FICKLING = """
import sys, time
from fickling.fickle import Pickled
from fickling.analysis import check_safety
for path in sys.argv[1:]:
    start = time.process_time()
    with open(path, "rb") as file:
        severity = check_safety(Pickled.load(file)).severity.name
    print(path, time.process_time() - start, severity)
"""


def things() -> dict[str, object]:
    """What is pickled: rows of dicts, long lists of numbers, and many small objects."""
    return {
        "rows": [{"name": f"row {number}", "value": number * 0.5, "tags": ("a", number)} for number in range(6000)],
        "numbers": list(range(100_000)),
        "objects": [datetime.datetime(2026, 1, 1, number % 24, tzinfo=datetime.UTC) for number in range(6000)],
        "words": {f"word {number}": number for number in range(30_000)},
    }


def main() -> None:
    """Measure each program on each file and print MB/s, the median of some rounds, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beside", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, thing in things().items():
            for protocol in (2, 4):
                path = Path(folder, f"{name}-{protocol}.pkl")
                path.write_bytes(pickle.dumps(thing, protocol))
                paths.append(path)
        size = sum(path.stat().st_size for path in paths) / 1e6
        programs = {
            "seatrial": (sys.executable, OURS),
            "picklescan": (asked.beside, PICKLESCAN),
            "fickling": (asked.beside, FICKLING),
        }
        speeds = {
            name: size / median(python, program, paths, asked.rounds) for name, (python, program) in programs.items()
        }
    print(f"{len(paths)} files, {size:.1f} MB")
    for name, speed in speeds.items():
        print(f"{name:12}{speed:8.2f} MB/s   seatrial is {speeds['seatrial'] / speed:5.2f} times as fast")


def median(python: str, program: str, paths: list[Path], rounds: int) -> float:
    """Processor seconds for all files, the median of some rounds."""
    taken = sorted(once(python, program, paths) for _ in range(rounds))
    return taken[len(taken) // 2]


def once(python: str, program: str, paths: list[Path]) -> float:
    """Processor seconds for all files in one process."""
    done = subprocess.run([python, "-c", program, *map(str, paths)], capture_output=True, text=True, check=True)
    return sum(float(line.split()[1]) for line in done.stdout.splitlines() if ".pkl " in line)


if __name__ == "__main__":
    main()
