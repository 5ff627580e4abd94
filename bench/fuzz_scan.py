"""Coverage-guided fuzzing of the scanner by atheris: `python -m bench.fuzz_scan [FOLDER] [-max_total_time=60 ...]`.

Begins with files of the tests' own makers, and mutates them towards code that was not reached yet. The invariant: a
verdict comes, within the budget, and no reader fails. FOLDER keeps what reached new code; flags are libFuzzer's.
"""

import random
import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "scan"))

with atheris.instrument_imports(include=["seatrial.scan"]):
    from seatrial.scan.blob import BytesBlob
    from seatrial.scan.file import look
    from seatrial.scan.limits import Limits
    from seatrial.scan.part import Settings
    from seatrial.scan.table import formats

    formats()

SETTINGS = Settings(limits=Limits(unpacked=16 << 20, opcodes=200_000, members=5_000, seconds=5.0))
NAMES = ("model.pkl", "model.zip", "model.bin", "config.json", "requirements.txt", "chat.jinja", "handler.py", "x.yaml")
SEEDS = 300


class Broken(Exception):
    """A reader failed: the file that libFuzzer writes shows how."""


def one(data: bytes) -> None:
    """Look at some bytes, under a name that they choose themselves."""
    if not data:
        return
    scanned = look(BytesBlob(data[1:]), NAMES[data[0] % len(NAMES)], SETTINGS)
    failed = [each.evidence for each in scanned.findings if each.id == "file.reader-failed"]
    if failed:
        raise Broken(failed[0])


def plant(folder: Path) -> None:
    """Write files to begin with, where there are none: pickles of every form, by the maker of the tests."""
    from making.pickles import attacks

    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        return
    every = list(attacks())
    for number, (_, data) in enumerate(random.Random(1).sample(every, min(SEEDS, len(every)))):
        (folder / f"pickle-{number}").write_bytes(b"\0" + data)
    for path in (Path(__file__).parents[1] / "examples").rglob("*"):
        if path.is_file() and path.stat().st_size < 100_000:
            (folder / f"example-{path.name}").write_bytes(b"\3" + path.read_bytes())


def main() -> None:
    """Fuzz until stopped, or as long as libFuzzer's flags say."""
    flags = [each for each in sys.argv[1:] if each.startswith("-")]
    folders = [Path(each) for each in sys.argv[1:] if not each.startswith("-")]
    folder = folders[0] if folders else Path(tempfile.mkdtemp(prefix="seatrial-fuzz-"))
    plant(folder)
    atheris.Setup([sys.argv[0], str(folder), *flags], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
