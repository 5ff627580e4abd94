"""Langfuse's data sets as they are exported: JSON, JSONL or CSV with `input`, `expectedOutput` and `metadata`."""

from collections.abc import Iterator
from pathlib import Path

from seatrial.cases.importing.exchanges import Keys, exchange
from seatrial.cases.importing.files import Files
from seatrial.cases.importing.foreign_rows import Reading, imported, rows_of
from seatrial.cases.importing.notes import Notes
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported, Row
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_OTHERS = (
    *("datasetId", "datasetName", "sourceTraceId", "sourceObservationId", "createdAt", "updatedAt", "status"),
    *("dataset_id", "dataset_name", "source_trace_id", "source_observation_id", "created_at", "updated_at"),
    *("projectId", "validFrom", "mediaReferences"),
)
_KEYS = Keys(("input",), ("expectedOutput", "expected_output"), ("metadata",), frozenset(_OTHERS))


def read(source: str, path: Path, files: Files, options: ImportOptions) -> Imported:
    """Read an export; items that are archived are left out.

    Raises:
        Mistake: It cannot be read.
    """
    reading = Reading(path, files, Notes(), options)

    def live() -> Iterator[Tree | Mistake]:
        for each in rows_of(reading, "data", "items"):
            if isinstance(each, Tree) and str(each.value("status", "")).upper() == "ARCHIVED":
                reading.notes.left_out(each.place, "row", "its status is ARCHIVED")
            else:
                yield each

    def row(tree: Tree) -> Row:
        return exchange(tree, reading, _KEYS)

    return imported(reading, live(), row)
