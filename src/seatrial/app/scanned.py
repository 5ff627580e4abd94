"""`scan:` of a suite file, carried out before anything is asked; what it finds goes into the run's head."""

import glob
import re
from pathlib import Path

from seatrial.app.scanning import ScanPlan, inspect, prefixed
from seatrial.app.schema_scan import ScanModel
from seatrial.app.validation import Place
from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.finding import Inspection

_LISTING = re.compile(r"(?:.*requirements.*\.(?:txt|in)|.*\.lock|pylock.*\.toml)", re.IGNORECASE)


def carry_out(model: ScanModel, folder: Path, place: Place) -> Inspection | None:
    """Look at what a suite file names.

    Returns:
        What was found, without the files that are clean; None when something cannot be begun, which is told.
    """
    try:
        found = inspect(plan_of(model, folder))
    except (Mistake, CannotRun) as mistake:
        place.add(str(mistake))
        return None
    if found.interrupted:
        raise KeyboardInterrupt
    return prefixed(found, folder).without_clean()


def plan_of(model: ScanModel, folder: Path) -> ScanPlan:
    """What is to be looked at; lists of packages are held to advisories where there are some."""
    paths = [path for name in model.files for path in _paths(folder, name)]
    listings = [path for path in paths if model.advisories and _LISTING.fullmatch(Path(path).name)]
    environment = [str(folder / model.environment)] if model.environment else []

    def near(name: str | None) -> str | None:
        return None if name is None else str(folder / name)

    return ScanPlan(
        paths=tuple(path for path in paths if path not in listings),
        listings=(*listings, *environment),
        advisories=near(model.advisories),
        allow=near(model.allow),
        manifest=near(model.manifest),
        jobs=model.jobs,
        folder=folder,
    )


def _paths(folder: Path, name: str) -> list[str]:
    """The paths that a name or a pattern of the suite file means; the folder above it is no pattern."""
    path = folder / name
    if path.exists() or not glob.has_magic(name):
        return [str(path)]
    found = sorted(glob.glob(name, root_dir=folder, recursive=True, include_hidden=True))  # noqa: PTH207  as in `Files`
    return [str(folder / each) for each in found] or [str(path)]
