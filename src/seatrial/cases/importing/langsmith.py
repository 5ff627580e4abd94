"""LangSmith's data sets as they are exported: CSV or JSONL with `inputs`, `outputs` and `metadata`."""

from pathlib import Path

from seatrial.cases.importing.exchanges import Keys, exchange
from seatrial.cases.importing.files import Files
from seatrial.cases.importing.foreign_rows import Reading, imported, rows_of
from seatrial.cases.importing.notes import Notes
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported

_KEYS = Keys(
    ("inputs", "input"),
    ("reference_outputs", "outputs", "output"),
    ("metadata",),
    frozenset({"created_at", "modified_at", "dataset_id", "source_run_id", "name", "attachments_url"}),
)


def read(source: str, path: Path, files: Files, options: ImportOptions) -> Imported:
    """Read an export.

    Raises:
        Mistake: It cannot be read.
    """
    reading = Reading(path, files, Notes(), options)
    rows = rows_of(reading, "examples", "data")
    return imported(reading, rows, lambda tree: exchange(tree, reading, _KEYS))
