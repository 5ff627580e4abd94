"""The demo: both personas of the simulated assistant stand the same trial; only one of them may sail.

Starts the simulator (no language model: a knowledge base with faults planted at known rates), runs the example suite
against `harbour-v1` and `harbour-v2`, prints both verdicts, says what was planted in each, and writes `report.html`.
Beside each persona lies a model file that sorts questions; the one that comes with v1 is booby-trapped. It is looked at
by the suite's scan and loaded by nobody: it would only leave an empty file, which must not be there in the end.
"""

import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEATRIAL = [sys.executable, "-m", "seatrial"]
EXPECTED = {"harbour-v1": 1, "harbour-v2": 0}
"""The exit code that each persona must come to: 1 not ready, 0 ready."""


@contextmanager
def simulator(persona: str) -> Iterator[str]:
    """The base URL of a simulator on a free port, for as long as the block lasts."""
    command = [*SEATRIAL, "simulate", "--persona", persona, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            yield next(word for word in line.split() if word.startswith("http"))
        finally:
            process.terminate()


def trial(persona: str, out: Path, model: bytes) -> int:
    """One persona's verdict as an exit code; its reports are written to `out`, what was shipped to `out/shipped`."""
    print(f"\n=== {persona} ===\n", flush=True)
    shutil.rmtree(out / "shipped", ignore_errors=True)
    shutil.copytree(HERE, out / "shipped", ignore=shutil.ignore_patterns(".*", "__pycache__"))
    (out / "shipped" / "models" / "intents.pkl").write_bytes(model)
    with simulator(persona) as url:
        env = {**os.environ, "HARBOUR_URL": url, "HARBOUR_MODEL": persona}
        suite, formats = str(out / "shipped" / "seatrial.yaml"), "terminal,html,json"
        command = [*SEATRIAL, "check", suite, "--fresh", "--format", formats, "--out", str(out)]
        code = subprocess.run(command, env=env).returncode
        with urllib.request.urlopen(url.removesuffix("/v1") + "/simulator/truth") as answer:
            show_truth(persona, json.load(answer))
    return code


def show_truth(persona: str, truth: dict) -> None:
    """What was planted, as the simulator itself tells, to be held against what the trial found."""
    faults = truth["faults"]
    print(f"\nPlanted in {persona}, by the simulator's own account:{'' if faults else ' nothing.'}")
    for fault in faults:
        print(f"  {fault['name']:<28} rate {fault['rate']:>6.1%}   struck {fault['struck']:>3} of {fault['met']}")


def booby_trapped(marker: Path) -> bytes:
    """A pickle that would make an empty file when it is loaded, and look like a model after that."""
    return b"cos\nsystem\n(V%s\ntR0}." % f"touch {marker}".encode("raw_unicode_escape")


def honest() -> bytes:
    """A model of numbers alone."""
    return pickle.dumps({"timetable": [0.9, 0.1], "fares": [0.2, 0.8]}, protocol=4)


def main() -> int:
    """Run both trials; 0 when each came to the verdict that it must, and nothing that was scanned was run."""
    out = Path("out")
    with tempfile.TemporaryDirectory() as folder:
        marker = Path(folder) / "sunk"
        shipped = {"harbour-v1": booby_trapped(marker), "harbour-v2": honest()}
        codes = {persona: trial(persona, out / persona, model) for persona, model in shipped.items()}
        ran = marker.exists()
    told = "was run" if ran else "was looked at and never loaded"
    print(f"\nThe booby-trapped model of harbour-v1 {told}.")
    shutil.copy(out / "harbour-v1" / "report.html", "report.html")
    print("The report of harbour-v1: report.html; of harbour-v2: out/harbour-v2/report.html")
    return 0 if codes == EXPECTED and not ran else 1


if __name__ == "__main__":
    sys.exit(main())
