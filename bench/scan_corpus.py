"""Verdicts on a corpus of our own: `python -m bench.scan_corpus [--honest FOLDER] [--write FOLDER]`.

Harmful streams come from the tests' maker. Honest files are written by `--write` in an environment that has the
libraries (`bench/honest_pickles.py` needs nothing of ours), and read by `--honest` in any other.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "scan"))


def main() -> None:
    """Write honest files, or print the table of verdicts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--honest", type=Path)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    if asked.write:
        write(asked.write)
        return
    from making.pickles import STRUCTURES, attacks

    from seatrial.scan.blob import BytesBlob
    from seatrial.scan.file import look, scan_file
    from seatrial.scan.part import Settings

    show("payloads", Counter(look(BytesBlob(data), name, Settings()).verdict for name, data in attacks()))
    show("structures", Counter(look(BytesBlob(data), name, Settings()).verdict for name, data in STRUCTURES.items()))
    if asked.honest:
        scanned = [scan_file(str(path)) for path in sorted(asked.honest.iterdir())]
        show("honest", Counter(each.verdict for each in scanned))
        for each in scanned:
            for finding in each.findings:
                print(f"  {Path(each.path).name}: {finding.id} {finding.evidence[:80]}")


def write(folder: Path) -> None:
    """Write honest files of whatever is installed."""
    sys.path.insert(0, str(Path(__file__).parent))
    from honest_pickles import honest

    folder.mkdir(parents=True, exist_ok=True)
    for name, data in honest():
        (folder / name.replace(" ", "_").replace("/", "-")).write_bytes(data)


def show(what: str, verdicts: Counter[str]) -> None:
    """One line of the table."""
    total = sum(verdicts.values())
    parts = "  ".join(f"{name} {100 * count / total:6.2f} %" for name, count in sorted(verdicts.items()))
    print(f"{what:12}{total:6}  {parts}")


if __name__ == "__main__":
    main()
