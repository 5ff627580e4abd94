"""Finds and reads the baseline that `regression(...)` is held against."""

from pathlib import Path

from seatrial.app.yaml_places import shown
from seatrial.core.errors import CannotRun, Mistake
from seatrial.metrics.baseline import Baseline

NAME = "seatrial-baseline.json"


def read_baseline(folder: Path, given: Path | None = None) -> Baseline | None:
    """The baseline of the given file, else the one in the suite file's folder; None where there is none.

    Raises:
        Mistake: The given file is missing, or a file is no baseline.
    """
    path = given or folder / NAME
    if given is None and not path.is_file():
        return None
    try:
        return Baseline.decode(path.read_bytes(), shown(path))
    except OSError as error:
        raise Mistake(f"the baseline cannot be read: {error.strerror or error}", path=shown(path)) from None


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline.

    Raises:
        CannotRun: The file cannot be written.
    """
    try:
        path.write_bytes(baseline.encode())
    except OSError as error:
        raise CannotRun(f"{path} cannot be written: {error.strerror or error}") from None
